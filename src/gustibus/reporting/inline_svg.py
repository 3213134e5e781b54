"""A figure as SVG that lives inside an HTML page: themed by CSS variables, accessible, alone in its names."""

from __future__ import annotations

import io
import re
from html import escape
from typing import TYPE_CHECKING, Final

from gustibus.reporting.figure_style import GRID, INK, MUTED, PALETTE, PAPER

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["THEME_VARIABLES", "inline_svg"]

THEME_VARIABLES: Final[dict[str, str]] = {
    INK: "--figure-ink",
    MUTED: "--figure-muted",
    GRID: "--figure-grid",
    PAPER: "--figure-paper",
} | {colour: f"--figure-{i + 1}" for i, colour in enumerate(PALETTE)}
"""Colours of the figures and the CSS variables that may replace them, e.g. in the dark."""


def inline_svg(figure: Figure, *, name: str, alt: str) -> str:
    """Turn a figure into an ``<svg>`` element for a page.

    Its colours follow the page's theme (:data:`THEME_VARIABLES`), its ids begin with ``name`` so that several figures
    get along, its text is drawn as outlines so that no font is needed, and ``alt`` is read to whoever cannot see it.
    Equal figures give equal text.

    Parameters
    ----------
    figure
        A matplotlib figure.
    name
        Letters, digits and ``-``; unique on the page.
    alt
        What the figure shows, in a sentence or two.

    Examples
    --------
    >>> from gustibus.reporting import Curve, n_shot_curve
    >>> svg = inline_svg(n_shot_curve([0, 1], [Curve("a", [0.5, 0.6])]), name="shots", alt="It rises.")
    >>> svg[:41], 'aria-label="It rises."' in svg
    ('<svg role="img" aria-label="It rises." vi', True)
    """
    from matplotlib import rc_context

    page = io.StringIO()
    with rc_context({"svg.fonttype": "path", "svg.hashsalt": name, "svg.image_inline": True}):
        figure.savefig(page, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
    drawing = page.getvalue()
    drawing = drawing[drawing.index("<svg") :]
    drawing = re.sub(r"<(metadata|style)\b.*?</\1>", "", drawing, flags=re.DOTALL)
    drawing = re.sub(r'(?<= id=")', f"{name}-", drawing)
    drawing = re.sub(r'(?<=xlink:href="#)', f"{name}-", drawing).replace("xlink:href", "href")
    drawing = re.sub(r"(?<=url\(#)", f"{name}-", drawing)
    for colour, variable in THEME_VARIABLES.items():
        drawing = re.sub(re.escape(colour), f"var({variable}, {colour})", drawing, flags=re.IGNORECASE)
    box = re.search(r'viewBox="[^"]*"', drawing)
    assert box is not None, "matplotlib writes a viewBox"
    opening = f'<svg role="img" aria-label="{escape(alt)}" {box[0]} style="stroke-linejoin: round">'
    drawing = re.sub(r"^<svg[^>]*>", lambda _: opening, drawing, flags=re.DOTALL)
    return _smaller(drawing)


def _smaller(drawing: str) -> str:
    """Two decimals of a point are finer than any screen; scales (in ``transform``) and words keep all of theirs."""

    def rounded(found: re.Match[str]) -> str:
        return found[0] if found[0].endswith('"') else f"{float(found[0]):.2f}"

    drawing = re.sub(r'(?:transform|aria-label)="[^"]*"|-?\d+\.\d{3,}', rounded, drawing)
    return re.sub(r"\n\s*", "\n", drawing).strip()
