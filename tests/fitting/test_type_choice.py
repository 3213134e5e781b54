"""The number of types is found where people fall into types, and is one where they do not."""

from dataclasses import replace

import numpy as np
import pytest

from gustibus.comparisons import DataWarning
from gustibus.fitting.defaults import TYPE_RIDGE
from gustibus.fitting.hierarchical import HierarchicalSearch
from gustibus.fitting.hierarchical_fit import Base
from gustibus.fitting.records import Judgements
from gustibus.fitting.type_choice import Starts, choose_types

N_FEATURES, N_PEOPLE, ANSWERS = 4, 60, 24


def search_over(tastes: np.ndarray, seed: int) -> HierarchicalSearch:
    """People with these coefficients ``(U, F)`` compare items, each pair once; every sixth answer is for validation."""
    rng = np.random.default_rng(seed)
    m = N_PEOPLE * ANSWERS
    items, user = rng.standard_normal((2 * m, N_FEATURES)), np.repeat(np.arange(N_PEOPLE), ANSWERS)
    a, b = np.arange(m), np.arange(m, 2 * m)
    log_odds = ((items[a] - items[b]) * tastes[user]).sum(axis=1)
    outcome = (rng.random(m) < 1 / (1 + np.exp(-log_odds))).astype(float)
    judgements = Judgements(a, b, user, outcome, np.ones(m), np.arange(m) % 6 == 5, N_PEOPLE)
    return HierarchicalSearch(items, judgements, Base(np.zeros(N_FEATURES), None, 1.0, None))


def typed(seed: int) -> np.ndarray:
    heads = 1.5 * np.linalg.qr(np.random.default_rng(seed).standard_normal((N_FEATURES, 3)))[0].T
    return heads[np.arange(N_PEOPLE) % 3]


def test_three_types_are_found_and_beat_one_normal_distribution():
    search = search_over(typed(0), 0)
    one = search.choose_scale()
    many = choose_types(search, one)
    gain, error = many.held_out.gain_over(one.held_out)
    assert many.n_components == 3
    assert gain > error
    # Inside types people hardly differ, and the fit says so.
    assert np.trace(many.prior.within) < 0.2 * np.trace(one.prior.within)


def test_people_of_one_normal_distribution_are_of_one_type():
    search = search_over(0.8 * np.random.default_rng(2).standard_normal((N_PEOPLE, N_FEATURES)), 2)
    one = search.fit(0.5)
    assert choose_types(search, one) is one


def test_the_number_of_types_that_is_asked_for_is_kept():
    search = search_over(typed(3), 3)
    one = search.fit(0.5)
    assert choose_types(search, one, 2).n_components == 2
    assert choose_types(search, one, 1) is one


def test_the_scale_that_is_asked_for_is_kept():
    search = search_over(typed(0), 0)
    many = choose_types(search, search.fit(2.0), 2, scale=2.0)
    assert (many.n_components, many.scale) == (2, 2.0)


def test_scales_of_types_are_looked_for_from_either_end():
    """Where one component needed a large scale because there are types, the best of several lies far below."""
    search = search_over(typed(0), 0)
    starts = Starts(search, 0)
    starts.best_of([3])
    best = search.choose_scale_of_types(starts.of(3), 32.0)
    ends = [search.fit(scale, starts.of(3)).loss for scale in (0.0002, 32.0)]
    assert best.loss <= min(ends)
    assert best.scale < 1


def test_a_variance_that_runs_away_once_validation_judgements_join_is_not_believed():
    search = search_over(0.8 * np.random.default_rng(2).standard_normal((N_PEOPLE, N_FEATURES)), 2)
    chosen = search.fit(0.5)
    assert search.refit(chosen).prior is not chosen.prior
    # Hardly any difference was chosen, and further iterations are free to find a lot of it.
    free = replace(search.fit(0.0002), scale=32.0)
    with pytest.warns(DataWarning, match="times as much as in the fit that validation judgements chose"):
        kept = search.refit(free)
    assert kept.prior is free.prior
    assert kept.ran_away is not None
    assert kept.ran_away > 100


def test_the_same_seed_finds_the_same_types():
    search = search_over(typed(0), 0)
    one = search.fit(0.02)
    found = [choose_types(search, one, 2, seed=4) for _ in range(2)]
    assert np.array_equal(found[0].prior.means, found[1].prior.means)


def test_where_fewer_types_are_all_alike_more_are_looked_for_from_the_usual_ridge_as_well():
    alike = Starts(search_over(np.tile(typed(0)[0], (N_PEOPLE, 1)), 0), 0)
    alike.best_of([2])
    assert TYPE_RIDGE in alike.ridges
    apart = Starts(search_over(typed(0), 0), 0)
    apart.best_of([2])
    assert apart.ridges == (apart.found[2].ridge,)
