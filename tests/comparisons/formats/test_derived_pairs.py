"""Rankings and choices as pairs: where they lead to the direct fit, where not, and how much each pair counts."""

from __future__ import annotations

import itertools
import warnings
from typing import Any

import choix
import numpy as np
import pytest
from scipy.optimize import minimize

from gustibus.comparisons import Comparisons, read
from gustibus.comparisons.formats.derived_pairs import PairSets, pair_weight, sampled_pairs, thinned

TRUTH = np.array([0.9, 0.2, -0.3, -0.8])
NAMES = [f"item {i}" for i in range(len(TRUTH))]


def read_quietly(rows: list[dict[str, Any]], **options: Any) -> Comparisons:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return read(rows, **options)


def bradley_terry(data: Comparisons, n: int = len(NAMES)) -> np.ndarray:
    """The optimum of the weighted likelihood of the pairs, centred, in the order of the names."""
    code = np.array([NAMES.index(text) for text in data.responses.to_pylist()])
    a, b, weight = code[data.response_a], code[data.response_b], data.weight.astype(float)

    def loss(utility: np.ndarray) -> tuple[float, np.ndarray]:
        s = utility[a] - utility[b]
        chance = 1 / (1 + np.exp(-s))
        error = weight * (chance - data.outcome)
        value = weight * (np.logaddexp(0, s) - data.outcome * s)
        return value.sum(), np.bincount(a, error, n) - np.bincount(b, error, n)

    found = minimize(loss, np.zeros(n), jac=True, method="BFGS", options={"gtol": 1e-9})
    return found.x - found.x.mean()


def ranking_chance(order: tuple[int, ...], utility: np.ndarray) -> float:
    """Plackett-Luce (Luce 1959; Plackett 1975)."""
    worth = np.exp(utility[list(order)])
    return float(np.prod(worth / np.cumsum(worth[::-1])[::-1]))


def draw_rankings(n: int, utility: np.ndarray, seed: int) -> list[list[int]]:
    noise = np.random.default_rng(seed).gumbel(size=(n, len(utility)))
    return np.argsort(-(utility + noise), axis=1).tolist()


def as_rows(rankings: list[list[int]]) -> list[dict[str, Any]]:
    return [{"user_id": f"u{i}", "ranking": [NAMES[j] for j in order]} for i, order in enumerate(rankings)]


def test_rankings_in_their_plackett_luce_frequencies_lead_to_its_utilities() -> None:
    """Every pair of a Plackett-Luce ranking is a Bradley-Terry comparison, so the truth is the optimum of both."""
    rows = [
        {"user_id": "u", "ranking": [NAMES[i] for i in order], "weight": ranking_chance(order, TRUTH)}
        for order in itertools.permutations(range(len(TRUTH)))
    ]
    # weights are float32: relative error 6e-8 each
    np.testing.assert_allclose(bradley_terry(read_quietly(rows)), TRUTH - TRUTH.mean(), atol=2e-6)


def test_top_orders_in_their_frequencies_lead_to_the_utilities_too() -> None:
    rows = [
        {
            "user_id": "u",
            "ranking": [NAMES[i] for i in order[:2]],
            "options": NAMES,
            "weight": ranking_chance(order, TRUTH),
        }
        for order in itertools.permutations(range(len(TRUTH)))
    ]
    np.testing.assert_allclose(bradley_terry(read_quietly(rows)), TRUTH - TRUTH.mean(), atol=2e-6)


def test_choices_from_one_set_have_the_optimum_of_the_multinomial_fit() -> None:
    """Its optimum is the logarithm of the counts, and at it every pair of options is met exactly."""
    counts = [17, 9, 5, 3]
    rows = [
        {"user_id": f"u{i}", "options": NAMES, "chosen": name}
        for name, count in zip(NAMES, counts, strict=True)
        for i in range(count)
    ]
    direct = np.log(counts) - np.log(counts).mean()
    np.testing.assert_allclose(bradley_terry(read_quietly(rows)), direct, atol=1e-6)
    top1 = [(NAMES.index(row["chosen"]), [j for j in range(4) if NAMES[j] != row["chosen"]]) for row in rows]
    np.testing.assert_allclose(choix.ilsr_top1(4, top1), direct, atol=1e-6)


def test_choices_from_different_sets_differ_from_the_multinomial_fit_but_less_with_more_data() -> None:
    rng = np.random.default_rng(0)
    gaps = []
    for n in (60, 6000):
        top1, rows = [], []
        for i in range(n):
            shown = rng.permutation(4)[: rng.integers(2, 5)]
            winner = shown[np.argmax(TRUTH[shown] + rng.gumbel(size=len(shown)))]
            top1.append((int(winner), [int(j) for j in shown if j != winner]))
            rows.append({"user_id": f"u{i}", "options": [NAMES[j] for j in shown], "chosen": NAMES[winner]})
        gaps.append(np.abs(bradley_terry(read_quietly(rows)) - choix.ilsr_top1(4, top1)).max())
    assert 1e-4 < gaps[0] < 0.3  # not the same optimum
    assert gaps[1] < gaps[0] / 3  # both tend to the truth, at the rate of the square root


