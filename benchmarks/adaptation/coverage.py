"""Whether credible intervals hold the truth as often as they say, with the true map and the true prior."""

from __future__ import annotations

import numpy as np
from scipy import stats

from benchmarks.adaptation.worlds import answers_of
from gustibus.adapting import Answers, DirichletPrior, Posteriors, adapt


def study(
    seeds: range, alpha: list[float], shots: tuple[int, ...], n_users: int, levels: tuple[float, ...]
) -> dict[str, object]:
    """Share of people whose log-odds on a new pair lie inside, with exact binomial intervals over people."""
    prior = DirichletPrior(alpha)
    table = []
    for n_answers in shots:
        held = dict.fromkeys(levels, 0)
        by_seed = {level: [] for level in levels}
        standard, effective = [], []
        for seed in seeds:
            rng = np.random.default_rng(1000 * n_answers + seed)
            weights = rng.dirichlet(alpha, n_users)
            answers = answers_of(rng, weights, n_answers) if n_answers else Answers.none(n_users, len(alpha))
            posteriors = adapt(answers, prior, seed=seed)
            z = rng.normal(size=(n_users, len(alpha))) * 2.0
            truth = np.einsum("uk,uk->u", z, weights)
            effective.append(float(posteriors.effective_draws.min()))
            mean, sd = posteriors.log_odds(z, np.arange(n_users))
            standard.append(float(np.mean(((truth - mean) / sd) ** 2)))
            inside = _inside(posteriors, z, truth, levels)
            for level in levels:
                held[level] += int(inside[level].sum())
                by_seed[level].append(float(inside[level].mean()))
        total = n_users * len(seeds)
        for level in levels:
            interval = stats.binomtest(held[level], total).proportion_ci(0.95)
            table.append(
                {
                    "answers": n_answers,
                    "level": level,
                    "coverage": held[level] / total,
                    "interval": [float(interval.low), float(interval.high)],
                    "by_seed": by_seed[level],
                    "mean_squared_standard_score": float(np.mean(standard)),
                    "effective_draws_min": min(effective),
                }
            )
    return {"seeds": list(seeds), "alpha": alpha, "people_a_seed": n_users, "table": table}


def _inside(
    posteriors: Posteriors, z: np.ndarray, truth: np.ndarray, levels: tuple[float, ...]
) -> dict[float, np.ndarray]:
    inside = {level: np.zeros(len(z), dtype=bool) for level in levels}
    unasked = posteriors.n_answers == 0
    for level in levels:
        if unasked.any():
            low, high = posteriors[int(np.argmax(unasked))].interval(z[unasked], level=level)
            inside[level][unasked] = (low <= truth[unasked]) & (truth[unasked] <= high)
        for person in np.flatnonzero(~unasked):
            low, high = posteriors[int(person)].interval(z[person], level=level)
            inside[level][person] = low <= truth[person] <= high
    return inside
