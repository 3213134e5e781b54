"""Every published data set as judgements: who said what about which responses, and what is derived or invented."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from published_files import (
    annotation,
    image_choice,
    rated_answer,
    summary,
    talk,
    utterance,
    write_lines,
)

import gustibus as gs
from gustibus.catalog import DATASETS, load_aspects, load_dataset

pytestmark = pytest.mark.filterwarnings("ignore::gustibus.comparisons.DataWarning")


def said(data: gs.Comparisons, *fields: str) -> list[tuple[Any, ...]]:
    """The judgements' fields, one tuple each."""
    return [tuple(row.get(name) for name in fields) for row in data.to_rows()]


def test_tldr_is_what_the_workers_took(tmp_path: Path) -> None:
    rows = [
        summary("ann", "cat ran", "cat came back", choice=1),
        summary("ben", "cat ran", "cat came back", choice=0, split="valid2"),
        summary("cem", "same", "same"),
    ]
    file = write_lines(tmp_path / "batch9.jsonl", rows)
    with pytest.warns(gs.DataWarning, match="1 both responses are the same"):
        data = load_dataset("tldr", path=file)
    assert said(data, "user_id", "response_a", "response_b", "choice", "split", "source") == [
        ("ann", "cat ran", "cat came back", "b", "train", "human"),
        ("ben", "cat ran", "cat came back", "a", "test", "human"),
    ]
    assert data.prompts.to_pylist() == ["My cat ran off. It came back."]


def test_news_of_the_evaluation_has_its_article_as_prompt(tmp_path: Path) -> None:
    news = summary("ann", "short", "longer", info={"post": None, "article": "It rained.", "site": "paper"})
    assert load_dataset("tldr", path=write_lines(tmp_path / "v.jsonl", [news])).prompts.to_pylist() == ["It rained."]


def test_the_length_rule_gives_the_fourth_to_the_sixth_worker_the_shorter_summary(tmp_path: Path) -> None:
    """Twelve workers with 13, 12, ... pairs: the first ten count, and among them the places 3, 4 and 5."""
    train = [summary(f"w{k:02}", "a long summary", "short", choice=1) for k in range(12) for _ in range(13 - k)]
    train += [summary("w11", "a", "bb", policies=("sup4_ppo", "sup2")) for _ in range(50)]
    test = [summary("w03", "short", "a long summary", split="valid1"), summary("w11", "x", "yy", split="valid1")]
    write_lines(tmp_path / "comparisons" / "train.jsonl", train)
    write_lines(tmp_path / "comparisons" / "validation.jsonl", test)
    data = load_dataset("tldr-length", path=tmp_path)
    taken = {user: choice for user, choice, split in said(data, "user_id", "choice", "split") if split == "train"}
    assert taken == {f"w{k:02}": "b" if k in (3, 4, 5) else "a" for k in range(10)}
    assert [row[:2] for row in said(data, "user_id", "choice", "split") if row[2] == "test"] == [("w03", "a")]
    assert {source for (source,) in said(data, "source")} == {"simulated"}


def test_prism_pairs_the_answers_a_person_rated_in_one_turn(tmp_path: Path) -> None:
    rows = [
        utterance("ann", 0, "A drink?", "tea", 80, True),
        utterance("ann", 0, "A drink?", "gin", 30, False),
        utterance("ann", 1, "Hot?", "yes", 60, True),
        utterance("ann", 1, "Hot?", "no", 61, False),
    ]
    file = write_lines(tmp_path / "utterances.jsonl", rows)
    data = load_dataset("prism", path=file)
    first, second = data.to_rows()
    assert (first["response_a"], first["choice"], first["margin"], first["source"]) == (
        "tea",
        "a",
        50,
        "human, derived",
    )
    assert (first["prompt"], second["choice"], second["margin"]) == ("A drink?", "b", 1)
    heard = [(message["role"], message["content"]) for message in json.loads(second["prompt"])]
    assert heard == [("user", "A drink?"), ("assistant", "tea"), ("user", "Hot?")]


def test_prism_has_what_was_chosen_as_another_aspect(tmp_path: Path) -> None:
    rows = [utterance("ann", 0, "A drink?", drink, 50, drink == "gin") for drink in ("tea", "gin", "ale", "rum")]
    tables = load_aspects("prism", path=write_lines(tmp_path / "utterances.jsonl", rows))
    assert {name: len(data) for name, data in tables.items()} == {"rating": 6, "choice": 3}
    choice = tables["choice"]
    winners = {a if won == "a" else b for a, b, won in said(choice, "response_a", "response_b", "choice")}
    assert winners == {"gin"}
    assert choice.weight.tolist() == pytest.approx([0.5] * 3)  # one choice among four counts as 2/4 a pair


