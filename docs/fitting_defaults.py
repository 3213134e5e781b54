"""Writes what fitting tries and takes as given where a page says ``<!-- defaults -->``, from the module itself."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Any, NamedTuple

MODULE = Path(__file__).parents[1] / "src" / "gustibus" / "fitting" / "defaults.py"
MARK = "<!-- defaults -->"
SECTION = re.compile(r"^# (?P<title>\S.*)$")


class Default(NamedTuple):
    """One value or list of values to try."""

    section: str
    name: str
    value: str
    why: str


def on_page_markdown(markdown: str, **_: Any) -> str:
    """Called by mkdocs for every page."""
    return markdown.replace(MARK, defaults_tables()) if MARK in markdown else markdown


def defaults_tables() -> str:
    """A table for each section of the module."""
    rows = defaults()
    parts = []
    for section in dict.fromkeys(row.section for row in rows):
        parts += [f"### {section}", "", "| name | value | why |", "| --- | --- | --- |"]
        parts += [f"| `{row.name}` | {row.value} | {row.why} |" for row in rows if row.section == section]
        parts.append("")
    return "\n".join(parts)


def defaults() -> list[Default]:
    """All of them, in the order of the module.

    Raises
    ------
    ValueError
        If one has no reason or stands in no section.
    """
    text = MODULE.read_text(encoding="utf-8")
    titles = [(n, found["title"]) for n, line in enumerate(text.splitlines(), 1) if (found := SECTION.match(line))]
    body = ast.parse(text).body
    found = []
    for statement, following in zip(body, [*body[1:], None], strict=True):
        if not isinstance(statement, ast.AnnAssign) or not isinstance(statement.target, ast.Name):
            continue
        name, value = statement.target.id, statement.value
        section = next((title for line, title in reversed(titles) if line < statement.lineno), None)
        why = _text(following)
        if value is None or section is None or not why:
            raise ValueError(f"{MODULE.name}:{statement.lineno}: {name} needs a section and, below it, its reason")
        found.append(Default(section, name, in_words(_value(value)), why))
    return found


def _value(node: ast.expr) -> Any:
    """Of a literal, or of one divided by another."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
        return ast.literal_eval(node.left) / ast.literal_eval(node.right)
    return ast.literal_eval(node)


def _text(statement: ast.stmt | None) -> str:
    """The words of a statement that is nothing but a text, on one line."""
    if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
        return " ".join(str(statement.value.value).split()).replace("|", "\\|")
    return ""


def in_words(value: Any) -> str:
    """A value as it is written in prose.

    >>> in_words((0, 5, None)), in_words(150_000), in_words(0.0002)
    ('0, 5, all', '150,000', '0.0002')
    """
    if isinstance(value, tuple):
        return ", ".join(in_words(one) for one in value)
    if value is None:
        return "all"
    return f"{value:,}" if isinstance(value, int) else f"{value:g}"
