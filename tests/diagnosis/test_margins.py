"""Margins, soft labels and smoothed labels say of one set of votes what their formulas say."""

import numpy as np
import pytest

from gustibus.comparisons import Comparisons, GustibusError
from gustibus.diagnosis import (
    EstimatedVotes,
    annotator_votes,
    smoothed_labels,
    soft_labels,
    synthetic_judgements,
    with_disagreement_margins,
)


@pytest.fixture
def data():
    rows = [
        {"user_id": u, "prompt": "1", "response_a": "p", "response_b": "q", "choice": c, "source": "crowd"}
        for u, c in zip("wxyz", ["a", "b", "tie", "a"], strict=True)
    ]
    return Comparisons.from_rows(rows)


@pytest.fixture
def votes():
    return EstimatedVotes.of([0.8, 0.8, 0.8, 0.2], n_votes=5, source="judge")


def test_the_margin_is_alpha_times_the_lead_of_the_labelled_side(data, votes):
    marked = with_disagreement_margins(data, votes, alpha=2)
    np.testing.assert_allclose(marked.margin, [1.2, -1.2, 0.0, -1.2], atol=1e-6)
    np.testing.assert_allclose(with_disagreement_margins(data, votes, alpha=2, clipped=True).margin, [1.2, 0, 0, 0],
                               atol=1e-6)  # fmt: skip
    assert marked.outcome.tolist() == data.outcome.tolist()


def test_turning_a_judgement_round_keeps_its_margin(data, votes):
    turned = Comparisons.from_arrays(
        users=data.users, responses=data.responses, user=data.user, response_a=data.response_b,
        response_b=data.response_a, outcome=1 - data.outcome, is_tie=data.is_tie,
    )  # fmt: skip
    other = EstimatedVotes.of(1 - votes.share, 5, source="judge")
    np.testing.assert_allclose(
        with_disagreement_margins(turned, other).margin, with_disagreement_margins(data, votes).margin
    )


def test_soft_labels_are_the_votes_and_smoothed_labels_keep_only_their_mean(data, votes):
    np.testing.assert_allclose(soft_labels(data, votes).outcome, votes.share, atol=1e-6)
    smoothed = smoothed_labels(data, votes)
    against = np.mean([0.2, 0.8, 0.5, 0.8])  # over the half: half at most
    np.testing.assert_allclose(smoothed.outcome, [0.5, 0.5, 0.5, 0.5] if against >= 0.5 else None)
    agreeing = EstimatedVotes.of([0.9, 0.1, 0.5, 0.7], source="judge")
    np.testing.assert_allclose(smoothed_labels(data, agreeing).outcome, [0.75, 0.25, 0.5, 0.75], atol=1e-6)


def test_synthetic_judgements_say_where_they_come_from_and_can_be_taken_out_again(data, votes):
    made = synthetic_judgements(data, votes)
    assert [(row["user_id"], row["source"]) for row in made.to_rows()] == [("synthetic:judge", "synthetic:judge")]
    both = Comparisons.concat([data, made])
    crowd = both.sources.to_pylist().index("crowd")
    assert both.filter(both.source == crowd) == data
    with pytest.raises(GustibusError, match="nothing is synthetic"):
        synthetic_judgements(data, annotator_votes(data))


def test_a_negative_alpha_is_refused(data, votes):
    with pytest.raises(GustibusError, match="alpha=-1"):
        with_disagreement_margins(data, votes, alpha=-1)
