from __future__ import annotations

import json
import warnings
from pathlib import Path
from typing import Any

import pytest

from gustibus.comparisons import BadRows, Comparisons, DataWarning, GustibusError, read

GOOD = [
    {"user_id": f"u{i % 3}", "prompt": "p", "response_a": f"a{i}", "response_b": f"b{i}", "choice": "ab"[i % 2]}
    for i in range(9)
]
MANY = [row | {"response_a": f"{row['response_a']} {j}"} for row in GOOD[:5] for j in range(4)]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"user_id": None}, "column 'user_id', value (missing) is missing. Say who judged"),
        ({"user_id": "  "}, "column 'user_id', value '  ' is empty"),
        ({"response_a": None}, "column 'response_a', value (missing) is missing. Write what was shown"),
        ({"response_b": ""}, "column 'response_b', value '' is empty. Write what was shown"),
        ({"response_b": " \n"}, r"column 'response_b', value ' \n' is empty"),
        (
            {"response_b": "a9", "response_a": "a9"},
            "column 'response_b', value 'a9' is the same response as response_a",
        ),
        ({"prompt": "\t"}, r"column 'prompt', value '\t' is only white space"),
        (
            {"prompt": None, "prompt_b": "q"},
            "column 'prompt_b', value 'q' is a prompt for response_b while response_a has",
        ),
        ({"choice": None}, "column 'choice', value (missing) is missing. Write a, b, tie"),
        ({"choice": "left"}, "column 'choice', value 'left' is not a choice. Write 'a' for the first response"),
        ({"choice": True}, "value True is of type bool. True and False do not say which response is meant"),
        ({"choice": 1.5}, "is not a probability from 0 to 1"),
        ({"choice": float("nan")}, "is missing"),
        ({"weight": -1.0}, "column 'weight', value -1.0 is negative. Write a weight >= 0"),
        ({"weight": float("nan")}, "column 'weight', value nan is missing. Write 1"),
        ({"weight": None}, "column 'weight', value (missing) is missing"),
        ({"margin": float("inf")}, "column 'margin', value inf is not a finite number"),
        ({"margin": "much"}, "column 'margin', value 'much' is not a finite number"),
        ({"timestamp": "yesterday"}, "column 'timestamp', value 'yesterday' is not a time. Write ISO 8601"),
        ({"split": "holdout"}, "column 'split', value 'holdout' is not a split. Write train, validation or test"),
        ({"response_a": {"text": "x"}}, "is of type dict. Write it as text"),
    ],
)
def test_a_bad_row_is_named_with_row_column_value_reason_and_fix(change: dict[str, Any], said: str) -> None:
    defaults = {"weight": 1.0} if "weight" in change else {}
    rows = [defaults | row for row in [*GOOD, GOOD[0] | {"response_a": "a9"} | change]]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with pytest.raises(BadRows) as caught:
            read(rows)
    assert "the list of rows: 1 of 10 rows cannot be used." in str(caught.value)
    assert "row 10, " in str(caught.value)
    assert said in str(caught.value)
    assert caught.value.total == 1
    assert caught.value.rows[0].row == 10


def test_at_most_five_rows_are_shown_every_kind_of_fault_among_them() -> None:
    rows = [row | {"choice": "left"} for row in GOOD] + [GOOD[0] | {"user_id": None}]
    with pytest.raises(BadRows) as caught:
        read(rows)
    assert caught.value.total == 10
    assert len(caught.value.rows) == 5
    assert {row.column for row in caught.value.rows} == {"choice", "user_id"}
    assert "... and 5 more rows." in str(caught.value)


def test_every_missing_column_is_named_with_the_nearest_that_exist() -> None:
    with pytest.raises(GustibusError) as caught:
        read([{"worker": "u", "item_a": "x", "item_b": "y", "choice": "a"}])
    assert "no column 'user_id' (who judged; nearest: 'worker'" in str(caught.value)
    assert 'columns={"user_id": "worker", "response_a": "item_a", "response_b": "item_b"}' in str(caught.value)


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"user_id": "user_idd"}, "no column 'user_idd', which columns= names for 'user_id'. Nearest: 'user_id'"),
        (
            {"userid": "user_id"},
            "but there is no field 'userid'. Did you mean 'user_id'?",
        ),
        ({"user_id": None}, "columns= leaves out 'user_id'"),
    ],
)
def test_a_wrong_mapping_is_refused(columns: dict[str, str | None], message: str) -> None:
    with pytest.raises(GustibusError, match=message):
        read(GOOD, columns=columns)


