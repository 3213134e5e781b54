"""Davidson's ties, learned for each group: a parameter that enters every solver, answer by answer."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from tying_groups import FAST, GROUPS, PLANTED, fitted, levels, world

import gustibus as gs
from gustibus.likelihoods import Davidson

DATA = world(n_each=30, likelihood="davidson")
OF_TWO_TASTES = world(n_each=30, likelihood="davidson", tastes=2)


@pytest.mark.parametrize(("model", "n_each"), [("bt", 120), ("hierarchical", 80)])
def test_two_planted_parameters_are_recovered(model: str, n_each: int) -> None:
    found = levels(fitted(world(n_each, likelihood="davidson"), model, "davidson"))
    for group, planted in zip(GROUPS, PLANTED["davidson"], strict=True):
        # 1,200 judgements a group or more, of which 85 are ties among those who tie seldom: a standard error near 0.11.
        assert found[group] == pytest.approx(planted.level, abs=0.25)


@pytest.mark.parametrize("model", ["bt", "mixture"])
def test_one_group_is_davidson_as_it_is_without_groups(model: str) -> None:
    rows = [{**row, "group": "all"} for row in world(n_each=12, likelihood="davidson").to_rows()]
    data = gs.Comparisons.from_rows(rows)
    by_group, plain = fitted(data, model, "davidson"), fitted(data, model, "davidson", tie_by=None)
    assert isinstance(plain.likelihood, Davidson)
    # The level of the only group is looked for around that of all, to 1e-4; the rest of the fit follows from it.
    assert levels(by_group)["all"] == pytest.approx(plain.likelihood.level, abs=2e-3)
    np.testing.assert_allclose(by_group.predict(data).three_way, plain.predict(data).three_way, atol=1e-3)


@pytest.mark.filterwarnings("ignore::gustibus.DataWarning")
@pytest.mark.parametrize("model", FAST)
def test_every_kind_of_model_learns_places_updates_predicts_and_is_saved(model: str, tmp_path: Path) -> None:
    made = fitted(OF_TWO_TASTES, model, "davidson")
    found = levels(made)
    assert found["decided"] < made.likelihood.level < found["torn"]  # type: ignore[attr-defined]
    # One person of the torn who answers elsewhere as well, so that one person's answers have different levels.
    theirs = gs.Comparisons.from_rows(
        [
            {**row, "user_id": "new", "group": "torn" if number % 3 else "decided"}
            for number, row in enumerate(OF_TWO_TASTES.for_users(["u3"]).to_rows())
        ]
    )
    person = made.adapt(theirs)
    in_two = made.adapt(theirs.take(np.arange(7))).update(theirs.take(np.arange(7, len(theirs))))
    assert in_two.n_answers == person.n_answers == 30
    np.testing.assert_allclose(in_two.weights, person.weights, atol=1e-5)
    predictions = made.predict(OF_TWO_TASTES)
    assert predictions.three_way is not None
    np.testing.assert_allclose(predictions.three_way.sum(axis=1), 1.0, atol=1e-9)
    torn = OF_TWO_TASTES.group == 1
    assert predictions.three_way[torn, 1].mean() > predictions.three_way[~torn, 1].mean() + 0.1
    made.save(tmp_path / "model")
    again = gs.load(tmp_path / "model")
    assert (again.tie_levels, again.likelihood) == (made.tie_levels, made.likelihood)
    np.testing.assert_array_equal(again.predict(OF_TWO_TASTES).three_way, predictions.three_way)
    np.testing.assert_array_equal(again.adapt(theirs).weights, person.weights)


def test_davidsons_ties_by_group_are_better_predicted_than_by_one_rate() -> None:
    test = world(seed=7, likelihood="davidson")
    by_group, one_rate = (
        gs.evaluate(fitted(DATA, "bt", "davidson", tie_by=by), test, shots=())["seen"] for by in ("group", None)
    )
    assert by_group.tie_figures["three_way_log_loss"] < one_rate.tie_figures["three_way_log_loss"] - 0.02
