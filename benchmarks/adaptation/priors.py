"""The fitted prior against the uniform one for new people of whom 0 to 5 answers are known."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np

from benchmarks.adaptation.worlds import answers_of, logistic_normal
from gustibus.adapting import Answers, DirichletPrior, adapt, fit_dirichlet_prior

N_SEEN, N_NEW, N_SHOWN, N_TEST = 500, 500, 10, 20
SHOTS = (0, 1, 2, 3, 4, 5)


def dirichlet(alpha: list[float]) -> Callable[[np.random.Generator, int], np.ndarray]:
    return lambda rng, n_users: rng.dirichlet(alpha, n_users)


WORLDS: dict[str, Callable[[np.random.Generator, int], np.ndarray]] = {
    "Dirichlet(0.15, 0.15, 0.15, 0.6)": dirichlet([0.15, 0.15, 0.15, 0.6]),
    "Dirichlet(1, 1, 1, 1), where the uniform prior is the truth": dirichlet([1.0] * 4),
    "Dirichlet(3, 3, 3, 6)": dirichlet([3.0, 3.0, 3.0, 6.0]),
    "Dirichlet(0.2 each), K = 8": dirichlet([0.2] * 8),
    "weights that vary in pairs, no Dirichlet, K = 8": lambda rng, n_users: logistic_normal(rng, n_users, 8),
}


def study(seeds: range) -> list[dict[str, object]]:
    """Test log loss of new people under each prior; paired bootstrap over people, seeds pooled."""
    results = []
    for name, draw in WORLDS.items():
        losses: dict[int, list[np.ndarray]] = {n: [] for n in SHOTS}
        fitted, seconds = [], []
        for seed in seeds:
            rng = np.random.default_rng(seed)
            seen = answers_of(rng, draw(rng, N_SEEN), N_SHOWN)
            begin = time.perf_counter()
            prior = fit_dirichlet_prior(seen, seed=seed).prior
            seconds.append(time.perf_counter() - begin)
            fitted.append([round(float(a), 3) for a in prior.alpha])
            new = answers_of(rng, draw(rng, N_NEW), max(SHOTS) + N_TEST)
            rank = np.arange(len(new)) % (max(SHOTS) + N_TEST)
            test = new.take_records(np.flatnonzero(rank >= max(SHOTS)))
            for n in SHOTS:
                shown = new.take_records(np.flatnonzero(rank < n))
                pair = [_losses(shown, test, p) for p in (prior, DirichletPrior.uniform(prior.n_prototypes))]
                losses[n].append(np.stack(pair))
        results.append(
            {
                "world": name,
                "seeds": list(seeds),
                "fitted_alpha_by_seed": fitted,
                "seconds_to_fit": float(np.mean(seconds)),
                "table": [_row(n, np.concatenate(losses[n], axis=1)) for n in SHOTS],
            }
        )
    return results


def _losses(shown: Answers, test: Answers, prior: DirichletPrior) -> np.ndarray:
    p = adapt(shown, prior, n_draws=256).probability(test.z, test.user)
    loss = -np.log(np.where(test.outcome == 1, p, 1.0 - p))
    return np.bincount(test.user, loss, minlength=test.n_users) / N_TEST


def _row(n_answers: int, losses: np.ndarray) -> dict[str, object]:
    change = losses[0] - losses[1]
    rng = np.random.default_rng(0)
    means = [float(change[rng.integers(0, len(change), len(change))].mean()) for _ in range(1000)]
    return {
        "answers": n_answers,
        "log_loss_fitted": float(losses[0].mean()),
        "log_loss_uniform": float(losses[1].mean()),
        "fitted_minus_uniform": float(change.mean()),
        "interval": [float(np.quantile(means, 0.025)), float(np.quantile(means, 0.975))],
    }
