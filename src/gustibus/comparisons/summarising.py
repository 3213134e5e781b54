"""Counting what a table of judgements holds."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt

from gustibus.comparisons.errors import GustibusError
from gustibus.comparisons.items import Items
from gustibus.comparisons.record import NO_TIMESTAMP, SPLITS
from gustibus.comparisons.repeats import Questions, contradictions, questions_of
from gustibus.comparisons.summary import Agreement, Summary
from gustibus.comparisons.summary_reading import reading_of, warnings_of
from gustibus.comparisons.table import Comparisons
from gustibus.comparisons.wilson import wilson_interval

__all__ = ["summarise"]


def summarise(data: Comparisons) -> Summary:
    """Describe judgements: who, what, how consistent, how connected, and what a model could learn from them.

    Parameters
    ----------
    data
        At least one judgement.

    Returns
    -------
    Summary
        With ``to_text()`` and ``to_dict()``.

    Raises
    ------
    GustibusError
        If there is no judgement.

    Examples
    --------
    >>> rows = [{"user_id": user, "response_a": "tea", "response_b": "gin", "choice": "a"} for user in ("ann", "ben")]
    >>> summary = summarise(Comparisons.from_rows(rows))
    >>> summary.n_users, summary.between_users.share, summary.n_components
    (2, 1.0, 1)
    """
    if not len(data):
        raise GustibusError("There is no judgement to describe (0 rows). Give data with at least one.")
    items, questions = data.items(), questions_of(data)
    answer = _three_way(data, questions)
    self_consistency, between_users = _agreements(data, questions, answer)
    per_user = np.bincount(data.user)[np.unique(data.user)]
    component, n_components = _components(items)
    prompt_pieces = _pieces_of_prompts(items, component)
    first, last = _time_span(data)
    soft = (data.outcome > 0) & (data.outcome < 1) & ~data.is_tie
    summary = Summary(
        n_comparisons=len(data),
        n_users=data.n_users,
        n_prompts=len(np.unique(items.prompt[items.prompt >= 0])),
        n_responses=len(np.unique(items.response)),
        n_items=len(items),
        n_without_prompt=int((data.prompt < 0).sum()),
        n_ties=int(data.is_tie.sum()),
        n_soft=int(soft.sum()),
        n_with_margin=int((~np.isnan(data.margin)).sum()),
        n_weighted=int((data.weight != 1).sum()),
        per_user=_quantiles(per_user),
        n_users_with_five=int((per_user >= 5).sum()),
        item_uses=_quantiles(np.bincount(np.concatenate([items.a, items.b]), minlength=len(items))),
        n_repeats=len(data) - questions.n_questions,
        n_contradicted=len(contradictions(data, questions)),
        self_consistency=self_consistency,
        between_users=between_users,
        n_components=n_components,
        largest_component=float(np.bincount(component).max() / len(items)),
        n_split_prompts=int((prompt_pieces > 1).sum()),
        n_pairs=questions.n_pairs,
        n_pairs_both_ways=_both_ways(questions),
        side=_side(data),
        sources=_named_counts(data.sources.to_pylist(), data.source),
        groups=_named_counts(data.groups.to_pylist(), data.group),
        splits=_named_counts(list(SPLITS), data.split),
        first_time=first,
        last_time=last,
    )
    return replace(summary, reading=reading_of(summary), warnings=warnings_of(summary))


def _three_way(data: Comparisons, questions: Questions) -> npt.NDArray[np.int64]:
    """Each answer as 0, 1 or 2: second item, no preference, first item of the unordered pair."""
    toward_first = np.where(questions.flipped, 1 - data.outcome, data.outcome)
    return (np.sign(toward_first - 0.5) + 1).astype(np.int64)


def _agreements(data: Comparisons, questions: Questions, answer: npt.NDArray[np.int64]) -> tuple[Agreement, Agreement]:
    """Agreement within a person and between people, from counts of pairs of judgements."""
    tie_share = float((answer == 1).mean())
    chance = tie_share**2 + (1 - tie_share) ** 2 / 2
    own_total, own_same = _same_pairs(questions.question, questions.n_questions, answer)
    all_total, all_same = _same_pairs(questions.pair, questions.n_pairs, answer)
    pair_of_question = np.zeros(questions.n_questions, np.int64)
    pair_of_question[questions.question] = questions.pair
    own_total_of_pair = np.bincount(pair_of_question, own_total, questions.n_pairs)
    own_same_of_pair = np.bincount(pair_of_question, own_same, questions.n_pairs)
    between_total, between_same = all_total - own_total_of_pair, all_same - own_same_of_pair

    def agreement(total: npt.NDArray[Any], same: npt.NDArray[Any]) -> Agreement:
        n = int(total.sum())
        return Agreement(int((total > 0).sum()), n, float(same.sum() / n) if n else None, chance)

    return agreement(own_total, own_same), agreement(between_total, between_same)


def _same_pairs(
    code: npt.NDArray[np.int64], n_codes: int, answer: npt.NDArray[np.int64]
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """For every code: pairs of judgements, and those with the same answer."""
    counts = np.bincount(code * 3 + answer, minlength=3 * n_codes).reshape(n_codes, 3).astype(np.float64)
    n = counts.sum(axis=1)
    return n * (n - 1) / 2, (counts * (counts - 1) / 2).sum(axis=1)


def _components(items: Items) -> tuple[npt.NDArray[np.int64], int]:
    """The connected component of every item, where a judgement joins its two items."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    n = len(items)
    edges = coo_array((np.ones(len(items.a), np.int8), (items.a, items.b)), shape=(n, n))
    n_components, component = connected_components(edges, directed=False)
    return component.astype(np.int64), int(n_components)


def _pieces_of_prompts(items: Items, component: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Into how many components the items of each prompt fall."""
    n = int(component.max()) + 1
    distinct = np.unique((items.prompt.astype(np.int64) + 1) * n + component)
    return np.bincount(distinct // n)


def _both_ways(questions: Questions) -> int:
    turned = np.bincount(questions.pair[questions.flipped], minlength=questions.n_pairs) > 0
    straight = np.bincount(questions.pair[~questions.flipped], minlength=questions.n_pairs) > 0
    return int((turned & straight).sum())


def _side(data: Comparisons) -> dict[str, float]:
    wins, losses = int((data.outcome == 1).sum()), int((data.outcome == 0).sum())
    n = wins + losses
    share = wins / n if n else 0.5
    low, high = wilson_interval(share, n)
    return {"n": n, "share": share, "low": float(low), "high": float(high)}


def _quantiles(values: npt.NDArray[Any]) -> dict[str, float]:
    limits = np.quantile(values, [0, 0.25, 0.5, 0.75, 1])
    names = ("min", "q25", "median", "q75", "max")
    return {name: float(limit) for name, limit in zip(names, limits, strict=True)} | {"mean": float(values.mean())}


def _named_counts(names: list[str], codes: npt.NDArray[Any]) -> dict[str, int]:
    counts = np.bincount(codes[codes >= 0], minlength=len(names))
    return {name: int(count) for name, count in zip(names, counts, strict=True) if count}


def _time_span(data: Comparisons) -> tuple[str | None, str | None]:
    known = data.timestamp[data.timestamp != NO_TIMESTAMP]
    if not len(known):
        return None, None
    start = datetime(1970, 1, 1, tzinfo=UTC)
    first, last = (start + timedelta(microseconds=int(moment)) for moment in (known.min(), known.max()))
    return first.isoformat(), last.isoformat()
