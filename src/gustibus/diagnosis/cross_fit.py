"""Several models, each judgement predicted by models that were not trained on its prompt."""

from __future__ import annotations

import os
import re
import warnings
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Final, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from gustibus.comparisons import Comparisons, DataWarning, GustibusError, Progress
from gustibus.comparisons.arguments import check_comparisons, check_seed
from gustibus.comparisons.repeats import questions_of
from gustibus.comparisons.wording import counted
from gustibus.embedding import EmbeddingStore, Encoder, TextEncoder, resolve_encoder
from gustibus.fitted.fit import fit as fit_model
from gustibus.fitting import ModelName

__all__ = ["CrossFitted", "Fit", "PopulationModel", "cross_fit", "fits_of", "folds_of"]

Floats = NDArray[np.float64]
Codes = NDArray[np.intp]

_STAGE: Final = "cross-fitting"


class PopulationModel(Protocol):
    """What is cross-fitted: anything that predicts judgements for the population."""

    def predict(self, data: Comparisons, users: Any = None) -> Any:
        """Predictions with ``log_odds`` and ``probability`` of each judgement."""


Fit = Callable[[Comparisons, int], PopulationModel]
"""Training judgements and a seed to a fitted model."""


@dataclass(frozen=True, eq=False, repr=False)
class CrossFitted:
    """What ``n`` models say about ``M`` judgements whose prompts they were not trained on.

    Attributes
    ----------
    log_odds
        Mean log-odds ``s(a, b)`` of the population, ``(n, M)``.
    probability
        Share of people who prefer a, ``(n, M)``.
    fold
        The fold of each judgement in the first model's draw, ``(M,)``.
    by
        What no model has seen before: ``"prompt"`` or ``"pair"``.
    n_people
        People in the judgements.
    """

    log_odds: Floats
    probability: Floats
    fold: Codes
    by: Literal["prompt", "pair"]
    n_people: int

    @property
    def n_models(self) -> int:
        """Number of models; each consists of one fit for every fold."""
        return len(self.log_odds)

    @property
    def n_judgements(self) -> int:
        """Number of judgements."""
        return int(self.log_odds.shape[1])

    @property
    def share(self) -> Floats:
        """Mean over models of the share of people who prefer a, ``(M,)``."""
        return np.asarray(self.probability.mean(axis=0))

    def __repr__(self) -> str:
        judgements = counted(self.n_judgements, "judgement")
        return f"CrossFitted({counted(self.n_models, 'model')}, {judgements}, held out by {self.by})"


def cross_fit(
    data: Comparisons,
    fit: Fit | None = None,
    *,
    encoder: str | os.PathLike[str] | Encoder = "minilm",
    n_models: int = 5,
    folds: int = 5,
    resample: Literal["people", "judgements", "none"] = "people",
    seed: int = 0,
    progress: Progress | None = None,
) -> CrossFitted:
    """Fit models to most prompts and predict the others, until every judgement is predicted by every model.

    Each model deals the prompts (without prompts: the pairs of responses) into folds of its own and draws people with
    replacement, so that models differ by what chance would change.

    Parameters
    ----------
    data
        Judgements.
    fit
        Training judgements and a seed to a model; by default Bradley-Terry on the vectors of ``encoder``. Models of
        people are asked about their population. :func:`fits_of` makes one from settings.
    encoder
        For the default, as in :func:`gustibus.fit`.
    n_models
        Each needs ``folds`` fits.
    folds
        At least 2.
    resample
        What each model draws with replacement from its training part: people with all their judgements, single
        judgements (where there are few people), or nothing.
    seed
        Of folds, draws and fits.
    progress
        Told how many fits are done.

    Raises
    ------
    GustibusError
        If there are fewer prompts than folds, or a number is out of range.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> cities = [f"city {i}" for i in range(30)]
    >>> a = rng.integers(0, 30, 400)
    >>> b = (a + rng.integers(1, 30, 400)) % 30
    >>> data = Comparisons.from_arrays(users=["ann", "ben"], responses=cities, user=np.arange(400) % 2, response_a=a,
    ...                                response_b=b, outcome=a < b)
    >>> crossed = cross_fit(data, encoder="one-hot", n_models=2, folds=2, resample="judgements")
    >>> crossed.log_odds.shape, crossed.by, bool(np.mean((crossed.share > 0.5) == (a < b)) > 0.9)
    ((2, 400), 'pair', True)
    """
    check_comparisons(data)
    check_seed(seed)
    if n_models < 1:
        raise GustibusError(f"n_models={n_models}: give at least 1")
    if fit is None:
        fit = fits_of("bt", encoder=encoder, data=data)
    by: Literal["prompt", "pair"] = "pair" if (data.prompt < 0).any() else "prompt"
    log_odds, probability = np.empty((n_models, len(data))), np.empty((n_models, len(data)))
    first_fold: Codes | None = None
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", DataWarning)
        for model in range(n_models):
            rng = np.random.default_rng([seed, model])
            fold = folds_of(data, folds, rng)
            first_fold = fold if first_fold is None else first_fold
            for part in range(folds):
                train = _drawn(data.filter(fold != part), resample, rng)
                rows = np.flatnonzero(fold == part)
                said = fit(train, int(rng.integers(2**31))).predict(data.take(rows), "population")
                log_odds[model, rows], probability[model, rows] = said.log_odds, said.probability
                if progress is not None:
                    progress(_STAGE, model * folds + part + 1, n_models * folds)
    # Many fits say the same, but for their numbers.
    for said_once in {re.sub(r"\d+", "", str(warning.message)): warning for warning in caught}.values():
        warnings.warn_explicit(said_once.message, said_once.category, said_once.filename, said_once.lineno)
    assert first_fold is not None
    return CrossFitted(log_odds, probability, first_fold, by, data.n_users)


