"""A model's own samples are drawn once, kept, and chosen among for a person or for everybody."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from chat_server import ChatServer, says

from gustibus.catalog import ideal_point_world
from gustibus.comparisons import DataWarning, GustibusError, canonical_messages
from gustibus.fitted import fit
from gustibus.judging import AnswerStore, ChatEndpoint, sample_responses
from local_service import status

Endpoint = Callable[..., ChatEndpoint]


def by_seed(body: dict[str, Any]) -> str:
    return f"{body['messages'][-1]['content']} {body['seed'] % 3}"


@pytest.fixture
def sampler(server: ChatServer) -> ChatServer:
    server.rule = by_seed
    return server


def test_each_prompt_gets_its_samples_in_order(sampler: ChatServer, endpoint: Endpoint, store: AnswerStore) -> None:
    drawn = sample_responses(endpoint(temperature=0.8), ["tea?", "gin?"], 4, seed=7, max_requests=8, store=store)
    assert [one.prompt for one in drawn] == ["tea?", "gin?"]
    assert drawn[0].samples == ("tea? 1", "tea? 2", "tea? 0", "tea? 1")
    assert drawn[1].responses == ("gin? 1", "gin? 2", "gin? 0")
    assert {body["seed"] for body in sampler.requests} == {7, 8, 9, 10}
    assert all(body["temperature"] == 0.8 and body["max_tokens"] == 512 for body in sampler.requests)


def test_nothing_is_asked_twice(sampler: ChatServer, endpoint: Endpoint, store: AnswerStore) -> None:
    first = sample_responses(endpoint(temperature=1), ["tea?"], 3, max_requests=3, store=store)
    assert sample_responses(endpoint(temperature=1), ["tea?"], 3, max_requests=3, store=store) == first
    assert len(sampler.requests) == 3
    sample_responses(endpoint(temperature=1), ["tea?"], 5, max_requests=5, store=store)
    assert len(sampler.requests) == 5


def test_conversations_and_what_the_model_is_told_first(
    sampler: ChatServer, endpoint: Endpoint, store: AnswerStore
) -> None:
    talk = [
        {"role": "user", "content": "Hi"},
        {"role": "assistant", "content": "Yes?"},
        {"role": "user", "content": "tea"},
    ]
    sample_responses(endpoint(), [canonical_messages(talk)], 1, system="Be kind.", max_requests=1, store=store)
    assert sampler.requests[0]["messages"] == [{"role": "system", "content": "Be kind."}, *talk]


def test_refused_and_cut_off_samples_are_left_out_and_counted(
    sampler: ChatServer, endpoint: Endpoint, store: AnswerStore
) -> None:
    sampler.failures = [says(None, refusal="No."), says("half a sen", finish="length"), says(" \n")]
    with pytest.warns(DataWarning, match="3 of 5 samples are missing: 1 refused, 1 empty, 1 cut off"):
        (drawn,) = sample_responses(endpoint(temperature=1, concurrent=1), ["tea?"], 5, max_requests=5, store=store)
    assert drawn.n_lost == 3
    assert drawn.samples == ("tea? 0", "tea? 1")


def test_a_spent_budget_is_said_and_the_next_call_goes_on(
    sampler: ChatServer, endpoint: Endpoint, store: AnswerStore
) -> None:
    sampler.failures = [status(500)]
    with pytest.warns(DataWarning, match="3 of 4 samples are missing: 3 not asked for, because the budget was spent"):
        sample_responses(endpoint(temperature=1, concurrent=1), ["tea?"], 4, max_requests=2, store=store)
    (drawn,) = sample_responses(endpoint(temperature=1, concurrent=1), ["tea?"], 4, max_requests=3, store=store)
    assert len(drawn.samples) == 4
    assert len(sampler.requests) == 5


def test_the_best_sample_is_chosen_for_a_person_and_for_everybody(
    sampler: ChatServer, endpoint: Endpoint, store: AnswerStore
) -> None:
    world = ideal_point_world(n_users=20, n_items=40, n_held_out_items=10, seed=0)
    model = fit(world.comparisons, model="bt", encoder=world.vectors)
    sampler.rule = lambda body: world.vectors.ids[body["seed"]]
    (drawn,) = sample_responses(endpoint(temperature=1), ["Which?"], 6, max_requests=6, store=store)
    assert drawn.responses == tuple(world.vectors.ids[:6])
    rewards = model.reward(None, drawn.responses, model.user_ids[0])
    best = model.best_of_n(None, drawn.responses, model.user_ids[0])
    assert best.response == drawn.responses[int(np.argmax(rewards))]
    assert [one.score for one in model.rank(None, drawn.responses)] == sorted(rewards - rewards.mean(), reverse=True)
    assert model.decide(None, drawn.responses, "mean").chosen == best.response  # one taste for all


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"max_requests": None}, "there is no limit. This asks for 2 samples: allow it with max_requests=2"),
        ({"max_requests": None, "max_cost": 1.0}, "max_cost needs prices"),
        ({"prompts": "tea?"}, "is no list of texts"),
        ({"prompts": []}, "is no list of texts"),
        ({"n": 0}, "ask for at least one sample"),
    ],
)
def test_mistakes_are_answered_with_what_to_do(
    sampler: ChatServer, endpoint: Endpoint, store: AnswerStore, options: dict[str, Any], said: str
) -> None:
    usual: dict[str, Any] = {"prompts": ["tea?"], "n": 2, "max_requests": 2, "store": store}
    with pytest.raises(GustibusError, match=said):
        sample_responses(endpoint(temperature=1), **(usual | options))
    assert not sampler.requests


def test_without_temperature_all_samples_would_be_the_same(endpoint: Endpoint, store: AnswerStore) -> None:
    with pytest.raises(GustibusError, match="the temperature is 0"):
        sample_responses(endpoint(), ["tea?"], 2, max_requests=2, store=store)
