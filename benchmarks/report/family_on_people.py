"""Tables about the whole family on real people: the default beside every member, and the ideas that were tried."""

from __future__ import annotations

from collections import Counter
from typing import Any

from benchmarks.recording import interval_of, read_result
from gustibus.reporting import Cell, Table, format_cell

__all__ = ["full", "openings", "short", "signed"]

MEMBERS = ("hierarchical", "low-rank, joint", "pal-a, joint", "pal-a", "mixture", "bt")
NAMES = {
    "bt": "one taste (bt)",
    "hierarchical": "hierarchical",
    "mixture": "mixture of types",
    "pal-a": "PAL-A",
    "pal-a, joint": "PAL-A, joint",
    "low-rank, joint": "low-rank, joint",
    "auto": "**auto**",
    "hierarchical, shuffled ids": "shuffled ids",
}


def short(result: dict[str, Any]) -> str:
    """One row a data set: log loss of known people under one taste, the best single member and auto; new people."""
    rows: list[list[Cell]] = []
    for data_set in result["data_sets"].values():
        seen = data_set["cells"]["seen"]
        new = [data_set["cells"][n]["figures"]["auto"]["log_loss"]["estimate"] for n in _shots(data_set)]
        rows.append(
            [
                f"{data_set['title']} ({data_set['people']:,} people)",
                _loss(seen, "bt"),
                f"{format_cell(_loss(seen, seen['best_single']))} ({NAMES[seen['best_single']]})",
                interval_of(seen["figures"]["auto"]["log_loss"]),
                " → ".join(format_cell(loss) for loss in new) + f" ({_shots(data_set)[-1]})",
            ]
        )
    columns = [
        "log loss, known people", "one taste", "best single member, picked on the test", "auto",
        "new people, auto: 0 → 5 → most answers",
    ]  # fmt: skip
    return "\n\n".join([Table(columns, rows).to_markdown(), _tally(result), *_on_other_splits(table=False)])


def full(result: dict[str, Any]) -> str:
    """The tally, every member in every cell, against the reference, what was chosen, shuffled ids and cost."""
    seeds = ", ".join(map(str, result["seeds"]))
    parts = [_tally(result), "", _against_members(result), "", f"Log loss (nats), seeds {seeds}:"]
    parts += [_all_cells(result), "Against the reference study (its intervals are over people):", _reference(result)]
    parts += ["What was chosen, and what it took:", _choices(result), "Auto against the best single member:"]
    parts += [_differences(result)]
    parts += _on_other_splits(table=True)
    return "\n\n".join(part for part in parts if part)


def _on_other_splits(*, table: bool) -> list[str]:
    """The same tally where development had no say, and how auto stands against each member there."""
    other = read_result("family_on_people_other_splits")
    if other is None:
        return []
    seeds = " and ".join(map(str, other["seeds"]))
    sets = ", ".join(data_set["title"] for data_set in other["data_sets"].values())
    said = (
        f"The splits above were looked at while the rules were made; splits {seeds} of the smaller sets ({sets}) once, "
        f"after which the second look at rivals came to keep people out. There: {_tally(other)}"
    )
    return [said, _against_members(other)] if table else [said]


def _tally(result: dict[str, Any]) -> str:
    cells = [cell for data_set in result["data_sets"].values() for cell in data_set["cells"].values()]
    tied = sum(cell["best_or_tied"] for cell in cells)
    alike = [cell for cell in cells if not cell["people_matter"]]
    same = sum(cell["within_of_one_taste"] for cell in alike)
    breaches = [
        f"{data_set['title']}, {_where(name)} ({NAMES[cell['best_single']]} "
        f"{signed(cell['auto_against'][cell['best_single']])})"
        for data_set in result["data_sets"].values()
        for name, cell in data_set["cells"].items()
        if not cell["best_or_tied"]
    ]
    return (
        f"Auto is best or tied (paired 95 % interval over people) with the best single member, picked on the very test "
        f"judgements, in {tied} of {len(cells)} cells. Where people do not matter (the hierarchical model is not below "
        f"one taste by more than its interval), it is no more than .003 nats above one taste, or better, in {same} of "
        f"{len(alike)}." + (f" Not best: {'; '.join(breaches)}." if breaches else "")
    )


def _against_members(result: dict[str, Any]) -> str:
    rows: list[list[Cell]] = []
    for name in MEMBERS:
        found = [
            interval_of(cell["auto_against"][name])
            for data_set in result["data_sets"].values()
            for cell in data_set["cells"].values()
            if name in cell["auto_against"]
        ]
        if found:
            mean = sum(one.estimate for one in found) / len(found)
            rows.append([NAMES[name], sum(one.high < 0 for one in found), sum(one.low > 0 for one in found), mean])
    return Table(["auto against", "cells better", "cells worse", "mean change of log loss"], rows).to_markdown()


