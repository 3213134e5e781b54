"""One draw of the groups: fit on some, calibrate on others, predict the shares of votes on the rest."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

import gustibus as gs
from benchmarks.calibration.voted_sets import VotedSet
from benchmarks.recording import Stopwatch
from gustibus.comparisons import Comparisons

__all__ = ["CALIBRATED", "MODELS", "RAW", "run_split"]

MODELS: dict[str, dict[str, Any]] = {
    "Bradley-Terry": {"model": "bt"},
    "hierarchical": {"model": "hierarchical", "types": 1},
}
MOST_PEOPLE, MOST_FITTED = 300, 6000
"""To fit on at most: judgements, drawn from those of so many people. What is asked is not how good a model can get."""
RAW = "as fitted"
CALIBRATED = {"one temperature": "temperature", "isotonic": "isotonic"}
SHARES = (0.6, 0.2)
"""Of the groups: to fit on and to calibrate on; the rest is for the test."""


def run_split(data: VotedSet, seed: int, path: Path) -> None:
    """Predict the population's vote on the pairs of the test groups, and keep it beside the votes.

    Parameters
    ----------
    data
    seed
        Of the draw of the groups, and of the fits.
    path
        An npz file is written there.
    """
    groups = np.unique(data.groups_of(data.comparisons))
    order = np.random.default_rng(seed).permutation(groups)
    to_fit, to_calibrate = (round(share * len(groups)) for share in SHARES)
    parts = np.split(order, [to_fit, to_fit + to_calibrate])
    group = data.groups_of(data.comparisons)
    train, held_back, test = (data.comparisons.filter(np.isin(group, part)) for part in parts)
    train = _some(train, seed)
    votes = gs.vote_shares(test).at_least(2)
    kept = {
        "share": votes.share,
        "n_votes": votes.n_votes,
        "n_ties": votes.n_ties,
        "group": data.groups_of(votes.pairs),
    }
    kept["judgements"] = np.array([len(train), len(held_back), len(test)])
    for name, settings in MODELS.items():
        watch = Stopwatch()
        model = gs.fit(train, encoder=data.encoder, seed=seed, item_offsets=False, **settings)
        kept[f"{name}|{RAW}"] = model.predict(votes.pairs, users="population").probability
        for how, method in CALIBRATED.items():
            calibrated = model.calibrated(held_back, method)
            kept[f"{name}|{how}"] = calibrated.predict(votes.pairs, users="population").probability
            if method == "temperature":
                kept[f"{name}|factor"] = np.array(calibrated.calibration.population.factor)
        kept[f"{name}|cpu"] = np.array(watch.read()["cpu"])
    path.parent.mkdir(parents=True, exist_ok=True)
    np.savez(path, **kept)


def _some(data: Comparisons, seed: int) -> Comparisons:
    """Judgements to fit on, no more than is allowed."""
    rng = np.random.default_rng(seed)
    people = np.unique(data.user)
    if len(people) > MOST_PEOPLE:
        data = data.filter(np.isin(data.user, rng.choice(people, MOST_PEOPLE, replace=False)))
    if len(data) > MOST_FITTED:
        data = data.take(np.sort(rng.choice(len(data), MOST_FITTED, replace=False)))
    return data
