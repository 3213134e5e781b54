"""The answers of many people, as the numbers that adaptation needs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cached_property
from typing import ClassVar

import numpy as np
import numpy.typing as npt

from gustibus.adapting.answer_columns import floats, one_column, refuse_where, user_codes
from gustibus.adapting.link import LOGISTIC, Link
from gustibus.comparisons import GustibusError
from gustibus.comparisons.wording import counted

__all__ = ["Answers", "BoolArray", "FloatArray", "IntArray"]

BoolArray = npt.NDArray[np.bool_]
FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.intp]
ThreeWay = Callable[..., FloatArray]


class Answers:
    r"""Records of ``n_users`` people for a model whose log-odds are linear in a person's simplex weights ``w``.

    Record ``i`` has log-odds :math:`s_i = o_i + w \cdot z_i` that the first response is preferred, an outcome
    :math:`y_i \in [0, 1]` (1 = first preferred, 0 = second, anything between a soft share) and a weight
    :math:`c_i \ge 0`; its log-likelihood is :math:`c_i [y_i \log\sigma(s_i) + (1 - y_i) \log\sigma(-s_i)]`.
    Records may stand in any order and a person may have none. The arrays are read-only.

    Parameters
    ----------
    z : (M, K) array
        Log-odds of each prototype: what ``s`` would be, beyond the offset, for a person of that prototype alone.
    outcome : (M,) array
        Share of preference for the first response.
    offset : (M,) array or float
        The part of the log-odds that does not depend on the person.
    weight : (M,) array or float
        How often the record counts.
    user : (M,) integer array or 0
        Who answered, a code in ``0..n_users-1``.
    n_users : int, optional
        Number of people; by default the largest code plus one (one person when there are no records).

    Raises
    ------
    GustibusError
        If shapes disagree, a value is not finite, an outcome is outside [0, 1], a weight is negative or a user code
        is out of range. The message names the first offending record.

    Examples
    --------
    >>> answers = Answers(z=[[2.0, -1.0], [0.5, 1.0], [1.0, 1.0]], outcome=[1, 0, 0.5], user=[1, 0, 1], n_users=3)
    >>> answers.n_answers
    array([1, 2, 0])
    >>> answers.of_user(1).outcome
    array([1. , 0.5])
    """

    _shares: ClassVar[bool] = True
    """Whether outcomes have to be shares."""

    z: FloatArray
    offset: FloatArray
    outcome: FloatArray
    weight: FloatArray
    user: IntArray
    n_users: int
    continues: BoolArray | None
    tie: BoolArray | None
    three_way: ThreeWay | None
    link: Link
    tie_level: FloatArray | None

    def __init__(
        self,
        *,
        z: npt.ArrayLike,
        outcome: npt.ArrayLike,
        offset: npt.ArrayLike = 0.0,
        weight: npt.ArrayLike = 1.0,
        user: npt.ArrayLike = 0,
        n_users: int | None = None,
    ) -> None:
        self.z = floats(z, "z")
        if self.z.ndim != 2 or self.z.shape[1] == 0:
            raise GustibusError(
                f"Answers: z has shape {self.z.shape}, but it needs one row a record and one column a prototype (M, K)."
            )
        n_records = len(self.z)
        self.outcome = one_column(outcome, "outcome", n_records)
        self.offset = one_column(offset, "offset", n_records)
        self.weight = one_column(weight, "weight", n_records)
        if self._shares:
            refuse_where((self.outcome < 0) | (self.outcome > 1), self.outcome, "outcome", "a share between 0 and 1")
        refuse_where(self.weight < 0, self.weight, "weight", "zero or more")
        self.user = user_codes(user, n_records)
        if n_users is None:
            n_users = int(self.user.max()) + 1 if n_records else 1
        self.n_users = int(n_users)
        refuse_where(
            (self.user < 0) | (self.user >= self.n_users), self.user, "user", f"a code from 0 to {self.n_users - 1}"
        )
        self.continues, self.tie, self.three_way, self.link, self.tie_level = None, None, None, LOGISTIC, None
        self._freeze()

    @classmethod
    def of_terms(
        cls,
        *,
        z: npt.ArrayLike,
        outcome: npt.ArrayLike,
        offset: npt.ArrayLike = 0.0,
        weight: npt.ArrayLike = 1.0,
        user: npt.ArrayLike = 0,
        n_users: int | None = None,
        continues: BoolArray | None = None,
        tie: BoolArray | None = None,
        three_way: ThreeWay | None = None,
        link: Link = LOGISTIC,
        tie_level: FloatArray | None = None,
    ) -> Answers:
        """Answers of which some are several records, and whose outcomes may be any numbers.

        A tie after Rao and Kupper is two records; losses that are unbounded below have outcomes outside [0, 1] (see
        :class:`gustibus.likelihoods.Terms`). The log-likelihood of a record stays concave.

        Parameters
        ----------
        z, outcome, offset, weight, user, n_users
            As for the class.
        continues : (M,) array of bool, optional
            Records that belong to the same answer as the one before them, and are not counted.
        tie : (M,) array of bool, optional
            Which records are ties.
        three_way : callable, optional
            From log-odds ``(m,)`` to the probabilities ``(m, 3)`` of a, of a tie and of b, by which predictions of
            these answers are scored; None for answers without a probability of ties.
        link : Link
            What log-odds say about answers; one for all of them, or with an entry for each record.
        tie_level : (M,) array, optional
            What ``three_way`` takes beside the log-odds, where ties are not as common among all answers.

        Examples
        --------
        >>> tie = Answers.of_terms(z=[[2.0, -1.0]] * 2, outcome=[1, 0], offset=[-0.5, 0.5], continues=[False, True])
        >>> len(tie), tie.n_answers
        (2, array([1]))
        """
        made = _Terms(z=z, outcome=outcome, offset=offset, weight=weight, user=user, n_users=n_users)
        rest, ties = (None if column is None else np.array(column, dtype=np.bool_) for column in (continues, tie))
        columns = (made.z, made.outcome, made.offset, made.weight, made.user)
        return cls._unchecked(*columns, made.n_users, rest, ties, three_way, link, tie_level)

    @classmethod
    def _unchecked(
        cls,
        z: FloatArray,
        outcome: FloatArray,
        offset: FloatArray,
        weight: FloatArray,
        user: IntArray,
        n_users: int,
        continues: BoolArray | None = None,
        tie: BoolArray | None = None,
        three_way: ThreeWay | None = None,
        link: Link = LOGISTIC,
        tie_level: FloatArray | None = None,
    ) -> Answers:
        """Build from columns that are already checked (parts of another ``Answers``)."""
        made = cls.__new__(cls)
        made.z, made.outcome, made.offset, made.weight, made.user = z, outcome, offset, weight, user
        made.n_users, made.continues, made.tie = n_users, continues, tie
        made.three_way, made.link, made.tie_level = three_way, link, tie_level
        made._freeze()
        return made

    @classmethod
    def none(cls, n_users: int, n_prototypes: int) -> Answers:
        """People of whom nothing is known yet.

        Examples
        --------
        >>> len(Answers.none(n_users=3, n_prototypes=2)), Answers.none(3, 2).n_users
        (0, 3)
        """
        return cls(z=np.zeros((0, n_prototypes)), outcome=np.zeros(0), user=np.zeros(0, np.intp), n_users=n_users)

    def _freeze(self) -> None:
        for column in (self.z, self.outcome, self.offset, self.weight, self.user):
            column.flags.writeable = False

    def __len__(self) -> int:
        return len(self.z)

    def __repr__(self) -> str:
        return (
            f"Answers({counted(len(self), 'record')} of {counted(self.n_users, 'person')}, "
            f"{counted(self.n_prototypes, 'prototype')})"
        )

    @property
    def n_prototypes(self) -> int:
        """Number of prototypes ``K``."""
        return int(self.z.shape[1])

    @cached_property
    def n_records(self) -> IntArray:
        """Records of each person, ``(n_users,)``."""
        return np.bincount(self.user, minlength=self.n_users).astype(np.intp, copy=False)

    @cached_property
    def n_answers(self) -> IntArray:
        """Answers of each person, ``(n_users,)``: records, but for those that continue an answer."""
        if self.continues is None:
            return self.n_records
        return np.bincount(self.user[~self.continues], minlength=self.n_users).astype(np.intp, copy=False)

    @cached_property
    def place(self) -> IntArray:
        """Which of its person's answers each record of ``by_user`` belongs to, from 0, ``(M,)``."""
        ordered = self.by_user
        if ordered.continues is None:
            return np.arange(len(ordered)) - ordered.starts[ordered.user]
        number = np.cumsum(~ordered.continues) - 1
        return number - number[ordered.starts[ordered.user]]

    @cached_property
    def starts(self) -> IntArray:
        """Where each person's records start in ``by_user``, ``(n_users + 1,)``; the last entry is ``M``."""
        return np.concatenate([[0], np.cumsum(self.n_records)]).astype(np.intp, copy=False)

    @property
    def by_user(self) -> Answers:
        """The same records sorted by person; within a person their order is kept."""
        sorted_records = self._sorted_records
        return self if sorted_records is None else sorted_records

    @cached_property
    def _sorted_records(self) -> Answers | None:
        """None where the records are in order already: an object that held itself would outlive its last use."""
        if bool(np.all(self.user[1:] >= self.user[:-1])):
            return None
        return self.take_records(np.argsort(self.user, kind="stable"))

    def users(self, first: int, stop: int) -> Answers:
        """The records of the people ``first..stop-1``, who are counted from 0 in the result."""
        data = self.by_user
        part = slice(data.starts[first], data.starts[stop])
        return Answers._unchecked(
            data.z[part],
            data.outcome[part],
            data.offset[part],
            data.weight[part],
            data.user[part] - first,
            stop - first,
            *data._about(part),
        )

    def of_user(self, user: int) -> Answers:
        """The records of one person, who is person 0 of the result."""
        if not 0 <= user < self.n_users:
            raise GustibusError(f"Answers: there is no person {user}; codes go from 0 to {self.n_users - 1}.")
        return self.users(user, user + 1)

    def take_users(self, users: npt.ArrayLike) -> Answers:
        """The records of the given people (codes, each at most once), numbered in the given order.

        Examples
        --------
        >>> answers = Answers(z=[[1.0, 2.0], [3.0, 4.0]], outcome=[1, 0], user=[0, 2], n_users=3)
        >>> answers.take_users([2, 1]).user
        array([0])
        """
        wanted = np.asarray(users, dtype=np.intp)
        data = self.by_user
        counts = data.n_records[wanted]
        begin = np.repeat(data.starts[wanted] - np.concatenate([[0], np.cumsum(counts)[:-1]]), counts)
        rows = begin + np.arange(counts.sum())
        return Answers._unchecked(
            data.z[rows],
            data.outcome[rows],
            data.offset[rows],
            data.weight[rows],
            np.repeat(np.arange(len(wanted), dtype=np.intp), counts),
            len(wanted),
            *data._about(rows),
        )

    def take_records(self, rows: npt.ArrayLike) -> Answers:
        """The given records (indices), of the same people.

        Examples
        --------
        >>> Answers(z=[[1.0, 2.0], [3.0, 4.0]], outcome=[1, 0], user=[0, 1]).take_records([1]).n_answers
        array([0, 1])
        """
        at = np.asarray(rows, dtype=np.intp)
        return Answers._unchecked(
            self.z[at],
            self.outcome[at],
            self.offset[at],
            self.weight[at],
            self.user[at],
            self.n_users,
            *self._about(at),
        )

    def said(
        self,
        outcome: FloatArray,
        offset: FloatArray,
        weight: FloatArray,
        tie: BoolArray | None = None,
        three_way: ThreeWay | None = None,
        tie_level: FloatArray | None = None,
    ) -> Answers:
        """The same pairs with what was said about them, one record an answer, to score predictions by.

        Parameters
        ----------
        outcome, offset, weight : (M,) array
        tie : (M,) array of bool, optional
            Which answers are ties.
        three_way : callable, optional
            From log-odds ``(m,)`` to the probabilities ``(m, 3)`` of a, of a tie and of b, where ties have one.
        tie_level : (M,) array, optional
            What ``three_way`` takes beside the log-odds.
        """
        columns = (self.z, outcome, offset, weight, self.user)
        return Answers._unchecked(*columns, self.n_users, None, tie, three_way, self.link, tie_level)

    def _about(
        self, rows: IntArray | slice
    ) -> tuple[BoolArray | None, BoolArray | None, ThreeWay | None, Link, FloatArray | None]:
        """What else is said of some of the records."""
        continues, tie = (None if column is None else column[rows] for column in (self.continues, self.tie))
        level = None if self.tie_level is None else self.tie_level[rows]
        return continues, tie, self.three_way, self.link.take(rows), level

    def append(self, other: Answers) -> Answers:
        """These records and those of ``other``, who share their user codes and prototypes.

        Raises
        ------
        GustibusError
            If the two differ in people or prototypes.
        """
        if (self.n_users, self.n_prototypes) != (other.n_users, other.n_prototypes):
            raise GustibusError(
                f"Answers.append: {self!r} and {other!r} differ in people or prototypes; "
                "make both with the same n_users and the same number of columns in z."
            )
        return Answers._unchecked(
            np.concatenate([self.z, other.z]),
            np.concatenate([self.outcome, other.outcome]),
            np.concatenate([self.offset, other.offset]),
            np.concatenate([self.weight, other.weight]),
            np.concatenate([self.user, other.user]),
            self.n_users,
            _joined(self, other),
            link=self.link.followed_by(other.link, len(self), len(other)),
        )

    def further(
        self, z: npt.ArrayLike, outcome: npt.ArrayLike, offset: npt.ArrayLike = 0.0, weight: npt.ArrayLike = 1.0
    ) -> Answers:
        """More answers of one person, about which log-odds say the same as about these.

        Parameters
        ----------
        z : (K,) or (m, K) array
        outcome, offset, weight : number or (m,) array
            As for the class.

        Raises
        ------
        GustibusError
            If ties are not as common among all of these answers, so that it is not known how common they are here.
        """
        if self.link.take(slice(0, 1)) is not self.link:
            raise GustibusError(
                "Answers: ties are not as common among all answers, so further ones need theirs too: "
                "make them with Answers.of_terms(link=...) and use after()."
            )
        rows = np.atleast_2d(np.asarray(z, dtype=np.float64))
        made = Answers(z=rows, outcome=outcome, offset=offset, weight=weight, n_users=1)
        made.link = self.link
        return made

    def chunks(
        self, doubles_per_record: int, doubles_per_user: int, budget: int = 1 << 23
    ) -> Iterator[tuple[int, int]]:
        """Ranges ``(first, stop)`` of people whose work fits a memory budget, so that memory stays bounded.

        Parameters
        ----------
        doubles_per_record, doubles_per_user : int
            Size of the work arrays, in float64 numbers.
        budget : int
            Numbers held at once (8 bytes each); a person who alone needs more is a chunk of one.
        """
        need = self.n_records * doubles_per_record + doubles_per_user
        filled = np.cumsum(need)
        first, used = 0, 0
        while first < self.n_users:
            stop = max(int(np.searchsorted(filled, used + budget, side="right")), first + 1)
            yield first, stop
            first, used = stop, int(filled[stop - 1])


class _Terms(Answers):
    """Columns of terms: the unbiased loss under flips has outcomes outside [0, 1]."""

    _shares = False


def _joined(first: Answers, second: Answers) -> BoolArray | None:
    if first.continues is None and second.continues is None:
        return None
    each = (np.zeros(len(one), bool) if one.continues is None else one.continues for one in (first, second))
    return np.concatenate(list(each))
