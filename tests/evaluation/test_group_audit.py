"""The group audit: uniform where groups carry nothing, whatever the model gets wrong; power where they do."""

from __future__ import annotations

from itertools import permutations, product

import numpy as np
import pytest
from benchmarks.group_audit import Setting, p_values, simulate
from scipy.stats import kstest

from gustibus.comparisons import Comparisons, DataWarning, GustibusError
from gustibus.evaluation import cross_fitted_group_audit, group_audit, people_in_halves
from gustibus.evaluation.baselines.model import BaselinePredictions

IMPERFECT = Setting(common=0.5, curved=2.0)


def table(rows: list[tuple[str, str, str, str, bool]]) -> Comparisons:
    """From person, group, two responses and whether the first was preferred."""
    names = ("user_id", "group", "response_a", "response_b", "choice")
    return Comparisons.from_rows([dict(zip(names, (*row[:4], "ba"[row[4]]), strict=True)) for row in rows])


def test_p_values_are_uniform_where_groups_carry_nothing_though_the_map_is_imperfect() -> None:
    p = p_values(IMPERFECT, range(200), n_permutations=99)
    # Of 200 uniform p-values Kolmogorov and Smirnov's is above .001 in 999 of 1000 draws of seeds.
    assert kstest(p["within pairs"], "uniform").pvalue > 0.001
    assert kstest(p["people within pairs"], "uniform").pvalue > 0.001
    # The free shuffle of the same predictions takes the groups' own questions for their taste.
    assert np.mean(p["naive"] <= 0.05) > 0.4
    assert np.mean(p["residuals"] <= 0.05) > 0.4  # approximate indeed: groups had their own kind of questions


def test_the_residual_null_is_uniform_where_all_groups_get_the_same_kind_of_questions() -> None:
    p = p_values(Setting(curved=2.0, repeated=False), range(200), n_permutations=99)
    assert kstest(p["residuals"], "uniform").pvalue > 0.001


def test_people_with_tastes_of_their_own_are_not_taken_for_groups() -> None:
    p = p_values(Setting(people=2.0, n_answers=10, n_people=20), range(200), n_permutations=99)
    assert kstest(p["people within pairs"], "uniform").pvalue > 0.001
    assert np.mean(p["within pairs"] <= 0.05) > 0.1  # single judgements of a person go together


def test_groups_that_differ_are_found() -> None:
    weak = p_values(Setting(common=0.5, curved=2.0, groups=0.5), range(40), n_permutations=99)
    assert np.mean(weak["within pairs"] <= 0.05) > 0.7
    assert np.mean(weak["people within pairs"] <= 0.05) > 0.7


def test_the_p_value_counts_all_arrangements_within_pairs() -> None:
    rng = np.random.default_rng(0)
    sizes = (3, 3, 2)
    rows = [
        (f"u{k}{i}", f"g{i}", f"x{k}", f"y{k}", bool(rng.random() < 0.5)) for k, n in enumerate(sizes) for i in range(n)
    ]
    data, s = table(rows), rng.normal(size=8)
    pair = np.repeat(np.arange(3), sizes)
    arranged = [
        np.concatenate([s[pair == k][list(order)] for k, order in enumerate(orders)])
        for orders in product(*(permutations(range(n)) for n in sizes))
    ]
    likelihood = np.array([data.outcome @ t - np.logaddexp(0, t).sum() for t in arranged])
    exact = np.mean(likelihood >= likelihood[0] - 1e-9)
    found = group_audit(s, data, null="pairs", n_permutations=20_000)
    assert found.p_value == pytest.approx(exact, abs=0.02)  # six standard errors of 20,000 draws
    assert found.gain == pytest.approx((likelihood[0] - likelihood.mean()) / 8, abs=1e-9)
    assert (found.unit, found.approximate, found.n_strata, found.n_ids) == ("judgement", False, 3, 3)


def test_turning_a_judgement_round_changes_nothing() -> None:
    world = simulate(Setting(groups=0.4), 0)
    turn = np.random.default_rng(1).random(len(world.data)) < 0.5
    data = world.data
    turned = Comparisons.from_arrays(
        users=data.users,
        groups=data.groups,
        responses=data.responses,
        user=data.user,
        group=data.group,
        response_a=np.where(turn, data.response_b, data.response_a),
        response_b=np.where(turn, data.response_a, data.response_b),
        outcome=np.where(turn, 1 - data.outcome, data.outcome),
    )
    one = group_audit(world.own, data)
    other = group_audit(np.where(turn, -world.own, world.own), turned)
    assert other.p_value == one.p_value
    assert other.gain == pytest.approx(one.gain)


def test_predictions_that_ignore_the_group_gain_nothing() -> None:
    world = simulate(Setting(groups=0.7), 0)
    same_for_all = group_audit(world.everybody, world.data)
    assert same_for_all.p_value == 1.0
    assert same_for_all.gain == pytest.approx(0.0, abs=1e-12)