def test_an_ignored_column_that_looks_misspelt_is_mentioned() -> None:
    with pytest.warns(DataWarning, match='column \'wieght\' is ignored.*columns={"weight": "wieght"}'):
        read([row | {"wieght": 2} for row in GOOD])


def bad_csv(folder: Path) -> Path:
    file = folder / "x.csv"
    header = "user_id,response_a,response_b,choice,note\n"
    file.write_text(header + "ann,tea,gin,a,\nben,tea,gin,left,odd\nben,tea\ncat,tea,gin,b,\n", encoding="utf-8")
    return file


def test_skip_bad_keeps_the_good_rows_and_writes_the_others_with_their_reasons(tmp_path: Path) -> None:
    file = bad_csv(tmp_path)
    with pytest.warns(DataWarning, match=r"2 of 4 rows cannot be used and were written, with reasons, to .*rejects"):
        data = read(file, skip_bad=True)
    assert data.user_ids == ["ann", "cat"]
    lines = [json.loads(line) for line in (tmp_path / "x.csv.rejects.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [line["rejected_row"] for line in lines] == [2, 3]
    assert lines[0]["note"] == "odd"
    assert lines[0]["rejected_because"] == [
        "choice: 'left' is not a choice. Write 'a' for the first response if that is what it means."
    ]
    assert lines[1]["rejected_line"] == "ben,tea"


def test_corrected_rejects_can_be_read_again(tmp_path: Path) -> None:
    file = bad_csv(tmp_path)
    with pytest.warns(DataWarning):
        read(file, skip_bad=True, rejects=tmp_path / "r.jsonl")
    first = json.loads((tmp_path / "r.jsonl").read_text(encoding="utf-8").splitlines()[0])
    (tmp_path / "r.jsonl").write_text(json.dumps(first | {"choice": "a"}), encoding="utf-8")
    assert read(tmp_path / "r.jsonl").user_ids == ["ben"]


def test_rejects_show_values_as_they_were_found(tmp_path: Path) -> None:
    with pytest.warns(DataWarning):
        read([*GOOD, GOOD[0] | {"choice": True, "margin": {"x": 1}}], skip_bad=True, rejects=tmp_path / "r.jsonl")
    record = json.loads((tmp_path / "r.jsonl").read_text(encoding="utf-8"))
    assert record["choice"] is True
    assert len(record["rejected_because"]) == 2 or record["margin"] == {"x": 1}


def test_without_bad_rows_no_file_of_rejects_appears(tmp_path: Path) -> None:
    assert len(read(GOOD, skip_bad=True, rejects=tmp_path / "r.jsonl")) == 9
    assert not (tmp_path / "r.jsonl").exists()


def test_rejects_must_have_a_place(tmp_path: Path) -> None:
    with pytest.raises(GustibusError, match="say where the rejected rows go"):
        read(GOOD, skip_bad=True)
    with pytest.raises(GustibusError, match="cannot be written to"):
        read([*GOOD, GOOD[0] | {"choice": "x"}], skip_bad=True, rejects=tmp_path / "nowhere" / "r.jsonl")
    file = bad_csv(tmp_path)
    with pytest.raises(GustibusError, match="is the file to be read"):
        read(file, skip_bad=True, rejects=file)
    assert file.stat().st_size > 0


def test_nothing_left_is_an_error_and_the_rejects_are_there(tmp_path: Path) -> None:
    with pytest.raises(GustibusError, match="No usable row is left"):
        read([GOOD[0] | {"choice": "x"}], skip_bad=True, rejects=tmp_path / "r.jsonl")
    assert (tmp_path / "r.jsonl").exists()


def test_the_last_line_of_a_jsonl_file_that_was_cut_off_is_named(tmp_path: Path) -> None:
    file = tmp_path / "x.jsonl"
    whole = "".join(json.dumps(row) + "\n" for row in GOOD)
    file.write_text(whole[:-20], encoding="utf-8")
    with pytest.raises(BadRows, match=r"row 9, .*\(line 9\) is not JSON: the line ends in the middle.*cut off"):
        read(file)
    with pytest.warns(DataWarning, match="1 of 9 rows"):
        assert len(read(file, skip_bad=True)) == 8


def test_rows_are_counted_in_the_file_also_when_lines_before_them_are_broken(tmp_path: Path) -> None:
    file = tmp_path / "x.jsonl"
    rows = [json.dumps(row) for row in GOOD]
    file.write_text(
        "\n".join([rows[0], "oops", "[1]", rows[1], json.dumps(GOOD[2] | {"choice": "left"})]), encoding="utf-8"
    )
    with pytest.raises(BadRows) as caught:
        read(file)
    assert [row.row for row in caught.value.rows] == [2, 3, 5]


def test_contradictory_repeats_are_kept_with_a_warning() -> None:
    again = GOOD[0] | {"response_a": "b0", "response_b": "a0"}
    with pytest.warns(DataWarning, match=r"1 question put to a person more than once.*user 'u0' on 'a0' and 'b0'"):
        assert len(read([*GOOD, again])) == 10
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert len(read([*GOOD, again | {"choice": "b"}])) == 10, "the same answer is no contradiction"


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([MANY[0] | {"choice": "tie"}] * 10, r"column 'choice' says tie in all 10 judgements.*Check"),
        ([row | {"choice": "a"} for row in MANY], r"'choice' says a in all 20 judgements.*shuffle the sides"),
        ([row | {"choice": 0.0} for row in MANY], r"says b in all 20 judgements.*put as response_b|as response_b"),
        (
            [*GOOD, GOOD[0] | {"prompt": None}],
            "1 of 10 judgements have no prompt, the others do; the first is number 10",
        ),
        ([row | {"source": "human"} for row in GOOD] + [GOOD[0] | {"source": "llm"}], "'human': 9, 'llm': 1"),
        ([GOOD[0] | {"source": "human"}, *GOOD[1:]], "'human': 1, not said: 8"),
        ([*GOOD, GOOD[0] | {"user_id": "NaN"}], "1 judgement by the user 'NaN', which looks like a missing value"),
        ([*GOOD, GOOD[0] | {"user_id": "U0 "}], "in case or white space|for case or white space.*'u0' and 'U0 '"),
        ([row | {"choice": i % 2} for i, row in enumerate(GOOD)], "only the numbers 0 and 1.*1 = a, 0 = b"),
    ],
)
def test_usable_but_odd_data_are_read_with_a_warning(rows: list[dict[str, Any]], message: str) -> None:
    with pytest.warns(DataWarning, match=message):
        assert len(read(rows)) == len(rows)


