"""Who beats everybody; and where nobody does, the cycle at the top."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gustibus.aggregation.pairwise import TIE, beats, square

__all__ = ["Condorcet", "condorcet", "strongest_cycle"]

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Condorcet:
    """Who is at the top when responses are compared two by two.

    Attributes
    ----------
    winner
        The response that beats every other one; None if there is none.
    top
        The Smith set: the smallest group whose members beat every response outside it, best Copeland score first.
        With a winner it is that response alone.
    cycle
        A cycle within the top: each beats the next, the last beats the first. It is one of the shortest, and of those
        one whose narrowest win is widest. None if there is a winner, or if the top only ties.
    """

    winner: int | None
    top: tuple[int, ...]
    cycle: tuple[int, ...] | None


def condorcet(pairwise: ArrayLike, *, tie: float = TIE) -> Condorcet:
    """Find the Condorcet winner, or show why there is none.

    Parameters
    ----------
    pairwise
        Win probabilities, log-odds or wins of i against j, shape (n, n) with n >= 1; only which of ``[i, j]`` and
        ``[j, i]`` is larger decides who beats whom.
    tie
        Two responses tie where their entries differ by no more than this.

    Returns
    -------
    The winner, the smallest group that beats all others, and a cycle in it.

    Raises
    ------
    GustibusError
        The matrix is not square or holds something that is not finite.

    References
    ----------
    Smith (1973), Aggregation of preferences with variable electorate. Econometrica 41(6).

    Examples
    --------
    Rock beats scissors, scissors beat paper, paper beats rock; everybody beats the fourth.

    >>> pairwise = [[0.5, 0.9, 0.2, 0.6], [0.1, 0.5, 0.7, 0.6], [0.8, 0.3, 0.5, 0.6], [0.4, 0.4, 0.4, 0.5]]
    >>> condorcet(pairwise)
    Condorcet(winner=None, top=(0, 1, 2), cycle=(0, 1, 2))
    >>> condorcet([[0.5, 0.9], [0.1, 0.5]]).winner
    0
    """
    values = square(pairwise, "pairwise", at_least=1)
    won = beats(values, tie)
    top = _smith_set(won)
    winner = top[0] if len(top) == 1 else None
    return Condorcet(winner, top, None if winner is not None else strongest_cycle(values, within=top, tie=tie))


def strongest_cycle(
    pairwise: ArrayLike, *, within: tuple[int, ...] | None = None, tie: float = TIE
) -> tuple[int, ...] | None:
    """A shortest cycle of wins, and of the shortest one whose narrowest win is widest.

    Where every two responses are decided, the shortest cycle has three members (if there is any).

    Parameters
    ----------
    pairwise
        Win probabilities, log-odds or wins, shape (n, n).
    within
        Look among these responses only. Default: all.
    tie
        See `condorcet`.

    Returns
    -------
    Responses such that each beats the next and the last beats the first, beginning with the smallest index; None if
    there is no cycle.

    Raises
    ------
    GustibusError
        The matrix is not square or holds something that is not finite.

    Examples
    --------
    >>> strongest_cycle([[0.5, 0.6, 0.3], [0.4, 0.5, 0.8], [0.7, 0.2, 0.5]])
    (0, 1, 2)
    >>> strongest_cycle([[0.5, 0.6], [0.4, 0.5]]) is None
    True
    """
    values = square(pairwise, "pairwise", at_least=1)
    members = np.arange(len(values)) if within is None else np.array(sorted(within), dtype=np.intp)
    values = values[np.ix_(members, members)]
    lead = np.where(beats(values, tie), values - values.T, -np.inf)
    found = _triangle(lead)
    if found is None:
        found = _longer_cycle(lead)
    if found is None:
        return None
    first = found.index(min(found))
    return tuple(int(members[i]) for i in found[first:] + found[:first])


def _smith_set(won: NDArray[np.bool_]) -> tuple[int, ...]:
    """Members of the Smith set lead every order by Copeland score, so it is the first closed prefix of one."""
    n = len(won)
    wins = won.sum(axis=1)
    order = np.argsort(-(wins + 0.5 * (n - 1 - wins - won.sum(axis=0))), kind="stable")
    beaten = won[np.ix_(order, order)]
    for size in range(1, n):
        if beaten[:size, size:].all():
            return tuple(order[:size].tolist())
    return tuple(order.tolist())


def _triangle(lead: Floats) -> list[int] | None:
    """The cycle of three whose narrowest win is widest; ``lead`` is -inf where i does not beat j."""
    best, found = -np.inf, None
    for i in range(len(lead) - 2):
        rest = slice(i + 1, None)
        # i beats j, j beats k, k beats i, with i the smallest of the three
        narrowest = np.minimum(np.minimum(lead[i, rest][:, None], lead[rest, rest]), lead[rest, i][None, :])
        j, k = np.unravel_index(int(np.argmax(narrowest)), narrowest.shape)
        if narrowest[j, k] > best:
            best, found = float(narrowest[j, k]), [i, i + 1 + int(j), i + 1 + int(k)]
    return found


def _longer_cycle(lead: Floats) -> list[int] | None:
    """The shortest cycle, by breadth-first search from every response; of equal ones the widest, then the first."""
    best: tuple[int, float] | None = None
    found: list[int] | None = None
    for start in range(len(lead)):
        path = _shortest_way_back(lead > -np.inf, start)
        if path is not None:
            narrowest = min(lead[i, j] for i, j in zip(path, path[1:] + path[:1], strict=True))
            if best is None or (len(path), -narrowest) < best:
                best, found = (len(path), -float(narrowest)), path
    return found


def _shortest_way_back(won: NDArray[np.bool_], start: int) -> list[int] | None:
    came_from = {start: -1}
    front = [start]
    while front:
        following = []
        for i in front:
            if won[i, start]:
                path = [i]
                while (i := came_from[i]) != -1:
                    path.append(i)
                return path[::-1]
            for j in np.flatnonzero(won[i]).tolist():
                if j not in came_from:
                    came_from[j] = i
                    following.append(j)
        front = following
    return None
