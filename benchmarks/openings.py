"""What else might make the hierarchical model better? Ideas tried on real people, chosen on validation, told as it is.

``python -m benchmarks.openings NAME ...`` fits the hierarchical model in the protocol's own features (one normal
distribution, scale by prefix validation) and these variants of it, on the splits 10 to 12:

- *narrow in EM*: the E step with the posteriors that raise the bound on the evidence the most. The default takes
  MacKay's (1992) formula there, whose posteriors are wider, and these exact ones only for people's final places;
- *formula throughout*: that formula for people's final places as well, as in the reference study;
- *Laplace*: posteriors from the curvature at the mode;
- *diagonal*: tastes that do not vary together;
- *four factors*: low rank plus a diagonal in place of a full covariance;
- *pooled*: probabilities mixed with those of one taste for all, weights for n = 0, n > 0 and known people from
  validation judgements, only where they gain more than a standard error.

A further idea, normal priors and averaged posteriors inside PAL-A and low-rank rewards fitted jointly, is measured by
``benchmarks.real_people``.
"""

from __future__ import annotations

import argparse
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np
from numpy.typing import NDArray

from benchmarks.real_people.arrays import Arrays, arrays_of_split, first_answers
from benchmarks.real_people.datasets import LOADERS, DataSet, load
from benchmarks.recording import DATA, Stopwatch, read_result, write_result
from benchmarks.reference_figures import SPLITS
from gustibus.adapting import adapt_gaussian, gaussian_em
from gustibus.adapting.gaussian_em import fit_gaussian_prior
from gustibus.adapting.mean_logistic import EXPECTATIONS, mackay_sigmoid_and_slope, mean_sigmoid_and_slope
from gustibus.evaluation import Scored, people_split
from gustibus.fitting import Judgements, fit_ridge_logistic, hierarchical
from gustibus.fitting.hierarchical import HierarchicalSearch
from gustibus.fitting.hierarchical_fit import Base, HierarchicalFit

Floats = NDArray[np.float64]
NAMES = ("cems", "kidney2", "kidney1", "topmodel", "train", "popquorn")
DEFAULT, POOLED = "default", "pooled"
VARIANTS = (DEFAULT, "narrow in EM", "formula throughout", "Laplace", "diagonal", "four factors")
RIDGES, OFFSET_RIDGES = (0.3, 1.0, 10.0, 50.0, 200.0, 800.0), (0.5, 1.0, 2.0, 8.0)
WEIGHTS = np.linspace(0.0, 1.0, 21)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", default=list(NAMES), help="measured anew; others are kept as they are")
    parser.add_argument("--data", type=Path, default=DATA)
    chosen = parser.parse_args()
    warnings.simplefilter("ignore")
    found = (read_result("openings") or {}).get("data_sets", {})
    for name in chosen.names or LOADERS:
        data, watch = load(name, chosen.data), Stopwatch()
        found[name] = _data_set(data) | {"seconds": watch.read()}
        result = {"seeds": list(SPLITS), "data_sets": {each: found[each] for each in LOADERS if each in found}}
        print(write_result("openings", result).name, name, file=sys.stderr, flush=True)


def _data_set(data: DataSet) -> dict[str, Any]:
    scored: dict[str, dict[str, list[Scored]]] = {}
    validation: dict[str, list[float]] = {}
    for seed in SPLITS:
        split = people_split(data.comparisons, data.nmax, data.mint, seed)
        numbers = arrays_of_split(data, split)
        base = _base(numbers)
        for variant in VARIANTS:
            with _as(variant):
                search = HierarchicalSearch(numbers.features, numbers.fit_judgements, base)
                best = search.choose_scale()
                found = _predictions(numbers, search, search.refit(best), data.shots)
            validation.setdefault(variant, []).append(best.loss)
            _add(scored, variant, found, split)
            if variant == DEFAULT:
                _add(scored, POOLED, _with_base(numbers, search, best, base, found), split)
    whole = {name: {cell: Scored.pool(parts) for cell, parts in cells.items()} for name, cells in scored.items()}
    return {
        "title": data.title,
        "validation": validation,
        "cells": {
            cell: {
                name: {
                    "log_loss": cells[cell].interval("log_loss"),
                    "against_default": cells[cell].paired(whole[DEFAULT][cell]),
                }
                for name, cells in whole.items()
            }
            for cell in whole[DEFAULT]
        },
    }


def _add(scored: dict[str, dict[str, list[Scored]]], name: str, found: dict[str, Floats], split: Any) -> None:
    for cell, p in found.items():
        asked = split.seen_test if cell == "seen" else split.unseen_test
        scored.setdefault(name, {}).setdefault(cell, []).append(Scored.of(asked, p))