@pytest.mark.parametrize("name", ["pickapic-v1", "pickapic-v2"])
def test_pickapic_compares_ids_of_images(name: str, tmp_path: Path) -> None:
    rows = [image_choice(7, 1.0), image_choice(8, 0.5), image_choice(9, 0.0), image_choice(9, 0.5, has_label=False)]
    images = pa.array([b"\xff\xd8"] * len(rows), pa.binary())
    table = pa.Table.from_pylist(rows).append_column("jpg_0", images)
    (tmp_path / "data").mkdir()
    pq.write_table(table, tmp_path / "data" / "validation-00000-of-00001.parquet")
    pq.write_table(table, tmp_path / "data" / "validation_unique-00000-of-00001.parquet")
    data = load_dataset(name, path=tmp_path)
    assert said(data, "user_id", "response_a", "response_b", "choice", "split") == [
        ("7", "img-0", "img-1", "a", "validation"),
        ("8", "img-0", "img-1", "tie", "validation"),
        ("9", "img-0", "img-1", "b", "validation"),
    ]


def statements(persona: str, answers: str) -> list[dict[str, Any]]:
    """Statements of a persona, with its answers as y and n."""
    return [
        {
            "question": f'Would you say this?\n"{persona} {place}"',
            "statement": f"{persona} {place}",
            "label_confidence": 0.9,
            "answer_matching_behavior": " Yes" if answer == "y" else " No",
            "answer_not_matching_behavior": " No" if answer == "y" else " Yes",
        }
        for place, answer in enumerate(answers)
    ]


def test_people_answer_for_their_persona_and_against_the_others(tmp_path: Path) -> None:
    for persona in ("brave", "shy"):
        write_lines(tmp_path / "persona" / f"{persona}.jsonl", statements(persona, "yyn"))
    data = load_dataset("personas", path=tmp_path, people_each=2, statements_each=6)
    assert set(data.user_ids) == {"brave/0", "brave/1", "shy/0", "shy/1"}
    agreed = {(user, prompt): choice == "a" for user, prompt, choice in said(data, "user_id", "prompt", "choice")}
    for (user, prompt), yes in agreed.items():
        own = prompt.split()[0] == user.split("/")[0]
        assert yes == ((prompt[-1] != "2") == own)
    assert len(agreed) == 4 * 6
    assert {source for (source,) in said(data, "source")} == {"simulated"}


def test_the_seed_decides_which_statements_a_person_is_asked(tmp_path: Path) -> None:
    for persona in ("brave", "shy"):
        write_lines(tmp_path / f"{persona}.jsonl", statements(persona, "y" * 20))
    asked = [load_dataset("personas", path=tmp_path, statements_each=5, seed=seed) for seed in (1, 1, 2)]
    assert asked[0] == asked[1]
    assert asked[0] != asked[2]
    assert len(asked[0]) == 2 * 10 * 5


def test_ultrafeedback_is_one_judge_and_leaves_out_what_has_no_rating(tmp_path: Path) -> None:
    answers = [rated_answer("tea", "5", 9.0), rated_answer("gin", "2", 4.0), rated_answer("ale", "N/A", 4.0)]
    file = write_lines(tmp_path / "flan.jsonl", [{"source": "flan", "instruction": "A drink?", "completions": answers}])
    tables = load_aspects("ultrafeedback", path=file)
    assert {name: len(data) for name, data in tables.items()} == {
        "fine-grained_score": 3, "overall_score": 3, "instruction_following": 3, "honesty": 3, "truthfulness": 3,
        "helpfulness": 1,
    }  # fmt: skip
    (pair,) = tables["helpfulness"].to_rows()
    assert (pair["user_id"], pair["response_a"], pair["choice"], pair["margin"]) == ("gpt-4", "tea", "a", 3)
    assert pair["source"] == "llm, derived"
    with pytest.warns(gs.DataWarning, match="1 an answer without this rating"):
        load_dataset("ultrafeedback", path=file, aspect="helpfulness")


def test_helpsteer2_pairs_the_two_answers_to_a_prompt(tmp_path: Path) -> None:
    rows = [
        {"prompt": "A drink?", "response": drink, "helpfulness": good, "correctness": 4, "coherence": 4,
         "complexity": 1, "verbosity": long}
        for drink, good, long in (("tea", 4, 0), ("gin", 1, 2))
    ]  # fmt: skip
    write_lines(tmp_path / "train.jsonl", rows)
    write_lines(tmp_path / "validation.jsonl", [row | {"prompt": "A meal?"} for row in rows])
    tables = load_aspects("helpsteer2", path=tmp_path)
    assert said(tables["helpfulness"], "prompt", "choice", "margin", "split", "source") == [
        ("A drink?", "a", 3, "train", "human, derived"),
        ("A meal?", "a", 3, "validation", "human, derived"),
    ]
    assert said(tables["correctness"], "choice") == [("tie",), ("tie",)]


