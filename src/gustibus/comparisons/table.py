"""The immutable table of judgements."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from gustibus.comparisons import arrow
from gustibus.comparisons.errors import GustibusError
from gustibus.comparisons.interning import as_vocabulary, merge_vocabularies
from gustibus.comparisons.items import Items, items_of
from gustibus.comparisons.judgement_columns import JudgementColumns
from gustibus.comparisons.record import NO_TIMESTAMP
from gustibus.comparisons.table_columns import (
    DTYPES,
    VOCABULARIES,
    VOCABULARY_OF,
    constant,
    handed_over,
)
from gustibus.comparisons.wording import counted

__all__ = ["Comparisons"]


@dataclass(frozen=True, eq=False, repr=False)
class Comparisons(JudgementColumns):
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

    def _n_present(self, *columns: str) -> int:
        codes = np.concatenate([getattr(self, name) for name in columns])
        return int(np.count_nonzero(np.bincount(codes[codes >= 0]))) if len(codes) else 0

    def items(self) -> Items:
        """The distinct (prompt, response) pairs, and which two each judgement compares."""
        return items_of(self)

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
