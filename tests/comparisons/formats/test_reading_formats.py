"""What each format means, once it is read."""

from __future__ import annotations

import json
import math
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from format_examples import SOUND, talk, turn

from gustibus.comparisons import Comparisons, DataWarning, GustibusError, canonical_messages, read

pytestmark = pytest.mark.filterwarnings("ignore::gustibus.comparisons.DataWarning")


def said(data: Comparisons, *fields: str) -> list[tuple[Any, ...]]:
    return [tuple(row[field] for field in fields) for row in data.to_rows()]


SIDES = ("user_id", "response_a", "response_b", "choice")


def test_the_label_of_crowd_kit_is_the_text_of_the_preferred_side() -> None:
    assert said(read(SOUND["crowd-kit"]), *SIDES)[:2] == [("w0", "l0", "r0", "a"), ("w1", "l1", "r1", "b")]


def test_both_kinds_of_ties_of_an_arena_are_ties() -> None:
    data = read(SOUND["arena"])
    assert [row[0] for row in said(data, "choice")] == ["a", "b", "tie", "tie"]
    assert data.timestamp[1] - data.timestamp[0] == 1_000_000


def test_conversations_of_an_arena_share_the_prompt() -> None:
    row = {"model_a": "m1", "model_b": "m2", "winner": "model_b", "judge": "j"}
    row |= {"conversation_a": talk("q", "a1", "q2", "a2"), "conversation_b": talk("q", "b1", "q2", "b2")}
    (found,) = read([row]).to_rows()
    assert found["prompt"] == canonical_messages(talk("q"))
    assert found["response_b"] == canonical_messages(talk("q", "b1", "q2", "b2")[1:])
    (models,) = read([row], columns={"conversation_a": None, "conversation_b": None}).to_rows()
    assert (models["response_a"], models["response_b"], models["choice"]) == ("m1", "m2", "b")


def test_an_arena_with_one_column_a_winner_and_turns_in_lists() -> None:
    base = {"id": 1, "model_a": "m1", "model_b": "m2", "winner_model_a": 0, "winner_model_b": 0, "winner_tie": 0}
    one = {"prompt": '["q"]', "response_a": '["a"]', "response_b": '["b"]', "winner_model_b": 1}
    two = {"prompt": '["q","r"]', "response_a": '["a","c"]', "response_b": '["b","d"]', "winner_tie": 1}
    rows = read([base | one, base | two]).to_rows()
    assert (rows[0]["prompt"], rows[0]["response_a"], rows[0]["choice"]) == ("q", "a", "b")
    assert rows[1]["response_b"] == canonical_messages(talk("q", "b", "r", "d")[1:])
    with pytest.raises(GustibusError, match="has more or fewer turns than a response"):
        read([base | two | {"response_b": '["b"]'}])
    with pytest.raises(GustibusError, match="without exactly one winner"):
        read([base | one | {"winner_tie": 1}])


def test_votes_are_a_share_with_their_number_as_weight() -> None:
    pair = {"response_a": "x", "response_b": "y", "weight": 2}
    data = read([pair | {"votes_a": 3, "votes_b": 1, "ties": 2}, pair | {"votes_a": 0, "votes_b": 0, "ties": 4}])
    assert data.outcome.tolist() == pytest.approx([4 / 6, 0.5])
    assert data.weight.tolist() == [12.0, 8.0]
    assert data.is_tie.tolist() == [False, True]
    assert data.user_ids == ["population"]


def test_a_share_of_votes_has_the_likelihood_of_single_votes() -> None:
    counts = read([{"response_a": "x", "response_b": "y", "votes_a": 3, "votes_b": 2}])
    single = read([{"user_id": "u", "response_a": "x", "response_b": "y", "choice": c} for c in "aaabb"])
    for log_odds in (-1.0, 0.3):
        loss = [
            (data.weight * (np.logaddexp(0, log_odds) - data.outcome * log_odds)).sum() for data in (counts, single)
        ]
        assert loss[0] == pytest.approx(loss[1], rel=1e-6)


def test_ratings_are_paired_within_a_person_prompt_group_source_and_split() -> None:
    row = {"user_id": "u", "prompt": "p", "response": "x", "rating": 1, "source": "human", "split": "train"}
    other = {"response": "y", "rating": 3.5}
    data = read([row, row | other])
    assert said(data, *SIDES, "margin", "source", "split") == [
        ("u", "x", "y", "b", 2.5, "human, derived", "train"),
    ]
    for change in ({"prompt": "q"}, {"user_id": "v"}, {"source": "llm"}, {"split": "test"}):
        with pytest.raises(GustibusError, match="nobody rated two responses on one prompt"):
            read([row, row | other | change])


