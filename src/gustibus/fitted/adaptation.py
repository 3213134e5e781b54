"""How a model places new people: exactly or approximately, and why, said in one place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from gustibus.adapting import (
    AtomPrior,
    DirichletPrior,
    GaussianPrior,
    LogisticNormalPrior,
    ParticlePrior,
    Prior,
)
from gustibus.likelihoods import Flip, Hinge, Likelihood
from gustibus.models import PreferenceModel

__all__ = ["Adaptation", "adaptation_of"]


@dataclass(frozen=True)
class Adaptation:
    """Whether people are placed exactly.

    Attributes
    ----------
    kind : {"exact", "approximate"}
    why : str
        Half a sentence: what is computed.
    certificate : str
        What the certificate of a placement says; empty where there is none.
    """

    kind: Literal["exact", "approximate"]
    why: str
    certificate: str = ""

    def __str__(self) -> str:
        """For example ``exact: one taste for all, so there is nothing to place``."""
        return f"{self.kind}: {self.why}"


_BOUND = "how far, in nats, the most probable weights can be from optimal"
_SLOPE = "the length of the gradient where the search for the most probable weights ended"
_ONE_TASTE = Adaptation("exact", "one taste for all, so there is nothing to place")
_DRAWS = Adaptation(
    "approximate",
    "rewards are not linear in people's weights, so draws from the prior are reweighted by the answers",
)
_NORMAL = Adaptation(
    "approximate",
    "what is known of a person's weights is taken as normal, or as a mixture of normals; the best such distribution is "
    "found to convergence",
    "the largest change of the last step",
)
_BY_PRIOR: dict[type[Prior], Adaptation] = {
    DirichletPrior: Adaptation(
        "exact",
        "the most probable weights solve a convex problem, with a certificate; their uncertainty is by importance "
        "draws",
        _BOUND,
    ),
    LogisticNormalPrior: Adaptation(
        "approximate",
        "the most probable weights are the best found from several starts, since their problem need not be convex; "
        "their uncertainty is by importance draws",
        _SLOPE,
    ),
    ParticlePrior: Adaptation(
        "exact",
        "a person is one of finitely many, and the probability of each is computed as it is",
        _BOUND,
    ),
    AtomPrior: _DRAWS,
    GaussianPrior: _NORMAL,
}


def adaptation_of(model: PreferenceModel, prior: Prior, likelihood: Likelihood | None = None) -> Adaptation:
    """How people are placed among the tastes of a model, who come from this prior.

    A likelihood that is not concave, or gives answers no probability, is a way to fit maps only: people are then placed
    with the logistic one.

    Examples
    --------
    >>> import torch
    >>> from gustibus.models import BradleyTerry, MixtureOfBradleyTerry
    >>> print(adaptation_of(BradleyTerry(2), DirichletPrior.uniform(1)))
    exact: one taste for all, so there is nothing to place
    >>> types = MixtureOfBradleyTerry.of_heads(torch.zeros(2, 3))
    >>> print(adaptation_of(types, ParticlePrior([[1, 0], [0, 1]])))
    exact: a person is one of finitely many, and the probability of each is computed as it is
    """
    if prior.n_prototypes == 1 and not isinstance(prior, GaussianPrior):
        return _ONE_TASTE
    of_ones_own = Adaptation("approximate", f"by the prior {prior.family!r}, which is not of this library")
    found = _BY_PRIOR.get(type(prior), of_ones_own) if model.linear_in_weights else _DRAWS
    if isinstance(likelihood, Flip | Hinge):
        why = f"with the logistic likelihood in place of {likelihood.name}, by which the map was fitted; {found.why}"
        return Adaptation("approximate", why, found.certificate)
    return found
