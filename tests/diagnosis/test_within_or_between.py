"""Cycles in people or between them: the tests on log losses of known gains, and the whole on worlds of known truth."""

from __future__ import annotations

import numpy as np
import pytest

from gustibus.catalog import condorcet_world, plural_world
from gustibus.comparisons import GustibusError
from gustibus.diagnosis import within_or_between, within_or_between_test

# Quick fits: what is chosen on validation judgements otherwise is fixed here.
PLAIN = {"shared_penalty": 1.0}
FEW_FITS = {
    "bt": ("bt", PLAIN),
    "gpm": ("gpm", {"dimensions": 2, "shared_penalty": 0.1}),
    "mixture 3": ("mixture", {"prototypes": 3, "shared_penalty": 1.0, "restarts": 2}),
    "plural-gpm 2": (
        "plural-gpm",
        {
            "prototypes": 2,
            "dimensions": 2,
            "shared_penalty": 0.1,
            "user_penalty": 1.0,
            "cyclic_ratio": 10.0,
            "max_steps": 100,
        },
    ),
}


def losses(rng, n=200, *, bt=0.0, gpm=0.0, mixture=0.0, plural=0.0) -> dict[str, np.ndarray]:
    """What each model saves on .69 nats, beside noise that all share and noise of their own."""
    person = rng.normal(0.69, 0.1, n)
    saved = {"bt": bt, "gpm": gpm, "mixture 2": mixture, "plural-gpm 2": plural, "plural-gpm 3": plural - 0.01}
    return {name: person - gain + rng.normal(0, 0.05, n) for name, gain in saved.items()}


@pytest.mark.parametrize(
    ("saved", "verdict"),
    [
        ({"bt": 0.10, "gpm": 0.09, "mixture": 0.09, "plural": 0.08}, "one transitive taste"),
        ({"bt": 0.05, "gpm": 0.04, "mixture": 0.10, "plural": 0.09}, "several transitive tastes"),
        ({"bt": 0.02, "gpm": 0.10, "mixture": 0.03, "plural": 0.09}, "cycles within people"),
        ({"bt": 0.01, "gpm": 0.04, "mixture": 0.20, "plural": 0.19}, "cycles between people"),
        ({"bt": 0.00, "gpm": 0.00, "mixture": 0.00, "plural": 0.20}, "cycles within people who differ"),
    ],
)
def test_each_verdict_follows_from_which_models_win(saved, verdict):
    found = within_or_between_test(losses(np.random.default_rng(0), **saved), answers=8)
    assert found.verdict == verdict
    assert found.sentence in str(found)


def test_with_fewer_than_three_answers_nothing_is_said_about_people():
    loss = losses(np.random.default_rng(0), gpm=0.1, plural=0.1)
    found = within_or_between_test(loss, answers=1)
    assert found.verdict == "not identifiable"
    assert "seem to go in circles" in found.sentence


def test_the_best_of_equal_models_does_not_win_by_being_chosen():
    rejected = 0
    for seed in range(300):
        found = within_or_between_test(losses(np.random.default_rng(seed), n=60), answers=8, seed=seed)
        rejected += found.within.p_value <= 0.05
    # 15 to be expected, standard deviation 3.8; the third candidate is worse by .01
    assert rejected <= 27


def test_z_is_that_of_a_paired_test_where_nothing_is_to_be_chosen():
    rng = np.random.default_rng(1)
    loss = {name: rng.normal(0.6, 0.1, 50) for name in ("bt", "gpm", "mixture", "plural-gpm")}
    pooled = within_or_between_test(loss, answers=5).pooled
    gain = loss["bt"] - loss["gpm"]
    assert pooled.gain == pytest.approx(gain.mean())
    assert pooled.z == pytest.approx(gain.mean() / (gain.std(ddof=1) / np.sqrt(50)))


def test_a_condorcet_population_is_told_from_people_who_cycle():
    world = condorcet_world(n_users=120, comparisons_per_user=8, seed=0)
    found = within_or_between(world.comparisons, encoder=world.vectors, candidates=FEW_FITS, folds=2)
    assert found.verdict == "cycles between people"


def test_opposite_cycles_of_two_kinds_of_people_are_found():
    world = plural_world(n_users=80, comparisons_per_user=12, seed=0)
    found = within_or_between(world.comparisons, encoder=world.vectors, candidates=FEW_FITS, folds=2)
    assert found.verdict == "cycles within people who differ"
    assert found.log_loss["plural-gpm 2"] < 0.6 < found.log_loss["gpm"]


def test_what_cannot_be_tested_is_refused():
    rng = np.random.default_rng(0)
    with pytest.raises(GustibusError, match="each at least once"):
        within_or_between_test({"bt": rng.random(9), "gpm": rng.random(9)}, answers=5)
    with pytest.raises(GustibusError, match="one number a person"):
        within_or_between_test({"bt": rng.random(9), "gpm": rng.random(8)}, answers=5)
    world = plural_world(n_users=5, comparisons_per_user=1)
    with pytest.raises(GustibusError, match="nobody answered twice"):
        within_or_between(world.comparisons)
