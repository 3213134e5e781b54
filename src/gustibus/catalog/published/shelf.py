"""All published data sets that can be loaded by name, and how each is converted."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Sequence
from typing import Final

from gustibus.catalog.published.arena import CHATBOT_ARENA, votes
from gustibus.catalog.published.chosen_and_rejected import ANTHROPIC_HH, SKYWORK, conversations, dialogues
from gustibus.catalog.published.description import PublishedData
from gustibus.catalog.published.multipref import MULTIPREF, pairs_judged_by_four
from gustibus.catalog.published.personas import PERSONAS, people_of_personas
from gustibus.catalog.published.pickapic import PICKAPIC_V1, PICKAPIC_V2, choices_of_images
from gustibus.catalog.published.prism import PRISM, conversations_of_people
from gustibus.catalog.published.ratings_of_answers import (
    HELPSTEER2,
    HELPSTEER2_PREFERENCE,
    ULTRAFEEDBACK,
    attributes,
    completions,
    strengths,
)
from gustibus.catalog.published.records import Plan, Record, Wish
from gustibus.catalog.published.summaries import TLDR, TLDR_LENGTH, by_length, by_people
from gustibus.comparisons import GustibusError

__all__ = ["DATASETS", "converter_of", "dataset_named"]

Converter = Callable[[Sequence[Record], Wish], Plan]

_CONVERTERS: Final[tuple[tuple[PublishedData, Converter], ...]] = (
    (TLDR, by_people),
    (TLDR_LENGTH, by_length),
    (PICKAPIC_V1, choices_of_images),
    (PICKAPIC_V2, choices_of_images),
    (PERSONAS, people_of_personas),
    (PRISM, conversations_of_people),
    (ULTRAFEEDBACK, completions),
    (HELPSTEER2, attributes),
    (HELPSTEER2_PREFERENCE, strengths),
    (MULTIPREF, pairs_judged_by_four),
    (SKYWORK, conversations),
    (ANTHROPIC_HH, dialogues),
    (CHATBOT_ARENA, votes),
)

DATASETS: Final[dict[str, PublishedData]] = {data.name: data for data, _ in _CONVERTERS}
"""Every published data set that can be loaded by name."""


def dataset_named(name: str) -> PublishedData:
    """The data set of that name.

    Raises
    ------
    GustibusError
        If there is none; the nearest is named.
    """
    if name in DATASETS:
        return DATASETS[name]
    near = difflib.get_close_matches(name.lower(), DATASETS, n=1, cutoff=0.5)
    meant = f" Did you mean {near[0]!r}?" if near else ""
    raise GustibusError(f"There is no data set {name!r}.{meant} There are: {', '.join(DATASETS)}.")


def converter_of(data: PublishedData) -> Converter:
    """What makes judgements of its records."""
    return next(converter for known, converter in _CONVERTERS if known is data)
