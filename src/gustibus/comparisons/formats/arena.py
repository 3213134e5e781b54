"""Votes of an arena: two models answer, and a person says which did better.

Source: the cards of the published data (Chiang et al. 2024, Chatbot Arena, arXiv 2403.04132): ``winner`` in words with
whole conversations, or one column a winner with lists of turns.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from gustibus.comparisons.column_reading import ColumnReading, read_optional, read_texts, read_users
from gustibus.comparisons.errors import GustibusError
from gustibus.comparisons.formats.format import COMMON_FIELDS, Format
from gustibus.comparisons.messages import canonical_messages, json_in_text
from gustibus.comparisons.number_columns import number_column
from gustibus.comparisons.preference_format import preference_texts
from gustibus.comparisons.record import FIELDS
from gustibus.comparisons.text_columns import plain_text

__all__ = ["ARENA"]

_SIDES: Final = {
    "b": ("model_b", "b", "right"),
    "a": ("model_a", "a", "left"),
    "tie": ("tie", "tie (bothbad)", "tie (both bad)", "both_bad", "bothbad", "both bad"),
}
_FIX: Final = "Write model_a, model_b, tie, or tie (bothbad)."
_FLAGS: Final = ("winner_a", "winner_b", "winner_tie")


def _read(reading: ColumnReading) -> None:
    prompt, a, b = _texts(reading)
    read_texts(reading, prompt, a, b)
    if "choice" in reading.column_of:
        _read_words(reading)
    else:
        _read_flags(reading)
    read_users(reading)
    read_optional(reading)


def _texts(reading: ColumnReading) -> tuple[Any, Any, Any]:
    """Prompt and both responses: of conversations, of lists of turns, or no prompt and the models' names."""
    of = reading.column_of
    if {"conversation_a", "conversation_b"} <= of.keys():
        texts = preference_texts(reading.raw, {"chosen": of["conversation_a"], "rejected": of["conversation_b"]})
        names = {"chosen": "conversation_a", "rejected": "conversation_b"}
        for fault in texts.faults:
            positions = np.zeros(reading.n_rows, bool)
            positions[fault.positions] = True
            reading.fault(names[fault.field], positions, fault.reason, fault.fix)
        of |= {"response_a": of["conversation_a"], "response_b": of["conversation_b"]}
        return texts.prompt, texts.chosen, texts.rejected
    if {"prompt", "response_a", "response_b"} <= of.keys():
        return _turns(reading)
    if not {"model_a", "model_b"} <= of.keys():
        raise GustibusError(
            f"{reading.raw.name}: an arena needs model_a and model_b, or conversation_a and conversation_b. It has: "
            f'{", ".join(map(repr, reading.raw.table.column_names))}. Name them: columns={{"model_a": "..."}}.'
        )
    of |= {"response_a": of["model_a"], "response_b": of["model_b"]}
    return reading.text("prompt"), reading.text("response_a"), reading.text("response_b")


def _turns(reading: ColumnReading) -> tuple[pa.Array, pa.Array, pa.Array]:
    """Prompt and responses as JSON lists with one entry a turn: the first question is the prompt."""
    asked, said_a, said_b = (plain_text(reading.text(name)) for name in ("prompt", "response_a", "response_b"))
    prompts, first, second = [], [], []
    wrong = np.zeros(reading.n_rows, bool)
    rows = zip(asked.to_pylist(), said_a.to_pylist(), said_b.to_pylist(), strict=True)
    for position, (questions, a, b) in enumerate(rows):
        turns = [_turn_list(part) for part in (questions, a, b)]
        wrong[position] = len({len(part) for part in turns}) > 1
        prompts.append(turns[0][0])
        first.append(_response(turns[0], turns[1]))
        second.append(_response(turns[0], turns[2]))
    fix = "Give the prompt and both responses equally many turns."
    reading.fault("prompt", wrong, "has more or fewer turns than a response", fix)
    return tuple(pa.array(part, pa.large_string()) for part in (prompts, first, second))


