"""What the pages are built of: frame, headline, figures with words, tables of figures, and what is kept for the record.

A page is one HTML file that needs nothing else: inline SVG that follows the reader's light or dark theme, no script, no
font, no request to anywhere.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from importlib.resources import files
from typing import TYPE_CHECKING

from gustibus.evaluation import Interval
from gustibus.reporting.inline_svg import inline_svg
from gustibus.reporting.tables import Table, format_cell

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = [
    "FigureRow",
    "PageFigure",
    "as_text",
    "estimate_of",
    "figure_beside",
    "figure_card",
    "figures_table",
    "masthead",
    "named_list",
    "page",
    "plain_table",
    "record",
]


@dataclass(frozen=True, eq=False)
class PageFigure:
    """A figure with its words.

    Attributes
    ----------
    title
        Above it.
    figure
        For matplotlib.
    caption
        What to see, as sentences.
    alt
        What it shows, for whoever cannot see it.
    """

    title: str
    figure: Figure
    caption: str
    alt: str


@dataclass(frozen=True)
class FigureRow:
    """A row of :func:`figures_table`.

    Attributes
    ----------
    name
        Of a model.
    figures
        On seen people, then on new people, one for each number of answers; None for a dash.
    competes
        Whether the best of a column may be in this row.
    """

    name: str
    figures: Sequence[float | Interval | None]
    competes: bool = True


def estimate_of(figure: float | Interval) -> float:
    """The figure without its interval.

    Examples
    --------
    >>> estimate_of(Interval(0.8, 0.7, 0.9, 0.95, 60)), estimate_of(0.8)
    (0.8, 0.8)
    """
    return float(figure.estimate if isinstance(figure, Interval) else figure)


def page(title: str, parts: Iterable[str], *, written_by: str) -> str:
    """The whole file: a headline first, then sections, which stand in the page's main part."""
    head, *sections = parts
    style = (files("gustibus.reporting") / "page.css").read_text(encoding="utf-8")
    body = "\n".join(
        [
            head,
            '<main id="content">',
            *sections,
            "</main>",
            f'<footer class="colophon">{escape(written_by)} <i lang="la">De gustibus non est disputandum.</i></footer>',
        ]
    )
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n'
        f"<title>{escape(title)}</title>\n<style>\n{style}</style>\n</head>\n<body>\n{body}\n</body>\n</html>\n"
    )


def masthead(title: str, lead: Iterable[str]) -> str:
    """The headline, and sentences under it."""
    sentences = "".join(f"<p>{escape(sentence)}</p>" for sentence in lead)
    return (
        '<a class="skip" href="#content">To the results</a>\n<header class="masthead">'
        '<p class="brand"><b aria-hidden="true">◆</b> gustibus</p>'
        f'<h1>{escape(title)}</h1><div class="lead">{sentences}</div></header>'
    )


def figure_beside(key: str, drawn: PageFigure, *, turned: bool = False) -> str:
    """A section with a figure and its words next to each other."""
    picture = f"<div>{inline_svg(drawn.figure, name=key, alt=drawn.alt)}</div>"
    words = f'<figcaption><h2 id="{key}-title">{escape(drawn.title)}</h2><p>{as_text(drawn.caption)}</p></figcaption>'
    inside = words + picture if turned else picture + words
    kind = "beside turned" if turned else "beside"
    return f'<section class="card" aria-labelledby="{key}-title"><figure class="{kind}">{inside}</figure></section>'


def figure_card(key: str, drawn: PageFigure) -> str:
    """A section with a figure and its words below it."""
    return (
        f'<section class="card" aria-labelledby="{key}-title"><figure><h2 id="{key}-title">{escape(drawn.title)}</h2>'
        f"{inline_svg(drawn.figure, name=key, alt=drawn.alt)}"
        f"<figcaption>{as_text(drawn.caption)}</figcaption></figure></section>"
    )


