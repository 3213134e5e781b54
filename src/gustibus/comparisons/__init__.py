"""What people said: the immutable table of judgements; reading, splitting and checking it."""

from gustibus.comparisons.aspects import read_aspects
from gustibus.comparisons.bad_rows import BadRow, BadRows
from gustibus.comparisons.caution import caution
from gustibus.comparisons.errors import DataWarning, GustibusError
from gustibus.comparisons.formats import FORMATS, Format
from gustibus.comparisons.items import Items
from gustibus.comparisons.messages import canonical_messages, is_conversation, messages
from gustibus.comparisons.people_reading import read_groups, read_weights
from gustibus.comparisons.preference_writing import preference_rows
from gustibus.comparisons.progress import Progress
from gustibus.comparisons.reading import read
from gustibus.comparisons.record import FIELDS, NO_TIMESTAMP, SPLITS
from gustibus.comparisons.reward_reading import read_rewards
from gustibus.comparisons.reward_table import RewardTable
from gustibus.comparisons.splitting import SplitBy, check_no_leak, n_shot, split
from gustibus.comparisons.summarising import summarise
from gustibus.comparisons.summary import Agreement, Summary
from gustibus.comparisons.table import Comparisons
from gustibus.comparisons.vote_shares import VoteShares, vote_shares
from gustibus.comparisons.wilson import wilson_interval
from gustibus.comparisons.writing import write

__all__ = [
    "FIELDS",
    "FORMATS",
    "NO_TIMESTAMP",
    "SPLITS",
    "Agreement",
    "BadRow",
    "BadRows",
    "Comparisons",
    "DataWarning",
    "Format",
    "GustibusError",
    "Items",
    "Progress",
    "RewardTable",
    "SplitBy",
    "Summary",
    "VoteShares",
    "canonical_messages",
    "caution",
    "check_no_leak",
    "is_conversation",
    "messages",
    "n_shot",
    "preference_rows",
    "read",
    "read_aspects",
    "read_groups",
    "read_rewards",
    "read_weights",
    "split",
    "summarise",
    "vote_shares",
    "wilson_interval",
    "write",
]