def test_plain_data_are_read_without_a_word() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert len(read(GOOD)) == 9


def test_one_persons_answers_are_read_without_a_word_as_they_are_enough_to_adapt_to() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert read(GOOD[:1]).user_ids == Comparisons.from_rows(GOOD[:1]).user_ids == ["u0"]


def test_the_order_of_chosen_and_rejected_is_no_position_effect() -> None:
    rows = [{"user_id": "u", "chosen": f"good {i}", "rejected": f"bad {i}"} for i in range(30)]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert len(read(rows)) == 30


def test_one_answer_throughout_is_named_by_its_own_column_and_few_judgements_may_agree() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        read([row | {"choice": "a"} for row in MANY[:19]])
    renamed = [{**{k: v for k, v in row.items() if k != "choice"}, "vote": "a"} for row in MANY]
    with pytest.warns(DataWarning, match="column 'vote' says a"):
        read(renamed, columns={"choice": "vote"})


def test_too_many_sources_are_probably_something_else() -> None:
    rows = [GOOD[0] | {"source": f"data set {i}", "response_a": f"x{i}"} for i in range(128)]
    with pytest.raises(GustibusError, match=r"128 different values.*columns={\"source\": None}"):
        read(rows)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DataWarning)
        assert len(read(rows, columns={"source": None})) == 128


def test_words_for_splits_are_understood() -> None:
    words = ["train", "Training", " val", "valid", "dev", "validation", "test", "TEST", None]
    assert read([row | {"split": word} for row, word in zip(GOOD, words, strict=True)]).split.tolist() == [
        0, 0, 1, 1, 1, 1, 2, 2, -1,
    ]  # fmt: skip


@pytest.mark.parametrize("field", ["user_id", "group", "source"])
def test_lists_of_messages_are_texts_but_no_names(field: str, tmp_path: Path) -> None:
    talk = [{"role": "user", "content": "Hello"}]
    rows = [GOOD[0] | {field: talk, "prompt": talk}, GOOD[1] | {field: "a name"}]
    with pytest.raises(BadRows, match=rf"row 1, column '{field}', value \[.*\] is of type list") as refused:
        read(rows)
    assert refused.value.total == 1
    with pytest.warns(DataWarning, match="1 of 2 rows"):
        kept = read(rows, skip_bad=True, rejects=tmp_path / "rejects.jsonl")
    assert kept == read([rows[1]])
    assert json.loads((tmp_path / "rejects.jsonl").read_text())[field] == talk
    with pytest.raises(GustibusError, match=rf"'{field}' must be text"):
        read([row | {field: talk} for row in rows])
