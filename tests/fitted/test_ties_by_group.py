"""How common ties are, learned for each group."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import gustibus as gs
from gustibus.comparisons import GustibusError
from gustibus.fitting import FitSettings
from gustibus.likelihoods import RaoKupper, TieLevels, fit_ties, fit_ties_by_group

N_ITEMS, N_PEOPLE = 12, 30
ITEMS = np.random.default_rng(5).normal(size=(N_ITEMS, 2))
NAMES = [f"i{i}" for i in range(N_ITEMS)]
ENCODER = gs.Vectors(NAMES, ITEMS)
THETA = {"decided": 1.2, "torn": 3.0}
FAST: dict[str, Any] = {
    "bt": {},
    "hierarchical": {"scale": 0.5, "types": 1},
    "mixture": {"prototypes": 2, "restarts": 1},
    "pal-a": {
        "prototypes": 2, "max_steps": 20, "posterior_draws": 64, "dimensions": 4, "user_penalty": 1.0,
        "prototype_scale": 0.1, "prior": "dirichlet",
    },
    "scalar-cyclic": {"max_steps": 20, "dimensions": 2, "cyclic_ratio": 10.0},
    "pair-input": {"max_steps": 10, "hidden": (4,)},
}  # fmt: skip


def world(n_each: int = 60, seed: int = 0) -> gs.Comparisons:
    """Everybody has one taste; half of the people tie often and half seldom, and say of which half they are."""
    rng = np.random.default_rng(seed)
    user = np.repeat(np.arange(N_PEOPLE), n_each)
    group = user % 2
    a = rng.integers(0, N_ITEMS, len(user))
    b = (a + rng.integers(1, N_ITEMS, len(user))) % N_ITEMS
    s = (ITEMS[a] - ITEMS[b]) @ np.array([1.2, -0.8])
    three = RaoKupper(theta=1.0).three_way(s, np.log(np.array(list(THETA.values())))[group])
    draw = rng.random(len(user))
    outcome = np.where(draw < three[:, 0], 1.0, np.where(draw < three[:, :2].sum(axis=1), 0.5, 0.0))
    return gs.Comparisons.from_arrays(
        users=[f"u{i}" for i in range(N_PEOPLE)], responses=NAMES, user=user, response_a=a, response_b=b,
        outcome=outcome, is_tie=outcome == 0.5, groups=list(THETA), group=group,
    )  # fmt: skip


DATA = world()


def fitted(model: str = "bt", data: gs.Comparisons = DATA, **more: Any) -> gs.FittedModel:
    given = {"item_offsets": False, "likelihood": "rao-kupper", "tie_by": "group", **FAST[model], **more}
    return gs.fit(data, model=model, encoder=ENCODER, store=None, **given)  # type: ignore[arg-type]


def thetas(model: gs.FittedModel) -> dict[str, float]:
    assert model.tie_levels is not None
    return {name: one.theta for name, one in model.tie_levels.by_group().items()}  # type: ignore[attr-defined]


@pytest.mark.parametrize("model", ["bt", "hierarchical"])
def test_two_planted_tie_rates_are_recovered(model: str) -> None:
    found = thetas(fitted(model, world(n_each=120)))
    for group, theta in THETA.items():
        # 1,800 judgements a group: the standard error of a threshold is below 0.05.
        assert np.log(found[group]) == pytest.approx(np.log(theta), abs=0.15)


def test_groups_that_share_nothing_else_are_where_fits_of_their_own_would_be() -> None:
    rng = np.random.default_rng(1)
    group = np.repeat([0, 1], 4000)
    mean = rng.normal(size=8000)
    three = RaoKupper(theta=1.0).three_way(mean, np.array([0.3, 1.2])[group])
    draw = rng.random(8000)
    outcome = np.where(draw < three[:, 0], 1.0, np.where(draw < three[:, :2].sum(axis=1), 0.5, 0.0))
    columns = (mean, np.zeros(8000), outcome, outcome == 0.5, np.ones(8000))
    _, levels = fit_ties_by_group(RaoKupper(), *columns, group, 2)
    for number in range(2):
        alone = fit_ties(RaoKupper(), *(column[group == number] for column in columns))
        # The pull of the common distribution on 4,000 judgements.
        assert levels[number] == pytest.approx(alone.level, abs=5e-3)


def test_groups_that_do_not_differ_are_where_all_are_and_small_ones_near_it() -> None:
    rng = np.random.default_rng(2)
    group = np.repeat(np.arange(20), 100)
    tie = rng.random(2000) < 0.3
    columns = (np.zeros(2000), np.zeros(2000), np.where(tie, 0.5, 1.0), tie, np.ones(2000))
    pooled, levels = fit_ties_by_group(RaoKupper(), *columns, group, 20)
    raw = np.array([tie[group == number].mean() for number in range(20)])
    # Sampling alone scatters raw shares by 0.046; what is left after shrinking is far less.
    assert np.tanh(levels / 2).std() < 0.35 * raw.std()
    assert levels.mean() == pytest.approx(pooled.level, abs=0.02)
    never = np.where(group == 0, False, tie)
    columns = (np.zeros(2000), np.zeros(2000), np.where(never, 0.5, 1.0), never, np.ones(2000))
    assert fit_ties_by_group(RaoKupper(), *columns, group, 20)[1][0] > 0  # none among 100 is no proof of never


@pytest.mark.filterwarnings("ignore::gustibus.DataWarning")
@pytest.mark.parametrize("model", FAST)
def test_every_kind_of_model_learns_places_predicts_and_is_saved(model: str, tmp_path: Path) -> None:
    made = fitted(model)
    found = thetas(made)
    assert found["decided"] < made.likelihood.theta < found["torn"]  # type: ignore[attr-defined]
    person = made.adapt(DATA.for_users(["u3"]))
    assert person.n_answers == 60
    predictions = made.predict(DATA)
    assert predictions.three_way is not None
    np.testing.assert_allclose(predictions.three_way.sum(axis=1), 1.0, atol=1e-9)
    torn = DATA.group == 1
    assert predictions.three_way[torn, 1].mean() > predictions.three_way[~torn, 1].mean() + 0.1
    made.save(tmp_path / "model")
    again = gs.load(tmp_path / "model")
    assert again.tie_levels == made.tie_levels
    np.testing.assert_array_equal(again.predict(DATA).three_way, predictions.three_way)


def test_groups_are_asked_for_and_unknown_ones_are_as_all_are() -> None:
    made = fitted()
    asked = [made.compare(None, ["i0"], ["i1"], groups=group).three_way for group in ("torn", "decided", "other", None)]
    torn, decided, other, everybody = (three[0, 1] for three in asked if three is not None)
    assert torn > everybody > decided
    assert other == everybody
    with pytest.raises(GustibusError, match="2 groups were given for 1 rows"):
        made.compare(None, ["i0"], ["i1"], groups=["torn", "decided"])
    with pytest.raises(GustibusError, match="no use for groups"):
        fitted(tie_by=None).compare(None, ["i0"], ["i1"], groups="torn")


def test_a_model_of_groups_takes_them_from_whom_is_asked(tmp_path: Path) -> None:
    made = fitted("hierarchical", person="group")
    torn, decided = (made.compare(None, ["i0"], ["i1"], who).three_way for who in ("torn", "decided"))
    assert torn is not None
    assert decided is not None
    assert torn[0, 1] > decided[0, 1] + 0.05
    made.save(tmp_path / "model", users=False)
    assert "torn" not in (tmp_path / "model" / "config.json").read_text()


def test_ties_by_group_are_better_predicted_than_by_one_rate() -> None:
    test = world(seed=7)
    losses = [gs.evaluate(fitted(tie_by=by), test, shots=())["seen"].tie_figures["three_way_log_loss"] for by in _BOTH]
    assert losses[0] < losses[1] - 0.02


_BOTH = ("group", None)


def test_what_does_not_go_together_is_refused() -> None:
    for likelihood, match in (("davidson", "every solver"), ("logistic", "no parameter"), ("rao-kupper:2", "already")):
        with pytest.raises(GustibusError, match=match):
            FitSettings(likelihood=likelihood, tie_by="group")
    with pytest.raises(GustibusError, match="no judgement names one"):
        fitted(data=gs.Comparisons.from_rows([{**row, "group": None} for row in DATA.take(np.arange(200)).to_rows()]))
    with pytest.raises(GustibusError, match="one each"):
        TieLevels(RaoKupper(theta=2.0), ("north",), ())
