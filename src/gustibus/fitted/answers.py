"""People's judgements as the answers by which they are placed."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from gustibus.adapting import Answers, AtomPrior, Prior
from gustibus.comparisons import Comparisons
from gustibus.fitted.pairs import pairs_of_items
from gustibus.fitted.scorer import Scorer
from gustibus.fitting.records import link_of
from gustibus.likelihoods import Likelihood, Terms, TieLevels

__all__ = ["answers_of_people", "levels_of_records"]

FloatArray = npt.NDArray[np.float64]


def answers_of_people(
    scorer: Scorer,
    prior: Prior,
    data: Comparisons,
    ids: tuple[str, ...],
    likelihood: Likelihood,
    tie_levels: TieLevels | None = None,
) -> Answers:
    """The answers of these people, as logistic terms: per-prototype log-odds, or those under each atom of the prior."""
    pairs = pairs_of_items(scorer, data.items())
    position = {user_id: row for row, user_id in enumerate(ids)}
    code = np.array([position.get(user_id, -1) for user_id in data.users.to_pylist()], np.intp)[data.user]
    rows = np.flatnonzero(code >= 0)
    outcome, margin = data.outcome[rows].astype(np.float64), data.margin[rows].astype(np.float64)
    level = levels_of_records(tie_levels, data)
    level = None if level is None else level[rows]
    terms = likelihood.terms(outcome, data.is_tie[rows], margin, level) or Terms.one_each(outcome)
    at = rows[terms.record]
    a, b = pairs.a[at], pairs.b[at]
    return Answers.of_terms(
        z=_coefficients(scorer, prior, pairs.features, a, b),
        offset=pairs.offsets[a] - pairs.offsets[b] + terms.offset,
        outcome=terms.outcome,
        weight=data.weight[at].astype(np.float64) * terms.weight,
        user=code[at],
        n_users=len(ids),
        continues=np.diff(terms.record, prepend=-1) == 0,
        link=link_of(likelihood, None if level is None else level[terms.record]),
    )


def levels_of_records(tie_levels: TieLevels | None, data: Comparisons) -> FloatArray | None:
    """How common ties are, by the group of each judgement; None where that is one number for all."""
    if tie_levels is None:
        return None
    of_group = tie_levels.of([*data.groups.to_pylist(), None])  # the last entry is that of no group, code -1
    each: FloatArray = of_group[data.group]
    return each


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
