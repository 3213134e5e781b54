"""What is written in a format of another tool comes back as it was."""

from __future__ import annotations

import warnings
from pathlib import Path

import pytest

from gustibus.comparisons import Comparisons, DataWarning, GustibusError, read, write

SUFFIXES = (".parquet", ".jsonl.gz", ".csv", ".json")


@pytest.fixture
def decided() -> Comparisons:
    """What every format can say: decisions with odd texts and every field beside them."""
    rows = [
        {"user_id": "ann, 1", "prompt": 'Say "x"\n', "response_a": "tea\t", "response_b": " gin", "choice": "a"},
        {"user_id": "007", "prompt": "Q", "response_a": "NA", "response_b": "tea\t", "choice": "b"},
        {"user_id": "ann, 1", "prompt": "Q", "response_a": "[sic]", "response_b": "NA", "choice": "b"},
    ]
    more = {"margin": 0.5, "weight": 2.0, "group": "g", "source": "human", "split": "test"}
    return Comparisons.from_rows([row | more | {"timestamp": 1.7e9 + i / 8} for i, row in enumerate(rows)])


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("name", ["trl", "openrlhf", "crowd-kit", "arena"])
def test_decisions_come_back_with_all_their_fields(
    name: str, suffix: str, decided: Comparisons, tmp_path: Path
) -> None:
    path = tmp_path / f"file{suffix}"
    write(decided, path, format=name)  # type: ignore[arg-type]
    back = read(path, format=name)
    sides_kept = name in ("crowd-kit", "arena")
    expected = decided if sides_kept else _preferred_first(decided)
    assert back == expected


def _preferred_first(data: Comparisons) -> Comparisons:
    swapped = {"response_a": "response_b", "response_b": "response_a"}
    return Comparisons.from_rows(
        [
            row if row["choice"] == "a" else row | {to: row[of] for to, of in swapped.items()} | {"choice": "a"}
            for row in data.to_rows()
        ]
    )


def test_ties_of_an_arena_come_back(tmp_path: Path) -> None:
    rows = [{"user_id": "j", "response_a": "m1", "response_b": "m2", "choice": said} for said in ("tie", "a", "b")]
    data = Comparisons.from_rows(rows)
    write(data, tmp_path / "arena.csv", format="arena")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DataWarning)
        assert read(tmp_path / "arena.csv") == data


@pytest.mark.parametrize(
    ("name", "lost"),
    [("trl", ["ties", "probabilities"]), ("crowd-kit", ["ties", "probabilities"]), ("arena", ["probabilities"])],
)
def test_what_a_format_cannot_say_is_counted_and_only_left_out_when_asked(
    name: str, lost: list[str], tmp_path: Path
) -> None:
    pair = {"user_id": "u", "response_a": "x", "response_b": "y"}
    data = Comparisons.from_rows([pair | {"choice": said} for said in ("a", "tie", 0.3)])
    path = tmp_path / "file.csv"
    with pytest.raises(GustibusError) as refused:
        write(data, path, format=name)  # type: ignore[arg-type]
    assert all(f"{kind} (1)" in str(refused.value) for kind in lost)
    with pytest.warns(DataWarning, match="were left out"):
        write(data, path, format=name, drop_inexpressible=True)  # type: ignore[arg-type]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DataWarning)
        assert len(read(path, format=name)) == 3 - len(lost)


def test_an_unknown_format_to_write_names_those_there_are(decided: Comparisons, tmp_path: Path) -> None:
    with pytest.raises(GustibusError, match="'trl', 'openrlhf', 'crowd-kit', 'arena'"):
        write(decided, tmp_path / "file.csv", format="argilla")  # type: ignore[arg-type]


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_our_own_format_may_be_named(suffix: str, decided: Comparisons, tmp_path: Path) -> None:
    write(decided, tmp_path / f"named{suffix}", format="gustibus")
    write(decided, tmp_path / f"default{suffix}")
    assert read(tmp_path / f"named{suffix}", format="gustibus") == read(tmp_path / f"default{suffix}") == decided
