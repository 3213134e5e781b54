"""Rewards become preference data: somebody's best and worst, or what nobody objects to, against brute force."""

from __future__ import annotations

import tracemalloc
from itertools import permutations
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gustibus.aggregation import RULES, decide, export_pairs
from gustibus.comparisons import GustibusError, RewardTable, preference_rows, read, write

PEOPLE, TEXTS = tuple(f"person {u}" for u in range(9)), tuple(f"text {y}" for y in range(5))
GROUPS = ("a", "b", "c") * 3


def table(seed: int, prompt: str | None = "What?", *, groups: bool = True, weights: bool = False) -> RewardTable:
    rng = np.random.default_rng(seed)
    reward = np.round(rng.normal(size=(9, 5)) + 2 * rng.normal(size=5), 1)
    weight = rng.integers(1, 4, 9).astype(float) if weights else None
    return RewardTable(prompt, PEOPLE, TEXTS, reward, weight, GROUPS if groups else None)


def group_means(made: RewardTable) -> dict[str, np.ndarray]:
    weight = np.ones(9) if made.weight is None else made.weight
    names = np.array(made.group)
    return {g: np.average(made.reward[names == g], axis=0, weights=weight[names == g]) for g in "abc"}


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10_000), weights=st.booleans(), by=st.sampled_from(["group", "person"]))
def test_pareto_pairs_are_all_those_without_an_objection(seed: int, weights: bool, by: str) -> None:
    made = table(seed, weights=weights)
    weight = np.ones(9) if made.weight is None else made.weight
    voices = list(group_means(made).values()) if by == "group" else list(made.reward)
    mean = np.average(made.reward, axis=0, weights=weight)
    wanted = {
        (TEXTS[a], TEXTS[b]): mean[a] - mean[b]
        for a, b in permutations(range(5), 2)
        if all(voice[a] >= voice[b] - 1e-12 for voice in voices) and mean[a] > mean[b] + 1e-12
    }
    if not wanted:
        with pytest.raises(GustibusError, match="no pair is without somebody's objection"):
            export_pairs(made, by, pairs="pareto", least=1e-12)  # type: ignore[arg-type]
        return
    rows = list(export_pairs(made, by, pairs="pareto", least=1e-12).to_rows())  # type: ignore[arg-type]
    assert {(row["response_a"], row["response_b"]) for row in rows} == set(wanted)
    for row in rows:
        # Margins are kept in single precision.
        assert row["margin"] == pytest.approx(wanted[row["response_a"], row["response_b"]], rel=1e-5, abs=1e-6)
        assert row["choice"] == "a"


def test_everybodys_best_and_worst() -> None:
    made = table(1, weights=True)
    rows = {row["user_id"]: row for row in export_pairs(made, "person").to_rows()}
    assert set(rows) == set(PEOPLE)
    for u, person in enumerate(PEOPLE):
        assert rows[person]["response_a"] == TEXTS[made.reward[u].argmax()]
        assert rows[person]["response_b"] == TEXTS[made.reward[u].argmin()]
        assert rows[person]["margin"] == pytest.approx(np.ptp(made.reward[u]), rel=1e-6)
        assert rows[person]["group"] == GROUPS[u]
        assert rows[person]["weight"] == made.weight[u]  # type: ignore[index]


def test_groups_judge_by_their_mean_and_count_as_their_people_do() -> None:
    made = table(2, weights=True)
    for row in export_pairs(made, "group").to_rows():
        mean = group_means(made)[row["user_id"]]
        assert (row["response_a"], row["response_b"]) == (TEXTS[mean.argmax()], TEXTS[mean.argmin()])
        assert row["weight"] == pytest.approx(made.weight[np.array(GROUPS) == row["user_id"]].sum())  # type: ignore[index]


@pytest.mark.parametrize("rule", list(RULES))
def test_an_aggregate_prefers_what_its_rule_chooses(rule: str) -> None:
    made = table(3)
    (row,) = export_pairs(made, rule).to_rows()  # type: ignore[arg-type]
    decided = decide(made.reward, rule, group=GROUPS, responses=TEXTS)  # type: ignore[arg-type]
    assert row["response_a"] == decided.chosen
    assert row["user_id"] == rule
    assert row["margin"] == pytest.approx(np.ptp(decided.score), rel=1e-6)


def test_all_pairs_are_told_apart_by_more_than_the_least_margin_and_no_more_than_asked() -> None:
    made = table(4)
    rows = list(export_pairs(made, "person", pairs="all", least=0.5).to_rows())
    wanted = {
        (PEOPLE[u], TEXTS[a], TEXTS[b])
        for u in range(9)
        for a, b in permutations(range(5), 2)
        if made.reward[u, a] - made.reward[u, b] > 0.5
    }
    assert {(row["user_id"], row["response_a"], row["response_b"]) for row in rows} == wanted
    few = list(export_pairs(made, "person", pairs="all", most=2).to_rows())
    assert len(few) == 18
    for person in PEOPLE:
        every = sorted((row["margin"] for row in rows if row["user_id"] == person), reverse=True)
        assert [row["margin"] for row in few if row["user_id"] == person] == every[:2]


