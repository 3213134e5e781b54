"""What stands beside the family on a split: votes, lengths and ridges. Cheap, so fitted whenever figures are made."""

from __future__ import annotations

import time

import numpy as np
from numpy.typing import NDArray

from benchmarks.real_people.datasets import DataSet
from gustibus.comparisons import Comparisons
from gustibus.evaluation import (
    BaselineModel,
    OneModelPerPerson,
    PeopleSplit,
    PersonDeviation,
    prefix,
    shuffled_ids,
    standard_baselines,
)

__all__ = ["DEVIATION", "DEVIATION_SHUFFLED", "OWN", "POPULATION", "TRIVIAL", "baseline_predictions"]

POPULATION, DEVIATION, OWN = "population", "population + deviation per person", "one model per person"
DEVIATION_SHUFFLED = "deviation per person, shuffled ids"
TRIVIAL = ("side", "length", "majority", "item majority")
"""Who knows neither features nor people: the left one wins, the longer one, what most said of this pair, the item that
wins more often."""


def baseline_predictions(
    data: DataSet, split: PeopleSplit, seed: int
) -> tuple[dict[str, dict[str, NDArray[np.float64]]], float]:
    """Probabilities by baseline and cell, and the processor seconds of all.

    Baselines that know nobody are in ``"seen"`` and ``"0"`` only: more answers change nothing.
    """
    started = time.process_time()
    models = standard_baselines(split.train, split.validation, data.features, seed=seed)
    # A fitted model places people by their training and validation answers, once everything is chosen. So that it has
    # no more to go by than the baselines, they place people by both, too; what is shared was learned from training.
    both = Comparisons.concat([split.train, split.validation])
    population, deviation, own = (models[name].baseline for name in (POPULATION, DEVIATION, OWN))
    assert isinstance(deviation, PersonDeviation)
    assert isinstance(own, OneModelPerPerson)
    models[DEVIATION] = BaselineModel(PersonDeviation(population, deviation.ridge_), data.features).fit(both)
    models[OWN] = BaselineModel(OneModelPerPerson(own.ridge_), data.features).fit(both)
    models[DEVIATION_SHUFFLED] = models.pop("shuffled ids")
    if not data.is_text:
        models.pop("length", None)  # ids and traits of patients have no length that means anything
    found = {}
    for name, model in models.items():
        shots = data.shots if name in (DEVIATION, OWN, DEVIATION_SHUFFLED) else (0,)
        pool = shuffled_ids(split.unseen_pool, seed + 2000) if name == DEVIATION_SHUFFLED else split.unseen_pool
        cells = {"seen": model.predict(split.seen_test).probability}
        for n in shots:
            users = "population" if n == 0 else model.adapt_users(prefix(pool, n))
            cells[str(n)] = model.predict(split.unseen_test, users=users).probability
        found[name] = cells
    return found, time.process_time() - started
