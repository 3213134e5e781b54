"""What answers cost that people were not placed by, averaged over what is not known about them."""

from __future__ import annotations

from typing import Literal

import numpy as np

from gustibus.adapting.answers import Answers, FloatArray
from gustibus.adapting.atom_prior import AtomPrior
from gustibus.adapting.gaussian_posterior import GaussianPosteriors
from gustibus.adapting.people_tastes import tastes_of
from gustibus.adapting.posteriors import Posteriors
from gustibus.adapting.tastes import AtomTastes

__all__ = ["said_losses"]

_LEAST = 1e-12


def said_losses(
    people: Posteriors | GaussianPosteriors, answers: Answers, *, by: Literal["moments", "draws"] | None = None
) -> FloatArray:
    """Weighted log loss ``(M,)`` of answers of these people, in nats; of a tie by its own probability where it has one.

    Parameters
    ----------
    people : Posteriors or GaussianPosteriors
    answers : Answers
        Other answers of the same people.
    by : "moments" or "draws", optional
        As in ``Posteriors.probability``; answers with three outcomes take no notice of it.

    Examples
    --------
    >>> from gustibus.adapting import DirichletPrior, adapt
    >>> nobody = adapt(Answers.none(1, 2), DirichletPrior.uniform(2))
    >>> said_losses(nobody, Answers(z=[[2.0, -2.0]], outcome=[1])).round(3)
    array([0.693])
    """
    y, c = answers.outcome, answers.weight
    if answers.three_way is None:
        if by is None or isinstance(people, GaussianPosteriors):
            p = people.probability(answers.z, answers.user, answers.offset)
        else:
            p = people.probability(answers.z, answers.user, answers.offset, by=by)
        p = np.clip(p, _LEAST, 1.0 - _LEAST)
        return np.asarray(-c * (y * np.log(p) + (1.0 - y) * np.log1p(-p)))
    tastes = tastes_of(people)
    if isinstance(tastes, AtomTastes) and isinstance(people.prior, AtomPrior):
        known = tastes.normals_at_atoms(answers.z, answers.user, answers.offset)
    else:
        known = tastes.normals(answers.z, answers.user, answers.offset)
    a, tied, b = np.log(np.maximum(known.average(answers.three_way, answers.tie_level), _LEAST)).T
    said = y * a + (1.0 - y) * b
    return np.asarray(-c * (said if answers.tie is None else np.where(answers.tie, tied, said)))
