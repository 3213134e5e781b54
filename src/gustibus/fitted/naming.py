"""What fitted models are called where people read."""

from __future__ import annotations

from typing import Final

from gustibus.models import (
    BradleyTerry,
    ClassificationReward,
    GeneralPreference,
    Hierarchical,
    IdealPoint,
    LowRank,
    MixtureOfBradleyTerry,
    PairInput,
    PluralGeneralPreference,
    PreferenceModel,
    PromptIdealPoint,
    ScalarPlusCyclic,
    WithVariances,
)

__all__ = ["described", "named"]

# Name and what it is; {k} is the number of tastes.
_NAMES: Final[dict[type[PreferenceModel], tuple[str, str]]] = {
    BradleyTerry: ("Bradley-Terry", "one taste for all"),
    ClassificationReward: ("Classification reward", "one taste for all"),
    Hierarchical: ("Hierarchical", "everybody's own coefficients, one a feature"),
    IdealPoint: ("PAL-A, K = {k}", "ideal points among prototypes"),
    LowRank: ("Low-rank, K = {k}", "shared rewards, weighed by each person"),
    MixtureOfBradleyTerry: ("Mixture of types, K = {k}", "each person is of one type"),
    GeneralPreference: ("General preference", "one taste for all, which may go in circles"),
    PluralGeneralPreference: ("Plural general preference, K = {k}", "tastes that may go in circles, mixed by people"),
    ScalarPlusCyclic: ("Scalar plus cyclic", "one reward for all, plus circles"),
    PairInput: ("Pair-input", "one taste for all, read from both responses at once"),
    PromptIdealPoint: ("PAL-B, K = {k}", "ideal points that depend on the prompt"),
}


def named(model: PreferenceModel) -> str:
    """The model in few words.

    Examples
    --------
    >>> named(IdealPoint(n_features=5, n_prototypes=3, dimensions=2))
    'PAL-A, K = 3'
    """
    if isinstance(model, WithVariances):
        return f"{named(model.inner)}, with variances"
    name, _ = _NAMES[type(model)]
    return name.format(k=model.n_prototypes)


def described(model: PreferenceModel) -> str:
    """The model in few words, and what it is.

    Examples
    --------
    >>> described(BradleyTerry(5))
    'Bradley-Terry (one taste for all)'
    """
    inner = model.inner if isinstance(model, WithVariances) else model
    return f"{named(model)} ({_NAMES[type(inner)][1]})"
