"""Strength is low where labels are wrong or questions hard, and turns with its judgement."""

from itertools import pairwise

import numpy as np
import pytest
from worlds_of_votes import shared_taste

from gustibus.comparisons import Comparisons, GustibusError
from gustibus.diagnosis import CrossFitted, cross_fit, preference_strength, with_strength_margins


def turned(data, rows):
    outcome = data.outcome.copy()
    outcome[rows] = 1 - outcome[rows]
    return Comparisons.from_arrays(
        users=data.users, prompts=data.prompts, responses=data.responses, user=data.user, prompt=data.prompt,
        response_a=data.response_a, response_b=data.response_b, outcome=outcome,
    )  # fmt: skip


def test_turned_labels_are_among_the_weakest():
    data, encoder, _ = shared_taste(scale=4.0)
    wrong = np.random.default_rng(1).choice(len(data), 80, replace=False)
    noisy = turned(data, wrong)
    strength = preference_strength(noisy, cross_fit(noisy, encoder=encoder, n_models=3, folds=3))
    lowest = strength.lowest(0.2)
    assert lowest.mean() == pytest.approx(0.2, abs=0.01)
    # A tenth of the labels is turned: by chance a fifth of these would be among the lowest fifth.
    assert lowest[wrong].mean() > 0.7
    strata = strength.strata(5)
    assert [stratum.n_judgements for stratum in strata] == [160] * 5
    assert strata[0].agreed < 0.2 < 0.95 < strata[-1].agreed
    assert all(one.mean < other.mean for one, other in pairwise(strata))


def said(log_odds):
    p = 1 / (1 + np.exp(-log_odds))
    return CrossFitted(log_odds, p, np.zeros(log_odds.shape[1], np.intp), "pair", 2)


def test_strength_is_toward_the_label_and_ties_have_none():
    rows = [{"user_id": "u", "response_a": "p", "response_b": "q", "choice": c} for c in ("a", "b", "tie")]
    data = Comparisons.from_rows(rows)
    strength = preference_strength(data, said(np.array([[1.0, 1.0, 1.0], [3.0, 3.0, 3.0]])))
    np.testing.assert_allclose(strength.mean, [2, -2, np.nan])
    np.testing.assert_allclose(strength.sd, [np.sqrt(2), np.sqrt(2), np.nan])
    assert with_strength_margins(data, strength).margin.tolist() == [2, -2, 0]
    assert with_strength_margins(data, strength, scale=0.5, clipped=True).margin.tolist() == [1, 0, 0]
    assert len(strength.strata(5)) == 2


def test_the_ensemble_must_be_about_the_judgements():
    data, _, _ = shared_taste()
    with pytest.raises(GustibusError, match="3 judgements, but there are 800"):
        preference_strength(data, said(np.zeros((2, 3))))
