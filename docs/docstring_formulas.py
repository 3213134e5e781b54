"""Shows formulas of docstrings as MathML, which browsers draw themselves: no script, nothing loaded from elsewhere."""

from __future__ import annotations

import re
from typing import Any

import griffe
from latex2mathml.converter import convert

FORMULA = re.compile(r":math:`([^`]+)`")
# A formula of its own: on the line of the directive, on indented lines below it, or both.
DISPLAYED = re.compile(
    r"^(?P<indent> *)\.\. math::[ ]*(?P<first>.*)\n(?P<rest>(?:\n*(?P=indent) {3,}\S.*\n?)*)", re.MULTILINE
)
ROLE = re.compile(r":(?:func|class|meth|mod|data|attr):`~?([^`]+)`")


def markdown(docstring: str) -> str:
    """The docstring with formulas as MathML and references as code."""
    docstring = DISPLAYED.sub(_displayed, docstring)
    docstring = FORMULA.sub(lambda found: _mathml(found[1], "inline"), docstring)
    return ROLE.sub(r"`\1`", docstring)


def _displayed(found: re.Match[str]) -> str:
    latex = " ".join(f"{found['first']} {found['rest']}".split())
    return f"{found['indent']}{_mathml(latex, 'block')}\n\n"


def _mathml(latex: str, display: str) -> str:
    formula = convert(" ".join(latex.split()), display=display)
    return f'<span class="formula">{formula}</span>'  # Markdown would take a line that begins with <math> for a block


class DocstringFormulas(griffe.Extension):
    """Applied to every object that the reference shows."""

    def on_object(self, *, obj: griffe.Object, **_: Any) -> None:
        if obj.docstring is not None:
            obj.docstring.value = markdown(obj.docstring.value)
