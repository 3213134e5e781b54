"""Likelihoods through fit, adapt, predict, evaluate and save."""

from __future__ import annotations

from typing import Any, get_args

import numpy as np
import pytest

import gustibus as gs
from gustibus.comparisons import GustibusError
from gustibus.fitting import LIKELIHOOD_USES, FitSettings, ModelName, likelihood_use
from gustibus.likelihoods import LabelSmoothing, Logistic, Margin, RaoKupper, UnbiasedFlip

N_PEOPLE, N_ITEMS, N_EACH = 24, 16, 24
FAST: dict[str, Any] = {
    "pal-a": {
        "prototypes": 2, "max_steps": 20, "posterior_draws": 64, "dimensions": 4, "user_penalty": 1.0,
        "prototype_scale": 0.1, "prior": "dirichlet",
    },
    "hierarchical": {"scale": 0.5, "types": 1},
}  # fmt: skip


def world(seed: int = 0, theta: float = 1.8, n_each: int = N_EACH) -> tuple[gs.Comparisons, gs.Vectors]:
    """People with tastes of their own who tie by Rao and Kupper; a margin of 1 on every other judgement."""
    rng = np.random.default_rng(seed)
    items = np.random.default_rng(99).normal(size=(N_ITEMS, 3))
    tastes = np.array([1.5, -1.0, 0.0]) + 0.7 * rng.normal(size=(N_PEOPLE, 3))
    user = np.repeat(np.arange(N_PEOPLE), n_each)
    a = rng.integers(0, N_ITEMS, len(user))
    b = (a + rng.integers(1, N_ITEMS, len(user))) % N_ITEMS
    three = RaoKupper(theta=theta).three_way(np.einsum("nf,nf->n", items[a] - items[b], tastes[user]))
    draw = rng.random(len(user))
    outcome = np.where(draw < three[:, 0], 1.0, np.where(draw < three[:, :2].sum(axis=1), 0.5, 0.0))
    names = [f"i{i}" for i in range(N_ITEMS)]
    data = gs.Comparisons.from_arrays(
        users=[f"u{i}" for i in range(N_PEOPLE)], responses=names, user=user, response_a=a, response_b=b,
        outcome=outcome, is_tie=outcome == 0.5, margin=np.where(np.arange(len(user)) % 2, 1.0, np.nan),
    )  # fmt: skip
    return data, gs.Vectors(names, items)


DATA, ENCODER = world()


def fitted(model: str, likelihood: Any, data: gs.Comparisons = DATA, **more: Any) -> gs.FittedModel:
    given = {"item_offsets": False, **FAST.get(model, {}), **more}
    return gs.fit(data, model=model, encoder=ENCODER, likelihood=likelihood, store=None, **given)


@pytest.mark.parametrize("model", get_args(ModelName))
@pytest.mark.parametrize("name", LIKELIHOOD_USES)
def test_settings_refuse_what_the_table_refuses_and_say_what_goes(model: ModelName, name: str) -> None:
    if likelihood_use(model, name).kind == "refused":
        with pytest.raises(GustibusError, match=r"does not take likelihood.*Use likelihood="):
            FitSettings(model=model, likelihood=name)
    else:
        assert FitSettings(model=model, likelihood=name).make_likelihood().name == name


def test_an_unbounded_loss_is_refused_without_a_penalty() -> None:
    with pytest.raises(GustibusError, match="unbounded below"):
        FitSettings(model="low-rank", likelihood=UnbiasedFlip(0.1), shared_penalty=0.0)


@pytest.mark.parametrize("model", ["bt", "hierarchical"])
def test_the_tie_parameter_is_learned_with_the_model(model: str) -> None:
    many, _ = world(seed=1, n_each=80)
    found = fitted(model, "rao-kupper", many).likelihood
    assert isinstance(found, RaoKupper)
    assert found.theta is not None
    # One taste for all leaves what people differ in to noise, which shrinks log-odds and thresholds alike.
    low, high = (1.6, 2.0) if model == "hierarchical" else (1.4, 1.9)
    assert low < found.theta < high


def test_ties_are_better_predicted_than_by_a_constant_rate() -> None:
    many, _ = world(seed=2, n_each=60)
    test = np.arange(len(many)) % 4 == 0
    report = gs.evaluate(fitted("hierarchical", "rao-kupper", many.filter(~test)), many.filter(test), shots=())
    figures = report["seen"].tie_figures
    assert figures["three_way_log_loss"] < figures["constant_tie_log_loss"] - 0.01
    assert 0 < figures["decisive_log_loss"] < np.log(2)
    assert "log loss with ties" in report.table.to_text()
    interval = report["seen"].interval("three_way_log_loss")
    assert interval.low < figures["three_way_log_loss"] < interval.high


