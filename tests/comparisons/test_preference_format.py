from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from gustibus.comparisons import Comparisons, DataWarning, GustibusError, canonical_messages, read, write

pytestmark = pytest.mark.filterwarnings("ignore::gustibus.comparisons.DataWarning")


def user(text: str) -> dict[str, str]:
    return {"role": "user", "content": text}


def assistant(text: str) -> dict[str, str]:
    return {"role": "assistant", "content": text}


def the_row(source: Any) -> dict[str, Any]:
    (row,) = read(source).to_rows()
    return row


def test_explicit_text_prompt_is_taken_as_it_is() -> None:
    row = the_row([{"prompt": "A drink?", "chosen": "tea one", "rejected": "tea two"}])
    assert row == {
        "user_id": "population",
        "prompt": "A drink?",
        "response_a": "tea one",
        "response_b": "tea two",
        "choice": "a",
    }


def test_implicit_text_prompt_is_the_shared_beginning() -> None:
    row = the_row([{"chosen": "A drink? Yes tea", "rejected": "A drink? Yes gin"}])
    assert (row["prompt"], row["response_a"], row["response_b"]) == ("A drink? Yes ", "tea", "gin")


def test_an_empty_explicit_prompt_means_no_prompt() -> None:
    row = the_row([{"prompt": "", "chosen": "A tea", "rejected": "A gin"}])
    assert "prompt" not in row
    assert row["response_a"] == "A tea"


def test_explicit_conversational_prompt() -> None:
    row = the_row([{"prompt": [user("A drink?")], "chosen": [assistant("tea")], "rejected": [assistant("gin")]}])
    assert row["prompt"] == canonical_messages([user("A drink?")])
    assert row["response_a"] == canonical_messages([assistant("tea")])


def test_implicit_conversational_prompt_is_the_shared_messages() -> None:
    start = [user("Hi"), assistant("Hello"), user("A drink?")]
    row = the_row([{"chosen": [*start, assistant("tea")], "rejected": [*start, assistant("gin"), user("No")]}])
    assert row["prompt"] == canonical_messages(start)
    assert row["response_a"] == canonical_messages([assistant("tea")])
    assert row["response_b"] == canonical_messages([assistant("gin"), user("No")])


def test_conversations_that_share_nothing_have_no_prompt() -> None:
    row = the_row([{"chosen": [assistant("tea")], "rejected": [assistant("gin")]}])
    assert "prompt" not in row


def test_text_prompt_that_the_conversations_repeat_becomes_the_shared_messages() -> None:
    talks = {"chosen": [user("A drink?"), assistant("tea")], "rejected": [user("A drink?"), assistant("gin")]}
    assert the_row([{"prompt": "A drink?"} | talks])["prompt"] == canonical_messages([user("A drink?")])
    bare = {"chosen": [assistant("tea")], "rejected": [assistant("gin")]}
    assert the_row([{"prompt": "A drink?"} | bare])["prompt"] == "A drink?"


def test_message_lists_written_as_json_text_are_message_lists() -> None:
    start = [user("A drink?")]
    row = the_row(
        [{"chosen": json.dumps([*start, assistant("tea")]), "rejected": json.dumps([*start, assistant("gin")])}]
    )
    assert row["prompt"] == canonical_messages(start)


def test_people_and_the_other_fields_are_kept() -> None:
    table = [
        {
            "prompt": "p",
            "chosen": "x",
            "rejected": "y",
            "user_id": "ann",
            "margin": 2.0,
            "source": "llm",
            "weight": 0.5,
        },
        {"prompt": "p", "chosen": "y", "rejected": "x", "user_id": "ben", "margin": 1.0, "source": "llm", "weight": 1},
    ]
    data = read(table)
    assert data.user_ids == ["ann", "ben"]
    assert data.margin.tolist() == [2, 1]
    assert data.outcome.tolist() == [1, 1]


def test_without_people_everything_is_given_to_the_population_with_one_warning() -> None:
    with pytest.warns(DataWarning, match="does not say who judged.*'population'") as caught:
        data = read([{"prompt": "p", "chosen": "x", "rejected": "y"}])
    assert data.user_ids == ["population"]
    assert len(caught) == 1


def test_other_names_for_the_two_responses_can_be_given() -> None:
    table = [{"winner": "x", "loser": "y", "worker": "ann"}]
    data = read(table, columns={"chosen": "winner", "rejected": "loser", "user_id": "worker"})
    assert data.to_rows() == [{"user_id": "ann", "response_a": "x", "response_b": "y", "choice": "a"}]


def test_faults_name_the_columns_of_the_format() -> None:
    with pytest.raises(GustibusError, match=r"row 1, column 'rejected', value 'x' is the same response"):
        read([{"prompt": "p", "chosen": "x", "rejected": "x"}])
    with pytest.raises(GustibusError, match=r"row 2, column 'chosen', value \(missing\) is missing"):
        read([{"prompt": "p", "chosen": "x", "rejected": "y"}, {"prompt": "p", "rejected": "y"}])
    with pytest.raises(GustibusError, match="no field 'choice' in the preference format"):
        read([{"chosen": "x", "rejected": "y"}], columns={"choice": "label"})
    with pytest.raises(GustibusError, match="unpaired preferences"):
        read([{"prompt": "p", "completion": "x", "label": True}])
    with pytest.raises(GustibusError, match="no column 'rejected'"):
        read([{"chosen": "x", "worse": "y"}], columns={"chosen": "chosen"})


