"""A model of groups: fitted to communities in place of people, and asked about them everywhere."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from gustibus.comparisons import Comparisons, GustibusError
from gustibus.evaluation import cross_fitted_group_audit, evaluate
from gustibus.fitted import FittedModel, fit, load

ITEMS = [f"dish {i}" for i in range(8)]
QUICK = {"encoder": "one-hot", "item_offsets": False, "scale": 2.0, "types": 1}
NORTH, SOUTH = np.linspace(-1.5, 1.5, 8), np.linspace(1.5, -1.5, 8)


def answers(group: str, likes: np.ndarray, n_people: int, *, each: int = 20, seed: int = 0) -> Comparisons:
    """People of one group, who like the dishes in the same way."""
    rng = np.random.default_rng(seed)
    rows = []
    for person in range(n_people):
        for _ in range(each):
            a, b = rng.choice(8, 2, replace=False)
            won = rng.random() < 1 / (1 + np.exp(likes[b] - likes[a]))
            rows.append(
                {
                    "user_id": f"{group} {person}",
                    "group": group,
                    "response_a": ITEMS[a],
                    "response_b": ITEMS[b],
                    "choice": "a" if won else "b",
                }
            )
    return Comparisons.from_rows(rows)


@pytest.fixture(scope="module")
def data() -> Comparisons:
    parts = [answers(f"north {i}", NORTH, 8, seed=i) for i in range(3)]
    parts += [answers(f"south {i}", SOUTH, 8, seed=10 + i) for i in range(3)]
    return Comparisons.concat(parts)


@pytest.fixture(scope="module")
def model(data: Comparisons) -> FittedModel:
    return fit(data, model="hierarchical", person="group", **QUICK)


def test_it_knows_the_groups_and_nobody_in_them(model: FittedModel, data: Comparisons) -> None:
    assert model.person == "group"
    assert set(model.user_ids) == {f"{side} {i}" for side in ("north", "south") for i in range(3)}
    assert model.rank(None, ITEMS, "north 0")[0].response == "dish 7"
    assert model.rank(None, ITEMS, "south 0")[0].response == "dish 0"
    with pytest.raises(GustibusError, match="not known"):
        model.rank(None, ITEMS, data.user_ids[0])


def test_predictions_for_people_are_those_for_their_groups(model: FittedModel, data: Comparisons) -> None:
    of_groups = model.predict(data.with_groups_as_users())
    np.testing.assert_array_equal(model.predict(data).log_odds, of_groups.log_odds)
    assert np.std(of_groups.log_odds - model.predict(data, "population").log_odds) > 0.1


def test_a_new_group_is_placed_by_its_people_and_updated_by_more_of_them(model: FittedModel) -> None:
    first, more = answers("east", SOUTH, 4, seed=20), answers("east", SOUTH, 2, seed=21)
    east = model.adapt(first)
    assert east.user_id == "east"
    assert east.n_answers == 80
    assert model.rank(None, ITEMS, east)[0].response == "dish 0"
    together = model.adapt(Comparisons.concat([first, more]))
    np.testing.assert_allclose(east.update(more).weights, together.weights, atol=1e-5)
    said = east.update({"response_a": "dish 0", "response_b": "dish 7", "choice": "a"})
    assert said.n_answers == 81


def test_several_new_groups_at_once_are_placed_as_one_by_one(model: FittedModel) -> None:
    east, west = answers("east", SOUTH, 3, seed=22), answers("west", NORTH, 3, seed=23)
    both = model.adapt_users(Comparisons.concat([east, west]))
    assert both.user_ids == ("east", "west")
    np.testing.assert_allclose(both["west"].weights, model.adapt(west).weights, atol=1e-6)
    assert set(model.with_users(both).user_ids) == {*model.user_ids, "east", "west"}
    asked = model.predict(west, both)
    assert np.abs(asked.log_odds - model.predict(west).log_odds).max() > 0.1


def test_an_evaluation_knows_groups_again_and_gives_intervals_over_people(model: FittedModel) -> None:
    seen = Comparisons.concat([answers("north 0", NORTH, 6, seed=30), answers("south 0", SOUTH, 6, seed=31)])
    unseen = answers("east", SOUTH, 6, seed=32)
    report = evaluate(model, Comparisons.concat([seen, unseen]), shots=(0, 20))
    assert len(report["seen"].user_ids) == 12
    assert report["seen"].log_loss < report.baselines["population"]["seen"].log_loss - 0.05
    assert set(report["unseen"]) == {0, 20}
    assert report["unseen"][20].log_loss < report["unseen"][0].log_loss


def test_it_is_saved_as_a_model_of_groups(model: FittedModel, data: Comparisons, tmp_path: Path) -> None:
    model.save(tmp_path / "model")
    again = load(tmp_path / "model")
    assert again.person == "group"
    np.testing.assert_array_equal(again.predict(data).log_odds, model.predict(data).log_odds)
    assert "6 groups" in repr(again)
    assert "6 groups" in (tmp_path / "model" / "README.md").read_text()


def test_judgements_without_groups_are_refused_wherever_groups_are_needed(model: FittedModel) -> None:
    rows = [{"user_id": "u", "response_a": "dish 0", "response_b": "dish 1", "choice": "a"}] * 20
    homeless = Comparisons.from_rows(rows)
    for call in (
        lambda: fit(homeless, model="bt", person="group", encoder="one-hot"),
        lambda: model.predict(homeless),
        lambda: model.adapt(homeless),
        lambda: model.adapt_users(homeless),
        lambda: evaluate(model, homeless, shots=()),
    ):
        with pytest.raises(GustibusError, match=r"have no group .*Fill in the column 'group'"):
            call()
    assert len(model.predict(homeless, "population").log_odds) == 20


def test_a_judgement_is_of_one_group() -> None:
    row = {"user_id": "u", "response_a": "dish 0", "response_b": "dish 1", "choice": "a"}
    with pytest.raises(GustibusError, match=r"'group'.*must be text"):
        fit([{**row, "group": ["north", "old"]}], model="bt", person="group", encoder="one-hot")


def test_the_audit_finds_groups_that_differ_on_other_people(data: Comparisons) -> None:
    def fit_groups(part: Comparisons) -> FittedModel:
        return fit(part, model="hierarchical", person="group", **QUICK)

    assert cross_fitted_group_audit(fit_groups, data).p_value < 0.01
