"""Reading what responses are worth to people, wherever it stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from gustibus.comparisons.bad_rows import BadRow, BadRows, examples_of
from gustibus.comparisons.column_names import columns_of, is_preference_format
from gustibus.comparisons.column_reading import ColumnReading, blank, interned, read_users
from gustibus.comparisons.errors import GustibusError
from gustibus.comparisons.number_columns import exact_number_column
from gustibus.comparisons.raw_table import RawTable
from gustibus.comparisons.reading import raw_source
from gustibus.comparisons.reward_table import RewardTable
from gustibus.comparisons.wording import counted, shorten

__all__ = ["bad_rows_of", "read_rewards"]

_FIELDS: Final = {
    "user_id": "whose reward it is",
    "response": "what it is the reward of",
    "reward": "how much the person likes the response, a number; higher is better",
    "prompt": "what the response answers",
    "group": "a group the person belongs to",
    "weight": "how much the person counts, a number >= 0",
}
_REQUIRED: Final = ("user_id", "response", "reward")
_ADVICE: Final = "Correct them and read again: a decision needs everybody's reward of every response."


def read_rewards(source: Any, *, columns: Mapping[str, str | None] | None = None) -> tuple[RewardTable, ...]:
    """Read people's rewards of responses: one row a person and response.

    Parameters
    ----------
    source
        What :func:`gustibus.read` takes: a path, a frame, a ``datasets.Dataset``, a list of dicts. Columns ``user_id``,
        ``response`` and ``reward``, and if there are any ``prompt``, ``group`` and ``weight`` (of people). Others are
        ignored.
    columns
        Where the names differ: field to column, as ``{"user_id": "worker"}``. None leaves a field out.

    Returns
    -------
    One table for each prompt, in their order of appearance.

    Raises
    ------
    BadRows
        Rows cannot be used, or say something twice: the message names rows, columns, values, reasons and fixes.
    GustibusError
        The source cannot be read, holds judgements, or somebody has no reward for a response.

    Examples
    --------
    >>> likes = {"ann": {"tea": 1.0, "gin": 0.0}, "bob": {"tea": -1.0, "gin": 2.0}}
    >>> rows = [{"user_id": who, "response": what, "reward": likes[who][what]} for who in likes for what in likes[who]]
    >>> (table,) = read_rewards(rows)
    >>> table.people, table.responses, table.reward.tolist()
    (('ann', 'bob'), ('tea', 'gin'), [[1.0, 0.0], [-1.0, 2.0]])
    """
    raw, _ = raw_source(source, None, False, None, None)
    names = raw.table.column_names
    if raw.table.num_rows == 0 and not raw.broken:
        raise GustibusError(f"{raw.name} holds no reward (0 rows). Give one row for each person and response.")
    if "reward" not in names and "reward" not in (columns or {}):
        _refuse_judgements(raw.name, names)
    column_of = columns_of(
        raw.name, names, columns, fields=_FIELDS, required=_REQUIRED, format_name="a table of rewards"
    )
    reading = ColumnReading(raw, column_of)
    rows = _rows_of(reading)
    if reading.faults or raw.broken:
        raise bad_rows_of(reading, _ADVICE)
    return tuple(_table(raw.name, rows, prompt) for prompt in dict.fromkeys(rows.prompt.tolist()))


@dataclass(frozen=True, eq=False)
class _Rows:
    """Columns as codes into vocabularies, one entry a row; -1 is nothing."""

    prompts: list[str]
    prompt: npt.NDArray[np.int32]
    users: list[str]
    user: npt.NDArray[np.int32]
    responses: list[str]
    response: npt.NDArray[np.int32]
    reward: npt.NDArray[np.float64]
    weight: npt.NDArray[np.float64] | None
    groups: list[str] | None
    group: npt.NDArray[np.int32]


def _refuse_judgements(name: str, names: Sequence[str]) -> None:
    if {"response_a", "response_b"} <= set(names) or is_preference_format(names, {}):
        raise GustibusError(
            f"{name} holds judgements of pairs, not what each response is worth to each person. Fit them first: "
            f"gustibus fit {name} --out model, then gustibus decide model --responses answers.txt "
            "(in Python gustibus.fit and model.decide)."
        )


def _rows_of(reading: ColumnReading) -> _Rows:
    prompts, (prompt,) = interned([reading.text("prompt")])
    responses, (response,) = interned([reading.text("response")], keep_empty=True)
    fix = "Write the response that the reward is of."
    reading.missing("response", response < 0, fix)
    reading.fault("response", blank(responses)[response], "is empty", fix)
    read_users(reading)
    users, user = reading.columns["users"], reading.columns["user"]
    reward = _numbers(reading, "reward")
    weight = None
    if "weight" in reading.column_of:
        weight = _numbers(reading, "weight")
        reading.fault("weight", weight < 0, "is negative", "Write a number >= 0: 0 leaves the person out.")
        _refuse_two_values(reading, "weight", user, weight)
    groups, group = None, np.zeros(reading.n_rows, np.int32)
    if "group" in reading.column_of:
        named, (group,) = interned([reading.text("group")])
        groups = named.to_pylist()
        reading.missing("group", group < 0, "Give everybody a group, or leave the column out.")
        _refuse_two_values(reading, "group", user, group)
    key = np.stack([prompt, user, response], axis=1)
    first = np.zeros(reading.n_rows, bool)
    first[np.unique(key, axis=0, return_index=True)[1]] = True
    usable = (user >= 0) & (response >= 0)
    reading.fault("response", ~first & usable, "has a reward by this person already", "Leave one of the two rows out.")
    return _Rows(
        prompts.to_pylist(),
        prompt,
        users.to_pylist(),
        user,
        responses.to_pylist(),
        response,
        reward,
        weight,
        groups,
        group,
    )


def _numbers(reading: ColumnReading, name: str) -> npt.NDArray[np.float64]:
    values, missing, faults = exact_number_column(name, reading.raw.table[reading.column_of[name]])
    reading.faults.extend(faults)
    reading.missing(name, missing, "Write a finite number in digits.")
    return values


def _refuse_two_values(reading: ColumnReading, name: str, user: npt.NDArray[np.int32], value: npt.NDArray[Any]) -> None:
    """A person has one weight and one group."""
    first = np.unique(user, return_index=True)
    of_user = np.zeros(int(user.max(initial=0)) + 2, np.intp)
    of_user[first[0]] = first[1]  # -1, nobody, is the last entry
    own = value[of_user[user]]
    differs = (user >= 0) & (own != value) & ~(np.isnan(own.astype(float)) | np.isnan(value.astype(float)))
    reading.fault(name, differs, f"is not the {name} that this person has above", f"Give each person one {name}.")


def bad_rows_of(reading: ColumnReading, advice: str) -> BadRows:
    """The refusal of a source in which rows cannot be used, and none may be left out."""
    raw: RawTable = reading.raw
    bad = np.zeros(reading.n_rows, bool)
    for fault in reading.faults:
        bad[fault.positions] = True
    broken = [BadRow(line.row, "line", line.text, line.reason, line.fix) for line in raw.broken]
    found = examples_of(reading.faults, reading.column_of, raw.row_number, raw.value_at) if reading.faults else []
    shown = sorted([*broken[:5], *found], key=lambda row: row.row)[:5]
    return BadRows(raw.name, shown, int(bad.sum()) + len(broken), reading.n_rows + len(broken), advice)


def _table(name: str, rows: _Rows, prompt: int) -> RewardTable:
    """The rewards of one prompt as a matrix without a hole."""
    mine = np.flatnonzero(rows.prompt == prompt)
    people, user = _in_order(rows.user[mine])
    pool, response = _in_order(rows.response[mine])
    reward = np.full((len(people), len(pool)), np.nan)
    reward[user, response] = rows.reward[mine]
    if np.isnan(reward).any():
        raise _incomplete(name, rows, prompt, people, pool, np.isnan(reward))
    one_row = mine[np.unique(user, return_index=True)[1]]
    return RewardTable(
        None if prompt < 0 else rows.prompts[prompt],
        tuple(rows.users[i] for i in people),
        tuple(rows.responses[i] for i in pool),
        reward,
        None if rows.weight is None else rows.weight[one_row],
        None if rows.groups is None else tuple(rows.groups[i] for i in rows.group[one_row]),
    )


def _in_order(codes: npt.NDArray[np.int32]) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.intp]]:
    """The distinct codes in order of appearance, and the place of each row's among them."""
    distinct, first, place = np.unique(codes, return_index=True, return_inverse=True)
    order = np.argsort(first, kind="stable")
    rank = np.empty(len(order), np.intp)
    rank[order] = np.arange(len(order))
    return distinct[order], rank[place.reshape(-1)]


def _incomplete(
    name: str,
    rows: _Rows,
    prompt: int,
    people: npt.NDArray[np.int32],
    pool: npt.NDArray[np.int32],
    missing: npt.NDArray[np.bool_],
) -> GustibusError:
    holes = [
        f"{rows.users[people[u]]!r} of {shorten(rows.responses[pool[y]], 40)}" for u, y in np.argwhere(missing)[:3]
    ]
    where = "" if prompt < 0 else f" for the prompt {shorten(rows.prompts[prompt], 40)}"
    more = ", ..." if missing.sum() > len(holes) else ""
    return GustibusError(
        f"{name}: {counted(int(missing.sum()), 'reward')}{where} {'is' if missing.sum() == 1 else 'are'} missing: of "
        f"{', '.join(holes)}{more} ({counted(int(missing.any(axis=1).sum()), 'person')} of {len(people):,}). "
        "A decision needs everybody's reward of every response: add them, or leave those people or responses out."
    )
