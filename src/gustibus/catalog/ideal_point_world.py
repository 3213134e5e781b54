"""A world of vectors in which everything is known: items, tastes, people and the best possible score."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gustibus.catalog.ideal_point_truth import IdealPointTruth
from gustibus.catalog.simulating import check_sizes, encoder_like, names, simulated_answers
from gustibus.comparisons import Comparisons, GustibusError
from gustibus.embedding import Vectors

__all__ = ["IdealPointWorld", "ideal_point_world"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False, repr=False)
class IdealPointWorld:
    """What :func:`ideal_point_world` made.

    Attributes
    ----------
    comparisons
        Judgements of all people on the items to learn from; source "simulated", no prompts.
    held_out
        Judgements of the same people on items that occur nowhere in ``comparisons``.
    vectors
        The items' features, ``(n, n_features)``, held-out items included: the ``encoder`` to fit with.
    truth
        Positions, prototypes, weights and scale, with true log-odds, rewards and ceilings.
    """

    comparisons: Comparisons
    held_out: Comparisons
    vectors: Vectors
    truth: IdealPointTruth

    def __repr__(self) -> str:
        return f"IdealPointWorld({len(self.comparisons):,} + {len(self.held_out):,} judgements, {self.truth!r})"

    def log_odds(self, comparisons: Comparisons) -> Floats:
        """True log-odds ``(M,)`` that each judge prefers a."""
        return self.truth.log_odds(comparisons)

    def bayes_accuracy(self, comparisons: Comparisons) -> float:
        """Expected accuracy of somebody who knows the truth."""
        return self.truth.bayes_accuracy(comparisons)

    def bayes_log_loss(self, comparisons: Comparisons) -> float:
        """Expected log loss (nats) of somebody who knows the truth."""
        return self.truth.bayes_log_loss(comparisons)


def ideal_point_world(
    *,
    n_users: int = 200,
    n_items: int = 2000,
    n_held_out_items: int = 500,
    n_features: int = 64,
    n_informative: int = 32,
    n_prototypes: int = 4,
    dimensions: int = 8,
    comparisons_per_user: int = 40,
    held_out_per_user: int = 10,
    concentration: float = 0.3,
    scale: float = 0.4,
    seed: int = 0,
) -> IdealPointWorld:
    r"""Make a world that follows the ideal point model, with features like those of a real encoder.

    Features: independent Gaussian coordinates with a power-law spectrum (standard deviation of coordinate j is
    :math:`j^{-1/2}`), rotated at random, scaled to unit mean square, and moved by a common mean. Positions: a random
    linear map of the whitened coordinates plus a mild nonlinearity,
    :math:`z = hB + 0.3 \max(hC, 0)`, so that no linear map finds them exactly. Tastes: ``n_prototypes`` Gaussian
    points with standard deviation 1.2. People: :math:`w_u \sim` Dirichlet(``concentration``). Pairs: uniform among all
    pairs of distinct items. Answers: Bernoulli with the log-odds of :class:`IdealPointTruth` (squared distances as in
    Chen et al. 2024, arXiv 2406.08469).

    Parameters
    ----------
    n_users, n_items, n_held_out_items
        People; items to learn from; items kept for ``held_out`` (at least two of either kind).
    n_features, n_informative
        Dimensions of the vectors; how many whitened coordinates the positions depend on.
    n_prototypes, dimensions
        Pure tastes; dimensions of the space in which distance is taste.
    comparisons_per_user, held_out_per_user
        Judgements of each person on either set of items.
    concentration
        Below 1 most people are close to one taste; large values make everybody the same mixture.
    scale
        Log-odds per unit of squared distance; 0.4 gives a Bayes accuracy of about 0.85 with the other defaults.
    seed
        Equal seeds give equal worlds.

    Raises
    ------
    GustibusError
        If a number is out of range.

    Examples
    --------
    >>> world = ideal_point_world(n_users=30, n_items=100, n_held_out_items=50, seed=0)
    >>> len(world.comparisons), world.vectors.n_dimensions
    (1200, 64)
    >>> 0.8 < world.bayes_accuracy(world.held_out) < 0.9
    True
    """
    check_sizes(
        at_least_one={
            "n_users": n_users,
            "n_prototypes": n_prototypes,
            "dimensions": dimensions,
            "n_informative": n_informative,
            "comparisons_per_user": comparisons_per_user,
            "held_out_per_user": held_out_per_user,
        },
        at_least_two={"n_items": n_items, "n_held_out_items": n_held_out_items},
        positive={"concentration": concentration, "scale": scale},
    )
    if n_informative > n_features:
        raise GustibusError(
            f"n_informative is {n_informative}, but there are only n_features={n_features} coordinates. "
            "Raise n_features or lower n_informative."
        )
    rng = np.random.default_rng(seed)
    n = n_items + n_held_out_items
    coordinates = rng.standard_normal((n, n_features))
    features = encoder_like(coordinates, rng)
    positions = _positions(coordinates, n_informative, dimensions, rng)
    prototypes = 1.2 * rng.standard_normal((n_prototypes, dimensions))
    weights = rng.dirichlet(np.full(n_prototypes, concentration), n_users)
    items, users = names("item", n), names("user", n_users)
    truth = IdealPointTruth(users, items, positions, prototypes, weights, float(scale))
    return IdealPointWorld(
        comparisons=_answers(truth, 0, n_items, comparisons_per_user, rng),
        held_out=_answers(truth, n_items, n, held_out_per_user, rng),
        vectors=Vectors(items, features.astype(np.float32)),
        truth=truth,
    )


def _positions(coordinates: Floats, n_informative: int, dimensions: int, rng: np.random.Generator) -> Floats:
    """Taste positions from whitened coordinates; the eight strongest are left out where enough others remain."""
    first = min(8, coordinates.shape[1] - n_informative)
    h = coordinates[:, first : first + n_informative]
    linear, bent = rng.standard_normal((2, n_informative, dimensions)) / np.sqrt(n_informative)
    positions: Floats = h @ linear + 0.3 * np.maximum(h @ bent, 0)
    return positions


def _answers(truth: IdealPointTruth, first: int, last: int, per_user: int, rng: np.random.Generator) -> Comparisons:
    """Every person judges ``per_user`` uniform pairs of the items ``first`` to ``last - 1``."""
    n_users = len(truth.user_ids)
    user = np.repeat(np.arange(n_users), per_user)
    a = rng.integers(first, last, len(user))
    b = first + (a - first + rng.integers(1, last - first, len(user))) % (last - first)
    return simulated_answers(
        truth.log_odds, rng, users=truth.user_ids, responses=truth.responses,
        user=user, response_a=a, response_b=b,
    )  # fmt: skip
