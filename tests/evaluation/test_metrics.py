"""What the figures mean, and what must not change them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from gustibus.comparisons import GustibusError
from gustibus.evaluation import (
    RECORD_METRICS,
    accuracy,
    brier,
    ece,
    ece_debiased,
    log_loss,
    measure,
    record_accuracy,
    record_log_loss,
)

M = 24
PROBABILITY = arrays(np.float64, M, elements=st.integers(0, 32).map(lambda k: k / 32))
OUTCOME = arrays(np.float64, M, elements=st.sampled_from([0.0, 0.25, 0.5, 1.0]))
WEIGHT = arrays(np.float64, M, elements=st.sampled_from([0.5, 1.0, 2.0]))
USER = arrays(np.int64, M, elements=st.integers(0, 5))
TURNED = arrays(np.bool_, M)


def figures(p, y, w, user, group=None):
    """Every number that `measure` gives."""
    return {k: v for k, v in measure(p, y, user=user, group=group, weight=w).to_dict().items() if v is not None}


def assert_same(one, other):
    assert one.keys() == other.keys()
    for name, value in one.items():
        assert other[name] == pytest.approx(value, rel=1e-9, abs=1e-12), name


@given(PROBABILITY, OUTCOME, WEIGHT, USER, TURNED)
def test_turning_records_round_changes_nothing(p, y, w, user, turned):
    swapped = figures(np.where(turned, 1 - p, p), np.where(turned, 1 - y, y), w, user)
    assert_same(figures(p, y, w, user), swapped)


@given(PROBABILITY, OUTCOME, WEIGHT, USER, st.permutations(range(M)))
def test_the_order_of_records_changes_nothing(p, y, w, user, order):
    assert_same(figures(p, y, w, user), figures(p[order], y[order], w[order], user[order]))


@given(PROBABILITY, OUTCOME, WEIGHT, USER, st.permutations(range(6)))
def test_renaming_users_changes_nothing(p, y, w, user, names):
    assert_same(figures(p, y, w, user), figures(p, y, w, np.array([f"user {n}" for n in names])[user]))


@given(PROBABILITY, OUTCOME, USER)
def test_a_record_of_weight_two_counts_as_two_records(p, y, user):
    w = np.where(np.arange(M) % 3 == 0, 2.0, 1.0)
    copies = np.repeat(np.arange(M), w.astype(int))
    weighted, repeated = figures(p, y, w, user), figures(p[copies], y[copies], np.ones(len(copies)), user[copies])
    for name in set(weighted) - {"n_records", "ece_debiased"}:  # debiasing counts independent records, not weight
        assert repeated[name] == pytest.approx(weighted[name], rel=1e-9, abs=1e-12), name


@given(PROBABILITY, OUTCOME, WEIGHT, USER)
def test_records_without_weight_do_not_count(p, y, w, user):
    kept = np.arange(M) % 4 != 0
    without, zero = figures(p[kept], y[kept], w[kept], user[kept]), figures(p, y, w * kept, user)
    for name in set(without) - {"n_records"}:
        assert zero[name] == pytest.approx(without[name], rel=1e-9, abs=1e-12), name


def test_a_perfect_predictor_has_no_loss():
    y = np.array([1.0, 0.0, 1.0, 1.0])
    result = measure(y, y, user=[0, 0, 1, 1])
    assert result.accuracy == result.macro_accuracy == result.worst_decile_accuracy == 1.0
    assert result.log_loss < 1e-12
    assert result.brier == result.ece == result.ece_debiased == 0.0


@given(OUTCOME, WEIGHT)
def test_always_one_half_scores_one_half_and_log_two(y, w):
    half = np.full(M, 0.5)
    assert accuracy(half, y, w) == pytest.approx(0.5)
    assert log_loss(half, y, w) == pytest.approx(np.log(2))
    assert ece(half, y, w) == 0.0


def test_a_constant_predictor_is_calibrated_at_its_own_accuracy():
    y = np.array([1.0, 1.0, 1.0, 0.0])
    assert ece(np.full(4, 0.75), y) == pytest.approx(0.0)
    assert ece(np.full(4, 0.95), y) == pytest.approx(0.2)
    assert accuracy(np.full(4, 0.95), y) == 0.75


def test_ties_and_undecided_predictions_count_half():
    np.testing.assert_array_equal(record_accuracy([0.9, 0.1, 0.5, 0.5], [0.5, 0.5, 1.0, 0.5]), 0.5)


def test_soft_outcomes_count_as_their_larger_share_in_accuracy_and_as_they_are_in_loss():
    assert record_accuracy([0.6], [0.7])[0] == 1.0
    assert record_log_loss([0.6], [0.7])[0] == pytest.approx(-(0.7 * np.log(0.6) + 0.3 * np.log(0.4)))


def test_a_certain_wrong_prediction_is_costly_but_finite():
    assert record_log_loss([1.0, 0.0], [0.0, 1.0]) == pytest.approx(-np.log(1e-15), rel=1e-3)


@given(OUTCOME, WEIGHT)
def test_log_loss_and_brier_are_proper(y, w):
    share = np.full(M, np.average(y, weights=w))
    for other in (0.1, 0.45, 0.9):
        assert log_loss(share, y, w) <= log_loss(np.full(M, other), y, w) + 1e-12
        assert brier(share, y, w) <= brier(np.full(M, other), y, w) + 1e-12


def test_the_worst_decile_is_the_worst_tenth_of_people_rounded_up():
    user = np.repeat(np.arange(11), 3)
    p = np.full(33, 0.9)
    y = np.ones(33)
    y[user == 4] = [0, 1, 1]
    y[user == 7] = [0, 0, 1]
    result = measure(p, y, user=user)
    assert result.worst_decile_accuracy == pytest.approx((1 / 3 + 2 / 3) / 2)
    losses = [record_log_loss(p[user == u], y[user == u]).mean() for u in (4, 7)]
    assert result.worst_decile_log_loss == pytest.approx(np.mean(losses))


def test_the_worst_group_is_named_and_records_without_group_are_ignored():
    result = measure([0.9, 0.9, 0.9, 0.9], [1, 1, 1, 0], user=[0, 1, 2, 3], group=["north", "south", "north", ""])
    assert result.worst_group == "north"
    assert result.worst_group_accuracy == 1.0
    result = measure([0.9, 0.9, 0.9, 0.9], [1, 0, 1, 0], user=[0, 1, 2, 3], group=["north", "south", "north", ""])
    assert (result.worst_group, result.worst_group_accuracy) == ("south", 0.0)
    assert measure([0.9], [1.0], group=[""]).worst_group is None


@pytest.mark.parametrize(
    ("call", "part"),
    [
        (lambda: accuracy([], []), "no records"),
        (lambda: accuracy([0.5, 1.2], [1, 0]), r"probability\[1\] is 1.2"),
        (lambda: log_loss([0.5], [np.nan]), r"outcome\[0\] is nan"),
        (lambda: log_loss([0.5], [1.0, 0.0]), "equally long"),
        (lambda: brier([0.5], [1.0], weight=[0.0]), "not all zero"),
        (lambda: ece([0.5], [1.0], n_bins=0), "at least one bin"),
    ],
)
def test_wrong_input_is_refused_with_a_fix(call, part):
    with pytest.raises(GustibusError, match=part):
        call()


@pytest.mark.parametrize(("stretch", "truth_is"), [(1.0, "calibrated"), (1.3, "over-confident")])
def test_debiased_calibration_error_is_nearer_the_truth(stretch, truth_is):
    rng = np.random.default_rng(0)
    s = rng.normal(size=(200, 300))
    p, truth = 1 / (1 + np.exp(-stretch * s)), 1 / (1 + np.exp(-s))
    y = (rng.uniform(size=s.shape) < truth).astype(float)
    exact = ece(p.ravel(), truth.ravel())
    plain = np.mean([ece(*pair) for pair in zip(p, y, strict=True)])
    debiased = np.mean([ece_debiased(*pair) for pair in zip(p, y, strict=True)])
    assert abs(debiased - exact) < 0.5 * abs(plain - exact), truth_is


def test_measured_names_are_the_record_metrics():
    assert set(RECORD_METRICS) == {"log_loss", "accuracy", "brier"}
