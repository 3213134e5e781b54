"""The settings of published experiments, as far as one fit on stored embeddings goes."""

from __future__ import annotations

from typing import Any

from gustibus.fitting.settings import FitSettings
from gustibus.models.prompt_ideal_point import PUBLISHED_SCALE

__all__ = ["published_gpm", "published_pal_a", "published_pal_b"]


def published_pal_a(prototypes: int = 2, **changes: Any) -> FitSettings:
    """The optimiser and geometry of the PAL paper's text experiments, as far as one fit on stored embeddings goes.

    Mapped prototypes, Euclidean distance, ``f(x) = x + MLP(x)`` of the embedding's own width, hinge loss of margin 1,
    Adam with learning rate 1e-4 for the map (weight decay 0.01) and 5e-3 for prototypes and people, batches of 4, no
    shrinkage. Its people are placed approximately, because the reward is not linear in their weights.

    References
    ----------
    Chen et al. (2024), PAL, arXiv 2406.08469.

    Examples
    --------
    >>> published_pal_a(prototypes=2).likelihood
    'hinge'
    """
    recipe = FitSettings(
        model="pal-a",
        prototypes=prototypes,
        placement="mapped",
        distance="euclidean",
        residual=True,
        raw_features=True,
        likelihood="hinge",
        learning_rate=5e-3,
        map_learning_rate=1e-4,
        map_weight_decay=0.01,
        batch_size=4,
        user_penalty=0.0,
        shared_penalty=0.0,
        item_offsets=False,
        evaluate_every=500,
        max_steps=100_000,
    )
    return recipe.with_(**changes)


def published_pal_b(prototypes: int = 2, **changes: Any) -> FitSettings:
    """The optimiser and architecture of the PAL paper's prompt-conditioned models, on stored embeddings.

    Cosine similarity with a learned factor from 1 / 0.07; every map three linear layers of the embedding's own width
    with two GELUs; Adam with learning rate 1e-4 for the maps (weight decay 0.01), 5e-3 for people and 0.1 for the
    logarithm of the factor; no shrinkage. Batches and steps are those of :func:`published_pal_a`. Its people are placed
    approximately, because the reward is not linear in their weights. Compare numbers of prototypes with everything else
    equal: the published configurations for one and for several differ in more than that.

    References
    ----------
    Chen et al. (2024), PAL, arXiv 2406.08469.

    Examples
    --------
    >>> published_pal_b(prototypes=2, assignment="partition").similarity
    'cosine'
    """
    recipe = FitSettings(
        model="pal-b",
        prototypes=prototypes,
        similarity="cosine",
        initial_scale=PUBLISHED_SCALE,
        hidden=(0, 0),
        activation="gelu",
        raw_features=True,
        learning_rate=5e-3,
        map_learning_rate=1e-4,
        map_weight_decay=0.01,
        scale_learning_rate=0.1,
        batch_size=4,
        user_penalty=0.0,
        shared_penalty=0.0,
        item_offsets=False,
        evaluate_every=500,
        max_steps=100_000,
    )
    return recipe.with_(**changes)


def published_gpm(dimensions: int = 4, **changes: Any) -> FitSettings:
    """The published representation of the general preference model: length 1, temperature 0.1.

    In two dimensions small circles are learned from some starts only, so take four or more. Free norms do not have this
    trouble, which is why they are the default.

    References
    ----------
    Zhang et al. (2024), Beyond Bradley-Terry models: A general preference model for language model alignment,
    arXiv 2410.02197.

    Examples
    --------
    >>> published_gpm().unit_norm, published_gpm().temperature
    (True, 0.1)
    """
    return FitSettings(model="gpm", dimensions=dimensions, unit_norm=True, temperature=0.1).with_(**changes)
