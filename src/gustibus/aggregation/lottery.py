"""The maximal lottery: the mixture of responses that no response beats on average."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gustibus.aggregation.condorcet import condorcet
from gustibus.aggregation.entropy import most_even_point
from gustibus.aggregation.pairwise import TIE, square
from gustibus.comparisons import GustibusError

__all__ = ["Lottery", "Payoff", "maximal_lotteries", "maximal_lottery", "von_neumann_winner"]

Floats = NDArray[np.float64]
Payoff = Literal["P - 1/2", "log-odds"]

_RANK: Final = 1e-9
"""Singular values below this share of the largest are zero."""
_LP_ROUNDING: Final = 1e-9


@dataclass(frozen=True, eq=False)
class Lottery:
    """A mixture of n responses.

    Attributes
    ----------
    weight
        Probability of each response, shape (n,), with sum 1.
    value
        The least mean pay-off of the lottery against any one response; 0 up to rounding for an optimal one.
    unique
        Whether it is the only optimal lottery. If not, it is the one of highest entropy.
    payoff
        Name of the pay-off that it is optimal for.
    entropy_gap
        Bound on how much higher (nats) the entropy of another optimal lottery can be; 0 where it is the only one.
    rounded_to
        0, unless the exact game could not be told from one with ties: then pay-offs were rounded to multiples of this
        share of the largest one, and ``value`` says what that costs.
    """

    weight: Floats
    value: float
    unique: bool
    payoff: str
    entropy_gap: float = 0.0
    rounded_to: float = 0.0

    @property
    def support(self) -> tuple[int, ...]:
        """Responses of positive weight."""
        return tuple(np.flatnonzero(self.weight > 0).tolist())


def maximal_lottery(probability: ArrayLike, *, payoff: Payoff = "P - 1/2") -> Lottery:
    r"""The lottery over responses that does not lose against any response, on average and in a named pay-off.

    .. math:: w^\top A \ge 0, \qquad w \ge 0, \qquad \sum_i w_i = 1,

    with :math:`A_{ij} = P_{ij} - \tfrac12` ("P - 1/2": the mean probability of winning is at least one half) or
    :math:`A_{ij} = \log (P_{ij} / P_{ji})` ("log-odds": the mean log-odds are at least zero). The two are different
    games: they agree on who can win against whom, not on the weights. Such a lottery always exists; a response that
    beats all others has weight 1; on rock, paper, scissors the weights follow how much each is beaten by.

    Parameters
    ----------
    probability
        ``P[i, j]``, the probability that i beats j, shape (n, n); the diagonal is not read.
    payoff
        What is averaged: "P - 1/2" or "log-odds".

    Returns
    -------
    The optimal lottery, exact up to rounding; if several are optimal, the one of highest entropy, and ``unique`` is
    False.

    Raises
    ------
    GustibusError
        The matrix does not hold probabilities with ``P + P.T == 1``, or log-odds are asked of a certain win.

    References
    ----------
    Kreweras (1965); Fishburn (1984), Probabilistic social choice based on simple voting comparisons. Review of
    Economic Studies 51(4). Dudik et al. (2015), Contextual dueling bandits, arXiv 1502.06362 (von Neumann winner).

    Examples
    --------
    >>> rock_paper_scissors = [[0.5, 0.1, 0.8], [0.9, 0.5, 0.4], [0.2, 0.6, 0.5]]
    >>> lottery = maximal_lottery(rock_paper_scissors)
    >>> lottery.weight.round(3).tolist(), lottery.unique
    ([0.125, 0.375, 0.5], True)
    >>> maximal_lottery(rock_paper_scissors, payoff="log-odds").weight.round(3).tolist()
    [0.102, 0.348, 0.551]
    """
    return von_neumann_winner(_game(probability, payoff), payoff=payoff)


def maximal_lotteries(probability: ArrayLike, *, payoff: Payoff = "P - 1/2") -> list[Lottery]:
    """`maximal_lottery` of many people (or prompts, or posterior draws), one each.

    People who have a response that beats all others, most of them in practice, need no linear programme: thousands
    at once are cheap.

    Parameters
    ----------
    probability
        Win probabilities, shape (U, n, n).
    payoff
        See `maximal_lottery`.

    Returns
    -------
    U lotteries.

    Raises
    ------
    GustibusError
        See `maximal_lottery`.

    Examples
    --------
    >>> ann, ben = [[0.5, 0.9], [0.1, 0.5]], [[0.5, 0.2], [0.8, 0.5]]
    >>> [lottery.weight.tolist() for lottery in maximal_lotteries([ann, ben])]
    [[1.0, 0.0], [0.0, 1.0]]
    """
    game = _game(probability, payoff)
    if game.ndim != 3:
        raise GustibusError(
            f"probability has shape {game.shape}, but many people need (U, n, n): use maximal_lottery for one"
        )
    n = game.shape[-1]
    wins_all = (game > TIE).sum(axis=-1) == n - 1
    winner = np.where(wins_all.any(axis=-1), wins_all.argmax(axis=-1), -1)
    one_hot = np.eye(n)
    return [
        Lottery(one_hot[best], 0.0, True, payoff) if best >= 0 else von_neumann_winner(one, payoff=payoff)
        for best, one in zip(winner.tolist(), game, strict=True)
    ]


def von_neumann_winner(game: ArrayLike, *, payoff: str) -> Lottery:
    r"""The optimal lottery of a symmetric game, for a pay-off that you name.

    The support is found by a linear programme that looks for a strictly complementary optimum (one in which every
    response has either weight, or a loss against the lottery); such an optimum lies inside the set of all optimal
    lotteries, so that they are those of its support S with :math:`A_{SS}^\top w = 0` and no gain for the others. They
    are unique exactly if the null space of :math:`A_{SS}` has one dimension, and then the weights solve that linear
    system; else the lottery of highest entropy is found by Newton steps, with a bound from duality on what is missing.

    Parameters
    ----------
    game
        ``A[i, j]``, what i gains against j, shape (n, n), with ``A == -A.T``: for example log-odds.
    payoff
        What the entries are; kept with the result.

    Returns
    -------
    The optimal lottery; if several are optimal, the one of highest entropy.

    Raises
    ------
    GustibusError
        The matrix is not antisymmetric or not finite, or no lottery could be certified.

    Examples
    --------
    >>> log_odds = [[0.0, 1.0, -2.0], [-1.0, 0.0, 1.0], [2.0, -1.0, 0.0]]
    >>> von_neumann_winner(log_odds, payoff="log-odds").weight.tolist()
    [0.25, 0.5, 0.25]
    """
    values = square(game, "game", at_least=1)
    if values.ndim != 2:
        raise GustibusError(f"game has shape {values.shape}: one game is (n, n)")
    uneven = np.abs(values + values.T).max()
    if uneven > 1e-6 * max(1.0, np.abs(values).max()):
        raise GustibusError(
            f"game[i, j] + game[j, i] is up to {uneven:.3g}, but what one gains the other loses. "
            "Give an antisymmetric pay-off such as log-odds, or maximal_lottery a matrix of win probabilities."
        )
    values = (values - values.T) / 2
    top = np.array(sorted(condorcet(values).top), dtype=np.intp)  # nobody outside the top has weight
    weight = np.zeros(len(values))
    inner, unique, gap, rounded = _optimal_or_rounded(values[np.ix_(top, top)])
    weight[top] = inner
    return Lottery(weight, float((weight @ values).min()), unique, payoff, gap, rounded)


def _game(probability: ArrayLike, payoff: str) -> Floats:
    """The pay-off matrix of win probabilities, (..., n, n)."""
    if payoff not in get_args(Payoff):
        raise GustibusError(f"payoff is {payoff!r}: name one of {', '.join(map(repr, get_args(Payoff)))}")
    p = square(probability, "probability", at_least=1)
    transposed = np.swapaxes(p, -1, -2)
    apart = ~np.eye(p.shape[-1], dtype=bool)
    if np.any(p < 0) or np.any(p > 1) or np.any(np.abs(p + transposed - 1)[..., apart] > 1e-6):
        raise GustibusError(
            "probability must hold win probabilities with P[i, j] + P[j, i] = 1. Count ties half; "
            "for another pay-off use von_neumann_winner."
        )
    if payoff == "P - 1/2":
        return np.asarray((p - transposed) / 2)
    if np.any(p[..., apart] == 0):
        raise GustibusError(
            'a win is certain, so its log-odds are infinite: use payoff="P - 1/2", or von_neumann_winner with log-odds'
        )
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(apart, np.log(p) - np.log(transposed), 0.0)


def _optimal_or_rounded(game: Floats) -> tuple[Floats, bool, float, float]:
    """An optimal lottery, of the game or of one that differs from it by less than can be told apart."""
    for grain in (0.0, 1e-7, 1e-5):
        scale = max(grain * np.abs(game).max(), np.finfo(np.float64).tiny)
        try:
            return *_optimal(np.round(game / scale) * scale if grain else game), grain
        except GustibusError as error:
            failed = error
    raise failed


def _optimal(game: Floats) -> tuple[Floats, bool, float]:
    """Weights of an optimal lottery, whether it is the only one, and the entropy gap."""
    n = len(game)
    scale = np.abs(game).max()
    if n == 1 or scale == 0:
        return np.full(n, 1.0 / n), n == 1, 0.0
    a = game / scale
    inside = _strictly_complementary(a)
    support = inside > inside @ a
    # All lotteries on the support that no member of it beats: a point and the directions that keep it so.
    system = np.vstack([a[np.ix_(support, support)].T, np.ones(support.sum())])
    _, singular, right = np.linalg.svd(system)
    free = right[np.count_nonzero(singular > _RANK * singular[0]) :].T
    target = np.r_[np.zeros(support.sum()), 1.0]
    start = inside[support] - np.linalg.pinv(system, rcond=_RANK) @ (system @ inside[support] - target)
    weight, gap = np.zeros(n), 0.0
    if free.shape[1] == 0:
        weight[support] = start
    else:
        rivals = a[np.ix_(support, ~support)].T
        weight[support], gap = most_even_point(start, free, rivals, system[:-1])
    if weight.min() < -_LP_ROUNDING or (weight @ a).min() < -1e-8:
        raise GustibusError(
            "no optimal lottery could be certified: the pay-offs of some pairs are too close to zero to be told from "
            "it. Round them, so that near ties become ties."
        )
    weight = np.maximum(weight, 0.0)
    return weight / weight.sum(), free.shape[1] == 0, gap


def _strictly_complementary(a: Floats) -> Floats:
    """An optimal lottery with weight wherever any optimal lottery has some (it exists: Tucker 1956)."""
    from scipy.optimize import linprog  # slow to load, and most rules do without

    n = len(a)
    # maximise t such that w >= 0, a'w >= 0, w + a'w >= t, sum w = 1
    no_loss = np.hstack([-a.T, np.zeros((n, 1))])
    either = np.hstack([-a.T - np.eye(n), np.ones((n, 1))])
    solved = linprog(
        np.r_[np.zeros(n), -1.0],
        A_ub=np.vstack([no_loss, either]),
        b_ub=np.zeros(2 * n),
        A_eq=np.r_[np.ones(n), 0.0][None],
        b_eq=[1.0],
        bounds=[(0.0, None)] * n + [(0.0, 1.0)],
        method="highs",
        options={"primal_feasibility_tolerance": 1e-10, "dual_feasibility_tolerance": 1e-10},
    )
    if solved.status != 0:
        raise GustibusError(f"the linear programme of the lottery was not solved: {solved.message}")
    return np.asarray(solved.x[:n], dtype=np.float64)