def test_equal_ratings_are_ties_and_the_same_response_is_not_paired() -> None:
    rows = [{"user_id": "u", "response": response, "rating": 2} for response in ("x", "x", "y")]
    assert said(read(rows), *SIDES) == [("u", "x", "y", "tie")] * 2


def test_ranks_may_start_anywhere_and_tie() -> None:
    rows = [{"user_id": "u", "response": r, "rank": k} for r, k in (("x", 7), ("y", 2), ("z", 7))]
    assert set(said(read(rows), *SIDES)) == {("u", "x", "y", "b"), ("u", "x", "z", "tie"), ("u", "y", "z", "a")}


@pytest.mark.parametrize("ranking", [[["x"], ["y", "z"]], '[["x"], ["y", "z"]]', "x > y = z"])
def test_ties_within_a_ranking(ranking: Any) -> None:
    data = read([{"user_id": "u", "ranking": ranking}])
    assert said(data, *SIDES) == [("u", "x", "y", "a"), ("u", "x", "z", "a"), ("u", "y", "z", "tie")]


def test_options_without_a_place_come_last_and_are_not_compared() -> None:
    data = read([{"user_id": "u", "ranking": ["y"], "options": ["x", "y", "z"]}])
    assert said(data, *SIDES, "weight") == [
        ("u", "y", "x", "a", pytest.approx(2 / 3)),
        ("u", "y", "z", "a", pytest.approx(2 / 3)),
    ]
    with pytest.raises(GustibusError, match="names something that is no option"):
        read([{"user_id": "u", "ranking": ["v"], "options": ["x", "y", "z"]}])


@pytest.mark.parametrize("chosen", ["z", 2, "2"])
def test_a_choice_is_named_by_its_text_or_its_place(chosen: Any) -> None:
    data = read([{"user_id": "u", "options": ["x", "y", "z"], "chosen": chosen}])
    assert said(data, *SIDES) == [("u", "z", "x", "a"), ("u", "z", "y", "a")]


def test_options_that_are_numbers_are_named_by_themselves() -> None:
    data = read([{"user_id": "u", "options": [2, 1, 0], "chosen": 0}])
    assert said(data, *SIDES) == [("u", "0", "2", "a"), ("u", "0", "1", "a")]


def test_lists_of_arrow_and_of_json_in_csv_are_the_same(tmp_path: Path) -> None:
    table = pa.table({"user_id": ["u", "v"], "options": [["x", "y"], ["y", "z", "x"]], "chosen": ["y", "y"]})
    csv = tmp_path / "choices.csv"
    csv.write_text('user_id,options,chosen\nu,"[""x"",""y""]",y\nv,"[""y"",""z"",""x""]",y\n', encoding="utf-8")
    assert read(table) == read(csv)


def test_the_community_of_shp_is_the_group_and_its_suffix_the_split() -> None:
    data = read(SOUND["shp"])
    assert set(data.groups.to_pylist()) == {"askculinary"}
    assert [row[0] for row in said(data, "split")] == ["train", "test", "train", "test"]
    np.testing.assert_allclose(data.margin, [math.log(1 + i) for i in range(4)], rtol=1e-6)
    assert [row[0] for row in said(data, "choice")] == ["b", "a", "b", "a"]


def test_the_nested_samples_of_pal_are_its_rows() -> None:
    nested = [((row["uid"], row["prompt"], (row["left"], row["right"])), row["y"]) for row in SOUND["pal"]]
    data = read(nested, format="pal")
    assert data == read(SOUND["pal"])
    assert [row[0] for row in said(data, "choice")] == ["a", "b", "a", "b"]


def test_the_summaries_of_lore_are_read_by_worker() -> None:
    entry = {"text": "post", "winning_summary": "short", "losing_summary": "long", "embeddings": {"winning": [0.5]}}
    data = read({"w1": [entry, entry | {"text": "other post"}], "w2": [entry]}, format="lore")
    assert said(data, "user_id", "prompt", "response_a", "choice")[2] == ("w2", "post", "short", "a")


def test_a_turn_of_lore_is_a_choice_and_the_last_turn_is_left_out() -> None:
    last = turn("ann", 4)
    last["extra_info"] |= {"chosen_utterance": None, "rejected_utterance": None}
    with pytest.warns(DataWarning, match="1 record of 2 without an answer that was taken"):
        data = read([turn("ann", 3), last])
    assert said(data, "response_a", "response_b", "weight") == [
        ("good 3", "bad 3", pytest.approx(2 / 3)),
        ("good 3", "worse 3", pytest.approx(2 / 3)),
    ]


