"""What people said: the immutable table of judgements; reading, splitting and checking it."""

from gustibus.comparisons.errors import DataWarning, GustibusError
from gustibus.comparisons.items import Items
from gustibus.comparisons.messages import canonical_messages, is_conversation, messages
from gustibus.comparisons.progress import Progress
from gustibus.comparisons.table import Comparisons

__all__ = [
    "Comparisons",
    "DataWarning",
    "GustibusError",
    "Items",
    "Progress",
    "canonical_messages",
    "is_conversation",
    "messages",
]
