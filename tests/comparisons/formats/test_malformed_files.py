"""Malformed files of every format: refused with a message that helps, or repaired as documented."""

from __future__ import annotations

import copy
import json
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from format_examples import SOUND, Rows, talk

from gustibus.comparisons import FORMATS, BadRows, Comparisons, GustibusError, read

Change = Callable[[Rows], None]


def set_to(value: Any, *keys: Any) -> Change:
    """Replace what stands under some keys, the first of which is the row."""

    def change(rows: Rows) -> None:
        place: Any = rows
        for key in keys[:-1]:
            place = place[key]
        place[keys[-1]] = value

    return change


def without(*keys: Any) -> Change:
    """Remove what stands under some keys; in every row, if the first is None."""

    def change(rows: Rows) -> None:
        for row in rows if keys[0] is None else [rows[keys[0]]]:
            place: Any = row
            for key in keys[1:-1]:
                place = place[key]
            del place[keys[-1]]

    return change


def read_file(folder: Path, name: str, rows: Rows, **options: Any) -> Comparisons:
    path = folder / "file.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return read(path, format=name, **options)


BAD_ROWS: dict[str, list[tuple[Change, str]]] = {
    "gustibus": [
        (set_to("left", 1, "choice"), "row 2, column 'choice', value 'left' is not a choice. Write 'a'"),
        (set_to(None, 1, "choice"), "column 'choice', value (missing) is missing. Write a, b, tie, or the probability"),
        (set_to("1.5", 1, "choice"), "column 'choice', value '1.5' is not a probability from 0 to 1"),
        (set_to(None, 2, "user_id"), "row 3, column 'user_id', value (missing) is missing. Say who judged"),
        (set_to("", 1, "response_a"), "column 'response_a', value '' is empty"),
        (set_to("a1", 1, "response_b"), "column 'response_b', value 'a1' is the same response as response_a"),
        (set_to(" ", 1, "prompt"), "column 'prompt', value ' ' is only white space"),
    ],
    "trl": [
        (set_to(None, 1, "chosen"), "row 2, column 'chosen', value (missing) is missing. Write what was shown"),
        (set_to("", 1, "rejected"), "column 'rejected', value '' is empty"),
        (set_to("good 1", 1, "rejected"), "column 'rejected', value 'good 1' is the same response"),
        (set_to(" ", 1, "prompt"), "column 'prompt', value ' ' is only white space"),
        (set_to(None, 1, "user_id"), "column 'user_id', value (missing) is missing"),
        (set_to({"content": "x"}, 1, "chosen"), "column 'chosen', value {'content': 'x'} is of type dict"),
        (without(None, "rejected"), "no column 'rejected' (the other response)"),
    ],
    "crowd-kit": [
        (set_to("else", 1, "label"), "row 2, column 'label', value 'else' is neither the left nor the right side"),
        (set_to(None, 1, "label"), "column 'label', value (missing) is missing. Repeat the text of the preferred side"),
        (set_to(None, 2, "worker"), "row 3, column 'worker', value (missing) is missing. Say who judged"),
        (set_to(" ", 0, "worker"), "column 'worker', value ' ' is empty"),
        (set_to("", 1, "left"), "column 'left', value '' is empty. Write what was shown"),
        (set_to("l2", 2, "right"), "column 'right', value 'l2' is the same response as response_a"),
        (without(None, "label"), "no column 'label' (the text of the preferred side)"),
    ],
    "arena": [
        (set_to("model_c", 1, "winner"), "row 2, column 'winner', value 'model_c' is no winner. Write model_a"),
        (set_to(None, 0, "winner"), "column 'winner', value (missing) is missing. Write model_a, model_b, tie"),
        (set_to("", 0, "model_a"), "column 'model_a', value '' is empty"),
        (set_to(None, 1, "model_b"), "column 'model_b', value (missing) is missing"),
        (set_to("m1", 1, "model_b"), "column 'model_b', value 'm1' is the same response as response_a"),
        (set_to(None, 0, "judge"), "column 'judge', value (missing) is missing. Say who judged"),
        (set_to("noon", 0, "tstamp"), "column 'tstamp', value 'noon' is not a time"),
    ],
    "votes": [
        (set_to(-1, 1, "votes_a"), "row 2, column 'votes_a', value -1 is negative. Write how many voted so"),
        (set_to(None, 1, "votes_b"), "column 'votes_b', value (missing) is missing. Write how many voted so"),
        (set_to("many", 1, "votes_b"), "column 'votes_b', value 'many' is not a finite number"),
        (set_to(0, 0, "votes_b"), "column 'votes_a', value 0 is one of no votes at all"),
        (set_to(" ", 3, "response_a"), "column 'response_a', value ' ' is empty"),
        (set_to("x", 3, "response_b"), "column 'response_b', value 'x' is the same response"),
        (set_to("\t", 0, "prompt"), "column 'prompt', value '\\t' is only white space"),
    ],
    "ratings": [
        (set_to(None, 1, "rating"), "row 2, column 'rating', value (missing) is missing. Write the rating as a number"),
        (set_to("good", 1, "rating"), "column 'rating', value 'good' is not a finite number"),
        (set_to(float("inf"), 1, "rating"), "is not a finite number"),
        (set_to(None, 4, "response"), "row 5, column 'response', value (missing) is missing"),
        (set_to("  ", 4, "response"), "column 'response', value '  ' is empty"),
        (set_to(None, 0, "user_id"), "column 'user_id', value (missing) is missing. Say who judged"),
        (set_to([1], 0, "rating"), "column 'rating', value [1] is of type list"),
    ],
    "ranks": [
        (set_to(None, 1, "rank"), "row 2, column 'rank', value (missing) is missing. Write the place as a number"),
        (set_to("first", 1, "rank"), "column 'rank', value 'first' is not a finite number"),
        (set_to(None, 4, "response"), "column 'response', value (missing) is missing"),
        (set_to("", 4, "response"), "column 'response', value '' is empty"),
        (set_to("", 0, "user_id"), "column 'user_id', value '' is empty"),
        (set_to({"place": 1}, 0, "rank"), "is of type dict"),
        (set_to(" ", 3, "prompt"), "column 'prompt', value ' ' is only white space"),
    ],
    "rankings": [
        (set_to(None, 1, "ranking"), "row 2, column 'ranking', value (missing) is missing. Write a list of texts"),
        (set_to([], 1, "ranking"), "column 'ranking', value [] is an empty list"),
        (set_to(["x"], 1, "ranking"), "column 'ranking', value ['x'] ranks fewer than two responses"),
        (set_to(["x", "y", "x"], 1, "ranking"), "names a response twice. Name every response once"),
        (set_to(["x", None], 1, "ranking"), "has an empty entry"),
        (set_to("x, y", 1, "ranking"), "column 'ranking', value 'x, y' is not a list of texts"),
        (set_to(["x", "\ud800"], 1, "ranking"), r"column 'ranking', value ['x', '\ud800'] is not a list of texts"),
        (set_to(r'["x", "\ud800"]', 1, "ranking"), "is not a list of texts"),
        (set_to("[" * 5000, 1, "ranking"), "is not a list of texts"),
        (set_to(None, 1, "user_id"), "column 'user_id', value (missing) is missing"),
    ],
    "choices": [
        (set_to("v", 1, "chosen"), "row 2, column 'chosen', value 'v' is none of the options"),
        (set_to(None, 1, "chosen"), "column 'chosen', value (missing) is missing. Name the chosen option"),
        (set_to(["x"], 1, "options"), "column 'options', value ['x'] holds fewer than two options"),
        (set_to(["x", "x", "w"], 1, "options"), "names a response twice"),
        (set_to(None, 1, "options"), "column 'options', value (missing) is missing"),
        (set_to(["x", " "], 1, "options"), "has an empty entry"),
        (set_to("9", 0, "chosen"), "column 'chosen', value '9' is none of the options"),
    ],
    "choice-rows": [
        (set_to(2, 1, "chosen"), "row 2, column 'chosen', value 2 does not say whether the option was chosen"),
        (set_to(None, 1, "chosen"), "column 'chosen', value (missing) does not say whether the option was chosen"),
        (set_to(0, 0, "chosen"), "column 'chosen', value 0 is in a question in which nothing is chosen"),
        (set_to(1, 1, "chosen"), "column 'chosen', value 1 is in a question in which several are chosen"),
        (
            set_to(None, 1, "question"),
            "column 'question', value (missing) is missing. Give the options",
        ),
        (set_to(None, 1, "response"), "is in a question with an unusable row. Correct that row."),
        (set_to("noon", 1, "timestamp"), "is in a question with an unusable row. Correct that row."),
        (set_to(9, 1, "question"), "is the only option of its question. Give two or more"),
        (set_to("", 4, "response"), "column 'response', value '' is empty"),
    ],
    "shp": [
        (set_to(0.5, 1, "labels"), "row 2, column 'labels', value 0.5 is neither 0 nor 1"),
        (set_to(None, 1, "labels"), "column 'labels', value (missing) is missing. Write 1 if response A is preferred"),
        (set_to(2, 1, "labels"), "column 'labels', value 2 is not a probability"),
        (set_to(None, 1, "human_ref_A"), "column 'human_ref_A', value (missing) is missing"),
        (set_to("comment A 1", 1, "human_ref_B"), "column 'human_ref_B', value 'comment A 1' is the same response"),
        (set_to(0.0, 1, "score_ratio"), "column 'score_ratio', value 0.0 is not a ratio"),
        (set_to("twice", 1, "score_ratio"), "column 'score_ratio', value 'twice' is not a finite number"),
    ],
    "pal": [
        (set_to(0, 1, "y"), "row 2, column 'y', value 0 is neither -1 nor 1. Write -1 if the left response"),
        (set_to(None, 1, "y"), "column 'y', value (missing) is missing. Write -1"),
        (set_to("left", 1, "y"), "column 'y', value 'left' is not a finite number"),
        (set_to(None, 1, "uid"), "column 'uid', value (missing) is missing"),
        (set_to("", 1, "left"), "column 'left', value '' is empty"),
        (set_to("l1", 1, "right"), "column 'right', value 'l1' is the same response"),
        (without(None, "uid"), "no column 'uid' (who judged)"),
    ],
    "openrlhf": [
        (set_to(None, 1, "chosen"), "row 2, column 'chosen', value (missing) is missing. Write what was shown"),
        (set_to("", 1, "rejected"), "column 'rejected', value '' is empty"),
        (set_to("good 1", 1, "rejected"), "column 'rejected', value 'good 1' is the same response"),
        (set_to("wide", 1, "margin"), "column 'margin', value 'wide' is not a finite number"),
        (set_to(" ", 1, "prompt"), "column 'prompt', value ' ' is only white space"),
        (set_to(None, 1, "user_id"), "column 'user_id', value (missing) is missing"),
        (set_to(3.5, 1, "chosen"), ""),  # a number becomes its text beside other texts: repaired with a caution
    ],
    "lore": [
        (set_to(None, 1, "extra_info"), "row 2, "),
        (set_to([], 1, "extra_info", "rejected_utterance"), "has no rejected_utterance. List the answers"),
        (set_to(None, 1, "extra_info", "user_id"), "column 'user_id', value (missing) is missing"),
        (set_to(["good 2"], 1, "extra_info", "rejected_utterance"), "holds fewer than two options"),
        (set_to([" "], 1, "extra_info", "rejected_utterance"), "has an empty entry"),
        (set_to([["x"]], 1, "extra_info", "rejected_utterance"), "has an answer that is no text. Write each answer"),
        (set_to({"x": 1}, 1, "extra_info", "chosen_utterance"), "has an answer that is no text"),
        (set_to("soon", 1, "extra_info", "split"), "column 'split', value 'soon' is not a split"),
        (set_to("no", 1, "extra_info", "rejected_utterance"), "has no rejected_utterance"),
    ],
    "argilla": [
        (set_to(["maybe"], 1, "better.responses"), "answers 'better' with 'maybe', which is neither field"),
        (set_to(["u1", "u2"], 1, "better.responses.users"), "has 1 answers by 2 people in 'better.responses'"),
        (without(None, "response_2"), "has no two responses among"),
        (set_to([None], 1, "better.responses.users"), "column 'user_id', value (missing) is missing"),
        (set_to("", 1, "response_1"), "column 'response_a', value '' is empty"),
        (set_to("second 2", 1, "response_1"), "value 'second 2' is the same response"),
        (set_to([["nobody", "response_1"]], 1, "better.responses"), "ranks 'nobody', which is no field of it"),
    ],
    "label-studio": [
        (set_to("perhaps", 1, "annotations", 0, "result", 0, "value", "selected"), "does not say left or right"),
        (set_to([], 1, "annotations", 0, "result"), "has no result in annotation 1 of"),
        (set_to(None, 1, "annotations", 0, "result"), "has no result in annotation 1 of"),
        (set_to({"prompt": "q", "left_one": "x"}, 1, "data"), "has no two responses among"),
        (set_to(None, 1, "annotations", 0, "completed_by"), "column 'user_id', value (missing) is missing"),
        (set_to("", 1, "data", "answer1"), "column 'response_a', value '' is empty"),
        (set_to("second 2", 1, "data", "answer1"), "is the same response as response_a"),
    ],
}
ROW_CASES = [
    pytest.param(name, change, said, id=f"{name}-{number}")
    for name, cases in BAD_ROWS.items()
    for number, (change, said) in enumerate(cases)
]
FILE_FORMATS = list(FORMATS)


