"""Cyclic triples of rated answers, from a file of UltraFeedback's schema made here."""

from __future__ import annotations

import json
from itertools import permutations
from pathlib import Path

import numpy as np
import pytest

from gustibus.catalog import aspect_cycles, load_aspects
from gustibus.comparisons import GustibusError

ASPECTS = ("instruction_following", "honesty", "truthfulness", "helpfulness")


def file_of_ratings(path: Path, ratings: np.ndarray) -> Path:
    """Ratings (prompts, answers, aspects) from 1 to 5; 0 is written N/A."""
    with path.open("w", encoding="utf-8") as file:
        for number, answers in enumerate(ratings):
            completions = [
                {
                    "model": f"model {i}",
                    "response": f"answer {i} to question {number}",
                    "fine-grained_score": 3.0,
                    "overall_score": 6.0,
                    "annotations": {
                        aspect: {"Rating": str(rating) if rating else "N/A", "Rationale": "so"}
                        for aspect, rating in zip(ASPECTS, row, strict=True)
                    },
                }
                for i, row in enumerate(answers)
            ]
            file.write(json.dumps({"instruction": f"question {number}?", "completions": completions}) + "\n")
    return path


@pytest.fixture(scope="module")
def rated(tmp_path_factory: pytest.TempPathFactory):
    ratings = np.random.default_rng(0).integers(0, 6, (60, 4, 4))
    path = file_of_ratings(tmp_path_factory.mktemp("ratings") / "ratings.jsonl", ratings)
    return ratings, load_aspects("ultrafeedback", path=path)


def test_every_triple_goes_round_by_its_aspects_and_none_is_missed(rated) -> None:
    ratings, tables = rated
    found = aspect_cycles(tables, ASPECTS[:3], held_out_prompts=0)
    going_round = {
        number
        for number, of in enumerate(ratings)
        for x, y, z in permutations(range(4), 3)
        if of[x, 0] > of[y, 0] > 0 and of[y, 1] > of[z, 1] > 0 and of[z, 2] > of[x, 2] > 0
    }
    of_prompts = {int(prompt.split()[1][:-1]) for prompt, _ in found.triples}
    assert of_prompts == going_round
    for prompt, triple in found.triples:
        number = int(prompt.split()[1][:-1])
        x, y, z = (ratings[number, int(answer.split()[1])] for answer in triple)
        assert x[0] > y[0]
        assert y[1] > z[1]
        assert z[2] > x[2]


def test_the_best_order_of_a_triple_gets_what_is_said_to_be_the_most_of_any_scale(rated) -> None:
    found = aspect_cycles(rated[1], ASPECTS[:3], held_out_prompts=0)
    beats = [(0, 1), (1, 2), (2, 0)]
    right = [np.mean([order.index(x) < order.index(y) for x, y in beats]) for order in permutations(range(3))]
    assert found.scalar_ceiling == pytest.approx(max(right))
    assert "at most 66.7% right" in repr(found)


def test_each_triple_is_three_judgements_that_no_scale_explains(rated) -> None:
    found = aspect_cycles(rated[1], ASPECTS[1:], held_out_prompts=0)
    assert len(found.comparisons) == 3 * len(found.triples)
    rows = found.comparisons.to_rows()
    for at in range(0, len(rows), 3):
        wins = [
            (row["response_a"], row["response_b"]) if row["choice"] == "a" else (row["response_b"], row["response_a"])
            for row in rows[at : at + 3]
        ]
        assert [winner for winner, _ in wins] == [wins[2][1], wins[0][1], wins[1][1]]
    pairs = [frozenset((row["prompt"], row["response_a"], row["response_b"])) for row in rows]
    assert len(set(pairs)) == len(pairs)


def test_held_out_prompts_are_apart(rated) -> None:
    found = aspect_cycles(rated[1], ASPECTS[:3], held_out_prompts=0.25, seed=1)
    kept, apart = ({row["prompt"] for row in part.to_rows()} for part in (found.comparisons, found.held_out))
    assert not kept & apart
    assert len(apart) == round(0.25 * len(kept | apart))
    assert len(found.comparisons) + len(found.held_out) == 3 * len(found.triples)


def test_seeds_repeat(rated) -> None:
    one, other = (aspect_cycles(rated[1], ASPECTS[:3], seed=5) for _ in range(2))
    assert one.triples == other.triples
    assert one.held_out.to_rows() == other.held_out.to_rows()


def test_what_gives_no_triple_is_refused(rated, tmp_path: Path) -> None:
    tables = rated[1]
    with pytest.raises(GustibusError, match="three different aspects"):
        aspect_cycles(tables, ["honesty", "honesty", "helpfulness"])
    with pytest.raises(GustibusError, match="no judgements of 'beauty'"):
        aspect_cycles(tables, ["honesty", "beauty", "helpfulness"])
    agreed = np.broadcast_to(np.array([4, 3, 2, 1])[None, :, None], (3, 4, 4))
    tables = load_aspects("ultrafeedback", path=file_of_ratings(tmp_path / "agreed.jsonl", agreed))
    with pytest.raises(GustibusError, match="no triple of answers goes round"):
        aspect_cycles(tables, ASPECTS[:3])
