"""A comparison of models as tables, for the terminal and the page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

from gustibus.evaluation import Interval
from gustibus.reporting.tables import Cell, Column, Table

if TYPE_CHECKING:
    from gustibus.study import Comparison, Figures, ModelRow

__all__ = ["Metric", "compare_table", "cost_table", "figures_of_row"]

Metric = Literal["log loss", "accuracy", "log loss against the reference"]

_UNITS: Final[dict[Metric, str]] = {
    "log loss": "nats",
    "accuracy": "share right",
    "log loss against the reference": "nats",
}


def figures_of_row(row: ModelRow, metric: Metric) -> list[Interval | None]:
    """Seen people, then new people at each number of answers."""

    def pick(figures: Figures) -> Interval | None:
        if metric == "log loss":
            return figures.log_loss
        return figures.accuracy if metric == "accuracy" else figures.log_loss_change

    return [pick(row.seen), *(pick(figures) for figures in row.unseen.values())]


def compare_table(comparison: Comparison, metric: Metric = "log loss", *, intervals: bool = True) -> Table:
    """One figure of every model: on seen people, and on new people by the number of their answers.

    Parameters
    ----------
    comparison
        From :func:`gustibus.compare`.
    metric
        ``"log loss"``, ``"accuracy"``, or ``"log loss against the reference"``: minus that of the reference on the same
        judgements.
    intervals
        Whether to print them; without, the table is narrow enough for a terminal.
    """
    heads = ["seen", *(f"new {n}" for n in comparison.shots)]
    rows: list[list[Cell]] = []
    for row in comparison.rows:
        figures = figures_of_row(row, metric)
        cells = figures if intervals else [None if figure is None else figure.estimate for figure in figures]
        rows.append([row.name, *cells])
    return Table([Column(metric, _UNITS[metric]), *heads], rows)


def cost_table(comparison: Comparison) -> Table:
    """What every model costs: free numbers, and seconds of a fit and of all its predictions."""
    columns: list[str | Column] = [
        "model", "shared numbers", "numbers a person", Column("fit", "s"), Column("predictions", "s"),
    ]  # fmt: skip
    rows = []
    for row in comparison.rows:
        numbers = [round(row.shared_numbers), round(row.numbers_each_person)]
        rows.append([row.name, *numbers, row.seconds_to_fit, row.seconds_to_predict])
    return Table(columns, rows, digits=1)