def test_every_reader_has_ten_malformed_files() -> None:
    n_of_every_file = 3  # the three tests below
    assert set(BAD_ROWS) == set(FILE_FORMATS)
    assert all(len(cases) + n_of_every_file >= 10 for cases in BAD_ROWS.values())


@pytest.mark.parametrize("name", SOUND)
def test_sound_rows_are_read_by_name_and_by_their_columns(name: str, tmp_path: Path) -> None:
    data = read_file(tmp_path, name, SOUND[name])
    assert len(data) >= 3
    if name != "openrlhf":  # it has TRL's columns
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            assert read(tmp_path / "file.jsonl") == data


@pytest.mark.parametrize(("name", "change", "said"), ROW_CASES)
def test_a_malformed_row_is_refused_with_what_is_wrong(name: str, change: Change, said: str, tmp_path: Path) -> None:
    rows = copy.deepcopy(SOUND[name])
    change(rows)
    if not said:
        assert len(read_file(tmp_path, name, rows)) == len(rows)
        return
    with pytest.raises(GustibusError) as caught:
        read_file(tmp_path, name, rows)
    assert said in str(caught.value)


@pytest.mark.parametrize(("name", "change", "said"), [case for case in ROW_CASES if case.values[2]])
def test_the_sound_rows_beside_it_are_kept_when_asked(name: str, change: Change, said: str, tmp_path: Path) -> None:
    rows = copy.deepcopy(SOUND[name])
    change(rows)
    with pytest.raises(GustibusError) as refused:
        read_file(tmp_path, name, rows)
    if not isinstance(refused.value, BadRows):
        return  # a whole column is missing: nothing to keep
    data = read_file(tmp_path, name, rows, skip_bad=True)
    lines = (tmp_path / "file.jsonl.rejects.jsonl").read_text(encoding="utf-8").splitlines()
    assert len(lines) == refused.value.total
    assert all(json.loads(line)["rejected_because"] for line in lines)
    assert 0 < len(data) < len(read_file(tmp_path, name, SOUND[name]))