def figures_table(
    title: str,
    rows: Sequence[FigureRow],
    *,
    note: str,
    shots: Sequence[int],
    best: Callable[[list[float]], float] | None = None,
) -> str:
    """A section with one figure of every model: on seen people, and on new people by the number of their answers.

    Parameters
    ----------
    title
        Above it; also makes the ids.
    rows
        One a model.
    note
        What the figure is.
    shots
        Numbers of answers.
    best
        ``min`` or ``max``, to mark the best of each column.
    """
    columns = list(zip(*(row.figures for row in rows if row.competes), strict=True))
    winners = [best([estimate_of(one) for one in column if one is not None]) if best else None for column in columns]
    body = "".join(_row(row, winners) for row in rows)
    heads = "".join(f'<th scope="col">{n}</th>' for n in shots)
    key = _key(title)
    return (
        f'<section class="card" aria-labelledby="{key}"><h2 id="{key}">{escape(title)}</h2>'
        f'<p class="note" id="{key}-note">{escape(note)}</p>'
        f'<div class="scroll" role="region" aria-labelledby="{key}" tabindex="0">'
        f'<table aria-labelledby="{key}" aria-describedby="{key}-note">'
        '<thead><tr><th class="corner"></th><th class="seen"></th>'
        f'<th class="over" colspan="{len(shots)}" scope="colgroup">new people, by number of answers</th></tr>'
        '<tr><th class="corner" scope="col">model</th>'
        f'<th class="seen" scope="col">seen people</th>{heads}</tr></thead>'
        f"<tbody>{body}</tbody></table></div></section>"
    )


def plain_table(title: str, table: Table, *, note: str = "") -> str:
    """A section with a table; its first column names the rows."""
    key = _key(title)
    kinds = ["" if figures else ' class="words"' for figures in table.numeric()]
    heads = "".join(
        f'<th class="corner" scope="col">{escape(column.heading)}</th>' if i == 0
        else f'<th{kind} scope="col">{escape(column.heading)}</th>'
        for i, (column, kind) in enumerate(zip(table.columns, kinds, strict=True))
    )  # fmt: skip
    lines = []
    for first, *others in table.cells():
        cells = "".join(f"<td{kind}>{as_text(cell)}</td>" for cell, kind in zip(others, kinds[1:], strict=True))
        lines.append(f'<tr><th scope="row">{as_text(first)}</th>{cells}</tr>')
    about = f'<p class="note">{escape(note)}</p>' if note else ""
    return (
        f'<section class="card" aria-labelledby="{key}"><h2 id="{key}">{escape(title)}</h2>{about}'
        f'<div class="scroll" role="region" aria-labelledby="{key}" tabindex="0">'
        f'<table aria-labelledby="{key}"><thead><tr>{heads}</tr></thead><tbody>{"".join(lines)}</tbody></table>'
        "</div></section>"
    )


def named_list(title: str, entries: Iterable[tuple[str, str]], *, note: str) -> str:
    """A section with a name and some words a line."""
    key = _key(title)
    lines = "".join(f"<p><b>{as_text(name)}</b>: {as_text(words)}</p>" for name, words in entries)
    return (
        f'<section class="card" aria-labelledby="{key}"><h2 id="{key}">{escape(title)}</h2>'
        f'<div class="list"><p class="note">{escape(note)}</p>{lines}</div></section>'
    )


def record(parts: Mapping[str, Mapping[str, str]]) -> str:
    """The last section: lists of names and values under headings."""
    lists = "".join(
        f"<div><h3>{escape(name)}</h3><dl>"
        + "".join(f"<dt>{escape(key)}</dt><dd>{escape(value)}</dd>" for key, value in entries.items())
        + "</dl></div>"
        for name, entries in parts.items()
    )
    return (
        '<section class="card" aria-labelledby="record"><h2 id="record">For the record</h2>'
        f'<div class="record">{lists}</div></section>'
    )


def as_text(words: str) -> str:
    """Escaped, with equations such as K = 4 kept on one line."""
    return escape(words).replace(" = ", "&nbsp;=&nbsp;")


def _key(title: str) -> str:
    return "-".join(re.findall("[a-z0-9]+", title.lower()))


def _row(row: FigureRow, winners: Sequence[float | None]) -> str:
    cells = []
    for i, (figure, winner) in enumerate(zip(row.figures, winners, strict=True)):
        is_best = row.competes and figure is not None and winner is not None and estimate_of(figure) == winner
        classes = " ".join(["seen"] * (i == 0) + ["best"] * is_best)
        shown, _, interval = format_cell(figure).partition(" ")
        small = f"<small>{interval}</small>" if interval else ""
        cells.append(f'<td class="{classes}">{shown}{small}</td>' if classes else f"<td>{shown}{small}</td>")
    kind = "" if row.competes else "top"
    return f'<tr class="{kind}"><th scope="row">{as_text(row.name)}</th>{"".join(cells)}</tr>'
