"""A calibrated model says how often it is right, and is otherwise the model that it was."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from gustibus.catalog import IdealPointWorld
from gustibus.comparisons import Comparisons, GustibusError
from gustibus.evaluation import ece, log_loss
from gustibus.fitted import FittedModel, load


@pytest.fixture(scope="module")
def too_sure(model: FittedModel) -> FittedModel:
    """The same model with every log-odds three times as large."""
    return replace(model, scorer=replace(model.scorer, factor=3 * model.scorer.factor))


@pytest.fixture(scope="module")
def halves(world: IdealPointWorld) -> tuple[Comparisons, Comparisons]:
    """All the judgements, every other one to calibrate on."""
    data = world.comparisons
    half = np.arange(len(data)) % 2 == 0
    return data.filter(half), data.filter(~half)


@pytest.mark.parametrize("method", ["temperature", "isotonic"])
def test_calibration_makes_a_model_that_is_too_sure_honest(too_sure, halves, method):
    validation, test = halves
    calibrated = too_sure.calibrated(validation, method)
    before, after = too_sure.predict(test), calibrated.predict(test)
    assert ece(after.probability, test.outcome) < 0.6 * ece(before.probability, test.outcome)
    assert log_loss(after.probability, test.outcome) < log_loss(before.probability, test.outcome) - 0.02


@pytest.mark.parametrize("method", ["temperature", "isotonic"])
@pytest.mark.parametrize("users", [None, "known"])
def test_swapping_a_and_b_flips_the_sign_exactly(too_sure, halves, method, users):
    calibrated = too_sure.calibrated(halves[0], method)
    whom = None if users is None else too_sure.user_ids[0]
    texts = halves[1].responses.to_pylist()
    one = calibrated.compare(None, texts[:20], texts[20:40], whom)
    other = calibrated.compare(None, texts[20:40], texts[:20], whom)
    assert np.array_equal(one.log_odds, -other.log_odds)
    np.testing.assert_allclose(one.probability, 1 - other.probability, atol=1e-12)
    assert np.array_equal(one.sd, other.sd)


def test_people_and_the_population_have_maps_of_their_own(too_sure, halves):
    found = too_sure.calibrated(halves[0]).calibration
    assert found.people.factor < 0.6
    assert found.people.factor != found.population.factor
    strangers = halves[0].for_users(halves[0].user_ids[30:])
    found = too_sure.calibrated(strangers).calibration
    assert found.people == found.population


def test_rewards_rankings_and_the_mean_of_log_odds_stay(too_sure, halves):
    calibrated = too_sure.calibrated(halves[0])
    texts = halves[0].responses.to_pylist()[:5]
    assert np.array_equal(calibrated.reward(None, texts), too_sure.reward(None, texts))
    assert [r.response for r in calibrated.rank(None, texts)] == [r.response for r in too_sure.rank(None, texts)]
    assert np.array_equal(
        calibrated.log_odds(None, texts[1:], texts[:-1]), too_sure.log_odds(None, texts[1:], texts[:-1])
    )


def test_calibrating_again_starts_from_what_the_model_says(too_sure, halves):
    once = too_sure.calibrated(halves[0])
    assert once.calibrated(halves[0]).calibration == once.calibration


@pytest.mark.parametrize("method", ["temperature", "isotonic"])
def test_the_maps_are_saved_with_the_model(too_sure, halves, method, tmp_path: Path):
    calibrated = too_sure.calibrated(halves[0], method)
    calibrated.save(tmp_path / "model")
    before, after = (m.predict(halves[1]) for m in (calibrated, load(tmp_path / "model")))
    for name in ("log_odds", "sd", "probability"):
        assert np.array_equal(getattr(before, name), getattr(after, name))


def test_there_must_be_judgements(model, world):
    with pytest.raises(GustibusError, match="no validation judgements"):
        model.calibrated(world.comparisons.take([]))
    with pytest.raises(GustibusError, match="'temperature', 'isotonic'"):
        model.calibrated(world.comparisons, "platt")
