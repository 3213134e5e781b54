"""The table of which model takes which likelihood, in the page that marks a place for it."""

from __future__ import annotations

from typing import Any, Final, get_args

__all__ = ["on_page_markdown", "uses_table"]

MARK: Final = "<!-- likelihood uses -->"


def uses_table() -> str:
    """Markdown, one row a likelihood, made from the table that fits go by."""
    from gustibus.fitting import LIKELIHOOD_USES, ModelName

    models = [name for name in get_args(ModelName) if name != "auto"]
    reasons: dict[str, int] = {}
    lines = ["| likelihood | " + " | ".join(models) + " |", "| --- |" + " --- |" * len(models)]
    for likelihood, uses in LIKELIHOOD_USES.items():
        cells = []
        for model in models:
            use = uses[model]
            number = reasons.setdefault(use.why, len(reasons) + 1)
            cells.append(f"{use.kind} ({number})")
        lines.append(f"| `{likelihood}` | " + " | ".join(cells) + " |")
    return "\n".join([*lines, "", *(f"{number}. {why}" for why, number in reasons.items())])


def on_page_markdown(markdown: str, **_: Any) -> str:
    """Called by mkdocs for every page."""
    return markdown.replace(MARK, uses_table()) if MARK in markdown else markdown
