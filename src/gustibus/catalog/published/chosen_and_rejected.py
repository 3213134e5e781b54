"""Pairs that say which answer was chosen, and not by whom: Anthropic HH and the Skywork preferences."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from gustibus.catalog.published.description import Citation, PublishedData
from gustibus.catalog.published.records import Plan, Record, Row, Wish

__all__ = ["ANTHROPIC_HH", "SKYWORK", "conversations", "dialogues"]


def dialogues(records: Sequence[Record], wish: Wish) -> Plan:
    """Dialogues as text (Anthropic HH); the prompt is what both share, up to an ``Assistant:``."""
    return Plan("trl", lambda record: _row(record, "crowd workers", "human"))


def conversations(records: Sequence[Record], wish: Wish) -> Plan:
    """Lists of messages (Skywork); the source is the collection from which a pair was taken."""
    return Plan("trl", lambda record: _row(record, "unnamed judges", record.text("source")))


def _row(record: Record, judge: str, source: str) -> Iterable[Row]:
    chosen, rejected = (record.text(side) for side in ("chosen", "rejected"))
    if chosen == rejected:
        return record.without("both responses are the same")
    said = {side: record.get(side) for side in ("chosen", "rejected")}
    return (said | {"user_id": judge, "source": source, "split": record.split},)


ANTHROPIC_HH: Final = PublishedData(
    name="hh",
    title="Anthropic HH (helpful and harmless)",
    hub="Anthropic/hh-rlhf",
    files={"train": ("h*/train.jsonl.gz",), "test": ("h*/test.jsonl.gz",)},
    columns={"chosen": "the whole dialogue with the answer that was preferred", "rejected": "with the other"},
    labels="real",
    about="Crowd workers compared two answers; chosen is the more helpful one, in harmless-base the less harmful. Who "
    "judged is not published, so all are one user, crowd workers. The parts are folders (harmless-base, "
    "helpful-base, helpful-online, helpful-rejection-sampled); name one of them with path= to read it alone. Contains "
    "offensive text.",
    n_people=0,
    licence="MIT",
    non_commercial=False,
    citation=Citation("Bai et al.", 2022, "Training a helpful and harmless assistant", "2204.05862"),
    size="about 170 thousand pairs",
    revision="09be8c5bbc57cb3887f3a9732ad6aa7ec602a1fa",
    to_verify=("its exact size",),
)
"""Helpful and harmless dialogues."""

SKYWORK: Final = PublishedData(
    name="skywork",
    title="Skywork reward preferences 80K v0.2",
    hub="Skywork/Skywork-Reward-Preference-80K-v0.2",
    files={"train": ("data/train-*",)},
    columns={
        "chosen": "the conversation with the preferred answer, a list of messages",
        "rejected": "the conversation with the other",
        "source": "the collection from which the pair was taken",
    },
    labels="derived",
    about="Pairs picked from other collections (HelpSteer2, OffsetBias, WildGuard, Magpie); most are chosen by models, "
    "and nobody is named. All are one user, unnamed judges; the source is the collection.",
    n_people=0,
    licence="that of each source; none stated for the whole",
    non_commercial=False,
    citation=Citation("Liu et al.", 2024, "Skywork-Reward", "2410.18451"),
    size="77,016 pairs",
    revision="196326738b67b9c3e6aa6829cab639d8401ad385",
    to_verify=("whether a source forbids commercial use",),
)
"""A mixture for training reward models."""
