"""Can the town's styles be read from the vectors of a real sentence encoder, and how much room does it leave for taste?

Encodes every response of the town and predicts each style dimension by ridge regression on prompts that were held out.
Writes benchmarks/results/town_styles.json and the table of it in docs/worlds.md; about two minutes on two cores.

Run: python benchmarks/town_styles.py
"""

from __future__ import annotations

import json
import time
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from gustibus.catalog import town
from gustibus.catalog.town_grammar import STYLES
from gustibus.embedding import resolve_encoder
from gustibus.embedding.minilm import minilm
from gustibus.reporting import Column, Table, replace_marked_block

ROOT = Path(__file__).parent.parent
SEEDS = (0, 1, 2, 3, 4)
PENALTIES = (0.01, 0.03, 0.1, 0.3, 1.0, 3.0)

Floats = NDArray[np.float64]


def explained(x: Floats, y: Floats, prompt: NDArray[np.intp], seed: int) -> Floats:
    """R^2 of each style on held-out prompts: 60 % to fit, 15 % to choose the penalty, 25 % to score."""
    shuffled = np.random.default_rng(seed).permutation(prompt.max() + 1)
    where = np.argsort(shuffled)[prompt] / len(shuffled)
    fit, choose, score = where < 0.6, (where >= 0.6) & (where < 0.75), where >= 0.75
    centre, level = x[fit].mean(0), y[fit].mean(0)
    gram, target = (x[fit] - centre).T @ (x[fit] - centre), (x[fit] - centre).T @ (y[fit] - level)

    def left(penalty: float, rows: NDArray[np.bool_]) -> Floats:
        slope = np.linalg.solve(gram + penalty * np.eye(x.shape[1]), target)
        errors: Floats = ((y[rows] - level - (x[rows] - centre) @ slope) ** 2).sum(0)
        return errors

    best = min(PENALTIES, key=lambda penalty: float(left(penalty, choose).sum()))
    return np.asarray(1 - left(best, score) / ((y[score] - level) ** 2).sum(0))


def within(values: Floats, prompt: NDArray[np.intp]) -> Floats:
    """Values minus their mean over the prompt's responses: what a comparison can see."""
    counts = np.bincount(prompt)
    means = np.stack([np.bincount(prompt, column) / counts for column in values.T], axis=1)
    return np.asarray(values - means[prompt])


def main() -> None:
    started = time.perf_counter()
    here = town(seed=0)
    prompts, responses = list(here.styles.prompts), list(here.styles.responses)
    prompt = np.unique(prompts, return_inverse=True)[1].astype(np.intp)
    styles = here.styles.levels.astype(np.float64)
    vectors = {
        "response": minilm(item_text="response").encode_items(prompts, responses).astype(np.float64),
        "joined": resolve_encoder("minilm").encode_items(prompts, responses).astype(np.float64),
    }
    measured = {
        "response alone": [explained(vectors["response"], styles, prompt, s) for s in SEEDS],
        "within a prompt, response alone": [
            explained(within(vectors["response"], prompt), within(styles, prompt), prompt, s) for s in SEEDS
        ],
        "within a prompt, prompt and response": [
            explained(within(vectors["joined"], prompt), within(styles, prompt), prompt, s) for s in SEEDS
        ],
    }
    ceilings = []
    for seed in SEEDS:
        world = town(seed=seed)
        data = world.comparisons
        ceilings.append(
            {
                "seed": seed,
                "bayes_accuracy": world.bayes_accuracy(data),
                "bayes_log_loss": world.bayes_log_loss(data),
                "one_taste_accuracy": world.one_taste_accuracy(data),
                "one_taste_log_loss": world.truth.one_taste_log_loss(data),
            }
        )
    result = {
        "what": "R^2 of each style dimension on held-out prompts, ridge on MiniLM vectors, mean over splits",
        "responses": len(responses),
        "split_seeds": list(SEEDS),
        "r2": {name: dict(zip(STYLES, np.mean(rows, 0).tolist(), strict=True)) for name, rows in measured.items()},
        "r2_lowest_split": {
            name: dict(zip(STYLES, np.min(rows, 0).tolist(), strict=True)) for name, rows in measured.items()
        },
        "ceilings": ceilings,
        "seconds": round(time.perf_counter() - started, 1),
    }
    (ROOT / "benchmarks/results/town_styles.json").write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    write_docs(result)


def write_docs(result: dict[str, object]) -> None:
    """Put the figures into docs/worlds.md."""
    page = ROOT / "docs/worlds.md"
    r2, ceilings = result["r2"], result["ceilings"]
    assert isinstance(r2, dict)
    assert isinstance(ceilings, list)
    styles = Table(
        [Column("style", "R²"), *r2],
        [[style, *(column[style] for column in r2.values())] for style in STYLES],
        digits=2,
    )
    rows = []
    for name, key in (
        ("every person and every style", "bayes"),
        ("every style, with one answer for everybody", "one_taste"),
    ):
        accuracy = [seed[f"{key}_accuracy"] for seed in ceilings]
        loss = [seed[f"{key}_log_loss"] for seed in ceilings]
        rows.append(
            [name, float(np.mean(accuracy)), float(np.mean(loss)), f"{min(accuracy):.3f} to {max(accuracy):.3f}"]
        )
    heads: list[str | Column] = ["what is known", Column("accuracy", "share right"), Column("log loss", "nats")]
    limits = Table([*heads, "accuracy, lowest to highest of 5 towns"], rows)
    text = page.read_text(encoding="utf-8")
    text = replace_marked_block(text, "town-styles", styles.to_markdown())
    text = replace_marked_block(text, "town-ceilings", limits.to_markdown())
    page.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
