"""The tables about real people: where tastes matter, every predictor in every cell, and what it took."""

from __future__ import annotations

from collections import Counter
from typing import Any

from benchmarks.real_people.one_split import AUTO, SHUFFLED
from benchmarks.recording import interval_of
from benchmarks.report.auto_tally import against_members, not_best, tally
from benchmarks.report.people_reading import reading
from benchmarks.report.predictors import (
    BASELINES,
    MEMBERS,
    NAMES,
    all_cells,
    called,
    last_cell,
    listed,
    loss,
    signed,
    where,
)
from gustibus.reporting import Cell, Table, format_cell

__all__ = ["full", "short"]


def short(result: dict[str, Any]) -> str:
    """One row a data set, and what it says."""
    return "\n\n".join([_main(result, differences_of_new=False), _splits(result), reading(result)])


def full(result: dict[str, Any]) -> str:
    """The same, then every cell, every predictor, what was chosen and what it took."""
    return "\n\n".join(
        part
        for part in (
            _main(result, differences_of_new=True),
            _splits(result),
            reading(result),
            "### Sizes",
            _protocols(result),
            "### Auto in every cell",
            " ".join([tally(result), not_best(result)]),
            against_members(result),
            _auto(result),
            "### The family in every cell",
            "Log loss in nats. *Shuffled ids*: the hierarchical model on permuted names.",
            _losses(result, (*MEMBERS, SHUFFLED, AUTO)),
            "### Baselines in every cell",
            "Log loss in nats. The first five know nobody, so one row serves new people after any number of answers.",
            _losses(result, BASELINES),
            "### What was chosen, and what it took",
            _choices(result),
        )
        if part
    )


def _splits(result: dict[str, Any]) -> str:
    """How many splits are behind each set."""
    of: dict[tuple[int, ...], list[str]] = {}
    for data_set in result["data_sets"].values():
        of.setdefault(tuple(data_set["seeds"]), []).append(called(data_set))
    most = max(of, key=lambda seeds: len(of[seeds]))
    others = [f"{listed(names)}: {', '.join(map(str, seeds))}" for seeds, names in of.items() if seeds != most]
    exceptions = f" ({'; '.join(others)})" if others else ""
    return f"Splits of people {', '.join(map(str, most))}{exceptions}, pooled."


def _main(result: dict[str, Any], *, differences_of_new: bool) -> str:
    rows: list[list[Cell]] = []
    for data_set in result["data_sets"].values():
        last = last_cell(data_set)
        seen, newest = data_set["cells"]["seen"], data_set["cells"][last]
        new = [loss(data_set["cells"][n], AUTO) for n in ("0", "5", last)]
        rows.append(
            [
                data_set["title"],
                data_set["people"],
                data_set["judgements"],
                loss(seen, "bt"),
                loss(seen, AUTO),
                " → ".join(format_cell(value) for value in new) + f" ({last})",
                signed(seen["auto_against"]["bt"]),
                *([signed(newest["auto_against"]["bt"])] if differences_of_new else []),
                data_set["verdict"],
                data_set["new_people"],
            ]
        )
    columns = [
        "judged", "people", "judgements", "one taste", "auto, known people", "auto, new people: 0 → 5 → most answers",
        "auto − one taste, known", *(["new, most answers"] if differences_of_new else []), "verdict",
        "new people are better predicted",
    ]  # fmt: skip
    return Table(columns, rows).to_markdown()


def _protocols(result: dict[str, Any]) -> str:
    """Until how many answers new people are followed, and why no further; how many people are behind a cell."""
    rows: list[list[Cell]] = []
    for data_set in result["data_sets"].values():
        answers, last = data_set["answers_a_person"], last_cell(data_set)
        seen, newest = data_set["cells"]["seen"], data_set["cells"][last]
        rows.append(
            [
                data_set["title"], data_set["items"], f"{answers['median']}, {answers['most']:,}", int(last),
                ", ".join(map(str, data_set["seeds"])), f"{seen['people']:,} ({seen['judgements']:,})",
                f"{newest['people']:,} ({newest['judgements']:,})", data_set["left_out"] or "–",
            ]
        )  # fmt: skip
    columns = [
        "judged", "items", "answers a person: median, most", "new people followed to", "splits",
        "known people (test judgements)", "new people (test judgements)", "left out",
    ]  # fmt: skip
    return Table(columns, rows).to_markdown()


def _auto(result: dict[str, Any]) -> str:
    rows: list[list[Cell]] = []
    for data_set, name, cell in all_cells(result):
        auto, best = cell["figures"][AUTO], cell["best_single"]
        rows.append(
            [
                data_set["title"], where(name), interval_of(auto["log_loss"]), interval_of(auto["accuracy"]),
                signed(cell["auto_against"]["bt"]), signed(cell["auto_against_shuffled"]), NAMES[best],
                signed(cell["auto_against"][best]), "best or tied" if cell["best_or_tied"] else "**worse**",
            ]
        )  # fmt: skip
    columns = [
        "judged", "people", "log loss of auto", "accuracy", "− one taste", "− shuffled ids", "best single member",
        "auto − best", "",
    ]  # fmt: skip
    return Table(columns, rows).to_markdown()


def _losses(result: dict[str, Any], predictors: tuple[str, ...]) -> str:
    rows: list[list[Cell]] = []
    for data_set, name, cell in all_cells(result):
        rows.append([data_set["title"], where(name), *(loss(cell, predictor) for predictor in predictors)])
    return Table(["judged", "people", *(NAMES[name] for name in predictors)], rows).to_markdown()


def _choices(result: dict[str, Any]) -> str:
    rows: list[list[Cell]] = []
    for data_set in result["data_sets"].values():
        splits, seen = data_set["splits"], data_set["cells"]["seen"]
        chosen = Counter(NAMES[split["chosen"]] for split in splits)
        hierarchical = [split["families"][0]["seconds"] for split in splits if split["families"]]
        rows.append(
            [
                data_set["title"],
                ", ".join(f"{name} {n}" for name, n in chosen.items()),
                ", ".join(f"{scale:g}" for scale in data_set["scales"]),
                ", ".join(map(str, data_set["types"])),
                ", ".join(f"{scale:g}" for scale in data_set["shuffled_scales"]),
                signed(seen["shuffled_against_one_taste"]),
                signed(seen["deviation_shuffled_against_population"]),
                _seconds(split["seconds"] for split in splits),
                _seconds(hierarchical),
                _seconds(split["seconds_baselines"] for split in splits),
            ]
        )
    columns = [
        "judged", "auto took", "scale s²", "types C", "scale, shuffled ids", "shuffled ids − one taste, known people",
        "deviation, shuffled ids − population", "CPU s of the family", "hierarchical alone (wall clock)",
        "all baselines",
    ]  # fmt: skip
    return Table(columns, rows).to_markdown()


def _seconds(values: Any) -> str:
    return ", ".join(f"{value:.0f}" for value in values)
