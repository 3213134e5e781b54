"""Responses from a file or standard input, one a line."""

from __future__ import annotations

import json
import sys
from pathlib import Path

__all__ = ["read_responses"]


def read_responses(source: str) -> list[str]:
    """Responses from a file or, for ``-``, from standard input: texts one a line, or JSON.

    Raises
    ------
    GustibusError
        If there is no such file, or no response in it.
    """
    from gustibus.comparisons import GustibusError

    if source == "-":
        name, text = "standard input", sys.stdin.read()
    else:
        path = Path(source)
        if not path.is_file():
            raise GustibusError(
                f"There is no file {source}. Name a file with one response a line, or - for standard input."
            )
        try:
            name, text = source, path.read_text(encoding="utf-8")
        except UnicodeDecodeError as error:
            raise GustibusError(f"{source} is not UTF-8 text ({error.reason}). Write one response a line.") from error
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if source.endswith(".jsonl") or (lines and all(line[0] in '{"' for line in lines)):
        lines = [_from_json(line, number, name) for number, line in enumerate(lines, 1)]
    if not lines:
        raise GustibusError(f"{name} holds no response. Give one a line.")
    return lines


def _from_json(line: str, number: int, name: str) -> str:
    from gustibus.comparisons import GustibusError, canonical_messages

    try:
        value = json.loads(line)
    except ValueError as error:
        raise GustibusError(f"{name}: line {number} is not JSON ({error}). Write one text or object a line.") from error
    if isinstance(value, dict):
        for key in ("response", "text"):
            if key in value:
                value = value[key]
                break
    if isinstance(value, list):
        return canonical_messages(value)
    if not isinstance(value, str):
        raise GustibusError(
            f"{name}: line {number} holds no response: {line[:60]}. "
            'Write a text, or an object such as {"response": "tea"}.'
        )
    return value
