"""How many tastes a fit found, in a sentence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

__all__ = ["said_of_tastes"]

_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight")


def said_of_tastes(summary: Mapping[str, Any]) -> str | None:
    """What a fit with ``prototypes="auto"`` found; None where the number was given, or could not be chosen.

    Parameters
    ----------
    summary : mapping
        Of a fitted model.

    Examples
    --------
    >>> curve = [{"prototypes": 1, "gain": 0.0, "gain_standard_error": 0.0},
    ...          {"prototypes": 2, "gain": 0.0412, "gain_standard_error": 0.006}]
    >>> said_of_tastes({"prototypes": 2, "findings": {"prototypes": curve}})
    'two tastes: one would lose 0.041 ± 0.006 nats a judgement'
    """
    curve = summary["findings"].get("prototypes")
    if not curve:
        return None
    chosen = summary["prototypes"]
    if chosen == 1:
        other = max((point for point in curve if point["prototypes"] > 1), key=lambda point: float(point["gain"]))
        verb = "would gain" if other["gain"] > 0 else "would lose"
        said, point = f"one taste suffices: {_NUMBERS[other['prototypes']]} {verb}", other
    else:
        point = next(point for point in curve if point["prototypes"] == chosen)
        said = f"{_NUMBERS[chosen]} tastes: one would lose"
    return f"{said} {abs(point['gain']):.3f} ± {point['gain_standard_error']:.3f} nats a judgement"
