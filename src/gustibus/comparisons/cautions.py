"""Data that can be used but deserve a look."""

from __future__ import annotations

from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from gustibus.comparisons.caution import caution
from gustibus.comparisons.repeats import contradictions, questions_of, repeated
from gustibus.comparisons.table import Comparisons
from gustibus.comparisons.wording import counted, shorten

__all__ = ["warn_of_cautions", "warn_of_several_sources"]

_LOOKS_MISSING: Final = {"nan", "none", "null", "n/a", "na", "<na>", "undefined", "nat"}


_ENOUGH_TIES: Final = 10
_ENOUGH_OF_ONE_SIDE: Final = 20
"""Judgements from which the same answer throughout is no accident: by chance one set in half a million has that."""


def warn_of_cautions(name: str, data: Comparisons, choice_column: str | None = None) -> None:
    """Warn where data are usable but odd: one answer throughout, strange ids, prompts that are missing, contradictions.

    Parameters
    ----------
    name
        What messages call the source.
    data
        What was read from it.
    choice_column
        Where choices were; None where the order of the columns says who won, as in chosen / rejected data.
    """
    if choice_column is not None:
        _one_answer(name, data, choice_column)
    _users(name, data)
    _prompts(name, data)
    warn_of_several_sources(f"{name}: there are", data)
    _contradictions(name, data)


def warn_of_several_sources(doing: str, data: Comparisons) -> None:
    """Warn where judgements of several sources, such as people and a model, are taken together.

    Parameters
    ----------
    doing
        How the message begins, such as ``"fit learns from"``.
    """
    counts = data.source_counts()
    if len(counts) > 1:
        said = ", ".join(f"{'not said' if text is None else repr(text)}: {count:,}" for text, count in counts.items())
        most = max((text for text in counts if text is not None), key=lambda text: counts[text])
        caution(
            f"{doing} judgements of several sources, mixed as if they were one ({said}). If that is not meant, keep "
            f"those of one: data.of_source({most!r})."
        )


def _one_answer(name: str, data: Comparisons, column: str) -> None:
    if len(data) >= _ENOUGH_TIES and data.is_tie.all():
        caution(
            f"{name}: column {column!r} says tie in all {len(data):,} judgements, so there is no preference to learn. "
            "Check that it is the column that says what people chose."
        )
    for side, value in (("a", 1.0), ("b", 0.0)):
        if len(data) >= _ENOUGH_OF_ONE_SIDE and (data.outcome == value).all():
            caution(
                f"{name}: column {column!r} says {side} in all {len(data):,} judgements. If whatever was preferred "
                f"was written as response_{side}, all is well. If people saw the two in this order, they may have "
                "picked a side, or the column says something else: check it, and shuffle the sides."
            )


def _users(name: str, data: Comparisons) -> None:
    trimmed = pc.utf8_lower(pc.utf8_trim_whitespace(data.users))
    suspects = data.users.filter(pc.is_in(trimmed, pa.array(sorted(_LOOKS_MISSING), trimmed.type))).to_pylist()
    missing = [user_id for user_id in suspects if user_id in data.user_ids]
    if missing:
        n_rows = len(data.for_users(missing))
        caution(
            f"{name}: {counted(n_rows, 'judgement')} by the user {missing[0]!r}, which looks like a missing value "
            "written as text. If nobody is called that, leave these rows out or give them their own ids."
        )
    n_alike = len(data.users) - pc.count_distinct(trimmed).as_py()
    if n_alike:
        seen: dict[str, str] = {}
        for user_id, short in zip(data.users.to_pylist(), trimmed.to_pylist(), strict=True):
            if short in seen:
                caution(
                    f"{name}: {counted(n_alike, 'user id')} equal to another but for case or white space, such as "
                    f"{seen[short]!r} and {user_id!r}. They are kept apart; make them equal if they are one person."
                )
                return
            seen[short] = user_id


def _prompts(name: str, data: Comparisons) -> None:
    without = data.prompt < 0
    if without.any() and not without.all():
        row = int(np.flatnonzero(without)[0])
        caution(
            f"{name}: {int(without.sum()):,} of {len(data):,} judgements have no prompt, the others do; the first is "
            f'number {row + 1:,} of those kept. Give all a prompt, or leave prompts out: columns={{"prompt": None}}.'
        )


def _contradictions(name: str, data: Comparisons) -> None:
    data = repeated(data)
    if not len(data):
        return
    questions = questions_of(data)
    torn = contradictions(data, questions)
    if not len(torn):
        return
    rows = np.flatnonzero(questions.question == torn[0])
    example = data.take(rows[:1]).to_rows()[0]
    pair = f"{shorten(example['response_a'], 40)} and {shorten(example['response_b'], 40)}"
    caution(
        f"{name}: {counted(len(torn), 'question')} put to a person more than once got both answers (now one response "
        f"preferred, now the other); all are kept. Example: user {example['user_id']!r} on {pair}. Repeats show how "
        "consistent people are; if they are mistakes, remove them."
    )