def test_text_of_openrlhf_without_prompt_has_none_but_that_of_trl_has() -> None:
    rows = [{"chosen": "Q: tea? yes", "rejected": "Q: tea? no"}]
    assert "prompt" not in read(rows, format="openrlhf").to_rows()[0]
    assert read(rows, format="trl").to_rows()[0]["prompt"] == "Q: tea? "
    keyed = [{"question": "q", "good": "x", "bad": "y", "margin": 2.0}]
    keys: dict[str, str | None] = {"prompt": "question", "chosen": "good", "rejected": "bad"}
    assert said(read(keyed, format="openrlhf", columns=keys), "prompt", "response_a", "margin") == [("q", "x", 2.0)]


def test_texts_that_look_like_dates_stay_texts_in_nested_lines(tmp_path: Path) -> None:
    path = tmp_path / "rankings.jsonl"
    path.write_text(json.dumps({"user_id": "u", "ranking": ["2020-01-01", "2020-01-02"]}) + "\n")
    assert said(read(path), *SIDES) == [("u", "2020-01-01", "2020-01-02", "a")]


def test_a_format_whose_name_is_misspelt_is_named() -> None:
    with pytest.raises(GustibusError, match=r"Did you mean 'crowd-kit'\? The formats are: gustibus, trl"):
        read(SOUND["crowd-kit"], format="crowd_kit")


def test_columns_may_be_named_by_field_by_user_or_by_their_usual_name() -> None:
    rows = [
        {"annotator": row["worker"]} | {key: row[key] for key in ("left", "right", "label")}
        for row in SOUND["crowd-kit"]
    ]
    for key in ("user_id", "user", "worker"):
        assert read(rows, columns={key: "annotator"}) == read(SOUND["crowd-kit"])
    with pytest.raises(GustibusError, match="Nearest: 'annotator'"):
        read(rows, columns={"user": "anotator"})
    with pytest.raises(GustibusError, match=r"no column 'worker'.*nearest: 'annotator'"):
        read(rows, format="crowd-kit")
    with pytest.raises(GustibusError, match=r"no field 'usr' in the format crowd-kit. Did you mean 'user_id'\?"):
        read(rows, format="crowd-kit", columns={"usr": "annotator"})


def test_columns_that_fit_two_formats_ask_which() -> None:
    rows = [
        {"user_id": "u", "response": "x", "rating": 3, "rank": 1},
        {"user_id": "u", "response": "y", "rating": 1, "rank": 2},
    ]
    with pytest.raises(GustibusError, match=r"fit several formats: ratings, ranks. Say which: format='ratings'"):
        read(rows)
    assert len(read(rows, format="ranks")) == 1


def test_a_limit_on_pairs_is_refused_where_none_are_made() -> None:
    with pytest.raises(GustibusError, match="in the format crowd-kit every row is a judgement"):
        read(SOUND["crowd-kit"], pairs_per_user=3)
    with pytest.raises(GustibusError, match="give at least 1"):
        read(SOUND["ratings"], pairs_per_user=0)
    with pytest.raises(GustibusError, match="at least 1"):
        read(SOUND["rankings"], pairs_per_user=0)


def test_our_own_columns_go_before_those_of_an_export() -> None:
    row = {"user_id": "u", "response_a": "x", "response_b": "y", "choice": "b", "annotator": 3, "annotation_id": 9}
    assert said(read([row]), *SIDES) == [("u", "x", "y", "b")]


def test_nested_samples_are_read_from_a_json_file_too(tmp_path: Path) -> None:
    samples = [[["ann", "A drink?", ["tea", "gin"]], -1], [["ben", "A drink?", ["tea", "gin"]], 1]]
    (tmp_path / "pal.json").write_text(json.dumps(samples))
    assert read(tmp_path / "pal.json", format="pal") == read(samples, format="pal")
    people = {"ann": [{"text": "A post", "winning_summary": "short", "losing_summary": "long"}]}
    (tmp_path / "lore.json").write_text(json.dumps(people))
    assert read(tmp_path / "lore.json", format="lore") == read(people, format="lore")


