"""Numbers that rules take beside rewards, and what is said where they are something else."""

from __future__ import annotations

import math
from numbers import Integral, Real
from typing import Any

from gustibus.comparisons import GustibusError

__all__ = ["real", "whole"]


def whole(value: Any, name: str, least: int, most: int | None = None) -> int:
    """A whole number in a range.

    Raises
    ------
    GustibusError
        It is something else.

    Examples
    --------
    >>> whole(3, "k", 1, 5)
    3
    """
    fits = isinstance(value, Integral) and not isinstance(value, bool)
    if not fits or int(value) < least or (most is not None and int(value) > most):
        wanted = f"of at least {least}" if most is None else f"from {least} to {most}"
        raise GustibusError(f"{name} is {value!r:.60}: give a whole number {wanted}")
    return int(value)


def real(value: Any, name: str, meaning: str, *, above: float = -math.inf, most: float = math.inf) -> float:
    """A number above one bound and not above another, never nan.

    Parameters
    ----------
    meaning
        What the number has to be, for the message.

    Raises
    ------
    GustibusError
        It is something else.

    Examples
    --------
    >>> real(2, "factor", "a number above 1", above=1, most=1e9)
    2.0
    """
    fits = isinstance(value, Real) and not isinstance(value, bool)
    if not fits or math.isnan(value) or (value <= above and above > -math.inf) or value > most:
        raise GustibusError(f"{name} is {value!r:.60}: give {meaning}")
    return float(value)
