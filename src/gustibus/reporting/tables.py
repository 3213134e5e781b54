"""Tables that print the same figures everywhere: markdown, plain text and JSON."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gustibus.comparisons import GustibusError
from gustibus.evaluation import Interval

__all__ = ["Cell", "Column", "Table", "format_cell"]

Cell = str | int | float | Interval | None
"""What a table holds: text, a count, a figure, a figure with its interval, or nothing."""

_NOTHING = "–"


def format_cell(cell: Cell, digits: int = 3) -> str:
    """Text of one cell.

    Figures have ``digits`` decimals, counts separate their thousands, intervals follow in brackets; None and nan are a
    dash.

    Examples
    --------
    >>> format_cell(Interval(0.8123, 0.8031, 0.8204, level=0.95, n_users=60))
    '0.812 [0.803, 0.820]'
    >>> format_cell(0.5), format_cell(12000), format_cell(None), format_cell(-0.0004)
    ('0.500', '12,000', '–', '0.000')
    """
    if isinstance(cell, Interval):
        figure = format_cell(float(cell.estimate), digits)
        if math.isnan(cell.low) or math.isnan(cell.high):
            return figure
        return f"{figure} [{format_cell(float(cell.low), digits)}, {format_cell(float(cell.high), digits)}]"
    if cell is None or (isinstance(cell, float) and math.isnan(cell)):
        return _NOTHING
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, int):
        return f"{cell:,}"
    text = f"{cell:.{digits}f}"
    return text.removeprefix("-") if float(text) == 0 else text


@dataclass(frozen=True)
class Column:
    """A heading, and the unit of what is below it (``""`` for none)."""

    name: str
    unit: str = ""

    @property
    def heading(self) -> str:
        """Name and unit, e.g. ``"log loss (nats)"``."""
        return f"{self.name} ({self.unit})" if self.unit else self.name


@dataclass(frozen=True, init=False)
class Table:
    """Rows of cells under named columns.

    Parameters
    ----------
    columns
        Names, or :class:`Column` where there is a unit to name.
    rows
        One sequence of cells a row, as long as ``columns``. Numpy numbers are fine.
    digits
        Decimals of figures.

    Raises
    ------
    GustibusError
        If a row has more or fewer cells than there are columns, or a cell cannot be printed.

    Examples
    --------
    >>> table = Table(["model", Column("accuracy", "share right"), "people"],
    ...               [["one taste", 0.7001, 60], ["tastes", Interval(0.81, 0.8, 0.82, 0.95, 60), 60]])
    >>> print(table.to_markdown())
    | model | accuracy (share right) | people |
    | :--- | ---: | ---: |
    | one taste | 0.700 | 60 |
    | tastes | 0.810 [0.800, 0.820] | 60 |
    """

    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    digits: int

    def __init__(self, columns: Sequence[str | Column], rows: Iterable[Sequence[Any]], *, digits: int = 3) -> None:
        named = tuple(column if isinstance(column, Column) else Column(column) for column in columns)
        object.__setattr__(self, "columns", named)
        object.__setattr__(self, "rows", tuple(_row(i, row, named) for i, row in enumerate(rows)))
        object.__setattr__(self, "digits", digits)

    @classmethod
    def from_dicts(
        cls, rows: Sequence[Mapping[str, Any]], columns: Sequence[str | Column] | None = None, *, digits: int = 3
    ) -> Table:
        """Rows of named cells; the columns of the first row in its order if none are given.

        Examples
        --------
        >>> print(Table.from_dicts([{"model": "bt", "accuracy": 0.7}, {"model": "pal-a"}]).to_text())
        model  accuracy
        bt        0.700
        pal-a         –
        """
        if columns is None:
            columns = list(rows[0]) if rows else []
        names = [column.name if isinstance(column, Column) else column for column in columns]
        return cls(columns, [[row.get(name) for name in names] for row in rows], digits=digits)

    def cells(self) -> list[list[str]]:
        """All rows as text, without the headings."""
        return [[format_cell(cell, self.digits) for cell in row] for row in self.rows]

    def to_markdown(self) -> str:
        """A markdown table, without a trailing newline; text columns to the left, figures to the right."""
        lines = [
            [column.heading for column in self.columns],
            ["---:" if numeric else ":---" for numeric in self.numeric()],
            *self.cells(),
        ]
        return "\n".join("| " + " | ".join(_escaped(cell) for cell in line) + " |" for line in lines)

    def to_text(self) -> str:
        """Aligned plain text, without a trailing newline."""
        lines = [[column.heading for column in self.columns], *self.cells()]
        widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
        numeric = self.numeric()
        return "\n".join(
            "  ".join(
                cell.rjust(width) if right else cell.ljust(width)
                for cell, width, right in zip(line, widths, numeric, strict=True)
            ).rstrip()
            for line in lines
        )

    def to_json(self) -> str:
        """Columns with their units, and rows of unrounded numbers; an interval is an object with its bounds."""
        rows = [
            {column.name: _plain(cell) for column, cell in zip(self.columns, row, strict=True)} for row in self.rows
        ]
        columns = [{"name": column.name, "unit": column.unit} for column in self.columns]
        return json.dumps({"columns": columns, "rows": rows}, ensure_ascii=False, indent=2, allow_nan=False)

    def numeric(self) -> list[bool]:
        """Whether a column holds figures only (and at least one)."""
        columns = list(zip(*self.rows, strict=True)) if self.rows else [()] * len(self.columns)
        present = [[cell for cell in column if cell is not None] for column in columns]
        return [bool(cells) and not any(isinstance(cell, str) for cell in cells) for cells in present]


def _row(i: int, row: Sequence[Any], columns: Sequence[Column]) -> tuple[Cell, ...]:
    if len(row) != len(columns):
        names = ", ".join(column.name for column in columns)
        raise GustibusError(f"Row {i} has {len(row)} cells for {len(columns)} columns ({names}). Give one for each.")
    cells = tuple(cell.item() if hasattr(cell, "item") else cell for cell in row)
    for cell, column in zip(cells, columns, strict=True):
        if not isinstance(cell, str | int | float | Interval | None):
            raise GustibusError(
                f"Row {i}, column {column.name!r} holds a {type(cell).__name__}; a table prints text, numbers, "
                "Interval and None. Turn it into one of these."
            )
    return cells


def _escaped(cell: str) -> str:
    return cell.replace("|", r"\|").replace("\n", " ")


def _plain(cell: Cell) -> Any:
    if isinstance(cell, Interval):
        bounds = {"estimate": cell.estimate, "low": cell.low, "high": cell.high, "level": cell.level}
        return {name: _plain(float(value)) for name, value in bounds.items()} | {"n_users": cell.n_users}
    return None if isinstance(cell, float) and not math.isfinite(cell) else cell
