"""The table of the audit of groups in simulated worlds."""

from __future__ import annotations

from typing import Any

from gustibus.evaluation import Interval
from gustibus.reporting import Cell, Table, format_cell, wilson_interval

__all__ = ["group_audit"]

# Of the result: the tests in the order of the table, and the level at which they were counted.
TESTS = {
    "people within pairs": "same pairs, people as units",
    "within pairs": "same pairs, judgements as units",
    "residuals": "like questions, residuals (approximate)",
    "naive": "all questions, ids shuffled freely",
}
LEVEL, COUNTED = 0.05, "rejected at .05"


def group_audit(result: dict[str, Any]) -> str:
    """How often each test says that groups matter: where they do not, and where they do."""
    empty = {name: found for name, found in result["settings"].items() if name.startswith("no groups")}
    real = {name: found for name, found in result["settings"].items() if name not in empty}
    return "\n\n".join(
        [
            f"Groups carry nothing; a right test says at {LEVEL:.0%} that they do in {LEVEL:.0%} of the worlds. Bold: "
            f"its interval leaves out {LEVEL:.0%}.",
            _shares(empty, result["worlds"], mark=True),
            "Groups do differ; the more often it is seen the better, by a test that is right above:",
            _shares(real, result["worlds"], mark=False),
            f"{result['worlds']} worlds in each row, {result['permutations']} permutations in each test, shares with "
            "95 % intervals; groups were fitted to one half of the people and audited on the other. A dash: no pair is "
            "asked in two groups.",
        ]
    )


def _shares(settings: dict[str, Any], worlds: int, *, mark: bool) -> str:
    rows: list[list[Cell]] = [
        [name.removeprefix("no groups, "), *(_share(found.get(test), worlds, mark=mark) for test in TESTS)]
        for name, found in settings.items()
    ]
    return Table(["worlds", *TESTS.values()], rows).to_markdown()


def _share(found: dict[str, float] | None, worlds: int, *, mark: bool) -> str | None:
    if found is None:
        return None
    share = found[COUNTED]
    low, high = (float(bound) for bound in wilson_interval(share, worlds))
    text = format_cell(Interval(share, low, high, level=0.95, n_users=worlds))
    return f"**{text}**" if mark and not low <= LEVEL <= high else text
