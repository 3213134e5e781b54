"""``gustibus judge`` against a real service on this machine."""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
from command_line import as_json, invoke, succeed

from gustibus.comparisons import Comparisons, read, write
from local_service import serving, status

FOLDER = Path(__file__).parents[1] / "judging"


def of_the_room_of_judging(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"judging_{name}", FOLDER / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


chat = of_the_room_of_judging("chat_server")
pairs = of_the_room_of_judging("pairs_to_judge").pairs


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[ModuleType]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GUSTIBUS_CACHE", str(tmp_path / "cache"))
    for name in ("http_proxy", "all_proxy", "HTTP_PROXY", "ALL_PROXY", "GUSTIBUS_JUDGE_API_KEY"):
        monkeypatch.delenv(name, raising=False)
    write(pairs(4), tmp_path / "data.parquet")
    (tmp_path / "people.txt").write_text("A nurse.\nA sailor.\n")
    with serving(chat.ChatServer) as running:
        yield running


def words(server, *more: object) -> list[object]:
    return ["judge", "data.parquet", "--endpoint", server.url, "--model", "small", "--personas", "people.txt", *more]


def test_judgements_are_written_with_their_source(server) -> None:
    done = succeed(*words(server, "--max-requests", 16))

    data = read("data.judged.parquet")
    assert data.source_counts() == {"llm:small": 8}
    assert data.user_ids == ["small/1", "small/2"]
    assert "8 judgements of 4 pairs by 2 personas" in done.stdout
    assert "100% (" in done.stdout
    assert not Path("data.judged.unanswered.jsonl").exists()


def test_a_dry_run_sends_and_writes_nothing(server) -> None:
    plan = as_json(*words(server, "--dry-run", "--price-in", 1, "--price-out", 2))

    assert (plan["n_questions"], plan["n_requests"], plan["n_stored"]) == (16, 16, 0)
    assert plan["cost"] > 0
    assert "Nothing was sent." in succeed(*words(server, "--dry-run")).stdout
    assert server.requests == []
    assert sorted(path.name for path in Path().iterdir()) == ["data.parquet", "people.txt"]


def test_without_a_limit_nothing_is_sent(server) -> None:
    done = invoke(*words(server))

    assert done.exit_code == 2
    assert "16 requests to send" in done.stderr
    assert "--max-requests N or --max-cost SUM" in done.stderr
    assert server.requests == []


def test_the_same_command_goes_on(server) -> None:
    first = as_json(*words(server, "--max-requests", 5))
    second = as_json(*words(server, "--max-requests", 100))

    assert (first["n_not_asked"], second["n_requests"], second["n_from_store"]) == (11, 11, 5)
    assert len(server.requests) == 16


def test_answers_that_are_none_are_written_apart(server) -> None:
    server.failures = [chat.says("Hard to say.")]

    done = succeed(*words(server, "--max-requests", 100, "--out", "out.jsonl", "--concurrent", 1))

    (line,) = Path("out.unanswered.jsonl").read_text(encoding="utf-8").splitlines()
    assert json.loads(line)["text"] == "Hard to say."
    assert "1 of 16 questions have no usable answer" in done.stderr
    assert len(read("out.jsonl")) == 7


def test_nothing_but_rubbish_leaves_no_file_of_judgements(server) -> None:
    server.rule = lambda body: "Hm."

    done = succeed(*words(server, "--max-requests", 100))

    assert "There is no judgement to write." in done.stdout
    assert not Path("data.judged.parquet").exists()


def test_options_reach_the_service(server, tmp_path: Path) -> None:
    (tmp_path / "key.txt").write_text("k-17\n")
    more = ["--api-key-file", "key.txt", "--option", "seed=3", "--option", "stop=END", "--temperature", 0.5]
    more += ["--max-tokens", 5, "--criterion", "Which is kinder?", "--one-order", "--pairs", 2, "--answers", "kept"]

    succeed(*words(server, "--max-requests", 100, *more))

    assert len(server.requests) == 4
    body = server.requests[0]
    assert (body["seed"], body["stop"], body["temperature"], body["max_tokens"]) == (3, "END", 0.5, 5)
    assert "Which is kinder? Answer with exactly one word" in body["messages"][1]["content"]
    assert body["key"] == "Bearer k-17"
    assert Path("kept").is_dir()


def test_a_run_file_can_say_all_of_it(server) -> None:
    text = f"file: data.parquet\nendpoint: {server.url}\nmodel: small\nmax-requests: 8\noption: {{seed: 3}}\n"
    Path("run.yaml").write_text(text)

    succeed("judge", "--config", "run.yaml")

    assert len(server.requests) == 8
    assert server.requests[0]["seed"] == 3


@pytest.mark.parametrize(
    ("more", "message"),
    [
        (["--max-requests", 0], "--max-requests=0 lets nothing be asked"),
        (["--dry-run", "--option", "messages=[]"], "options hold 'messages', but the question is what is asked here"),
        (["--dry-run", "--option", "n=2"], "options hold 'n', but each question is asked once"),
        (["--dry-run", "--option", "seed={"], "--option 'seed={' is not JSON"),
        (["--max-cost", 1], "--max-cost needs prices"),
        (["--max-requests", 9, "--out", "data.csv"], "written as parquet or jsonl"),
        (["--max-requests", 9, "--out", "data.parquet"], "is the file to be read"),
        (["--max-requests", 9, "--out", "nowhere/out.parquet"], "there is no folder nowhere"),
        (["--max-requests", 9, "--option", "seed"], "--option 'seed' has no value"),
        (["--max-requests", 9, "--api-key-env", "NOT_SET"], "NOT_SET is not set"),
        (["--max-requests", 9, "--personas", "nobody.txt"], "There is no file nobody.txt"),
        (["--max-requests", 9, "--endpoint", "localhost"], "is no web address"),
        (["--max-requests", 9, "--source", "llm"], "No judgement comes from the source 'llm'. Sources are: 'human'"),
    ],
)
def test_what_cannot_be_done_is_explained_before_anything_is_sent(server, more: list[object], message: str) -> None:
    done = invoke(*words(server, *more))

    assert done.exit_code == 2
    assert message in done.stderr
    assert server.requests == []


def test_a_missing_key_is_explained_in_the_words_of_the_command_line(server) -> None:
    server.failures = [status(401, message="no key")] * 9

    done = invoke(*words(server, "--max-requests", 9))

    assert done.exit_code == 2
    assert "--api-key-file" in done.stderr
    assert "HTTP 401" in done.stderr


def test_one_source_of_several_is_read_without_a_warning(server, tmp_path: Path) -> None:
    succeed(*words(server, "--max-requests", 100))
    both = Comparisons.concat([read("data.parquet"), read("data.judged.parquet")])
    write(both, "both.parquet")

    mixed, alone = succeed("info", "both.parquet"), succeed("info", "both.parquet", "--source", "human")

    assert "judgements of several sources, mixed as if they were one ('human': 4, 'llm:small': 8)" in mixed.stderr
    assert "--source llm:small" in mixed.stderr
    assert "several sources" not in alone.stderr
