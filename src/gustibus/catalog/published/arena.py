"""Chatbot Arena: people put one question to two unnamed models and vote.

Source: Zheng et al. (2023), arXiv 2306.05685.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from gustibus.catalog.published.description import Citation, PublishedData
from gustibus.catalog.published.records import Plan, Record, Row, Wish

__all__ = ["CHATBOT_ARENA", "votes"]

_WINNERS: Final = {name: name for name in ("model_a", "model_b", "tie", "tie (bothbad)")}


def votes(records: Sequence[Record], wish: Wish) -> Plan:
    """Who won, said by whom, with both conversations."""

    def rows_of(record: Record) -> Iterable[Row]:
        a, b = record.text("conversation_a"), record.text("conversation_b")
        row = {"judge": record.text("judge"), "winner": record.one_of(_WINNERS, "winner"), "source": "human"}
        row |= {"model_a": record.text("model_a"), "model_b": record.text("model_b")}
        row |= {"tstamp": record.get("tstamp")}
        if a == b:
            return record.without("both responses are the same")
        return (row | {"conversation_a": a, "conversation_b": b},)

    return Plan("arena", rows_of)


CHATBOT_ARENA: Final = PublishedData(
    name="arena",
    title="Chatbot Arena conversations",
    hub="lmsys/chatbot_arena_conversations",
    files={"": ("data/train-*",)},
    columns={
        "judge": "who voted",
        "conversation_a": "the conversation with the first model",
        "conversation_b": "with the second",
        "model_a": "the first model",
        "model_b": "the second model",
        "winner": "model_a, model_b, tie or tie (bothbad)",
        "tstamp": "when, in Unix seconds",
    },
    labels="real",
    about="People voted on the answers of two models to their own question. All votes are real; both kinds of tie are "
    "ties. Most people voted once or twice. Contains offensive text. The hub asks to accept its terms first.",
    n_people=13_383,
    licence="CC-BY-4.0, answers CC-BY-NC-4.0",
    non_commercial=True,
    citation=Citation("Zheng et al.", 2023, "Judging LLM-as-a-judge with MT-Bench and Chatbot Arena", "2306.05685"),
    size="33,000 votes",
    revision="1b6335d42a1d2c7e34870c905d03ab964f7f2bd8",
    to_verify=("the licence of the two parts",),
    may_lack=("tstamp",),
)
"""Votes on conversations."""
