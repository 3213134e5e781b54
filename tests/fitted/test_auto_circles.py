"""``model="auto"`` takes a model with circles where it clearly predicts unseen judgements better, and nowhere else."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import gustibus as gs
from gustibus.fitted.circle_words import said_of_circles

PLAYERS = 16
QUICK: dict[str, Any] = {"model": "auto", "encoder": "one-hot", "max_steps": 80}


def games(circle: float, seed: int, n: int = 800) -> tuple[gs.Comparisons, np.ndarray]:
    """Games between players who have a strength each, and go in a circle as much as wanted."""
    rng = np.random.default_rng(seed)
    strength = rng.normal(size=PLAYERS)
    angle = 2 * np.pi * np.arange(PLAYERS) / PLAYERS
    s = strength[:, None] - strength[None] + circle * np.sin(angle[:, None] - angle[None])
    a = rng.integers(0, PLAYERS, n)
    b = (a + rng.integers(1, PLAYERS, n)) % PLAYERS
    data = gs.Comparisons.from_arrays(
        users=["referee"],
        responses=[f"player {i}" for i in range(PLAYERS)],
        user=np.zeros(n, int),
        response_a=a,
        response_b=b,
        outcome=rng.random(n) < 1 / (1 + np.exp(-s[a, b])),
    )
    return data, s


@pytest.mark.filterwarnings("ignore::gustibus.DataWarning")
def test_players_in_order_are_left_in_order() -> None:
    taken = tried = 0
    for seed in range(20):
        model = gs.fit(games(0.0, seed)[0], seed=seed, **QUICK)
        contest = model.summary["findings"]["circle_contest"]
        tried += bool(contest["trials"])
        taken += model.settings.model != "bt"
    # More than two standard errors: 2.3 % of contests at most, and a contest is held in a tenth of the data.
    assert taken == 0
    assert tried <= 6


@pytest.mark.filterwarnings("ignore::gustibus.DataWarning")
def test_a_circle_of_players_is_taken_and_told() -> None:
    data, s = games(2.0, seed=0, n=1600)
    model = gs.fit(data, seed=0, **QUICK)
    assert model.settings.model == "scalar-cyclic"
    trial = model.summary["findings"]["circle_contest"]["trials"][0]
    assert trial["gain"] > 2 * trial["standard_error"]
    assert trial["held_out"] == trial["over"] == "pairs"
    said = said_of_circles(model.summary)
    assert said is not None
    assert said.startswith("Preferences go in circles")
    names = [f"player {i}" for i in range(PLAYERS)]
    right = model.win_probabilities(None, names) - 1 / (1 + np.exp(-s))
    assert float(np.abs(right).mean()) < 0.1


@pytest.mark.filterwarnings("ignore::gustibus.DataWarning")
def test_what_is_taken_is_what_asking_for_it_gives() -> None:
    data, _ = games(2.0, seed=1, n=1600)
    chosen = gs.fit(data, seed=3, **QUICK)
    asked = gs.fit(data, seed=3, **{**QUICK, "model": "scalar-cyclic"})
    assert chosen.settings.model == "scalar-cyclic"
    assert chosen.predict(data).probability == pytest.approx(asked.predict(data).probability, abs=1e-12)
    assert chosen.summary["validation_judgements"] == asked.summary["validation_judgements"]
