"""What each likelihood costs, where its optimum is, and that its logistic terms are the same thing."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize, minimize_scalar

from gustibus.comparisons import GustibusError
from gustibus.likelihoods import (
    LIKELIHOODS,
    Davidson,
    Flip,
    LabelSmoothing,
    Likelihood,
    Logistic,
    Margin,
    RaoKupper,
    TieLikelihood,
    UnbiasedFlip,
    fit_mean_variance,
    fit_ties,
    likelihood_of,
    probit_loss,
)

CONCAVE = [Davidson(nu=0.7), Davidson(nu=4.0)]
WITH_TERMS = [Logistic(), LabelSmoothing(0.1), UnbiasedFlip(0.2), Margin(0.7), RaoKupper(theta=1.8)]
records = st.lists(
    st.tuples(st.floats(-20, 20), st.sampled_from([0.0, 1.0, 0.5, 0.3]), st.booleans(), st.floats(-3, 3)), min_size=1
)


def loss_of(likelihood: Likelihood, s: torch.Tensor, y: float, *, tie: bool = False, margin: float = math.nan):
    full = {"dtype": torch.float64}
    return likelihood.loss(
        s, torch.full_like(s, y), tie=torch.full(s.shape, tie), margin=torch.full(s.shape, margin, **full)
    )


@settings(deadline=None, max_examples=50)
@given(rows=records)
@pytest.mark.parametrize("likelihood", WITH_TERMS, ids=str)
def test_logistic_terms_are_the_likelihood_itself(likelihood: Likelihood, rows: list) -> None:
    s, y, tie, margin = (np.array(column) for column in zip(*rows, strict=True))
    tie = tie & (y == 0.5)
    terms = likelihood.terms(y, tie, margin)
    assert terms is not None
    directly = likelihood.loss(
        torch.from_numpy(s), torch.from_numpy(y), tie=torch.from_numpy(tie), margin=torch.from_numpy(margin)
    )
    np.testing.assert_allclose(-terms.log_likelihood(s), directly.numpy(), atol=1e-12, rtol=1e-12)


@pytest.mark.parametrize("tie", [False, True])
@pytest.mark.parametrize("likelihood", [*WITH_TERMS, *CONCAVE, Flip(0.1)], ids=str)
def test_gradients_agree_with_finite_differences(likelihood: Likelihood, tie: bool) -> None:
    s = torch.tensor([-2.3, -0.4, 0.0, 0.9, 3.1], dtype=torch.float64, requires_grad=True)
    y = 0.5 if tie else 0.8

    def loss(at: torch.Tensor) -> torch.Tensor:
        return loss_of(likelihood, at, y, tie=tie, margin=0.6)

    assert torch.autograd.gradcheck(loss, (s,), eps=1e-6, atol=1e-7)


@pytest.mark.parametrize("pooled", [RaoKupper(theta=1.5), Davidson(nu=1.5)], ids=str)
def test_a_level_of_each_record_takes_the_place_of_the_parameter(pooled: TieLikelihood) -> None:
    s = torch.tensor([-2.3, -0.4, 0.0, 0.9, 3.1], dtype=torch.float64, requires_grad=True)
    level = torch.tensor([0.1, 0.9, 2.0, 0.4, 1.3], dtype=torch.float64, requires_grad=True)
    y = torch.tensor([1.0, 0.5, 0.5, 0.0, 0.3], dtype=torch.float64)
    tie = torch.tensor([False, True, True, False, False])

    def loss(at: torch.Tensor, levels: torch.Tensor) -> torch.Tensor:
        return pooled.loss(at, y, tie=tie, level=levels)

    assert torch.autograd.gradcheck(loss, (s, level), eps=1e-6, atol=1e-7)
    together = loss(s, level).detach().numpy()
    for row in range(5):
        part = slice(row, row + 1)
        alone = pooled.of_level(level[row].item()).loss(s[part], y[part], tie=tie[part])
        assert together[row] == pytest.approx(alone.item(), abs=1e-12)
    a, both, b = np.log(pooled.three_way(s.detach().numpy(), level.detach().numpy())).T
    np.testing.assert_allclose(together, -np.where(tie.numpy(), both, y.numpy() * a + (1 - y.numpy()) * b), atol=1e-12)


@pytest.mark.parametrize("likelihood", WITH_TERMS + CONCAVE, ids=str)
def test_likelihoods_that_say_so_are_concave_in_the_log_odds(likelihood: Likelihood) -> None:
    s = torch.linspace(-15, 15, 601, dtype=torch.float64)
    for y, tie in ((1.0, False), (0.0, False), (0.3, False), (0.5, True)):
        loss = loss_of(likelihood, s, y, tie=tie, margin=0.5)
        assert likelihood.concave
        assert torch.diff(loss, n=2).min() > -1e-10


def test_a_smoothed_label_has_its_optimum_at_the_logit_of_what_is_left() -> None:
    s = torch.tensor([math.log(0.9 / 0.1)], dtype=torch.float64, requires_grad=True)
    LabelSmoothing(0.1).loss(s, torch.ones(1, dtype=torch.float64)).sum().backward()
    assert s.grad is not None
    assert abs(s.grad.item()) < 1e-12


def test_the_unbiased_loss_is_the_clean_one_on_average_over_flips() -> None:
    s = torch.linspace(-4, 4, 9, dtype=torch.float64)
    a, b = (loss_of(UnbiasedFlip(0.2), s, y) for y in (1.0, 0.0))
    torch.testing.assert_close(0.8 * a + 0.2 * b, loss_of(Logistic(), s, 1.0), atol=1e-12, rtol=0)


def test_a_margin_with_a_hard_label_has_no_finite_optimum_and_a_share_has_its_own() -> None:
    s = torch.linspace(0, 40, 200, dtype=torch.float64)
    assert (torch.diff(loss_of(Margin(), s, 1.0, margin=2.0)) < 0).all()
    split = minimize_scalar(
        lambda x: loss_of(Margin(), torch.tensor([x], dtype=torch.float64), 0.75, margin=0.0).item()
    )
    assert split.x == pytest.approx(math.log(3), abs=1e-5)


def test_margins_come_from_the_column_from_levels_or_are_nothing() -> None:
    column = np.array([3.0, 0.0, np.nan, 2.0])
    assert Margin(0.5).of(column).tolist() == [1.5, 0.0, 0.0, 1.0]
    assert Margin.llama2("small").of(column).tolist() == pytest.approx([1.0, 0.0, 0.0, 2 / 3])
    with pytest.raises(GustibusError, match=r"no level for the margin 2.5"):
        Margin.llama2().of(np.array([2.5]))


def test_three_outcomes_sum_to_one_and_turn_round_with_the_pair() -> None:
    s = np.linspace(-40, 40, 81)
    for likelihood in (RaoKupper(theta=1.0001), RaoKupper(theta=2.5), RaoKupper(theta=50.0), *CONCAVE):
        three = likelihood.three_way(s)
        np.testing.assert_allclose(three.sum(axis=1), 1.0, atol=1e-12)
        np.testing.assert_allclose(three[::-1, ::-1], three, atol=1e-12)


@pytest.mark.parametrize(("won", "tied", "lost"), [(50, 30, 20), (7, 90, 3)])
def test_one_pair_has_the_closed_form_of_davidson(won: int, tied: int, lost: int) -> None:
    """s = log(won / lost) and nu = tied / sqrt(won lost)."""
    s, nu = math.log(won / lost), tied / math.sqrt(won * lost)
    at = torch.full((3,), s, dtype=torch.float64, requires_grad=True)
    y, tie = torch.tensor([1.0, 0.5, 0.0], dtype=torch.float64), torch.tensor([False, True, False])
    count = torch.tensor([won, tied, lost], dtype=torch.float64)
    slope = torch.autograd.grad((count * Davidson(nu=nu).loss(at, y, tie=tie)).sum(), at)[0].sum()
    assert abs(slope.item()) < 1e-10
    learned = fit_ties(Davidson(), np.full(3, s), np.zeros(3), y.numpy(), tie.numpy(), count.numpy())
    assert learned.nu == pytest.approx(nu, rel=1e-4)


@pytest.mark.parametrize("likelihood", CONCAVE, ids=str)
def test_the_loss_of_davidson_is_the_probability_of_what_was_said(likelihood: Davidson) -> None:
    s = np.linspace(-9, 9, 7)
    a, both, b = np.log(likelihood.three_way(s)).T
    at = torch.from_numpy(s)
    for said, y, tie in ((a, 1.0, False), (b, 0.0, False), (both, 0.5, True), (0.3 * a + 0.7 * b, 0.3, False)):
        np.testing.assert_allclose(loss_of(likelihood, at, y, tie=tie).numpy(), -said, atol=1e-12)
    np.testing.assert_allclose(a - b, s, atol=1e-12)


@pytest.mark.parametrize(("won", "tied", "lost"), [(50, 30, 20), (7, 90, 3)])
def test_one_pair_has_the_closed_form_of_rao_and_kupper(won: int, tied: int, lost: int) -> None:
    """With three shares and two parameters: sigma(s - t) = won / n and sigma(-s - t) = lost / n."""
    n = won + tied + lost
    logit = [math.log(share / (1 - share)) for share in (won / n, lost / n)]
    s, t = (logit[0] - logit[1]) / 2, -(logit[0] + logit[1]) / 2
    y, tie = np.array([1.0, 0.5, 0.0]), np.array([False, True, False])
    count = np.array([won, tied, lost], float)

    def lost_nats(at: np.ndarray) -> float:
        terms = RaoKupper(theta=math.exp(abs(at[1]))).terms(y, tie, np.full(3, np.nan))
        return -float(count @ terms.log_likelihood(np.full(3, at[0])))

    found = minimize(lost_nats, [0.1, 0.5], method="BFGS")
    np.testing.assert_allclose(found.x, [s, t], atol=1e-4)
    learned = fit_ties(RaoKupper(), np.full(3, s), np.zeros(3), y, tie, count)
    assert learned.level == pytest.approx(t, abs=1e-4)


def test_the_tie_parameter_is_recovered_from_uncertain_predictions() -> None:
    rng = np.random.default_rng(0)
    mean, variance = rng.normal(size=20_000), np.full(20_000, 1.5)
    s = mean + np.sqrt(variance) * rng.normal(size=20_000)
    three = RaoKupper(theta=1.7).three_way(s)
    draw = rng.random(20_000)
    y = np.where(draw < three[:, 0], 1.0, np.where(draw < three[:, :2].sum(axis=1), 0.5, 0.0))
    found = fit_ties(RaoKupper(), mean, variance, y, y == 0.5, np.ones(20_000))
    assert found.theta == pytest.approx(1.7, abs=0.05)  # standard error 0.016
    plugged_in = fit_ties(RaoKupper(), mean, np.zeros(20_000), y, y == 0.5, np.ones(20_000))
    assert plugged_in.theta is not None
    assert plugged_in.theta < 1.65


def test_without_ties_there_is_nothing_to_learn_about_them() -> None:
    with pytest.raises(GustibusError, match="no ties"):
        fit_ties(RaoKupper(), np.zeros(3), np.zeros(3), np.ones(3), np.zeros(3, bool), np.ones(3))


def test_likelihoods_are_named_described_and_read_again() -> None:
    for made in LIKELIHOODS.values():
        assert likelihood_of(made().to_dict()) == made() == likelihood_of(made.name)
    assert likelihood_of("margin:2.5") == Margin(scale=2.5)
    assert likelihood_of(Margin.llama2().to_dict()) == Margin.llama2()
    for wrong in ("probit", "logistic:2", "margin:much", "label-smoothing:0.5"):
        with pytest.raises(GustibusError, match="likelihood"):
            likelihood_of(wrong)
    with pytest.raises(GustibusError, match="has no mu; its parameters: nu"):
        likelihood_of({"name": "davidson", "mu": 1.0})
    with pytest.raises(GustibusError, match="NoneType"):
        likelihood_of(None)  # type: ignore[arg-type]
    with pytest.raises(GustibusError, match="before the fit has learned it"):
        RaoKupper().three_way(np.zeros(1))


def test_a_flipped_label_pulls_no_more_the_more_the_scores_contradict_it() -> None:
    s = torch.tensor([-3.0, -9.0], dtype=torch.float64, requires_grad=True)
    slopes = torch.autograd.grad(Flip(0.1).loss(s, torch.ones(2, dtype=torch.float64)).sum(), s)[0]
    assert abs(slopes[1]) < abs(slopes[0]) / 50
    assert not Flip(0.1).concave
    plain = torch.linspace(-4, 4, 9, dtype=torch.float64)
    torch.testing.assert_close(loss_of(Flip(0.0), plain, 0.7), loss_of(Logistic(), plain, 0.7))


def test_gradients_of_the_mean_variance_loss_agree_with_finite_differences() -> None:
    rng = torch.Generator().manual_seed(0)
    mean, va, vb = (torch.randn(5, generator=rng, dtype=torch.float64).requires_grad_() for _ in range(3))
    y = torch.tensor([1.0, 0.0, 0.5, 0.8, 1.0], dtype=torch.float64)
    assert torch.autograd.gradcheck(lambda m, a, b: probit_loss(m, a, b, y), (mean, va, vb))


def test_variances_are_recovered_up_to_the_anchor_and_predict_better_than_none() -> None:
    rng = np.random.default_rng(3)
    a, b = rng.normal(size=(2, 12_000, 3))
    truth, s = np.array([1.0, -0.6, 0.0]), 2 * rng.normal(size=12_000)
    noise = np.sqrt(np.exp(0.7 + a @ truth) + np.exp(0.7 + b @ truth)) * rng.normal(size=12_000)
    y = (s + noise > 0).astype(float)
    found = fit_mean_variance(s[:8000], a[:8000], b[:8000], y[:8000])
    np.testing.assert_allclose(found.head, truth, atol=0.15)  # standard error 0.05
    assert found.factor == pytest.approx(math.exp(-0.35), abs=0.06)  # the common variance goes into the factor
    items = np.concatenate([a[:8000], b[:8000]])
    assert abs(found.log_variance(items).mean()) < 0.02

    def lost(p: np.ndarray) -> float:
        p = np.clip(p, 1e-12, 1 - 1e-12)
        return -float(np.mean(y[8000:] * np.log(p) + (1 - y[8000:]) * np.log1p(-p)))

    even = fit_mean_variance(s[:8000], a[:8000, :0], b[:8000, :0], y[:8000])
    with_variances = lost(found.probability(s[8000:], a[8000:], b[8000:]))
    assert with_variances < lost(even.probability(s[8000:], a[8000:, :0], b[8000:, :0])) - 0.005


def test_variances_need_pairs_that_say_something() -> None:
    with pytest.raises(GustibusError, match="all log-odds are 0"):
        fit_mean_variance(np.zeros(3), np.ones((3, 1)), np.ones((3, 1)), np.ones(3))
    with pytest.raises(GustibusError, match="of the same pairs"):
        fit_mean_variance(np.ones(2), np.ones((3, 1)), np.ones((3, 1)), np.ones(3))