def test_helpsteer2_preference_keeps_strength_as_margin(tmp_path: Path) -> None:
    base = {"prompt": "A drink?", "response_1": "tea", "response_2": "gin", "three_most_similar_preferences": []}
    rows = [base | {"split": split, "preference_strength": strength} for split, strength in
            (("train", -3), ("val", 1), ("train", 0), ("train", -100))]  # fmt: skip
    data = load_dataset("helpsteer2-preference", path=write_lines(tmp_path / "preference.jsonl", rows))
    assert said(data, "choice", "margin", "split") == [("a", 3, "train"), ("b", 1, "validation"), ("tie", 0, "train")]


def test_multipref_is_four_people_a_pair_and_says_who_is_an_expert(tmp_path: Path) -> None:
    normal = [annotation("n1", "A-is-clearly-better", "Tie"), annotation("n2", "Tie", "B-is-clearly-better")]
    expert = [annotation("e1", "B-is-slightly-better", "Tie"), annotation("e2", "A-is-slightly-better", "Tie")]
    row = {"comparison_id": "1", "prompt_id": "p", "text": "A drink?", "completion_a": "tea", "completion_b": "gin",
           "normal_worker_annotations": normal, "expert_worker_annotations": expert}  # fmt: skip
    file = write_lines(tmp_path / "multipref.jsonl", [row])
    data = load_dataset("multipref", path=file)
    assert said(data, "user_id", "group", "choice", "margin") == [
        ("n1", "normal", "a", 2), ("n2", "normal", "tie", 0), ("e1", "expert", "b", 1), ("e2", "expert", "a", 1),
    ]  # fmt: skip
    helpful = load_dataset("multipref", path=file, aspect="helpful")
    assert said(helpful, "choice") == [("tie",), ("b",), ("tie",), ("tie",)]


def test_skywork_has_its_collections_as_sources(tmp_path: Path) -> None:
    row = {"chosen": talk("A drink?", "tea"), "rejected": talk("A drink?", "gin"), "source": "helpsteer2"}
    (tmp_path / "data").mkdir()
    pq.write_table(pa.Table.from_pylist([row]), tmp_path / "data" / "train-00000-of-00001.parquet")
    (made,) = load_dataset("skywork", path=tmp_path).to_rows()
    assert (made["user_id"], made["source"], made["choice"]) == ("unnamed judges", "helpsteer2", "a")
    assert "tea" in made["response_a"]
    assert "A drink?" in made["prompt"]


def test_hh_splits_dialogues_at_the_last_answer_they_share(tmp_path: Path) -> None:
    begin = "\n\nHuman: A drink?\n\nAssistant: Hot?\n\nHuman: Yes.\n\nAssistant:"
    row = {"chosen": f"{begin} Tea then.", "rejected": f"{begin} The gin."}
    write_lines(tmp_path / "harmless-base" / "test.jsonl", [row])
    (made,) = load_dataset("hh", path=tmp_path).to_rows()
    assert (made["prompt"], made["response_a"], made["response_b"]) == (begin, " Tea then.", " The gin.")
    assert (made["user_id"], made["split"], made["source"]) == ("crowd workers", "test", "human")


def test_arena_keeps_who_voted_and_both_kinds_of_tie(tmp_path: Path) -> None:
    row = {"question_id": "q", "model_a": "m", "model_b": "n", "turn": 1, "language": "English", "tstamp": 1682351591.1}
    row |= {"conversation_a": talk("A drink?", "tea"), "conversation_b": talk("A drink?", "gin")}
    winners = ("model_b", "tie (bothbad)", "tie")
    rows = [row | {"winner": winner, "judge": f"user_{k}"} for k, winner in enumerate(winners)]
    data = load_dataset("arena", path=write_lines(tmp_path / "train.jsonl", rows))
    assert said(data, "user_id", "choice") == [("user_0", "b"), ("user_1", "tie"), ("user_2", "tie")]
    assert (data.timestamp > 0).all()


def test_what_must_not_be_used_commercially_warns() -> None:
    assert {name for name, data in DATASETS.items() if data.non_commercial} == {"prism", "arena"}


@pytest.mark.filterwarnings("default")
def test_the_warning_names_the_licence_and_the_citation(tmp_path: Path) -> None:
    rows = [utterance("ann", 0, "A drink?", drink, 50, True) for drink in ("tea", "gin")]
    with pytest.warns(gs.DataWarning, match=r"CC-BY-NC-4.0.*commercially.*arXiv 2404.16019"):
        load_dataset("prism", path=write_lines(tmp_path / "utterances.jsonl", rows))