def test_judgements_of_one_id_alone_are_left_out_and_counted() -> None:
    world = simulate(IMPERFECT, 0)
    own_questions = int((world.data.response_a >= 12).sum())
    found = group_audit(world.own, world.data)
    assert found.n_left_out >= own_questions
    assert found.n_left_out + found.n_judgements == len(world.data)
    assert found.unit == "person"
    assert found.approximate


class Opinions:
    """A model that knows two groups by heart."""

    user_ids = ("north", "south")

    def predict(self, data: Comparisons, users: object = None) -> BaselinePredictions:
        north = np.array([data.users[int(u)].as_py() == "north" for u in data.user])
        p = np.full(len(data), 0.5) if users == "population" else np.where(north, 0.8, 0.3)
        return BaselinePredictions(np.log(p / (1 - p)), p)

    def adapt_users(self, data: Comparisons) -> None:
        return None


def two_groups(n_pairs: int, *, repeated: bool = True) -> Comparisons:
    rows = [
        (f"{g}{k % 7}", g, "tea", f"gin {k}" if repeated else f"gin {k} of {g}", choice)
        for k in range(n_pairs)
        for g, choice in (("north", k % 5 > 0), ("south", k % 3 == 0))
    ]
    return table(rows)


def test_a_model_is_asked_about_groups_as_its_users() -> None:
    data = two_groups(60)
    north = data.group == data.groups.to_pylist().index("north")
    p = np.where(north, 0.8, 0.3)
    asked, given = group_audit(Opinions(), data), group_audit(np.log(p / (1 - p)), data)
    assert asked.p_value == given.p_value < 0.01
    assert asked.gain == pytest.approx(given.gain)
    assert "nats a judgement (120 judgements of 60 pairs)" in str(group_audit(Opinions(), data))


def test_groups_already_in_place_of_people_are_audited_by_judgement() -> None:
    mapped = two_groups(60).with_groups_as_users()
    found = group_audit(Opinions(), mapped)
    assert (found.unit, found.approximate) == ("judgement", False)
    assert group_audit(Opinions(), mapped, ids="user").p_value == found.p_value


def test_without_repeated_pairs_the_test_is_approximate_and_says_so() -> None:
    data = two_groups(60, repeated=False)
    with pytest.warns(DataWarning, match="0 judgements are of pairs that several ids answered"):
        found = group_audit(Opinions(), data)
    assert (found.null, found.approximate) == ("residuals", True)
    assert found.p_value < 0.05
    with pytest.raises(GustibusError, match="tell groups from questions"):
        group_audit(Opinions(), data, null="pairs")
    with pytest.raises(GustibusError, match="give them as population="):
        group_audit(np.zeros(len(data)), data, null="residuals")


def test_what_is_alike_can_be_said() -> None:
    data = two_groups(60, repeated=False)
    alike = np.arange(len(data)) // 4  # two questions to each group are one matter
    found = group_audit(Opinions(), data, null="residuals", alike=alike)
    assert found.n_strata == 30
    with pytest.raises(GustibusError, match="alike must be 120 whole numbers"):
        group_audit(Opinions(), data, null="residuals", alike=alike / 2)


def test_what_cannot_be_audited_is_refused_with_what_to_do() -> None:
    data = two_groups(40)
    with pytest.raises(GustibusError, match="knows none of the 14 ids"):
        group_audit(Opinions(), data, ids="user")
    with pytest.raises(GustibusError, match="one finite number for each of the 80 judgements"):
        group_audit(np.zeros(3), data)
    with pytest.raises(GustibusError, match="null='pair' is not known; use one of auto, pairs, residuals"):
        group_audit(Opinions(), data, null="pair")  # type: ignore[arg-type]
    no_group = Comparisons.from_rows([{"user_id": "ann", "response_a": "tea", "response_b": "gin", "choice": "a"}])
    with pytest.raises(GustibusError, match="have no group"):
        group_audit(Opinions(), no_group)


def test_halves_divide_the_people_of_every_group() -> None:
    data = simulate(Setting(), 0).data
    one, two = people_in_halves(data, 3)
    assert set(one.user_ids).isdisjoint(two.user_ids)
    assert len(one) + len(two) == len(data)
    for half in (one, two):
        people = {(g, u) for g, u in zip(half.group.tolist(), half.user.tolist(), strict=True)}
        assert np.bincount([g for g, _ in people]).tolist() == [10, 10, 10, 10]
    assert people_in_halves(data, 3)[0] == one
    assert people_in_halves(data, 4)[0] != one
    with pytest.raises(GustibusError, match="every group is one person"):
        people_in_halves(data.with_groups_as_users())


def test_cross_fitting_never_shows_the_model_the_people_it_is_audited_on() -> None:
    shown: list[Comparisons] = []

    def fit(part: Comparisons) -> Opinions:
        shown.append(part)
        return Opinions()

    people = [(f"{g}{u}", g) for u in range(8) for g in ("north", "south")]
    data = table([(u, g, "tea", f"gin {k}", (g == "north") != (k % 4 == 0)) for k in range(20) for u, g in people])
    found = cross_fitted_group_audit(fit, data, seed=1)
    learned, judged = people_in_halves(data, 1)
    assert shown == [learned]
    assert found == group_audit(Opinions(), judged, seed=1)
    assert found.p_value < 0.05
