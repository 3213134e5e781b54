"""Which family of priors predicts new people best, where people differ in different ways?

``python -m benchmarks.adaptation.prior_families`` simulates people with known weights, fits every family to some of
them and predicts others after 0 to 20 answers; it writes ``benchmarks/results/prior_families.json`` after each world.
About ten minutes on one core; ``--missing`` measures only the worlds that are not in the file yet.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable

import numpy as np
from scipy import special

from benchmarks.adaptation.worlds import answers_of, logistic_normal
from benchmarks.recording import Stopwatch, read_result, write_result
from gustibus.adapting import (
    Answers,
    ParticlePrior,
    PeoplePrior,
    adapt,
    choose_prior,
    first_answers,
    fit_prior,
    moment_probability,
)

SEEDS = range(5)
N_SEEN, N_NEW, N_GIVEN, N_TEST = 300, 200, 20, 20
SHOTS = (0, 1, 2, 5, 10, 20)
SCALE = 4.0
TRUE_PEOPLE = 2000
FAMILIES = ("dirichlet", "logistic-normal", "particles")

Draw = Callable[[np.random.Generator, int], np.ndarray]


def two_tastes(rng: np.random.Generator, n_users: int) -> np.ndarray:
    """Eight prototypes of which four stand for each of two tastes: they come and go together."""
    between = rng.normal(size=(n_users, 1)) * 3.0 * np.repeat([1.0, -1.0], 4)
    weights: np.ndarray = special.softmax(between + 0.2 * rng.normal(size=(n_users, 8)), axis=1)
    return weights


def types(at: np.ndarray, share: list[float]) -> Draw:
    return lambda rng, n_users: at[rng.choice(len(at), n_users, p=share)]


MIXED_TYPES = np.array([[0.7, 0.2, 0.1, 0.0], [0.1, 0.1, 0.2, 0.6], [0.0, 0.5, 0.5, 0.0]])
WORLDS: dict[str, Draw] = {
    "Dirichlet(0.4 each), K = 4": lambda rng, n_users: rng.dirichlet([0.4] * 4, n_users),
    "Dirichlet(0.15, 0.15, 0.15, 0.6)": lambda rng, n_users: rng.dirichlet([0.15, 0.15, 0.15, 0.6], n_users),
    "two tastes, eight prototypes": two_tastes,
    "weights that vary in pairs, K = 8": lambda rng, n_users: logistic_normal(rng, n_users, 8),
    "three types between four prototypes": types(MIXED_TYPES, [0.5, 0.3, 0.2]),
    "five types at five prototypes": types(np.eye(5), [0.2] * 5),
}


def study(draw: Draw, seeds: range) -> dict[str, object]:
    """Everything about one world; losses of the same people under each family, seeds pooled."""
    losses: dict[tuple[str, int], list[np.ndarray]] = {}
    seconds: dict[str, list[float]] = {family: [] for family in FAMILIES}
    choices = []
    for seed in seeds:
        rng = np.random.default_rng(seed)
        seen = answers_of(rng, draw(rng, N_SEEN), N_GIVEN, SCALE)
        new = answers_of(rng, draw(rng, N_NEW), max(SHOTS) + N_TEST, SCALE)
        rank = np.arange(len(new)) % (max(SHOTS) + N_TEST)
        test = new.take_records(np.flatnonzero(rank >= max(SHOTS)))
        priors: dict[str, PeoplePrior] = {"truth": ParticlePrior(draw(rng, TRUE_PEOPLE))}
        for family in FAMILIES:
            begin = time.process_time()
            priors[family] = fit_prior(family, seen, seed=seed)
            seconds[family].append(time.process_time() - begin)
        for n in SHOTS:
            shown = first_answers(new, n)
            for family, prior in priors.items():
                for name, found in _losses(family, shown, test, prior).items():
                    losses.setdefault((name, n), []).append(found)
        choices.append(_choice(seen, seed))
    pooled = {key: np.concatenate(parts) for key, parts in losses.items()}
    return {
        "seconds_to_fit": {family: float(np.mean(took)) for family, took in seconds.items()},
        "chosen_by_seed": choices,
        "table": [_row(n, pooled) for n in SHOTS],
    }


def _losses(family: str, shown: Answers, test: Answers, prior: PeoplePrior) -> dict[str, np.ndarray]:
    """Mean log loss of each person, predictions averaged over draws; for the Dirichlet also by moments."""
    posteriors = adapt(shown, prior, n_draws=256)
    predicted = {family: posteriors.probability(test.z, test.user, by="draws")}
    if family == "dirichlet":
        predicted["dirichlet by moments"] = moment_probability(*posteriors.log_odds(test.z, test.user))
    return {name: _mean_loss(p, test) for name, p in predicted.items()}


def _mean_loss(p: np.ndarray, test: Answers) -> np.ndarray:
    loss = -np.log(np.where(test.outcome == 1, p, 1.0 - p))
    return np.bincount(test.user, loss, minlength=test.n_users) / N_TEST


def _choice(seen: Answers, seed: int) -> str:
    """The family that is chosen from the seen people's answers alone, a quarter of them held out."""
    rank = np.arange(len(seen)) % N_GIVEN
    train, held_out = (seen.take_records(np.flatnonzero(part)) for part in (rank < 15, rank >= 15))
    return choose_prior(train, held_out, seed=seed).family


def _row(n_answers: int, pooled: dict[tuple[str, int], np.ndarray]) -> dict[str, object]:
    names = [name for name, n in pooled if n == n_answers]
    dirichlet = pooled["dirichlet", n_answers]
    return {
        "answers": n_answers,
        "log_loss": {name: _with_interval(pooled[name, n_answers]) for name in names},
        "minus_dirichlet": {
            name: _with_interval(pooled[name, n_answers] - dirichlet) for name in names if name != "dirichlet"
        },
    }


def _with_interval(values: np.ndarray) -> dict[str, object]:
    """The mean and its 95 % bootstrap interval over people."""
    rng = np.random.default_rng(0)
    means = [float(values[rng.integers(0, len(values), len(values))].mean()) for _ in range(1000)]
    low, high = np.quantile(means, [0.025, 0.975])
    return {"mean": float(values.mean()), "interval": [float(low), float(high)]}


def main() -> None:
    parser = argparse.ArgumentParser(description="Which family of priors predicts new people best?")
    parser.add_argument("--missing", action="store_true", help="keep the worlds that were measured with these settings")
    kept = read_result("prior_families") if parser.parse_args().missing else None
    setting = {
        "seeds": list(SEEDS),
        "seen_people": N_SEEN,
        "answers_of_seen_people": N_GIVEN,
        "new_people": N_NEW,
        "test_answers": N_TEST,
        "scale": SCALE,
    }
    worlds = kept["worlds"] if kept and kept["setting"] == setting else {}
    for name, draw in WORLDS.items():
        if name in worlds:
            continue
        watch = Stopwatch()
        worlds[name] = study(draw, SEEDS)
        write_result("prior_families", {"setting": setting, "worlds": worlds})
        print(f"{name}: {watch.read()['wall']:.0f} s")


if __name__ == "__main__":
    main()
