"""Votes are estimated without looking at what is judged, and say how sure they are."""

import numpy as np
import pytest
from worlds_of_votes import shared_taste

from gustibus.comparisons import Comparisons, GustibusError
from gustibus.diagnosis import (
    EstimatedVotes,
    annotator_votes,
    cross_fit,
    ensemble_votes,
    fits_of,
    folds_of,
    population_votes,
)


def test_no_model_predicts_a_prompt_it_was_trained_on():
    data, _, _ = shared_taste()
    trained_on = []

    class Watched:
        def __init__(self, train):
            self.prompts = set(train.prompt.tolist())

        def predict(self, part, users=None):
            trained_on.append(self.prompts & set(part.prompt.tolist()))
            return type("Said", (), {"log_odds": np.zeros(len(part)), "probability": np.full(len(part), 0.5)})

    crossed = cross_fit(data, lambda train, seed: Watched(train), n_models=2, folds=3)
    assert trained_on == [set()] * 6
    assert crossed.by == "prompt"
    assert np.isfinite(crossed.log_odds).all()


def test_judgements_across_two_prompts_tie_them_into_one_fold():
    row = {"user_id": "u", "response_a": "p", "response_b": "q", "choice": "a"}
    rows = [row | {"prompt": str(i), "prompt_b": str(i + i % 2)} for i in range(12)]
    data = Comparisons.from_rows(rows)
    fold = folds_of(data, 3, np.random.default_rng(0))
    assert all(fold[i] == fold[i + 1] for i in range(1, 11, 2))


def test_held_out_votes_are_near_the_true_share_and_know_their_error():
    data, encoder, share = shared_taste(n_people=80, answers=30)
    crossed = cross_fit(data, encoder=encoder, n_models=4, folds=3)
    for votes in (ensemble_votes(crossed), population_votes(crossed)):
        assert np.abs(votes.share - share).mean() < 0.05  # 1,600 judgements for four coefficients: about .02
    error = np.abs(population_votes(crossed).share - share)
    # Each share is within three of its standard errors for nearly all; the ridge's bias takes some of the rest.
    assert np.mean(error < 3 * population_votes(crossed).sd + 0.02) > 0.9


def test_annotators_votes_count_a_pair_whichever_way_round_it_was_shown():
    data, _, _ = shared_taste()
    votes = annotator_votes(data)
    turned = Comparisons.from_arrays(
        users=data.users, prompts=data.prompts, responses=data.responses, user=data.user, prompt=data.prompt,
        response_a=data.response_b, response_b=data.response_a, outcome=1 - data.outcome,
    )  # fmt: skip
    np.testing.assert_allclose(annotator_votes(turned).share, 1 - votes.share, atol=1e-12)
    assert votes.n_votes.min() >= 1


def test_votes_that_agree_are_not_certain():
    alone = EstimatedVotes.of([1.0, 1.0], n_votes=[1, 50], source="judge")
    assert alone.sd[0] > 0.2 > 0.05 > alone.sd[1] > 0


def test_the_label_can_be_counted_as_one_further_vote():
    data = Comparisons.from_rows([{"user_id": "u", "response_a": "p", "response_b": "q", "choice": "b"}])
    votes = EstimatedVotes.of([0.75], n_votes=3, source="judge").with_the_label(data)
    assert votes.share.tolist() == [0.5625]
    assert votes.n_votes.tolist() == [4]


def test_equal_seeds_give_equal_votes():
    data, encoder, _ = shared_taste(n_people=20)
    fit = fits_of("bt", encoder=encoder, data=data, item_offsets=False)
    first, again, other = (cross_fit(data, fit, n_models=1, folds=2, seed=seed) for seed in (3, 3, 4))
    np.testing.assert_array_equal(first.log_odds, again.log_odds)
    assert not np.array_equal(first.log_odds, other.log_odds)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (lambda data, encoder: cross_fit(data, encoder=encoder, folds=100), "about 60 prompts"),
        (lambda data, encoder: cross_fit(data, encoder=encoder, n_models=0), "at least 1"),
        (lambda data, encoder: cross_fit(data, encoder=encoder, resample="all"), "resample='all'"),
        (lambda data, encoder: EstimatedVotes.of([1.5], source="judge"), "from 0 to 1"),
        (lambda data, encoder: EstimatedVotes.of([1.0], source="judge").for_the_label(data), "votes on 1 judgements"),
        (lambda data, encoder: population_votes(cross_fit(data, encoder=encoder, n_models=1, folds=2)), "how sure"),
    ],
)
def test_mistakes_are_answered(wrong, said):
    data, encoder, _ = shared_taste()
    with pytest.raises(GustibusError, match=said):
        wrong(data, encoder)
