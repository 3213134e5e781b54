"""The families of priors by name: fitted to seen people, and made again from what was saved."""

from __future__ import annotations

import inspect
import warnings
from collections.abc import Mapping
from typing import Literal

import numpy as np
import numpy.typing as npt

from gustibus.adapting.answers import Answers
from gustibus.adapting.atom_prior import AtomPrior
from gustibus.adapting.dirichlet import DirichletPrior
from gustibus.adapting.empirical_bayes import fit_dirichlet_prior
from gustibus.adapting.gaussian_prior import GaussianPrior
from gustibus.adapting.logistic_normal import LogisticNormalPrior
from gustibus.adapting.logistic_normal_fit import fit_logistic_normal_prior
from gustibus.adapting.particle_fit import fit_particle_prior
from gustibus.adapting.particles import ParticlePrior
from gustibus.adapting.people_prior import PeoplePrior
from gustibus.adapting.posteriors import adapt
from gustibus.comparisons import DataWarning, GustibusError, Progress

__all__ = ["FAMILIES", "PriorFamily", "fit_prior", "prior_from_arrays"]

PriorFamily = Literal["dirichlet", "logistic-normal", "particles"]
"""Families that can be fitted to the answers of seen people, for models that are linear in simplex weights.

- ``"dirichlet"``: fast, few numbers; nothing can be said about which prototypes go together.
- ``"logistic-normal"``: prototypes are taken up together or instead of each other.
- ``"particles"``: new people are like some of those seen; any shape, discrete types too.
"""

FAMILIES: tuple[PriorFamily, ...] = ("dirichlet", "logistic-normal", "particles")

_FROM_ARRAYS: dict[str, type[DirichletPrior | LogisticNormalPrior | ParticlePrior | AtomPrior | GaussianPrior]] = {
    kind.family: kind for kind in (DirichletPrior, LogisticNormalPrior, ParticlePrior, AtomPrior, GaussianPrior)
}
_MOST_PARTICLES = 1000
_FEWEST_PARTICLES = 500
_PARTICLE_DRAWS = 128


def fit_prior(
    family: PriorFamily,
    answers: Answers,
    *,
    max_users: int = 1000,
    dirichlet: DirichletPrior | None = None,
    seed: int = 0,
    progress: Progress | None = None,
) -> PeoplePrior:
    """The prior of a family that seen people's answers speak for, with that family's usual settings.

    Particles are draws from the posteriors of the people used under the Dirichlet prior, one of each (more of fewer
    than 500 people, so that there are as many particles), and the vertices; their masses are fitted by
    ``fit_particle_prior``.

    Parameters
    ----------
    family : "dirichlet", "logistic-normal" or "particles"
        Which, see ``PriorFamily``.
    answers : Answers
        Records of seen people.
    max_users : int
        At most so many people are used, chosen by the seed.
    dirichlet : DirichletPrior, optional
        The Dirichlet prior already fitted to these answers, which particles start from; by default fitted here.
    seed : int
        Of subsampling and draws.
    progress : Progress, optional
        Told of each step.

    Raises
    ------
    GustibusError
        If nobody has answers or the family is not known.

    Examples
    --------
    >>> answers = Answers(z=[[2.0, -2.0], [1.0, 1.5]], outcome=[1, 0], user=[0, 1])
    >>> fit_prior("logistic-normal", answers).n_prototypes
    2
    """
    if family == "dirichlet":
        return fit_dirichlet_prior(answers, max_users=max_users, seed=seed, progress=progress).prior
    if family == "logistic-normal":
        return fit_logistic_normal_prior(answers, max_users=max_users, seed=seed, progress=progress).prior
    if family == "particles":
        if dirichlet is None:
            dirichlet = fit_dirichlet_prior(answers, max_users=max_users, seed=seed, progress=progress).prior
        return _fit_particles(answers, dirichlet, max_users, seed, progress)
    raise GustibusError(f"fit_prior: there is no family {family!r}; there are {', '.join(FAMILIES)}.")


def _fit_particles(
    answers: Answers, dirichlet: DirichletPrior, max_users: int, seed: int, progress: Progress | None
) -> ParticlePrior:
    people = np.flatnonzero(answers.n_answers)
    if len(people) > min(max_users, _MOST_PARTICLES):
        rng = np.random.default_rng(seed)
        people = np.sort(rng.choice(people, min(max_users, _MOST_PARTICLES), replace=False))
    used = answers.take_users(people)
    with warnings.catch_warnings():
        # One draw of each: rough posteriors of a few people do not matter.
        warnings.simplefilter("ignore", DataWarning)
        posteriors = adapt(used, dirichlet, n_draws=_PARTICLE_DRAWS, seed=seed, progress=progress)
    n_each = -(-_FEWEST_PARTICLES // len(people))
    atoms = posteriors.draws(n_each, seed).reshape(-1, answers.n_prototypes)
    makers = np.repeat(np.arange(len(people)), n_each)
    fit = fit_particle_prior(used, atoms, made_from=makers, max_users=max_users, seed=seed, progress=progress)
    return fit.prior


def prior_from_arrays(family: str, arrays: Mapping[str, npt.ArrayLike]) -> PeoplePrior | GaussianPrior:
    """The prior whose ``family`` and ``arrays()`` were kept.

    Parameters
    ----------
    family : str
        ``prior.family``: "dirichlet", "logistic-normal", "particles", "atoms" or "gaussian".
    arrays : mapping of str to array
        ``prior.arrays()``; other entries are not allowed.

    Raises
    ------
    GustibusError
        If the family is not known, an array is missing or too many, or its numbers are refused by the family.

    Examples
    --------
    >>> prior = DirichletPrior([0.5, 1.5])
    >>> prior_from_arrays(prior.family, prior.arrays()).mean
    array([0.25, 0.75])
    """
    if family not in _FROM_ARRAYS:
        raise GustibusError(f"prior_from_arrays: there is no family {family!r}; there are {', '.join(_FROM_ARRAYS)}.")
    kind = _FROM_ARRAYS[family]
    wanted = inspect.signature(kind).parameters
    if set(wanted) != set(arrays):
        raise GustibusError(
            f"prior_from_arrays: a {family} prior is made of {', '.join(wanted)}, but {', '.join(arrays) or 'nothing'} "
            "is given."
        )
    return kind(**arrays)