def test_a_finite_sample_of_rankings_differs_from_plackett_luce_but_less_with_more_data() -> None:
    gaps = []
    for n in (30, 3000):
        rankings = draw_rankings(n, TRUTH, seed=1)
        direct = choix.ilsr_rankings(4, rankings)
        gaps.append(np.abs(bradley_terry(read_quietly(as_rows(rankings))) - direct).max())
    assert 1e-4 < gaps[0] < 0.5
    assert gaps[1] < gaps[0] / 3


def test_rankings_of_two_are_the_pairs_themselves() -> None:
    rankings = [[0, 1]] * 3 + [[1, 0]] * 2 + [[2, 1], [1, 2], [3, 2], [2, 3]]
    data = read_quietly(as_rows(rankings))
    assert data.weight.tolist() == [1.0] * len(rankings)
    np.testing.assert_allclose(bradley_terry(data), choix.ilsr_rankings(4, rankings), atol=1e-6)


@pytest.mark.parametrize(("ranked", "options"), [(1, 2), (1, 4), (2, 4), (3, 4), (4, 4), (5, 5)])
def test_the_weight_makes_curvature_and_variance_of_the_gradient_equal(ranked: int, options: int) -> None:
    """Over all orders of equally good options, enumerated: E[curvature] = Var[gradient] after weighting."""
    curvature, variance = np.zeros((options, options)), np.zeros((options, options))
    orders = list(itertools.permutations(range(options)))
    weight = float(pair_weight(ranked, options))
    for order in orders:
        gradient = np.zeros(options)
        for place, i in enumerate(order[:ranked]):
            for j in order[place + 1 :]:
                difference = np.zeros(options)
                difference[i], difference[j] = 1, -1
                gradient += weight * difference / 2
                curvature += weight * np.outer(difference, difference) / 4 / len(orders)
        variance += np.outer(gradient, gradient) / len(orders)
    np.testing.assert_allclose(curvature, variance, atol=1e-12)


def test_standard_errors_from_the_weighted_pairs_are_those_of_repeated_samples() -> None:
    """150 samples of 40 rankings of four equal items: the spread of the estimates against the curvature's promise."""
    samples = [read_quietly(as_rows(draw_rankings(40, np.zeros(4), seed=seed))) for seed in range(150)]
    estimates = [bradley_terry(data) for data in samples]
    spread = np.var(np.array(estimates), axis=0).mean()
    curvature = samples[0].weight.sum() / 6  # times (I - 11'/4): of all six pairs together 4/4 for each ranking
    promised = 3 / 4 / curvature
    assert spread == pytest.approx(promised, rel=0.25)  # the relative error of a variance of 150 x 3 draws is 7 %


def test_a_rankings_weights_are_known() -> None:
    assert pair_weight(range(1, 5), [4] * 4).round(4).tolist() == [0.5, 0.5556, 0.6, 0.6]
    assert pair_weight(10, 10) == pytest.approx(3 / 11)


@pytest.mark.parametrize("cap", [1, 3, 10])
def test_sampling_keeps_at_most_so_many_pairs_of_each_person(cap: int) -> None:
    rows = [
        {"user_id": f"u{u}", "prompt": f"p{p}", "response": f"r{r}", "rating": r}
        for u in range(3)
        for p in range(2)
        for r in range(3 + u)
    ]
    everything = read_quietly(rows)
    data = read_quietly(rows, pairs_per_user=cap, seed=1)
    assert data == read_quietly(rows, pairs_per_user=cap, seed=1)
    for user in data.user_ids:
        assert len(data.for_users(user)) == min(cap, len(everything.for_users(user)))
    known = {tuple(sorted(row.items(), key=str)) for row in everything.to_rows()}
    assert {tuple(sorted(row.items(), key=str)) for row in data.to_rows()} <= known
    assert cap >= 10 or data != read_quietly(rows, pairs_per_user=cap, seed=2)


def test_all_pairs_of_every_set_are_made_once() -> None:
    sets = PairSets(np.array([0, 0, 1]), np.array([0, 3, 4, 8]))
    which, first, second = sampled_pairs("x", sets, None, 0)
    expected = [(0, *pair) for pair in itertools.combinations(range(3), 2)]
    expected += [(2, *pair) for pair in itertools.combinations(range(4, 8), 2)]
    assert sorted(zip(which.tolist(), first.tolist(), second.tolist(), strict=True)) == expected


def test_thinning_keeps_all_of_those_with_few() -> None:
    person = np.array([0, 1, 0, 0, 1, 2])
    kept = thinned(person, 2, seed=0)
    assert np.bincount(person[kept]).tolist() == [2, 2, 1]
    assert (np.diff(kept) > 0).all()
