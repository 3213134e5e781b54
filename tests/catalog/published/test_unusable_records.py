"""Files that are not what was published: refused with row, column, reason and fix, or put aside with the reasons."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from published_files import annotation, image_choice, rated_answer, summary, talk, utterance, write_lines

import gustibus as gs
from gustibus.catalog import load_aspects, load_dataset

pytestmark = pytest.mark.filterwarnings("ignore::gustibus.comparisons.DataWarning")

GOOD: dict[str, Any] = {
    "tldr": summary("ann", "left", "right"),
    "tldr-length": summary("ann", "left", "the right"),
    "pickapic-v1": image_choice(7, 1.0),
    "personas": {"statement": "I sing", "answer_matching_behavior": " Yes", "persona": "loud"},
    "prism": utterance("ann", 0, "A drink?", "tea", 80, True),
    "ultrafeedback": {"instruction": "A drink?",
                      "completions": [rated_answer("tea", "5", 9), rated_answer("gin", "2", 4)]},
    "helpsteer2": {"prompt": "A drink?", "response": "tea", "helpfulness": 4, "correctness": 4, "coherence": 4,
                   "complexity": 1, "verbosity": 0},
    "helpsteer2-preference": {"prompt": "A drink?", "response_1": "tea", "response_2": "gin", "preference_strength": 1},
    "multipref": {"text": "A drink?", "completion_a": "tea", "completion_b": "gin",
                  "normal_worker_annotations": [annotation("n1", "Tie", "Tie")], "expert_worker_annotations": []},
    "skywork": {"chosen": talk("A drink?", "tea"), "rejected": talk("A drink?", "gin"), "source": "magpie"},
    "hh": {"chosen": "\n\nHuman: hi\n\nAssistant: tea", "rejected": "\n\nHuman: hi\n\nAssistant: gin"},
    "arena": {"judge": "u", "model_a": "m", "model_b": "n", "winner": "tie",
              "conversation_a": talk("hi", "tea"), "conversation_b": talk("hi", "gin")},
}  # fmt: skip

BAD = [
    ("tldr", {"choice": 2}, "'choice' 2, which is not known. Write one of 0, 1."),
    ("tldr", {"worker": None}, "'worker' (missing), which is missing"),
    ("tldr", {"summaries": [{"text": "left"}]}, "'summaries[1].text' (missing)"),
    ("tldr-length", {"worker": "  "}, "'worker' '  ', which is missing"),
    ("pickapic-v1", {"label_0": 0.7}, "'label_0' 0.7, which is not known"),
    ("pickapic-v1", {"has_label": "maybe"}, "'has_label' 'maybe', which is not known"),
    ("personas", {"answer_matching_behavior": " Perhaps"}, "'answer_matching_behavior' ' Perhaps', which is not known"),
    ("prism", {"score": "good"}, "'score' 'good', which is no number"),
    ("prism", {"turn": None}, "'turn' (missing), which is no number"),
    ("ultrafeedback", {"completions": "tea"}, "'completions' 'tea', which is no list"),
    ("helpsteer2", {"helpfulness": None}, "'helpfulness' (missing), which is no number"),
    ("helpsteer2-preference", {"preference_strength": 5}, "is no whole number from -3 to 3"),
    (
        "multipref",
        {"normal_worker_annotations": [annotation("n1", "A!", "Tie")]},
        "'normal_worker_annotations[0].overall_pref' 'A!', which is not known",
    ),
    ("skywork", {"rejected": None}, "'rejected' (missing), which is missing"),
    ("hh", {"chosen": ""}, "'chosen' '', which is missing"),
    ("arena", {"winner": "nobody"}, "'winner' 'nobody', which is not known. Write one of model_a"),
]


def published(name: str, folder: Path, *changes: dict[str, Any]) -> Path:
    """A good record, then one with each change; personas need a second one, prism a second answer."""
    good = GOOD[name]
    rows = [good, *({**good, **change} for change in changes)]
    if name == "personas":
        rows.append({**good, "persona": "quiet", "statement": "I hum"})
    if name in ("prism", "helpsteer2"):
        key = "model_response" if name == "prism" else "response"
        rows.append({**good, key: "gin"})
    return write_lines(folder / "file.jsonl", rows)


@pytest.mark.parametrize("name", GOOD)
def test_the_good_record_is_read(name: str, tmp_path: Path) -> None:
    assert len(load_dataset(name, path=published(name, tmp_path))) >= 1


@pytest.mark.parametrize(("name", "change", "reason"), BAD)
def test_a_bad_record_is_refused_with_row_column_reason_and_fix(
    name: str, change: dict[str, Any], reason: str, tmp_path: Path
) -> None:
    with pytest.raises(gs.BadRows) as refused:
        load_dataset(name, path=published(name, tmp_path, change), **_asked_all(name))
    message = str(refused.value)
    assert "row 2" in message
    assert "has in column" in message
    assert reason in message
    assert refused.value.total == 1
    assert refused.value.rows[0].fix


def _asked_all(name: str) -> dict[str, Any]:
    return {"statements_each": 1000} if name == "personas" else {}


def test_bad_records_are_put_aside_with_their_reasons(tmp_path: Path) -> None:
    file = published("tldr", tmp_path, {"choice": 2}, {"worker": None})
    data = load_dataset("tldr", path=file, skip_bad=True)
    assert len(data) == 1
    lines = [json.loads(line) for line in (tmp_path / "file.jsonl.rejects.jsonl").read_text().splitlines()]
    assert [line["rejected_row"] for line in lines] == [2, 3]
    assert "choice" in lines[0]["rejected_because"][0]
    assert lines[0]["choice"] == 2


def test_of_several_files_one_says_where_rejects_go(tmp_path: Path) -> None:
    write_lines(tmp_path / "train.jsonl", [GOOD["tldr"]])
    write_lines(tmp_path / "validation.jsonl", [GOOD["tldr"] | {"choice": 9}])
    with pytest.raises(gs.GustibusError, match="say where rejected records go"):
        load_dataset("tldr", path=tmp_path, skip_bad=True)
    with pytest.raises(gs.BadRows, match=r"tldr \(2 files, rows counted through\).*\n.*row 2"):
        load_dataset("tldr", path=tmp_path)


def test_a_line_that_is_no_record_is_named(tmp_path: Path) -> None:
    file = published("tldr", tmp_path)
    file.write_text(file.read_text() + '{"info": {"post": "cut')
    with pytest.raises(gs.BadRows, match=r"row 2.*cut off"):
        load_dataset("tldr", path=file)


def test_a_file_without_a_column_is_refused_with_the_nearest(tmp_path: Path) -> None:
    row = {("workers" if key == "worker" else key): value for key, value in GOOD["tldr"].items()}
    with pytest.raises(gs.GustibusError, match=r"has no column 'worker'.*Nearest: 'workers'.*gustibus.read"):
        load_dataset("tldr", path=write_lines(tmp_path / "file.jsonl", [row]))


def test_other_readings_of_names_are_offered() -> None:
    with pytest.raises(gs.GustibusError, match=r"no data set 'prsm'. Did you mean 'prism'"):
        load_dataset("prsm")
    with pytest.raises(gs.GustibusError, match=r"no aspect 'helpfull'. Did you mean 'helpful'"):
        load_dataset("multipref", aspect="helpfull")


@pytest.mark.parametrize(
    ("name", "settings", "message"),
    [
        ("hh", {"pairs_per_user": 3}, "every record is a judgement"),
        ("hh", {"people_each": 3}, "make the people of the data set personas"),
        ("prism", {"path": "x", "download": True}, "have no use beside it"),
    ],
)
def test_settings_without_a_use_are_refused(name: str, settings: dict[str, Any], message: str) -> None:
    with pytest.raises(gs.GustibusError, match=message):
        load_dataset(name, **settings)


def test_a_persona_needs_another_and_a_name_that_is_there(tmp_path: Path) -> None:
    file = published("personas", tmp_path)
    with pytest.raises(gs.GustibusError, match="One persona alone has one opinion"):
        load_dataset("personas", path=file, personas=["loud"])
    with pytest.raises(gs.GustibusError, match=r"no persona 'lout' in these files. There are: loud, quiet"):
        load_dataset("personas", path=file, personas=["loud", "lout"])


def test_an_aspect_that_nobody_judged_says_so(tmp_path: Path) -> None:
    bare = GOOD["multipref"] | {"normal_worker_annotations": [{"evaluator": "n1", "overall_pref": "Tie"}]}
    file = write_lines(tmp_path / "file.jsonl", [bare])
    with pytest.raises(gs.GustibusError, match="holds no judgement of multipref"):
        load_aspects("multipref", path=file)
