"""Preferences that go in circles, from judgements to a choice."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import gustibus as gs
from gustibus.comparisons import Comparisons, GustibusError
from gustibus.fitted import FittedModel
from gustibus.fitted.circle_words import said_of_cyclic_scores

HANDS = ("rock", "scissors", "paper")  # each beats the next


def games(n: int, win: float, seed: int = 0) -> Comparisons:
    """Games between two of the three hands; who should win does with probability ``win``."""
    rng = np.random.default_rng(seed)
    a, step = rng.integers(0, 3, n), rng.integers(1, 3, n)
    b = (a + step) % 3
    won = rng.random(n) < np.where(step == 1, win, 1 - win)
    return Comparisons.from_arrays(
        users=["referee"], responses=list(HANDS), user=np.zeros(n, int), response_a=a, response_b=b,
        outcome=won.astype(float),
    )  # fmt: skip


@pytest.fixture(scope="module", params=["gpm", "scalar-cyclic"])
def fitted(request: pytest.FixtureRequest) -> FittedModel:
    return gs.fit(games(2000, 0.8), model=request.param, encoder="one-hot")


def test_a_circle_is_learned_that_no_reward_can_say(fitted: FittedModel) -> None:
    p = fitted.win_probabilities(None, HANDS)
    # 2,000 games are 670 a pair, a standard error of 0.015; early stopping and the ridge draw towards one half.
    np.testing.assert_allclose(p[[0, 1, 2], [1, 2, 0]], 0.8, atol=0.1)
    np.testing.assert_allclose(p + p.T, 1, atol=1e-6)
    one_taste = gs.fit(games(2000, 0.8), model="bt", encoder="one-hot").win_probabilities(None, HANDS)
    assert np.abs(one_taste - 0.5).max() < 0.1


def test_nobody_wins_a_circle_and_the_lottery_mixes(fitted: FittedModel) -> None:
    assert [one.score for one in fitted.rank(None, HANDS, rule="copeland")] == [1.0, 1.0, 1.0]
    lottery = fitted.rank(None, HANDS, rule="lottery")
    assert all(one.weight is not None and one.weight == one.score for one in lottery)
    # Equal games have equal weights; these differ by what 670 games a pair leave open.
    np.testing.assert_allclose([one.score for one in lottery], 1 / 3, atol=0.12)
    by_default = fitted.rank(None, HANDS)
    assert by_default[0].unit == "mean win probability"


def test_a_fit_says_how_much_of_it_is_cyclic(fitted: FittedModel) -> None:
    found = fitted.summary["findings"]["circles"]
    assert found["cyclic_share"][0] > 0.8
    assert found["gradient_norm"] < 0.5
    said = said_of_cyclic_scores(fitted.summary)
    assert said is not None
    assert f"Cyclic share of the fitted scores: {found['cyclic_share'][0]:.0%} (" in said


def test_only_choices_that_the_model_has_are_recorded(fitted: FittedModel) -> None:
    assert {"dimensions", "shared_penalty"} <= fitted.summary["choices"].keys()
    assert not {"user_penalty", "prototype_scale"} & fitted.summary["choices"].keys()


def test_there_are_no_rewards(fitted: FittedModel) -> None:
    with pytest.raises(GustibusError, match="gives none a reward"):
        fitted.reward(None, list(HANDS))
    with pytest.raises(GustibusError, match="gives none a reward"):
        fitted.rank(None, HANDS, rule="reward")


def test_two_kinds_of_people_who_go_round_the_other_way_are_told_apart(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    n_users, n_each = 60, 20
    user = np.repeat(np.arange(n_users), n_each)
    a, step = rng.integers(0, 3, len(user)), rng.integers(1, 3, len(user))
    forwards = np.where(user % 2 == 0, step == 1, step == 2)
    won = rng.random(len(user)) < np.where(forwards, 0.85, 0.15)
    data = Comparisons.from_arrays(
        users=[f"person {i}" for i in range(n_users)], responses=list(HANDS), user=user, response_a=a,
        response_b=(a + step) % 3, outcome=won.astype(float),
    )  # fmt: skip
    model = gs.fit(data, model="plural-gpm", prototypes=2, dimensions=2, encoder="one-hot")
    one, other = (model.win_probabilities(None, HANDS, user)[[0, 1, 2], [1, 2, 0]] for user in ("person 0", "person 1"))
    assert one.min() > 0.6
    assert other.max() < 0.4
    # Together they know no circle at all.
    assert np.abs(model.win_probabilities(None, HANDS) - 0.5).max() < 0.15
    model.save(tmp_path / "model")
    again = gs.load(tmp_path / "model")
    assert np.array_equal(again.win_probabilities(None, HANDS, "person 0")[[0, 1, 2], [1, 2, 0]], one)


def test_whole_pairs_are_kept_for_validation_where_there_are_enough() -> None:
    rng = np.random.default_rng(0)
    a, b = np.triu_indices(16, 1)  # 120 pairs, three games each
    a, b = np.tile(a, 3), np.tile(b, 3)
    data = Comparisons.from_arrays(
        users=["referee"], responses=[f"player {i}" for i in range(16)], user=np.zeros(len(a), int), response_a=a,
        response_b=b, outcome=(rng.random(len(a)) < 0.5).astype(float),
    )  # fmt: skip
    model = gs.fit(data, model="gpm", dimensions=2, shared_penalty=1.0, encoder="one-hot")
    assert model.summary["validation_judgements"] == 3 * 12
    train, test = gs.split(data, by="pair", test=0.25)
    assert not {frozenset(pair) for pair in zip(train.response_a, train.response_b, strict=True)} & {
        frozenset(pair) for pair in zip(test.response_a, test.response_b, strict=True)
    }


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"model": "gpm", "dimensions": 3}, "planes, which take two dimensions"),
        ({"model": "gpm", "gate": "signed"}, "the gate of plural-gpm"),
        ({"model": "plural-gpm", "gate": "softmax"}, "the only one it has"),
        ({"model": "gpm", "cyclic_ratio": 10.0}, "no use for cyclic_ratio"),
        ({"model": "bt", "gate": "softmax"}, "no use for gate"),
        ({"model": "gpm", "temperature": 0.0}, "temperature must be positive"),
        ({"model": "gpm", "dimensions": (2, 0)}, "whole numbers of at least 1"),
    ],
)
def test_settings_that_make_no_sense_are_refused(options: dict[str, object], said: str) -> None:
    with pytest.raises(GustibusError, match=said):
        gs.fit(games(60, 0.8), encoder="one-hot", **options)  # type: ignore[arg-type]
