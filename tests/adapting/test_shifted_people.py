"""What is known of somebody beforehand moves their prior, and nothing else."""

from __future__ import annotations

import numpy as np
import pytest

from gustibus.adapting import Answers, GaussianPrior, adapt_gaussian
from gustibus.comparisons import GustibusError

PRIOR = GaussianPrior([[0.5, -0.5], [-1.0, 0.0]], [[1.0, 0.3], [0.3, 0.5]], [0.0, -1.0])
SHIFT = np.array([[1.0, 0.0], [0.0, 0.0], [-0.5, 2.0]])


def answers_of_three(seed: int = 0) -> Answers:
    rng = np.random.default_rng(seed)
    return Answers(z=rng.normal(size=(24, 2)), outcome=rng.random(24) < 0.5, user=rng.integers(0, 2, 24), n_users=3)


def test_it_is_the_prior_with_other_means() -> None:
    answers = answers_of_three()
    together = adapt_gaussian(answers, PRIOR, shift=SHIFT)
    for person in range(3):
        moved = GaussianPrior(PRIOR.means + SHIFT[person], PRIOR.within, PRIOR.log_mass)
        alone = adapt_gaussian(answers.of_user(person), moved)[0]
        np.testing.assert_allclose(together[person].weights, alone.weights, atol=1e-6)
        np.testing.assert_allclose(together[person].covariance, alone.covariance, atol=1e-6)
        np.testing.assert_allclose(together[person].log_evidence, alone.log_evidence, atol=1e-8)


def test_without_answers_a_person_is_where_they_are_expected() -> None:
    person = adapt_gaussian(answers_of_three(), PRIOR, shift=SHIFT)[2]
    np.testing.assert_allclose(person.weights, PRIOR.mean + SHIFT[2], atol=1e-6)


def test_further_answers_keep_it() -> None:
    answers = answers_of_three()
    whole = answers.of_user(0)
    first = adapt_gaussian(whole.take_records(np.arange(4)), PRIOR, shift=SHIFT[:1])[0]
    rest = whole.take_records(np.arange(4, len(whole)))
    np.testing.assert_allclose(
        first.update(rest.z, rest.outcome).weights, adapt_gaussian(whole, PRIOR, shift=SHIFT[:1])[0].weights, atol=1e-6
    )


@pytest.mark.parametrize("shift", [np.zeros((2, 2)), np.zeros((3, 1)), np.full((3, 2), np.nan)])
def test_shifts_that_do_not_fit_are_refused(shift: np.ndarray) -> None:
    with pytest.raises(GustibusError, match="shift"):
        adapt_gaussian(answers_of_three(), PRIOR, shift=shift)
