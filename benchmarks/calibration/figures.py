"""The kept draws as figures with intervals over groups."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.calibration.one_split import CALIBRATED, MODELS, RAW
from benchmarks.calibration.voted_sets import TITLES, VOTED_SETS
from gustibus.evaluation import ScoredVotes, brier_parts

__all__ = ["pooled"]

WITH_INTERVAL = (
    "log_loss",
    "share_error",
    "calibration_error",
    "correlation",
    "rank_correlation",
    "disagreement_auroc",
)
DIFFERENCES = ("log_loss", "brier", "correlation", "disagreement_auroc")
N_BOOT = 1000


def pooled(kept: Path, seeds: Sequence[int]) -> dict[str, Any]:
    """The figures of every data set that has all its draws."""
    found = {}
    for name in VOTED_SETS:
        paths = [kept / f"{name}-{seed}.npz" for seed in seeds]
        if all(path.is_file() for path in paths):
            found[name] = _of_one([dict(np.load(path)) for path in paths], TITLES[name])
    return found


def _of_one(draws: list[dict[str, Any]], title: str) -> dict[str, Any]:
    predictors: dict[str, Any] = {}
    for model in MODELS:
        raw = _scored(draws, f"{model}|{RAW}")
        for how in (RAW, *CALIBRATED):
            scored = raw if how == RAW else _scored(draws, f"{model}|{how}")
            predictors[f"{model}, {how}"] = _figures(scored) | {
                "minus_as_fitted": {} if how == RAW else {m: scored.paired(raw, m) for m in DIFFERENCES}
            }
    one = _scored(draws, f"{next(iter(MODELS))}|{RAW}")
    return {
        "title": title,
        "pairs": len(one),
        "groups": one.n_clusters,
        "votes_a_pair": float(one.n_votes.mean()),
        "pairs_on_which_people_disagree": one.metrics.n_disagree,
        "ceiling": one.interval("ceiling"),
        "judgements": np.mean([draw["judgements"] for draw in draws], axis=0).round().astype(int).tolist(),
        "factors": {model: [float(draw[f"{model}|factor"]) for draw in draws] for model in MODELS},
        "cpu_seconds": {model: [float(draw[f"{model}|cpu"]) for draw in draws] for model in MODELS},
        "predictors": predictors,
    }


def _scored(draws: list[dict[str, Any]], predictor: str) -> ScoredVotes:
    return ScoredVotes.pool(
        [
            ScoredVotes(draw[predictor], draw["share"], draw["n_votes"], draw["n_ties"], draw["group"], n_boot=N_BOOT)
            for draw in draws
        ]
    )


def _figures(scored: ScoredVotes) -> dict[str, Any]:
    parts, chance = brier_parts(scored.probability, scored.share), scored.chance
    return {
        "metrics": scored.metrics.to_dict(),
        "intervals": {name: scored.interval(name) for name in WITH_INTERVAL},
        "ece_by_chance": {"mean": chance.mean, "high": chance.high, "p_value": chance.p_value},
        "reliability_debiased": parts.reliability_debiased,
        "resolution_debiased": parts.resolution_debiased,
    }
