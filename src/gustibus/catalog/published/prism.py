"""PRISM: people all over the world rate the answers of language models in live conversations.

Source: Kirk et al. (2024), arXiv 2404.16019.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Final

from gustibus.catalog.published.description import Citation, PublishedData
from gustibus.catalog.published.records import Plan, Record, Row, Wish
from gustibus.comparisons.messages import canonical_messages

__all__ = ["PRISM", "conversations_of_people"]

Turn = tuple[str, int]
"""A conversation, and the number of a turn in it."""


def conversations_of_people(records: Sequence[Record], wish: Wish) -> Plan:
    """Ratings of the answers in one turn, or the choice of one of them.

    The prompt of a turn is the conversation up to there, with the answers that the person went on with.
    """
    turns: dict[Turn, list[Record]] = defaultdict(list)
    for record in records:
        turn = _turn(record)
        if turn is not None:
            turns[turn].append(record)
    prompts: dict[Turn, str] = {}

    def prompt_of(record: Record, turn: Turn) -> str:
        if turn not in prompts:
            prompts[turn] = _conversation(record, turn, turns)
        return prompts[turn]

    def rating(record: Record) -> Iterable[Row]:
        who = {"user_id": record.text("user_id"), "prompt": prompt_of(record, _turn_or_fail(record))}
        return (who | {"response": record.text("model_response"), "rating": record.number("score"), "source": "human"},)

    def choice(record: Record) -> Iterable[Row]:
        turn = _turn_or_fail(record)
        if turns[turn][0] is not record:
            return ()  # the turn is read with its first answer
        options = list(dict.fromkeys(answer.text("model_response") for answer in turns[turn]))
        chosen = list(dict.fromkeys(a.text("model_response") for a in turns[turn] if a.flag("if_chosen")))
        if len(options) < 2:
            return record.without("a turn with one answer")
        if len(chosen) != 1:
            return record.without("a turn in which not exactly one answer is chosen")
        who = {"user_id": record.text("user_id"), "prompt": prompt_of(record, turn), "source": "human"}
        return (who | {"options": options, "chosen": chosen[0]},)

    return Plan("ratings", rating) if wish.aspect == "rating" else Plan("choices", choice)


def _turn(record: Record) -> Turn | None:
    try:
        return str(record.get("conversation_id")), int(record.get("turn"))
    except (TypeError, ValueError):
        return None


def _turn_or_fail(record: Record) -> Turn:
    record.text("conversation_id")
    record.number("turn")
    found = _turn(record)
    assert found is not None, "the turn was a number a line ago"
    return found


def _conversation(record: Record, turn: Turn, turns: dict[Turn, list[Record]]) -> str:
    """What was said before, and the prompt of this turn; plain text in the first turn."""
    conversation, number = turn
    asked = record.text("user_prompt")
    messages = []
    for earlier in range(number):
        answers = turns.get((conversation, earlier), [])
        taken = next((answer for answer in answers if answer.flag("if_chosen")), None)
        if taken is None:
            continue  # nothing is published of that turn
        messages.append({"role": "user", "content": taken.text("user_prompt")})
        messages.append({"role": "assistant", "content": taken.text("model_response")})
    return canonical_messages([*messages, {"role": "user", "content": asked}]) if messages else asked


PRISM: Final = PublishedData(
    name="prism",
    title="PRISM alignment",
    hub="HannahRoseKirk/prism-alignment",
    files={"": ("utterances.jsonl",)},
    columns={
        "user_id": "who judged",
        "conversation_id": "the conversation",
        "turn": "which turn of it, from 0",
        "user_prompt": "what the person wrote",
        "model_response": "what the model answered",
        "score": "how good the person finds it, 1 to 100",
        "if_chosen": "whether the conversation went on with it",
    },
    labels="derived",
    about="Real ratings of real answers; pairs are derived from ratings of the same person in the same turn (aspect "
    "rating), or from the answer that was taken among those shown (aspect choice).",
    n_people=1396,
    licence="CC-BY-4.0, answers CC-BY-NC-4.0",
    non_commercial=True,
    citation=Citation("Kirk et al.", 2024, "The PRISM Alignment Project", "2404.16019"),
    aspects=("rating", "choice"),
    size="68,371 rated answers",
    revision="18ab5cfb37456f4ec8cbc00212ce54cf7b1239f6",
)
"""Ratings in conversations."""
