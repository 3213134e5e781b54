"""Writes the options of a verb where a page says ``<!-- options: VERB -->``, from the program itself."""

from __future__ import annotations

import re
from typing import Any

import typer

MARK = re.compile(r"^<!-- options: (?P<verb>[a-z -]+) -->$", re.MULTILINE)
STYLE = re.compile(r"\[/?(?:bold|dim|italic)\]")


def on_page_markdown(markdown: str, **_: Any) -> str:
    """Called by mkdocs for every page."""
    return MARK.sub(lambda found: options_table(found["verb"].split()), markdown)


def options_table(path: list[str]) -> str:
    """Arguments and options of a verb as a Markdown table.

    Raises
    ------
    KeyError
        If there is no such verb.
    """
    from gustibus.cli import app

    command: Any = typer.main.get_command(app)
    context = command.make_context("gustibus", [], resilient_parsing=True)
    for verb in path:
        command = command.commands[verb]
        context = command.make_context(verb, [], parent=context, resilient_parsing=True)
    records = [parameter.get_help_record(context) for parameter in command.params]
    rows = [f"| `{usage}` | {_text(meaning)} |" for usage, meaning in filter(None, records)]
    return "\n".join(["| option | meaning |", "| --- | --- |", *rows])


def _text(text: str) -> str:
    return STYLE.sub("", text).replace("|", "\\|")
