"""Possible people fitted to seen ones: who they are is given, how often each occurs is maximum likelihood."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gustibus.adapting.answers import Answers, FloatArray, IntArray
from gustibus.adapting.atom_prior import AtomPrior
from gustibus.adapting.mixing_masses import MixingMasses, solve_mixing_masses
from gustibus.adapting.particles import ParticlePrior
from gustibus.adapting.seen_people import some_answers
from gustibus.comparisons import GustibusError, Progress

__all__ = ["ParticleFit", "fit_atom_prior", "fit_particle_prior"]

_SHARES = (0.0, 0.02, 0.05, 0.1, 0.2, 0.4, 0.7, 1.0)
_SHARE_OF_FEW = 0.2
_FOLDS = 5
_FEW = 4 * _FOLDS


@dataclass(frozen=True, eq=False)
class ParticleFit:
    """A fitted prior and how the fit went.

    Attributes
    ----------
    prior : ParticlePrior
        The given atoms, those of the vertices after them, and their masses.
    certificate : float
        That of the maximum likelihood masses before a share was spread evenly, at most 1e-6: no masses have a mean log
        evidence that is higher by more than this, in nats a person.
    even_share : float
        The part of the mass that is spread evenly over all atoms.
    objective : float
        Mean log evidence of the people used under the maximum likelihood masses, in nats a person.
    n_atoms_used : int
        Atoms with maximum likelihood mass above 1e-9.
    n_users, n_answers : int
        People and records that were used.
    """

    prior: ParticlePrior
    certificate: float
    even_share: float
    objective: float
    n_atoms_used: int
    n_users: int
    n_answers: int


def fit_particle_prior(
    answers: Answers,
    atoms: npt.ArrayLike,
    *,
    made_from: npt.ArrayLike | None = None,
    vertices: bool = True,
    even_share: float | None = None,
    max_users: int = 1000,
    max_answers: int = 100,
    seed: int = 0,
    progress: Progress | None = None,
) -> ParticleFit:
    r"""Fit the masses of particles to seen people's answers.

    .. math:: \max_\pi \frac1U \sum_u \log \sum_{a \notin A(u)} \pi_a L_{ua}

    over the simplex: the non-parametric maximum likelihood (Kiefer & Wolfowitz 1956) with two corrections against
    over-confidence, both *ours*. A person's own atoms :math:`A(u)`, which were made from the very answers that they
    would explain, explain the others only. And a share :math:`\epsilon` of the mass is spread evenly over all atoms,
    :math:`(1 - \epsilon) \pi + \epsilon / A`, the share that gives people outside the fit the highest evidence in
    five-fold cross-validation: maximum likelihood leaves mass on few atoms only.

    Parameters
    ----------
    answers : Answers
        Records of seen people.
    atoms : (A, K) array
        Possible people, each row on the simplex: best a draw from the posterior of each seen person
        (``Posteriors.draws``). Means and most probable weights are drawn together where answers are few, and predict
        new people less well; as many draws from a prior serve too.
    made_from : (A,) integer array, optional
        From whose answers each atom was made, -1 for nobody's; by default nobody's.
    vertices : bool
        Whether the ``K`` prototypes themselves are added as atoms.
    even_share : float, optional
        :math:`\epsilon` between 0 and 1; by default chosen by cross-validation (0.2 for fewer than 20 people).
    max_users, max_answers : int
        At most so many people and records a person are used, chosen by the seed: the cost is bounded. All atoms stay.
    seed : int
        Of the choice of people and of the folds.
    progress : Progress, optional
        Told of each of the steps.

    Raises
    ------
    GustibusError
        If nobody has answers, ``atoms`` or ``made_from`` do not fit the answers, or someone is left without an atom.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> user = np.repeat(np.arange(400), 20)
    >>> kinds = np.array([[0.9, 0.1], [0.2, 0.8]])
    >>> weights = kinds[rng.choice(2, 400, p=[0.7, 0.3])][user]
    >>> z = rng.normal(size=(8000, 2)) * 4
    >>> outcome = rng.random(8000) < 1 / (1 + np.exp(-(weights * z).sum(axis=1)))
    >>> fit = fit_particle_prior(Answers(z=z, outcome=outcome, user=user), kinds, vertices=False, even_share=0.0)
    >>> fit.prior.mass.round(1)
    array([0.6, 0.4])
    """
    if even_share is not None and not 0.0 <= even_share <= 1.0:
        raise GustibusError(f"fit_particle_prior: even_share is {even_share}, but it must lie between 0 and 1.")
    given = ParticlePrior(atoms)
    corners = np.eye(given.n_prototypes) if vertices else np.zeros((0, given.n_prototypes))
    everyone = ParticlePrior(np.concatenate([given.atoms, corners]))
    used, people = some_answers(answers, max_users, max_answers, seed, "fit_particle_prior")
    log_likelihood = everyone.log_likelihood(used)
    if made_from is not None:
        position = np.full(answers.n_users + 1, -1)
        position[people] = np.arange(len(people))
        maker = position[_checked_makers(made_from, answers.n_users, len(given.atoms))]
        log_likelihood[maker[maker >= 0], np.flatnonzero(maker >= 0)] = -np.inf
    _report(progress, 1)
    found = solve_mixing_masses(log_likelihood)
    _report(progress, 2)
    share = _cross_validated_share(log_likelihood, seed) if even_share is None else even_share
    _report(progress, 3)
    return ParticleFit(
        ParticlePrior(everyone.atoms, _spread(found.mass, share)),
        found.certificate,
        share,
        found.objective,
        int((found.mass > 1e-9).sum()),
        used.n_users,
        len(used),
    )


def fit_atom_prior(
    answers: Answers, atoms: npt.ArrayLike, *, max_users: int = 1000, max_answers: int = 100, seed: int = 0
) -> AtomPrior:
    r"""Fit the masses of possible people to seen people's answers, for any model, linear in the weights or not.

    As in ``fit_particle_prior``: the non-parametric maximum likelihood (Kiefer & Wolfowitz 1956) is convex in the
    masses whatever the model is in the weights, and a cross-validated share is spread evenly over all atoms (*ours*).

    Parameters
    ----------
    answers : Answers
        Records of seen people, ``z`` with one column an atom: the log-odds at that atom.
    atoms : (A, K) array
        Possible people that cover the simplex, each row on it.
    max_users, max_answers : int
        At most so many people and records a person are used, chosen by the seed: the cost is bounded.
    seed : int
        Of the choice of people and of the folds.

    Raises
    ------
    GustibusError
        If nobody has answers, or ``answers`` do not have one column an atom.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> user = np.repeat(np.arange(400), 20)
    >>> atoms = np.array([[1.0, 0.0], [0.0, 1.0]])
    >>> at_atoms = rng.normal(size=(8000, 2)) * 4
    >>> own = at_atoms[np.arange(8000), rng.choice(2, 400, p=[0.7, 0.3])[user]]
    >>> outcome = rng.random(8000) < 1 / (1 + np.exp(-own))
    >>> fit_atom_prior(Answers(z=at_atoms, outcome=outcome, user=user), atoms).mass.round(1)
    array([0.7, 0.3])
    """
    used, _ = some_answers(answers, max_users, max_answers, seed, "fit_atom_prior")
    log_likelihood = AtomPrior(atoms).log_likelihood(used)
    share = _cross_validated_share(log_likelihood, seed)
    return AtomPrior(atoms, _spread(solve_mixing_masses(log_likelihood).mass, share))


def _spread(mass: FloatArray, share: float) -> FloatArray:
    """Logarithms of the masses, a share of all spread evenly."""
    with np.errstate(divide="ignore"):
        log_mass: FloatArray = np.log((1.0 - share) * mass + share / len(mass))
    return log_mass


def _report(progress: Progress | None, step: int) -> None:
    if progress is not None:
        progress("fit the particles' masses", step, 3)


def _checked_makers(made_from: npt.ArrayLike, n_users: int, n_atoms: int) -> IntArray:
    makers = np.asarray(made_from)
    if makers.shape != (n_atoms,) or not np.issubdtype(makers.dtype, np.integer):
        raise GustibusError(
            f"fit_particle_prior: made_from has shape {makers.shape} and type {makers.dtype}, but it needs one integer "
            f"for each of the {n_atoms} atoms."
        )
    if ((makers < -1) | (makers >= n_users)).any():
        raise GustibusError(f"fit_particle_prior: made_from must be people from 0 to {n_users - 1}, or -1 for nobody.")
    return makers.astype(np.intp)


def _cross_validated_share(log_likelihood: FloatArray, seed: int) -> float:
    """The evenly spread share under which people have the highest evidence whose answers the masses have not seen."""
    n_users = len(log_likelihood)
    if n_users < _FEW:
        return _SHARE_OF_FEW
    fold = np.random.default_rng(seed).permutation(n_users) % _FOLDS
    shares = np.array(_SHARES)[:, None]
    evidence = np.zeros(len(shares))
    for held in range(_FOLDS):
        found: MixingMasses = solve_mixing_masses(log_likelihood[fold != held], tolerance=1e-6)
        rows = log_likelihood[fold == held]
        likelihood = np.exp(rows - rows.max(axis=1, keepdims=True))
        with np.errstate(divide="ignore"):
            mixed = (1.0 - shares) * (likelihood @ found.mass) + shares * likelihood.mean(axis=1)
            evidence += np.log(mixed).sum(axis=1)
    return float(_SHARES[int(evidence.argmax())])
