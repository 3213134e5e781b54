"""Whether a model with circles may take the place of one without: what stands, and what it has to beat."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from gustibus.catalog import CyclicWorld, condorcet_world, plural_world
from gustibus.fitting import FitSettings, Judgements, validation_mask
from gustibus.fitting.circle_contest import hold_contest
from gustibus.fitting.feature_choices import FeatureChoices
from gustibus.fitting.members import ChosenModel, Members
from gustibus.fitting.task import Task


def contest(world: CyclicWorld, champion: str) -> tuple[ChosenModel, tuple[ChosenModel, ...]]:
    """The world's three items, one-hot, and the model that has been chosen without circles."""
    data = world.comparisons
    user = data.user.astype(np.intp)
    judgements = Judgements(
        data.response_a.astype(np.intp),
        data.response_b.astype(np.intp),
        user,
        data.outcome.astype(np.float64),
        np.ones(len(data)),
        validation_mask(user, 0.1, seed=0),
        len(data.users),
    )
    settings = FitSettings(model="auto", max_steps=60, types=3, scale=0.1, prior="particles")
    features = FeatureChoices(np.eye(3, dtype=np.float32), None, "indicator", np.arange(3), settings)
    task = Task(features, judgements, settings, False, 3, torch.device("cpu"), validation_drawn=True)
    members = Members(task, n_types=3)
    chosen = members.fit(champion)
    return hold_contest(members, chosen, (chosen,))


@pytest.mark.filterwarnings("ignore::gustibus.DataWarning")
def test_people_who_go_round_in_opposite_directions_are_plural() -> None:
    chosen, everyone = contest(plural_world(n_users=100, comparisons_per_user=12, win=0.9, seed=0), "bt")
    assert chosen.name == "plural-gpm"
    assert [one.name for one in everyone] == ["bt", "plural-gpm"]
    trial = chosen.people.findings["circle_contest"]["trials"][-1]
    assert trial["model"] == "plural-gpm"
    assert trial["gain"] > 2 * trial["standard_error"]
    assert trial["held_out"] == "judgements"  # of three pairs none can be done without


@pytest.mark.filterwarnings("ignore::gustibus.DataWarning")
def test_a_majority_in_a_circle_of_consistent_people_takes_no_circles() -> None:
    for seed in range(2):
        chosen, everyone = contest(condorcet_world(n_users=100, comparisons_per_user=12, seed=seed), "mixture")
        assert chosen.name == "mixture"
        assert len(everyone) == 1
        assert chosen.people.findings["circle_contest"]["taken"] is None
