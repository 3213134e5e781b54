"""Responses, or prompts, from a file or standard input, one a line."""

from __future__ import annotations

import json
import sys
from pathlib import Path

__all__ = ["read_pools", "read_prompts", "read_responses"]

_RESPONSE, _PROMPT = ("response", "text"), ("prompt", "text")
_JSON = {"response": ("{", '"'), "prompt": ("{", "[{", '"')}
"""What every line begins with where lines are JSON."""


def read_responses(source: str) -> list[str]:
    """Responses from a file or, for ``-``, from standard input: texts one a line, or JSON.

    Raises
    ------
    GustibusError
        If there is no such file, or no response in it.
    """
    return _read(source, _RESPONSE)


def read_prompts(source: str) -> list[str]:
    """Prompts in the same way, each once: texts, or JSON (texts, message lists, or objects with ``prompt``).

    Raises
    ------
    GustibusError
        If there is no such file, or no prompt in it.
    """
    return list(dict.fromkeys(_read(source, _PROMPT)))


def read_pools(source: str, prompt: str | None) -> list[tuple[str | None, list[str]]]:
    """The same, by the prompt that JSON objects name; all of them to ``prompt`` where none does.

    Raises
    ------
    GustibusError
        As :func:`read_responses`; or only some objects name a prompt, or ``prompt`` is given beside them.
    """
    from gustibus.comparisons import GustibusError, canonical_messages

    name, lines, as_json = _lines(source, "response")
    if not as_json:
        return [(prompt, lines)]
    texts = [_from_json(line, number, name, _RESPONSE) for number, line in enumerate(lines, 1)]
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


def _read(source: str, fields: tuple[str, ...]) -> list[str]:
    name, lines, as_json = _lines(source, fields[0])
    return [_from_json(line, number, name, fields) for number, line in enumerate(lines, 1)] if as_json else lines


def _lines(source: str, what: str) -> tuple[str, list[str], bool]:
    """What messages call the source, its lines, and whether they are JSON."""
    from gustibus.comparisons import GustibusError

    if source == "-":
        name, text = "standard input", sys.stdin.read()
    else:
        path = Path(source)
        if not path.is_file():
            raise GustibusError(
                f"There is no file {source}. Name a file with one {what} a line, or - for standard input."
            )
        try:
            name, text = source, path.read_text(encoding="utf-8")
        except UnicodeDecodeError as error:
            raise GustibusError(f"{source} is not UTF-8 text ({error.reason}). Write one {what} a line.") from error
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if not lines:
        raise GustibusError(f"{name} holds no {what}. Give one a line.")
    return name, lines, source.endswith(".jsonl") or all(line.startswith(_JSON[what]) for line in lines)


def _from_json(line: str, number: int, name: str, fields: tuple[str, ...]) -> str:
    from gustibus.comparisons import GustibusError, canonical_messages

    try:
        value = json.loads(line)
    except ValueError as error:
        raise GustibusError(f"{name}: line {number} is not JSON ({error}). Write one text or object a line.") from error
    if isinstance(value, dict):
        value = next((value[key] for key in fields if key in value), None)
    if isinstance(value, list):
        return canonical_messages(value)
    if not isinstance(value, str):
        raise GustibusError(
            f"{name}: line {number} holds no {fields[0]}: {line[:60]}. "
            f'Write a text, or an object such as {{"{fields[0]}": "tea"}}.'
        )
    return value
