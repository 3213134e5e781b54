"""How common ties are, learned for each group."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from tying_groups import FAST, GROUPS, PLANTED, fitted, levels, world

import gustibus as gs
from gustibus.comparisons import GustibusError
from gustibus.fitting import FitSettings
from gustibus.likelihoods import RaoKupper, TieLevels, fit_ties, fit_ties_by_group

DATA = world()
OF_TWO_TASTES = world(n_each=40, tastes=2)


@pytest.mark.parametrize(("model", "n_each"), [("bt", 120), ("hierarchical", 80)])
def test_two_planted_tie_rates_are_recovered(model: str, n_each: int) -> None:
    found = levels(fitted(world(n_each), model))
    for group, planted in zip(GROUPS, PLANTED["rao-kupper"], strict=True):
        # 1,200 judgements a group or more: the standard error of a threshold is near 0.05.
        assert found[group] == pytest.approx(planted.level, abs=0.15)


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
    made = fitted(OF_TWO_TASTES, model)
    found = levels(made)
    assert found["decided"] < made.likelihood.level < found["torn"]  # type: ignore[attr-defined]
    person = made.adapt(OF_TWO_TASTES.for_users(["u3"]))
    assert person.n_answers == 40
    predictions = made.predict(OF_TWO_TASTES)
    assert predictions.three_way is not None
    np.testing.assert_allclose(predictions.three_way.sum(axis=1), 1.0, atol=1e-9)
    torn = OF_TWO_TASTES.group == 1
    assert predictions.three_way[torn, 1].mean() > predictions.three_way[~torn, 1].mean() + 0.1
    made.save(tmp_path / "model")
    again = gs.load(tmp_path / "model")
    assert again.tie_levels == made.tie_levels
    np.testing.assert_array_equal(again.predict(OF_TWO_TASTES).three_way, predictions.three_way)


def test_groups_are_asked_for_and_unknown_ones_are_as_all_are() -> None:
    made = fitted(DATA)
    asked = [made.compare(None, ["i0"], ["i1"], groups=group).three_way for group in ("torn", "decided", "other", None)]
    torn, decided, other, everybody = (three[0, 1] for three in asked if three is not None)
    assert torn > everybody > decided
    assert other == everybody
    with pytest.raises(GustibusError, match="2 groups were given for 1 rows"):
        made.compare(None, ["i0"], ["i1"], groups=["torn", "decided"])
    with pytest.raises(GustibusError, match="no use for groups"):
        fitted(DATA, tie_by=None).compare(None, ["i0"], ["i1"], groups="torn")


def test_a_model_of_groups_takes_them_from_whom_is_asked(tmp_path: Path) -> None:
    made = fitted(OF_TWO_TASTES, "hierarchical", person="group")
    torn, decided = (made.compare(None, ["i0"], ["i1"], who).three_way for who in ("torn", "decided"))
    assert torn is not None
    assert decided is not None
    assert torn[0, 1] > decided[0, 1] + 0.05
    made.save(tmp_path / "model", users=False)
    assert "torn" not in (tmp_path / "model" / "config.json").read_text()


def test_ties_by_group_are_better_predicted_than_by_one_rate() -> None:
    test = world(seed=7)
    by_group, one_rate = (gs.evaluate(fitted(DATA, tie_by=by), test, shots=())["seen"] for by in ("group", None))
    assert by_group.tie_figures["three_way_log_loss"] < one_rate.tie_figures["three_way_log_loss"] - 0.02


def test_what_does_not_go_together_is_refused() -> None:
    for likelihood, match in (("logistic", "no parameter"), ("rao-kupper:2", "already"), ("davidson:2", "already")):
        with pytest.raises(GustibusError, match=match):
            FitSettings(likelihood=likelihood, tie_by="group")
    with pytest.raises(GustibusError, match="no judgement names one"):
        fitted(gs.Comparisons.from_rows([{**row, "group": None} for row in DATA.take(np.arange(200)).to_rows()]))
    with pytest.raises(GustibusError, match="one each"):
        TieLevels(RaoKupper(theta=2.0), ("north",), ())
