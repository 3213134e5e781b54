"""Cycles within people, or between people none of whom has any."""

from __future__ import annotations

import os
import warnings
from collections.abc import Mapping
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from gustibus.comparisons import Comparisons, DataWarning, GustibusError, Progress
from gustibus.comparisons.arguments import check_comparisons, check_seed, check_whole
from gustibus.diagnosis.answer_tests import answer_tests
from gustibus.diagnosis.whose_verdict import WithinOrBetween, within_or_between_test
from gustibus.embedding import Encoder, resolve_encoder
from gustibus.fitted.fit import fit as fit_model
from gustibus.fitting import ModelName

__all__ = ["CANDIDATES", "within_or_between"]

_QUICK: Final[dict[str, Any]] = {"dimensions": 2, "learning_rate": 0.05, "patience": 8}
# A plural fit chooses more than is needed to tell whether it gains at all: most of that is left at its first value.
_PLURAL: Final[dict[str, Any]] = _QUICK | {"user_penalty": 1.0, "cyclic_ratio": 10.0, "prior": "dirichlet"}
CANDIDATES: Final[dict[str, tuple[ModelName, dict[str, Any]]]] = {
    "bt": ("bt", {}),
    "gpm": ("gpm", _QUICK),
    "mixture 2": ("mixture", {"prototypes": 2}),
    "mixture 3": ("mixture", {"prototypes": 3}),
    "plural-gpm 2": ("plural-gpm", _PLURAL | {"prototypes": 2}),
    "plural-gpm 3": ("plural-gpm", _PLURAL | {"prototypes": 3}),
}
"""The models that are compared: name, and how :func:`gustibus.fit` makes it."""


def within_or_between(
    data: Comparisons,
    *,
    encoder: str | os.PathLike[str] | Encoder = "one-hot",
    candidates: Mapping[str, tuple[ModelName, dict[str, Any]]] = CANDIDATES,
    folds: int = 4,
    alpha: float = 0.05,
    seed: int = 0,
    progress: Progress | None = None,
) -> WithinOrBetween:
    """Tell whether people go in circles, or only their majority does.

    Every person's answers are dealt into folds. Models of one taste and of several, with cycles and without, are fitted
    to the others and predict each fold for the person who gave it (posterior predictive), so that every answer is
    scored once. :func:`within_or_between_test` compares them, and hears :func:`answer_tests` as well, which need no
    model: where items recur and answers are few they see what no model has learned yet.

    Parameters
    ----------
    data
        Judgements, at least two of each person; people with one are left out.
    encoder
        As in :func:`gustibus.fit`; one-hot for items that recur.
    candidates
        What is compared, see :data:`CANDIDATES`; needs a model of each of the four kinds.
    folds
        Parts of each person's answers: more leave more to learn from, and take longer.
    alpha, seed
        See :func:`within_or_between_test`.
    progress
        Told how many fits are done.

    Raises
    ------
    GustibusError
        If nobody answered twice.
    """
    check_comparisons(data)
    check_seed(seed)
    check_whole("folds", folds, least=2)
    if not candidates:
        raise GustibusError("candidates are empty: name models with and without cycles, such as those of CANDIDATES")
    answers = np.bincount(data.user, minlength=len(data.users))
    asked = data.filter(answers[data.user] >= 2)
    if not len(asked):
        raise GustibusError("nobody answered twice, so nothing is held out of anybody: cycles cannot be told apart")
    one_hot = isinstance(encoder, str) and encoder == "one-hot"
    resolved = resolve_encoder(encoder, asked.responses.to_pylist() if one_hot else ())
    fold = _dealt(asked.user, folds, np.random.default_rng(seed))
    losses = {name: np.empty(len(asked)) for name in candidates}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DataWarning)  # few answers a person: that is what is asked here
        for part in range(folds):
            train, test = asked.filter(fold != part), asked.filter(fold == part)
            for i, (name, (model, options)) in enumerate(candidates.items()):
                fitted = fit_model(train, model=model, encoder=resolved, seed=seed, **options)
                p = np.clip(np.asarray(fitted.predict(test).probability, np.float64), 1e-12, 1 - 1e-12)
                y = test.outcome.astype(np.float64)
                losses[name][fold == part] = -(y * np.log(p) + (1 - y) * np.log1p(-p))
                if progress is not None:
                    progress("fitting with and without cycles", part * len(candidates) + i + 1, folds * len(candidates))
    person = np.unique(asked.user, return_inverse=True)[1]
    n = np.bincount(person)
    means = {name: np.bincount(person, values) / n for name, values in losses.items()}
    return within_or_between_test(
        means,
        answers=float(np.median(answers[answers > 0])),
        on_answers=answer_tests(asked, seed=seed),
        alpha=alpha,
        seed=seed,
    )


def _dealt(user: NDArray[np.integer[Any]], folds: int, rng: np.random.Generator) -> NDArray[np.intp]:
    """Deal each person's answers into folds as evenly as possible, beginning with a fold drawn for each."""
    order = np.lexsort((rng.random(len(user)), user))
    in_order = user[order]
    starts = np.r_[0, np.flatnonzero(np.diff(in_order)) + 1]
    place = np.arange(len(user)) - np.repeat(starts, np.diff(np.r_[starts, len(user)]))
    first = np.repeat(rng.integers(folds, size=len(starts)), np.diff(np.r_[starts, len(user)]))
    fold = np.empty(len(user), np.intp)
    fold[order] = (place + first) % folds
    return fold