def _turn_list(text: str | None) -> list[str | None]:
    if text is not None and text.lstrip().startswith("["):
        try:
            found = json_in_text(text)
        except ValueError:
            return [text]
        if isinstance(found, list) and found and all(part is None or isinstance(part, str) for part in found):
            return found
    return [text]


def _response(questions: list[str | None], answers: list[str | None]) -> str | None:
    """The answer, or from the second turn on a conversation that begins with it."""
    if len(answers) == 1 or any(answer is None for answer in answers):
        return answers[0] if len(answers) == 1 else None
    messages = []
    for turn, answer in enumerate(answers):
        if turn:
            messages.append({"role": "user", "content": questions[turn] if turn < len(questions) else ""})
        messages.append({"role": "assistant", "content": answer})
    return canonical_messages(messages)


def _read_words(reading: ColumnReading) -> None:
    encoded = plain_text(reading.text("choice")).dictionary_encode()
    said = pc.utf8_lower(pc.utf8_trim_whitespace(encoded.dictionary)).to_pylist()
    side_of = {word: place for place, words in enumerate(_SIDES.values()) for word in words}
    sides = np.array([*(side_of.get(word, -1 if word else -2) for word in said), -2])
    side = sides[encoded.indices.fill_null(len(said)).to_numpy(zero_copy_only=False)]
    reading.missing("choice", side == -2, _FIX)
    reading.fault("choice", side == -1, "is no winner", _FIX)
    _set_sides(reading, side)


def _read_flags(reading: ColumnReading) -> None:
    """One column for each outcome; exactly one of them is 1."""
    flags = []
    for field in _FLAGS:
        if field not in reading.column_of:
            flags.append(np.zeros(reading.n_rows))
            continue
        values, missing, faults = number_column(field, reading.raw.table[reading.column_of[field]])
        reading.faults.extend(faults)
        reading.unusable(field)
        reading.missing(field, missing, "Write 1 in the column of the winner and 0 in the others.")
        flags.append(np.nan_to_num(values.astype(np.float64), nan=-1.0))
    table = np.stack(flags)
    usable = (table >= 0).all(axis=0)
    one = np.isin(table, (0.0, 1.0)).all(axis=0) & (table.sum(axis=0) == 1)
    reading.fault("winner_a", usable & ~one, "is in a row without exactly one winner", "Write 1 once and 0 elsewhere.")
    _set_sides(reading, np.array([1, 0, 2])[table.argmax(axis=0)])


def _set_sides(reading: ColumnReading, side: npt.NDArray[Any]) -> None:
    reading.columns["outcome"] = np.array([0.0, 1.0, 0.5], np.float32)[np.maximum(side, 0)]
    reading.columns["is_tie"] = side == 2


ARENA = Format(
    name="arena",
    about="votes between two models: model_a, model_b, winner, with or without their conversations",
    fields={
        "user_id": FIELDS["user_id"],
        "model_a": "the first model; what is compared if there are no conversations",
        "model_b": "the second model",
        "choice": "model_a, model_b, tie, or tie (bothbad); both kinds of tie are ties",
        "winner_a": "1 if the first model won, else 0; with winner_b and winner_tie in place of one column",
        "winner_b": "1 if the second model won, else 0",
        "winner_tie": "1 for a tie, else 0",
        "conversation_a": "the conversation with the first model, a list of messages",
        "conversation_b": "the conversation with the second model",
        "response_a": "the answers of the first model, where prompt and answers are lists of turns",
        "response_b": "the answers of the second model",
    }
    | {name: FIELDS[name] for name in (*COMMON_FIELDS, "margin")},
    required=("model_a", "model_b"),
    usual={
        "user_id": ("judge", "user_id"),
        "choice": ("winner",),
        "winner_a": ("winner_model_a",),
        "winner_b": ("winner_model_b",),
        "timestamp": ("tstamp", "timestamp"),
    },
    read=_read,
)
"""``model_a, model_b, winner, judge``, with or without conversations."""