def _base(numbers: Arrays) -> Base:
    """One taste for all: ridge and item offsets by validation log loss."""
    train, validation = numbers.train, numbers.validation
    best: tuple[float, Base] | None = None
    for ridge in RIDGES:
        for offset_ridge in (None, *(OFFSET_RIDGES if numbers.items_recur else ())):
            fit = fit_ridge_logistic(
                numbers.features, train.a, train.b, train.outcome, train.weight, ridge=ridge, offset_ridge=offset_ridge
            )
            rewards = fit.rewards(numbers.features)
            s = rewards[validation.a] - rewards[validation.b]
            loss = float(np.mean(np.logaddexp(0, -s) + (1 - validation.outcome) * s))
            if best is None or loss < best[0]:
                best = loss, Base(fit.beta, fit.offsets, ridge, offset_ridge)
    assert best is not None
    return best[1]


@contextmanager
def _as(variant: str) -> Iterator[None]:
    """The package with one part of the method exchanged."""
    if variant in _EXCHANGED:
        with patch.dict(EXPECTATIONS, _EXCHANGED[variant]):
            yield
    elif variant in ("diagonal", "four factors"):
        few = 4 if variant == "four factors" else 0

        def restricted(*args: Any, **options: Any) -> Any:
            return fit_gaussian_prior(*args, **options | {"n_factors": few})

        with patch.object(hierarchical, "fit_gaussian_prior", restricted), _diagonal_for(few):
            yield
    else:
        yield


def _at_the_mode(mean: Floats, variance: Floats) -> tuple[Floats, Floats]:
    return mackay_sigmoid_and_slope(mean, np.zeros_like(variance))


_EXCHANGED: dict[str, Any] = {
    "narrow in EM": {"mackay": mean_sigmoid_and_slope},
    "formula throughout": {"exact": mackay_sigmoid_and_slope},
    "Laplace": {"mackay": _at_the_mode, "exact": _at_the_mode},
}


@contextmanager
def _diagonal_for(few: int) -> Iterator[None]:
    if few:
        yield
        return
    with patch.object(gaussian_em, "_factors_plus_diagonal", lambda covariance, _: np.diag(np.diag(covariance))):
        yield


def _predictions(
    numbers: Arrays, search: HierarchicalSearch, fitted: HierarchicalFit, shots: tuple[int, ...]
) -> dict[str, Floats]:
    found = {"seen": _predict(search, fitted, numbers.fit_judgements, numbers.seen_test)}
    for n in shots:
        found[str(n)] = _predict(search, fitted, first_answers(numbers.unseen_pool, n), numbers.unseen_test)
    return found


def _predict(search: HierarchicalSearch, fitted: HierarchicalFit, given: Judgements, asked: Judgements) -> Floats:
    known, test = (search.answers(part, _differences(search, part), fitted.offsets) for part in (given, asked))
    return adapt_gaussian(known, fitted.prior).probability(test.z, test.user, test.offset)


def _differences(search: HierarchicalSearch, part: Judgements) -> Floats:
    """Feature differences of some judgements."""
    return np.asarray(search.features[part.a].astype(np.float64) - search.features[part.b])


def _with_base(
    numbers: Arrays, search: HierarchicalSearch, best: HierarchicalFit, base: Base, found: dict[str, Floats]
) -> dict[str, Floats]:
    """Predictions mixed with those of one taste for all, where validation says so."""
    validation = numbers.validation
    rewards = search.features @ base.beta + (0.0 if base.offsets is None else base.offsets)

    def one_taste(part: Judgements) -> Floats:
        return np.asarray(1 / (1 + np.exp(rewards[part.b] - rewards[part.a])))

    pooled = {}
    for cell, p in found.items():
        prefixes = {"seen": (None,), "0": (0,)}.get(cell, (1, 2, 5, 10))
        given = [numbers.train if n is None else first_answers(_by_user(numbers.train), n) for n in prefixes]
        known = np.concatenate([_predict(search, best, part, validation) for part in given])
        weight = _weight(
            known, np.tile(one_taste(validation), len(prefixes)), np.tile(validation.outcome, len(prefixes)),
            np.tile(validation.user, len(prefixes)),
        )  # fmt: skip
        asked = numbers.seen_test if cell == "seen" else numbers.unseen_test
        pooled[cell] = weight * p + (1 - weight) * one_taste(asked)
    return pooled


def _by_user(judgements: Judgements) -> Judgements:
    return judgements.take(np.argsort(judgements.user, kind="stable"))


def _weight(p: Floats, base: Floats, outcome: Floats, user: NDArray[np.intp]) -> float:
    """The best weight of ``p``; 1 unless it gains more than one standard error over people."""

    def losses(weight: float) -> Floats:
        mixed = np.clip(weight * p + (1 - weight) * base, 1e-12, 1 - 1e-12)
        return np.asarray(-outcome * np.log(mixed) - (1 - outcome) * np.log1p(-mixed))

    best = min(WEIGHTS, key=lambda weight: float(losses(weight).mean()))
    gain = np.bincount(user, losses(1.0) - losses(best))
    residual = gain - gain.sum() / len(p) * np.bincount(user)
    return float(best) if gain.sum() > np.sqrt((residual**2).sum()) else 1.0


if __name__ == "__main__":
    main()
