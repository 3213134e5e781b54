"""The baselines that belong beside every model, fitted in one go."""

from __future__ import annotations

from collections.abc import Callable

from numpy.typing import ArrayLike

from gustibus.comparisons import Comparisons, Items, Progress
from gustibus.evaluation.baselines.majority import ItemMajority, PairMajority
from gustibus.evaluation.baselines.model import BaselineModel
from gustibus.evaluation.baselines.person_ridge import OneModelPerPerson, PersonDeviation
from gustibus.evaluation.baselines.population import Population
from gustibus.evaluation.baselines.trivial import LongerWins, SideWins

__all__ = ["standard_baselines"]

_STAGE = "fitting baselines"


def standard_baselines(
    train: Comparisons,
    validation: Comparisons,
    features: Callable[[Items], ArrayLike],
    *,
    seed: int = 0,
    progress: Progress | None = None,
) -> dict[str, BaselineModel]:
    """Fit everything that a model of people should be compared with.

    - ``"side"``: the left response wins as often as it did; ``"length"``: the longer one does (left out where all
      responses are equally long, as ids are);
    - ``"majority"``: what most said of this very pair; ``"item majority"``: the item that wins more often;
    - ``"population"``: one taste for everybody;
    - ``"population + deviation per person"``: the one that is hardest to beat;
    - ``"one model per person"``: nothing is learned from others;
    - ``"shuffled ids"``: population + deviation per person, with the names shuffled; what it gains over the
      population is not taste.

    Parameters
    ----------
    train
        Judgements to learn from.
    validation
        Judgements of the same people that choose the strengths.
    features
        Gives the features of items, shape (n, F), from an `Items`.
    seed
        Shuffles the ids.
    progress
        Told how much is done.

    Returns
    -------
    Fitted models by name, each ready for `evaluate`.

    Examples
    --------
    >>> import numpy as np
    >>> rng = np.random.default_rng(0)
    >>> data = Comparisons.from_arrays(users=["ann", "bob"], responses=["tea", "gin", "milk"],
    ...     user=np.arange(60) % 2, response_a=np.arange(60) % 3, response_b=(np.arange(60) + 1) % 3,
    ...     outcome=rng.integers(0, 2, 60))
    >>> models = standard_baselines(data.take(np.arange(40)), data.take(np.arange(40, 60)),
    ...                             lambda items: np.eye(3)[items.response])
    >>> list(models)
    ['side', 'majority', 'item majority', 'population', 'population + deviation per person', 'one model per person', \
'shuffled ids']
    """
    population = Population()
    models = {
        "side": BaselineModel(SideWins(), features),
        "length": BaselineModel(LongerWins(), features),
        "majority": BaselineModel(PairMajority(), features),
        "item majority": BaselineModel(ItemMajority(), features),
        "population": BaselineModel(population, features),
        "population + deviation per person": BaselineModel(PersonDeviation(population), features),
        "one model per person": BaselineModel(OneModelPerPerson(), features),
        "shuffled ids": BaselineModel(PersonDeviation(population), features, shuffle_seed=seed),
    }
    if len({len(text.split()) for text in train.items().response_texts()}) == 1:
        del models["length"]
    for done, model in enumerate(models.values()):
        if progress is not None:
            progress(_STAGE, done, len(models))
        model.fit(train, validation)
    if progress is not None:
        progress(_STAGE, len(models), len(models))
    return models
