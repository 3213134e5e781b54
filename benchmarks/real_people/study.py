"""One split of one data set: every model and baseline fitted, and scored on the same judgements."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import gustibus as gs
from benchmarks.real_people.datasets import DataSet
from benchmarks.recording import Stopwatch
from gustibus.comparisons import Comparisons
from gustibus.evaluation import (
    BaselineModel,
    OneModelPerPerson,
    PeopleSplit,
    PersonDeviation,
    PreferenceModelLike,
    Scored,
    people_split,
    prefix,
    shuffled_ids,
    standard_baselines,
)

__all__ = ["DEVIATION", "OWN", "PAL", "POPULATION", "SHUFFLED", "Cell", "SplitScores", "run_split"]

POPULATION, DEVIATION, OWN = "population", "population + deviation per person", "one model per person"
PAL, SHUFFLED = "PAL-A, K chosen", "PAL-A, shuffled ids"
Cell = int | str
"""Where somebody is scored: ``"seen"``, or the number of answers of an unseen person."""


@dataclass
class SplitScores:
    """What one split gave.

    Attributes
    ----------
    scores
        Predictor -> cell -> its predictions beside what was said. Predictors that know nobody are scored on
        ``"seen"`` and 0 only.
    details
        Sizes, what was chosen on validation judgements, seconds.
    """

    scores: dict[str, dict[Cell, Scored]] = field(default_factory=dict)
    details: dict[str, Any] = field(default_factory=dict)


def run_split(
    data: DataSet,
    seed: int,
    prototypes: Sequence[int],
    tell: Callable[[str], None],
    **options: Any,
) -> SplitScores:
    """Fit and score everything on the split of this seed.

    Parameters
    ----------
    data
    seed
        Of the split, of the fits and of the shuffled ids.
    prototypes
        Numbers of prototypes of PAL-A; the one with the best validation log loss is also scored as `PAL`.
    tell
        Called with a line for whoever waits.
    **options
        Settings for every PAL-A fit.
    """
    split = people_split(data.comparisons, data.nmax, data.mint, seed)
    result = SplitScores()
    _baselines(data, split, seed, result, tell)

    def fit(train: Comparisons, validation: Comparisons, **settings: Any) -> gs.FittedModel:
        return gs.fit(train, validation=validation, encoder=data.encoder, seed=seed, **settings)

    watch = Stopwatch()
    one_taste = fit(split.train, split.validation, model="bt")
    tell(f"seed {seed}: Bradley-Terry, {watch.read()['cpu']:.0f} s")
    result.scores["Bradley-Terry"] = _score(one_taste, split, (0,))
    seconds, losses, chosen = {"Bradley-Terry": watch.read()}, {}, {}
    for k in prototypes:
        watch = Stopwatch()
        model = fit(split.train, split.validation, prototypes=k, **options)
        seconds[f"PAL-A, K = {k}"] = watch.read()
        losses[k], chosen[k] = model.summary["validation_log_loss"], model.summary["choices"]
        result.scores[f"PAL-A, K = {k}"] = _score(model, split, data.shots if k > 1 else (0,))
        tell(f"seed {seed}: PAL-A, K = {k}: validation {losses[k]:.4f}, {watch.read()['cpu']:.0f} s")
    best = min(losses, key=losses.__getitem__)
    cells = result.scores[f"PAL-A, K = {best}"]
    # A single prototype knows nobody: its predictions are the same after any number of answers.
    result.scores[PAL] = {cell: cells.get(cell, cells[0]) for cell in ("seen", *data.shots)}
    k_shuffled = max(best, min(k for k in prototypes if k > 1))
    watch = Stopwatch()
    nobody = fit(
        shuffled_ids(split.train, seed), shuffled_ids(split.validation, seed + 1000), prototypes=k_shuffled, **options
    )
    seconds[SHUFFLED] = watch.read()
    result.scores[SHUFFLED] = _score(nobody, split, data.shots, shuffle_seed=seed + 2000)
    tell(f"seed {seed}: PAL-A, K = {k_shuffled}, shuffled ids, {watch.read()['cpu']:.0f} s")
    result.details |= {
        "seed": seed,
        "judgements": {name: len(getattr(split, name)) for name in PeopleSplit.__dataclass_fields__},
        "prototypes_chosen": best,
        "prototypes_shuffled": k_shuffled,
        "validation_log_loss": losses,
        "choices": chosen,
        "seconds": seconds,
    }
    return result


def _baselines(data: DataSet, split: PeopleSplit, seed: int, result: SplitScores, tell: Callable[[str], None]) -> None:
    watch = Stopwatch()
    models = standard_baselines(split.train, split.validation, data.features, seed=seed)
    ridges = {DEVIATION: models[DEVIATION].baseline.ridge_, OWN: models[OWN].baseline.ridge_}
    # A fitted model places people by their training and validation answers, once everything is chosen. So that it has
    # no more to go by than the baselines, they place people by both, too; what is shared was learned from training.
    both = Comparisons.concat([split.train, split.validation])
    population = models[POPULATION].baseline
    models[DEVIATION] = BaselineModel(PersonDeviation(population, ridges[DEVIATION]), data.features).fit(both)
    models[OWN] = BaselineModel(OneModelPerPerson(ridges[OWN]), data.features).fit(both)
    models["deviation, shuffled ids"] = models.pop("shuffled ids")
    if not data.is_text:
        models.pop("length", None)  # ids and traits of patients have no length that means anything
    for name, model in models.items():
        knows_people = name in (DEVIATION, OWN, "deviation, shuffled ids")
        result.scores[name] = _score(model, split, data.shots if knows_people else (0,))
    result.details["ridge_per_person"] = ridges
    tell(f"seed {seed}: baselines, {watch.read()['cpu']:.0f} s")


def _score(
    model: PreferenceModelLike, split: PeopleSplit, shots: Sequence[int], shuffle_seed: int | None = None
) -> dict[Cell, Scored]:
    """Seen people as the model knows them, unseen people after each number of their answers."""
    scores: dict[Cell, Scored] = {"seen": Scored.of(split.seen_test, model.predict(split.seen_test).probability)}
    pool = split.unseen_pool
    if shuffle_seed is not None:
        pool = shuffled_ids(pool, shuffle_seed)
    for n in shots:
        users = "population" if n == 0 else model.adapt_users(prefix(pool, n))
        scores[n] = Scored.of(split.unseen_test, model.predict(split.unseen_test, users=users).probability)
    return scores
