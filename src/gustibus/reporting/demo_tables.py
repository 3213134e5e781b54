"""The demo's results as tables, for the terminal, the page and the README."""

from __future__ import annotations

from typing import Final, Literal

from gustibus.evaluation import Interval
from gustibus.reporting.demo_result import DemoModel, DemoResult, Scores
from gustibus.reporting.page_parts import estimate_of
from gustibus.reporting.tables import Column, Table

__all__ = ["METRICS", "Metric", "demo_table", "figures_of"]

Metric = Literal["accuracy", "log loss"]

METRICS: Final[dict[Metric, str]] = {"accuracy": "share right, higher is better", "log loss": "nats, lower is better"}
"""The figures and their units."""


def figures_of(model: DemoModel, metric: Metric) -> list[float | Interval]:
    """One row: seen people, then new people at each number of answers."""

    def pick(scores: Scores) -> float | Interval:
        return scores.accuracy if metric == "accuracy" else scores.log_loss

    return [pick(model.seen), *map(pick, model.new)]


def demo_table(result: DemoResult, metric: Metric = "accuracy", *, intervals: bool = True) -> Table:
    """One figure of every model: on seen people, and on new people by the number of their answers.

    Parameters
    ----------
    result
        Of the demo.
    metric
        ``"accuracy"`` (share right) or ``"log loss"`` (nats).
    intervals
        Whether to print them; without, the table is narrow enough for a terminal.
    """
    columns: list[str | Column] = [metric, "seen people", *(f"new, {n} answers" for n in result.shots)]
    if not intervals:
        columns = [metric, "seen", *(f"new {n}" for n in result.shots)]
    rows = []
    for model in (result.ceiling, *result.models):
        figures = figures_of(model, metric)
        rows.append([model.name, *(figures if intervals else map(estimate_of, figures))])
    return Table(columns, rows)
