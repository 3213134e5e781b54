"""A model's own samples, drawn from a real service on this machine, are chosen among in the terminal."""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from command_line import World, as_json, invoke, succeed

from gustibus.comparisons import read
from gustibus.fitted import load
from local_service import serving, status

SERVER = Path(__file__).parents[1] / "judging" / "chat_server.py"


def loaded(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("chat_service_of_samples", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


chat = loaded(SERVER)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, world: World) -> Iterator[Any]:
    """A model that answers with the responses of the small world, one after the other."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GUSTIBUS_CACHE", str(tmp_path / "cache"))
    for name in ("http_proxy", "all_proxy", "HTTP_PROXY", "ALL_PROXY", "GUSTIBUS_JUDGE_API_KEY"):
        monkeypatch.delenv(name, raising=False)
    with serving(chat.ChatServer) as running:
        running.rule = lambda body: world.responses[body["seed"] % 6]
        yield running


def words(verb: str, model: Path, server: Any, *more: object) -> list[object]:
    service = ["--endpoint", server.url, "--model-name", "small"]
    return [verb, model, *service, *(more or ["--prompt", "Which?", "-n", 6, "--max-requests", 6])]


def test_samples_are_decided_among_for_everybody_by_a_rule(server: Any, world: World, model: Path) -> None:
    found = as_json(*words("decide", model, server), "--rule", "nash")
    (one,) = found["decisions"]
    plain = load(model).decide("Which?", list(world.responses[:6]), "nash")
    assert one["chosen"] == plain.chosen
    assert one["mean"] == pytest.approx(plain.ledger.mean)
    assert [body["messages"][-1]["content"] for body in server.requests] == ["Which?"] * 6
    assert {body["temperature"] for body in server.requests} == {1.0}
    told = found["samples"]
    assert (told["n_samples"], told["n_kept"], told["n_requests"], told["cost"]) == (6, 6, 6, None)


def test_best_of_n_for_one_person_and_a_reranked_list(server: Any, world: World, model: Path) -> None:
    alice = world.seen[2]
    ranked = as_json(*words("rank", model, server), "--user", alice)
    plain = load(model).rank("Which?", list(world.responses[:6]), alice)
    assert [one["response"] for one in ranked["ranking"]] == [one.response for one in plain]
    assert ranked["samples"]["n_distinct"] == 6
    best = as_json(*words("rank", model, server), "--user", alice, "--top", 1)
    assert [one["response"] for one in best["ranking"]] == [plain[0].response]
    (one,) = as_json(*words("decide", model, server), "--user", alice, "--rule", "mean")["decisions"]
    assert one["chosen"] == plain[0].response
    assert len(server.requests) == 6  # drawn once, kept for the other two


def test_all_rules_and_preference_data_of_many_prompts(server: Any, world: World, model: Path) -> None:
    Path("prompts.jsonl").write_text('{"prompt": "One?"}\n{"prompt": "Two?"}\n"One?"\n')
    many = ["--prompts", "prompts.jsonl", "-n", 4, "--max-requests", 8]
    assert "Over 2 prompts" in succeed(*words("rules", model, server, *many)).stdout
    drawn = as_json("export-pairs", model, "pairs.jsonl", *words("", model, server, *many)[2:], "--by", "person")
    assert drawn["samples"]["n_from_store"] == 8
    made = read("pairs.jsonl", format="trl")
    assert set(made.prompts.to_pylist()) == {"One?", "Two?"}
    assert len(made) == 2 * len(world.seen)
    assert set(made.responses.to_pylist()) <= set(world.responses[:4])


def test_refusals_failures_and_the_cost_are_reported(server: Any, world: World, model: Path) -> None:
    server.failures = [chat.says(None, refusal="No."), chat.says("half", finish="length"), status(400), chat.says(" ")]
    asked = ["--prompt", "Which?", "-n", 8, "--concurrent", 1, "--price-in", 1000, "--price-out", 2000]
    done = succeed(*words("decide", model, server, *asked, "--max-cost", 50, "--tries", 1))
    said = " ".join(done.stderr.split())
    assert "4 samples of small, 4 of them different (8 samples asked for, of 1 prompt: 1 refused, 1 empty," in said
    assert "1 cut off, 1 failed)" in said
    assert "8 requests sent in this run (1 failed), 0 samples drawn before it." in said
    assert "Failed: " in said
    spent = sum(len("Which?") // 4 + 1 for _ in range(7)) * 1000 / 1e6
    assert ", cost " in said
    account = as_json(*words("decide", model, server, *asked, "--max-cost", 50, "--tries", 1))["samples"]
    assert account["tokens_in_before"] * 1000 / 1e6 == pytest.approx(spent)
    assert (account["n_refused"], account["n_empty"], account["n_cut_off"], account["n_failed"]) == (1, 1, 1, 0)
    assert account["n_requests"] == 1  # what failed is asked for once more, and nothing else


def test_a_spent_budget_goes_on_where_it_stopped(server: Any, model: Path) -> None:
    few = ["--prompt", "Which?", "-n", 6, "--concurrent", 1]
    said = succeed(*words("decide", model, server, *few, "--max-requests", 3)).stderr
    assert "3 not asked for, because the budget was spent" in " ".join(said.split())
    assert as_json(*words("decide", model, server, *few, "--max-requests", 3))["samples"]["n_kept"] == 6
    assert len(server.requests) == 6


def test_prompts_without_a_choice_are_left_out(server: Any, world: World, model: Path) -> None:
    Path("prompts.txt").write_text("One?\nTwo?\n")
    server.rule = lambda body: world.responses[body["seed"] if body["messages"][-1]["content"] == "Two?" else 0]
    many = ["--prompts", "prompts.txt", "-n", 3, "--max-requests", 6]
    done = invoke(*words("decide", model, server, *many), "--json")
    assert [one["prompt"] for one in json.loads(done.stdout)["decisions"]] == ["Two?"]
    said = " ".join(done.stderr.split())
    assert "Left out: 1 prompt without two different samples to choose from, such as 'One?'." in said
    alone = invoke(*words("decide", model, server, "--prompt", "One?", "-n", 3, "--max-requests", 3))
    assert alone.exit_code == 2
    assert "the prompt 'One?' has one response: a decision needs at least two" in " ".join(alone.stderr.split())


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (["--prompt", "Which?"], "Nothing was sent: there is no limit. This asks for 8 samples"),
        (["--prompt", "Which?", "--max-cost", 1], "--max-cost needs prices"),
        (["--max-requests", 8], "give --prompt TEXT, or --prompts FILE for several"),
        (["--prompt", "A", "--prompts", "f.txt"], "give --prompt TEXT, or --prompts FILE for several"),
        (["--prompt", "A", "--responses", "f.txt"], "--responses and --endpoint exclude each other"),
        (["--prompt", "A", "--max-requests", 8, "--temperature", 0], "the temperature is 0"),
        (["--prompt", "A", "--max-requests", 8, "--user", "nobody"], "nobody"),
        (["--prompts", "none.txt", "--max-requests", 8], "There is no file none.txt. Name a file with one prompt"),
        (["--prompt", "A", "--max-requests", 0], "--max-requests=0 lets nothing be asked"),
        (["--prompt", "A", "--max-requests", 8, "--option", "top_p"], "--option 'top_p' has no value"),
    ],
)
def test_mistakes_are_answered_before_anything_is_sent(
    server: Any, model: Path, given: list[object], said: str
) -> None:
    refused = invoke(*words("decide", model, server, *given))
    assert refused.exit_code == 2, refused.stdout
    assert said in " ".join(refused.stderr.split())
    assert not server.requests


def test_a_table_of_rewards_and_options_without_a_service_are_refused(server: Any, model: Path) -> None:
    Path("rewards.csv").write_text("user_id,response,reward\nann,tea,1\nann,gin,0\n")
    told = invoke(*words("decide", Path("rewards.csv"), server))
    assert "leave --responses, --endpoint, --vectors" in " ".join(told.stderr.split())
    assert "about a model's own samples" in invoke("decide", "rewards.csv", "--prompts", "p.txt").stderr
    alone = invoke("decide", model, "--model-name", "m", "--responses", "x.txt")
    assert "--model-name is about a model's own samples: name its service with --endpoint" in alone.stderr
    nameless = invoke("decide", model, "--endpoint", server.url, "--prompt", "A")
    assert "--model-name is missing" in nameless.stderr
    several = invoke("rank", model, "--endpoint", server.url, "--model-name", "m", "--prompts", "p.txt")
    assert "rank is for one prompt" in several.stderr


def test_a_service_that_fails_is_named(server: Any, model: Path) -> None:
    server.failures = [status(401, message="bad key")] * 8
    refused = invoke(*words("decide", model, server))
    assert refused.exit_code == 2
    assert "401" in refused.stderr
    assert server.url in refused.stderr.replace("\n", "")
