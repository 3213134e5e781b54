"""Warning a person at their own line of code."""

from __future__ import annotations

import sys
import warnings

from gustibus.comparisons.errors import DataWarning

__all__ = ["caution"]


def caution(message: str) -> None:
    """Warn with a :class:`DataWarning` that points at the first caller outside this package."""
    level = 2  # this function is 1, its caller 2
    frame = sys._getframe(1)
    while frame.f_back is not None and str(frame.f_globals.get("__name__", "")).partition(".")[0] == "gustibus":
        frame = frame.f_back
        level += 1
    warnings.warn(message, DataWarning, stacklevel=level)
