"""Figures against vote shares as they stand in a report."""

from __future__ import annotations

from typing import Any, Final

from gustibus.evaluation.scored_votes import ScoredVotes

__all__ = ["VOTE_HEADINGS", "vote_figures", "vote_row"]

VOTE_HEADINGS: Final = {
    "predictor": "predictor",
    "n_pairs": "pairs",
    "n_votes": "votes",
    "correlation": "correlation",
    "ceiling": "ceiling",
    "share_error": "distance to shares",
    "ece": "ECE",
    "chance": "by chance",
    "ece_debiased": "debiased",
    "disagreement_auroc": "finds disagreement",
}
_OF_ALL_PEOPLE: Final = ("ceiling", "share_error")
"""Figures that mean the shares of all people, which the mean prediction of a pair's voters does not aim at."""


def vote_row(name: str, scored: ScoredVotes) -> dict[str, Any]:
    """A predictor's figures by name, those of the table with ``_low`` and ``_high``."""
    row: dict[str, Any] = {"predictor": name, **scored.metrics.to_dict(), "chance": scored.chance.high}
    for metric in _with_intervals(name):
        interval = scored.interval(metric)
        row |= {metric: interval.estimate, f"{metric}_low": interval.low, f"{metric}_high": interval.high}
    return row | _left_out(name)


def vote_figures(name: str, scored: ScoredVotes) -> dict[str, Any]:
    """Everything about a predictor, ready for JSON: figures, intervals, chance, and the points of a plot."""
    drawn, chance = scored.reliability(), scored.chance
    figures: dict[str, Any] = scored.metrics.to_dict() | _left_out(name)
    figures["n_clusters"] = scored.n_clusters
    figures["intervals"] = {
        metric: {"low": interval.low, "high": interval.high, "level": interval.level}
        for metric in (*_with_intervals(name), "calibration_error")
        for interval in [scored.interval(metric)]
    }
    figures["ece_by_chance"] = {name: getattr(chance, name) for name in ("mean", "low", "high", "p_value", "level")}
    figures["reliability"] = {
        "predicted": drawn.bins.predicted.tolist(),
        "observed": drawn.bins.observed.tolist(),
        "low": drawn.low.tolist(),
        "high": drawn.high.tolist(),
        "weight": drawn.bins.weight.tolist(),
        "n_records": drawn.bins.n_records.tolist(),
    }
    return figures


def _with_intervals(name: str) -> tuple[str, ...]:
    metrics = ("correlation", "ceiling", "share_error", "disagreement_auroc")
    return tuple(metric for metric in metrics if metric not in _left_out(name))


def _left_out(name: str) -> dict[str, None]:
    return {} if name == "population" else dict.fromkeys(_OF_ALL_PEOPLE)
