"""People as one of finitely many possible weights: the prior for models that are not linear in the weights."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import special

from gustibus.adapting.answers import Answers, FloatArray
from gustibus.adapting.logistic import softplus
from gustibus.adapting.per_user_sums import PerUserSums
from gustibus.comparisons import GustibusError

__all__ = ["AtomPrior"]

_BUDGET = 1 << 21


@dataclass(frozen=True, eq=False, init=False)
class AtomPrior:
    """A person's weights are one of ``A`` atoms, with given masses.

    In ``Answers`` that go with this prior, ``z`` has one column an atom: the log-odds that the model gives the record
    for a person with that atom's weights. The model may be any function of the weights. If the atoms are draws from a
    continuous prior, the posterior is self-normalised importance sampling: approximate, and rough where
    ``effective_draws`` is small. If people really are the atoms (say the weights of seen people), it is exact.

    Parameters
    ----------
    atoms : (A, K) array
        Weights, each row on the simplex.
    log_mass : (A,) array, optional
        Logarithms of the masses, normalised here; equal masses by default.

    Raises
    ------
    GustibusError
        If shapes disagree, a row is not on the simplex or all masses are zero.

    Examples
    --------
    >>> prior = AtomPrior([[1.0, 0.0], [0.0, 1.0], [0.5, 0.5]])
    >>> prior.mean
    array([0.5, 0.5])
    """

    atoms: FloatArray
    log_mass: FloatArray

    def __init__(self, atoms: npt.ArrayLike, log_mass: npt.ArrayLike | None = None) -> None:
        points = np.array(atoms, dtype=np.float64)
        if points.ndim != 2 or points.size == 0 or not np.isfinite(points).all():
            raise GustibusError(f"AtomPrior: atoms of shape {points.shape} must be finite weights (A, K).")
        wrong = (points < 0).any(axis=1) | (np.abs(points.sum(axis=1) - 1.0) > 1e-4)
        if wrong.any():
            first = int(np.argmax(wrong))
            raise GustibusError(
                f"AtomPrior: atom {first} is {points[first].tolist()}, but weights are non-negative and sum to 1."
            )
        logs = np.zeros(len(points)) if log_mass is None else np.array(log_mass, dtype=np.float64)
        if logs.shape != (len(points),) or np.isnan(logs).any() or not np.isfinite(logs.max()):
            raise GustibusError(
                f"AtomPrior: log_mass of shape {logs.shape} must give each of the {len(points)} atoms a number below "
                "infinity, at least one of them finite."
            )
        object.__setattr__(self, "atoms", points)
        object.__setattr__(self, "log_mass", logs - special.logsumexp(logs))

    @property
    def n_prototypes(self) -> int:
        """Number of prototypes ``K``."""
        return int(self.atoms.shape[1])

    @property
    def mass(self) -> FloatArray:
        """Prior masses of the atoms, ``(A,)``."""
        return np.exp(self.log_mass)

    @property
    def mean(self) -> FloatArray:
        """Mean weights ``(K,)``: the population."""
        return self.mass @ self.atoms

    def joint(self, answers: Answers) -> FloatArray:
        """Log of prior mass times likelihood of each person at each atom, ``(U, A)``."""
        n_atoms = len(self.atoms)
        if answers.n_prototypes != n_atoms:
            raise GustibusError(
                f"AtomPrior: z has {answers.n_prototypes} columns, but there are {n_atoms} atoms; "
                "give the log-odds of each record at each atom."
            )
        data = answers.by_user
        joint = np.tile(self.log_mass, (data.n_users, 1))
        for first, stop in data.chunks(doubles_per_record=3 * n_atoms, doubles_per_user=n_atoms, budget=_BUDGET):
            part = data.users(first, stop)
            log_odds = part.z + part.offset[:, None]
            fit = part.outcome[:, None] * log_odds - softplus(log_odds)
            joint[first:stop] += PerUserSums(part.starts)(part.weight[:, None] * fit)
        return joint
