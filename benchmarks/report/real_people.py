"""Tables about real people."""

from __future__ import annotations

from typing import Any

from benchmarks.real_people.study import DEVIATION, PAL, POPULATION
from benchmarks.recording import interval_of, read_result
from gustibus.reporting import Table, format_cell

__all__ = ["NAMES", "full", "results"]

NAMES = ("cems", "kidney2", "kidney1", "ukp")


def results() -> list[dict[str, Any]]:
    """What has been measured, in the order of `NAMES`."""
    found = [read_result(f"real_people_{name}") for name in NAMES]
    return [result for result in found if result is not None]


def full(measured: list[dict[str, Any]]) -> str:
    """For each data set all predictors with intervals, new people after each number of answers, and the reference."""
    return "\n\n".join(_section(result) for result in measured)


def _section(result: dict[str, Any]) -> str:
    data, protocol = result["data"], result["protocol"]
    chosen = ", ".join(str(split["prototypes_chosen"]) for split in result["splits"])
    about = (
        f"{data['judgements']:,} judgements by {data['people']:,} people on {data['items']:,} items"
        + (f" ({data['left_out']} left out)" if data["left_out"] else "")
        + f"; seeds {', '.join(map(str, result['seeds']))}; K chosen on validation: {chosen}."
    )
    return "\n\n".join(
        [f"### {result['title']}", about, result["verdict"], _seen(result), _unseen(result, protocol["shots"]),
         _reference(result)]
    )  # fmt: skip


def _seen(result: dict[str, Any]) -> str:
    rows = []
    for name, cells in result["figures"].items():
        seen = cells["seen"]
        against_population = None if name == POPULATION else interval_of(seen["log_loss_against_population"])
        against_deviation = None if name == DEVIATION else interval_of(seen["log_loss_against_deviation"])
        rows.append(
            [name, interval_of(seen["log_loss"]), interval_of(seen["accuracy"]),
             seen["worst_decile_log_loss"]["estimate"], seen["ece"], against_population, against_deviation]
        )  # fmt: skip
    columns = ["known people", "log loss", "accuracy", "worst decile", "ECE", "log loss − population's",
               "log loss − deviation's"]  # fmt: skip
    return Table(columns, rows).to_markdown()


def _unseen(result: dict[str, Any], shots: list[int]) -> str:
    rows = []
    for name, cells in result["figures"].items():
        last = cells.get(str(shots[-1]))
        losses = [cells[str(n)]["log_loss"]["estimate"] if str(n) in cells else None for n in shots]
        change = None if last is None else interval_of(last["log_loss_against_population"])
        rows.append([name, *losses, change])
    columns = ["new people: log loss after n answers", *(f"n = {n}" for n in shots),
               f"n = {shots[-1]} − population's"]  # fmt: skip
    return Table(columns, rows).to_markdown()


def _reference(result: dict[str, Any]) -> str:
    reference = result["reference"]
    new = ", ".join(
        f"n = {n}: {format_cell(cell['log_loss'])} ({format_cell(cell['accuracy'])})"
        for n, cell in reference["unseen"].items()
    )
    study = (
        f"An earlier reference study: population {_plain(reference['population'])} on splits 0 to 4; its best family, "
        f"{reference['family']}, {_plain(reference['seen'])} for known people; new people {new}"
    )
    same = read_result(f"real_people_{result['data_set']}_reference_splits")
    if same is None:
        return study + "."
    ours = same["figures"][PAL]
    after = ", ".join(f"n = {n}: {_loss_and_accuracy(ours[n])}" for n in reference["unseen"])
    splits = ", ".join(map(str, same["seeds"]))
    return (
        f"{study}; both on splits {splits}. There PAL-A, K chosen, has {_loss_and_accuracy(ours['seen'])} for known "
        f"people; new people {after}; the ridge deviation {_loss_and_accuracy(same['figures'][DEVIATION]['seen'])} for "
        "known people."
    )


def _plain(cell: dict[str, float]) -> str:
    return f"{format_cell(cell['log_loss'])} ({format_cell(cell['accuracy'])})"


def _loss_and_accuracy(cell: dict[str, Any]) -> str:
    return f"{format_cell(cell['log_loss']['estimate'])} ({format_cell(cell['accuracy']['estimate'])})"
