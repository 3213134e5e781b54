"""Losses against closed forms."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from gustibus.comparisons import GustibusError
from gustibus.likelihoods import (
    LIKELIHOODS,
    Davidson,
    Flip,
    Hinge,
    Logistic,
    Margin,
    TieLikelihood,
    equal_people_weights,
    likelihood_of,
)

log_odds = st.floats(-30, 30)
outcomes = st.floats(0, 1)
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")


@given(s=log_odds, y=outcomes)
def test_logistic_loss_is_the_cross_entropy(s: float, y: float) -> None:
    by_hand = y * math.log1p(math.exp(-s)) + (1 - y) * math.log1p(math.exp(s))
    loss = Logistic().loss(torch.tensor([s], dtype=torch.float64), torch.tensor([y], dtype=torch.float64))
    assert loss.item() == pytest.approx(by_hand, abs=1e-9)


@pytest.mark.parametrize("share", [0.1, 0.5, 0.8])
def test_the_optimum_of_a_soft_outcome_is_its_logit(share: float) -> None:
    s = torch.tensor([math.log(share / (1 - share))], dtype=torch.float64, requires_grad=True)
    Logistic().loss(s, torch.tensor([share], dtype=torch.float64)).sum().backward()
    assert s.grad is not None
    assert abs(s.grad.item()) < 1e-12


@given(s=log_odds, y=outcomes)
def test_swapping_a_and_b_changes_no_loss(s: float, y: float) -> None:
    forward, backward = torch.tensor([s], dtype=torch.float64), torch.tensor([-s], dtype=torch.float64)
    for likelihood in (Logistic(), Hinge(1.5)):
        there = likelihood.loss(forward, torch.tensor([y], dtype=torch.float64))
        back = likelihood.loss(backward, torch.tensor([1 - y], dtype=torch.float64))
        torch.testing.assert_close(there, back, atol=1e-12, rtol=1e-9)


def test_hinge_is_zero_beyond_its_margin_and_linear_before() -> None:
    s = torch.tensor([2.0, 1.0, 0.0, -1.0])
    assert Hinge().loss(s, torch.ones(4)).tolist() == [0.0, 0.0, 1.0, 2.0]
    assert Hinge().loss(s, torch.full((4,), 0.5)).tolist() == [1.5, 1.0, 1.0, 1.0]


def test_a_hinge_without_margin_is_refused() -> None:
    with pytest.raises(GustibusError, match="margin"):
        Hinge(0.0)


def test_equal_people_weights_give_everybody_the_same_total_and_keep_the_sum() -> None:
    user = torch.tensor([0, 0, 0, 1, 2, 2])
    weight = torch.tensor([1.0, 2.0, 1.0, 3.0, 0.0, 1.0])
    scaled = equal_people_weights(user, weight)
    totals = torch.zeros(3).index_add_(0, user, scaled)
    torch.testing.assert_close(totals, torch.full((3,), float(weight.sum()) / 3))
    assert scaled[4] == 0


@pytest.mark.parametrize(
    ("described", "why"),
    [
        ("rao-kupper:0.5", "theta must be at least 1"),
        ("rao-kupper:1e160", "at most 1e\\+12"),
        ("davidson:1e160", "at most 1e\\+12"),
        ("hinge:1e7", "margin must be at most 1e\\+06"),
        ("unbiased-flip:0.495", "epsilon=0.495 makes every label count 100 times"),
        ("davidson:", "nothing follows the colon. Write a number, as in likelihood='davidson:0.5'"),
        ("rao_kupper", "Did you mean 'rao-kupper'"),
        ("RaoKupper", "Did you mean 'rao-kupper'"),
        ("davidson:-1", "nu must not be negative"),
        ("flip:2", "epsilon must be at least 0 and below 1/2"),
        ("label-smoothing:0.7", "epsilon must be at least 0 and below 1/2"),
        ("margin:inf", "scale must be a finite number"),
        ("margin:x", "'x' is not a number, which scale must be"),
    ],
)
def test_a_parameter_is_refused_for_what_is_wrong_with_it(described: str, why: str) -> None:
    with pytest.raises(GustibusError, match=why):
        likelihood_of(described)


FIRST = [(name, next(iter(made().parameters()))) for name, made in LIKELIHOODS.items() if made().parameters()]


@pytest.mark.parametrize(("name", "first"), FIRST)
@pytest.mark.parametrize("value", ["a", "0.1", [0.1], {}, math.nan, math.inf, -math.inf, True, 1j, b"1"])
def test_what_is_no_finite_number_is_refused_with_what_to_give(name: str, first: str, value: object) -> None:
    with pytest.raises(GustibusError, match=rf"'{name}': {first} must be a (finite )?number, got .*; give one"):
        LIKELIHOODS[name](**{first: value})


@pytest.mark.parametrize(("name", "first"), FIRST)
def test_none_is_for_parameters_that_are_learned(name: str, first: str) -> None:
    if issubclass(LIKELIHOODS[name], TieLikelihood):
        assert not LIKELIHOODS[name](**{first: None}).learned
    else:
        with pytest.raises(GustibusError, match=f"{first} must be a number, got None"):
            LIKELIHOODS[name](**{first: None})


@pytest.mark.parametrize(
    "levels", [3, "ab", [1, 2], [(1, 2, 3)], [(1, "x")], [("1", 2)], [(1, math.nan)], [(None, 1)], [(1, 2), (1.0, 3)]]
)
def test_levels_that_are_no_numbers_by_number_are_refused(levels: object) -> None:
    with pytest.raises(GustibusError, match=r"'margin': levels"):
        Margin(levels=levels)  # type: ignore[arg-type]


def test_numbers_of_numpy_are_numbers_and_written_as_such() -> None:
    made = [Davidson(nu=np.float32(0.5)), Margin(levels=np.array([[3, 1.0], [2, 0.5]])), Flip(np.float64(0.1))]
    assert [likelihood_of(json.loads(json.dumps(one.to_dict()))) for one in made] == made


@pytest.mark.parametrize("named", [{"name": ["flip"]}, {"name": None}, {}, 3, Davidson])
def test_what_names_no_likelihood_is_refused(named: object) -> None:
    with pytest.raises(GustibusError, match="likelihood"):
        likelihood_of(named)  # type: ignore[arg-type]
