"""The immutable table of judgements."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from gustibus.comparisons import arrow
from gustibus.comparisons.errors import GustibusError
from gustibus.comparisons.interning import as_vocabulary, first_appearance, merge_vocabularies
from gustibus.comparisons.items import Items, items_of
from gustibus.comparisons.record import NO_TIMESTAMP
from gustibus.comparisons.table_columns import (
    DTYPES,
    VOCABULARIES,
    VOCABULARY_OF,
    check_codes,
    check_values,
    constant,
    frozen,
    handed_over,
)
from gustibus.comparisons.wording import counted

__all__ = ["Comparisons"]


@dataclass(frozen=True, eq=False, repr=False)
class Comparisons:
    """``M`` judgements: who was asked, which two responses were compared, and what they said.

    Every string is kept once, in a vocabulary; a judgement is a handful of numbers that point there. The vocabularies
    are shared by all subsets (``take``, ``filter``, ``for_users``, splits), so codes stay comparable between them; they
    may therefore name people or texts that a subset does not contain (:meth:`compact` drops those).
    Make one with :func:`gustibus.read`, :meth:`from_rows` or :meth:`from_arrays`.

    Attributes
    ----------
    users, prompts, responses, groups, sources
        Vocabularies: Arrow arrays of distinct strings (``.to_pylist()`` makes a list).
    user, response_a, response_b
        ``(M,)`` int32 codes.
    prompt, prompt_b
        ``(M,)`` int32 codes of what each response answers, -1 = no prompt; ``prompt_b`` equals ``prompt`` unless the
        two responses answer different prompts.
    outcome
        ``(M,)`` float32, the probability that a is preferred: 1, 0, a soft share, or 1/2 for a tie.
    is_tie
        ``(M,)`` bool; a tie is an outcome of its own, not the same as a soft share of 1/2.
    margin
        ``(M,)`` float32, how much better the preferred response is; nan = not given.
    weight
        ``(M,)`` float32 >= 0.
    group
        ``(M,)`` int32 code, -1 = none.
    source
        ``(M,)`` int8 code, -1 = not said.
    timestamp
        ``(M,)`` int64 microseconds since 1970 UTC, the smallest int64 = none.
    split
        ``(M,)`` int8: 0 train, 1 validation, 2 test, -1 = none.

    All columns are read-only.

    Examples
    --------
    >>> data = Comparisons.from_rows([
    ...     {"user_id": "ann", "prompt": "A drink?", "response_a": "tea", "response_b": "gin", "choice": "a"},
    ...     {"user_id": "ben", "prompt": "A drink?", "response_a": "tea", "response_b": "gin", "choice": 0.25},
    ... ])
    >>> data
    Comparisons(2 judgements, 2 users, 1 prompt, 2 responses)
    >>> data.outcome.tolist(), data.for_users(["ben"]).to_rows()[0]["choice"]
    ([1.0, 0.25], 0.25)
    """

    users: pa.Array
    prompts: pa.Array
    responses: pa.Array
    groups: pa.Array
    sources: pa.Array
    user: npt.NDArray[np.int32]
    prompt: npt.NDArray[np.int32]
    prompt_b: npt.NDArray[np.int32]
    response_a: npt.NDArray[np.int32]
    response_b: npt.NDArray[np.int32]
    outcome: npt.NDArray[np.float32]
    is_tie: npt.NDArray[np.bool_]
    margin: npt.NDArray[np.float32]
    weight: npt.NDArray[np.float32]
    group: npt.NDArray[np.int32]
    source: npt.NDArray[np.int8]
    timestamp: npt.NDArray[np.int64]
    split: npt.NDArray[np.int8]

    def __post_init__(self) -> None:
        for name, dtype in DTYPES.items():
            object.__setattr__(self, name, frozen(getattr(self, name), dtype))
        check_codes(self)
        check_values(self)

    @classmethod
    def from_arrays(
        cls,
        *,
        users: Sequence[str] | pa.Array,
        responses: Sequence[str] | pa.Array,
        user: npt.ArrayLike,
        response_a: npt.ArrayLike,
        response_b: npt.ArrayLike,
        outcome: npt.ArrayLike,
        prompts: Sequence[str] | pa.Array = (),
        prompt: npt.ArrayLike | None = None,
        prompt_b: npt.ArrayLike | None = None,
        is_tie: npt.ArrayLike | None = None,
        margin: npt.ArrayLike | None = None,
        weight: npt.ArrayLike | None = None,
        groups: Sequence[str] | pa.Array = (),
        group: npt.ArrayLike | None = None,
        sources: Sequence[str] | pa.Array = (),
        source: npt.ArrayLike | None = None,
        timestamp: npt.ArrayLike | None = None,
        split: npt.ArrayLike | None = None,
    ) -> Comparisons:
        """Make comparisons from vocabularies and codes, without touching single rows.

        Parameters
        ----------
        users, responses, prompts, groups, sources
            Distinct strings.
        user, response_a, response_b, prompt, prompt_b, group, source
            ``(M,)`` codes into them; see the class. ``prompt_b`` is ``prompt`` if not given.
        outcome
            ``(M,)`` in [0, 1]: probability that a is preferred.
        is_tie
            ``(M,)`` bool, True only where the outcome is 1/2. Nothing is a tie if not given.
        margin, weight, timestamp, split
            ``(M,)``; see the class.

        Raises
        ------
        GustibusError
            If lengths differ, a code points nowhere, an outcome or weight is out of range, or a response is compared
            with itself.

        Examples
        --------
        >>> data = Comparisons.from_arrays(users=["ann", "ben"], responses=["tea", "gin"], user=[0, 1],
        ...                                response_a=[0, 0], response_b=[1, 1], outcome=[1.0, 0.5],
        ...                                is_tie=[False, True])
        >>> [row["choice"] for row in data.to_rows()]
        ['a', 'tie']
        """
        m = np.size(np.asarray(outcome))
        prompt = constant(-1, m, np.int32) if prompt is None else prompt
        return cls(
            users=as_vocabulary("users", users),
            prompts=as_vocabulary("prompts", prompts),
            responses=as_vocabulary("responses", responses),
            groups=as_vocabulary("groups", groups),
            sources=as_vocabulary("sources", sources),
            user=user,  # type: ignore[arg-type]
            prompt=prompt,  # type: ignore[arg-type]
            prompt_b=prompt if prompt_b is None else prompt_b,  # type: ignore[arg-type]
            response_a=response_a,  # type: ignore[arg-type]
            response_b=response_b,  # type: ignore[arg-type]
            outcome=outcome,  # type: ignore[arg-type]
            is_tie=constant(False, m, np.bool_) if is_tie is None else is_tie,  # type: ignore[arg-type]
            margin=constant(np.nan, m, np.float32) if margin is None else margin,  # type: ignore[arg-type]
            weight=constant(1, m, np.float32) if weight is None else weight,  # type: ignore[arg-type]
            group=constant(-1, m, np.int32) if group is None else group,  # type: ignore[arg-type]
            source=constant(-1, m, np.int8) if source is None else source,  # type: ignore[arg-type]
            timestamp=constant(NO_TIMESTAMP, m, np.int64) if timestamp is None else timestamp,  # type: ignore[arg-type]
            split=constant(-1, m, np.int8) if split is None else split,  # type: ignore[arg-type]
        )

    @classmethod
    def from_rows(
        cls, rows: Iterable[Mapping[str, Any]], *, columns: Mapping[str, str | None] | None = None
    ) -> Comparisons:
        """Make comparisons from dicts, one a judgement, as :func:`gustibus.read` does, but without its cautions.

        Examples
        --------
        >>> len(Comparisons.from_rows([{"user_id": "ann", "response_a": "tea", "response_b": "gin", "choice": "tie"}]))
        1
        """
        # these make tables, so they cannot be imported above
        from gustibus.comparisons.interpreting import interpret
        from gustibus.comparisons.raw_table import raw_from_rows

        return interpret(raw_from_rows("the rows", list(rows)), columns=columns)

    @classmethod
    def concat(cls, parts: Sequence[Comparisons]) -> Comparisons:
        """Put several tables one below the other; vocabularies are joined where they differ.

        Examples
        --------
        >>> row = {"user_id": "ann", "response_a": "tea", "response_b": "gin", "choice": "a"}
        >>> one, two = Comparisons.from_rows([row]), Comparisons.from_rows([row | {"user_id": "ben"}])
        >>> Comparisons.concat([one, two]).user_ids
        ['ann', 'ben']
        """
        if not parts:
            raise GustibusError("There is nothing to concatenate: give at least one Comparisons.")
        joint: dict[str, Any] = {}
        recode: dict[str, list[npt.NDArray[Any]]] = {}
        for name in VOCABULARIES:
            joint[name], recode[name] = merge_vocabularies([getattr(part, name) for part in parts])
        for name in DTYPES:
            pieces = [getattr(part, name) for part in parts]
            if name in VOCABULARY_OF:
                maps = recode[VOCABULARY_OF[name]]
                pieces = [code_map[piece] for piece, code_map in zip(pieces, maps, strict=True)]
            joint[name] = handed_over(np.concatenate(pieces))
        return cls(**joint)

    def __len__(self) -> int:
        return len(self.outcome)

    def __repr__(self) -> str:
        n_prompts, n_responses = self._n_present("prompt", "prompt_b"), self._n_present("response_a", "response_b")
        return (
            f"Comparisons({counted(len(self), 'judgement')}, {counted(self.n_users, 'user')}, "
            f"{counted(n_prompts, 'prompt')}, {counted(n_responses, 'response')})"
        )

    def __eq__(self, other: object) -> bool:
        """Equal records in equal order; the order of the vocabularies does not matter."""
        return self.fingerprint() == other.fingerprint() if isinstance(other, Comparisons) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._fingerprint)

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        """Hand the records, strings again, to any Arrow-capable library."""
        return self.to_table().__arrow_c_stream__(requested_schema)

    @cached_property
    def _present_users(self) -> npt.NDArray[np.intp]:
        return np.flatnonzero(np.bincount(self.user, minlength=len(self.users)))

    def _n_present(self, *columns: str) -> int:
        codes = np.concatenate([getattr(self, name) for name in columns])
        return int(np.count_nonzero(np.bincount(codes[codes >= 0]))) if len(codes) else 0

    @property
    def user_ids(self) -> list[str]:
        """The people who occur in these records, in the order of the vocabulary."""
        ids: list[str] = self.users.take(pa.array(self._present_users)).to_pylist()
        return ids

    @property
    def n_users(self) -> int:
        """Number of people who occur in these records."""
        return len(self._present_users)

    def take(self, indices: npt.ArrayLike) -> Comparisons:
        """The judgements at these positions, in this order; vocabularies unchanged."""
        rows = np.asarray(indices)
        if rows.dtype == np.bool_:
            raise GustibusError("take() wants positions (integers); for a mask of True and False use filter().")
        rows = rows.astype(np.intp, casting="same_kind") if rows.size else np.zeros(0, np.intp)
        return replace(self, **{name: handed_over(getattr(self, name)[rows]) for name in DTYPES})

    def filter(self, mask: npt.ArrayLike) -> Comparisons:
        """The judgements where ``mask (M,)`` is True, order kept; vocabularies unchanged."""
        keep = np.asarray(mask)
        if keep.dtype != np.bool_ or keep.shape != (len(self),):
            raise GustibusError(
                f"filter() wants one True or False for each of the {len(self)} judgements; got an array of "
                f"{keep.dtype} with shape {keep.shape}. For positions use take()."
            )
        return self.take(np.flatnonzero(keep))

    def for_users(self, ids: str | Iterable[str]) -> Comparisons:
        """The judgements of some people, order kept.

        Raises
        ------
        GustibusError
            If somebody is not among these records; the nearest known ids are named.
        """
        wanted = [ids] if isinstance(ids, str) else list(ids)
        code_of = dict(zip(self.user_ids, self._present_users.tolist(), strict=True))
        for user_id in wanted:
            if user_id not in code_of:
                near = difflib.get_close_matches(str(user_id), list(code_of), n=3)
                hint = f"Nearest: {', '.join(map(repr, near))}." if near else "See data.user_ids for those there are."
                raise GustibusError(f"There is no user {user_id!r} among {len(code_of)} users. {hint}")
        return self.filter(np.isin(self.user, [code_of[user_id] for user_id in wanted]))

    def of_source(self, names: str | Iterable[str | None] | None) -> Comparisons:
        """The judgements that come from one source or some, order kept; None stands for those that do not say.

        Raises
        ------
        GustibusError
            If no judgement comes from one of them; those there are are named.

        Examples
        --------
        >>> row = {"user_id": "ann", "response_a": "tea", "response_b": "gin", "choice": "a"}
        >>> data = Comparisons.from_rows([row | {"source": "human"}, row | {"user_id": "bot", "source": "llm:m"}])
        >>> data.of_source("human").user_ids
        ['ann']
        """
        wanted = [names] if names is None or isinstance(names, str) else list(names)
        counts = self.source_counts()
        for name in wanted:
            if name not in counts:
                there = ", ".join("None (not said)" if one is None else repr(one) for one in counts)
                raise GustibusError(f"No judgement comes from the source {name!r}. Sources are: {there or 'none'}.")
        codes: dict[str | None, int] = {text: code for code, text in enumerate(self.sources.to_pylist())}
        return self.filter(np.isin(self.source, [-1 if name is None else codes[name] for name in wanted]))

    def source_counts(self) -> dict[str | None, int]:
        """Number of judgements of each source that occurs; last, under None, those that do not say theirs."""
        names: list[str | None] = [*self.sources.to_pylist(), None]
        counts = np.bincount(np.where(self.source < 0, len(names) - 1, self.source), minlength=len(names))
        return {name: int(count) for name, count in zip(names, counts, strict=True) if count}

    def with_groups_as_users(self) -> Comparisons:
        """The same judgements as if each group were one person: who was asked is forgotten, their group is kept.

        A model fitted to these knows groups (communities, roles, locales) in place of people (Kumar et al. 2024, ComPO,
        arXiv 2410.16027).

        Raises
        ------
        GustibusError
            If some judgement has no group; how many and which are named.

        Examples
        --------
        >>> row = {"user_id": "ann", "group": "north", "response_a": "tea", "response_b": "gin", "choice": "a"}
        >>> data = Comparisons.from_rows([row, row | {"user_id": "ben"}])
        >>> data.with_groups_as_users().user_ids
        ['north']
        """
        without = np.flatnonzero(self.group < 0)
        if len(without):
            rows = ", ".join(map(str, (without[:5] + 1).tolist())) + (", ..." if len(without) > 5 else "")
            raise GustibusError(
                f"{counted(len(without), 'judgement')} of {len(self):,} have no group (numbers {rows}, counted from "
                "1), so they cannot be taken as a group's. Fill in the column 'group', or leave them out; in Python: "
                "data.filter(data.group >= 0)."
            )
        return replace(self, users=self.groups, user=self.group)

    def items(self) -> Items:
        """The distinct (prompt, response) pairs, and which two each judgement compares."""
        return items_of(self)

    def compact(self) -> Comparisons:
        """The same records with vocabularies that hold only what occurs, in order of first appearance.

        Use it before handing a subset on, so that it does not name people who are not in it. Codes change.
        """
        columns: dict[str, Any] = {}
        for vocabulary in VOCABULARIES:
            names = [name for name, home in VOCABULARY_OF.items() if home == vocabulary]
            strings = getattr(self, vocabulary)
            used, new_code = first_appearance([getattr(self, name) for name in names], len(strings))
            columns[vocabulary] = strings.take(pa.array(used))
            columns |= {name: new_code[getattr(self, name)] for name in names}
        return replace(self, **columns)

    def fingerprint(self) -> str:
        """A digest of the records in their order: equal if and only if the records are equal."""
        return self._fingerprint

    @cached_property
    def _fingerprint(self) -> str:
        small = self.compact()
        return arrow.digest([getattr(small, name) for name in VOCABULARIES], [getattr(small, name) for name in DTYPES])

    def to_table(self) -> pa.Table:
        """The records with their strings, one column a field; optional fields only where some record has one."""
        return arrow.table_of(self)

    def to_rows(self) -> list[dict[str, Any]]:
        """The records as dicts; ``choice`` is ``"a"``, ``"b"``, ``"tie"`` or a number, absent values are None."""
        return arrow.rows_of(self)
