"""Pairs out of what one person put in an order: which pairs, and how much each counts.

A person who orders ``k`` options down to place ``r`` says one thing, not as many as there are pairs. The pairs of one
order are not independent, so each gets a weight (:func:`pair_weight`) with which all of them together are as certain as
they deserve.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from gustibus.comparisons.errors import GustibusError
from gustibus.comparisons.wording import counted

__all__ = ["PairSets", "assembled", "pair_weight", "sampled_pairs", "thinned"]

_MOST_PAIRS: Final = 50_000_000

Positions = npt.NDArray[np.int64]


def pair_weight(ranked: npt.ArrayLike, options: npt.ArrayLike) -> npt.NDArray[np.float64]:
    r"""How much each pair counts that is derived from an order of ``k`` options down to place ``r``.

    Let each of the ``r`` placed options be paired with all that come after it. For options of equal worth, the logistic
    log-likelihood of all these pairs has the expected curvature ``H`` and its gradient has the variance ``J`` (both
    multiples of ``I - 11'/k``):

    .. math:: H = \frac{r (2k - r - 1)}{4 (k - 1)}, \qquad
              J = \frac{1}{k - 1} \left[\sum_{p=1}^{r} \left(\frac{k + 1}{2} - p\right)^2 + (k - r) \frac{r^2}{4}\right]

    Independent pairs would have ``J = H``. The weight ``H / J`` makes the curvature equal to what the estimate is
    worth, ``H J^{-1} H``, so that standard errors, priors and regularisation see the information that is there (the
    adjustment of the magnitude of a composite likelihood: Pauli, Racugno and Ventura 2011). For a complete order
    (``r = k`` or ``k - 1``) it is ``3 / (k + 1)``, for a choice of one of ``k`` it is ``2 / k``, for a pair 1.

    Parameters
    ----------
    ranked
        ``r``, from 1 to ``k``: how many options have a place.
    options
        ``k``, at least 2.

    Returns
    -------
    np.ndarray
        Weights in (0, 1], of the shape of the inputs.

    Examples
    --------
    >>> pair_weight([1, 1, 2, 3, 4], [2, 4, 3, 3, 4]).round(3).tolist()
    [1.0, 0.5, 0.75, 0.75, 0.6]
    """
    r, k = np.asarray(ranked, np.float64), np.asarray(options, np.float64)
    curvature = r * (2 * k - r - 1) / (4 * (k - 1))
    centre = (k + 1) / 2
    placed = r * centre**2 - centre * r * (r + 1) + r * (r + 1) * (2 * r + 1) / 6
    weight: npt.NDArray[np.float64] = curvature * (k - 1) / (placed + (k - r) * r**2 / 4)
    return weight


@dataclass(frozen=True)
class PairSets:
    """Sets of things that one person saw together, one set after the other, those of a person side by side.

    Attributes
    ----------
    person
        ``(g,)`` code of the person of each set, ascending.
    starts
        ``(g + 1,)``: set s holds the positions ``starts[s]:starts[s + 1]``.
    """

    person: npt.NDArray[np.int64]
    starts: Positions

    @property
    def sizes(self) -> Positions:
        """``(g,)``: how many things a set holds."""
        return np.diff(self.starts)

    @classmethod
    def of(cls, person: npt.NDArray[Any], keys: list[npt.NDArray[Any]]) -> tuple[PairSets, Positions]:
        """Group rows by person and further keys.

        Returns
        -------
        tuple
            The sets, and ``(n,)`` the row at each position; rows of a set keep their order.

        Examples
        --------
        >>> sets, rows = PairSets.of(np.array([1, 0, 1]), [np.array([7, 7, 7])])
        >>> sets.starts.tolist(), rows.tolist()
        ([0, 1, 3], [1, 0, 2])
        """
        rows = np.lexsort([*reversed(keys), person])
        changes = np.zeros(len(rows), bool)
        changes[:1] = True
        for key in (person, *keys):
            changes[1:] |= np.diff(key[rows]) != 0
        begins = np.flatnonzero(changes)
        return cls(person[rows][begins].astype(np.int64), np.append(begins, len(rows))), rows


def sampled_pairs(
    source: str, sets: PairSets, pairs_per_user: int | None, seed: int
) -> tuple[Positions, Positions, Positions]:
    """All pairs within sets, or at most so many of each person.

    Parameters
    ----------
    source
        What messages call the source.
    sets
        What may be paired.
    pairs_per_user, seed
        See :class:`Derivation`.

    Returns
    -------
    tuple
        ``(M,)`` the set, the position of the first and of the second thing of each pair; first < second.

    Raises
    ------
    GustibusError
        If there would be more pairs than memory could hold.
    """
    if pairs_per_user is not None and pairs_per_user < 1:
        raise GustibusError(f"pairs_per_user={pairs_per_user}: give at least 1, or leave it out to keep all pairs.")
    counts = sets.sizes * (sets.sizes - 1) // 2
    ends = np.cumsum(counts)
    first_of_person = np.flatnonzero(np.append(True, np.diff(sets.person) != 0)) if len(counts) else np.zeros(0, int)
    low = (ends - counts)[first_of_person]
    high = np.append(low[1:], ends[-1:])
    many = high - low > pairs_per_user if pairs_per_user is not None else np.zeros(len(low), bool)
    total = int((high - low)[~many].sum()) + int(many.sum()) * (pairs_per_user or 0)
    if total > _MOST_PAIRS:
        raise GustibusError(
            f"{source}: {counted(total, 'pair')} would be made, more than memory may hold. Keep some of each person's, "
            "drawn at random: pairs_per_user=200."
        )
    rng = np.random.default_rng(seed)
    chosen = [
        start + np.sort(rng.choice(end - start, pairs_per_user, replace=False))
        for start, end in zip(low[many].tolist(), high[many].tolist(), strict=True)
    ]
    whole = np.repeat(~many, high - low) if not many.all() else None
    pair = np.sort(np.concatenate([*([np.flatnonzero(whole)] if whole is not None else []), *chosen, np.zeros(0, int)]))
    which = np.searchsorted(ends, pair, side="right")
    within = pair - (ends - counts)[which]
    second = np.floor((1 + np.sqrt(1 + 8 * within.astype(np.float64))) / 2).astype(np.int64)
    first = within - second * (second - 1) // 2
    return which, sets.starts[which] + first, sets.starts[which] + second


def thinned(person: npt.NDArray[Any], pairs_per_user: int | None, seed: int) -> Positions:
    """Positions of at most so many pairs of each person, in their order; all of them if there is no limit.

    Examples
    --------
    >>> len(thinned(np.array([0, 0, 0, 1]), 2, seed=0))
    3
    """
    if pairs_per_user is None:
        return np.arange(len(person))
    shuffled = np.random.default_rng(seed).permutation(len(person))
    by_person = shuffled[np.argsort(person[shuffled], kind="stable")]
    begins = np.flatnonzero(np.append(True, np.diff(person[by_person]) != 0)) if len(person) else np.zeros(0, int)
    place = np.arange(len(person)) - np.repeat(begins, np.diff(np.append(begins, len(person))))
    return np.sort(by_person[place < pairs_per_user])


def assembled(
    columns: dict[str, Any],
    row_a: Positions,
    row_b: Positions,
    response_a: npt.NDArray[Any],
    response_b: npt.NDArray[Any],
    lead: npt.NDArray[np.float64],
    weight: npt.NDArray[np.float64],
) -> dict[str, Any]:
    """Judgements from pairs of rows of one person.

    Parameters
    ----------
    columns
        What was read, one value a row, and the vocabularies.
    row_a, row_b
        ``(M,)`` the rows from which each pair comes; the same row where a row holds an order.
    response_a, response_b
        ``(M,)`` codes.
    lead
        ``(M,)`` by how much a is ahead of b: negative where b is, 0 for a tie.
    weight
        ``(M,)`` times which the rows' own weights count.

    Returns
    -------
    dict
        The arguments of ``Comparisons.from_arrays``.
    """
    made: dict[str, Any] = {
        name: columns[name] for name in ("users", "prompts", "responses", "groups") if name in columns
    }
    made |= {name: columns[name][row_a] for name in ("user", "prompt", "group", "split") if name in columns}
    if "source" in columns:
        made["sources"] = [*(f"{name}, derived" for name in columns["sources"].to_pylist()), "derived"]
        said = columns["source"][row_a]
        made["source"] = np.where(said < 0, len(columns["sources"]), said)
    else:
        made |= {"sources": ["derived"], "source": np.zeros(len(row_a), np.int8)}
    if "timestamp" in columns:
        made["timestamp"] = np.maximum(columns["timestamp"][row_a], columns["timestamp"][row_b])
    own = columns.get("weight")
    made["weight"] = weight if own is None else weight * (own[row_a] + own[row_b]) / 2
    made |= {"response_a": response_a, "response_b": response_b}
    made |= {"outcome": (np.sign(lead) + 1) / 2, "is_tie": lead == 0}
    return made
