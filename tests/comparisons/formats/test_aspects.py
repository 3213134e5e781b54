"""Several aspects of one judgement: one table an aspect."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from format_examples import record

from gustibus.comparisons import BadRows, DataWarning, GustibusError, read, read_aspects

pytestmark = pytest.mark.filterwarnings("ignore::gustibus.comparisons.DataWarning")
PAIR = {"response_a": "x", "response_b": "y"}
WIDE = [
    {"user_id": "u", "helpful": "a", "safe": "b", **PAIR},
    {"user_id": "v", "helpful": "tie", "safe": None, **PAIR},
    {"user_id": "w", "helpful": "b", "safe": "a", **PAIR},
]


def test_a_column_an_aspect_makes_a_table_an_aspect() -> None:
    with pytest.warns(DataWarning, match="1 row say nothing about 'safe'"):
        tables = read_aspects(WIDE, ["helpful", "safe"])
    assert list(tables) == ["helpful", "safe"]
    assert tables["helpful"] == read([{"choice": row["helpful"]} | row for row in WIDE])
    assert tables["safe"].user_ids == ["u", "w"]
    assert read_aspects(WIDE, {"safety": "safe"})["safety"] == tables["safe"]


def test_a_column_that_names_the_aspect_does_too() -> None:
    long = [
        {"user_id": row["user_id"], "topic": name, "choice": row[name], **PAIR}
        for row in WIDE
        for name in ("helpful", "safe")
    ]
    long = [row for row in long if row["choice"]]
    assert read_aspects(long, columns={"aspect": "topic"}) == read_aspects(WIDE, ["helpful", "safe"])
    with pytest.raises(GustibusError, match="has no column 'aspect'"):
        read_aspects(long)


def test_aspects_of_ratings_and_of_crowd_kit() -> None:
    rated = [{"user_id": "u", "response": r, "taste": t, "health": h} for r, t, h in (("x", 1, 5), ("y", 4, 2))]
    tables = read_aspects(rated, ["taste", "health"])
    assert [data.outcome.tolist() for data in tables.values()] == [[0.0], [1.0]]
    crowd = [{"worker": "w", "left": "x", "right": "y", "best": "x", "safest": "y"}]
    assert [data.outcome.tolist() for data in read_aspects(crowd, ["best", "safest"]).values()] == [[1.0], [0.0]]


def test_questions_of_argilla_are_aspects() -> None:
    row = record(1, ("u", "response_1")) | {"safer.responses": ["response_2"], "safer.responses.users": ["u"]}
    tables = read_aspects([row], ["better", "safer"], format="argilla")
    assert [data.outcome.tolist() for data in tables.values()] == [[1.0], [0.0]]


def test_bad_rows_of_an_aspect_keep_their_numbers_and_have_their_own_file(tmp_path: Path) -> None:
    path = tmp_path / "wide.jsonl"
    rows = [*WIDE, {"user_id": "z", "helpful": "a", "safe": "perhaps", **PAIR}]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    with pytest.raises(BadRows, match=r"\(safe\): 1 of 3 rows cannot be used.\n  row 4, column 'safe'"):
        read_aspects(path, ["helpful", "safe"])
    tables = read_aspects(path, ["helpful", "safe"], skip_bad=True)
    assert [len(data) for data in tables.values()] == [4, 2]
    (line,) = (tmp_path / "wide.jsonl.rejects.safe.jsonl").read_text().splitlines()
    assert json.loads(line)["rejected_row"] == 4


@pytest.mark.parametrize(
    ("aspects", "said"),
    [([], "no aspect is named"), ("helpful", "Give a list"), (["helpfull"], "Nearest: 'helpful'")],
)
def test_aspects_that_are_not_there_are_refused(aspects: list[str], said: str) -> None:
    with pytest.raises(GustibusError, match=said):
        read_aspects(WIDE, aspects)


def test_a_format_without_answers_has_no_aspects() -> None:
    with pytest.raises(GustibusError, match="has no aspects"):
        read_aspects([{"prompt": "p", "chosen": "x", "rejected": "y"}], ["chosen"], format="trl")
