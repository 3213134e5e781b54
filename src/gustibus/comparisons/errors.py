"""Errors and warnings that tell a person what was wrong, where, and what to do."""

from __future__ import annotations

__all__ = ["DataWarning", "GustibusError"]


class GustibusError(ValueError):
    """Something the user can fix: the message names what was wrong, where, and the fix.

    Every error that gustibus raises on purpose about data, files, models or settings derives from this class.
    """


class DataWarning(UserWarning):
    """The data are usable, but something about them deserves a look."""