def _all_cells(result: dict[str, Any]) -> str:
    rows: list[list[Cell]] = []
    for data_set in result["data_sets"].values():
        for name, cell in data_set["cells"].items():
            figures = [_loss(cell, member) for member in (*MEMBERS, "hierarchical, shuffled ids")]
            rows.append([data_set["title"], _where(name), *figures, interval_of(cell["figures"]["auto"]["log_loss"])])
    columns = ["data", "people", *(NAMES[name] for name in MEMBERS), "shuffled ids", "auto"]
    return Table(columns, rows).to_markdown()


def _reference(result: dict[str, Any]) -> str:
    rows: list[list[Cell]] = []
    for data_set in result["data_sets"].values():
        for name, cell in data_set["cells"].items():
            reference = cell["reference"]
            if reference is None:
                continue
            row: list[Cell] = [data_set["title"], _where(name)]
            for metric in ("log_loss", "accuracy"):
                low, high = reference[metric]["low"], reference[metric]["high"]
                row.append(f"{format_cell(reference[metric]['estimate'])} [{format_cell(low)}, {format_cell(high)}]")
                for member in ("hierarchical", "auto"):
                    reached = reference["inside_or_better"][member][metric]
                    value = format_cell(cell["figures"][member][metric]["estimate"])
                    row.append(value if reached else f"{value} (worse)")
            rows.append(row)
    columns = [
        "data", "people", "reference, log loss", "hierarchical", "auto", "reference, accuracy", "hierarchical", "auto"
    ]  # fmt: skip
    return Table(columns, rows).to_markdown()


def _choices(result: dict[str, Any]) -> str:
    rows: list[list[Cell]] = []
    for data_set in result["data_sets"].values():
        chosen = Counter(NAMES[split["chosen"]] for split in data_set["splits"])
        hierarchical = [split["families"][0]["seconds"] for split in data_set["splits"]]
        rows.append(
            [
                f"{data_set['title']} ({data_set['judgements']:,} judgements)",
                ", ".join(f"{name} {n}" for name, n in chosen.items()),
                ", ".join(f"{scale:g}" for scale in data_set["scales"]),
                ", ".join(map(str, data_set["types"])),
                ", ".join(f"{scale:g}" for scale in data_set["shuffled_scales"]),
                signed(data_set["cells"]["seen"]["shuffled_against_one_taste"]),
                ", ".join(f"{split['seconds']:.0f}" for split in data_set["splits"]),
                ", ".join(f"{seconds:.0f}" for seconds in hierarchical),
            ]
        )
    columns = [
        "data", "auto took", "scale s²", "types C", "scale, shuffled ids", "shuffled ids − one taste, known people",
        "CPU s of the whole family", "of them the hierarchical model (wall clock)",
    ]  # fmt: skip
    return Table(columns, rows).to_markdown()


def _differences(result: dict[str, Any]) -> str:
    rows: list[list[Cell]] = []
    for data_set in result["data_sets"].values():
        for name, cell in data_set["cells"].items():
            best = cell["best_single"]
            rows.append(
                [
                    data_set["title"], _where(name), NAMES[best], signed(cell["auto_against"][best]),
                    "best or tied" if cell["best_or_tied"] else "**worse**",
                    signed(cell["auto_against"]["bt"]),
                    "yes" if cell["people_matter"] else "no",
                ]
            )  # fmt: skip
    columns = ["data", "people", "best single member", "auto − best", "", "auto − one taste", "people matter"]
    return Table(columns, rows).to_markdown()


def openings(result: dict[str, Any]) -> str:
    """Each variant's change of log loss, for known people and new ones after five and the most answers."""
    variants = [
        name for name in next(iter(next(iter(result["data_sets"].values()))["cells"].values())) if name != "default"
    ]
    default = "default"
    rows: list[list[Cell]] = []
    for data_set in result["data_sets"].values():
        for cell in ("seen", "0", "5", _last(data_set)):
            figures = data_set["cells"][cell]
            changes = [signed(figures[name]["against_default"]) for name in variants]
            rows.append([data_set["title"], _where(cell), figures[default]["log_loss"]["estimate"], *changes])
    mean: list[Cell] = ["validation, mean change", "", None]
    for name in variants:
        changes = [
            tried - kept
            for data_set in result["data_sets"].values()
            for tried, kept in zip(data_set["validation"].get(name, []), data_set["validation"][default], strict=False)
        ]
        mean.append(f"{sum(changes) / len(changes):+.4f}" if changes else "on validation by construction")
    return Table(["data", "people", default, *variants], [*rows, mean]).to_markdown()


def _loss(cell: dict[str, Any], member: str) -> float | None:
    figures = cell["figures"].get(member)
    return None if figures is None else figures["log_loss"]["estimate"]


def _shots(data_set: dict[str, Any]) -> list[str]:
    return ["0", "5", _last(data_set)]


def _last(data_set: dict[str, Any]) -> str:
    return str(max(int(cell) for cell in data_set["cells"] if cell != "seen"))


def _where(cell: str) -> str:
    return "known" if cell == "seen" else f"new, {cell} answers"


def signed(figure: dict[str, Any]) -> str:
    """A difference with its sign, and its interval."""
    estimate, low, high = (round(figure[key], 3) + 0.0 for key in ("estimate", "low", "high"))
    return f"{estimate:+.3f} [{low:+.3f}, {high:+.3f}]"
