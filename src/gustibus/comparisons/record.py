"""One judgement: the names, meanings and limits of its fields."""

from __future__ import annotations

from typing import Final, Literal

import numpy as np

__all__ = ["FIELDS", "NO_TIMESTAMP", "OPTIONAL_FIELDS", "POPULATION", "REQUIRED_FIELDS", "SPLITS", "Side"]

Side = Literal["a", "b", "tie"]
"""Who won: the first response, the second, or neither."""

FIELDS: Final[dict[str, str]] = {
    "user_id": "who judged",
    "prompt": "what the responses answer: text, a list of messages, or nothing",
    "response_a": "the first response: text or a list of messages",
    "response_b": "the second response: text or a list of messages",
    "choice": "a, b, tie, or the probability in [0, 1] that a is preferred",
    "margin": "how much better the preferred response is, any real number",
    "weight": "how much the judgement counts, a number >= 0 (1 if not given)",
    "group": "a group the person belongs to: a community, a locale, a role",
    "source": "where the judgement comes from: human, llm, simulated, or another name",
    "timestamp": "when it was given: a time, ISO 8601 text, or Unix seconds",
    "split": "train, validation or test",
    "prompt_b": "what response_b answers, where that is not the same as what response_a answers",
}
"""The fields of a record in the order in which they are written, and what each means."""

REQUIRED_FIELDS: Final = ("user_id", "response_a", "response_b", "choice")
OPTIONAL_FIELDS: Final = tuple(name for name in FIELDS if name not in REQUIRED_FIELDS)

SPLITS: Final = ("train", "validation", "test")
"""The names behind the codes 0, 1 and 2 of ``Comparisons.split``; -1 is none."""

POPULATION: Final = "population"
"""The one user of preference data that do not say who judged."""

NO_TIMESTAMP: Final = int(np.iinfo(np.int64).min)
"""The value of ``Comparisons.timestamp`` where no time is known."""
