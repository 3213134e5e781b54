"""People placed by reweighting a fixed set of candidates: for rewards that are not linear in the weights."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gustibus.comparisons import GustibusError

__all__ = ["AtomPosterior", "AtomPosteriors", "adapt_by_atoms"]

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.intp]
_BLOCK = 16_384


@dataclass(frozen=True, eq=False)
class AtomPosterior:
    """What is known of one person's weights; attributes as those of ``Posterior``, the certificate nan."""

    weights: FloatArray
    map_weights: FloatArray
    covariance: FloatArray
    certificate: float
    effective_draws: float
    n_answers: int


@dataclass(frozen=True, eq=False)
class AtomPosteriors:
    """What is known of U people's weights; ``posteriors[i]`` is that of person i.

    Attributes
    ----------
    map_weights : (U, K)
        The best atom: approximate, so there is no certificate.
    mean : (U, K)
    covariance : (U, K, K)
    certificate : (U,)
        nan.
    log_evidence : (U,)
        Log probability of each person's answers under the prior, in nats.
    effective_draws : (U,)
        How many equally weighted atoms the moments are worth.
    n_answers : (U,)
    """

    map_weights: FloatArray
    mean: FloatArray
    covariance: FloatArray
    certificate: FloatArray
    log_evidence: FloatArray
    effective_draws: FloatArray
    n_answers: IntArray

    def __len__(self) -> int:
        return len(self.mean)

    def __iter__(self) -> Iterator[AtomPosterior]:
        return (self[person] for person in range(len(self)))

    def __getitem__(self, person: int) -> AtomPosterior:
        return AtomPosterior(
            self.mean[person],
            self.map_weights[person],
            self.covariance[person],
            float("nan"),
            float(self.effective_draws[person]),
            int(self.n_answers[person]),
        )


def adapt_by_atoms(
    log_odds: FloatArray,
    atoms: FloatArray,
    outcome: FloatArray,
    weight: FloatArray,
    user: IntArray,
    n_users: int,
    *,
    log_prior: FloatArray | None = None,
) -> AtomPosteriors:
    r"""Weigh each atom by its prior and by how well it explains a person's answers.

    .. math:: \pi_{ua} \propto \pi_a \prod_{i \in u} P(y_i \mid s_{ia})^{c_i}

    A sum over atoms instead of an integral over the simplex: exact as their number grows, for any model whose log-odds
    can be computed at given weights. With many answers few atoms keep all the mass; ``effective_draws`` tells.

    Parameters
    ----------
    log_odds : (M, A)
        Log-odds of each record under each atom.
    atoms : (A, K)
        Points of the simplex, such as draws from the prior.
    outcome, weight : (M,)
    user : (M,)
        Person of each record.
    n_users : int
    log_prior : (A,), optional
        Log masses of the atoms; equal when not given, as for draws from the prior.

    Examples
    --------
    >>> atoms = np.array([[1.0, 0.0], [0.0, 1.0]])
    >>> people = adapt_by_atoms(np.array([[2.0, -2.0]]), atoms, np.ones(1), np.ones(1), np.zeros(1, int), 2)
    >>> people.mean.round(2).tolist()  # sigma(2) : sigma(-2); the second person has not answered
    [[0.88, 0.12], [0.5, 0.5]]
    """
    n_atoms = len(atoms)
    if log_odds.shape != (len(outcome), n_atoms):
        raise GustibusError(
            f"log_odds has shape {log_odds.shape}, but there are {len(outcome)} records, {n_atoms} atoms"
        )
    log_mass = np.zeros((n_users, n_atoms)) if log_prior is None else np.tile(log_prior, (n_users, 1))
    log_mass -= np.log(np.exp(log_mass - log_mass.max()).sum(axis=1, keepdims=True)) + log_mass.max()
    for start in range(0, len(outcome), _BLOCK):
        rows = slice(start, start + _BLOCK)
        s, y, c = log_odds[rows], outcome[rows, None], weight[rows, None]
        np.add.at(log_mass, user[rows], c * (y * s - np.logaddexp(0, s)))
    highest = log_mass.max(axis=1, keepdims=True)
    mass = np.exp(log_mass - highest)
    total = mass.sum(axis=1, keepdims=True)
    mass /= total
    mean = mass @ atoms
    second = np.einsum("ua,aj,ak->ujk", mass, atoms, atoms, optimize=True)
    return AtomPosteriors(
        map_weights=atoms[mass.argmax(axis=1)],
        mean=mean,
        covariance=second - mean[:, :, None] * mean[:, None, :],
        certificate=np.full(n_users, np.nan),
        log_evidence=(highest + np.log(total))[:, 0],
        effective_draws=1 / (mass**2).sum(axis=1),
        n_answers=np.bincount(user, minlength=n_users).astype(np.intp),
    )
