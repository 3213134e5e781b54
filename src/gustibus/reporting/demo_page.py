"""The demo's page: one HTML file that needs nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from importlib.resources import files

import numpy as np

from gustibus.evaluation import Interval
from gustibus.reporting.demo_figures import DemoFigure, demo_figures
from gustibus.reporting.demo_result import DemoResult, Example, ExampleResponse, estimate_of
from gustibus.reporting.demo_tables import METRICS, Metric, figures_of
from gustibus.reporting.figure_style import PALETTE
from gustibus.reporting.inline_svg import inline_svg
from gustibus.reporting.tables import format_cell

__all__ = ["demo_page"]


def demo_page(result: DemoResult, figures: Mapping[str, DemoFigure] | None = None) -> str:
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
    style = (files("gustibus.reporting") / "demo_page.css").read_text(encoding="utf-8")
    side_by_side = "".join(_figure_card(key, drawn[key]) for key in ("n-shot", "prototypes") if key in drawn)
    body = "\n".join(
        [
            _masthead(result),
            '<main id="content">',
            _at_a_glance(result),
            _figure_beside(result, "map", drawn["map"], turned=False),
            f'<div class="pair">{side_by_side}</div>',
            _results(result, "accuracy"),
            _figure_beside(result, "reliability", drawn["reliability"], turned=True),
            _results(result, "log loss"),
            _examples(result),
            _next_steps(result),
            _record(result),
            "</main>",
            f'<footer class="colophon">Written by gustibus, seed {result.seed}. '
            '<i lang="la">De gustibus non est disputandum.</i></footer>',
        ]
    )
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n'
        f"<title>{escape(result.title)}</title>\n<style>\n{style}</style>\n</head>\n<body>\n{body}\n</body>\n</html>\n"
    )


def _masthead(result: DemoResult) -> str:
    lead = "".join(f"<p>{escape(sentence)}</p>" for sentence in result.lead)
    return (
        '<a class="skip" href="#content">To the results</a>\n<header class="masthead">'
        '<p class="brand"><b aria-hidden="true">◆</b> gustibus</p>'
        f'<h1>{escape(result.title)}</h1><div class="lead">{lead}</div></header>'
    )


def _at_a_glance(result: DemoResult) -> str:
    rows = [
        ("", result.baseline.name, result.baseline.seen.accuracy),
        ("best", result.best.name, result.best.seen.accuracy),
        ("top", result.ceiling.name, result.ceiling.seen.accuracy),
    ]
    if result.best is result.baseline:
        del rows[0]
    bars = "".join(
        f'<li class="{kind}"><span>{_text(name)}</span>'
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


def _figure_beside(result: DemoResult, key: str, drawn: DemoFigure, *, turned: bool) -> str:
    picture = f"<div>{inline_svg(drawn.figure, name=key, alt=drawn.alt)}</div>"
    words = f'<figcaption><h2 id="{key}-title">{escape(drawn.title)}</h2><p>{_text(drawn.caption)}</p></figcaption>'
    inside = words + picture if turned else picture + words
    kind = "beside turned" if turned else "beside"
    return f'<section class="card" aria-labelledby="{key}-title"><figure class="{kind}">{inside}</figure></section>'


def _figure_card(key: str, drawn: DemoFigure) -> str:
    return (
        f'<section class="card" aria-labelledby="{key}-title"><figure><h2 id="{key}-title">{escape(drawn.title)}</h2>'
        f"{inline_svg(drawn.figure, name=key, alt=drawn.alt)}"
        f"<figcaption>{_text(drawn.caption)}</figcaption></figure></section>"
    )


def _results(result: DemoResult, metric: Metric) -> str:
    best = max if metric == "accuracy" else min
    rows = {model.name: figures_of(model, metric) for model in result.models}
    winners = [best(map(estimate_of, column)) for column in zip(*rows.values(), strict=True)]
    body = _row(result.ceiling.name, figures_of(result.ceiling, metric), [float("nan")] * len(winners), kind="top")
    body += "".join(_row(name, figures, winners, kind="") for name, figures in rows.items())
    shots = "".join(f'<th scope="col">{n}</th>' for n in result.shots)
    key = metric.replace(" ", "-")
    name = metric.capitalize()
    return (
        f'<section class="card" aria-labelledby="{key}"><h2 id="{key}">{name}</h2>'
        f'<p class="note" id="{key}-note">{name} ({METRICS[metric]}) with 95% intervals over people; the best model '
        "of a column is bold. New people were in no fit; the columns say how many of their answers each model was "
        "given.</p>"
        f'<div class="scroll" role="region" aria-labelledby="{key}" tabindex="0">'
        f'<table aria-labelledby="{key}" aria-describedby="{key}-note">'
        '<thead><tr><th class="corner"></th><th class="seen"></th>'
        f'<th class="over" colspan="{len(result.shots)}" scope="colgroup">new people, by number of answers</th></tr>'
        '<tr><th class="corner" scope="col">model</th>'
        f'<th class="seen" scope="col">seen people</th>{shots}</tr></thead>'
        f"<tbody>{body}</tbody></table></div></section>"
    )


def _row(name: str, figures: list[float | Interval], winners: list[float], *, kind: str) -> str:
    cells = []
    for i, (figure, winner) in enumerate(zip(figures, winners, strict=True)):
        classes = " ".join(["seen"] * (i == 0) + ["best"] * (estimate_of(figure) == winner))
        shown, _, interval = format_cell(figure).partition(" ")
        small = f"<small>{interval}</small>" if interval else ""
        cells.append(f'<td class="{classes}">{shown}{small}</td>' if classes else f"<td>{shown}{small}</td>")
    return f'<tr class="{kind}"><th scope="row">{_text(name)}</th>{"".join(cells)}</tr>'


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
    style = f'<p class="style">Style: {_text(response.style)}.</p>' if response.style else ""
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
    parts = {"Settings": {"seed": str(result.seed), **result.settings}, "Time": seconds, "Versions": result.versions}
    lists = "".join(
        f"<div><h3>{name}</h3><dl>"
        + "".join(f"<dt>{escape(key)}</dt><dd>{escape(value)}</dd>" for key, value in entries.items())
        + "</dl></div>"
        for name, entries in parts.items()
    )
    return (
        '<section class="card" aria-labelledby="record"><h2 id="record">For the record</h2>'
        f'<div class="record">{lists}</div></section>'
    )


def _text(words: str) -> str:
    """Escaped, with equations such as K = 4 kept on one line."""
    return escape(words).replace(" = ", "&nbsp;=&nbsp;")


def _percent(share: float) -> str:
    return f"{100 * min(max(share, 0.0), 1.0):.1f}%"
