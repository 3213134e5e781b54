"""Tables about the synthetic world and the million judgements."""

from __future__ import annotations

from typing import Any

from benchmarks.recording import interval_of
from gustibus.reporting import Column, Table, format_cell

__all__ = ["million", "town", "world_full", "world_short"]

FOUR = "PAL-A, K = 4"


def world_short(result: dict[str, Any]) -> str:
    """Held-out accuracy and recovery beside the ceiling."""
    rows = [
        [name, interval_of(figures["accuracy"]), figures["correlation"], figures["correlation_worst_decile"]]
        for name, figures in result["fits"].items()
    ]
    rows.append(["ceiling (everything known)", result["gap"]["everything known, on these judgements"], 1.0, 1.0])
    columns = ["defaults", "accuracy on held-out items", "correlation with true rewards", "worst decile of people"]
    difference = interval_of(result["fits"][FOUR]["accuracy_against_one_prototype"])
    return (
        Table(columns, rows).to_markdown()
        + f"\n\nK = 4 minus K = 1, paired: {difference}. Seeds {', '.join(map(str, result['seeds']))} of the fit."
    )


def world_full(result: dict[str, Any]) -> str:
    """The same with the gap to the ceiling, other worlds, seconds and memory."""
    gap = Table(["who knows what", "accuracy"], list(result["gap"].items()), digits=4).to_markdown()
    others = Table(
        ["other worlds", "K = 1", "K = 4", "difference", "ceiling", "correlation, K = 4"],
        [
            [f"seed {world['seed']}", *(interval_of(world["accuracy"][f"PAL-A, K = {k}"]) for k in (1, 4)),
             interval_of(world["accuracy_against_one_prototype"]), world["ceiling"], world["correlation"]]
            for world in result["other_worlds"]
        ],
    ).to_markdown()  # fmt: skip
    return "\n\n".join([world_short(result), gap, others, _cost(result)])


def _cost(result: dict[str, Any]) -> str:
    chosen, given = result["fits"][FOUR], result["fixed_settings"]
    seconds = sorted(one["cpu"] for one in chosen["seconds"])
    peak = max(one["peak_mib"] - one["before_mib"] for one in chosen["memory"])
    return (
        f"One fit with K = 4 takes {seconds[len(seconds) // 2]:.0f} processor seconds on one thread when everything is "
        f"chosen on validation judgements (median of {len(seconds)}; {chosen['trials'][0]} trials), and "
        f"{given['seconds']['cpu']:.0f} with those choices given (accuracy {format_cell(given['accuracy'])}). It needs "
        f"at most {peak:,.0f} MiB beside the features' own {result['world']['feature_matrix_mib']:,.0f} MiB."
    )


def town(result: dict[str, Any]) -> str:
    """The demo's table: share of judgements predicted right."""
    shots = [key for key in next(iter(result["figures"].values())) if key != "seen"]
    columns: list[str | Column] = ["share predicted right", "known people", *(f"new, {n} answers" for n in shots)]
    rows = [
        [name, *(interval_of(figures[key]["accuracy"]).estimate for key in ("seen", *shots))]
        for name, figures in result["figures"].items()
    ]
    return Table(columns, rows).to_markdown()


def million(result: dict[str, Any]) -> str:
    """Sizes, seconds and memory of the large fit."""
    world, memory = result["world"], result["memory_of_fit"]
    rows = [
        ["judgements, people, items", f"{world['judgements']:,}, {world['people']:,}, {world['items']:,}"],
        ["processor seconds of the fit, one thread, all choices made", f"{result['seconds']['cpu']:.0f}"],
        ["share of the time: map and choices, people", _shares(result["seconds_by_part"])],
        ["seconds to read the file", f"{result['seconds_reading']['cpu']:.1f}"],
        [
            "resident memory before the fit, and at most (MiB)",
            f"{memory['before_mib']:,.0f}, {memory['peak_mib']:,.0f}",
        ],
        ["of which the matrix of features (MiB)", f"{result['feature_matrix_mib']:,.0f}"],
        ["accuracy on held-out items", format_cell(interval_of(result["model"]["accuracy"]))],
        ["the same for everybody", format_cell(interval_of(result["population"]["accuracy"]))],
        ["ceiling", format_cell(world["ceiling"])],
    ]
    return Table(["one fit of a million judgements, K = 4", "figure"], rows).to_markdown()


def _shares(seconds: dict[str, float]) -> str:
    total = sum(seconds.values())
    return ", ".join(f"{seconds[part] / total:.0%}" for part in ("map", "people"))
