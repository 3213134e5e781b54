"""Worlds of which every pair's log-odds are known: what they hold, and how their people are asked."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gustibus.catalog.pairwise_truth import PairwiseTruth
from gustibus.catalog.simulating import check_sizes, names, simulated_answers
from gustibus.comparisons import Comparisons, GustibusError
from gustibus.embedding import Vectors

__all__ = ["CyclicWorld", "asked_world"]

Floats = NDArray[np.float64]
Codes = NDArray[np.intp]


@dataclass(frozen=True, eq=False, repr=False)
class CyclicWorld:
    """A world in which preferences may go in circles, within people or between them.

    Attributes
    ----------
    comparisons
        Judgements to learn from; source "simulated".
    held_out
        Judgements of the same people to test with; the function that made the world says what is new in them.
    vectors
        Features of all responses: the ``encoder`` to fit with.
    truth
        Log-odds of every pair, and who is of which type.
    """

    comparisons: Comparisons
    held_out: Comparisons
    vectors: Vectors
    truth: PairwiseTruth

    def __repr__(self) -> str:
        return f"CyclicWorld({len(self.comparisons):,} + {len(self.held_out):,} judgements, {self.truth!r})"

    def log_odds(self, comparisons: Comparisons) -> Floats:
        """True log-odds ``(M,)`` that each judge prefers a."""
        return self.truth.log_odds(comparisons)

    def bayes_accuracy(self, comparisons: Comparisons) -> float:
        """Expected accuracy of somebody who knows the truth."""
        return self.truth.bayes_accuracy(comparisons)

    def bayes_log_loss(self, comparisons: Comparisons) -> float:
        """Expected log loss (nats) of somebody who knows the truth."""
        return self.truth.bayes_log_loss(comparisons)


@dataclass(frozen=True)
class Asking:
    """Who is asked how much."""

    n_prompts: int
    n_users: int
    comparisons_per_user: int
    held_out_per_user: int
    held_out_pairs: float

    def check(self) -> None:
        """Refuse numbers out of range."""
        sizes = {
            "n_prompts": self.n_prompts,
            "n_users": self.n_users,
            "comparisons_per_user": self.comparisons_per_user,
            "held_out_per_user": self.held_out_per_user,
        }
        check_sizes(at_least_one=sizes, at_least_two={}, positive={})
        if not 0 <= self.held_out_pairs < 1:
            raise GustibusError(f"held_out_pairs is {self.held_out_pairs}: give a share of all pairs, below 1")


def asked_world(types: Floats, shares: Floats, asking: Asking, rng: np.random.Generator) -> CyclicWorld:
    """People of K types answer about the same game under every prompt, its items in an order of its own there.

    Parameters
    ----------
    types
        ``(K, n, n)`` log-odds of each type.
    shares
        ``(K,)`` share of people of each type.
    asking
        Who is asked how much.
    rng
        Of everything drawn.
    """
    asking.check()
    n, k = types.shape[1], len(types)
    total = n * asking.n_prompts
    games = np.zeros((k, total, total))
    for prompt in range(asking.n_prompts):
        order = rng.permutation(n) if asking.n_prompts > 1 else np.arange(n)
        block = slice(prompt * n, (prompt + 1) * n)
        games[:, block, block] = types[:, order[:, None], order[None, :]]
    kind = rng.permutation(np.searchsorted(np.cumsum(shares), (np.arange(asking.n_users) + 0.5) / asking.n_users))
    texts = names("item", n)
    responses = (
        texts
        if asking.n_prompts == 1
        else tuple(f"{prompt} {text}" for prompt in names("prompt", asking.n_prompts) for text in texts)
    )
    truth = PairwiseTruth(names("user", asking.n_users), responses, games, np.eye(k)[np.minimum(kind, k - 1)])
    first, second = np.triu_indices(n, 1)
    pair_a = (first[None] + n * np.arange(asking.n_prompts)[:, None]).ravel()
    pair_b = (second[None] + n * np.arange(asking.n_prompts)[:, None]).ravel()
    hidden = rng.permutation(len(pair_a)) < round(asking.held_out_pairs * len(pair_a))
    if hidden.all():
        raise GustibusError("no pair is left to learn from: lower held_out_pairs")
    tested = np.flatnonzero(hidden) if hidden.any() else np.arange(len(hidden))

    def answers(pairs: Codes, per_user: int) -> Comparisons:
        return _answers(truth, pair_a[pairs], pair_b[pairs], n, asking, per_user, rng)

    return CyclicWorld(
        comparisons=answers(np.flatnonzero(~hidden), asking.comparisons_per_user),
        held_out=answers(tested, asking.held_out_per_user),
        vectors=Vectors(responses, np.eye(total, dtype=np.float32)),
        truth=truth,
    )


def _answers(
    truth: PairwiseTruth, a: Codes, b: Codes, n: int, asking: Asking, per_user: int, rng: np.random.Generator
) -> Comparisons:
    """Every person judges ``per_user`` of these pairs, drawn uniformly, each shown either way round."""
    user = np.repeat(np.arange(len(truth.user_ids)), per_user)
    pair, turned = rng.integers(len(a), size=len(user)), rng.random(len(user)) < 0.5
    first, second = np.where(turned, b[pair], a[pair]), np.where(turned, a[pair], b[pair])
    about = {"prompts": names("prompt", asking.n_prompts), "prompt": first // n} if asking.n_prompts > 1 else {}
    return simulated_answers(
        truth.log_odds, rng, users=truth.user_ids, responses=truth.responses,
        user=user, response_a=first, response_b=second, **about,
    )  # fmt: skip
