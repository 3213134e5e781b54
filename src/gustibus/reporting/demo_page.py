"""The demo's page: one HTML file that needs nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

import numpy as np

from gustibus.reporting.demo_figures import demo_figures
from gustibus.reporting.demo_result import DemoResult, Example, ExampleResponse
from gustibus.reporting.demo_tables import METRICS, Metric, figures_of
from gustibus.reporting.figure_style import PALETTE
from gustibus.reporting.page_parts import (
    FigureRow,
    PageFigure,
    as_text,
    estimate_of,
    figure_beside,
    figure_card,
    figures_table,
    masthead,
    page,
    record,
)

__all__ = ["demo_page"]


def demo_page(result: DemoResult, figures: Mapping[str, PageFigure] | None = None) -> str:
    """Write the page of a demo as HTML text.

    Figures are inline SVG that follows the reader's light or dark theme; there is no script, no font and no request to
    anywhere. Equal results give equal pages.

    Parameters
    ----------
    result
        What the demo found.
    figures
        From :func:`demo_figures`, if they were drawn already.

    Raises
    ------
    GustibusError
        If matplotlib is missing or parts of the result do not fit together.
    """
    drawn = dict(demo_figures(result) if figures is None else figures)
    side_by_side = "".join(figure_card(key, drawn[key]) for key in ("n-shot", "prototypes") if key in drawn)
    parts = [
        masthead(result.title, result.lead),
        _at_a_glance(result),
        figure_beside("map", drawn["map"]),
        f'<div class="pair">{side_by_side}</div>',
        _results(result, "accuracy"),
        figure_beside("reliability", drawn["reliability"], turned=True),
        _results(result, "log loss"),
        _examples(result),
        _next_steps(result),
        _record(result),
    ]
    return page(result.title, parts, written_by=f"Written by gustibus, seed {result.seed}.")


def _at_a_glance(result: DemoResult) -> str:
    rows = [
        ("", result.baseline.name, result.baseline.seen.accuracy),
        ("best", result.best.name, result.best.seen.accuracy),
        ("top", result.ceiling.name, result.ceiling.seen.accuracy),
    ]
    if result.best is result.baseline:
        del rows[0]
    bars = "".join(
        f'<li class="{kind}"><span>{as_text(name)}</span>'
        '<span class="track" aria-hidden="true">'
        f'<span class="fill" style="width:{_percent(estimate_of(share))}"></span>'
        f'</span><span class="value">{estimate_of(share):.1%}</span></li>'
        for kind, name, share in rows
    )
    closed = result.gap_closed
    gap = (
        ""
        if np.isnan(closed)
        else f" That is {closed:.0%} of the way from one taste for everybody to the best possible."
    )
    return (
        '<section class="card" aria-labelledby="glance">'
        '<h2 id="glance">Right in how many of a hundred new judgements?</h2>'
        f'<ul class="bars">{bars}</ul>'
        f'<p class="note">People whom the models know, judging pairs they have not judged before.{gap} '
        "Guessing gives 50%; bars begin at 0.</p></section>"
    )


def _results(result: DemoResult, metric: Metric) -> str:
    rows = [FigureRow(result.ceiling.name, figures_of(result.ceiling, metric), competes=False)]
    rows += [FigureRow(model.name, figures_of(model, metric)) for model in result.models]
    name = metric.capitalize()
    note = (
        f"{name} ({METRICS[metric]}) with 95% intervals over people; the best model of a column is bold. New people "
        "were in no fit; the columns say how many of their answers each model was given."
    )
    return figures_table(name, rows, note=note, shots=result.shots, best=max if metric == "accuracy" else min)


def _examples(result: DemoResult) -> str:
    if not result.examples:
        return ""
    shown = "".join(_example(example, result.taste_names) for example in result.examples)
    return (
        '<section class="card long" aria-labelledby="examples">'
        '<h2 id="examples">What the learned tastes would pick</h2>'
        '<p class="note">The bars say how likely somebody of one pure learned taste is to find a response the best of '
        f"those shown; colours and numbers are those of the map.</p>{shown}</section>"
    )


def _example(example: Example, names: tuple[str, ...]) -> str:
    favourites = [
        max(example.responses, key=lambda response: response.shares[k]) for k in range(len(names))
    ]  # fmt: skip
    items = "".join(_response(response, names, favourites) for response in example.responses)
    return f'<article class="example"><h3>“{escape(example.prompt)}”</h3><ul class="responses">{items}</ul></article>'


def _response(response: ExampleResponse, names: tuple[str, ...], favourites: list[ExampleResponse]) -> str:
    style = f'<p class="style">Style: {as_text(response.style)}.</p>' if response.style else ""
    likes = "".join(
        f"<div{' class=favourite' if favourites[k] is response else ''} "
        f'style="--tint:var(--figure-{k % len(PALETTE) + 1})">'
        f'<dt>{escape(name)}</dt><dd class="line" aria-hidden="true"><i style="width:{_percent(share)}"></i></dd>'
        f'<dd class="share">{share:.0%}</dd></div>'
        for k, (name, share) in enumerate(zip(names, response.shares, strict=True))
    )
    return f'<li><blockquote>{escape(response.text)}</blockquote>{style}<dl class="likes">{likes}</dl></li>'


def _next_steps(result: DemoResult) -> str:
    steps = "".join(
        f"<li><p>{escape(step.explanation)}</p><pre><code>{escape(step.command)}</code></pre></li>"
        for step in result.next_steps
    )
    return (
        '<section class="card" aria-labelledby="next"><h2 id="next">Next: your own file</h2>'
        f'<ol class="steps">{steps}</ol></section>'
    )


def _record(result: DemoResult) -> str:
    seconds = {stage: f"{value:.1f} s" for stage, value in result.seconds.items()}
    seconds["all together"] = f"{sum(result.seconds.values()):.1f} s"
    return record(
        {"Settings": {"seed": str(result.seed), **result.settings}, "Time": seconds, "Versions": result.versions}
    )


def _percent(share: float) -> str:
    return f"{100 * min(max(share, 0.0), 1.0):.1f}%"
