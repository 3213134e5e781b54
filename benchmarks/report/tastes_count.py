"""Tables about the number of tastes: how often it is found, what that costs, and whether one taste is Bradley-Terry."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.recording import interval_of
from gustibus.reporting import Column, Table

__all__ = ["from_truth", "tastes_count"]


def tastes_count(result: dict[str, Any]) -> str:
    """Both tables, with the sizes of the worlds."""
    return "\n\n".join([_counted(result), _one_taste(result)])


def _counted(result: dict[str, Any]) -> str:
    table, world = result["table"], result["world"]
    numbers = sorted({int(k) for row in table for k in row["chosen"]})
    columns: list[str | Column] = ["tastes in the world", "worlds", *(f"chosen {k}" for k in numbers)]
    columns += ["processor seconds, median", "times those with the number given", "log loss against the number given"]
    rows = [
        [row["tastes"], row["seeds"], *(row["chosen"].get(str(k), 0) for k in numbers),
         f"{row['median_seconds']:.1f}", _or_dash(row["seconds_over_given"], ".1f"),
         _or_dash(row["log_loss_over_given"], "+.4f")]
        for row in table
    ]  # fmt: skip
    timed = max(sum("given" in run for run in runs.values()) for runs in result["worlds"].values())
    return Table(columns, rows).to_markdown() + (
        f"\n\nWorlds of {world['n_users']} people with {world['comparisons_per_user']} judgements each, "
        f"{world['n_items']} items, {world['n_features']} features; weights Dirichlet({world['concentration']:g}). "
        f"PAL-A with the dimensions and penalty given. The last two columns are of the first {timed} worlds."
    )


def _or_dash(value: float | None, form: str) -> str:
    return "–" if value is None else format(value, form)


def _one_taste(result: dict[str, Any]) -> str:
    rows = [
        [name, interval_of(found["pal"]), interval_of(found["bradley_terry"]), interval_of(found["difference"])]
        for name, found in result["one_taste"].items()
    ]
    columns = ["log loss, known people", "PAL-A, K = 1", "Bradley-Terry", "difference, paired"]
    seeds = len(next(iter(result["one_taste"].values()))["seeds"])
    return Table(columns, rows).to_markdown() + f"\n\n{seeds} splits each, 95 % intervals over people."


def from_truth(result: dict[str, Any]) -> str:
    """Where fits of the true number end from three starts, and what the last taste is worth on held-out answers."""
    worlds, tastes = list(result["worlds"].values()), result["tastes"]
    ends = {start: np.array([one[start] for one in worlds]) for start in ("fresh", "split", "truth")}
    ends["the better of both"] = np.minimum(ends["fresh"], ends["split"])
    names = {"fresh": "afresh", "split": f"from {tastes - 1} tastes, one split", "truth": "from the truth"}
    rows = [
        [names.get(start, start), found.mean(), *(f"{x:+.4f}" for x in _spread(found - ends["truth"]))]
        for start, found in ((start, ends[start]) for start in ("fresh", "split", "the better of both", "truth"))
    ]
    columns = ["start", "penalised training loss at the end (nats a judgement)", "minus that from the truth, mean"]
    table = Table([*columns, "least", "most"], rows, digits=4).to_markdown()
    gain = np.array([one["held_out"]["fewer"] - one["held_out"]["true"] for one in worlds])
    within = sum(one["held_out"]["fewer_within_rule"] for one in worlds)
    mean, low, high = (f"{x:+.4f}" for x in _spread(gain))
    return (
        f"{table}\n\n{len(worlds)} of the {result['undercounted']} worlds, of {result['of']} with {tastes} tastes, in "
        f"which fewer were chosen; {result['steps']:,} steps without early stopping. On the answers by which the "
        f"number was chosen, {tastes} tastes gain {mean} nats over {tastes - 1} ({low} to {high}): more than nothing "
        f"in {int((gain > 0).sum())} of these worlds, and in {within} of them {tastes - 1} tastes are within the "
        "rule's distance of the best number."
    )


def _spread(values: NDArray[np.float64]) -> tuple[float, float, float]:
    return float(values.mean()), float(values.min()), float(values.max())