def fits_of(
    model: ModelName = "bt",
    *,
    encoder: str | os.PathLike[str] | Encoder = "minilm",
    data: Comparisons,
    store: EmbeddingStore | Literal["default"] | None = "default",
    **options: Any,
) -> Fit:
    """A ``fit`` for :func:`cross_fit`: one model name and settings, with the encoder made once.

    Parameters
    ----------
    model, encoder, store, **options
        As in :func:`gustibus.fit`.
    data
        The judgements whose responses a ``"one-hot"`` encoder is to know.
    """
    one_hot = isinstance(encoder, str) and encoder == "one-hot"
    resolved = resolve_encoder(encoder, data.responses.to_pylist() if one_hot else ())
    kept = EmbeddingStore() if store == "default" and isinstance(resolved, TextEncoder) else store
    if kept == "default":
        kept = None

    def fit(train: Comparisons, seed: int) -> PopulationModel:
        return fit_model(train, model=model, encoder=resolved, seed=seed, store=kept, **options)

    return fit


def folds_of(data: Comparisons, folds: int, rng: np.random.Generator) -> Codes:
    """Deal prompts into folds, and pairs where some judgement has no prompt: ``(M,)`` numbers from 0.

    Judgements across two prompts tie these together; folds are equal in prompts, give or take one.

    Raises
    ------
    GustibusError
        If there are fewer prompts or pairs than folds.

    Examples
    --------
    >>> data = Comparisons.from_rows([{"user_id": "u", "prompt": f"{i // 2}?", "response_a": "p", "response_b": "q",
    ...                                "choice": "a"} for i in range(8)])
    >>> fold = folds_of(data, 2, np.random.default_rng(0))
    >>> bool((fold[::2] == fold[1::2]).all()), np.bincount(fold).tolist()
    (True, [4, 4])
    """
    unit, what = (questions_of(data).pair, "pair") if (data.prompt < 0).any() else (_prompt_clusters(data), "prompt")
    present, code = np.unique(unit, return_inverse=True)
    if len(present) == 1 and what == "prompt":  # one prompt throughout: what can be new is the pair
        unit, what = questions_of(data).pair, "pair"
        present, code = np.unique(unit, return_inverse=True)
    if not 2 <= folds <= len(present):
        about = f"these judgements are about {counted(len(present), what)}"
        if len(present) < 2:
            raise GustibusError(
                f"{about}, and models that have not seen it have nothing to learn from. Give judgements of more."
            )
        raise GustibusError(
            f"folds={folds}: there are two folds or more, with one {what} or more in each, and {about}. "
            f"Give folds={min(len(present), 5)}."
        )
    dealt = rng.permutation(np.arange(len(present)) % folds)
    return np.asarray(dealt[code], np.intp)


def _prompt_clusters(data: Comparisons) -> NDArray[np.integer[Any]]:
    if (data.prompt == data.prompt_b).all():
        return data.prompt
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    n = len(data.prompts)
    links = coo_array((np.ones(len(data)), (data.prompt, data.prompt_b)), shape=(n, n))
    clusters: NDArray[np.integer[Any]] = connected_components(links, directed=False)[1][data.prompt]
    return clusters


def _drawn(train: Comparisons, resample: str, rng: np.random.Generator) -> Comparisons:
    """People or judgements drawn with replacement, as weights."""
    if resample == "none":
        return train
    if resample not in ("people", "judgements"):
        raise GustibusError(f"resample={resample!r} is not known: use 'people', 'judgements' or 'none'")
    codes = np.unique(train.user, return_inverse=True)[1] if resample == "people" else np.arange(len(train))
    n = int(codes.max()) + 1
    times = np.bincount(rng.integers(0, n, n), minlength=n)[codes]
    drawn = replace(train, weight=train.weight * times.astype(np.float32))
    return drawn.filter(times > 0)
