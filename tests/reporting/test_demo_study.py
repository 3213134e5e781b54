"""The demo's study: honest about who knew what, and several tastes beat one."""

from __future__ import annotations

import pytest

from gustibus.catalog import town
from gustibus.embedding import Vectors
from gustibus.reporting.demo_result import estimate_of
from gustibus.reporting.demo_study import BASELINE, DemoStudy, demo_study


@pytest.fixture(scope="module")
def study() -> DemoStudy:
    """A small town whose styles are given as features: no text has to be encoded."""
    styles = town(n_people=90, n_prompts=40, comparisons_per_person=60, seed=0).styles
    return demo_study(n_people=90, n_prompts=40, seed=0, encoder=Vectors(styles.responses, styles.levels.astype(float)))


def test_several_tastes_beat_one_for_seen_and_for_new_people(study: DemoStudy) -> None:
    result = study.result
    for mine, theirs in ((result.best.seen, result.baseline.seen), (result.best.new[-1], result.baseline.new[-1])):
        assert estimate_of(mine.log_loss) < estimate_of(theirs.log_loss) - 0.05
        assert estimate_of(mine.accuracy) > estimate_of(theirs.accuracy) + 0.03


def test_nobody_beats_knowing_everything(study: DemoStudy) -> None:
    ceiling = study.result.ceiling
    for model in study.result.models:
        assert estimate_of(model.seen.log_loss) > estimate_of(ceiling.seen.log_loss)
        assert all(
            estimate_of(a.log_loss) > estimate_of(b.log_loss) for a, b in zip(model.new, ceiling.new, strict=True)
        )


def test_more_answers_of_new_people_help(study: DemoStudy) -> None:
    losses = [estimate_of(scores.log_loss) for scores in study.result.best.new]
    assert losses[-1] < losses[3] < losses[0]


def test_the_model_has_never_seen_the_newcomers(study: DemoStudy) -> None:
    assert not set(study.model.user_ids) & set(study.newcomers.user_ids)
    assert study.newcomers.n_users == 27


def test_the_baseline_comes_first_and_the_headline_has_several_tastes(study: DemoStudy) -> None:
    result = study.result
    assert result.baseline.name == BASELINE
    assert (result.best.n_prototypes or 0) > 1
    assert len(result.taste_names) == result.best.n_prototypes


def test_the_map_shows_every_seen_person_with_their_true_weights(study: DemoStudy) -> None:
    shown = study.result.taste_map
    n_seen = len(study.model.user_ids)
    assert [len(part) for part in (shown.people, shown.weights, shown.true_weights)] == [n_seen] * 3  # type: ignore[arg-type]
