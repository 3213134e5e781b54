"""The table of predicted against observed shares of votes, as fitted and calibrated."""

from __future__ import annotations

from typing import Any

from benchmarks.recording import interval_of
from benchmarks.report.predictors import signed
from gustibus.reporting import Cell, Table, format_cell

__all__ = ["full"]

_COLUMNS = [
    "predicted by", "change of log loss", "ECE (by chance up to)", "calibration error", "reliability", "resolution",
    "distance to all people's shares", "correlation", "disagreement found",
]  # fmt: skip


def full(result: dict[str, Any]) -> str:
    """One table a data set, with what was measured above it and what the columns mean below."""
    parts = []
    for data_set in result["data_sets"].values():
        rows = [_row(name, found) for name, found in data_set["predictors"].items()]
        parts += [_said(data_set, len(result["seeds"])), Table(_COLUMNS, rows).to_markdown()]
    return "\n\n".join(
        [
            *parts,
            "Change of log loss: against the same model as fitted, below 0 is better. Calibration error: root of the "
            "debiased squared error. Reliability (low is good) and resolution (high is good): the debiased parts of "
            "the Brier score, times 1000. Disagreement found: AUROC of undecided predictions for the pairs on which at "
            "least a quarter votes against the majority. In brackets 95 % intervals over groups.",
        ]
    )


def _said(data_set: dict[str, Any], n_draws: int) -> str:
    fitted, calibrated, _ = data_set["judgements"]
    disagree = data_set["pairs_on_which_people_disagree"] / data_set["pairs"]
    ceiling = format_cell(interval_of(data_set["ceiling"]), 2)
    return (
        f"**{data_set['title']}**: {data_set['pairs']:,} predictions of pairs with {data_set['votes_a_pair']:.1f} "
        f"votes on average, in {data_set['groups']} groups, {n_draws} draws; fitted to {fitted:,} judgements, "
        f"calibrated on {calibrated:,}. People disagree on {disagree:.0%} of the pairs; who knew all people's shares "
        f"would correlate {ceiling}."
    )


def _row(name: str, found: dict[str, Any]) -> list[Cell]:
    metrics = found["metrics"]
    intervals = {metric: interval_of(one) for metric, one in found["intervals"].items()}
    change = found["minus_as_fitted"].get("log_loss")
    return [
        name,
        None if change is None else signed(change),
        f"{metrics['ece']:.3f} ({found['ece_by_chance']['high']:.3f})",
        intervals["calibration_error"],
        f"{1000 * found['reliability_debiased']:.1f}",
        f"{1000 * found['resolution_debiased']:.1f}",
        intervals["share_error"],
        intervals["correlation"],
        intervals["disagreement_auroc"],
    ]
