"""What do plural circles gain where people differ and go in circles, and what do they cost elsewhere?

``python -m benchmarks.plural_circles`` makes three worlds of 200 people with twelve answers each, five seeds: two kinds
of people with opposite circles, a Condorcet population (consistent people, a cyclic majority), and one transitive
taste. It fits Bradley-Terry, GPM, PAL-A, a mixture of types and plural circles, and compares them on other answers of
the same people, paired by person. It writes ``benchmarks/results/plural_circles.json`` after every world, and goes on
where it was stopped.
"""

from __future__ import annotations

import argparse
import sys
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

import gustibus as gs
from benchmarks.recording import Stopwatch, read_result, write_result
from gustibus.catalog import CyclicWorld, condorcet_world, payoff_world, plural_world

QUESTION = "What do plural circles gain where people differ and go in circles, and what do they cost elsewhere?"
PEOPLE, ANSWERS, OTHERS = 200, 12, 4
SEEDS = (0, 1, 2, 3, 4)
Floats = NDArray[np.float64]


def _one_taste(**sizes: int) -> CyclicWorld:
    """Six items on one scale."""
    return payoff_world(scalar=1.0, n_items=8, n_held_out_items=2, n_features=5, **sizes)


WORLDS: dict[str, tuple[Callable[..., CyclicWorld], int]] = {
    # name: how it is made, number of tastes of the models that have any
    "opposite circles": (plural_world, 2),
    "Condorcet population": (condorcet_world, 3),
    "one transitive taste": (_one_taste, 2),
}
MODELS: dict[str, dict[str, Any]] = {
    "Bradley-Terry": {"model": "bt"},
    "GPM": {"model": "gpm"},
    "PAL-A": {"model": "pal-a", "dimensions": 2},
    "mixture": {"model": "mixture"},
    "plural circles": {"model": "plural-gpm", "dimensions": 2},
}


def main() -> None:
    parser = argparse.ArgumentParser(description=QUESTION)
    parser.add_argument("--quick", action="store_true", help="one seed; written to results/quick")
    chosen = parser.parse_args()
    warnings.simplefilter("ignore")
    watch = Stopwatch()
    setting = {"people": PEOPLE, "answers": ANSWERS, "others": OTHERS}
    before = None if chosen.quick else read_result("plural_circles")
    runs: list[dict[str, Any]] = before["runs"] if before is not None and before["setting"] == setting else []
    done = {(run["world"], run["seed"]) for run in runs}
    for seed in SEEDS[:1] if chosen.quick else SEEDS:
        for name, (make, tastes) in WORLDS.items():
            if (name, seed) in done:
                continue
            runs.append({"world": name, "seed": seed} | _compared(make, tastes, seed))
            print(name, seed, runs[-1]["log_loss"], file=sys.stderr, flush=True)
            result = {"question": QUESTION, "setting": setting, "runs": runs, "seconds": watch.read()}
            write_result("plural_circles", result, quick=chosen.quick)


def _compared(make: Callable[..., CyclicWorld], tastes: int, seed: int) -> dict[str, Any]:
    """Mean log loss of every model, and what plural circles save of each, person by person."""
    world = make(n_users=PEOPLE, comparisons_per_user=ANSWERS + OTHERS, seed=seed)
    last = np.arange(len(world.comparisons)) % (ANSWERS + OTHERS) >= ANSWERS  # people's answers follow each other
    train, test = world.comparisons.filter(~last), world.comparisons.filter(last)
    losses = {}
    for name, options in MODELS.items():
        k: dict[str, Any] = {} if name in ("Bradley-Terry", "GPM") else {"prototypes": tastes}
        fitted = gs.fit(train, encoder="one-hot", seed=seed, **options, **k)
        losses[name] = _by_person(np.asarray(fitted.predict(test).probability), test)
    ours = losses["plural circles"]
    return {
        "bayes": float(world.bayes_log_loss(test)),
        "log_loss": {name: float(one.mean()) for name, one in losses.items()},
        "gain_by_person": {name: (one - ours).round(5).tolist() for name, one in losses.items() if one is not ours},
    }


def _by_person(probability: Floats, test: gs.Comparisons) -> Floats:
    p = np.clip(probability, 1e-12, 1 - 1e-12)
    loss = -(test.outcome * np.log(p) + (1 - test.outcome) * np.log1p(-p))
    person = np.unique(test.user, return_inverse=True)[1]
    return np.asarray(np.bincount(person, loss) / np.bincount(person))


if __name__ == "__main__":
    main()
