"""Fits that go on from another: nothing is lost by splitting a taste."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from gustibus.fitting.joint import JointModel
from gustibus.fitting.records import Records
from gustibus.fitting.warm_start import WarmStart, continue_from
from gustibus.models import IdealPoint, LowRank, PreferenceModel, PromptIdealPoint

N_USERS, N_ITEMS, N_FEATURES = 12, 30, 5
MODELS = {
    "pal-a": lambda k: IdealPoint(N_FEATURES, k, 3),
    "pal-a mapped": lambda k: IdealPoint(N_FEATURES, k, 3, placement="mapped", distance="euclidean"),
    "pal-b": lambda k: PromptIdealPoint(N_FEATURES, 2, k, 3),
    "low-rank": lambda k: LowRank(N_FEATURES, k),
    "low-rank, free": lambda k: LowRank(N_FEATURES, k, weights="free"),
}


def joint(model: PreferenceModel, n_users: int = N_USERS, *, offsets: bool = False) -> JointModel:
    torch.manual_seed(1)
    made = JointModel(model, n_users=n_users, n_items=N_ITEMS, item_offsets=offsets)
    if made.people is not None:
        with torch.no_grad():
            made.people.deviation.normal_()
    return made


def world(n_users: int = N_USERS) -> tuple[torch.Tensor, Records]:
    rng = np.random.default_rng(0)
    features = torch.from_numpy(rng.normal(size=(N_ITEMS, N_FEATURES)).astype(np.float32))
    a = torch.from_numpy(rng.integers(0, N_ITEMS, 200))
    b = torch.from_numpy(rng.integers(0, N_ITEMS, 200))
    user = torch.from_numpy(rng.integers(0, n_users, 200))
    return features, Records(a, b, user, torch.from_numpy(rng.random(200).astype(np.float32)), torch.ones(200))


@pytest.mark.parametrize("n_known", [1, 2])
@pytest.mark.parametrize("name", MODELS)
def test_a_split_taste_predicts_nearly_what_it_did(name: str, n_known: int) -> None:
    torch.manual_seed(0)
    known = joint(MODELS[name](n_known))
    larger = joint(MODELS[name](n_known + 1))
    features, train = world()
    before, unlike = known.log_odds(features, train), larger.log_odds(features, train)
    continue_from(WarmStart(known, np.arange(N_USERS)), larger, features, train, seed=0)
    after = larger.log_odds(features, train)
    # The halves differ by a tenth of the size of what they came from.
    assert (after - before).norm() < 0.15 * before.norm()
    assert (after - before).norm() < (unlike - before).norm()


def test_the_same_number_goes_on_exactly() -> None:
    known, other = joint(IdealPoint(N_FEATURES, 3, 2), offsets=True), joint(IdealPoint(N_FEATURES, 3, 2), offsets=True)
    with torch.no_grad():
        known.offsets.normal_()  # type: ignore[union-attr]
        other.model.prototypes.zero_()
    features, train = world()
    continue_from(WarmStart(known, np.arange(N_USERS)), other, features, train, seed=0)
    torch.testing.assert_close(other.log_odds(features, train), known.log_odds(features, train))


def test_unknown_people_start_as_the_population() -> None:
    known, other = joint(IdealPoint(N_FEATURES, 2, 2)), joint(IdealPoint(N_FEATURES, 2, 2), n_users=3)
    features, train = world(3)
    continue_from(WarmStart(known, np.array([4, -1, 0])), other, features, train, seed=0)
    weights, before = other.weights(), known.weights()
    torch.testing.assert_close(weights[[0, 2]], before[[4, 0]])
    torch.testing.assert_close(weights[1], torch.softmax(known.people.common, dim=0))  # type: ignore[union-attr]
