"""What holds for every model: save and load, newcomers, updates, both orders of a pair, evaluation."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from gustibus.catalog import PromptWorld, prompt_world
from gustibus.comparisons import Comparisons, GustibusError
from gustibus.evaluation import evaluate
from gustibus.fitted import FittedModel, fit, load
from gustibus.fitting import FitSettings

BRIEF = FitSettings(
    model="auto",
    prototypes=2,
    dimensions=3,
    prototype_scale=1.0,
    user_penalty=1.0,
    item_offsets=False,
    max_steps=20,
    restarts=1,
    prior="dirichlet",
    posterior_draws=64,
)
EVERY = {
    "hierarchical": BRIEF.for_model("hierarchical", scale=0.5, types=1),
    "hierarchical, types": BRIEF.for_model("hierarchical", scale=0.5, types=2),
    "pal-a": BRIEF.for_model("pal-a"),
    "pal-a, joint": BRIEF.for_model("pal-a", inference="joint"),
    "pal-a, not linear": BRIEF.for_model("pal-a", placement="mapped", distance="euclidean"),
    "pal-b": BRIEF.for_model("pal-b"),
    "pal-b, joint": BRIEF.for_model("pal-b", inference="joint"),
    "pal-b, cosine": BRIEF.for_model("pal-b", similarity="cosine"),
    "low-rank": BRIEF.for_model("low-rank"),
    "low-rank, free": BRIEF.for_model("low-rank", weights="free"),
    "low-rank, joint": BRIEF.for_model("low-rank", inference="joint"),
    "mixture": BRIEF.for_model("mixture"),
    "bt": BRIEF.for_model("bt"),
    "classification": BRIEF.for_model("classification"),
    "pair-input": BRIEF.for_model("pair-input"),
    "pair-input, plain": BRIEF.for_model("pair-input", plain=True),
    "gpm": BRIEF.for_model("gpm", dimensions=2),
    "gpm, published": BRIEF.for_model("gpm", dimensions=4, unit_norm=True, temperature=0.1),
    "gpm, gated": BRIEF.for_model("gpm", dimensions=4, gate="softplus"),
    "scalar-cyclic": BRIEF.for_model("scalar-cyclic", dimensions=2, cyclic_ratio=10.0),
    "plural-gpm": BRIEF.for_model("plural-gpm", dimensions=2, cyclic_ratio=10.0),
    "plural-gpm, by prompt": BRIEF.for_model("plural-gpm", dimensions=2, gate="signed"),
}
ONE_TASTE = (
    "bt",
    "classification",
    "pair-input",
    "pair-input, plain",
    "gpm",
    "gpm, published",
    "gpm, gated",
    "scalar-cyclic",
)
N_KNOWN = 24


@pytest.fixture(scope="module")
def world() -> PromptWorld:
    return prompt_world(
        n_users=30, n_prompts=60, n_held_out_prompts=10, n_features=6, n_prompt_features=4, dimensions=3,
        n_prototypes=2, comparisons_per_user=24, held_out_per_user=6, seed=0,
    )  # fmt: skip


@pytest.fixture(scope="module", params=EVERY)
def named(request: pytest.FixtureRequest, world: PromptWorld) -> tuple[str, FittedModel]:
    settings = EVERY[request.param]
    encoder = world.vectors if settings.prompts_apart else world.joined
    known = world.comparisons.for_users(world.comparisons.user_ids[:N_KNOWN])
    return request.param, fit(known, encoder=encoder, settings=settings)


def newcomer(world: PromptWorld, n: int) -> Comparisons:
    return world.comparisons.for_users(world.comparisons.user_ids[-1]).take(range(n))


def test_a_loaded_model_predicts_and_places_as_the_saved_one(
    named: tuple[str, FittedModel], world: PromptWorld, tmp_path: Path
) -> None:
    _, model = named
    model.save(tmp_path / "model")
    again = load(tmp_path / "model")

    for users in (None, "population"):
        before, after = (m.predict(world.held_out, users=users) for m in (model, again))  # type: ignore[arg-type]
        for name in ("log_odds", "sd", "probability"):
            assert np.array_equal(getattr(before, name), getattr(after, name)), (users, name)
    assert (again.user_ids, again.settings, again.adaptation) == (model.user_ids, model.settings, model.adaptation)
    strangers = world.comparisons.for_users(world.comparisons.user_ids[N_KNOWN:])
    placed = [m.predict(world.held_out, users=m.adapt_users(strangers)).probability for m in (model, again)]
    assert np.array_equal(*placed)


def test_a_newcomer_without_answers_is_the_population_and_with_answers_somebody(
    named: tuple[str, FittedModel], world: PromptWorld
) -> None:
    name, model = named
    asked = world.held_out.for_users(world.held_out.user_ids[-1])
    nobody = model.adapt_users(newcomer(world, 0), user_ids=asked.user_ids)
    somebody = model.adapt_users(newcomer(world, 5))
    population, without, placed = (
        model.predict(asked, users=users).probability  # type: ignore[arg-type]
        for users in ("population", nobody, somebody)
    )
    assert nobody[asked.user_ids[0]].n_answers == 0
    assert somebody[asked.user_ids[0]].n_answers == 5
    # A Dirichlet's population is a fixed set of 512 draws, a person without answers the moments.
    np.testing.assert_allclose(without, population, atol=0.02)
    if name in ONE_TASTE:
        np.testing.assert_allclose(placed, population, atol=1e-6)
    else:
        assert np.abs(placed - population).max() > 1e-6


def test_answers_one_by_one_are_answers_at_once(named: tuple[str, FittedModel], world: PromptWorld) -> None:
    _, model = named
    person = model.adapt(newcomer(world, 2))
    for at in range(2, 5):
        person = person.update(newcomer(world, 5).take([at]))
    at_once = model.adapt(newcomer(world, 5))
    assert person.n_answers == 5
    np.testing.assert_allclose(person.weights, at_once.weights, atol=1e-5)
    np.testing.assert_allclose(person.covariance, at_once.covariance, atol=1e-5)


def test_a_person_who_is_remembered_is_predicted_as_placed_and_forgotten_on_request(
    named: tuple[str, FittedModel], world: PromptWorld
) -> None:
    _, model = named
    people = model.adapt_users(newcomer(world, 5))
    asked = world.held_out.for_users(world.held_out.user_ids[-1])
    grown = model.with_users(people)
    np.testing.assert_allclose(
        grown.predict(asked).probability, model.predict(asked, users=people).probability, atol=1e-6
    )
    assert grown.forget(asked.user_ids[0]).user_ids == model.user_ids


def test_the_probabilities_of_both_orders_make_one(named: tuple[str, FittedModel], world: PromptWorld) -> None:
    _, model = named
    asked = world.held_out
    rows = asked.to_rows()
    swapped = Comparisons.from_rows(
        [{**r, "response_a": r["response_b"], "response_b": r["response_a"], "choice": "tie"} for r in rows]
    )
    placed = model.adapt_users(world.comparisons.for_users(world.comparisons.user_ids[N_KNOWN:]))
    for users in (None, "population", placed):
        there, back = (model.predict(data, users=users) for data in (asked, swapped))  # type: ignore[arg-type]
        # A plain pair-input network, too: it is asked both ways, and how far it contradicts itself is reported.
        np.testing.assert_allclose(there.probability + back.probability, 1, atol=1e-12)
        np.testing.assert_array_equal(there.log_odds, -back.log_odds)


def test_it_can_be_evaluated(named: tuple[str, FittedModel], world: PromptWorld) -> None:
    _, model = named
    test = Comparisons.concat(
        [
            world.held_out.for_users(world.held_out.user_ids[:N_KNOWN]),
            world.comparisons.for_users(world.comparisons.user_ids[N_KNOWN:]),
        ]
    )
    report = evaluate(model, test, shots=(0, 5), n_boot=20)
    assert report.seen is not None
    for scored in (report.seen, *report.unseen.values()):
        # Brief fits of a few answers: finite and not far worse than guessing.
        assert 0 < scored.log_loss < 1.2


def test_people_of_one_model_are_not_people_of_another(named: tuple[str, FittedModel], world: PromptWorld) -> None:
    _, model = named
    other = fit(world.comparisons.for_users(world.comparisons.user_ids[:6]), encoder=world.joined, model="bt", seed=1)
    person = other.adapt(newcomer(world, 3))
    row = newcomer(world, 1).to_rows()[0]
    with pytest.raises(GustibusError, match="another model"):
        model.log_odds(row.get("prompt"), row["response_a"], row["response_b"], person)
