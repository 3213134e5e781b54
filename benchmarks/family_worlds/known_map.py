"""New people placed on the true map: what a member loses beyond this, it loses by its own map."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from benchmarks.family_worlds.worlds import SHOTS, Draw, Kind
from gustibus.adapting import Answers, adapt, first_answers, fit_prior
from gustibus.catalog import SharedRewardTruth
from gustibus.comparisons import Comparisons
from gustibus.evaluation import Interval, Scored

__all__ = ["on_the_true_map"]


def on_the_true_map(kind: Kind, draws: Sequence[Draw], seeds: Sequence[int]) -> dict[int, Interval]:
    """Log loss of new people after n answers: true rewards, a Dirichlet fitted to the known people's answers."""
    scored: dict[int, list[Scored]] = {n: [] for n in SHOTS}
    for seed, draw in zip(seeds, draws, strict=True):
        truth = kind.make(seed=seed).truth
        prior = fit_prior("dirichlet", _answers(truth, draw.split.train), seed=seed)
        pool, test = _answers(truth, draw.split.unseen_pool), _answers(truth, draw.split.unseen_test)
        for n in SHOTS:
            placed = adapt(first_answers(pool, n), prior, n_draws=512, seed=seed)
            p = placed.probability(test.z, test.user, by="draws")
            scored[n].append(Scored.of(draw.split.unseen_test, p))
    return {n: Scored.pool(parts).interval("log_loss") for n, parts in scored.items()}


def _answers(truth: SharedRewardTruth, data: Comparisons) -> Answers:
    """Differences of the true rewards; people in the order of their names."""
    row = {name: i for i, name in enumerate(truth.responses)}
    scores = truth.scores[[row[name] for name in data.responses.to_pylist()]]
    names = np.array(data.users.to_pylist())[data.user]
    people, user = np.unique(names, return_inverse=True)
    z: NDArray[np.float64] = scores[data.response_a] - scores[data.response_b]
    return Answers(z=z, outcome=data.outcome.astype(np.float64), user=user.astype(np.intp), n_users=len(people))
