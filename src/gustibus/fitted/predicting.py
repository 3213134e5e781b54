"""Log-odds, their uncertainty, and probabilities that average over it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt

from gustibus.adapting import AtomTastes, PairMoments, Tastes, sigmoid
from gustibus.comparisons import GustibusError
from gustibus.fitted.pairs import Pairs
from gustibus.fitted.people import People
from gustibus.fitted.scorer import Scorer
from gustibus.fitting import Differences
from gustibus.likelihoods import Likelihood, Logistic

__all__ = ["Pool", "Predictions", "predict_pairs"]

FloatArray = npt.NDArray[np.float64]
Pool = Literal["vote", "log-odds"]
CHUNK = 16_384


@dataclass(frozen=True)
class Predictions:
    """What a model says about n comparisons.

    Attributes
    ----------
    log_odds : ndarray, shape (n,)
        For a person the posterior mean of ``s(a, b)``; for the population what ``pool`` says.
    sd : ndarray, shape (n,)
        Standard deviation of ``s(a, b)``: over what is not known about a person, or over the people of a population.
    probability : ndarray, shape (n,)
        That a is preferred, averaged over the same uncertainty; where ties have a probability of their own, given that
        there is none.
    three_way : ndarray, shape (n, 3), or None
        Probability that a is preferred, of a tie, and that b is preferred, likewise averaged; None for a likelihood
        without ties.
    """

    log_odds: FloatArray
    sd: FloatArray
    probability: FloatArray
    three_way: FloatArray | None = None


def predict_pairs(
    scorer: Scorer,
    population: Tastes,
    pairs: Pairs,
    people: People,
    pool: Pool,
    likelihood: Likelihood | None = None,
    tie_level: FloatArray | None = None,
) -> Predictions:
    r"""Predict comparisons for people given by what is known of their tastes.

    A person: the posterior mean of ``s`` and ``E sigma(s)`` over their posterior (see
    :class:`gustibus.adapting.Tastes`). The population: ``pool="log-odds"`` is the mean of everybody's log-odds,
    ``pool="vote"`` the logit of the mean probability over the fitted distribution of people.

    With ties, the probabilities of all three outcomes are averaged in the same way, and the probability of a is the one
    given no tie. How common these are may be given for each comparison, ``tie_level`` of shape (n,).
    """
    if pool not in get_args(Pool):
        raise GustibusError(f"pool={pool!r} is not known; choose one of {', '.join(get_args(Pool))}")
    likelihood = likelihood or Logistic()
    log_odds, sd, probability = (np.empty(len(pairs)) for _ in range(3))
    out = Predictions(log_odds, sd, probability, np.empty((len(pairs), 3)) if likelihood.ties else None)
    known, pooled = np.flatnonzero(people.index >= 0), np.flatnonzero(people.index < 0)
    differences = scorer.differences(pairs.features) if scorer.model.linear_in_weights else None
    if len(known):
        assert people.tastes is not None
        found, ties = _known(
            scorer, differences, pairs, known, people.tastes, people.index[known], likelihood, tie_level
        )
        out.log_odds[known], out.probability[known] = found.log_odds, found.probability
        out.sd[known] = np.sqrt(found.variance)
        _put(out, known, ties)
    if len(pooled):
        nobody = np.zeros(len(pooled), np.intp)
        found, ties = _known(scorer, differences, pairs, pooled, population, nobody, likelihood, tie_level)
        out.sd[pooled] = np.sqrt(found.variance)
        if pool == "log-odds":
            out.log_odds[pooled] = found.log_odds
            out.probability[pooled] = sigmoid(found.log_odds)
            level = None if tie_level is None else tie_level[pooled]
            ties = likelihood.three_way(found.log_odds, level) if likelihood.ties else None
        else:
            out.log_odds[pooled] = np.log(found.probability) - np.log(found.against)
            out.probability[pooled] = found.probability / (found.probability + found.against)
        _put(out, pooled, ties)
    return out


def _put(out: Predictions, rows: npt.NDArray[np.intp], ties: FloatArray | None) -> None:
    """Probabilities of three outcomes, and with them that of a given no tie."""
    if ties is not None and out.three_way is not None:
        out.three_way[rows] = ties
        out.probability[rows] = ties[:, 0] / (ties[:, 0] + ties[:, 2])


def _known(
    scorer: Scorer,
    differences: Differences | None,
    pairs: Pairs,
    rows: npt.NDArray[np.intp],
    tastes: Tastes,
    who: npt.NDArray[np.intp],
    likelihood: Likelihood,
    tie_level: FloatArray | None,
) -> tuple[PairMoments, FloatArray | None]:
    """What is known of the log-odds, and with ties the probability of each of three outcomes."""
    parts, ties = [], []
    at_atoms = _rewards_at_atoms(scorer, pairs, tastes) if differences is None else None
    for start in range(0, len(rows), CHUNK):
        chosen, whose = rows[start : start + CHUNK], who[start : start + CHUNK]
        a, b = pairs.a[chosen], pairs.b[chosen]
        offset = pairs.offsets[a] - pairs.offsets[b]
        level = None if tie_level is None else tie_level[chosen]
        if differences is not None:
            z = differences(a, b)
            parts.append(tastes.pairs(z, whose, offset))
            if likelihood.ties:
                ties.append(tastes.normals(z, whose, offset).average(likelihood.three_way, level))
        else:
            assert isinstance(tastes, AtomTastes)
            assert at_atoms is not None
            z = at_atoms[a] - at_atoms[b]
            parts.append(tastes.pairs_at_atoms(z, whose, offset))
            if likelihood.ties:
                ties.append(tastes.normals_at_atoms(z, whose, offset).average(likelihood.three_way, level))
    return PairMoments.joined(parts), np.concatenate(ties) if ties else None


def _rewards_at_atoms(scorer: Scorer, pairs: Pairs, tastes: Tastes) -> FloatArray:
    if not isinstance(tastes, AtomTastes):
        raise GustibusError(
            "rewards of this model are not linear in the weights, so its people are known by the atoms of their "
            "posterior; place them with this model's adapt."
        )
    return scorer.rewards_at(pairs.features, tastes.atoms.astype(np.float64))
