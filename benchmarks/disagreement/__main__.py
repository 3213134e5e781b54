"""Which use of the same votes predicts how people vote: no margin, margins, soft labels, smoothing, mean-variance?

``python -m benchmarks.disagreement`` writes ``benchmarks/results/disagreement.json`` after every split.

Protocol (the setting of Padmakumar et al. 2024, arXiv 2412.03822, as we read it). Pairs on which at least four people
voted; a fifth of the prompts (without prompts: of the pairs) is the test and a fifth validation. A training pair has
one label, the vote of one person drawn at random, and votes that are added: those of the other annotators, or of a
cross-fitted ensemble that was fitted to the labels of other pairs (four votes). The same small head on the same
features learns from them by each loss; the checkpoint is the one with the lowest temperature-scaled log loss on
validation labels (one a pair). Judged by the share of all votes on test pairs, raw and with that temperature, and by
cell of the taxonomy. Intervals: 95 %, of the difference in Brier score to one label, by bootstrap over prompts, pooled
over seeds; of all pairs and of those of each cell.
"""

from __future__ import annotations

import argparse
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.disagreement.heads import USES, Pairs, train
from benchmarks.disagreement.votes import LOADERS, VotedPairs, load_votes
from benchmarks.recording import DATA, Stopwatch, write_result
from gustibus.comparisons import Comparisons, DataWarning, vote_shares
from gustibus.comparisons.repeats import questions_of
from gustibus.diagnosis import CELLS, cross_fit, ensemble_votes, fits_of, folds_of, similarity_of_responses, taxonomy
from gustibus.evaluation import Interval, measure_votes, paired_interval, record_brier

Floats = NDArray[np.float64]
ADDED = ("annotators", "ensemble")
FIGURES = ("correlation", "ceiling", "brier", "ece_debiased", "disagreement_auroc", "log_loss")


@dataclass(frozen=True, eq=False)
class Prepared:
    """Distinct pairs of one set: one drawn label, all votes, cell and prompt of each, ``(n,)``."""

    labelled: Comparisons
    share: Floats
    n_votes: NDArray[np.int64]
    n_ties: NDArray[np.int64]
    cell: NDArray[np.intp]
    cluster: NDArray[np.intp]
    features: Floats


def prepared(data: VotedPairs, seed: int) -> Prepared:
    """One row a pair, with the label of one person who was no tie."""
    judgements, rng = data.judgements, np.random.default_rng(seed)
    pair = questions_of(judgements).pair
    items = judgements.items()
    kinds = taxonomy(judgements, similarity_of_responses(judgements, data.embeddings[items.response]))
    decided = np.flatnonzero(judgements.outcome != 0.5)
    shuffled = rng.permutation(decided)
    rows = shuffled[np.unique(pair[shuffled], return_index=True)[1]]
    labelled = judgements.take(rows)
    counted = vote_shares(judgements)
    place = np.argsort(np.argsort(np.unique(pair, return_index=True)[1]))[pair[rows]]
    asked = labelled.prompt if (labelled.prompt >= 0).all() else np.arange(len(rows))
    responses = judgements.responses.to_pylist()
    features = data.encoder.encode_items([None] * len(responses), responses).astype(np.float64)
    return Prepared(
        labelled, counted.of(labelled), counted.n_votes[place], counted.n_ties[place], kinds.cell[rows],
        np.unique(asked, return_inverse=True)[1], features,
    )  # fmt: skip


def added_votes(found: Prepared, train_rows: NDArray[np.intp], source: str, data: VotedPairs, seed: int) -> Floats:
    """Share of the label and the added votes for a, of the training pairs."""
    part = found.labelled.take(train_rows)
    if source == "annotators":
        return found.share[train_rows]
    fit = fits_of("bt", encoder=data.encoder, data=part, item_offsets=False)
    crossed = cross_fit(part, fit, n_models=4, folds=3, resample="judgements", seed=seed)
    return ensemble_votes(crossed).with_the_label(part).share


def one_split(data: VotedPairs, seed: int) -> dict[str, Any]:
    """Predictions of every use of every kind of added votes on the test pairs, and what they are judged by."""
    found = prepared(data, seed)
    fold = folds_of(found.labelled, 5, np.random.default_rng(seed))
    test, validation, rest = (np.flatnonzero(mask) for mask in (fold == 0, fold == 1, fold > 1))

    def pairs(rows: NDArray[np.intp], share: Floats) -> Pairs:
        part = found.labelled
        a, b = part.response_a[rows].astype(np.intp), part.response_b[rows].astype(np.intp)
        return Pairs(a, b, part.outcome[rows].astype(np.float64), share)

    held, asked = pairs(validation, found.share[validation]), pairs(test, found.share[test])
    predictions: dict[str, dict[str, Floats]] = {}
    for source in ADDED:
        learned = pairs(rest, added_votes(found, rest, source, data, seed))
        for use in USES:
            if use == "one label" and source != ADDED[0]:
                continue
            head = train(found.features, learned, held, use, seed)
            name = use if use == "one label" else f"{use}, {source}"
            predictions[name] = {
                kind: 1 / (1 + np.exp(-head.log_odds(asked.a, asked.b, scaled=kind == "scaled")))
                for kind in ("raw", "scaled")
            }
    columns = {"share": found.share, "n_votes": found.n_votes, "n_ties": found.n_ties, "cell": found.cell}
    return {"predictions": predictions, "cluster": found.cluster[test]} | {k: v[test] for k, v in columns.items()}


