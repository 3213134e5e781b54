"""New people for models that are not linear in the weights: reweighting possible people."""

from __future__ import annotations

import numpy.typing as npt

from gustibus.adapting.answers import Answers
from gustibus.adapting.atom_prior import AtomPrior
from gustibus.adapting.posteriors import Posteriors, adapt

__all__ = ["adapt_by_atoms"]


def adapt_by_atoms(
    atom_log_odds: npt.ArrayLike,
    atoms: npt.ArrayLike,
    *,
    outcome: npt.ArrayLike,
    user: npt.ArrayLike = 0,
    weight: npt.ArrayLike = 1.0,
    n_users: int | None = None,
    log_prior_weight: npt.ArrayLike | None = None,
) -> Posteriors:
    r"""Posteriors for models that are *not* linear in the weights, by reweighting possible weights.

    :math:`P(w = a \mid \text{answers}) \propto \pi_a L(a)` over ``A`` atoms. With atoms drawn from a continuous prior
    this is self-normalised importance sampling: approximate, the better the more atoms, and rough where
    ``effective_draws`` is small, which it is for people with many answers. There is no optimality certificate (it is
    nan), and ``map_weights`` is the most probable atom.

    Parameters
    ----------
    atom_log_odds : (M, A) array
        Log-odds of each record for a person with each atom's weights.
    atoms : (A, K) array
        The weights.
    outcome, user, weight, n_users
        As in ``Answers``.
    log_prior_weight : (A,) array, optional
        Logarithms of the prior masses; equal masses by default, right for draws from the prior.

    Raises
    ------
    GustibusError
        If shapes disagree or a value is not finite.

    Examples
    --------
    >>> import numpy as np
    >>> atoms = np.array([[1.0, 0.0], [0.5, 0.5], [0.0, 1.0]])
    >>> log_odds = np.array([[2.0, 0.0, -2.0], [2.0, 0.0, -2.0]])
    >>> posteriors = adapt_by_atoms(log_odds, atoms, outcome=[1, 1])
    >>> posteriors.mean.round(2), posteriors.map_weights
    (array([[0.87, 0.13]]), array([[1., 0.]]))
    """
    answers = Answers(z=atom_log_odds, outcome=outcome, user=user, weight=weight, n_users=n_users)
    return adapt(answers, AtomPrior(atoms, log_prior_weight))
