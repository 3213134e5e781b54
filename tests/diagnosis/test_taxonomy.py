"""Kinds of disagreement: plural prompts by the votes on their other pairs, similar responses by their vectors."""

import numpy as np
import pytest

from gustibus.comparisons import Comparisons, GustibusError
from gustibus.diagnosis import (
    CELLS,
    by_cell,
    disagreement_rate,
    pair_votes,
    similarity_of_responses,
    taxonomy,
)
from gustibus.evaluation import brier


@pytest.fixture(scope="module")
def planted():
    """Forty prompts of three pairs: half have several good answers; one pair of each is of paraphrases."""
    rng = np.random.default_rng(0)
    rows, is_plural, is_similar = [], [], []
    for prompt in range(40):
        plural = prompt % 2 == 1
        for pair in range(3):
            similar = pair == 2
            p = 0.5 if similar else 0.55 if plural else 0.95
            for voter in range(8):
                rows.append(
                    {
                        "user_id": f"u{voter}", "prompt": f"prompt {prompt}", "response_a": f"{prompt}.{pair} first",
                        "response_b": f"{prompt}.{pair} second", "choice": "a" if rng.random() < p else "b",
                    }
                )  # fmt: skip
                is_plural.append(plural)
                is_similar.append(similar)
    return Comparisons.from_rows(rows), np.array(is_plural), np.array(is_similar)


def test_planted_kinds_are_found(planted):
    data, is_plural, is_similar = planted
    similarity = np.where(is_similar, 0.95, 0.3)
    found = taxonomy(data, similarity, similar_from=0.9)
    assert np.mean(found.similar == is_similar) == 1
    # Each prompt is told by two other pairs of eight votes, one of them of paraphrases, which are split anyway.
    assert np.mean(found.plural == is_plural) > 0.85
    assert sum(found.counts.values()) == len(data)
    rate = found.disagreement
    assert rate["agreed prompt, distinct responses"] < 0.25 < rate["plural prompt, distinct responses"]


def test_the_plurality_of_a_prompt_does_not_look_at_the_pairs_own_votes(planted):
    data, _, _ = planted
    before = taxonomy(data, np.zeros(len(data)))
    first = before.pair == before.pair[0]
    changed = Comparisons.from_arrays(
        users=data.users, prompts=data.prompts, responses=data.responses, user=data.user, prompt=data.prompt,
        response_a=data.response_a, response_b=data.response_b,
        outcome=np.where(first, np.arange(len(data)) % 2, data.outcome),
    )  # fmt: skip
    after = taxonomy(changed, np.zeros(len(data)))
    assert after.plurality[0] == pytest.approx(before.plurality[0])
    others = (data.prompt == data.prompt[0]) & ~first
    assert np.all(after.plurality[others] != before.plurality[others])


def test_ties_of_a_judge_make_responses_similar(planted):
    data, _, _ = planted
    judged = np.where(np.arange(len(data)) < 24, 1.0, 0.0)
    assert taxonomy(data, np.zeros(len(data)), similar_from=2.0, tie_share=judged).similar.sum() == 24


def test_examples_are_of_their_cell_and_have_votes(planted):
    data, _, is_similar = planted
    examples = taxonomy(data, is_similar.astype(float), similar_from=0.9).examples(data, n=3)
    assert list(examples) == list(CELLS)
    for name, shown in examples.items():
        assert len(shown) == 3
        assert all((example.similarity > 0.9) == name.endswith("similar responses") for example in shown)
        assert all(example.n_votes == 8 for example in shown)
    shown = examples[CELLS[0]][0]
    votes = np.mean([row["choice"] == "a" for row in data.to_rows() if row["response_a"] == shown.response_a])
    assert shown.share == pytest.approx(votes)


def test_a_metric_breaks_down_by_cells(planted):
    data, _, is_similar = planted
    found = taxonomy(data, is_similar.astype(float), similar_from=0.9)
    broken = by_cell(found, brier, np.full(len(data), 0.9), data.outcome)
    mask = found.cell == 0
    assert broken[CELLS[0]] == pytest.approx(brier(np.full(mask.sum(), 0.9), data.outcome[mask]))
    assert by_cell(found, brier, np.full(len(data), 0.9), data.outcome, at_least=10**6) == dict.fromkeys(CELLS)


def test_the_rate_of_disagreement_is_unbiased():
    rng = np.random.default_rng(1)
    p = 0.8
    rows = [
        {"user_id": f"u{v}", "prompt": str(i), "response_a": "x", "response_b": "y",
         "choice": "a" if rng.random() < p else "b"} for i in range(1500) for v in range(3)
    ]  # fmt: skip
    rate = disagreement_rate(Comparisons.from_rows(rows))
    assert rate.low < 2 * p * (1 - p) < rate.high
    assert rate.n_users == 1500


def test_a_tie_and_a_choice_disagree():
    row = {"response_a": "x", "response_b": "y"}
    data = Comparisons.from_rows([row | {"user_id": "u", "choice": "a"}, row | {"user_id": "v", "choice": "tie"}])
    assert pair_votes(data).disagreement.tolist() == [1.0]


def test_similarity_is_that_of_the_vectors_whatever_their_length():
    row = {"user_id": "u", "response_a": "x", "response_b": "y", "choice": "a"}
    data = Comparisons.from_rows([row])
    assert similarity_of_responses(data, [[0, 2.0], [0, 0.1]]).tolist() == pytest.approx([1.0])
    with pytest.raises(GustibusError, match="2 items"):
        similarity_of_responses(data, [[0, 1.0]])


def test_without_repeated_pairs_there_is_no_taxonomy():
    rows = [{"user_id": "u", "response_a": f"x{i}", "response_b": "y", "choice": "a"} for i in range(3)]
    data = Comparisons.from_rows(rows)
    assert disagreement_rate(data) is None
    with pytest.raises(GustibusError, match="judged twice"):
        taxonomy(data, [0.0] * 3)
