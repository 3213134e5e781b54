"""How many tastes there are: found in worlds where it is known, kept, repeated, bounded, and refused where it means
nothing."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

import gustibus as gs
from gustibus.comparisons import DataWarning, GustibusError
from gustibus.fitting import FitInputs, FitResult, FitSettings, Judgements, fit_arrays, validation_mask

AUTO = FitSettings(
    prototypes="auto",
    dimensions=4,
    prototype_scale=1.0,
    user_penalty=1.0,
    item_offsets=False,
    max_steps=100,
    prior="dirichlet",
)


def world(ideal: list[list[float]], n_users: int = 60, per_user: int = 40, seed: int = 0) -> FitInputs:
    """Everybody at one of the given ideal points in the plane, judging by squared distance."""
    rng = np.random.default_rng(seed)
    items = rng.normal(size=(150, 4)).astype(np.float32)
    points = np.zeros((len(ideal), 4))
    points[:, :2] = ideal
    user = np.repeat(np.arange(n_users), per_user)
    at = points[user % len(ideal)]
    a = rng.integers(0, 150, len(user))
    b = (a + rng.integers(1, 150, len(user))) % 150
    log_odds = ((items[b] - at) ** 2).sum(1) - ((items[a] - at) ** 2).sum(1)
    outcome = (rng.random(len(user)) < 1 / (1 + np.exp(-log_odds))).astype(float)
    judgements = Judgements(a, b, user, outcome, np.ones(len(user)), validation_mask(user, 0.1, seed), n_users)
    return FitInputs(items, None, "numeric", judgements)


TWO = [[1.2, 0.0], [-1.2, 0.0]]


@pytest.fixture(scope="module")
def two() -> FitResult:
    return fit_arrays(world(TWO), AUTO)


@pytest.fixture(scope="module")
def one() -> FitResult:
    return fit_arrays(world([[1.0, 0.0]]), AUTO.with_(prototype_scale=0.1))


def test_one_taste_is_found_to_suffice(one: FitResult) -> None:
    assert one.model.n_prototypes == one.choices["prototypes"] == 1


def test_two_clear_tastes_are_two(two: FitResult) -> None:
    assert two.model.n_prototypes == two.choices["prototypes"] == 2
    assert two.posteriors.mean.shape == (60, 2)


def test_types_of_people_are_counted_too() -> None:
    found = fit_arrays(world(TWO), AUTO.for_model("mixture"))
    assert found.model.n_prototypes == 2


def test_the_curve_says_what_every_number_is_worth(two: FitResult) -> None:
    curve = two.findings["prototypes"]
    assert [point["prototypes"] for point in curve][:2] == [1, 2]
    one, second = curve[:2]
    assert one["gain"] == one["gain_standard_error"] == 0
    # Two opposite tastes: a tenth of a nat and more, many times its error.
    assert second["gain"] > 0.1
    assert second["gain"] > 5 * second["gain_standard_error"] > 0
    assert second["gain"] == pytest.approx(one["log_loss"] - second["log_loss"])
    assert second["new_people"] < one["new_people"]
    assert second["known_people"] < one["known_people"]


def test_the_chosen_number_is_the_fewest_within_one_standard_error_of_the_best(two: FitResult) -> None:
    curve = two.findings["prototypes"]
    best = min(curve, key=lambda point: point["log_loss"])
    chosen = next(point for point in curve if point["prototypes"] == two.choices["prototypes"])
    assert chosen["prototypes"] <= best["prototypes"]


def test_the_cost_is_bounded(two: FitResult) -> None:
    # With every setting given, one candidate for each number above one; Bradley-Terry is tried beside one taste.
    tried = [point["prototypes"] for point in two.findings["prototypes"]]
    assert len(tried) <= 7
    assert [trial["prototypes"] for trial in two.trials if trial.get("prototypes", 1) > 1] == tried[1:]


def test_two_numbers_in_a_row_without_a_gain_are_the_end(one: FitResult) -> None:
    curve = one.findings["prototypes"]
    best = min(range(len(curve)), key=lambda position: curve[position]["log_loss"])
    assert len(curve) <= best + 3


def test_settings_found_for_two_tastes_serve_the_others() -> None:
    open_settings = AUTO.with_(user_penalty=None, max_steps=40)
    found = fit_arrays(world(TWO), open_settings)
    of_two = [trial for trial in found.trials if trial.get("prototypes") == 2]
    of_three = [trial for trial in found.trials if trial.get("prototypes") == 3]
    assert len(of_two) > 1 == len(of_three)
    assert found.choices["user_penalty"] == of_three[0]["user_penalty"]


class Interrupted(Exception):
    """Stands for a crash in the middle of a fit."""


def test_equal_seeds_give_equal_results_even_when_interrupted(tmp_path: Path, two: FitResult) -> None:
    def crash(stage: str, done: int, total: int) -> None:
        if stage.startswith("trying 3 tastes: fitting") and done >= 50:
            raise Interrupted

    with pytest.raises(Interrupted):
        fit_arrays(world(TWO), AUTO, progress=crash, checkpoint=tmp_path)
    again = fit_arrays(world(TWO), AUTO, checkpoint=tmp_path)
    assert all(torch.equal(p, q) for p, q in zip(two.model.parameters(), again.model.parameters(), strict=True))
    curves = [[{**point, "seconds": 0} for point in fit.findings["prototypes"]] for fit in (two, again)]
    assert curves[0] == curves[1]


def test_too_few_judgements_to_choose_by_are_said_and_one_taste_is_taken() -> None:
    with pytest.warns(DataWarning, match="so one taste is taken"):
        found = fit_arrays(world(TWO, n_users=6, per_user=6), AUTO)
    assert found.model.n_prototypes == 1
    assert found.findings["prototypes"] == []


@pytest.mark.parametrize("model", ["bt", "classification", "pair-input", "hierarchical", "auto"])
def test_models_without_a_number_of_tastes_refuse_auto(model: str) -> None:
    with pytest.raises(GustibusError, match=r"prototypes='auto' counts tastes.*leave prototypes out"):
        FitSettings(model=model, prototypes="auto")  # type: ignore[arg-type]


@pytest.mark.parametrize("wrong", [0, "many", 2.5])
def test_other_numbers_are_refused(wrong: object) -> None:
    with pytest.raises(GustibusError, match="at least 1, or 'auto'"):
        FitSettings(prototypes=wrong)  # type: ignore[arg-type]


def test_settings_know_no_number_before_the_fit() -> None:
    with pytest.raises(GustibusError, match="read n_prototypes of the fitted model"):
        _ = AUTO.n_prototypes


def test_the_curve_and_its_sentence_are_saved_with_the_model(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    drinks = ["tea", "coffee", "milk", "juice"]
    liking = {0: [2, 1, -1, -2], 1: [-2, -1, 1, 2]}
    rows = []
    for i in range(60 * 20):
        a, b = rng.choice(4, 2, replace=False)
        person = i % 60
        prefers_a = rng.random() < 1 / (1 + np.exp(liking[person % 2][b] - liking[person % 2][a]))
        rows.append(
            {
                "user_id": f"u{person}",
                "response_a": drinks[a],
                "response_b": drinks[b],
                "choice": "a" if prefers_a else "b",
            }
        )
    model = gs.fit(rows, model="mixture", prototypes="auto", encoder="one-hot")
    model.save(tmp_path / "model")
    again = gs.load(tmp_path / "model")
    assert again.n_prototypes == model.n_prototypes >= 2
    assert again.settings.prototypes == "auto"
    assert again.summary["findings"]["prototypes"] == model.summary["findings"]["prototypes"]
    assert "tastes: one would lose" in repr(again)
    assert "tastes: one would lose" in (tmp_path / "model" / "README.md").read_text()