def pooled(splits: list[dict[str, Any]]) -> dict[str, Any]:
    """Figures over all seeds: mean over seeds, paired Brier difference to one label, and by cell."""
    names = list(splits[0]["predictions"])
    return {
        name: {kind: _figures(splits, name, kind) for kind in ("raw", "scaled")}
        | {"cells": {cell: _in_cell(splits, name, code) for code, cell in enumerate(CELLS)}}
        for name in names
    }


def _measured(split: dict[str, Any], name: str, kind: str, rows: Any = slice(None)) -> dict[str, float]:
    columns = (split["share"][rows], split["n_votes"][rows])
    found = measure_votes(split["predictions"][name][kind][rows], *columns, n_ties=split["n_ties"][rows])
    return {figure: float(getattr(found, figure)) for figure in FIGURES}


def _figures(splits: list[dict[str, Any]], name: str, kind: str) -> dict[str, Any]:
    each = [_measured(split, name, kind) for split in splits]
    means = {figure: float(np.mean([one[figure] for one in each])) for figure in FIGURES}
    sds = {f"{figure}_sd": float(np.std([one[figure] for one in each])) for figure in FIGURES}
    return means | sds | {"brier_change": _change(splits, name, kind)}


def _change(splits: list[dict[str, Any]], name: str, kind: str, cell: int | None = None) -> Interval:
    """Of the Brier score beside one label, over prompts; of all pairs, or those of one cell."""
    inside = np.concatenate([np.full(len(s["cell"]), True) if cell is None else s["cell"] == cell for s in splits])

    def brier(which: str) -> Floats:
        each = [record_brier(split["predictions"][which][kind], split["share"]) for split in splits]
        return np.asarray(np.concatenate(each)[inside])

    clusters = np.concatenate([split["cluster"] for split in splits])[inside]
    return paired_interval(brier(name), brier("one label"), clusters)


def _in_cell(splits: list[dict[str, Any]], name: str, code: int) -> dict[str, Any] | None:
    """With a temperature; None where no split has ten pairs in the cell."""
    each = [
        _measured(split, name, "scaled", rows)
        for split in splits
        if (rows := np.flatnonzero(split["cell"] == code)).size >= 10
    ]
    if not each:
        return None
    means = {figure: float(np.mean([one[figure] for one in each])) for figure in FIGURES}
    pairs = float(np.mean([np.count_nonzero(split["cell"] == code) for split in splits]))
    return means | {"pairs": pairs, "brier_change": _change(splits, name, "scaled", code)}


def main() -> None:
    parser = argparse.ArgumentParser(description="Uses of the same votes, judged by how people vote.")
    parser.add_argument("names", nargs="*", help=f"of {', '.join(LOADERS)} (default: all)")
    parser.add_argument("--data", type=Path, default=DATA, help="folder of the data sets (default: %(default)s)")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--quick", action="store_true", help="one seed; written to results/quick")
    chosen = parser.parse_args()
    warnings.simplefilter("ignore", DataWarning)
    watch = Stopwatch()
    sets = {name: load_votes(name, chosen.data) for name in chosen.names or LOADERS}
    splits: dict[str, list[dict[str, Any]]] = {name: [] for name in sets}
    for seed in range(1 if chosen.quick else chosen.seeds):
        for name, data in sets.items():
            splits[name].append(one_split(data, seed))
            done = {
                one: {
                    "title": sets[one].title,
                    "seeds": len(found),
                    "judgements": len(sets[one].judgements),
                    "test_pairs": [len(split["share"]) for split in found],
                    "test_prompts": [len(np.unique(split["cluster"])) for split in found],
                    "uses": pooled(found),
                }
                for one, found in splits.items()
                if found
            }
            what = "uses of the same votes, judged by the share of all votes on held-out pairs"
            write_result("disagreement", {"what": what, "data_sets": done, "seconds": watch.read()}, quick=chosen.quick)
            scores = {use: figures["scaled"]["brier"] for use, figures in done[name]["uses"].items()}
            print(f"{name}, seed {seed}: " + ", ".join(f"{use} {b:.4f}" for use, b in scores.items()), flush=True)


if __name__ == "__main__":
    main()
