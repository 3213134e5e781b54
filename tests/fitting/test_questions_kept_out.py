"""Where validation asks few questions, all of them new, choices are made on other new questions as well."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
import pytest

from gustibus.fitting import Judgements
from gustibus.fitting.held_out import HeldOut
from gustibus.fitting.hierarchical import HierarchicalSearch
from gustibus.fitting.hierarchical_fit import Base
from gustibus.fitting.kept_out import keep_out
from gustibus.fitting.type_choice import choose_types
from gustibus.fitting.validation_split import asks_new_questions, enough_questions, other_divisions

N_QUESTIONS, N_FEATURES = 60, 4


def world(n_people: int = 80, answers: int = 20, n_validation: int = 6, seed: int = 0) -> tuple[np.ndarray, Judgements]:
    """Two types of people answer the same questions, each in its own way; the last few are for validation."""
    rng = np.random.default_rng(seed)
    items = rng.standard_normal((2 * N_QUESTIONS, N_FEATURES))
    questions = items[:N_QUESTIONS] - items[N_QUESTIONS:]
    # What a type answers to a question is partly its own: what is learned by heart does not carry over.
    heads = rng.standard_normal((2, N_FEATURES))
    says = questions @ heads.T + 3 * rng.standard_normal((N_QUESTIONS, 2)) > 0
    user = np.repeat(np.arange(n_people), answers)
    asked = np.concatenate([rng.permutation(N_QUESTIONS)[:answers] for _ in range(n_people)])
    outcome = says[asked, user % 2].astype(float)
    validation = asked >= N_QUESTIONS - n_validation
    return items, Judgements(asked, asked + N_QUESTIONS, user, outcome, np.ones(len(user)), validation, n_people)


def test_questions_are_new_where_nobody_was_asked_them_in_training() -> None:
    _, judgements = world()
    assert asks_new_questions(judgements)
    mixed = np.arange(len(judgements)) % 10 == 0
    assert not asks_new_questions(replace(judgements, validation=mixed))
    assert not asks_new_questions(replace(judgements, validation=np.zeros(len(judgements), bool)))
    # Pairs that are asked once are nobody's to know by heart.
    once = np.unique(judgements.a, return_index=True)[1]
    assert not asks_new_questions(judgements.take(once))


def test_the_order_of_a_pair_makes_it_no_new_question() -> None:
    _, judgements = world()
    turned = ~judgements.validation & (judgements.a == judgements.a[~judgements.validation][0])
    other = replace(judgements, validation=turned & (np.cumsum(turned) % 2 == 0))
    a, b = np.where(other.validation, other.b, other.a), np.where(other.validation, other.a, other.b)
    assert not asks_new_questions(replace(other, a=a, b=b))


@pytest.mark.parametrize("divide", [enough_questions, other_divisions])
def test_other_questions_are_kept_out_whole_and_once(divide: Callable[..., Iterator[Judgements]]) -> None:
    _, judgements = world()
    kept = [set(other.a[other.validation]) for other in divide(judgements, seed=0)]
    assert [len(questions) for questions in kept] == [6, 6, 6]
    assert len(set.union(*kept, set(judgements.a[judgements.validation]))) == 24
    for other in divide(judgements, seed=0):
        assert not set(other.a[other.validation]) & set(other.a[~other.validation])


@pytest.mark.parametrize(("n_validation", "others"), [(6, 3), (30, 1), (40, 1)])
def test_there_are_as_many_divisions_as_questions_allow(n_validation: int, others: int) -> None:
    _, judgements = world(n_validation=n_validation)
    assert len(list(enough_questions(judgements, 0))) == others


def test_many_questions_need_no_others_but_a_gain_is_still_looked_at_twice() -> None:
    """A thousand questions and more: choices are made on them alone, and gains are confirmed on others."""
    n = 4000
    a, user = np.tile(np.arange(n), 2), np.repeat(np.arange(80), 100)
    many = Judgements(a, a + n, user, np.ones(2 * n), np.ones(2 * n), a < 1200, 80)
    assert asks_new_questions(many)
    assert list(enough_questions(many, 0)) == []
    assert [int(other.validation.sum()) for other in other_divisions(many, 0)] == [2400]
    assert len(list(keep_out(many, 0))) == 1


def test_whole_fits_are_confirmed_on_new_questions_as_well() -> None:
    _, judgements = world()
    for part in keep_out(judgements, seed=0):
        asked = set(part.scored.a[part.scored.validation])
        assert not asked & set(part.fitted.a)
        assert len(asked) == 6
        assert part.fitted.n_users < judgements.n_users


def test_a_gain_on_few_questions_is_less_sure_than_it_looks_by_person() -> None:
    """Everybody gains the same on the same questions: over people there is no error at all, over questions there is."""
    n_people, gains = 50, np.array([1.0, -0.8, 0.9, -0.7])
    zeros, ones = np.zeros(n_people), np.full(n_people, float(len(gains)))
    asked = np.full(len(gains), float(n_people))
    worse = HeldOut({None: zeros + gains.sum()}, ones, HeldOut({None: n_people * gains}, asked))
    better = HeldOut({None: zeros}, ones, HeldOut({None: np.zeros(len(gains))}, asked))
    by_person = replace(better, by_question=None).gain_over(replace(worse, by_question=None))
    gain, error = better.gain_over(worse)
    assert by_person == pytest.approx((0.1, 0.0))
    assert gain == pytest.approx(0.1)
    assert error == pytest.approx(np.std(gains, ddof=1) / np.sqrt(len(gains)))


def test_a_single_person_tells_nothing_of_the_error() -> None:
    worse, better = (HeldOut({None: np.array([loss, 0.0])}, np.array([4.0, 0.0])) for loss in (1.0, 0.9))
    gain, error = better.gain_over(worse)
    assert gain == pytest.approx(0.025)
    assert error == np.inf


def test_choices_are_made_on_all_questions_that_were_kept_out() -> None:
    items, judgements = world()
    search = HierarchicalSearch(items, judgements, Base.of(items, judgements, 1.0, None))
    assert len(search.others) == 3
    fit = search.fit(0.1)
    alone = [search.on(part).fit(0.1).held_out for part in (judgements, *enough_questions(judgements, 0))]
    assert fit.held_out.mean == alone[0].mean
    weights = [one.weight.sum() for one in alone]
    assert fit.loss == pytest.approx(np.average([one.mean for one in alone], weights=weights))
    assert fit.everywhere.by_question.weight.size == 24


def test_types_are_found_on_new_questions() -> None:
    items, judgements = world()
    search = HierarchicalSearch(items, judgements, Base.of(items, judgements, 1.0, None))
    one = search.fit(0.1)
    many = choose_types(search, one, 2)
    assert many.n_components == 2
    assert many.prior.log_mass == pytest.approx(np.log([0.5, 0.5]), abs=0.05)


def test_another_division_starts_from_what_its_training_judgements_say() -> None:
    """Were it the first division's population model, "everybody alike" would know what is kept out."""
    items, judgements = world()
    first = HierarchicalSearch(items, judgements, Base.of(items, judgements, 1.0, None))
    for other in enough_questions(judgements, 0):
        base = first.on(other).base
        told = judgements.take(~other.validation)
        blind = replace(told, validation=np.zeros(len(told), bool))
        np.testing.assert_array_equal(base.beta, Base.of(items, blind, 1.0, None).beta)
        assert np.abs(base.beta - first.base.beta).max() > 1e-3
