"""Arguments that many functions take, and what is said where they are something else."""

from __future__ import annotations

import os
from collections.abc import Iterable
from numbers import Integral
from pathlib import Path
from typing import Any

from gustibus.comparisons.errors import GustibusError
from gustibus.comparisons.table import Comparisons

__all__ = ["answer_counts", "check_comparisons", "check_progress", "check_seed", "check_whole", "path_of", "texts_of"]


def check_comparisons(data: object) -> None:
    """Refuse what is no table of judgements.

    >>> row = {"user_id": "ann", "response_a": "p", "response_b": "q", "choice": "a"}
    >>> check_comparisons(Comparisons.from_rows([row]))
    """
    if not isinstance(data, Comparisons):
        raise GustibusError(
            f"judgements must be Comparisons, got {type(data).__name__}. Read them first: gustibus.read(...)."
        )


def check_seed(seed: Any) -> None:
    """Refuse seeds that no generator takes.

    >>> check_seed(7)
    """
    if isinstance(seed, bool) or not isinstance(seed, Integral) or int(seed) < 0:
        raise GustibusError(f"seed must be a whole number of at least 0, got {seed!r}")


def check_whole(name: str, value: Any, *, least: int | None = None) -> None:
    """Refuse what is no whole number, or one below ``least``.

    >>> check_whole("folds", 2, least=2)
    """
    bound = "" if least is None else f" of at least {least}"
    if isinstance(value, bool) or not isinstance(value, Integral) or (least is not None and int(value) < least):
        raise GustibusError(f"{name} must be a whole number{bound}, got {value!r}")


def check_progress(progress: object) -> None:
    """Refuse what cannot be called.

    >>> check_progress(None)
    """
    if progress is not None and not callable(progress):
        raise GustibusError(
            f"progress must be a function that is called with (stage, done, total), or None; got {progress!r:.60}"
        )


def path_of(given: object, what: str) -> Path:
    """A path from text or a path.

    >>> path_of("fits", "folder").name
    'fits'
    """
    if not isinstance(given, str | os.PathLike):
        raise GustibusError(f"{what} must be a path, as text or pathlib.Path; got {given!r:.60}")
    return Path(os.fsdecode(given)).expanduser()


def answer_counts(shots: object) -> tuple[int, ...]:
    """Numbers of answers in ascending order, each once.

    >>> answer_counts([5, 0, 5])
    (0, 5)
    """
    given: list[Any] = list(shots) if isinstance(shots, Iterable) else [shots, None]
    if isinstance(shots, str) or not all(isinstance(n, Integral) and int(n) >= 0 for n in given):
        raise GustibusError(
            f"shots={shots!r}: give numbers of answers, which cannot be negative, such as shots=(0, 5, 20)"
        )
    return tuple(sorted({int(n) for n in given}))


def texts_of(given: object, what: str) -> list[str]:
    """One text or several as a list.

    >>> texts_of("tea", "responses"), texts_of(("tea", "gin"), "responses")
    (['tea'], ['tea', 'gin'])
    """
    if isinstance(given, str):
        return [given]
    texts: list[Any] = list(given) if isinstance(given, Iterable) else [given]
    if not all(isinstance(text, str) for text in texts):
        raise GustibusError(f"{what} must be a text or a list of texts, got {given!r:.60}")
    return texts
