"""What people said: the immutable table of judgements; reading, splitting and checking it."""

from gustibus.comparisons.errors import DataWarning, GustibusError
from gustibus.comparisons.progress import Progress

__all__ = ["DataWarning", "GustibusError", "Progress"]
