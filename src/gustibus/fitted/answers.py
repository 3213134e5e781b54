"""People's judgements as the answers by which they are placed."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from gustibus.adapting import Answers, AtomPrior, Prior
from gustibus.comparisons import Comparisons
from gustibus.fitted.pairs import pairs_of_items
from gustibus.fitted.scorer import Scorer

__all__ = ["answers_of_people"]

FloatArray = npt.NDArray[np.float64]


def answers_of_people(scorer: Scorer, prior: Prior, data: Comparisons, ids: tuple[str, ...]) -> Answers:
    """The answers of these people: per-prototype log-odds, or log-odds under each atom of the prior."""
    pairs = pairs_of_items(scorer, data.items())
    position = {user_id: row for row, user_id in enumerate(ids)}
    code = np.array([position.get(user_id, -1) for user_id in data.users.to_pylist()], np.intp)[data.user]
    rows = np.flatnonzero(code >= 0)
    a, b = pairs.a[rows], pairs.b[rows]
    return Answers(
        z=_coefficients(scorer, prior, pairs.features, a, b),
        offset=pairs.offsets[a] - pairs.offsets[b],
        outcome=data.outcome[rows].astype(np.float64),
        weight=data.weight[rows].astype(np.float64),
        user=code[rows],
        n_users=len(ids),
    )


def _coefficients(
    scorer: Scorer,
    prior: Prior,
    features: npt.NDArray[np.float32],
    a: npt.NDArray[np.intp],
    b: npt.NDArray[np.intp],
) -> FloatArray:
    """What weights are multiplied by in each pair's log-odds, or the log-odds at each atom."""
    if scorer.model.linear_in_weights:
        return scorer.differences(features)(a, b)
    assert isinstance(prior, AtomPrior)
    scores = scorer.rewards_at(features, prior.atoms)
    return scores[a] - scores[b]
