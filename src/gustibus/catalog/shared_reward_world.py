"""A world of vectors in which people weigh a few shared linear rewards, or fall into types."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from gustibus.catalog.shared_reward_truth import SharedRewardTruth
from gustibus.catalog.simulating import check_sizes, encoder_like, names, simulated_answers
from gustibus.comparisons import Comparisons, GustibusError
from gustibus.embedding import Vectors

__all__ = ["SharedRewardWorld", "Types", "shared_reward_world"]

Floats = NDArray[np.float64]
Types = Literal["discrete", "mixed", "free"]


@dataclass(frozen=True, eq=False, repr=False)
class SharedRewardWorld:
    """What :func:`shared_reward_world` made.

    Attributes
    ----------
    comparisons
        Judgements of all people on the items to learn from; source "simulated".
    held_out
        Judgements of the same people on items that occur nowhere in ``comparisons``.
    vectors
        The items' features, held-out items included: the ``encoder`` to fit with.
    truth
        Shared rewards and weights, with true log-odds, rewards and ceilings.
    """

    comparisons: Comparisons
    held_out: Comparisons
    vectors: Vectors
    truth: SharedRewardTruth

    def __repr__(self) -> str:
        sizes = f"{len(self.comparisons):,} + {len(self.held_out):,} judgements"
        return f"{type(self).__name__}({sizes}, {self.truth!r})"

    def log_odds(self, comparisons: Comparisons) -> Floats:
        """True log-odds ``(M,)`` that each judge prefers a."""
        return self.truth.log_odds(comparisons)

    def bayes_accuracy(self, comparisons: Comparisons) -> float:
        """Expected accuracy of somebody who knows the truth."""
        return self.truth.bayes_accuracy(comparisons)

    def bayes_log_loss(self, comparisons: Comparisons) -> float:
        """Expected log loss (nats) of somebody who knows the truth."""
        return self.truth.bayes_log_loss(comparisons)


def shared_reward_world(
    *,
    types: Types = "free",
    n_users: int = 200,
    n_items: int = 2000,
    n_held_out_items: int = 500,
    n_features: int = 32,
    n_prototypes: int = 3,
    comparisons_per_user: int = 40,
    held_out_per_user: int = 10,
    concentration: float = 0.3,
    agreement: float = 0.3,
    scale: float = 2.0,
    seed: int = 0,
) -> SharedRewardWorld:
    r"""Make a world in which every reward is a combination of K linear ones, :math:`r_u(x) = w_u \cdot V x`.

    Features: as of an encoder, with a power-law spectrum, a random rotation and a common mean. Shared rewards: random
    linear functions of the whitened coordinates, with a part in common. Pairs: uniform among all pairs of distinct
    items. Answers: Bernoulli with the true log-odds.

    Parameters
    ----------
    types
        ``discrete``: every person has one of the K rewards, as in a mixture of Bradley-Terry models. ``mixed``: a
        combination with Dirichlet(``concentration``) weights. ``free``: K independent normal weights of mean
        :math:`1 / \sqrt K` and standard deviation 1, so that some people want the opposite of others.
    n_users, n_items, n_held_out_items
        People; items to learn from; items kept for ``held_out`` (at least two of either kind).
    n_features, n_prototypes
        Dimensions of the vectors; K.
    comparisons_per_user, held_out_per_user
        Judgements of each person on either set of items.
    concentration
        Of mixed weights: below 1 most people are close to one reward.
    agreement
        Correlation between any two of the shared rewards, at least 0 and below 1.
    scale
        Standard deviation of each shared reward over items, in log-odds: the larger, the less noise.
    seed
        Equal seeds give equal worlds.

    Raises
    ------
    GustibusError
        If a number is out of range.

    Examples
    --------
    >>> world = shared_reward_world(types="discrete", n_users=30, n_items=100, n_held_out_items=50, seed=0)
    >>> sorted({float(share) for share in world.truth.weights.ravel()})
    [0.0, 1.0]
    >>> 0.8 < world.bayes_accuracy(world.held_out) < 0.9
    True
    """
    if types not in get_args(Types):
        raise GustibusError(f"types must be one of {get_args(Types)}, got {types!r}")
    if not 0 <= agreement < 1:
        raise GustibusError(f"agreement is {agreement}, but a correlation of at least 0 and below 1 is needed.")
    check_sizes(
        at_least_one={
            "n_users": n_users,
            "n_features": n_features,
            "n_prototypes": n_prototypes,
            "comparisons_per_user": comparisons_per_user,
            "held_out_per_user": held_out_per_user,
        },
        at_least_two={"n_items": n_items, "n_held_out_items": n_held_out_items},
        positive={"concentration": concentration, "scale": scale},
    )
    rng = np.random.default_rng(seed)
    n = n_items + n_held_out_items
    coordinates = rng.standard_normal((n, n_features))
    features = encoder_like(coordinates, rng)
    own, common = rng.standard_normal((n_features, n_prototypes)), rng.standard_normal((n_features, 1))
    directions = np.sqrt(1 - agreement) * own + np.sqrt(agreement) * common
    scores = scale * coordinates @ (directions / np.sqrt(n_features))
    weights = _weights(types, n_users, n_prototypes, concentration, rng)
    items = names("item", n)
    truth = SharedRewardTruth(names("user", n_users), items, scores, weights)
    return SharedRewardWorld(
        comparisons=_answers(truth, 0, n_items, comparisons_per_user, rng),
        held_out=_answers(truth, n_items, n, held_out_per_user, rng),
        vectors=Vectors(items, features.astype(np.float32)),
        truth=truth,
    )


def _weights(types: Types, n_users: int, k: int, concentration: float, rng: np.random.Generator) -> Floats:
    if types == "discrete":
        one_hot: Floats = np.eye(k)[rng.integers(k, size=n_users)]
        return one_hot
    if types == "mixed":
        return rng.dirichlet(np.full(k, concentration), n_users)
    free: Floats = rng.standard_normal((n_users, k)) + 1 / np.sqrt(k)
    return free


def _answers(truth: SharedRewardTruth, first: int, last: int, per_user: int, rng: np.random.Generator) -> Comparisons:
    """Every person judges ``per_user`` uniform pairs of the items ``first`` to ``last - 1``."""
    user = np.repeat(np.arange(len(truth.user_ids)), per_user)
    a = rng.integers(first, last, len(user))
    b = first + (a - first + rng.integers(1, last - first, len(user))) % (last - first)
    return simulated_answers(
        truth.log_odds, rng, users=truth.user_ids, responses=truth.responses,
        user=user, response_a=a, response_b=b,
    )  # fmt: skip
