"""What is known of many people's weights after their answers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal, overload

import numpy as np
import numpy.typing as npt

from gustibus.adapting.answers import Answers, FloatArray, IntArray
from gustibus.adapting.atom_prior import AtomPrior, WeightedAtoms
from gustibus.adapting.gaussian_posterior import GaussianPosteriors, adapt_gaussian
from gustibus.adapting.gaussian_prior import GaussianPrior
from gustibus.adapting.logistic import sigmoid
from gustibus.adapting.people_prior import PeoplePrior
from gustibus.adapting.placement import ENOUGH_DRAWS, Placement
from gustibus.adapting.posterior import Posterior
from gustibus.adapting.prediction import moment_probability
from gustibus.adapting.quasi_random import systematic_choice
from gustibus.comparisons import GustibusError, Progress

__all__ = ["Posteriors", "adapt"]

_BLOCK = 1 << 21
_SHARED_DRAWS = 4096


@dataclass(frozen=True, eq=False)
class Posteriors(Placement):
    """What is known of ``U`` people's weights; ``posteriors[i]`` is the :class:`Posterior` of person ``i``.

    Attributes
    ----------
    map_weights, mean : (U, K)
        Most probable weights (in softmax coordinates; with atoms the most probable atom) and posterior mean.
    covariance : (U, K, K)
        Posterior covariance.
    certificate : (U,)
        Optimality certificates of ``map_weights``, at most 1e-5. What they measure depends on the family of the prior:
        see ``solve_map`` and ``LogisticNormalPrior``; zero for ``ParticlePrior``, nan for ``AtomPrior``.
    log_evidence : (U,)
        Log probability of each person's answers under the prior, in nats.
    effective_draws : (U,)
        How many equally weighted draws the moments are worth; ``n_draws`` where they are the prior's (no answers),
        infinite with a ``ParticlePrior``, whose moments are exact.
    mean_log_weights : (U, K)
        Posterior mean of the logarithms of the weights.
    atom_mass : (U, A) or None
        With a ``ParticlePrior`` or an ``AtomPrior`` everyone's posterior masses of the atoms. With an ``AtomPrior``
        ``z`` has one column an atom.
    answers : Answers
        Everyone's records.
    prior : PeoplePrior
        Where people come from.
    n_draws, seed : int
        Draws at first, and the seed.
    """

    answers: Answers = field(kw_only=True)
    prior: PeoplePrior = field(kw_only=True)
    n_draws: int = field(kw_only=True)
    seed: int = field(kw_only=True)

    @property
    def n_answers(self) -> IntArray:
        """Records of each person, ``(U,)``."""
        return self.answers.n_answers

    @property
    def few_draws(self) -> IntArray:
        """People whose moments rest on fewer than 50 effective draws even after refitting the proposal."""
        return np.flatnonzero(self.effective_draws < ENOUGH_DRAWS)

    def __len__(self) -> int:
        return len(self.mean)

    def __iter__(self) -> Iterator[Posterior]:
        return (self[person] for person in range(len(self)))

    def __getitem__(self, person: int) -> Posterior:
        person = self._checked(person)
        return Posterior.of(self, person, self.answers.of_user(person), self.prior, self.n_draws, self.seed)

    def _checked(self, person: int) -> int:
        if not -len(self) <= person < len(self):
            raise IndexError(f"there is no person {person}; there are {len(self)}.")
        return int(person) % len(self)

    def draws(self, n_each: int = 1, seed: int = 0) -> FloatArray:
        """Equally weighted draws of everyone's weights, ``(U, n_each, K)``."""
        seeds = np.random.SeedSequence(seed).generate_state(len(self))
        result = np.empty((len(self), n_each, self.mean.shape[1]))
        n_draws = max(self.n_draws, 4 * n_each)
        for person in range(len(self)):
            records = self.answers.of_user(person)
            weights, mass = self.prior.posterior_draws(records, self.map_weights[person], n_draws, self.seed)
            result[person] = weights[systematic_choice(mass, n_each, int(seeds[person]))]
        return result

    def log_odds(
        self, z: npt.ArrayLike, user: npt.ArrayLike, offset: npt.ArrayLike = 0.0
    ) -> tuple[FloatArray, FloatArray]:
        r"""Posterior mean and standard deviation of :math:`s_i = o_i + w_{u(i)} \cdot z_i`, each ``(M,)``.

        Parameters
        ----------
        z : (M, K) array
            Log-odds of each prototype.
        user : (M,) integer array
            Whose log-odds.
        offset : (M,) array or float
            The part without ``w``.
        """
        rows, who = self._rows(z, user)
        if self.atom_mass is not None and isinstance(self.prior, AtomPrior):
            mass = self.atom_mass[who]
            middle = np.einsum("ma,ma->m", rows, mass)
            spread = np.einsum("ma,ma->m", (rows - middle[:, None]) ** 2, mass)
            return np.asarray(offset, np.float64) + middle, np.sqrt(spread)
        mean = np.asarray(offset, np.float64) + np.einsum("mk,mk->m", rows, self.mean[who])
        variance = np.empty(len(rows))
        block = max(1, _BLOCK // self.covariance.shape[1] ** 2)
        for first in range(0, len(rows), block):
            part = slice(first, first + block)
            variance[part] = np.einsum("mj,mjk,mk->m", rows[part], self.covariance[who[part]], rows[part])
        return mean, np.sqrt(np.maximum(variance, 0.0))

    def probability(
        self,
        z: npt.ArrayLike,
        user: npt.ArrayLike,
        offset: npt.ArrayLike = 0.0,
        *,
        by: Literal["moments", "draws"] | None = None,
    ) -> FloatArray:
        r""":math:`E\,\sigma(s_i)`, ``(M,)``: the probability that the person prefers the first response.

        Parameters
        ----------
        z, user, offset
            As in ``log_odds``.
        by : "moments" or "draws", optional
            MacKay's formula (1992), or the average over weighted draws, which are made again for each person asked
            about. By default the average where the posterior is finitely many atoms, which is exact there, and the
            formula otherwise.
        """
        if by == "moments" or (by is None and self.atom_mass is None):
            return moment_probability(*self.log_odds(z, user, offset))
        if by not in ("draws", None):
            raise GustibusError(f'probability: by is {by!r}, but it must be "moments" or "draws".')
        rows, who = self._rows(z, user)
        at = np.broadcast_to(np.asarray(offset, np.float64), (len(rows),))
        return self._over_atoms(rows, who, at) if self.atom_mass is not None else self._over_draws(rows, who, at)

    def _over_atoms(self, rows: FloatArray, who: IntArray, offset: FloatArray) -> FloatArray:
        """The average over everyone's atoms, in blocks of records."""
        atoms: object = self.prior
        assert isinstance(atoms, WeightedAtoms)
        assert self.atom_mass is not None
        result = np.empty(len(rows))
        block = max(1, _BLOCK // self.atom_mass.shape[1])
        for first in range(0, len(rows), block):
            part = slice(first, first + block)
            log_odds = atoms.log_odds(rows[part]) + offset[part, None]
            result[part] = np.einsum("ma,ma->m", sigmoid(log_odds), self.atom_mass[who[part]])
        return result

    def _over_draws(self, rows: FloatArray, who: IntArray, offset: FloatArray) -> FloatArray:
        """The average over each person's draws; those who have not answered share the prior's."""
        unasked = self.n_answers == 0
        of_draws = np.where(unasked, -1, np.arange(len(self)))[who]
        result = np.empty(len(rows))
        for person in np.unique(of_draws):
            at = np.flatnonzero(of_draws == person)
            records = self.answers.of_user(int(who[at[0]]))
            start = self.map_weights[who[at[0]]]
            n_draws = self.n_draws if person >= 0 else max(self.n_draws, _SHARED_DRAWS)
            weights, mass = self.prior.posterior_draws(records, start, n_draws, self.seed)
            result[at] = sigmoid(rows[at] @ weights.T + offset[at, None]) @ mass
        return result

    def _rows(self, z: npt.ArrayLike, user: npt.ArrayLike) -> tuple[FloatArray, IntArray]:
        rows, who = np.asarray(z, dtype=np.float64), np.asarray(user, dtype=np.intp)
        if rows.ndim != 2 or rows.shape[1] != self.answers.n_prototypes or who.shape != (len(rows),):
            raise GustibusError(
                f"Posteriors: z has shape {rows.shape} and user {who.shape}, but (M, {self.answers.n_prototypes}) and "
                "(M,) are needed: one row and one person a record."
            )
        return rows, who


@overload
def adapt(
    answers: Answers,
    prior: GaussianPrior,
    *,
    n_draws: int = 512,
    seed: int = 0,
    start: FloatArray | None = None,
    progress: Progress | None = None,
) -> GaussianPosteriors: ...


@overload
def adapt(
    answers: Answers,
    prior: PeoplePrior,
    *,
    n_draws: int = 512,
    seed: int = 0,
    start: FloatArray | None = None,
    progress: Progress | None = None,
) -> Posteriors: ...


def adapt(
    answers: Answers,
    prior: PeoplePrior | GaussianPrior,
    *,
    n_draws: int = 512,
    seed: int = 0,
    start: FloatArray | None = None,
    progress: Progress | None = None,
) -> Posteriors | GaussianPosteriors:
    r"""Place new people among the prototypes: everyone's posterior over their weights, from any number of answers.

    How depends on the family of the prior, see each: most probable weights with a certificate of optimality, and mean,
    covariance and evidence by importance sampling around them, exact up to a Monte Carlo error of at most about one
    posterior standard deviation over the root of ``effective_draws`` (``DirichletPrior``, ``LogisticNormalPrior``), or
    sums over finitely many possible people (``ParticlePrior``; ``AtomPrior`` where the model is not linear in the
    weights, see ``adapt_by_atoms``). A person without answers has exactly the prior's mean and covariance. People are
    worked through in chunks, so that memory does not grow with their number beyond the result.

    Parameters
    ----------
    answers : Answers
        Records of ``U`` people.
    prior : PeoplePrior or GaussianPrior
        Where people come from, see ``choose_prior`` and ``fit_dirichlet_prior``. With a ``GaussianPrior`` the rest
        does not matter, see ``adapt_gaussian``.
    n_draws : int
        Draws a person, at least 64; people with fewer than 50 effective ones get up to 64 times as many.
    seed : int
        Equal seeds give equal results.
    start : (U, K) array, optional
        Weights from which the solver starts.
    progress : Progress, optional
        Told how many people are done.

    Raises
    ------
    GustibusError
        If shapes disagree, ``n_draws`` is too small, or a solution misses its certificate.

    Warns
    -----
    DataWarning
        If someone's effective draws stay below 50.

    Examples
    --------
    >>> from gustibus.adapting import DirichletPrior
    >>> answers = Answers(z=[[2.0, -2.0], [-1.0, 3.0]], outcome=[1, 0], user=[0, 0], n_users=2)
    >>> posteriors = adapt(answers, DirichletPrior([0.5, 0.5]))
    >>> posteriors.mean.round(2)
    array([[0.84, 0.16],
           [0.5 , 0.5 ]])
    """
    if isinstance(prior, GaussianPrior):
        return adapt_gaussian(answers, prior, progress=progress)
    placed = prior.place(answers, n_draws=n_draws, seed=seed, start=start, progress=progress)
    placed.warn_of_few_draws(answers.n_answers)
    return Posteriors(**vars(placed), answers=answers.by_user, prior=prior, n_draws=n_draws, seed=seed)