@pytest.mark.parametrize("name", FILE_FORMATS)
def test_a_file_that_was_cut_off_is_refused(name: str, tmp_path: Path) -> None:
    text = "".join(json.dumps(row) + "\n" for row in SOUND[name])
    (tmp_path / "file.jsonl").write_text(text[:-9], encoding="utf-8")
    with pytest.raises(BadRows, match="the file is cut off"):
        read(tmp_path / "file.jsonl", format=name)


@pytest.mark.parametrize("name", FILE_FORMATS)
def test_a_line_that_is_no_record_is_refused(name: str, tmp_path: Path) -> None:
    lines = [json.dumps(row) for row in SOUND[name]]
    (tmp_path / "file.jsonl").write_text("\n".join([lines[0], "[1, 2]", *lines[1:]]), encoding="utf-8")
    with pytest.raises(BadRows, match="is a list, not an object"):
        read(tmp_path / "file.jsonl", format=name)


@pytest.mark.parametrize("name", FILE_FORMATS)
def test_a_table_of_something_else_is_refused_with_what_is_missing(name: str, tmp_path: Path) -> None:
    with pytest.raises(GustibusError, match=r"has no|holds no judgement|an arena needs|none of"):
        read_file(tmp_path, name, [{"height": 3, "colour": "red"}] * 3)


def test_choices_among_one_and_the_same_response_are_refused() -> None:
    rows = [{"user_id": "u", "question": 1, "response": "x", "chosen": chosen} for chosen in (1, 0)]
    with pytest.raises(GustibusError, match="no two different responses can be compared"):
        read(rows)


@pytest.mark.parametrize("shape", ["nested", "text"])
def test_conversations_are_read_where_responses_are(shape: str) -> None:
    rows = [{"worker": "w", "left": talk("q", "a"), "right": talk("q", "b"), "label": talk("q", "b")}]
    if shape == "text":
        rows = [{key: json.dumps(value) if key != "worker" else value for key, value in row.items()} for row in rows]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert read(rows).outcome.tolist() == [0.0]
