"""From a table with prompts to a model whose tastes depend on them, and back from disk."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from gustibus.catalog import PromptWorld, prompt_world
from gustibus.comparisons import GustibusError
from gustibus.embedding import Vectors
from gustibus.evaluation import Scored
from gustibus.fitted import FittedModel, fit, load
from gustibus.fitting import FitSettings

QUICK = FitSettings(
    model="pal-b", prototypes=3, dimensions=6, user_penalty=1.0, item_offsets=False, posterior_draws=128, max_steps=250
)


@pytest.fixture(scope="module")
def prompts() -> PromptWorld:
    return prompt_world(
        n_users=80, n_prompts=200, n_features=10, n_prompt_features=6, dimensions=4, comparisons_per_user=60, seed=0
    )


@pytest.fixture(scope="module")
def fitted(prompts: PromptWorld) -> FittedModel:
    known = prompts.comparisons.for_users(prompts.comparisons.user_ids[:70])
    return fit(known, encoder=prompts.vectors, settings=QUICK)


def test_prompts_that_were_never_asked_are_predicted_far_better_than_by_one_taste(
    prompts: PromptWorld, fitted: FittedModel
) -> None:
    asked = prompts.held_out.for_users(list(fitted.user_ids))
    one_taste = fit(prompts.comparisons, model="bt", encoder=prompts.joined, item_offsets=False)

    ours, theirs = (Scored.of(asked, model.predict(asked).probability) for model in (fitted, one_taste))

    gain = ours.paired(theirs, "accuracy")
    assert gain.low > 0.05


def test_new_people_are_placed_exactly_and_gain_by_it(prompts: PromptWorld, fitted: FittedModel) -> None:
    new = prompts.comparisons.user_ids[70:]
    people = fitted.adapt_users(prompts.comparisons.for_users(new))
    asked = prompts.held_out.for_users(new)

    known, unknown = (
        Scored.of(asked, fitted.predict(asked, users=users).probability) for users in (people, "population")
    )

    assert people.posteriors.certificate.max() <= 1e-5
    assert known.log_loss < unknown.log_loss


def test_the_same_response_is_worth_something_else_after_another_prompt(
    prompts: PromptWorld, fitted: FittedModel
) -> None:
    first, second = prompts.held_out.items().prompt_texts()[0], prompts.held_out.items().prompt_texts()[-1]
    responses = list(prompts.truth.responses[:20])
    rewards = [fitted.reward(prompt, responses) for prompt in (first, second)]
    assert np.abs(rewards[0] - rewards[1]).max() > 0.1


def test_swapping_a_and_b_flips_the_sign_exactly(prompts: PromptWorld, fitted: FittedModel) -> None:
    asked = prompts.held_out
    prompt, a, b = (
        asked.prompts.to_pylist()[0],
        asked.responses.to_pylist()[:6],
        asked.responses.to_pylist()[6:12],
    )
    before = fitted.log_odds([prompt] * 6, a, b)
    after = fitted.log_odds([prompt] * 6, b, a)
    assert np.array_equal(np.asarray(before), -np.asarray(after))


@pytest.mark.parametrize("form", [{}, {"similarity": "cosine"}, {"assignment": "partition"}])
def test_round_trip_is_exact(prompts: PromptWorld, tmp_path: Path, form: dict[str, str]) -> None:
    brief = QUICK.with_(max_steps=20, posterior_draws=64, **form)
    saved = fit(prompts.comparisons, encoder=prompts.vectors, settings=brief)
    saved.save(tmp_path / "model")
    again = load(tmp_path / "model")
    asked = prompts.held_out
    before, after = saved.predict(asked), again.predict(asked)
    for name in ("log_odds", "sd", "probability"):
        assert np.array_equal(getattr(before, name), getattr(after, name))
    assert again.settings == saved.settings
    assert again.scorer.encoder.identity == saved.scorer.encoder.identity


def test_models_saved_before_there_were_prompt_maps_are_read(prompts: PromptWorld, tmp_path: Path) -> None:
    older = fit(prompts.comparisons, model="bt", encoder=prompts.joined, item_offsets=False)
    older.save(tmp_path / "m")
    path = tmp_path / "m" / "config.json"
    config = json.loads(path.read_text())
    del config["prompt_features"]
    for name in ("similarity", "assignment", "weights", "initial_scale", "scale_learning_rate"):
        del config["settings"][name]
    path.write_text(json.dumps(config))

    again = load(tmp_path / "m")

    assert again.scorer.prompt_map is None
    assert np.array_equal(again.predict(prompts.held_out).log_odds, older.predict(prompts.held_out).log_odds)


def test_low_rank_models_come_back(prompts: PromptWorld, tmp_path: Path) -> None:
    saved = fit(
        prompts.comparisons,
        model="low-rank",
        encoder=prompts.joined,
        item_offsets=False,
        user_penalty=1.0,
        max_steps=20,
    )
    saved.save(tmp_path / "m")
    again = load(tmp_path / "m")
    assert np.array_equal(again.predict(prompts.held_out).log_odds, saved.predict(prompts.held_out).log_odds)


def rows(prompt: str | None) -> list[dict[str, object]]:
    return [
        {"user_id": f"u{i % 7}", "prompt": prompt, "response_a": "tea", "response_b": "gin", "choice": "ab"[i % 7 % 2]}
        for i in range(70)
    ]


def test_a_table_without_prompts_is_refused_with_the_model_to_use() -> None:
    vectors = Vectors(["tea", "gin"], np.eye(2), prompts=(["Thirsty?"], [[1.0]]))
    with pytest.raises(GustibusError, match=r"there are no prompts\. Use model='pal-a'"):
        fit(rows(None), model="pal-b", encoder=vectors)


def test_asking_without_a_prompt_is_refused(fitted: FittedModel, prompts: PromptWorld) -> None:
    with pytest.raises(GustibusError, match="there are no prompts"):
        fitted.reward(None, list(prompts.truth.responses[:2]))


def test_vectors_without_prompts_are_refused_with_what_to_give() -> None:
    with pytest.raises(GustibusError, match="prompts="):
        fit(rows("Thirsty?"), model="pal-b", encoder=Vectors(["tea", "gin"], np.eye(2)))
