"""A model's predictions beside the vote shares in its test judgements."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from gustibus.comparisons import Comparisons, vote_shares
from gustibus.evaluation.scored_votes import ScoredVotes

if TYPE_CHECKING:
    from gustibus.evaluation.evaluate import PreferenceModelLike

__all__ = ["score_votes"]

PAIRS_AT_LEAST: Final = 10
"""Fewer pairs with several votes say nothing worth a table."""


def score_votes(
    model: PreferenceModelLike,
    test: Comparisons,
    seen: Comparisons,
    own: NDArray[np.float64] | None,
    **options: Any,
) -> Mapping[str, ScoredVotes]:
    """Predictions of the shares of votes on the pairs that two people or more judged.

    ``"population"`` is the model's population prediction on all such pairs of the test. ``"people"`` is the mean over
    the voters of what is predicted for each as themselves, on the pairs that two known people or more judged. Either is
    left out where there are fewer than ten such pairs.

    Parameters
    ----------
    model
    test, seen
        All test judgements, and those of people whom the model knows.
    own
        Probabilities of the seen judgements, each for who gave it, shape (M_seen,); None if there are none.
    **options
        ``n_boot`` and ``seed`` of `ScoredVotes`.
    """
    found: dict[str, ScoredVotes] = {}
    votes = vote_shares(test).at_least(2)
    if len(votes) >= PAIRS_AT_LEAST:
        stated = model.predict(votes.pairs, users="population").probability
        found["population"] = ScoredVotes.of(votes, stated, **options)
    if own is not None and len(seen):
        shares = vote_shares(seen)
        # The mean prediction of a pair's voters is the share of votes that a table of their predictions would have.
        predicted = replace(seen, outcome=own.astype(np.float32), is_tie=np.zeros(len(seen), np.bool_))
        expected = vote_shares(predicted).share
        if np.count_nonzero(shares.n_votes >= 2) >= PAIRS_AT_LEAST:
            found["people"] = ScoredVotes.of(shares, expected, **options)
    return found
