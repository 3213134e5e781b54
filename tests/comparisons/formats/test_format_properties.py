"""Over generated tables of every format: no crash but with a message, and no row lost without a word."""

from __future__ import annotations

import json
import tempfile
import warnings
from pathlib import Path
from typing import Any

import pytest
from format_examples import SOUND, Rows, record, task
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gustibus.comparisons import BadRows, Comparisons, GustibusError, read

FEW = settings(max_examples=15, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
WORDS = st.sampled_from(
    ["x", "y", "z", "model_a", "tie", "left", "1", "-1", "0.5", "", " ", "nan", "x > y", '["x"]', "é\n"]
)
VALUES = st.one_of(
    WORDS,
    st.none(),
    st.booleans(),
    st.integers(-3, 3),
    st.floats(allow_nan=False, width=32),
    st.lists(st.one_of(WORDS, st.none(), st.integers(-1, 2), st.lists(WORDS, max_size=2)), max_size=3),
    st.dictionaries(WORDS, WORDS, max_size=2),
)


def tables(name: str) -> st.SearchStrategy[Rows]:
    """Sound rows in which some values are replaced by others, and some are gone."""
    keys = sorted({key for row in SOUND[name] for key in row})
    change = st.tuples(st.integers(0, len(SOUND[name]) - 1), st.sampled_from(keys), st.one_of(VALUES, st.just(...)))
    return st.lists(change, max_size=4).map(lambda changes: _changed(SOUND[name], changes))


def _changed(rows: Rows, changes: list[tuple[int, str, Any]]) -> Rows:
    changed = [dict(row) for row in rows]
    for row, key, value in changes:
        if value is ...:
            changed[row].pop(key, None)
        else:
            changed[row][key] = value
    return changed


def outcome_of(source: Any, name: str, rejects: Path) -> tuple[Comparisons | None, int, list[str]]:
    """What was read, how many rows were put aside, and what was said; only errors with a message may come."""
    rejects.unlink(missing_ok=True)
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        try:
            data: Comparisons | None = read(source, format=name, skip_bad=True, rejects=rejects)
        except GustibusError:
            data = None
    n_rejects = len(rejects.read_text(encoding="utf-8").splitlines()) if rejects.exists() else 0
    return data, n_rejects, [str(one.message) for one in said]


ONE_TO_ONE = ["gustibus", "trl", "openrlhf", "crowd-kit", "arena", "votes", "shp", "pal"]


@pytest.mark.parametrize("name", ONE_TO_ONE)
def test_rows_are_judgements_or_rejects(name: str, tmp_path: Path) -> None:
    @FEW
    @given(tables(name))
    def check(rows: Rows) -> None:
        data, n_rejects, _ = outcome_of(rows, name, tmp_path / "rejects.jsonl")
        assert data is None or len(data) + n_rejects == len(rows)

    check()


@pytest.mark.parametrize("name", sorted(set(SOUND) - set(ONE_TO_ONE)))
def test_nothing_crashes_and_nothing_bad_is_kept(name: str, tmp_path: Path) -> None:
    @FEW
    @given(tables(name))
    def check(rows: Rows) -> None:
        data, n_rejects, _ = outcome_of(rows, name, tmp_path / "rejects.jsonl")
        assert data is None or 0 <= n_rejects < max(len(rows), 1) or name in ("argilla", "label-studio")
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                read(rows, format=name)
            n_bad = 0
        except BadRows as refused:
            n_bad = refused.total
        except GustibusError:
            n_bad = -1
        assert n_bad == n_rejects if data is not None else n_bad != 0

    check()


@FEW
@given(
    st.lists(st.permutations(["x", "y", "z", "w"]).flatmap(lambda order: st.integers(2, 4).map(lambda n: order[:n])))
)
def test_every_ranking_makes_all_its_pairs(orders: list[list[str]]) -> None:
    rows = [{"user_id": f"u{i}", "ranking": order} for i, order in enumerate(orders)]
    if not rows:
        return
    data, _, _ = outcome_of(rows, "rankings", Path(tempfile.gettempdir()) / "never-written.jsonl")
    assert data is not None
    made = {(row["user_id"], row["response_a"], row["response_b"]) for row in data.to_rows()}
    expected = {
        (f"u{i}", better, worse)
        for i, order in enumerate(orders)
        for at, better in enumerate(order)
        for worse in order[at + 1 :]
    }
    assert made == expected
    assert len(data) == len(expected)


@FEW
@given(
    st.lists(
        st.tuples(st.sampled_from("uvw"), st.sampled_from("pq"), st.sampled_from("abcd"), st.integers(1, 3)), min_size=1
    )
)
def test_every_rating_is_in_a_pair_or_in_the_warning(ratings: list[tuple[str, str, str, int]]) -> None:
    rows = [dict(zip(("user_id", "prompt", "response", "rating"), rating, strict=True)) for rating in ratings]
    data, _, said = outcome_of(rows, "ratings", Path(tempfile.gettempdir()) / "never-written.jsonl")
    sets: dict[tuple[str, str], list[tuple[str, int]]] = {}
    for user, prompt, response, rating in ratings:
        sets.setdefault((user, prompt), []).append((response, rating))
    pairs = sum(
        one[0] != other[0] for rated in sets.values() for at, one in enumerate(rated) for other in rated[at + 1 :]
    )
    lone = sum(len(rated) == 1 for rated in sets.values())
    assert (0 if data is None else len(data)) == pairs
    if data is not None:
        assert any(f"{lone} row" in text and "could not be paired" in text for text in said) == bool(lone)


@FEW
@given(st.lists(st.lists(st.tuples(st.sampled_from(["u", "v"]), st.sampled_from(["response_1", "response-2", "tie"])))))
def test_every_answer_of_an_export_is_a_judgement(answers: list[list[tuple[str, str]]]) -> None:
    rows = [record(number, *some) for number, some in enumerate(answers)]
    tasks = [
        task(number, *((7, "left" if said == "response_1" else "right") for _, said in some))
        for number, some in enumerate(answers)
    ]
    total = sum(map(len, answers))
    for name, source in (("argilla", rows), ("label-studio", tasks)):
        data, n_rejects, said = outcome_of(source, name, Path(tempfile.gettempdir()) / "never-written.jsonl")
        assert n_rejects == 0
        assert (0 if data is None else len(data)) == total
        silent = sum(not some for some in answers)
        assert data is None or any("left out" in text for text in said) == bool(silent)


@FEW
@given(
    st.binary(max_size=200), st.sampled_from(sorted(SOUND)), st.sampled_from([".csv", ".jsonl", ".json", ".parquet"])
)
def test_any_bytes_are_refused_with_a_message(content: bytes, name: str, suffix: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"file{suffix}"
        path.write_bytes(content)
        data, _, _ = outcome_of(path, name, Path(folder) / "rejects.jsonl")
        assert data is None


@FEW
@given(st.data(), st.sampled_from(sorted(SOUND)))
def test_a_file_that_lost_its_end_says_so_or_keeps_all_whole_rows(data: st.DataObject, name: str) -> None:
    text = "".join(json.dumps(row) + "\n" for row in SOUND[name])
    cut = data.draw(st.integers(1, len(text) - 2))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "file.jsonl"
        path.write_text(text[:cut], encoding="utf-8")
        whole = text[:cut].count("\n")
        ends_within = text[cut - 1] not in "\n}" and text[:cut].rsplit("\n", 1)[-1] != ""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                read(path, format=name)
            except GustibusError:
                return
        assert not ends_within or whole + 1 == len(SOUND[name])