@pytest.mark.parametrize("style", ["trl", "openrlhf"])
@pytest.mark.parametrize("suffix", ["jsonl", "parquet"])
def test_files_for_others_come_back_as_the_same_judgements(tmp_path: Path, style: str, suffix: str) -> None:
    made = export_pairs([table(5, "One?"), table(6, "Two?")], "person", pairs="all", most=3)
    write(made, tmp_path / f"pairs.{suffix}", format=style)  # type: ignore[arg-type]
    again = read(tmp_path / f"pairs.{suffix}", format=style)
    assert list(again.to_rows()) == list(made.to_rows())


def test_rows_make_a_data_set_with_the_columns_that_trainers_want() -> None:
    datasets = pytest.importorskip("datasets")
    made = export_pairs(table(7), "group", pairs="all")
    made_of = datasets.Dataset.from_list(preference_rows(made))
    assert {"prompt", "chosen", "rejected", "margin"} <= set(made_of.column_names)
    assert list(read(made_of).to_rows()) == list(made.to_rows())


def test_prompts_that_are_none_stay_none() -> None:
    made = export_pairs(table(8, None), "borda")
    assert [row.get("prompt") for row in made.to_rows()] == [None]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"by": "everyone"}, "pairs by 'everyone' are not known"),
        ({"pairs": "some"}, "pairs='some' is not known"),
        ({"by": "borda", "pairs": "pareto"}, "speaks with one voice"),
        ({"least": -1.0}, "a margin has to be >= 0"),
        ({"by": "person", "least": 1e9}, "nobody tells any two apart by more than least=1e\\+09"),
    ],
)
def test_mistakes_are_answered_with_what_to_do(options: dict[str, object], said: str) -> None:
    with pytest.raises(GustibusError, match=said):
        export_pairs(table(9), **options)  # type: ignore[arg-type]


def test_groups_are_needed_where_they_judge() -> None:
    with pytest.raises(GustibusError, match="pairs by 'group' need groups"):
        export_pairs(table(9, groups=False), "group")
    with pytest.raises(GustibusError, match="one table of rewards or more"):
        export_pairs([])


def test_the_worst_by_a_mixture_is_what_does_worst_against_it_and_not_the_first_that_is_left_out() -> None:
    """Three responses beat each other in a circle; of two that are left out the second is everybody's last."""
    circle = np.array([[1.0, 2.0, 1.0, 0.0, -3.0], [1.0, 0.0, 2.0, 1.0, -3.0], [1.0, 1.0, 0.0, 2.0, -3.0]])
    circle[:, 0] = 0.5
    made = RewardTable("What?", PEOPLE[:3], TEXTS, circle)
    for rule in ("lottery", "minimax-regret"):
        (row,) = export_pairs(made, rule).to_rows()  # type: ignore[arg-type]
        assert row["response_b"] == TEXTS[4]
        assert row["response_a"] == decide(circle, rule, responses=TEXTS).chosen  # type: ignore[arg-type]
        every = list(export_pairs(made, rule, pairs="all").to_rows())  # type: ignore[arg-type]
        inside = {TEXTS[i] for i in np.flatnonzero(decide(circle, rule).weight)}  # type: ignore[arg-type]
        assert not any({one["response_a"], one["response_b"]} <= inside for one in every)
        assert (TEXTS[0], TEXTS[4]) in {(one["response_a"], one["response_b"]) for one in every}


def test_many_people_and_responses_fit_in_memory() -> None:
    """All pairs of 600 people and 200 responses are 12 million; the ten clearest of each are found among few."""
    reward = np.random.default_rng(0).normal(size=(600, 200))
    made = RewardTable(None, tuple(f"u{i}" for i in range(600)), tuple(f"y{i}" for i in range(200)), reward)
    tracemalloc.start()
    found = export_pairs(made, "person", pairs="all", most=10)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 50 * 2**20  # the gaps of all pairs would take 95 MB
    assert len(found) == 6_000
    gaps = np.abs(reward[7][:, None] - reward[7])[np.triu_indices(200, 1)]
    of_seven = [row["margin"] for row in found.to_rows() if row["user_id"] == "u7"]
    np.testing.assert_allclose(of_seven, np.sort(gaps)[::-1][:10], rtol=1e-6)
    with pytest.raises(GustibusError, match="there are 11,940,000 pairs by 600 judges"):
        export_pairs(made, "person", pairs="all")
