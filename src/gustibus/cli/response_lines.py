"""Responses from a file or standard input, one a line."""

from __future__ import annotations

import json
import sys
from pathlib import Path

__all__ = ["read_pools", "read_responses"]


def read_responses(source: str) -> list[str]:
    """Responses from a file or, for ``-``, from standard input: texts one a line, or JSON.

    Raises
    ------
    GustibusError
        If there is no such file, or no response in it.
    """
    name, lines, as_json = _lines(source)
    return [_from_json(line, number, name) for number, line in enumerate(lines, 1)] if as_json else lines


def read_pools(source: str, prompt: str | None) -> list[tuple[str | None, list[str]]]:
    """The same, by the prompt that JSON objects name; all of them to ``prompt`` where none does.

    Raises
    ------
    GustibusError
        As :func:`read_responses`; or only some objects name a prompt, or ``prompt`` is given beside them.
    """
    from gustibus.comparisons import GustibusError, canonical_messages

    name, lines, as_json = _lines(source)
    if not as_json:
        return [(prompt, lines)]
    texts = [_from_json(line, number, name) for number, line in enumerate(lines, 1)]
    values = [json.loads(line) for line in lines]
    asked = [value.get("prompt") if isinstance(value, dict) else None for value in values]
    if not any(asked):
        return [(prompt, texts)]
    if prompt is not None:
        raise GustibusError(f"{name} names prompts itself: leave --prompt out, or the prompts in the file.")
    pools: dict[str, list[str]] = {}
    for number, (one, text) in enumerate(zip(asked, texts, strict=True), 1):
        if not one:
            raise GustibusError(f"{name}: line {number} names no prompt, and others do. Write one into every line.")
        pools.setdefault(one if isinstance(one, str) else canonical_messages(one), []).append(text)
    return list(pools.items())


def _lines(source: str) -> tuple[str, list[str], bool]:
    """What messages call the source, its lines, and whether they are JSON."""
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
    if not lines:
        raise GustibusError(f"{name} holds no response. Give one a line.")
    return name, lines, source.endswith(".jsonl") or all(line[0] in '{"' for line in lines)


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
