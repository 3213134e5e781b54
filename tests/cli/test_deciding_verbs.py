"""``gustibus decide`` and ``gustibus rules`` choose for many people, from a model and from a table of rewards."""

from __future__ import annotations

import json
import typing
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv as pa_csv
import pytest
from command_line import World, as_json, invoke, succeed

from gustibus.aggregation import RULES, decide, decide_by_all, export_pairs
from gustibus.cli.decide import decide as decide_verb
from gustibus.comparisons import read, read_groups, read_rewards
from gustibus.fitted import load

REWARD = np.array([[3.0, 1.0, -3.0], [3.0, 1.0, -3.0], [2.5, 0.5, -1.0], [-4.0, 1.0, 3.0]])
DISHES, PEOPLE, GROUPS = ("fish", "soup", "meat"), ("ann", "bob", "cid", "eve"), ("x", "x", "x", "y")


def rows(prompt: str, reward: np.ndarray = REWARD) -> list[dict[str, object]]:
    return [
        {"user_id": PEOPLE[u], "response": DISHES[y], "reward": float(reward[u, y]), "prompt": prompt}
        for u in range(4)
        for y in range(3)
    ]


@pytest.fixture(scope="module")
def rewards(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("rewards") / "rewards.csv"
    pa_csv.write_csv(pa.Table.from_pylist(rows("dinner") + rows("lunch", REWARD[:, ::-1])), path)
    return path


@pytest.fixture(scope="module")
def groups(rewards: Path) -> Path:
    path = rewards.with_name("people.csv")
    path.write_text("user_id,group\n" + "".join(f"{who},{g}\n" for who, g in zip(PEOPLE, GROUPS, strict=True)))
    return path


def test_the_verb_knows_every_rule() -> None:
    annotation = typing.get_type_hints(decide_verb)["rule"]
    assert set(typing.get_args(annotation)) == set(RULES)


@pytest.mark.parametrize("rule", [rule for rule in RULES if rule != "group-max-min"])
def test_a_table_of_rewards_is_decided_as_the_array_is(rewards: Path, rule: str) -> None:
    found = as_json("decide", rewards, "--rule", rule, "--prompt", "dinner")
    (one,) = found["decisions"]
    plain = decide(REWARD, rule, people=PEOPLE, responses=DISHES)  # type: ignore[arg-type]
    assert one["chosen"] == plain.chosen
    np.testing.assert_allclose([entry["weight"] for entry in one["responses"]], plain.weight, atol=1e-9)
    assert one["mean"] == pytest.approx(plain.ledger.mean, abs=1e-12)
    assert one["worst_person"]["person"] == plain.ledger.worst_person
    assert one["worst_group"]["satisfaction"] is None


def test_in_words_who_gains_who_loses_and_what_the_rule_is(rewards: Path, groups: Path) -> None:
    said = succeed("decide", rewards, "--prompt", "dinner", "--groups", groups).stdout
    assert "borda chooses fish" in said
    assert "eve" in said.split("Who loses most")[1]
    assert "worst group" in said
    assert RULES["borda"] in said


def test_several_prompts_are_decided_each_with_a_summary(rewards: Path, groups: Path) -> None:
    said = succeed("decide", rewards, "--rule", "group-max-min", "--groups", groups).stdout
    lines = {line.split()[0]: line.split()[-1] for line in said.splitlines() if line[:6].strip() in ("dinner", "lunch")}
    assert lines == {"dinner": "soup", "lunch": "soup"}
    assert said.splitlines()[4].startswith("mean")
    assert len(as_json("decide", rewards)["decisions"]) == 2


def test_weights_count(rewards: Path) -> None:
    weights = rewards.with_name("weights.csv")
    weights.write_text("user_id,weight\nann,0\nbob,0\ncid,0\neve,2\n")
    (one,) = as_json("decide", rewards, "--rule", "mean", "--prompt", "dinner", "--weights", weights)["decisions"]
    assert one["chosen"] == "meat"
    (same,) = as_json("decide", rewards, "--rule", "mean", "--prompt", "dinner", "--user", "eve")["decisions"]
    assert same["chosen"] == "meat"
    assert same["people"] == 1


def test_all_rules_stand_side_by_side(rewards: Path, groups: Path, tmp_path: Path) -> None:
    page, figure = tmp_path / "rules.html", tmp_path / "frontier.png"
    words = ["rules", rewards, "--groups", groups, "--prompt", "dinner", "--html", page, "--figure", figure]
    found = as_json(*words)
    plain = decide_by_all(REWARD, people=PEOPLE, group=GROUPS, responses=DISHES)
    assert {one["rule"]: one["chosen"] for one in found["prompts"][0]["rules"]} == {
        rule: one.chosen for rule, one in plain.items()
    }
    said = succeed(*words).stdout
    assert all(f"\n{rule} " in said for rule in RULES)
    assert "make 3 different choices for 4 people" in said or "different choices" in said
    text = page.read_text(encoding="utf-8")
    assert text.count("<svg") == 1
    assert "Who is overruled" in text
    assert figure.read_bytes().startswith(b"\x89PNG")


def test_rules_over_several_prompts_are_summarised(rewards: Path, tmp_path: Path) -> None:
    page = tmp_path / "rules.html"
    said = succeed("rules", rewards, "--html", page).stdout
    assert "Over 2 prompts" in said
    assert "as borda (share of prompts)" in said
    assert page.read_text(encoding="utf-8").count("<svg") == 2


def test_a_fitted_model_decides_for_its_people(world: World, model: Path, tmp_path: Path) -> None:
    texts = tmp_path / "pool.txt"
    texts.write_text("\n".join(world.responses[:5]))
    found = as_json("decide", model, "--responses", texts, "--rule", "leximin")
    plain = load(model).decide(None, list(world.responses[:5]), "leximin")
    (one,) = found["decisions"]
    assert one["chosen"] == plain.chosen
    assert one["people"] == len(world.seen)
    some = as_json("rules", model, "--responses", texts, "--user", world.seen[0], "--user", world.seen[3])
    assert {entry["people"] for entry in some["prompts"][0]["rules"]} == {2}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            ["--rule", "group-max-min"],
            "rule=group-max-min needs groups: name a file of user_id and group with --groups",
        ),
        (["--prompt", "breakfast"], "has no rewards for the prompt 'breakfast'"),
        (["--responses", "x.txt"], "is a table of rewards, which says itself what the responses are"),
        (["--user", "nobody"], "there are no rewards of 'nobody'"),
        (["--columns", "reward=score"], "has no column 'score'"),
        (["--groups", "few.csv"], "3 people of 4 have no group: 'bob', 'cid', 'eve'"),
    ],
)
def test_mistakes_are_answered_with_the_fix(
    rewards: Path, words: list[str], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(rewards.parent)
    Path("few.csv").write_text("user_id,group\nann,x\n")
    refused = invoke("decide", rewards, *words)
    assert refused.exit_code == 2
    assert said in " ".join(refused.stderr.replace("--rule ", "rule=").split())


def test_judgements_are_to_be_fitted_first(world: World) -> None:
    refused = invoke("decide", world.judgements)
    said = " ".join(refused.stderr.split())
    assert refused.exit_code == 2
    assert f"gustibus fit {world.judgements} --out model, then gustibus decide model" in said


def test_one_figure_is_of_one_prompt_and_a_model_needs_responses(rewards: Path, model: Path) -> None:
    assert "--figure draws one prompt" in invoke("rules", rewards, "--figure", "x.png").stderr
    assert "--responses is missing" in invoke("rules", model).stderr
    assert "cannot be written" in " ".join(invoke("rules", rewards, "--figure", "x.txt").stderr.split())


def test_bad_rows_are_named(tmp_path: Path) -> None:
    path = tmp_path / "rewards.jsonl"
    bad = rows("dinner")
    bad[4]["reward"] = "lots"
    path.write_text("".join(json.dumps(row) + "\n" for row in bad))
    refused = invoke("rules", path)
    assert "row 5, column 'reward', value 'lots' is not a finite number." in " ".join(refused.stderr.split())


def test_pairs_for_trainers_come_back_as_judgements(rewards: Path, groups: Path, tmp_path: Path) -> None:
    out = tmp_path / "pairs.jsonl"
    said = succeed("export-pairs", rewards, out, "--by", "group", "--groups", groups, "--pairs", "all").stdout
    assert said.strip() == f"{out}: 12 pairs of 2 prompts, by 2 groups"
    first = json.loads(out.read_text(encoding="utf-8").splitlines()[0])
    assert {"prompt", "chosen", "rejected", "margin", "user_id"} <= set(first)
    tables = [table.with_groups(read_groups(groups)) for table in read_rewards(rewards)]
    assert list(read(out).to_rows()) == list(export_pairs(tables, "group", pairs="all").to_rows())


def test_pairs_of_a_model_are_of_the_prompts_in_the_file(world: World, model: Path, tmp_path: Path) -> None:
    pools, out = tmp_path / "pools.jsonl", tmp_path / "pairs.parquet"
    lines = [{"prompt": f"question {i % 2}", "response": text} for i, text in enumerate(world.responses[:6])]
    pools.write_text("".join(json.dumps(line) + "\n" for line in lines))
    found = as_json("export-pairs", model, out, "--responses", pools, "--by", "person", "--to", "openrlhf")
    assert found["prompts"] == 2
    assert found["judges"] == len(world.seen)
    made = read(out, format="openrlhf")
    assert set(made.prompts.to_pylist()) == {"question 0", "question 1"}
    assert len(made) == 2 * len(world.seen)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["pairs.jsonl", "--pairs", "pareto"], "speaks with one voice"),
        (
            ["pairs.jsonl", "--by", "group"],
            "pairs by 'group' need groups: name a file of user_id and group with --groups",
        ),
        (["pairs.txt"], "End the name of the file in one of these"),
        (["pairs.jsonl", "--by", "person", "--least", "1000"], "there is no pair to export"),
        (["rewards.csv"], "is the file to be read"),
    ],
)
def test_mistakes_in_an_export_are_answered_with_the_fix(
    rewards: Path, words: list[str], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(rewards.parent)
    refused = invoke("export-pairs", rewards, *words)
    assert refused.exit_code == 2
    assert said in " ".join(refused.stderr.split())
