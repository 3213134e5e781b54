"""Four files of real judgements as comparisons, with the features of their items."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
from numpy.typing import NDArray

from gustibus.comparisons import Comparisons, Items
from gustibus.embedding import Encoder, OneHot, Vectors

__all__ = ["LOADERS", "DataSet", "load"]

OUTCOMES = {"a": 1.0, "tie": 0.5, "b": 0.0}


@dataclass(frozen=True)
class DataSet:
    """Judgements and what is known about the items.

    Attributes
    ----------
    name, title
        Short and in words.
    comparisons
        All judgements that can be used.
    encoder
        Features of the items, for :func:`gustibus.fit`.
    nmax, mint
        Answers of an unseen person that are held ready to adapt from, and that are left at least to test on.
    left_out
        Judgements that cannot be used, and why.
    """

    name: str
    title: str
    comparisons: Comparisons
    encoder: Encoder
    nmax: int
    mint: int
    left_out: str = ""

    @property
    def shots(self) -> tuple[int, ...]:
        """Numbers of answers after which new people are predicted."""
        return tuple(n for n in (0, 1, 2, 5, 10, 20) if n <= self.nmax)

    def features(self, items: Items) -> NDArray[np.float32]:
        """The same features, for the baselines."""
        return self.encoder.encode_items(items.prompt_texts(), items.response_texts())


def load(name: str, folder: Path) -> DataSet:
    """One of `LOADERS` from a folder of data sets.

    Raises
    ------
    FileNotFoundError
        The folder does not have it.
    """
    try:
        return LOADERS[name](folder)
    except FileNotFoundError as error:
        raise FileNotFoundError(
            f"{error.filename} is not there. Point --data to the folder that holds ukp_convarg_crowd, "
            "kidney_allocation and psycho_cems_choice."
        ) from error


def cems(folder: Path) -> DataSet:
    """Students choosing among six business schools; one-hot schools."""
    table = _read(folder / "psycho_cems_choice" / "comparisons.parquet")
    comparisons = _comparisons(table, table["item_a"], table["item_b"])
    schools = OneHot(comparisons.responses.to_pylist())
    return DataSet("cems", "CEMS: business schools", comparisons, schools, nmax=10, mint=4)


def kidney1(folder: Path) -> DataSet:
    """Who should get the kidney, with the choice to flip a coin (a tie)."""
    table = _read(folder / "kidney_allocation" / "study1.parquet")
    return _kidney("kidney1", "kidney study 1", table, ("age", "dependents", "drinking"), nmax=10, mint=4)


def kidney2(folder: Path) -> DataSet:
    """Who should get the kidney, no coin."""
    table = _read(folder / "kidney_allocation" / "study2_strict.parquet")
    return _kidney("kidney2", "kidney study 2", table, ("age", "drinks", "dependents"), nmax=20, mint=5)


def ukp(folder: Path) -> DataSet:
    """Which of two arguments of a debate is more convincing; whitened sentence embeddings and length."""
    table = _read(folder / "ukp_convarg_crowd" / "comparisons.parquet")
    items = _read(folder / "ukp_convarg_crowd" / "items.parquet")
    prompts = _read(folder / "ukp_convarg_crowd" / "prompts.parquet")
    embeddings = np.load(folder / "ukp_convarg_crowd" / "emb_items_minilm_f16.npy").astype(np.float64)
    # Two arguments may have the same text, so a response is named by its id as well.
    response = {item: f"{item} {text}" for item, text in zip(items["item_id"], items["text"], strict=True)}
    prompt = dict(zip(prompts["prompt_id"], prompts["prompt"], strict=True))
    comparisons = _comparisons(
        table,
        [response[item] for item in table["item_a"]],
        [response[item] for item in table["item_b"]],
        [prompt[asked] for asked in table["prompt_id"]],
    )
    words = np.log1p([len(text.split()) for text in items["text"]])
    features = np.column_stack([_whitened_components(embeddings, 32), (words - words.mean()) / words.std()])
    encoder = Vectors([response[item] for item in items["item_id"]], features)
    return DataSet("ukp", "UKP: convincing arguments", comparisons, encoder, nmax=20, mint=5)


LOADERS: dict[str, Callable[[Path], DataSet]] = {"cems": cems, "kidney1": kidney1, "kidney2": kidney2, "ukp": ukp}


def _kidney(name: str, title: str, table: dict[str, list], traits: tuple[str, ...], *, nmax: int, mint: int) -> DataSet:
    """Patients are described by z-scores and their products of degree two."""
    sides = {side: np.column_stack([table[f"{trait}_{side}"] for trait in traits]).astype(float) for side in "ab"}
    differ = (sides["a"] != sides["b"]).any(axis=1)
    table = {column: [value for value, kept in zip(values, differ, strict=True) if kept]
             for column, values in table.items()}  # fmt: skip
    sides = {side: values[differ] for side, values in sides.items()}
    ids = {side: ["|".join(f"{value:g}" for value in row) for row in values] for side, values in sides.items()}
    comparisons = _comparisons(table, ids["a"], ids["b"])
    patients = comparisons.responses.to_pylist()
    everybody = np.concatenate([sides["a"], sides["b"]])
    raw = np.array([[float(value) for value in patient.split("|")] for patient in patients])
    z = (raw - everybody.mean(axis=0)) / everybody.std(axis=0)
    products = [z[:, i] * z[:, j] for i, j in itertools.combinations_with_replacement(range(len(traits)), 2)]
    n_equal = int((~differ).sum())
    left_out = f"{n_equal} judgements between two equal patients" if n_equal else ""
    encoder = Vectors(patients, np.column_stack([z, *products]))
    return DataSet(name, title, comparisons, encoder, nmax=nmax, mint=mint, left_out=left_out)


def _comparisons(
    table: dict[str, list], responses_a: list[str], responses_b: list[str], prompts: list[str] | None = None
) -> Comparisons:
    users, user = np.unique(table["user_id"], return_inverse=True)
    responses, codes = np.unique([*responses_a, *responses_b], return_inverse=True)
    a, b = np.split(codes, 2)
    outcome = np.array([OUTCOMES[choice] for choice in table["choice"]])
    asked = {}
    if prompts is not None:
        vocabulary, code = np.unique(prompts, return_inverse=True)
        asked = {"prompts": vocabulary.tolist(), "prompt": code}
    return Comparisons.from_arrays(
        users=users.tolist(), responses=responses.tolist(), user=user, response_a=a, response_b=b,
        outcome=outcome, is_tie=outcome == 0.5, **asked,
    )  # fmt: skip


def _whitened_components(embeddings: NDArray[np.float64], n: int) -> NDArray[np.float64]:
    centred = embeddings - embeddings.mean(axis=0)
    left, _, _ = np.linalg.svd(centred, full_matrices=False)
    return left[:, :n] * np.sqrt(len(embeddings))


def _read(path: Path) -> dict[str, list]:
    if not path.exists():
        raise FileNotFoundError(2, "no such file", str(path))
    return pq.read_table(path).to_pydict()
