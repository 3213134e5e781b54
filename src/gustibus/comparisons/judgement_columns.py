"""The columns of judgements, and what can be cut out of them."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Self

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from gustibus.comparisons.errors import GustibusError
from gustibus.comparisons.interning import first_appearance
from gustibus.comparisons.table_columns import (
    DTYPES,
    VOCABULARIES,
    VOCABULARY_OF,
    check_codes,
    check_values,
    frozen,
    handed_over,
)
from gustibus.comparisons.wording import counted

__all__ = ["JudgementColumns"]


@dataclass(frozen=True, eq=False, repr=False)
class JudgementColumns:
    """Vocabularies and columns of codes and numbers, as :class:`Comparisons` describes them; checked and read-only."""

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

    def __len__(self) -> int:
        return len(self.outcome)

    @cached_property
    def _present_users(self) -> npt.NDArray[np.intp]:
        return np.flatnonzero(np.bincount(self.user, minlength=len(self.users)))

    @property
    def user_ids(self) -> list[str]:
        """The people who occur in these records, in the order of the vocabulary."""
        ids: list[str] = self.users.take(pa.array(self._present_users)).to_pylist()
        return ids

    @property
    def n_users(self) -> int:
        """Number of people who occur in these records."""
        return len(self._present_users)

    def take(self, indices: npt.ArrayLike) -> Self:
        """The judgements at these positions, in this order; vocabularies unchanged."""
        rows = np.asarray(indices)
        if rows.dtype == np.bool_:
            raise GustibusError("take() wants positions (integers); for a mask of True and False use filter().")
        rows = rows.astype(np.intp, casting="same_kind") if rows.size else np.zeros(0, np.intp)
        return replace(self, **{name: handed_over(getattr(self, name)[rows]) for name in DTYPES})

    def filter(self, mask: npt.ArrayLike) -> Self:
        """The judgements where ``mask (M,)`` is True, order kept; vocabularies unchanged."""
        keep = np.asarray(mask)
        if keep.dtype != np.bool_ or keep.shape != (len(self),):
            raise GustibusError(
                f"filter() wants one True or False for each of the {len(self)} judgements; got an array of "
                f"{keep.dtype} with shape {keep.shape}. For positions use take()."
            )
        return self.take(np.flatnonzero(keep))

    def for_users(self, ids: str | Iterable[str]) -> Self:
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

    def of_source(self, names: str | Iterable[str | None] | None) -> Self:
        """The judgements that come from one source or some, order kept; None stands for those that do not say.

        Raises
        ------
        GustibusError
            If no judgement comes from one of them; those there are are named.

        Examples
        --------
        >>> from gustibus.comparisons import Comparisons
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

    def with_groups_as_users(self) -> Self:
        """The same judgements as if each group were one person: who was asked is forgotten, their group is kept.

        A model fitted to these knows groups (communities, roles, locales) in place of people (Kumar et al. 2024, ComPO,
        arXiv 2410.16027).

        Raises
        ------
        GustibusError
            If some judgement has no group; how many and which are named.

        Examples
        --------
        >>> from gustibus.comparisons import Comparisons
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

    def compact(self) -> Self:
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
