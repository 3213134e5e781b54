"""Conversations as text: one canonical spelling for a list of messages."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from gustibus.comparisons.errors import GustibusError

__all__ = ["canonical_messages", "is_conversation", "is_message_list", "json_in_text", "messages"]


def is_message_list(value: object) -> bool:
    """Tell whether a Python value is a list of messages: dicts, each with a ``role``.

    Examples
    --------
    >>> is_message_list([{"role": "user", "content": "Hello"}]), is_message_list(["Hello"])
    (True, False)
    """
    return (
        isinstance(value, Sequence)
        and not isinstance(value, str | bytes)
        and len(value) > 0
        and all(isinstance(message, Mapping) and isinstance(message.get("role"), str) for message in value)
    )


def canonical_messages(conversation: Sequence[Mapping[str, Any]]) -> str:
    """Spell a list of messages in the one way in which equal conversations are equal texts.

    Compact JSON with sorted keys; keys without a value (None) are left out, since frames fill them in.

    Parameters
    ----------
    conversation
        Messages such as ``{"role": "user", "content": "Hello"}``.

    Raises
    ------
    GustibusError
        If it is not a non-empty list of dicts that each have a ``role``, or holds what JSON cannot say.

    Examples
    --------
    >>> canonical_messages([{"role": "user", "content": "Hello"}])
    '[{"content":"Hello","role":"user"}]'
    """
    if not is_message_list(conversation):
        raise GustibusError(
            f"A conversation is a non-empty list of messages, each a dict with a 'role'; got {conversation!r:.200}. "
            'Write for example [{"role": "user", "content": "Hello"}].'
        )
    kept = [{key: value for key, value in message.items() if value is not None} for message in conversation]
    try:
        return json.dumps(kept, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    except (TypeError, ValueError) as error:
        raise GustibusError(
            f"A conversation holds something that JSON cannot say ({error}). Keep text, numbers, lists and dicts."
        ) from error


def json_in_text(text: str) -> Any:
    """The value that a text spells in JSON.

    Raises
    ------
    ValueError
        If it spells none, one that is nested too deeply, or one with half a character, which no column can hold.

    Examples
    --------
    >>> json_in_text('["tea", "gin"]')
    ['tea', 'gin']
    """
    try:
        value = json.loads(text)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    if "\\ud" in text.lower():
        json.dumps(value, ensure_ascii=False).encode("utf-8")  # what cannot be encoded is a ValueError
    return value


def is_conversation(text: str) -> bool:
    """Tell whether a text is a list of messages in JSON.

    Examples
    --------
    >>> is_conversation('[{"content":"Hello","role":"user"}]'), is_conversation("Hello")
    (True, False)
    """
    start = text.lstrip()[:1]
    if start != "[" or '"role"' not in text:
        return False
    try:
        return is_message_list(json_in_text(text))
    except ValueError:
        return False


def messages(text: str) -> list[dict[str, Any]]:
    """Recover the messages of a conversation from its text.

    Raises
    ------
    GustibusError
        If the text is not a conversation; ask :func:`is_conversation` first.

    Examples
    --------
    >>> messages('[{"content":"Hello","role":"user"}]')
    [{'content': 'Hello', 'role': 'user'}]
    """
    if not is_conversation(text):
        raise GustibusError(f"This text is not a conversation: {text[:80]!r}. Ask is_conversation(text) first.")
    parsed: list[dict[str, Any]] = json.loads(text)
    return parsed
