"""Generated text inside a page that people write: a block between two marks is replaced, the rest stays."""

from __future__ import annotations

import re

from gustibus.comparisons import GustibusError

__all__ = ["marked_block", "replace_marked_block"]


def replace_marked_block(markdown: str, name: str, generated: str) -> str:
    """Put generated text between ``<!-- results:NAME -->`` and ``<!-- /results:NAME -->``.

    The marks stay, so doing it again with the same text changes nothing.

    Parameters
    ----------
    markdown
        The whole page.
    name
        Letters, digits, ``-`` and ``_``.
    generated
        What belongs there; blank lines around it are added.

    Raises
    ------
    GustibusError
        If the marks are missing, occur twice or are the wrong way round, or the text contains a mark itself.

    Examples
    --------
    >>> page = "# Results\\n<!-- results:town -->\\nold\\n<!-- /results:town -->\\nThe end.\\n"
    >>> print(replace_marked_block(page, "town", "| a |"))
    # Results
    <!-- results:town -->
    <BLANKLINE>
    | a |
    <BLANKLINE>
    <!-- /results:town -->
    The end.
    <BLANKLINE>
    """
    if re.search(r"<!--\s*/?results:", generated):
        raise GustibusError(f"The text for block {name!r} holds a mark itself, so it could not be replaced again.")
    start, end = _inside(markdown, name)
    body = generated.strip("\n")
    return f"{markdown[:start]}\n\n{body}\n\n{markdown[end:]}"


def marked_block(markdown: str, name: str) -> str:
    """What stands between the marks of a block now, without the blank lines around it.

    Raises
    ------
    GustibusError
        If the marks are missing, occur twice or are the wrong way round.

    Examples
    --------
    >>> marked_block("<!-- results:k -->\\n\\n1 2 3\\n\\n<!-- /results:k -->", "k")
    '1 2 3'
    """
    start, end = _inside(markdown, name)
    return markdown[start:end].strip("\n")


def _inside(markdown: str, name: str) -> tuple[int, int]:
    """Where the text between the two marks begins and ends."""
    if not re.fullmatch(r"[\w-]+", name):
        raise GustibusError(f"{name!r} is no name of a block. Use letters, digits, - and _.")
    opening = [found.end() for found in re.finditer(rf"<!--\s*results:{name}\s*-->", markdown)]
    closing = [found.start() for found in re.finditer(rf"<!--\s*/results:{name}\s*-->", markdown)]
    if len(opening) != 1 or len(closing) != 1:
        raise GustibusError(
            f"Block {name!r} is opened {len(opening)} times and closed {len(closing)} times. The page needs "
            f"<!-- results:{name} --> and <!-- /results:{name} --> once each."
        )
    if closing[0] < opening[0]:
        raise GustibusError(f"Block {name!r} is closed before it is opened. Swap its two marks.")
    return opening[0], closing[0]
