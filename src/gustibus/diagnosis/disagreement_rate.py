"""How often two people who are asked the same disagree."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gustibus.comparisons import Comparisons, vote_shares
from gustibus.comparisons.repeats import questions_of
from gustibus.evaluation import Interval, UserSums, interval_of_sums

__all__ = ["PairVotes", "disagreement_rate", "pair_votes"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class PairVotes:
    """Votes on each of ``P`` distinct pairs of responses.

    Attributes
    ----------
    share
        For the pair's first item in the order of ``data.items()``, ties half, ``(P,)``.
    tie_share
        Share of ties, ``(P,)``.
    n_votes
        People who judged the pair, ``(P,)``.
    disagreement
        Estimated chance that two voters disagree, ``(P,)``; nan with fewer than two votes.
    """

    share: Floats
    tie_share: Floats
    n_votes: Floats
    disagreement: Floats

    @property
    def weight(self) -> Floats:
        """Ordered pairs of voters on each pair, ``n (n - 1)``: how much its disagreement counts."""
        return np.asarray(self.n_votes * (self.n_votes - 1))

    def pooled(self, pairs: NDArray[np.integer] | None = None) -> float:
        """Mean disagreement over pairs that have two votes, each counted once; nan where there are none."""
        chosen = self.disagreement if pairs is None else self.disagreement[pairs]
        known = chosen[np.isfinite(chosen)]
        return float(known.mean()) if len(known) else float("nan")


def pair_votes(data: Comparisons) -> PairVotes:
    r"""Count the votes on every pair, whichever way round it was shown.

    Disagreement is the unbiased estimate from ``n`` votes,

    .. math:: d = \frac{n}{n - 1} \Big( 1 - \sum_j q_j^2 \Big),

    with :math:`q_j` the shares of the two sides and of ties: three ways to vote. Everybody has one vote a pair
    (:func:`gustibus.vote_shares`).

    Examples
    --------
    >>> rows = [{"user_id": u, "response_a": "p", "response_b": "q", "choice": c} for u, c in zip("wxyz", "aaab")]
    >>> votes = pair_votes(Comparisons.from_rows(rows))
    >>> votes.share.tolist(), votes.disagreement.tolist()
    ([0.75], [0.5])
    """
    questions = questions_of(data)
    counted = vote_shares(data)  # in the order in which pairs were first asked
    first_row = np.unique(questions.pair, return_index=True)[1]
    place = np.argsort(np.argsort(first_row))
    n = counted.n_votes[place].astype(np.float64)
    ties = counted.n_ties[place] / n
    share = np.where(questions.flipped[first_row], 1 - counted.share[place], counted.share[place])
    first, second = share - ties / 2, 1 - share - ties / 2
    with np.errstate(invalid="ignore", divide="ignore"):
        apart = n / (n - 1) * (1 - first**2 - second**2 - ties**2)
    return PairVotes(share, ties, n, np.where(n > 1, np.clip(apart, 0, 1), np.nan))


def disagreement_rate(data: Comparisons, *, n_boot: int = 1000, seed: int = 0) -> Interval | None:
    """Chance that two people who vote on the same pair disagree, with an interval over pairs.

    Every pair with at least two votes counts the same; None if there is no such pair. (Of the interval, ``n_users`` is
    the number of pairs.)

    Examples
    --------
    >>> rows = [{"user_id": u, "prompt": p, "response_a": "x", "response_b": "y", "choice": c}
    ...         for p, said in (("1", "aa"), ("2", "ab")) for u, c in zip("vw", said)]
    >>> disagreement_rate(Comparisons.from_rows(rows)).estimate
    0.5
    """
    votes = pair_votes(data)
    known = np.flatnonzero(np.isfinite(votes.disagreement))
    if not len(known):
        return None
    sums = UserSums(known, votes.disagreement[known], np.ones(len(known)))
    return interval_of_sums(sums, n_boot=n_boot, seed=seed)
