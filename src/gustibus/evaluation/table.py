"""Rows of figures that print well."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

__all__ = ["Table"]


class Table(list[dict[str, Any]]):
    """A list of rows (dicts) with a plain-text form.

    A figure ``x`` whose row also has ``x_low`` and ``x_high`` is printed with its interval in brackets.

    Parameters
    ----------
    rows
        The rows; what is missing or None is printed as a dash.
    headings
        Columns that `to_text` prints, and what it calls them.

    Examples
    --------
    >>> rows = [{"who": "seen", "loss": 0.5123, "loss_low": 0.4, "loss_high": 0.6}, {"who": "all", "loss": 0.7}]
    >>> print(Table(rows, {"who": "people", "loss": "log loss"}).to_text())
    people  log loss
    seen    0.512 [0.400, 0.600]
    all     0.700
    """

    def __init__(self, rows: Sequence[dict[str, Any]], headings: Mapping[str, str]) -> None:
        super().__init__(rows)
        self.headings = dict(headings)

    def to_text(self) -> str:
        """The printed columns, aligned, without a trailing newline."""
        cells = [list(self.headings.values())] + [[_cell(row, name) for name in self.headings] for row in self]
        widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
        lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in cells]
        return "\n".join(line.rstrip() for line in lines)


def _cell(row: Mapping[str, Any], name: str) -> str:
    value = row.get(name)
    if value is None:
        return "–"
    if not isinstance(value, float):
        return str(value)
    low, high = row.get(f"{name}_low"), row.get(f"{name}_high")
    return f"{value:.3f}" if low is None or high is None else f"{value:.3f} [{low:.3f}, {high:.3f}]"
