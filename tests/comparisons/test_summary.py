from __future__ import annotations

import json
import warnings
from itertools import combinations
from typing import Any

import numpy as np
import pytest

from gustibus.comparisons import Comparisons, GustibusError, summarise
from gustibus.comparisons.summary_reading import _accuracy_ceiling


def judged(*rows: tuple[str, str, str, Any], **fields: Any) -> Comparisons:
    names = ("user_id", "response_a", "response_b", "choice")
    return Comparisons.from_rows([dict(zip(names, row, strict=True)) | fields for row in rows])


def random_world(seed: int = 0, m: int = 300) -> Comparisons:
    rng = np.random.default_rng(seed)
    a = rng.integers(5, size=m)
    tie = rng.random(m) < 0.2
    return Comparisons.from_arrays(
        users=[f"u{i}" for i in range(8)],
        responses=list("abcde"),
        user=rng.integers(8, size=m),
        response_a=a,
        response_b=(a + rng.integers(1, 5, size=m)) % 5,
        outcome=np.where(tie, 0.5, rng.integers(2, size=m)),
        is_tie=tie,
    )


def test_agreement_is_that_of_a_count_over_all_pairs_of_judgements() -> None:
    data = random_world()
    summary = summarise(data)
    own, between = [], []
    rows = data.to_rows()
    for one, two in combinations(rows, 2):
        if {one["response_a"], one["response_b"]} != {two["response_a"], two["response_b"]}:
            continue
        says = [{"a": row["response_a"], "b": row["response_b"], "tie": None}[row["choice"]] for row in (one, two)]
        (own if one["user_id"] == two["user_id"] else between).append(says[0] == says[1])
    assert summary.self_consistency.n_compared == len(own)
    assert summary.self_consistency.share == pytest.approx(np.mean(own), rel=1e-12)
    assert summary.between_users.n_compared == len(between)
    assert summary.between_users.share == pytest.approx(np.mean(between), rel=1e-12)
    assert summary.n_repeats == len(data) - len(
        {(row["user_id"], frozenset((row["response_a"], row["response_b"]))) for row in rows}
    )


def test_counts_say_what_is_there(everything: Comparisons) -> None:
    summary = summarise(everything)
    assert (summary.n_comparisons, summary.n_users, summary.n_prompts, summary.n_responses) == (4, 3, 3, 5)
    assert (summary.n_ties, summary.n_soft, summary.n_with_margin, summary.n_weighted) == (1, 2, 1, 3)
    assert summary.sources == {"human": 4}
    assert summary.groups == {"night": 1}
    assert summary.splits == {"train": 1, "test": 1}
    assert summary.first_time == summary.last_time == "2024-02-29T12:34:56.789012+00:00"
    assert summary.per_user["max"] == 2
    assert summary.per_user["mean"] == pytest.approx(4 / 3)


def test_a_subset_is_described_without_those_who_left(everything: Comparisons) -> None:
    summary = summarise(everything.for_users("007"))
    assert (summary.n_users, summary.n_responses, summary.n_prompts) == (1, 2, 1)
    assert summary.per_user["min"] == 1


def test_connectivity_counts_islands_within_and_across_prompts() -> None:
    islands = summarise(judged(("u", "a", "b", "a"), ("u", "b", "c", "a"), ("u", "x", "y", "a")))
    assert islands.n_components == 2
    assert islands.largest_component == pytest.approx(3 / 5)
    assert islands.n_split_prompts == 1
    assert any("never compared with each other" in warning for warning in islands.warnings)
    two_prompts = Comparisons.concat(
        [judged(("u", "a", "b", "a"), prompt="p"), judged(("u", "a", "b", "a"), prompt="q")]
    )
    summary = summarise(two_prompts)
    assert (summary.n_components, summary.n_split_prompts) == (2, 0)
    assert "one for each prompt: nothing falls apart" in summary.to_text()


def test_side_imbalance_is_noted_only_when_it_is_there() -> None:
    shown = (
        [("u", "a", "b", "a")] * 60
        + [("u", "b", "a", "b")] * 0
        + [("u", "b", "a", "a")] * 60
        + [("u", "a", "b", "b")] * 40
    )
    leaning = summarise(judged(*shown))
    assert leaning.side["share"] == pytest.approx(120 / 160)
    assert any("away from one half" in warning and "not shuffled" in warning for warning in leaning.warnings)
    fair = summarise(judged(*([("u", "a", "b", "a"), ("u", "a", "b", "b")] * 50)))
    assert not any("away from one half" in warning for warning in fair.warnings)
    fixed = summarise(judged(*([("u", "a", "b", "a")] * 80), *([("u", "a", "b", "b")] * 20)))
    assert any("always shown in the same order" in warning for warning in fixed.warnings)
    always = summarise(judged(*([("u", "a", "b", "a")] * 20)))
    assert any("Side a is always preferred" in warning for warning in always.warnings)


def test_people_are_advised_only_where_enough_gave_five_answers() -> None:
    def asked(n_users: int, n_answers: int) -> str:
        rows = [(f"u{u}", f"a{i}", f"b{i}", "a") for u in range(n_users) for i in range(n_answers)]
        return summarise(judged(*rows)).reading[0]

    assert "worth trying" in asked(20, 5)
    assert "too little to learn how people differ" in asked(19, 5)
    assert "too little" in asked(200, 4)
    assert asked(1, 50).startswith("One person")


def test_one_hot_and_offsets_are_advised_where_items_recur() -> None:
    recurring = " ".join(summarise(random_world()).reading)
    assert "offset per recurring item is worth" in recurring
    assert 'encoder="one-hot"' in recurring
    rare = " ".join(summarise(judged(*((f"u{i}", f"a{i}", f"b{i}", "a") for i in range(50)))).reading)
    assert "hardly recur" in rare
    assert "one-hot" not in rare


def test_the_ceiling_from_self_consistency_bounds_the_likelier_answer() -> None:
    rng = np.random.default_rng(0)
    for k in (2, 3):
        p = rng.dirichlet(np.ones(k), size=1000)
        assert p.max(axis=1).mean() <= _accuracy_ceiling(float((p**2).sum(axis=1).mean()), k)
    assert _accuracy_ceiling(1.0, 2) == _accuracy_ceiling(1.0, 3) == pytest.approx(1)
    assert _accuracy_ceiling(0.68, 2) == pytest.approx(0.8)  # 0.8^2 + 0.2^2
    assert _accuracy_ceiling(0.1, 2) == pytest.approx(0.5)


def test_a_summary_is_json_and_text(everything: Comparisons) -> None:
    for data in (everything, random_world()):
        summary = summarise(data)
        again = json.loads(json.dumps(summary.to_dict()))
        assert again["n_comparisons"] == len(data)
        assert again["self_consistency"]["chance"] == summary.self_consistency.chance
        text = summary.to_text()
        assert "What a model could learn from it" in text
        assert f"comparisons            {len(data)}" in text


def test_describing_one_judgement_divides_by_nothing() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert summarise(judged(("u", "a", "b", "tie"))).side["n"] == 0
        assert summarise(judged(("u", "a", "b", 0.3))).between_users.share is None
    with pytest.raises(GustibusError, match="0 rows"):
        summarise(judged(("u", "a", "b", "a")).take([]))
