"""What share of people would prefer a, for every judgement, and how sure one can be of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gustibus.comparisons import Comparisons, GustibusError, VoteShares, vote_shares
from gustibus.comparisons.arguments import check_comparisons
from gustibus.comparisons.repeats import questions_of
from gustibus.diagnosis.cross_fit import CrossFitted

__all__ = ["EstimatedVotes", "annotator_votes", "ensemble_votes", "population_votes"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False, repr=False)
class EstimatedVotes:
    """The estimated vote on each of ``M`` judgements.

    Attributes
    ----------
    share
        Share of people who prefer a, ``(M,)`` in [0, 1].
    sd
        Standard error of the share, ``(M,)``; 1/2 where nothing is known.
    n_votes
        How many votes stand behind each share, ``(M,)``.
    source
        Whose votes: ``"annotators"``, ``"ensemble"``, ``"population"``, or a name of your own.
    """

    share: Floats
    sd: Floats
    n_votes: Floats
    source: str

    def __post_init__(self) -> None:
        for name in ("share", "sd", "n_votes"):
            object.__setattr__(self, name, np.asarray(getattr(self, name), np.float64))
        if not self.share.shape == self.sd.shape == self.n_votes.shape or self.share.ndim != 1:
            raise GustibusError(
                f"shares {self.share.shape}, standard errors {self.sd.shape} and numbers of votes "
                f"{self.n_votes.shape} must be one-dimensional and equally long"
            )
        wrong = ~((self.share >= 0) & (self.share <= 1))
        if wrong.any():
            row = int(wrong.argmax())
            raise GustibusError(f"share[{row}] is {self.share[row]}: give shares of people, from 0 to 1")

    @classmethod
    def of(cls, share: ArrayLike, n_votes: ArrayLike = 1.0, *, source: str) -> EstimatedVotes:
        """Votes that were counted elsewhere, for example those of a judge; their errors are binomial.

        Parameters
        ----------
        share
            Share that prefers a, ``(M,)``.
        n_votes
            Votes behind each, one number or ``(M,)``.
        source
            Where they come from.

        Examples
        --------
        >>> EstimatedVotes.of([0.75, 0.5], n_votes=4, source="judge").sd.round(3)
        array([0.178, 0.189])
        """
        p = np.asarray(share, np.float64)
        n = np.broadcast_to(np.asarray(n_votes, np.float64), p.shape)
        return cls(p, binomial_sd(p, n), n.copy(), source)

    def __len__(self) -> int:
        return len(self.share)

    def __repr__(self) -> str:
        return f"EstimatedVotes({len(self):,} judgements, votes of {self.source}, mean error {self.sd.mean():.3f})"

    def for_the_label(self, data: Comparisons) -> Floats:
        """Share for the labelled winner of each judgement, ``(M,)``; 1/2 for a tie, whoever the votes are for."""
        self.check(data)
        y = data.outcome.astype(np.float64)
        return np.where(y > 0.5, self.share, np.where(y < 0.5, 1 - self.share, 0.5))

    def with_the_label(self, data: Comparisons) -> EstimatedVotes:
        """Count each judgement's own label as one further vote: ``(n p + y) / (n + 1)``.

        Only for votes that do not contain it: those of models or of a judge, not :func:`annotator_votes`.
        """
        self.check(data)
        n = self.n_votes + 1
        return replace(
            self, share=(self.n_votes * self.share + data.outcome) / n, sd=self.sd * self.n_votes / n, n_votes=n
        )

    def check(self, data: Any) -> None:
        """Refuse a table that these votes are not about.

        Raises
        ------
        GustibusError
            If it is no table of judgements, or of another length.
        """
        check_comparisons(data)
        if len(data) != len(self):
            raise GustibusError(
                f"these are votes on {len(self)} judgements, but there are {len(data)}. Estimate them for these."
            )


def annotator_votes(
    data: Comparisons, votes: VoteShares | None = None, *, source: str = "annotators"
) -> EstimatedVotes:
    """The share among all annotators of the same pair, whichever way round it was shown; a tie is half a vote to each.

    The label of a judgement is among its votes: with one annotator a pair the share is the label, and its standard
    error says that this is no knowledge (see :func:`binomial_sd`).

    Parameters
    ----------
    data
        Judgements.
    votes
        Votes of others on the same pairs, for example of a judge: ``gustibus.vote_shares(judged)``. A pair on which
        they did not vote has the share 1/2 and no votes.
    source
        Who they are.

    Examples
    --------
    >>> data = Comparisons.from_arrays(users=["ann", "ben", "cy"], responses=["tea", "gin"], user=[0, 1, 2],
    ...                                response_a=[0, 0, 1], response_b=[1, 1, 0], outcome=[1, 1, 1])
    >>> annotator_votes(data).share.round(2).tolist()
    [0.67, 0.67, 0.33]
    """
    counted = vote_shares(data) if votes is None else votes
    share, n = counted.of(data), len(counted)
    pair = questions_of(Comparisons.concat([counted.pairs, data])).pair
    n_votes = np.zeros(int(pair.max()) + 1)
    n_votes[pair[:n]] = counted.n_votes
    return EstimatedVotes.of(np.where(np.isnan(share), 0.5, share), n_votes[pair[n:]], source=source)


def ensemble_votes(crossed: CrossFitted) -> EstimatedVotes:
    """Each model of a cross-fitted ensemble is one voter, who votes with its probability.

    Parameters
    ----------
    crossed
        From :func:`gustibus.diagnosis.cross_fit`: nobody votes on what they were trained on.
    """
    n = np.full(crossed.n_judgements, float(crossed.n_models))
    return EstimatedVotes(crossed.probability.mean(axis=0), binomial_sd(crossed.share, n), n, "ensemble")


def population_votes(crossed: CrossFitted) -> EstimatedVotes:
    r"""The fitted population's own vote: the share of people predicted to prefer a, with its uncertainty.

    The share is the mean over models that were each fitted to people drawn anew, its standard error their standard
    deviation :math:`s`. It counts as the :math:`p (1 - p) / s^2` votes that would be as uncertain, at most one for
    every person of the fit, and at least one.

    Parameters
    ----------
    crossed
        From :func:`gustibus.diagnosis.cross_fit` with a model of people and at least two of them.

    Raises
    ------
    GustibusError
        If there is only one model, which does not know how sure it is.
    """
    if crossed.n_models < 2:
        raise GustibusError("one model does not know how sure it is: cross_fit with n_models of at least 2")
    share, sd = crossed.share, crossed.probability.std(axis=0, ddof=1)
    votes = share * (1 - share) / np.maximum(sd, 1e-6) ** 2
    return EstimatedVotes(share, sd, np.clip(votes, 1.0, float(max(crossed.n_people, 1))), "population")


def binomial_sd(share: Floats, n_votes: Floats) -> Floats:
    r"""Standard error of a share of n votes, which is not 0 where they agree.

    :math:`\sqrt{\tilde p (1 - \tilde p) / (n + 3)}` with :math:`\tilde p = (n p + 1) / (n + 2)`: the standard deviation
    of the posterior under a uniform prior.

    Examples
    --------
    >>> binomial_sd(np.array([1.0, 1.0]), np.array([1.0, 100.0])).round(3)
    array([0.236, 0.01 ])
    """
    shrunk = (n_votes * share + 1) / (n_votes + 2)
    return np.asarray(np.sqrt(shrunk * (1 - shrunk) / (n_votes + 3)))
