"""A world of vectors in which features carry a game of known rank: cycles that can be learned for new responses."""

from __future__ import annotations

import numpy as np

from gustibus.catalog.pairwise_truth import PairwiseTruth
from gustibus.catalog.pairwise_world import CyclicWorld
from gustibus.catalog.simulating import check_sizes, encoder_like, names, simulated_answers
from gustibus.comparisons import Comparisons, GustibusError
from gustibus.embedding import Vectors

__all__ = ["payoff_world"]


def payoff_world(
    *,
    rank: int = 2,
    scalar: float = 0.0,
    scale: float = 2.5,
    n_items: int = 300,
    n_held_out_items: int = 100,
    n_features: int = 32,
    n_users: int = 100,
    comparisons_per_user: int = 40,
    held_out_per_user: int = 10,
    seed: int = 0,
) -> CyclicWorld:
    r"""Make a world whose log-odds are a random skew-symmetric form of rank 2k on the features, plus a reward.

    .. math:: s(x, y) = c \sqrt{1 - m} \sum_{l=1}^{k} \frac{p_l(x) q_l(y) - q_l(x) p_l(y)}{\sqrt{2k}}
        + c \sqrt{m} \, \frac{r(x) - r(y)}{\sqrt 2}

    with p, q and r independent standard normal and linear in the features, which are like those of an encoder. Both
    parts have the same variance per weight, so m = ``scalar`` is the part of the score that a scale can explain.

    Parameters
    ----------
    rank
        2k, even, at least 2: the number of dimensions a general preference model needs.
    scalar
        m, from 0 (all cyclic) to 1 (Bradley-Terry).
    scale
        c, the standard deviation of the log-odds: the larger, the less noise.
    n_items, n_held_out_items, n_features
        Responses to learn from; responses that occur in ``held_out`` only; dimensions of the vectors, more than
        ``rank``.
    n_users, comparisons_per_user, held_out_per_user
        People, who all agree, and how many judgements each gives.
    seed
        Equal seeds give equal worlds.

    Raises
    ------
    GustibusError
        If a number is out of range.

    Examples
    --------
    >>> world = payoff_world(n_items=60, n_held_out_items=30, n_users=20)
    >>> int(np.linalg.matrix_rank(world.truth.games[0]))
    2
    """
    check_sizes(
        at_least_one={
            "n_users": n_users,
            "comparisons_per_user": comparisons_per_user,
            "held_out_per_user": held_out_per_user,
        },
        at_least_two={"n_items": n_items, "n_held_out_items": n_held_out_items, "rank": rank},
        positive={"scale": scale},
    )
    if rank % 2 or n_features <= rank:
        raise GustibusError(f"rank is {rank} of {n_features} features: give an even rank below the number of features")
    if not 0 <= scalar <= 1:
        raise GustibusError(f"scalar is {scalar}: give the part of the score that is a reward, from 0 to 1")
    rng = np.random.default_rng(seed)
    n = n_items + n_held_out_items
    coordinates = rng.standard_normal((n, n_features))
    features = encoder_like(coordinates, rng)
    known = coordinates @ np.linalg.qr(rng.standard_normal((n_features, rank + 1)))[0]
    p, q, reward = known[:, : rank // 2], known[:, rank // 2 : rank], known[:, rank]
    game = np.sqrt(1 - scalar) * (p @ q.T - q @ p.T) / np.sqrt(rank)
    game = scale * (game + np.sqrt(scalar / 2) * (reward[:, None] - reward[None]))
    users, items = names("user", n_users), names("item", n)
    truth = PairwiseTruth(users, items, ((game - game.T) / 2)[None], np.ones((n_users, 1)))

    def answers(first: int, last: int, per_user: int) -> Comparisons:
        user = np.repeat(np.arange(n_users), per_user)
        a = rng.integers(first, last, len(user))
        b = first + (a - first + rng.integers(1, last - first, len(user))) % (last - first)
        return simulated_answers(
            truth.log_odds, rng, users=users, responses=items, user=user, response_a=a, response_b=b
        )

    return CyclicWorld(
        comparisons=answers(0, n_items, comparisons_per_user),
        held_out=answers(n_items, n, held_out_per_user),
        vectors=Vectors(items, features.astype(np.float32)),
        truth=truth,
    )
