"""Worlds in which the features of real texts carry a circle, or none: answers simulated, texts and prompts real."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from gustibus.comparisons import Comparisons
from gustibus.embedding import Vectors

__all__ = ["KINDS", "Texts", "World", "texts_of", "triples", "world"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Kind = Literal["cyclic", "half", "transitive"]
KINDS: Final[dict[str, str]] = {
    "cyclic": "a circle alone",
    "half": "half reward, half circle",
    "transitive": "a reward alone",
}
COMPONENTS, LOUDNESS = 64, 3.0


@dataclass(frozen=True)
class Texts:
    """Real texts: whitened principal components of their embeddings (n, 64), and what each answers (n,)."""

    x: Floats
    prompt: Ints

    def vectors(self) -> Vectors:
        """The features, by the texts' numbers."""
        return Vectors([str(i) for i in range(len(self.x))], self.x)


@dataclass(frozen=True)
class World:
    """Judgements with their true log-odds, prompts of the test side unseen."""

    train: Comparisons
    test: Comparisons
    truth: Floats


def texts_of(folder: Path) -> Texts:
    """Arguments of the UKP corpus with their MiniLM embeddings."""
    place = folder / "ukp_convarg_crowd"
    items = pd.read_parquet(place / "items.parquet")
    embedded = np.load(place / "emb_items_minilm_f16.npy").astype(np.float64)
    centred = embedded - embedded.mean(0)
    left, _, _ = np.linalg.svd(centred, full_matrices=False)
    return Texts(left[:, :COMPONENTS] * np.sqrt(len(left)), pd.factorize(items.prompt_id)[0].astype(np.int64))


def world(texts: Texts, kind: Kind, n_pairs: int, seed: int, n_test: int = 3000) -> World:
    r"""Pairs of texts that answer one prompt, judged with log-odds

    .. math:: s_{cyclic} = 3 (x_1(a) x_2(b) - x_2(a) x_1(b)), \quad s_{reward} = 3 (x_3(a) - x_3(b)),

    or their sum over the root of two.
    """
    rng = np.random.default_rng(seed)
    held_out = _held_out_prompts(texts, rng)
    sides = []
    for prompts, n in ((~held_out, n_pairs), (held_out, n_test)):
        a, b = _pairs(texts, np.flatnonzero(prompts), n, rng)
        s = _log_odds(texts.x, a, b, kind)
        won = rng.random(n) < 1 / (1 + np.exp(-s))
        sides.append((_comparisons(texts, a, b, won.astype(float)), s))
    return World(sides[0][0], sides[1][0], sides[1][1])


def triples(texts: Texts, seed: int, n_prompts_tried: int = 4000) -> tuple[Comparisons, Comparisons]:
    """Cyclic triples as they are built from ratings on several aspects, for seen and for unseen prompts.

    Three texts to one prompt; each of the three pairs is labelled by its own aspect (a random direction in feature
    space), and triples whose three labels go in a circle are kept. Zhang et al. (2024, arXiv 2410.02197) build such
    data from a preference set with several ratings.
    """
    rng = np.random.default_rng(seed)
    held_out = _held_out_prompts(texts, rng)
    aspects = texts.x @ rng.normal(size=(texts.x.shape[1], 3))
    sides = []
    for prompts in (~held_out, held_out):
        rows = [_triple(texts, aspects, np.flatnonzero(prompts), rng) for _ in range(n_prompts_tried)]
        a, b, won = (np.concatenate(part) for part in zip(*[row for row in rows if row is not None], strict=True))
        sides.append(_comparisons(texts, a, b, won))
    return sides[0], sides[1]


def _triple(texts: Texts, aspects: Floats, prompts: Ints, rng: np.random.Generator) -> tuple[Ints, Ints, Floats] | None:
    mine = np.flatnonzero(texts.prompt == rng.choice(prompts))
    a = rng.choice(mine, 3, replace=False)
    b = np.roll(a, -1)
    won = aspects[a, [0, 1, 2]] > aspects[b, [0, 1, 2]]
    return (a, b, won.astype(float)) if won.all() or not won.any() else None


def _held_out_prompts(texts: Texts, rng: np.random.Generator) -> NDArray[np.bool_]:
    n = int(texts.prompt.max()) + 1
    return rng.permutation(n) < max(1, n // 5)


def _pairs(texts: Texts, prompts: Ints, n: int, rng: np.random.Generator) -> tuple[Ints, Ints]:
    by_prompt = [np.flatnonzero(texts.prompt == prompt) for prompt in prompts]
    chosen = rng.integers(0, len(by_prompt), n)
    pairs = np.array([rng.choice(by_prompt[one], 2, replace=False) for one in chosen])
    return pairs[:, 0], pairs[:, 1]


def _log_odds(x: Floats, a: Ints, b: Ints, kind: Kind) -> Floats:
    cyclic = LOUDNESS * (x[a, 0] * x[b, 1] - x[a, 1] * x[b, 0])
    scalar = LOUDNESS * (x[a, 2] - x[b, 2])
    if kind == "cyclic":
        return cyclic
    return scalar if kind == "transitive" else (cyclic + scalar) / np.sqrt(2)


def _comparisons(texts: Texts, a: Ints, b: Ints, outcome: Floats) -> Comparisons:
    return Comparisons.from_arrays(
        users=["simulated"],
        prompts=[f"prompt {i}" for i in range(int(texts.prompt.max()) + 1)],
        responses=[str(i) for i in range(len(texts.x))],
        user=np.zeros(len(a), int),
        prompt=texts.prompt[a],
        response_a=a,
        response_b=b,
        outcome=outcome,
        sources=["simulated"],
        source=np.zeros(len(a), int),
    )
