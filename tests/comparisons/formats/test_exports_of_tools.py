"""What the exports of Argilla and Label Studio mean, in all their spellings."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from format_examples import record, task

from gustibus.comparisons import Comparisons, DataWarning, GustibusError, read

pytestmark = pytest.mark.filterwarnings("ignore::gustibus.comparisons.DataWarning")


def said(data: Comparisons, *fields: str) -> list[tuple[Any, ...]]:
    return [tuple(row[field] for field in fields) for row in data.to_rows()]


SIDES = ("user_id", "response_a", "response_b", "choice")


def in_three_spellings() -> list[list[dict[str, Any]]]:
    """Two answers to one record: flat, nested, and as version 1 wrote it."""
    fields = {"prompt": "q", "response-1": "x", "response-2": "y"}
    people = [("u", "response-1"), ("v", "response-2")]
    flat = fields | {
        "best.responses": [value for _, value in people],
        "best.responses.users": [person for person, _ in people],
        "best.responses.status": ["submitted"] * 2,
    }
    listed = [{"user_id": person, "value": value} for person, value in people]
    nested = {"id": "1", "fields": fields, "responses": {"best": listed}}
    first = fields | {"best": [one | {"status": "submitted"} for one in listed]}
    by_person = {
        "fields": fields,
        "responses": [
            {"user_id": person, "status": "submitted", "values": {"best": {"value": value}}} for person, value in people
        ],
    }
    return [[flat], [nested], [first], [by_person]]


@pytest.mark.parametrize("rows", in_three_spellings())
def test_argilla_in_all_its_spellings(rows: list[dict[str, Any]]) -> None:
    data = read(rows, format="argilla")
    assert said(data, *SIDES, "prompt") == [("u", "x", "y", "a", "q"), ("v", "x", "y", "b", "q")]


def test_drafts_in_argilla_are_left_out_and_counted() -> None:
    one = record(1, ("u1", "response_1"), ("u2", "response_2"))
    one["better.responses.status"] = ["submitted", "draft"]
    with pytest.warns(DataWarning, match="1 answer left out: a draft, discarded or empty"):
        assert len(read([one])) == 1


def test_a_ranking_in_argilla_is_read_as_one() -> None:
    row = {"prompt": "q", "r1": "x", "r2": "y", "r3": "z"}
    row |= {"order.responses": [["r2", "r1", "r3"]], "order.responses.users": ["u"]}
    assert said(read([row]), *SIDES)[0] == ("u", "y", "x", "a")
    ranked = [{"value": "r3", "rank": 1}, {"value": "r1", "rank": 2}, {"value": "r2", "rank": 2}]
    tied = {key: row[key] for key in ("prompt", "r1", "r2", "r3")} | {"order": [{"user_id": "u", "value": ranked}]}
    assert ("u", "x", "y", "tie") in said(read([tied], format="argilla"), *SIDES)


def test_several_questions_of_argilla_ask_for_one() -> None:
    row = record(1, ("u", "response_1")) | {"safer.responses": ["response_2"], "safer.responses.users": ["u"]}
    with pytest.raises(GustibusError, match=r"answers 'better' and 'safer'.*columns=\{\"choice\""):
        read([row])
    assert said(read([row], columns={"choice": "safer"}), "choice") == [("b",)]


def test_label_studio_in_json_and_flat(tmp_path: Path) -> None:
    whole = read([task(1, (7, "left"), (8, "right"))])
    assert said(whole, *SIDES) == [("7", "first 1", "second 1", "a"), ("8", "first 1", "second 1", "b")]
    flat = {"id": 1, "prompt": "question 1", "answer1": "first 1", "answer2": "second 1", "lead_time": 2.5}
    flat |= {"annotation_id": 11, "created_at": "2026-01-31T12:00:00Z", "updated_at": "2026-01-31T12:00:00Z"}
    answers = [{"annotator": 7, "pw": [{"selected": "left"}]}, {"annotator": 8, "pw": [{"selected": "right"}]}]
    assert read([flat | answer for answer in answers]) == whole
    path = tmp_path / "export.json"
    path.write_text(json.dumps([flat | {"annotator": 7, "pw": "left"}, flat | {"annotator": 8, "pw": "right"}]))
    assert read(path) == whole


def test_cancelled_and_missing_annotations_are_left_out() -> None:
    cancelled = task(1, (7, "left"), (8, "right"))
    cancelled["annotations"][0]["was_cancelled"] = True
    with pytest.warns(DataWarning, match="1 record of 2 without an annotation left out"):
        assert said(read([cancelled, task(2)]), "user_id") == [("8",)]


def test_choices_and_several_controls_of_label_studio() -> None:
    one = task(1, (7, "left"))
    one["annotations"][0]["result"][0] |= {"type": "choices", "value": {"choices": ["Tie"]}}
    assert said(read([one]), "choice") == [("tie",)]
    one["annotations"][0]["result"].append({"from_name": "safe", "type": "pairwise", "value": {"selected": "right"}})
    with pytest.raises(GustibusError, match="answers 'pw' and 'safe'"):
        read([one])
    assert said(read([one], columns={"choice": "safe"}), "choice") == [("b",)]


def test_names_of_responses_in_an_export_are_given_where_they_are_unusual() -> None:
    one = task(1, (7, "left"))
    one["data"] = {"ask": "q", "mine": "x", "theirs": "y"}
    names: dict[str, str | None] = {"prompt": "ask", "response_a": "mine", "response_b": "theirs"}
    assert said(read([one], columns=names), "prompt", "response_a") == [("q", "x")]
    with pytest.raises(GustibusError, match="has no two responses among 'ask', 'mine', 'theirs'"):
        read([one])


BESIDE = {"weight": 3.0, "group": "north", "source": "human", "split": "test"}


def test_exports_keep_weight_group_source_and_split(tmp_path: Path) -> None:
    in_data, in_meta, at_top = (task(1, (7, "left")) for _ in range(3))
    in_data["data"] |= BESIDE
    flat = {
        "annotation_id": 1,
        "annotator": 7,
        "answer1": "x",
        "answer2": "y",
        "pw": "left",
        "created_at": "2026-01-31",
    }
    argilla = record(1, ("u", "response_1"))
    exports = [
        in_data,
        in_meta | {"meta": BESIDE},
        at_top | BESIDE,
        flat | BESIDE,
        argilla | BESIDE,
        argilla | {"metadata": BESIDE},
        argilla | {"metadata": json.dumps(BESIDE)},
        argilla | {f"metadata.{name}": value for name, value in BESIDE.items()},
    ]
    for export in exports:
        assert said(read([export]), *BESIDE) == [tuple(BESIDE.values())]
        (tmp_path / "export.json").write_text(json.dumps([export]))
        assert said(read(tmp_path / "export.json"), *BESIDE) == [tuple(BESIDE.values())]


def test_what_stands_beside_the_answers_is_named_or_left_out() -> None:
    one, other = task(1, (7, "left")), record(1, ("u", "response_1"))
    one["data"] |= {"part": "test", "source": "human"}
    other |= {"part": "test", "source": "human"}
    for export in (one, other):
        named = read([export], columns={"split": "part", "source": None})
        assert said(named, "split") == [("test",)]
        assert "source" not in named.to_rows()[0]
        with pytest.raises(GustibusError, match="has no 'fold', which columns= names for 'split'"):
            read([export], columns={"split": "fold"})


def test_cancelled_annotations_and_drafts_of_label_studio_are_counted() -> None:
    one, flat = task(1, (7, "left"), (8, "right"), (9, "left")), {"answer1": "x", "answer2": "y", "pw": "left"}
    for annotation in one["annotations"][:2]:
        annotation["was_cancelled"] = True
    one["drafts"] = [{"result": [], "user": "ann"}]
    with (
        pytest.warns(DataWarning, match="2 annotations left out: cancelled"),
        pytest.warns(DataWarning, match="1 draft left out"),
    ):
        assert said(read([one]), "user_id") == [("9",)]
    flat |= {"annotation_id": 1, "annotator": 7}
    with pytest.warns(DataWarning, match="1 annotation left out: cancelled"):
        assert len(read([flat | {"was_cancelled": False}, flat | {"was_cancelled": True}])) == 1


@pytest.mark.parametrize(
    ("result", "reason"), [([], "has no result"), ([{"value": {"text": ["fine"]}}], "does not say left or right")]
)
def test_an_empty_annotation_does_not_take_its_colleagues_with_it(result: Any, reason: str, tmp_path: Path) -> None:
    one = task(1, (7, "left"), (8, "right"), (9, "left"))
    one["annotations"][1]["result"] = result
    with pytest.raises(GustibusError, match=f"{reason} in annotation 2 of 3"):
        read([one])
    rejects = tmp_path / "rejects.jsonl"
    with pytest.warns(DataWarning, match="1 of 3 rows cannot be used"):
        kept = read([one], skip_bad=True, rejects=rejects)
    assert said(kept, "user_id", "choice") == [("7", "a"), ("9", "a")]
    assert f"{reason} in annotation 2 of 3" in rejects.read_text()


@pytest.mark.parametrize("broken", ["left", {"completed_by": 8, "result": None}, None])
def test_a_rejected_annotation_comes_alone_and_can_be_corrected(broken: Any, tmp_path: Path) -> None:
    one = task(1, (7, "left"), (8, "right"), (9, "left"))
    right = one["annotations"][1]
    one["annotations"][1] = broken
    rejects = tmp_path / "rejects.jsonl"
    with pytest.warns(DataWarning, match="1 of 3 rows cannot be used"):
        kept = read([one], skip_bad=True, rejects=rejects)
    (left,) = [json.loads(line) for line in rejects.read_text().splitlines()]
    assert len(left["annotations"]) == 1
    left["annotations"] = [right]
    again = read([left])
    assert said(kept, "user_id") + said(again, "user_id") == [("7",), ("9",), ("8",)]


def test_one_answer_in_argilla_that_says_nothing_does_not_take_the_others_with_it(tmp_path: Path) -> None:
    for number, rows in enumerate(in_three_spellings()):
        text = (
            json.dumps(rows)
            .replace('"value": "response-2"', '"value": "response-9"')
            .replace('["response-1", "response-2"]', '["response-1", "response-9"]')
        )
        (one,) = json.loads(text)
        rejects = tmp_path / f"rejects-{number}.jsonl"
        with pytest.raises(GustibusError, match="which is neither field in answer 2 of 2"):
            read([one], format="argilla")
        with pytest.warns(DataWarning, match="1 of 2 rows cannot be used"):
            kept = read([one], format="argilla", skip_bad=True, rejects=rejects)
        assert said(kept, *SIDES) == [("u", "x", "y", "a")]
        corrected = json.loads(rejects.read_text().replace("response-9", "response-2"))
        assert said(read([corrected]), *SIDES, "prompt") == [("v", "x", "y", "b", "q")]


def test_exports_keep_the_margin_of_a_judgement_and_say_where_there_is_no_place_for_it() -> None:
    summary = {"worker": "w", "text": "t", "winning_summary": "x", "losing_summary": "y", "margin": 1.5}
    exports = [task(1, (7, "left")) | {"margin": 1.5}, record(1, ("u", "response_1")) | {"margin": 1.5}, summary]
    for export in exports:
        assert said(read([export]), "margin") == [(1.5,)]
        renamed = {("lead" if name == "margin" else name): value for name, value in export.items()}
        assert said(read([renamed], columns={"margin": "lead"}), "margin") == [(1.5,)]
        with pytest.raises(GustibusError, match="margin"):
            read([export | {"margin": "a lot"}])
    turn = {"data_source": "prism", "prompt": "q", "extra_info": {"user_id": "u", "chosen_utterance": "x"}}
    turn["extra_info"] |= {"rejected_utterance": ["y", "z"], "margin": 2.0}  # type: ignore[operator]
    with pytest.warns(DataWarning, match="'margin' is ignored: the format choices has no such field"):
        assert "margin" not in read([turn]).to_rows()[0]


def test_who_judged_is_found_under_another_name_or_refused_with_the_nearest() -> None:
    summary = {"rater": "w", "text": "t", "winning_summary": "x", "losing_summary": "y"}
    turn = {
        "data_source": "prism",
        "prompt": "q",
        "extra_info": {"rater": "w", "chosen_utterance": "x", "rejected_utterance": ["y"]},
    }
    whole, flat = (
        task(1, (7, "left")),
        {"annotation_id": 1, "annotator": 7, "answer1": "x", "answer2": "y", "pw": "left"},
    )
    whole["annotations"][0]["rater"] = "w"
    for export in (summary, turn, whole, flat | {"rater": "w"}):
        assert said(read([export], columns={"user_id": "rater"}), "user_id") == [("w",)]
        with pytest.raises(GustibusError, match=r"'ratr', which columns= names for 'user_id'.*Nearest: 'rater'"):
            read([export], columns={"user_id": "ratr"})
    for export in (summary, turn):
        with pytest.warns(DataWarning, match="does not say who judged"):
            assert read([export], columns={"user_id": None}).user_ids == ["population"]
