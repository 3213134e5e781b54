"""People as one of finitely many possible weights."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import numpy.typing as npt
from scipy import special

from gustibus.adapting.answers import Answers, FloatArray
from gustibus.adapting.per_user_sums import PerUserSums
from gustibus.adapting.placement import Placement
from gustibus.adapting.quasi_random import systematic_choice
from gustibus.comparisons import GustibusError, Progress

__all__ = ["AtomPrior", "WeightedAtoms"]

_BUDGET = 1 << 21


@dataclass(frozen=True, eq=False, init=False)
class WeightedAtoms:
    """Weights ``(A, K)`` on the simplex with masses: what ``AtomPrior`` and ``ParticlePrior`` have in common."""

    atoms: FloatArray
    log_mass: FloatArray

    def __init__(self, atoms: npt.ArrayLike, log_mass: npt.ArrayLike | None = None) -> None:
        points = np.array(atoms, dtype=np.float64)
        if points.ndim != 2 or points.size == 0 or not np.isfinite(points).all():
            raise GustibusError(f"{type(self).__name__}: atoms of shape {points.shape} must be finite weights (A, K).")
        wrong = (points < 0).any(axis=1) | (np.abs(points.sum(axis=1) - 1.0) > 1e-4)
        if wrong.any():
            first = int(np.argmax(wrong))
            raise GustibusError(
                f"{type(self).__name__}: atom {first} is {points[first].tolist()}, "
                "but weights are non-negative and sum to 1."
            )
        logs = np.zeros(len(points)) if log_mass is None else np.array(log_mass, dtype=np.float64)
        if logs.shape != (len(points),) or np.isnan(logs).any() or not np.isfinite(logs.max()):
            raise GustibusError(
                f"{type(self).__name__}: log_mass of shape {logs.shape} must give each of the {len(points)} atoms "
                "a number below infinity, at least one of them finite."
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
        mean: FloatArray = self.mass @ self.atoms
        return mean

    @property
    def covariance(self) -> FloatArray:
        """Covariance ``(K, K)`` of the weights."""
        centred = self.atoms - self.mean
        covariance: FloatArray = (centred * self.mass[:, None]).T @ centred
        return covariance

    def draws(self, n: int, seed: int = 0) -> FloatArray:
        """Weights ``(n, K)`` of people drawn from the prior: atoms, each as often as its mass says."""
        drawn: FloatArray = self.atoms[systematic_choice(self.mass, n, seed)]
        return drawn

    def arrays(self) -> dict[str, FloatArray]:
        """``atoms`` and ``log_mass``: what there is to save."""
        return {"atoms": self.atoms, "log_mass": self.log_mass}

    def log_odds(self, z: FloatArray) -> FloatArray:
        """Log-odds ``(..., A)`` of records at each atom, without their offsets."""
        raise NotImplementedError

    def log_likelihood(self, answers: Answers) -> FloatArray:
        """Log-likelihood ``(U, A)`` of each person's records at each atom."""
        n_atoms = len(self.atoms)
        self._refuse_other_columns(answers.n_prototypes)
        data = answers.by_user
        result = np.zeros((data.n_users, n_atoms))
        for first, stop in data.chunks(doubles_per_record=3 * n_atoms, doubles_per_user=n_atoms, budget=_BUDGET):
            part = data.users(first, stop)
            log_odds = self.log_odds(part.z) + part.offset[:, None]
            fit = part.outcome[:, None] * log_odds - part.link.partition(log_odds)
            result[first:stop] = PerUserSums(part.starts)(part.weight[:, None] * fit)
        return result

    def joint(self, answers: Answers) -> FloatArray:
        """Log of prior mass times likelihood of each person at each atom, ``(U, A)``."""
        joint: FloatArray = self.log_likelihood(answers) + self.log_mass
        return joint

    def posterior_draws(
        self, answers: Answers, map_weights: FloatArray, n_draws: int, seed: int
    ) -> tuple[FloatArray, FloatArray]:
        """All atoms and their posterior mass, whatever number of draws is asked for."""
        joint = self.joint(answers)[0]
        return self.atoms, np.exp(joint - special.logsumexp(joint))

    def place(
        self,
        answers: Answers,
        *,
        n_draws: int,
        seed: int,
        start: FloatArray | None = None,
        progress: Progress | None = None,
    ) -> Placement:
        r"""Everyone's posterior by Bayes' rule, :math:`P(a \mid \text{answers}) \propto \pi_a L(a)`, and its moments.

        Nothing is drawn or started: ``n_draws``, ``seed`` and ``start`` do not matter.
        """
        joint = self.joint(answers)
        evidence = special.logsumexp(joint, axis=1)
        mass = np.exp(joint - evidence[:, None])
        centred = self.atoms - self.mean
        shift = mass @ centred
        products = (centred[:, :, None] * centred[:, None, :]).reshape(len(centred), -1)
        second = (mass @ products).reshape(len(mass), self.n_prototypes, self.n_prototypes)
        with np.errstate(divide="ignore"):
            log_atoms = np.maximum(np.log(self.atoms), -745.0)
        if progress is not None:
            progress("place people among the atoms", answers.n_users, answers.n_users)
        return Placement(
            map_weights=self.atoms[joint.argmax(axis=1)],
            mean=self.mean + shift,
            covariance=second - shift[:, :, None] * shift[:, None, :],
            certificate=np.full(answers.n_users, self._certificate),
            log_evidence=evidence,
            effective_draws=self._effective(mass),
            mean_log_weights=mass @ log_atoms,
            atom_mass=mass,
        )

    _certificate: ClassVar[float]

    def _refuse_other_columns(self, n_columns: int) -> None:
        """Say what ``z`` should be."""
        raise NotImplementedError

    def _effective(self, mass: FloatArray) -> FloatArray:
        """How many equally weighted draws the moments are worth, ``(U,)``."""
        raise NotImplementedError


@dataclass(frozen=True, eq=False, init=False)
class AtomPrior(WeightedAtoms):
    """A person's weights are one of ``A`` atoms, with given masses, for any model, linear in the weights or not.

    In ``Answers`` that go with this prior, ``z`` has one column an atom: the log-odds that the model gives the record
    for a person with that atom's weights. The model may be any function of the weights; for one that is linear in them
    ``ParticlePrior`` takes ``z`` as every other family does. If the atoms are draws from a
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

    family: ClassVar[str] = "atoms"
    _certificate: ClassVar[float] = float("nan")

    def log_odds(self, z: FloatArray) -> FloatArray:
        """The columns of ``z`` themselves."""
        return z

    def _refuse_other_columns(self, n_columns: int) -> None:
        if n_columns != len(self.atoms):
            raise GustibusError(
                f"AtomPrior: z has {n_columns} columns, but there are {len(self.atoms)} atoms; "
                "give the log-odds of each record at each atom."
            )

    def _effective(self, mass: FloatArray) -> FloatArray:
        effective: FloatArray = 1.0 / (mass**2).sum(axis=1)
        return effective
