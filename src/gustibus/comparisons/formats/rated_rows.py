"""Ratings and ranks, one row a response: pairs of what one person rated on one prompt."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from gustibus.comparisons.caution import caution
from gustibus.comparisons.column_reading import (
    MISSING_FIX,
    ColumnReading,
    blank,
    interned,
    read_optional,
    read_users,
)
from gustibus.comparisons.errors import GustibusError
from gustibus.comparisons.formats.derived_pairs import PairSets, assembled, pair_weight, sampled_pairs, thinned
from gustibus.comparisons.formats.format import COMMON_FIELDS, Derivation, Format
from gustibus.comparisons.number_columns import number_column
from gustibus.comparisons.record import FIELDS
from gustibus.comparisons.wording import counted

__all__ = ["CHOICE_ROWS", "RANKS", "RATINGS", "read_rows_of_people"]

_RESPONSE_NAMES = ("response", "item", "completion", "answer", "output", "option", "text")


def read_rows_of_people(reading: ColumnReading) -> None:
    """Read who, on which prompt, and the optional fields of rows that are no judgements yet."""
    prompts, (prompt,) = interned([reading.text("prompt")])
    reading.fault("prompt", blank(prompts)[prompt], "is only white space", "Write the prompt, or nothing at all.")
    reading.columns |= {"prompts": prompts, "prompt": prompt}
    read_users(reading)
    read_optional(reading)


def _read_responses(reading: ColumnReading) -> None:
    read_rows_of_people(reading)
    responses, (response,) = interned([reading.text("response")], keep_empty=True)
    reading.missing("response", response < 0, MISSING_FIX["response"])
    reading.fault("response", blank(responses)[response], "is empty", MISSING_FIX["response"])
    reading.columns |= {"responses": responses, "response": response}


def _read_number(reading: ColumnReading, field: str, fix: str) -> npt.NDArray[np.float64]:
    values, missing, faults = number_column(field, reading.raw.table[reading.column_of[field]])
    reading.faults.extend(faults)
    reading.unusable(field)
    reading.missing(field, missing, fix)
    return values.astype(np.float64)


def _read_ratings(reading: ColumnReading) -> None:
    _read_responses(reading)
    fix = "Write the rating as a number; a response without one cannot be compared."
    reading.columns["score"] = _read_number(reading, "rating", fix)


def _read_ranks(reading: ColumnReading) -> None:
    _read_responses(reading)
    fix = "Write the place as a number, 1 for the best; equal numbers are a tie."
    reading.columns["score"] = -_read_number(reading, "rank", fix)


def _sets(reading: ColumnReading, kept: dict[str, Any], *more: str) -> tuple[PairSets, npt.NDArray[np.int64]]:
    """What a person rated on a prompt, apart by group, source and split, which are never mixed in a pair."""
    keys = [kept[name] for name in ("prompt", *more, "group", "source", "split") if name in kept]
    sets, rows = PairSets.of(kept["user"], keys)
    lone = int((sets.sizes == 1).sum())
    if lone == len(sets.sizes):
        raise GustibusError(
            f"{reading.raw.name}: nobody rated two responses on one prompt, so there is nothing to compare "
            f"({counted(len(rows), 'row')}). Check which columns hold people and prompts; if prompts are not needed, "
            'leave them out: columns={"prompt": None}.'
        )
    if lone:
        caution(
            f"{reading.raw.name}: {counted(lone, 'row')} of {len(rows):,} could not be paired, as the person rated "
            "nothing else on the same prompt."
        )
    return sets, rows


def _kept(reading: ColumnReading, keep: npt.NDArray[np.bool_]) -> dict[str, Any]:
    return {key: value[keep] if isinstance(value, np.ndarray) else value for key, value in reading.columns.items()}


def _derive_from_scores(
    reading: ColumnReading, keep: npt.NDArray[np.bool_], derivation: Derivation, *, with_margin: bool
) -> dict[str, Any]:
    kept = _kept(reading, keep)
    sets, rows = _sets(reading, kept)
    which, first, second = sampled_pairs(reading.raw.name, sets, derivation.pairs_per_user, derivation.seed)
    a, b = rows[first], rows[second]
    different = kept["response"][a] != kept["response"][b]
    a, b, size = a[different], b[different], sets.sizes[which][different]
    if not len(a):
        raise GustibusError(
            f"{reading.raw.name}: every pair would compare a response with itself. Check which column holds the "
            "responses."
        )
    lead = kept["score"][a] - kept["score"][b]
    made = assembled(kept, a, b, kept["response"][a], kept["response"][b], lead, pair_weight(size, size))
    return made | ({"margin": np.abs(lead)} if with_margin else {})


def _derive_ratings(reading: ColumnReading, keep: npt.NDArray[np.bool_], derivation: Derivation) -> dict[str, Any]:
    return _derive_from_scores(reading, keep, derivation, with_margin=True)


def _derive_ranks(reading: ColumnReading, keep: npt.NDArray[np.bool_], derivation: Derivation) -> dict[str, Any]:
    return _derive_from_scores(reading, keep, derivation, with_margin=False)


def _read_choice_rows(reading: ColumnReading) -> None:
    """Read options one a row; a question in which not exactly one option is chosen is at fault as a whole."""
    _read_responses(reading)
    _, (question,) = interned([reading.text("question")])
    reading.missing("question", question < 0, "Give the options of one question the same id.")
    chosen = _read_flag(reading)
    reading.columns |= {"question": question, "chosen": chosen}
    readable = ~np.isnan(chosen) & (question >= 0)
    for fault in reading.faults:  # an option less would be another question
        readable[fault.positions] = False
    keys = [reading.columns["user"], question]
    sets, rows = PairSets.of(keys[0], keys[1:])
    set_of = np.empty(len(rows), np.int64)
    set_of[rows] = np.repeat(np.arange(len(sets.sizes)), sets.sizes)
    times = np.bincount(set_of, np.nan_to_num(chosen), minlength=len(sets.sizes))[set_of]
    whole = np.bincount(set_of[~readable], minlength=len(sets.sizes))[set_of] == 0
    reading.fault("chosen", readable & ~whole, "is in a question with an unusable row", "Correct that row.")
    reading.fault("chosen", whole & (times == 0), "is in a question in which nothing is chosen", "Mark one option.")
    reading.fault("chosen", whole & (times > 1), "is in a question in which several are chosen", "Mark one option.")
    only = whole & (sets.sizes[set_of] == 1)
    reading.fault("chosen", only, "is the only option of its question", "Give two or more.")


def _read_flag(reading: ColumnReading) -> npt.NDArray[np.float64]:
    """0 or 1, nan where unusable; truth values in any spelling."""
    column = reading.raw.table[reading.column_of["chosen"]]
    values = [_FLAGS.get(str(value).strip().lower(), np.nan) for value in column.to_pylist()]
    flags = np.array(values, np.float64)
    reading.fault("chosen", np.isnan(flags), "does not say whether the option was chosen", "Write 1 or 0.")
    return flags


_FLAGS = {"1": 1.0, "0": 0.0, "1.0": 1.0, "0.0": 0.0, "true": 1.0, "false": 0.0, "yes": 1.0, "no": 0.0}


def _derive_choice_rows(reading: ColumnReading, keep: npt.NDArray[np.bool_], derivation: Derivation) -> dict[str, Any]:
    kept = _kept(reading, keep)
    sets, rows = _sets(reading, kept, "question")
    which, first, second = sampled_pairs(reading.raw.name, sets, None, 0)
    a, b = rows[first], rows[second]
    lead = kept["chosen"][a] - kept["chosen"][b]
    good = np.flatnonzero((lead != 0) & (kept["response"][a] != kept["response"][b]))
    good = good[thinned(kept["user"][a[good]], derivation.pairs_per_user, derivation.seed)]
    a, b, lead, size = a[good], b[good], lead[good], sets.sizes[which[good]]
    return assembled(kept, a, b, kept["response"][a], kept["response"][b], lead, pair_weight(np.ones(len(size)), size))


_FIELDS = {"user_id": FIELDS["user_id"], "response": "what was judged: text or a list of messages"}
_USUAL = {"user_id": ("user_id", "worker", "annotator", "rater", "judge"), "response": _RESPONSE_NAMES}
_OPTIONAL = {name: FIELDS[name] for name in COMMON_FIELDS}

RATINGS = Format(
    name="ratings",
    about="one row a rated response; pairs are made within a person and prompt, the gap is the margin",
    fields=_FIELDS | {"rating": "how good the person finds it, any number, more is better"} | _OPTIONAL,
    required=("response", "rating"),
    answer="rating",
    usual=_USUAL | {"rating": ("rating", "score", "stars")},
    read=_read_ratings,
    derive=_derive_ratings,
)
"""``user_id, prompt, response, rating``."""

RANKS = Format(
    name="ranks",
    about="one row a response with its place in the person's order on a prompt",
    fields=_FIELDS | {"rank": "the place, 1 is the best; equal places are a tie"} | _OPTIONAL,
    required=("response", "rank"),
    answer="rank",
    usual=_USUAL,
    read=_read_ranks,
    derive=_derive_ranks,
)
"""``user_id, prompt, response, rank``."""

CHOICE_ROWS = Format(
    name="choice-rows",
    about="one row an option of a question, and whether it was chosen, as in conjoint data",
    fields=_FIELDS
    | {"question": "which rows are the options of one question", "chosen": "1 for the chosen option, 0 for the others"}
    | _OPTIONAL,
    required=("question", "response", "chosen"),
    answer="chosen",
    usual=_USUAL | {"question": ("question", "question_id", "task", "choice_set")},
    read=_read_choice_rows,
    derive=_derive_choice_rows,
)
"""``user_id, question, response, chosen``."""