def test_three_outcomes_are_averaged_over_the_posterior_and_sum_to_one() -> None:
    made = fitted("hierarchical", RaoKupper(theta=1.8))
    for predictions in (made.predict(DATA), made.predict(DATA, "population")):
        assert predictions.three_way is not None
        np.testing.assert_allclose(predictions.three_way.sum(axis=1), 1.0, atol=1e-12)
        a, _, b = predictions.three_way.T
        np.testing.assert_allclose(predictions.probability, a / (a + b), atol=1e-12)
    forth = made.compare(None, ["i0"], ["i1"], "u0")
    back = made.compare(None, ["i1"], ["i0"], "u0")
    assert forth.three_way is not None
    assert back.three_way is not None
    np.testing.assert_allclose(forth.three_way[:, ::-1], back.three_way, atol=1e-12)


def test_logistic_terms_without_effect_change_nothing() -> None:
    plain = fitted("hierarchical", "logistic").predict(DATA).log_odds
    for same in (LabelSmoothing(0.0), UnbiasedFlip(0.0), Margin(0.0)):
        np.testing.assert_allclose(fitted("hierarchical", same).predict(DATA).log_odds, plain, atol=1e-6)


def test_bradley_terry_with_margins_is_the_optimum_of_the_written_out_objective() -> None:
    from scipy.optimize import minimize

    made = fitted("bt", Margin(0.8), shared_penalty=1.0)
    features, kept = made.scorer.features([None] * N_ITEMS, [f"i{i}" for i in range(N_ITEMS)]), DATA
    ours = made.reward(None, [f"i{i}" for i in range(N_ITEMS)])
    from gustibus.fitting import validation_mask

    train = ~validation_mask(kept.user, 0.1, 0)
    a, b, y = kept.response_a[train], kept.response_b[train], kept.outcome[train]
    m = np.where(kept.is_tie[train], 0.0, 0.8 * np.nan_to_num(kept.margin[train]))
    x = (features[a] - features[b]).astype(float)

    def objective(beta: np.ndarray) -> float:
        s = x @ beta
        lost = y * np.logaddexp(0, m - s) + (1 - y) * np.logaddexp(0, m + s)
        return float(lost.sum() + 0.5 * beta @ beta)

    theirs = features @ minimize(objective, np.zeros(x.shape[1]), options={"gtol": 1e-8}).x
    np.testing.assert_allclose(ours - ours.mean(), theirs - theirs.mean(), atol=1e-3)


def test_ties_that_are_not_there_cannot_be_learned() -> None:
    clear = DATA.filter(~DATA.is_tie)
    with pytest.raises(GustibusError, match="none of them is a tie"):
        fitted("bt", "rao-kupper", clear)
    assert fitted("bt", Logistic(), clear).likelihood == Logistic()


@pytest.mark.filterwarnings("ignore::gustibus.DataWarning")
@pytest.mark.parametrize("likelihood", ["rao-kupper", "davidson"])
def test_ties_are_learned_where_rewards_are_not_linear_in_the_weights(likelihood: str) -> None:
    given = {name: value for name, value in FAST["pal-a"].items() if name not in ("prior", "prototype_scale")}
    made = gs.fit(
        DATA, model="pal-a", encoder=ENCODER, likelihood=likelihood, store=None, item_offsets=False,
        distance="euclidean", prototype_scale=0.1, **given,
    )  # fmt: skip
    assert made.likelihood.learned
    three = made.predict(DATA).three_way
    assert three is not None
    np.testing.assert_allclose(three.sum(axis=1), 1.0, atol=1e-9)


@pytest.mark.parametrize("likelihood", ["davidson:0", "rao-kupper:1"])
@pytest.mark.parametrize("model", ["bt", "hierarchical", "pal-a", "mixture"])
def test_ties_that_the_likelihood_holds_for_impossible_are_refused(model: str, likelihood: str) -> None:
    with pytest.raises(GustibusError, match="gives ties no probability"):
        fitted(model, likelihood)


def test_a_margin_that_no_response_can_lead_by_is_refused() -> None:
    with pytest.raises(GustibusError, match=r"the largest margin is 1e\+05 log-odds, .* Give a smaller scale"):
        fitted("bt", "margin:100000")
