"""Orders, one row each: rankings of several responses, and choices of one among several."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from gustibus.comparisons.caution import caution
from gustibus.comparisons.column_reading import MISSING_FIX, ColumnReading, blank, interned
from gustibus.comparisons.errors import GustibusError
from gustibus.comparisons.formats.derived_pairs import PairSets, assembled, pair_weight, sampled_pairs, thinned
from gustibus.comparisons.formats.format import COMMON_FIELDS, Derivation, Format
from gustibus.comparisons.formats.list_columns import Lists, list_column, places_of_text
from gustibus.comparisons.formats.rated_rows import read_rows_of_people
from gustibus.comparisons.messages import json_in_text
from gustibus.comparisons.record import FIELDS
from gustibus.comparisons.text_columns import plain_text
from gustibus.comparisons.wording import counted

__all__ = ["CHOICES", "RANKINGS"]

_UNPLACED = np.int64(1 << 40)
"""The place of options that were seen and not ranked: behind all others, and never compared with each other."""


def _read_ranking(reading: ColumnReading) -> None:
    read_rows_of_people(reading)
    ranking = list_column(reading, "ranking", places_of_text)
    options = list_column(reading, "options", _list_in_text) if "options" in reading.column_of else None
    texts = [ranking.text] if options is None else [ranking.text, options.text]
    responses, codes = interned(texts, keep_empty=True)
    _check_entries(reading, "ranking", ranking, codes[0], responses)
    reading.columns["responses"] = responses
    if options is None:
        few = ranking.sizes(reading.n_rows) == 1
        reading.fault("ranking", few, "ranks fewer than two responses", "Rank two or more, or give the options.")
        _keep_entries(reading, ranking.row, codes[0], ranking.place)
        return
    _check_entries(reading, "options", options, codes[1], responses)
    _check_options(reading, options)
    seen = _known(options.row, codes[1], len(responses))
    strange = ~np.isin(_known(ranking.row, codes[0], len(responses)), seen)
    reading.fault("ranking", _rows(reading, ranking.row[strange]), "names something that is no option", "Add it.")
    ranked = np.isin(seen, _known(ranking.row, codes[0], len(responses)))
    row = np.concatenate([ranking.row, options.row[~ranked]])
    _keep_entries(
        reading,
        row,
        np.concatenate([codes[0], codes[1][~ranked]]),
        np.concatenate([ranking.place, np.full(int((~ranked).sum()), _UNPLACED)]),
    )


def _read_choice(reading: ColumnReading) -> None:
    read_rows_of_people(reading)
    options = list_column(reading, "options", _list_in_text)
    text = plain_text(reading.text("chosen"))
    responses, (codes, chosen) = interned([options.text, text], keep_empty=True)
    _check_entries(reading, "options", options, codes, responses)
    _check_options(reading, options)
    reading.missing("chosen", chosen < 0, "Name the chosen option.")
    is_chosen = codes == chosen[options.row]
    found = np.bincount(options.row[is_chosen], minlength=reading.n_rows) > 0
    by_place = _positions(text, found, options.sizes(reading.n_rows))
    _warn_of_places(reading, by_place[by_place >= 0])
    is_chosen |= (by_place[options.row] >= 0) & (options.place == by_place[options.row])
    unknown = (chosen >= 0) & ~found & (by_place < 0) & (options.sizes(reading.n_rows) > 0)
    fix = "Write one of the options as it stands there, or its place from 0."
    reading.fault("chosen", unknown, "is none of the options", fix)
    reading.columns["responses"] = responses
    _keep_entries(reading, options.row, codes, np.where(is_chosen, 0, _UNPLACED))


def _positions(text: pa.Array, found: npt.NDArray[np.bool_], sizes: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """The place that a number names where it is no option itself; -1 where it names none."""
    places = np.full(len(text), -1, np.int64)
    for position in np.flatnonzero(~found).tolist():
        word = (text[position].as_py() or "").strip()
        if word.isascii() and word.isdigit() and int(word) < sizes[position]:
            places[position] = int(word)
    return places


def _warn_of_places(reading: ColumnReading, places: npt.NDArray[np.int64]) -> None:
    """Say where numbers are taken as places, and louder where none is 0: then they may count from 1."""
    if not len(places):
        return
    said = (
        f"{reading.raw.name}: column {reading.column_of['chosen']!r} holds numbers that are no options. In "
        f"{counted(len(places), 'row')} they are taken as places in the list, counted from 0 (0 is the first option)."
    )
    if (places == 0).any():
        caution(f"{said} If they mean something else, write the chosen option itself.")
        return
    caution(
        f"{said} No row holds 0, so the places may count from 1, and then every choice is read as the option after the "
        "one that was chosen. Check it: if they do, subtract 1 from each, or write the chosen option itself."
    )


def _list_in_text(text: str) -> list[Any] | None:
    try:
        found = json_in_text(text)
    except ValueError:
        return None
    return found if isinstance(found, list) else None


def _check_options(reading: ColumnReading, options: Lists) -> None:
    few = options.sizes(reading.n_rows) == 1
    reading.fault("options", few, "holds fewer than two options", "Give all options that were shown.")
    tied = np.zeros(reading.n_rows, bool)
    tied[options.row[1:][(np.diff(options.row) == 0) & (np.diff(options.place) == 0)]] = True
    reading.fault("options", tied, "holds lists within the list", "Write one flat list of options.")


def _check_entries(
    reading: ColumnReading, field: str, lists: Lists, codes: npt.NDArray[Any], responses: pa.Array
) -> None:
    """Entries that are missing, say nothing, or stand twice in one list."""
    gap = _rows(reading, lists.row[(codes < 0) | blank(responses)[codes]])
    reading.fault(field, gap, "has an empty entry", MISSING_FIX["response"])
    keys = _known(lists.row, codes, len(responses))
    values, counts = np.unique(keys, return_counts=True)
    twice = _rows(reading, lists.row[np.isin(keys, values[counts > 1])]) & ~gap
    reading.fault(field, twice, "names a response twice", "Name every response once.")
    empty = lists.sizes(reading.n_rows) == 0
    for fault in reading.faults:
        if fault.field == field:
            empty[fault.positions] = False
    reading.fault(field, empty, "is an empty list", "Leave the row out, or fill the list.")


def _known(row: npt.NDArray[np.int64], code: npt.NDArray[Any], n: int) -> npt.NDArray[np.int64]:
    """One number for each entry, equal for the same response in the same row."""
    keys: npt.NDArray[np.int64] = row * (n + 1) + code
    return keys


def _rows(reading: ColumnReading, rows: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
    where = np.zeros(reading.n_rows, bool)
    where[rows] = True
    return where


def _keep_entries(
    reading: ColumnReading, row: npt.NDArray[np.int64], code: npt.NDArray[Any], place: npt.NDArray[np.int64]
) -> None:
    """Keep the entries in the order of their places, row by row."""
    order = np.lexsort([place, row])
    reading.entries = {"row": row[order], "code": code[order], "place": place[order]}


def _derive(reading: ColumnReading, keep: npt.NDArray[np.bool_], derivation: Derivation) -> dict[str, Any]:
    entries = reading.entries
    kept = keep[entries["row"]]
    row, code, place = (entries[name][kept] for name in ("row", "code", "place"))
    user = reading.columns["user"]
    sets, order = PairSets.of(user[row], [row])
    row, code, place = row[order], code[order], place[order]
    which, first, second = sampled_pairs(reading.raw.name, sets, None, 0)
    said = (place[first] != _UNPLACED) | (place[second] != _UNPLACED)
    which, first, second = which[said], first[said], second[said]
    some = thinned(user[row[first]], derivation.pairs_per_user, derivation.seed)
    which, first, second = which[some], first[some], second[some]
    if derivation.pairs_per_user is not None and derivation.pairs_per_user < 1:
        raise GustibusError("pairs_per_user must be at least 1; leave it out to keep all pairs.")
    placed = np.add.reduceat((place != _UNPLACED).astype(np.int64), sets.starts[:-1]) if len(place) else place
    lead = (place[second] - place[first]).astype(np.float64)
    weight = pair_weight(placed[which], sets.sizes[which])
    return assembled(reading.columns, row[first], row[second], code[first], code[second], lead, weight)


_COMMON = {name: FIELDS[name] for name in COMMON_FIELDS}
_WHO = {"user_id": FIELDS["user_id"]}
_WHO_NAMES = {"user_id": ("user_id", "worker", "annotator", "rater", "judge")}

RANKINGS = Format(
    name="rankings",
    about="one row an order: a list of responses, best first; options that were seen and not placed may be given too",
    fields=_WHO
    | {
        "ranking": 'the responses, best first: a list (a list within it is a tie), or text such as "tea > gin = ale"',
        "options": "all responses that were seen, where the ranking names only the best",
    }
    | _COMMON,
    required=("ranking",),
    answer="ranking",
    usual=_WHO_NAMES,
    read=_read_ranking,
    derive=_derive,
)
"""``user_id, prompt, ranking``."""

CHOICES = Format(
    name="choices",
    about="one row a choice of one among several options",
    fields=_WHO
    | {"options": "the list of what could be chosen", "chosen": "the chosen option, or its place in the list from 0"}
    | _COMMON,
    required=("options", "chosen"),
    answer="chosen",
    usual=_WHO_NAMES | {"options": ("options", "choices", "responses")},
    read=_read_choice,
    derive=_derive,
)
"""``user_id, prompt, options, chosen``."""
