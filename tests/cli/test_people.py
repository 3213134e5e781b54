"""``gustibus adapt``, ``score`` and ``rank``: what a model says about somebody."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq
import pytest
from command_line import World, as_json, invoke, succeed

from gustibus.comparisons import read, write
from gustibus.fitted import load


def test_adapt_places_people_as_the_library_does(world: World, model: Path) -> None:
    found = as_json("adapt", model, world.newcomers)["people"]
    placed = load(model).adapt_users(read(world.newcomers))
    for one in found:
        person = placed[one["user_id"]]
        np.testing.assert_allclose(one["weights"], person.weights, atol=1e-12)
        assert one["n_answers"] == person.n_answers == 30
        assert one["certificate"] <= 1e-5


@pytest.mark.parametrize("kind", ["parquet", "jsonl"])
def test_people_are_written_with_their_uncertainty(world: World, model: Path, tmp_path: Path, kind: str) -> None:
    out = tmp_path / f"people.{kind}"
    shown = succeed("adapt", model, world.newcomers, "--out", out).stdout
    lines = [json.loads(line) for line in out.read_text().splitlines()] if kind == "jsonl" else None
    rows = lines or pq.read_table(out).to_pylist()
    assert [row["user_id"] for row in rows] == list(world.new)
    assert all(sum(row["weights"]) == pytest.approx(1) and min(row["sd"]) > 0 for row in rows)
    assert f"{rows[0]['weights'][0]:.2f} ± {rows[0]['sd'][0]:.2f}" in shown


def test_a_copy_of_the_model_knows_the_new_people(world: World, model: Path, tmp_path: Path) -> None:
    copy = tmp_path / "with-newcomers"
    succeed("adapt", model, world.newcomers, "--save-to", copy)
    assert set(load(copy).user_ids) == {*world.seen, *world.new}
    assert set(load(model).user_ids) == set(world.seen)
    again = invoke("adapt", model, world.newcomers, "--save-to", copy)
    assert again.exit_code == 2
    assert str(copy) in again.stderr.replace("\n", "")


def test_adapting_people_whom_the_model_knows_is_remarked(world: World, model: Path) -> None:
    assert "knows 30 of 30 people already" in succeed("adapt", model, world.judgements).stderr


@pytest.mark.parametrize("kind", ["parquet", "jsonl", "csv"])
def test_score_adds_what_the_library_predicts(world: World, model: Path, tmp_path: Path, kind: str) -> None:
    out = tmp_path / f"scored.{kind}"
    succeed("score", model, world.judgements, "--out", out)
    predicted = load(model).predict(read(world.judgements))
    if kind == "jsonl":
        rows = [json.loads(line) for line in out.read_text().splitlines()]
    else:
        rows = (pq.read_table(out) if kind == "parquet" else pa_csv.read_csv(out)).to_pylist()
    np.testing.assert_allclose([row["log_odds"] for row in rows], predicted.log_odds, rtol=1e-9)
    np.testing.assert_allclose([row["probability"] for row in rows], predicted.probability, rtol=1e-9)
    assert all(row["scored_for"] == row["user_id"] for row in rows)


def test_scores_without_a_file_are_json_lines(world: World, model: Path) -> None:
    done = succeed("score", model, world.newcomers)
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(rows) == 180
    assert {row["scored_for"] for row in rows} == {"population"}
    assert "6 people whom the model does not know" in done.stderr


def test_pairs_need_neither_a_choice_nor_a_person(world: World, model: Path, tmp_path: Path) -> None:
    a, b = world.responses[:2]
    pairs = tmp_path / "pairs.csv"
    pairs.write_text(f"response_a,response_b\n{a},{b}\n{b},{a}\n")
    first, second = as_json("score", model, pairs)["comparisons"]
    assert first["log_odds"] == -second["log_odds"]
    assert not {"choice", "user_id"} & first.keys()
    person = as_json("score", model, pairs, "--user", world.seen[0])["comparisons"][0]
    assert person["scored_for"] == world.seen[0]
    assert person["log_odds"] == pytest.approx(load(model).log_odds(None, a, b, world.seen[0])[0])


@pytest.mark.parametrize("suffix", [".jsonl", ".parquet"])
def test_unlabelled_pairs_may_come_in_any_format(world: World, model: Path, tmp_path: Path, suffix: str) -> None:
    import pyarrow as pa

    a, b = world.responses[:2]
    pairs = tmp_path / f"pairs{suffix}"
    if suffix == ".jsonl":
        pairs.write_text(json.dumps({"left": a, "response_b": b}) + "\n")
    else:
        pq.write_table(pa.table({"left": [a], "response_b": [b]}), pairs)
    (one,) = as_json("score", model, pairs, "--columns", "response_a=left", "--population", "log-odds")["comparisons"]
    assert one["log_odds"] == pytest.approx(load(model).log_odds(None, a, b)[0])


def test_rank_orders_as_the_library_does(world: World, model: Path, tmp_path: Path) -> None:
    texts = tmp_path / "responses.txt"
    texts.write_text("\n".join(world.responses[:5]) + "\n\n")
    found = as_json("rank", model, "--responses", texts, "--user", world.seen[0], "--rule", "borda")
    expected = load(model).rank(None, world.responses[:5], world.seen[0], rule="borda")
    assert [one["response"] for one in found["ranking"]] == [one.response for one in expected]
    assert found["ranking"][0]["score"] == pytest.approx(expected[0].score)
    assert found["unit"] == expected[0].unit


def test_responses_come_from_standard_input_too(world: World, model: Path) -> None:
    lines = "".join(json.dumps({"response": text}) + "\n" for text in world.responses[:3])
    done = succeed("rank", model, "--responses", "-", "--top", "2", input=lines)
    assert done.stdout.count("item-") == 2
    assert "reward (log-odds" in done.stdout


def test_somebody_new_is_placed_by_their_answers_before_ranking(world: World, model: Path, tmp_path: Path) -> None:
    new = world.new[0]
    words = ["rank", model, "--responses", "-", "--answers", world.newcomers]
    found = as_json(*words, "--user", new, input="\n".join(world.responses[:4]))
    fitted = load(model)
    person = fitted.adapt(read(world.newcomers).for_users(new))
    assert found["user"] == new
    assert found["ranking"][0]["score"] == pytest.approx(fitted.rank(None, world.responses[:4], person)[0].score)
    refused = invoke(*words, input="\n".join(world.responses[:4]))
    assert refused.exit_code == 2
    assert "--user" in refused.stderr


def test_features_of_further_responses_are_added_to_those_of_the_model(
    world: World, model: Path, tmp_path: Path
) -> None:
    features = tmp_path / "further.csv"
    features.write_text("id,f3,f1,f2,f0\nnewest,0.1,0.2,0.3,0.4\n")
    words = ["rank", model, "--responses", "-"]
    responses = f"newest\n{world.responses[0]}\n"
    assert invoke(*words, input=responses).exit_code == 2
    found = as_json(*words, "--vectors", features, input=responses)
    assert {one["response"] for one in found["ranking"]} == {"newest", world.responses[0]}
    features.write_text("id,f3,f1\nnewest,0.1,0.2\n")
    refused = invoke(*words, "--vectors", features, input=responses)
    assert refused.exit_code == 2
    assert "'f0', 'f2'" in refused.stderr


def test_an_unknown_person_is_an_error_that_says_how_to_place_them(world: World, model: Path) -> None:
    for done in (
        invoke("score", model, world.newcomers, "--user", "nobody"),
        invoke("rank", model, "--responses", "-", "--user", "nobody", input=world.responses[0]),
    ):
        assert done.exit_code == 2
        assert "'nobody' is not known" in done.stderr
        assert "adapt" in done.stderr


def test_responses_that_are_no_text_are_refused(world: World, model: Path) -> None:
    refused = invoke("rank", model, "--responses", world.features)
    assert refused.exit_code == 2
    assert "UTF-8" in refused.stderr


def test_one_person_and_the_population_exclude_each_other(world: World, model: Path) -> None:
    refused = invoke("score", model, world.newcomers, "--user", world.seen[0], "--population", "vote")
    assert refused.exit_code == 2
    assert "exclude each other" in refused.stderr


def test_judgements_of_one_person_are_enough_to_adapt(world: World, model: Path, tmp_path: Path) -> None:
    one = tmp_path / "one.jsonl"
    write(read(world.newcomers).for_users(world.new[0]).take(range(3)).compact(), one)
    found = as_json("adapt", model, one)["people"]
    assert [(person["user_id"], person["n_answers"]) for person in found] == [(world.new[0], 3)]
