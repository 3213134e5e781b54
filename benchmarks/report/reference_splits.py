"""Real people under the protocol and on the splits of an earlier reference study, and on two further splits."""

from __future__ import annotations

from collections import Counter
from typing import Any

from benchmarks.real_people.reference import REFERENCE
from benchmarks.recording import read_result
from benchmarks.report.auto_tally import against_members, not_best, tally
from benchmarks.report.predictors import NAMES, all_cells, listed, loss, where
from gustibus.reporting import Cell, Table, format_cell

__all__ = ["full"]


def full(result: dict[str, Any]) -> str:
    """Against the reference study; the tally on its splits and on others."""
    parts = [_reached(result), _reference(result), _populations(), f"Splits {_seeds(result)}: {tally(result)}"]
    parts += [not_best(result), against_members(result), _took(result), *_on_other_splits()]
    return "\n\n".join(part for part in parts if part)


def _reached(result: dict[str, Any]) -> str:
    cells = [cell["reference"] for _, _, cell in all_cells(result) if cell["reference"] is not None]
    said = []
    for metric, name in (("log_loss", "log loss"), ("accuracy", "accuracy")):
        reached = sum(cell["inside_or_better"]["auto"][metric] for cell in cells)
        said.append(f"{name} in {reached} of {len(cells)}")
    return (
        "Auto is inside the reference study's interval or beyond it on the good side: "
        f"{listed(said)}. *(worse)* marks the others."
    )


def _reference(result: dict[str, Any]) -> str:
    rows: list[list[Cell]] = []
    for data_set, name, cell in all_cells(result):
        reference = cell["reference"]
        if reference is None:
            continue
        row: list[Cell] = [data_set["title"], where(name)]
        for metric in ("log_loss", "accuracy"):
            low, high = reference[metric]["low"], reference[metric]["high"]
            row.append(f"{format_cell(reference[metric]['estimate'])} [{format_cell(low)}, {format_cell(high)}]")
            for member in ("hierarchical", "auto"):
                reached = reference["inside_or_better"][member][metric]
                value = format_cell(cell["figures"][member][metric]["estimate"])
                row.append(value if reached else f"{value} (worse)")
        rows.append(row)
    columns = [
        "judged", "people", "reference, log loss", "hierarchical", "auto", "reference, accuracy", "hierarchical", "auto"
    ]  # fmt: skip
    return Table(columns, rows).to_markdown()


def _populations() -> str:
    """The population ridge and the best point-estimate family of the reference study beside ours."""
    ours, same_splits = read_result("real_people"), read_result("real_people_reference")
    if ours is None or same_splits is None:
        return ""
    rows: list[list[Cell]] = []
    for name, reference in REFERENCE.items():
        if name not in ours["data_sets"] or name not in same_splits["data_sets"]:
            continue
        seen, there = ours["data_sets"][name]["cells"]["seen"], same_splits["data_sets"][name]["cells"]
        most = max(reference["unseen"], key=int)
        rows.append(
            [
                ours["data_sets"][name]["title"], reference["population"]["log_loss"], loss(seen, "population"),
                f"{format_cell(reference['seen']['log_loss'])} ({reference['family']})", loss(there["seen"], "auto"),
                f"{format_cell(reference['unseen'][most]['log_loss'])} ({most})", loss(there[most], "auto"),
            ]
        )  # fmt: skip
    columns = [
        "judged (log loss)", "reference: population, splits 0–4", "ours, splits 0–4", "its best point estimates, known",
        "auto", "the same, new people (answers)", "auto",
    ]  # fmt: skip
    table = Table(columns, rows).to_markdown()
    return (
        "The same study's population ridge and its best family of point estimates, chosen beforehand (UKP: its splits "
        f"0 to 4), beside ours:\n\n{table}"
    )


def _took(result: dict[str, Any]) -> str:
    rows: list[list[Cell]] = []
    for data_set in result["data_sets"].values():
        chosen = Counter(NAMES[split["chosen"]] for split in data_set["splits"])
        rows.append(
            [
                data_set["title"], ", ".join(f"{name} {n}" for name, n in chosen.items()), data_set["verdict"],
                data_set["new_people"], ", ".join(f"{split['seconds']:.0f}" for split in data_set["splits"]),
            ]
        )  # fmt: skip
    columns = ["judged", "auto took", "verdict", "new people are better predicted", "CPU s of the family"]
    return Table(columns, rows).to_markdown()


def _on_other_splits() -> list[str]:
    """The same tally where development had no say, and how auto stands against each member there."""
    other = read_result("real_people_other_splits")
    if other is None:
        return []
    sets = listed([data_set["title"] for data_set in other["data_sets"].values()])
    said = (
        f"These splits were looked at while the rules were made; splits {_seeds(other)} of the smaller sets ({sets}) "
        f"once, after which the second look at rivals came to keep people out. There: {tally(other)} {not_best(other)}"
    )
    return [said, against_members(other)]


def _seeds(result: dict[str, Any]) -> str:
    return listed([str(seed) for seed in result["seeds"]])