def test_lore_keeps_weight_group_source_time_and_split() -> None:
    beside = {"split": "test", "weight": 3.0, "group": "north", "source": "human", "timestamp": "2026-01-31T12:00:00Z"}
    texts = {"text": "post", "winning_summary": "short", "losing_summary": "long"}
    flat = read([{"worker": "w"} | texts | beside])
    assert said(flat, "split", "weight", "group", "source") == [("test", 3.0, "north", "human")]
    assert read({"w": [texts | beside | {"embeddings": {"winning": [0.5]}}]}, format="lore") == flat
    renamed = {"worker": "w"} | texts | {"part": "test"}
    assert said(read([renamed], format="lore", columns={"split": "part"}), "split") == [("test",)]
    assert read([renamed | {"split": "test"}], format="lore", columns={"split": "split"}) == read(
        [renamed], format="lore", columns={"split": "part"}
    )
    with pytest.raises(GustibusError, match="has no 'fold', which columns= names for 'split'"):
        read([renamed], format="lore", columns={"split": "fold"})
    answered = turn("ann", 3)
    answered["extra_info"] |= {"weight": 3.0, "group": "north"}
    assert said(read([answered]), "weight", "group")[0] == (pytest.approx(2.0), "north")


def test_the_prompt_of_a_lore_summary_is_taken_under_either_name_and_never_lost() -> None:
    sides = {"winning_summary": "short", "losing_summary": "long"}
    by_text = read({"w": [sides | {"text": "post"}]}, format="lore")
    assert read({"w": [sides | {"prompt": "post"}]}, format="lore") == by_text
    assert read([sides | {"worker": "w", "prompt": "post"}]) == by_text
    assert read({"w": [sides | {"post": "post"}]}, format="lore", columns={"prompt": "post"}) == by_text
    with pytest.raises(GustibusError, match="has no column 'text' that says what was summarised"):
        read({"w": [sides | {"post": "post"}]}, format="lore")


def test_numbers_that_are_taken_as_places_are_said_and_more_loudly_if_none_is_0() -> None:
    row = {"user_id": "u", "prompt": "q", "options": ["x", "y", "z"]}
    with pytest.warns(DataWarning, match=r"'chosen' holds numbers.*In 2 rows .*counted from 0") as said_once:
        read([row | {"chosen": 0}, row | {"chosen": 2, "prompt": "r"}])
    assert not any("count from 1" in str(one.message) for one in said_once)
    with pytest.warns(DataWarning, match="No row holds 0, so the places may count from 1"):
        read([row | {"chosen": 1}, row | {"chosen": 2, "prompt": "r"}])
    with warnings.catch_warnings():
        warnings.simplefilter("error", DataWarning)
        read([row | {"chosen": "y"}])
        read([row | {"options": [2, 1, 0], "chosen": 1}])


@pytest.mark.parametrize("name", ["gustibus", "trl", "openrlhf", "crowd-kit", "arena", "votes", "shp", "pal"])
def test_a_row_that_is_a_judgement_has_a_margin(name: str) -> None:
    rows = [row | {"margin": 0.5 + i} for i, row in enumerate(SOUND[name])]
    np.testing.assert_array_equal(read(rows, format=name).margin, [0.5 + i for i in range(len(rows))])
    spelt = [{"margins" if key == "margin" else key: value for key, value in row.items()} for row in rows]
    with pytest.warns(
        DataWarning, match=r"If it holds the field 'margin', say so: columns=\{\"margin\": \"margins\"\}"
    ):
        read(spelt, format=name)
    assert read(spelt, format=name, columns={"margin": "margins"}) == read(rows, format=name)


@pytest.mark.parametrize("name", ["choices", "rankings", "ratings"])
def test_a_field_that_a_format_has_not_is_said_to_be_ignored_and_never_suggested(name: str) -> None:
    with pytest.warns(DataWarning, match=f"column 'margin' is ignored: the format {name} has no such field"):
        read([row | {"margin": 1.0} for row in SOUND[name]], format=name)
    with warnings.catch_warnings(record=True) as cautions:
        warnings.simplefilter("always", DataWarning)
        read([row | {"margins": 1.0} for row in SOUND[name]], format=name)
    assert not any("'margin'" in str(one.message) for one in cautions)


def test_a_required_field_that_columns_leaves_out_is_said_to_be_left_out() -> None:
    row = {"user_id": "u", "response_a": "x", "response_b": "y", "choice": "a"}
    with pytest.raises(GustibusError, match=r"columns= leaves out 'user_id' \(who judged\)") as refused:
        read([row], columns={"user_id": None})
    assert "has no column" not in str(refused.value)
    assert "one id for all" in str(refused.value)
    with pytest.raises(GustibusError, match=r"columns= leaves out 'choice' .* in the format crowd-kit"):
        read(SOUND["crowd-kit"], format="crowd-kit", columns={"choice": None})
