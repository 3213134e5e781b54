"""What the study of real people says, sentence by sentence, each made from its intervals."""

from __future__ import annotations

from typing import Any

from benchmarks.real_people.baselines import OWN, TRIVIAL
from benchmarks.real_people.verdicts import A_LOT, SOMETHING, WORTH_NAMING
from benchmarks.recording import interval_of
from benchmarks.report.auto_tally import tally
from benchmarks.report.predictors import NAMES, all_cells, called, last_cell, listed, signed, where
from gustibus.reporting import format_cell

__all__ = ["reading"]


def reading(result: dict[str, Any]) -> str:
    """A list of findings."""
    found = [_where(result), _how_we_know(result), _new(result), _auto(result), *_trivial(result)]
    return "\n".join(f"- {sentence}" for sentence in found if sentence)


def _where(result: dict[str, Any]) -> str:
    of: dict[str, list[str]] = {}
    in_order = sorted(
        result["data_sets"].values(), key=lambda one: one["cells"]["seen"]["auto_against"]["bt"]["estimate"]
    )
    for one in in_order:
        of.setdefault(one["verdict"], []).append(called(one))
    said = [f"{verdict[0].upper()}{verdict[1:]}: {listed(titles)}." for verdict, titles in of.items()]
    if any(verdict.endswith("misses it") for verdict in of):
        said.append("(What auto misses is found by a ridge deviation per person.)")
    return f"**Where tastes matter.** {' '.join(said)}"


def _how_we_know(result: dict[str, Any]) -> str:
    cells = list(all_cells(result))
    below = [
        f"{called(data_set)}, {where(name)}"
        for data_set, name, cell in cells
        if interval_of(cell["shuffled_against_one_taste"]).high < 0
        and cell["shuffled_against_one_taste"]["estimate"] <= -WORTH_NAMING
    ]
    largest = max(abs(cell["shuffled_against_one_taste"]["estimate"]) for _, _, cell in cells)
    ridge = max(abs(cell["deviation_shuffled_against_population"]["estimate"]) for _, _, cell in cells)
    gained = f"gains {WORTH_NAMING:g} nats or more in {len(below)} of {len(cells)} cells" + (
        f" ({'; '.join(below)})" if below else ""
    )
    return (
        "**How we know.** A difference counts where auto beats one taste for all *and* the hierarchical model that was "
        "fitted to permuted names, both by more than their 95 % intervals over people. Under permuted names nothing "
        f"may be left to gain: that model {gained} and is nowhere further than {largest:.3f} from one taste; a ridge "
        f"deviation per person, names permuted, nowhere further than {ridge:.3f} from the population. The smaller of "
        f"both gains counts: from {A_LOT:g} nats on tastes differ a lot, from {SOMETHING:g} on they differ, from "
        f"{WORTH_NAMING:g} on a little."
    )


def _new(result: dict[str, Any]) -> str:
    said = []
    for data_set in result["data_sets"].values():
        first, last = (
            data_set["cells"][n]["figures"]["auto"]["log_loss"]["estimate"] for n in ("0", last_cell(data_set))
        )
        if not data_set["new_people"].startswith("not"):
            said.append(f"{called(data_set)} {data_set['new_people']} ({first:.3f} → {last:.3f})")
    rest = [called(d) for d in result["data_sets"].values() if d["new_people"].startswith("not")]
    less = f"their answers gain less than {WORTH_NAMING:g} nats, or no more than chance would"
    tail = f" Elsewhere ({listed(rest)}) {less}." if rest else ""
    return f"**New people** are better predicted than by one taste for all: {'; '.join(said)}.{tail}"


def _auto(result: dict[str, Any]) -> str:
    cells = list(all_cells(result))
    against = [interval_of(cell["auto_against_deviation"]) for _, _, cell in cells]
    worse = [
        f"{called(data_set)}, {where(name)} ({signed(cell['auto_against_deviation'])})"
        for (data_set, name, cell), change in zip(cells, against, strict=True)
        if change.low > 0
    ]
    said = f": {'; '.join(worse)}" if worse else ""
    return (
        f"**Auto.** {tally(result)} Beside a ridge deviation per person, the baseline that is hardest to beat, it is "
        f"better in {sum(change.high < 0 for change in against)} cells and worse in {len(worse)}{said}."
    )


def _trivial(result: dict[str, Any]) -> list[str]:
    """Where a baseline that reads nothing is worth something; where the simplest models of people are."""
    better: dict[str, list[str]] = {"bt": [], OWN: [], "auto": []}
    length = []
    for data_set in result["data_sets"].values():
        seen = data_set["cells"]["seen"]
        best, against = seen["best_trivial"], seen["best_trivial_against"]
        for other, found in better.items():
            if interval_of(against[other]).high < 0:
                found.append(f"{called(data_set)} ({NAMES[best]}, {signed(against[other])})")
        figures = seen["figures"].get("length")
        if figures is not None and interval_of(figures["accuracy"]).low > 0.55:
            loss, right = (format_cell(figures[metric]["estimate"]) for metric in ("log_loss", "accuracy"))
            length.append(f"{called(data_set)} ({right}, log loss {loss})")
    said = {other: "; ".join(found) or "nowhere" for other, found in better.items()}
    trivial = ", ".join(NAMES[name] for name in TRIVIAL)
    first = (
        f"**Trivial baselines** ({trivial}; known people, the best picked on the test). Better than one taste for all: "
        f"{said['bt']}. Better than auto: {said['auto']}. Better than one model per person: {said[OWN]}."
    )
    if length:
        first += f" That the longer one wins is right for more than 55 % in {'; '.join(length)}."
    return [first, _own(result)]


def _own(result: dict[str, Any]) -> str:
    changes = {
        called(one): one["cells"]["seen"]["figures"][OWN]["against_one_taste"] for one in result["data_sets"].values()
    }
    better, worse = (
        [f"{name} ({change['estimate']:+.3f})" for name, change in changes.items() if told(interval_of(change))]
        for told in (lambda interval: interval.high < 0, lambda interval: interval.low > 0)
    )
    return (
        f"**One model per person**, learning nothing from others, beats one taste for all in "
        f"{listed(better) if better else 'no set'}, and loses to it in {listed(worse) if worse else 'none'}."
    )
