"""The worlds of personas are what they are said to be, and their types can be found."""

import numpy as np
import pytest
from benchmarks.personas.known_types import known_types
from benchmarks.personas.single_reward import single_reward_limits
from benchmarks.personas.world import SEEN_A_PERSONA, make_world, read_statements

import gustibus as gs
from gustibus.evaluation import Scored, prefix

pytestmark = [pytest.mark.real, pytest.mark.filterwarnings("ignore::gustibus.comparisons.DataWarning")]

FAST = {
    "dimensions": 8, "prototype_scale": 1.0, "user_penalty": 1.0, "posterior_draws": 64, "prior": "particles",
    "raw_features": True, "item_offsets": False,
}  # fmt: skip


@pytest.fixture(scope="module")
def statements(data_folder):
    return read_statements(data_folder)


@pytest.fixture(scope="module")
def world(statements):
    return make_world(statements, n_personas=2, answers=40, seed=0)


def test_statements_are_read_whole(statements):
    assert len(statements.text) == 20_223  # 20,250 with an embedding, 27 of them said before
    assert len(np.unique(statements.persona)) == 135


def test_people_answer_as_their_persona_does_and_opposite_to_the_others(world):
    persona = dict(zip(world.statements.text, world.statements.persona, strict=True))
    agrees = dict(zip(world.statements.text, world.statements.agrees, strict=True))
    for row in world.split.train.to_rows()[::97]:
        own = world.personas[world.type_of[row["user_id"]]] == persona[row["prompt"]]
        says_yes = row["choice"] == "a"
        assert row["response_a"] == f"{row['prompt']} Yes"
        assert says_yes == (agrees[row["prompt"]] == own)


def test_tests_are_about_new_statements_and_new_people(world):
    split = world.split
    tested = set(split.seen_test.prompt) | set(split.unseen_test.prompt)
    learned = set(split.train.prompt) | set(split.unseen_pool.prompt)
    assert not tested & (learned | set(split.validation.prompt))
    assert not set(split.train.prompt) & set(split.validation.prompt)
    assert not set(split.train.user_ids) & set(split.unseen_test.user_ids)
    assert len(split.train) + len(split.validation) == 2 * SEEN_A_PERSONA * 40
    assert len(prefix(split.unseen_pool, 100)) == len(split.unseen_pool)


def test_more_people_a_persona_are_more_people_and_nothing_else(statements, world):
    more = make_world(statements, n_personas=2, answers=40, seed=0, people=SEEN_A_PERSONA + 10)
    assert more.personas == world.personas
    assert more.split.train.n_users == world.split.train.n_users + 20
    assert more.split.unseen_test.n_users == world.split.unseen_test.n_users
    assert set(more.split.seen_test.prompt) <= set(world.split.seen_test.prompt) | set(world.split.unseen_test.prompt)


@pytest.mark.parametrize(("features", "width"), [("whitened 64", 64), ("raw 64", 64), ("raw 384", 300)])
def test_a_difference_of_responses_is_the_statement(world, features, width):
    # Three hundred statements span no more than as many dimensions.
    encoder, vectors = world.encoder(features), world.statement_vectors(features)
    texts = [str(text) for text in world.statements.text[:5]]
    both = [encoder.encode_items([None] * 5, [f"{text} {said}" for text in texts]) for said in ("Yes", "No")]
    assert np.allclose(both[0] - both[1], vectors[:5], atol=1e-5)
    assert vectors.shape[1] == width
    assert np.mean(vectors**2) == pytest.approx(1)


def test_one_taste_for_two_personas_is_chance_and_two_tastes_are_not(world):
    split, encoder = world.split, world.encoder("raw 64")
    one = gs.fit(
        split.train, validation=split.validation, encoder=encoder, model="bt", raw_features=True, item_offsets=False
    )
    two = gs.fit(split.train, validation=split.validation, encoder=encoder, prototypes=2, **FAST)
    seen = {
        name: Scored.of(split.seen_test, model.predict(split.seen_test).probability)
        for name, model in {"one": one, "two": two}.items()
    }
    known = known_types(world, "raw 64", seed=0)["seen"]
    assert seen["one"].log_loss == pytest.approx(np.log(2), abs=0.02)
    # Most of what is to be gained; one draw of two personas moves the figures by a few hundredths.
    assert seen["two"].log_loss < (known.log_loss + np.log(2)) / 2


def test_types_are_found_and_beat_one_taste(world):
    split = world.split
    known = known_types(world, "raw 64", seed=0)["new"]
    fitted = {
        name: gs.fit(
            split.train, validation=split.validation, encoder=world.encoder("raw 64"), raw_features=True,
            item_offsets=False, **options,
        )
        for name, options in {
            "mixture": {"model": "mixture", "prototypes": 2},
            "hierarchical": {"model": "hierarchical", "scale": 0.002, "types": 2},
        }.items()
    }  # fmt: skip
    assert np.exp(fitted["hierarchical"].prior.log_mass) == pytest.approx([0.5, 0.5], abs=0.02)
    for model in fitted.values():
        new = model.predict(split.unseen_test, users=model.adapt_users(prefix(split.unseen_pool, 20)))
        # One taste is at log 2 whatever it does; twenty answers leave hardly a doubt of the type.
        assert Scored.of(split.unseen_test, new.probability).log_loss < known.log_loss + 0.05


@pytest.mark.parametrize(("n_personas", "most"), [(2, 1 / 2), (4, 3 / 4)])
def test_one_reward_for_all_stays_within_its_limit(statements, n_personas, most):
    world = make_world(statements, n_personas, answers=20, seed=1)
    limits = single_reward_limits([world], "raw 64")
    assert limits["any"]["accuracy"] == pytest.approx(most)
    assert limits["unlimited people"]["accuracy"] <= most
    one = gs.fit(
        world.split.train, validation=world.split.validation, encoder=world.encoder("raw 64"), model="bt",
        raw_features=True, item_offsets=False,
    )  # fmt: skip
    reached = Scored.of(world.split.seen_test, one.predict(world.split.seen_test).probability)
    # Who is asked what is drawn, so that the share of those who say Yes moves a little.
    assert reached.log_loss > limits["any"]["log_loss"] - 0.01
    assert reached.accuracy < most + 0.03