@pytest.mark.parametrize("suffix", [".parquet", ".jsonl", ".json", ".csv"])
def test_text_preferences_come_back(tmp_path: Path, suffix: str) -> None:
    data = Comparisons.from_rows(
        [
            {
                "user_id": "ann",
                "prompt": "A drink?",
                "response_a": "tea",
                "response_b": "gin",
                "choice": "a",
                "margin": 2,
            },
            {"user_id": "ben", "response_a": "tea one", "response_b": "tea two", "choice": "a", "margin": 1},
        ]
    )
    write(data, tmp_path / f"x{suffix}", format="trl")
    assert read(tmp_path / f"x{suffix}") == data


@pytest.mark.parametrize("suffix", [".parquet", ".jsonl"])
@pytest.mark.parametrize("prompt", [[user("Hi")], None])
def test_conversational_preferences_come_back(tmp_path: Path, suffix: str, prompt: Any) -> None:
    row = {"user_id": "ann", "prompt": prompt, "response_a": [assistant("tea")], "response_b": [assistant("gin")]}
    data = Comparisons.from_rows([row | {"choice": "a"}, row | {"choice": "a", "user_id": "ben"}])
    write(data, tmp_path / f"x{suffix}", format="trl")
    assert read(tmp_path / f"x{suffix}") == data


def test_the_preferred_response_is_the_chosen_one(tmp_path: Path) -> None:
    row = {"user_id": "ann", "prompt": "p", "response_a": "tea", "response_b": "gin", "choice": "b"}
    write(Comparisons.from_rows([row]), tmp_path / "x.jsonl", format="trl")
    (record,) = [json.loads(line) for line in (tmp_path / "x.jsonl").read_text(encoding="utf-8").splitlines()]
    assert record == {"prompt": "p", "chosen": "gin", "rejected": "tea", "user_id": "ann"}


def test_texts_beside_conversations_become_messages(tmp_path: Path) -> None:
    row = {"user_id": "ann", "prompt": [user("Hi")], "response_a": "tea", "response_b": "gin", "choice": "b"}
    write(Comparisons.from_rows([row]), tmp_path / "x.jsonl", format="trl")
    record = json.loads((tmp_path / "x.jsonl").read_text(encoding="utf-8"))
    assert record["prompt"] == [user("Hi")]
    assert record["chosen"] == [assistant("gin")]
    with pytest.raises(GustibusError, match="csv cannot hold message lists"):
        write(Comparisons.from_rows([row]), tmp_path / "x.csv", format="trl")


def test_what_the_format_cannot_say_is_counted_and_dropped_only_when_asked(
    tmp_path: Path, everything: Comparisons
) -> None:
    plain = {"user_id": "ann", "prompt": "p", "response_a": "tea", "response_b": "gin", "choice": "b"}
    across = plain | {"choice": "a", "prompt_b": "q"}
    data = Comparisons.concat([everything, Comparisons.from_rows([plain, across])])
    with pytest.raises(
        GustibusError, match=r"cannot say ties \(1\), probabilities \(2\), pairs across prompts \(1\): 4 of 6"
    ):
        write(data, tmp_path / "x.jsonl", format="trl")
    assert not (tmp_path / "x.jsonl").exists()
    with pytest.warns(DataWarning, match="4 of 6 judgements were left out"):
        write(data, tmp_path / "x.jsonl", format="trl", drop_inexpressible=True)
    assert len(read(tmp_path / "x.jsonl")) == 2


def test_no_empty_message_list_is_written_since_trl_cannot_read_it(tmp_path: Path) -> None:
    talk = {"user_id": "ann", "response_a": [assistant("tea")], "response_b": [assistant("gin")], "choice": "a"}
    write(Comparisons.from_rows([talk]), tmp_path / "x.jsonl", format="trl")
    assert "prompt" not in json.loads((tmp_path / "x.jsonl").read_text(encoding="utf-8"))
    both = Comparisons.from_rows([talk, talk | {"prompt": [user("Hi")]}])
    with pytest.raises(GustibusError, match=r"conversations without a prompt beside others with one \(1\)"):
        write(both, tmp_path / "x.jsonl", format="trl")
    with pytest.warns(DataWarning, match="1 of 2 judgements"):
        write(both, tmp_path / "x.jsonl", format="trl", drop_inexpressible=True)


def test_a_file_without_any_judgement_is_not_written(tmp_path: Path) -> None:
    tie = {"user_id": "ann", "response_a": "tea", "response_b": "gin", "choice": "tie"}
    with pytest.raises(GustibusError, match=r"cannot say ties \(1\): 1 of 1 judgements. Write parquet"):
        write(Comparisons.from_rows([tie]), tmp_path / "x.jsonl", format="trl", drop_inexpressible=True)


def test_malformed_messages_are_bad_rows() -> None:
    kind = pa.list_(pa.struct([("role", pa.string()), ("content", pa.string())]))
    good, bad = [user("p"), assistant("x")], [{"role": None, "content": "y"}]
    table = pa.table({"chosen": pa.array([good, bad], kind), "rejected": pa.array([[user("p")], good], kind)})
    with pytest.raises(GustibusError, match=r"row 2, column 'chosen'.*has a message without a role"):
        read(table)
