from __future__ import annotations

import json
from pathlib import Path

import pytest

from gustibus.comparisons import GustibusError
from gustibus.judging import Persona, judge, read_personas

NURSE, SAILOR = "A nurse, who wants plain words.", "A sailor."


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("p.jsonl", "\n".join(json.dumps({"id": one, "persona": text}) for one, text in (("n", NURSE), ("s", SAILOR)))),
        ("p.csv", f'persona_id,description,age\nn,"{NURSE}",50\ns,{SAILOR},30\n'),
        ("p.json", json.dumps([{"name": "n", "text": NURSE}, {"name": "s", "text": SAILOR}])),
    ],
)
def test_personas_are_read_from_tables(tmp_path: Path, name: str, content: str) -> None:
    (tmp_path / name).write_text(content, encoding="utf-8")

    assert read_personas(tmp_path / name) == [Persona("n", NURSE), Persona("s", SAILOR)]


def test_lines_of_text_are_called_by_their_numbers(tmp_path: Path) -> None:
    (tmp_path / "p.txt").write_bytes(b"\xef\xbb\xbf" + f"{NURSE}\r\n\r\n  {SAILOR}\n".encode())

    assert read_personas(tmp_path / "p.txt") == [Persona("1", NURSE), Persona("3", SAILOR)]


def test_numbers_as_ids_are_texts(tmp_path: Path) -> None:
    (tmp_path / "p.csv").write_text("id,persona\n7,A nurse.\n8,A sailor.\n")

    assert [one.id for one in read_personas(tmp_path / "p.csv")] == ["7", "8"]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("p.txt", "", "there is no persona"),
        ("p.txt", " \n\n", "there is no persona"),
        ("p.csv", "id,persona\n", "there is no persona|no rows|empty"),
        ("p.csv", "id,who\nn,A nurse.\n", "has no column 'persona'.*It has: 'id', 'who'"),
        ("p.csv", "id,persona\nn,A nurse.\ns,\n", "row 2 has no persona"),
        ("p.csv", "id,persona\nn,A nurse.\nn,A sailor.\n", "two personas are called 'n'"),
        ("p.csv", "id,persona\nn,A nurse.\nm,A nurse.\n", "'n' and 'm' have the same text"),
        ("p.jsonl", '{"id": "n", "persona": "A nurse."}\nnonsense\n', "row 2"),
        ("p.docx", "A nurse.", "format '.docx' is not known"),
    ],
)
def test_files_that_do_not_do_are_explained(tmp_path: Path, name: str, content: str, message: str) -> None:
    (tmp_path / name).write_text(content)

    with pytest.raises(GustibusError, match=message):
        read_personas(tmp_path / name)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    for name in ("p.txt", "p.csv"):
        with pytest.raises(GustibusError, match=f"(?i)there is no file .*{name}"):
            read_personas(tmp_path / name)


def test_a_file_in_another_encoding_is_explained(tmp_path: Path) -> None:
    (tmp_path / "p.txt").write_bytes("Ein Verkäufer".encode("latin-1"))

    with pytest.raises(GustibusError, match="not UTF-8"):
        read_personas(tmp_path / "p.txt")


def test_personas_made_in_place_are_checked_too() -> None:
    with pytest.raises(GustibusError, match="empty id"):
        Persona(" ", "A nurse.")
    with pytest.raises(GustibusError, match="texts for id and text"):
        Persona("n", 3)  # type: ignore[arg-type]


def test_a_list_without_personas_is_refused(endpoint, store) -> None:  # type: ignore[no-untyped-def]
    from pairs_to_judge import pairs

    with pytest.raises(GustibusError, match="there is no persona"):
        judge(pairs(1), endpoint(), [], max_requests=1, store=store)
    with pytest.raises(GustibusError, match="a file or a list of Persona"):
        judge(pairs(1), endpoint(), ["A nurse."], max_requests=1, store=store)
