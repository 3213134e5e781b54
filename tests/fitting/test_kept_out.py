"""What is kept out of a whole fit is seen by no part of it."""

from __future__ import annotations

import numpy as np
import pytest

from gustibus.fitting import Judgements, validation_mask
from gustibus.fitting.kept_out import keep_out


def judgements_of(n_people: int, each: int = 20) -> Judgements:
    """Every judgement with an item of its own, by which it is recognised wherever it goes."""
    user = np.repeat(np.arange(n_people), each)
    item = np.arange(len(user))
    mask = validation_mask(user, 0.1, 0)
    return Judgements(item, item, user, np.zeros(len(user)), np.ones(len(user)), mask, n_people)


def test_a_fit_is_shown_nothing_of_what_it_is_judged_by() -> None:
    everything = judgements_of(60)
    parts = list(keep_out(everything, seed=0))
    assert len(parts) == 3
    for part in parts:
        scored = set(part.scored.a[part.scored.validation])
        assert not scored & set(part.fitted.a)
        new = np.setdiff1d(everything.user, everything.user[part.fitted.a])
        assert len(new) == 9
        # Half of what new people said is predicted, from the other half; of others no validation judgement is.
        of_new = np.isin(part.scored.user, new)
        assert part.scored.validation[of_new].mean() == 0.5
        assert not (part.scored.validation & everything.validation & ~of_new).any()
        assert part.fitted.n_users == 51
        np.testing.assert_array_equal(np.unique(part.fitted.user), np.arange(51))


def test_other_people_are_kept_out_each_time() -> None:
    everything = judgements_of(60)
    kept = [set(everything.user) - set(everything.user[part.fitted.a]) for part in keep_out(everything, seed=0)]
    assert len(set.union(*kept)) == sum(map(len, kept)) == 27


@pytest.mark.parametrize(("n_people", "each", "n_parts"), [(600, 40, 1), (60, 20, 3), (10, 6, 0), (3, 40, 0)])
def test_there_are_as_many_divisions_as_are_needed_and_can_be(n_people: int, each: int, n_parts: int) -> None:
    assert len(list(keep_out(judgements_of(n_people, each), seed=0))) == n_parts
