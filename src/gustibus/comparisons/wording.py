"""Numbers and values as they are put into sentences."""

from __future__ import annotations

from typing import Any

__all__ = ["counted", "shorten"]


def counted(number: int, noun: str) -> str:
    """A number with its noun in the right form.

    Examples
    --------
    >>> counted(1, "user"), counted(1200, "judgement"), counted(2, "new person")
    ('1 user', '1,200 judgements', '2 new people')
    """
    if number == 1:
        return f"1 {noun}"
    return f"{number:,} {noun.removesuffix('person')}people" if noun.endswith("person") else f"{number:,} {noun}s"


def shorten(value: Any, limit: int = 60) -> str:
    """Show a value in a message, cut where it is long.

    Examples
    --------
    >>> shorten("x" * 100, limit=10)
    "'xxxxxxxxx..."
    """
    text = "(missing)" if value is None else repr(value)
    return text if len(text) <= limit else text[:limit] + "..."
