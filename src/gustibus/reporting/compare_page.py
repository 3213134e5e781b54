"""The page of a comparison: one HTML file that needs nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from gustibus.comparisons.wording import counted
from gustibus.evaluation import Interval
from gustibus.reporting.compare_tables import Metric, cost_table, figures_of_row
from gustibus.reporting.n_shot_curve import Curve, n_shot_curve
from gustibus.reporting.page_parts import (
    FigureRow,
    PageFigure,
    figure_beside,
    figures_table,
    masthead,
    named_list,
    page,
    plain_table,
    record,
)
from gustibus.reporting.tables import format_cell

if TYPE_CHECKING:
    from gustibus.study import Comparison, ModelRow

__all__ = ["compare_page"]


def compare_page(comparison: Comparison) -> str:
    """Write the page of a comparison as HTML text.

    The figure is inline SVG that follows the reader's light or dark theme; there is no script, no font and no request
    to anywhere. Equal comparisons give equal pages.

    Parameters
    ----------
    comparison
        From :func:`gustibus.compare`.

    Raises
    ------
    GustibusError
        If matplotlib is missing.
    """
    title = "Do people differ, and which model says how?"
    parts = [
        masthead(title, [comparison.recommendation.sentence, _about(comparison)]),
        figure_beside("n-shot", _figure(comparison)),
        _figures(comparison, "log loss"),
        _differences(comparison),
        _figures(comparison, "accuracy"),
        plain_table(
            "Cost",
            cost_table(comparison),
            note="Free numbers that all people share and those of each person; seconds by the clock for one fit, its "
            "search for settings included, and for all its predictions. Means over seeds.",
        ),
    ]
    if comparison.skipped:
        left_out = ((name, " ".join(why.split())) for name, why in comparison.skipped.items())
        parts.append(named_list("Left out", left_out, note="Models that cannot be fitted to these judgements."))
    chosen = ((row.name, "; ".join(dict.fromkeys(map(_words, row.choices)))) for row in comparison.rows)
    parts.append(named_list("Chosen on validation judgements", chosen, note="Where seeds differ, one after the other."))
    parts.append(_record(comparison))
    return page(title, parts, written_by=f"Written by gustibus {comparison.version}.")


def _about(comparison: Comparison) -> str:
    about, n_seeds = comparison.about, len(comparison.seeds)
    data = (
        f"{counted(about['judgements'], 'judgement')} by {counted(about['people'], 'person')} on "
        f"{counted(about['items'], 'item')}. "
        if {"judgements", "people", "items"} <= about.keys()
        else ""
    )
    draws = f"{n_seeds} draw{'s' * (n_seeds != 1)} of seen and new people"
    return f"{data}All models were fitted to and tested on the same judgements, in {draws}."


def _figure(comparison: Comparison) -> PageFigure:
    """Bands only for the two models that the page speaks about: seven on top of each other hide everything."""
    spoken_of = {comparison.recommendation.model, comparison.reference}
    curves = []
    for row in comparison.rows:
        losses = [figures.log_loss for figures in row.unseen.values()]
        low, high = [loss.low for loss in losses], [loss.high for loss in losses]
        banded = row.name in spoken_of
        curves.append(Curve(row.name, [loss.estimate for loss in losses], *((low, high) if banded else (None, None))))
    figure = n_shot_curve(comparison.shots, curves, metric="log loss (nats)")
    best = comparison[comparison.recommendation.model]
    first, last = comparison.shots[0], comparison.shots[-1]
    path = f"{_at(best, first)} after {_answers(first)}, {_at(best, last)} after {_answers(last)}"
    caption = (
        f"New people were in no fit. The log loss of {best.name} on their judgements is {path}; lower is better. Bands "
        f"are 95% intervals over people, for {' and '.join(sorted(spoken_of))}."
    )
    alt = (
        f"Line chart of log loss on new people against the number of their answers, {first} to {last}, for "
        f"{', '.join(row.name for row in comparison.rows)}. {best.name}: {path}."
    )
    return PageFigure("What a few answers of a new person are worth", figure, caption, alt)


def _at(row: ModelRow, n: int) -> str:
    return format_cell(float(row.unseen[n].log_loss.estimate))


def _answers(n: int) -> str:
    return "no answers" if n == 0 else "1 answer" if n == 1 else f"{n} answers"


def _figures(comparison: Comparison, metric: Metric) -> str:
    meaning = "nats, lower is better" if metric == "log loss" else "share right, ties half, higher is better"
    name = metric.capitalize()
    return figures_table(
        name,
        [FigureRow(row.name, figures_of_row(row, metric)) for row in comparison.rows],
        note=f"{name} ({meaning}) with 95% intervals over people; the best model of a column is bold. New people were "
        "in no fit; the columns say how many of their answers each model was given.",
        shots=comparison.shots,
        best=min if metric == "log loss" else max,
    )


def _differences(comparison: Comparison) -> str:
    reference = comparison.reference
    rows = [
        FigureRow(row.name, figures_of_row(row, "log loss against the reference"))
        for row in comparison.rows
        if row.name != reference
    ]
    if not rows:
        return ""
    return figures_table(
        f"Log loss minus that of {reference}",
        rows,
        note=f"Paired on the same judgements (nats, below zero is better than {reference}) with 95% intervals over "
        "people. An interval that contains zero says that the two cannot be told apart.",
        shots=comparison.shots,
        best=min,
    )


def _record(comparison: Comparison) -> str:
    settings = {"seeds": ", ".join(map(str, comparison.seeds)), "version": comparison.version}
    settings |= {name: _words(value) for name, value in comparison.about.items() if name != "fingerprint"}
    if "fingerprint" in comparison.about:
        settings["fingerprint"] = str(comparison.about["fingerprint"])[:12]
    models = {row.name: _words({k: v for k, v in row.options.items() if k != "model"}) for row in comparison.rows}
    validation = {row.name: _interval(row.validation.log_loss) for row in comparison.rows}
    return record(
        {
            "Data and protocol": settings,
            "Given": {name: given for name, given in models.items() if given} or {"settings": "defaults"},
            "Validation log loss (nats)": validation,
        }
    )


def _interval(interval: Interval) -> str:
    return format_cell(interval)


def _words(value: Any) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {_words(entry)}" for name, entry in value.items() if entry is not None)
    if isinstance(value, list | tuple):
        return ", ".join(map(_words, value))
    if isinstance(value, float):
        return f"{value:.4g}"
    return str(value)
