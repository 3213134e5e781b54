"""People's rewards as pairs to train on: somebody's own, a group's, or what a rule makes of everybody's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from gustibus.aggregation.case import RULES, Case, SocialRule
from gustibus.aggregation.people import groups_of, people_by_column, rounding, shares_of
from gustibus.comparisons import Comparisons, GustibusError, RewardTable

__all__ = ["PairChoice", "PairsOf", "export_pairs"]

Floats = NDArray[np.float64]
PairsOf = Literal["person", "group"] | SocialRule
"""Whose order the pairs follow: everybody's own, every group's, or a rule's over everybody."""
PairChoice = Literal["best-worst", "all", "pareto"]
"""The best against the worst; every pair that is told apart; every pair to which nobody objects."""


def export_pairs(
    tables: RewardTable | Sequence[RewardTable],
    by: PairsOf = "borda",
    *,
    pairs: PairChoice = "best-worst",
    least: float = 0.0,
    most: int | None = None,
    alpha: float = -1.0,
) -> Comparisons:
    r"""Make judgements of rewards: preference data for training a policy or a reward model.

    With ``pairs="pareto"`` a pair (a, b) is given where no group (or person) objects,

    .. math:: r_g(a) \ge r_g(b) \;\text{for all } g, \qquad \sum_g \pi_g\,(r_g(a) - r_g(b)) > \text{least},

    Of people, which pairs these are hangs on nobody's scale.

    Parameters
    ----------
    tables
        People's rewards of the responses to one prompt, or to several: ``model.rewards_of_people(...)`` or
        :func:`gustibus.comparisons.read_rewards`.
    by
        "person": each person's own pairs, under their id. "group": each group's, by its mean rewards, under its name.
        The name of a rule: those of the aggregate, under the rule's name.
    pairs
        See `PairChoice`. "pareto" is for people or groups, and makes one set of pairs of all of them together.
    least
        Only pairs of a larger margin than this, >= 0.
    most
        At most so many pairs of each prompt and person, group or rule, those of the largest margins.
    alpha
        Of the rule "alpha", see `alpha_mean`.

    Returns
    -------
    Judgements in which ``response_a`` is preferred, of source "derived". ``margin`` is the difference of what they are
    ordered by: rewards (of people and groups; their mean under "pareto"), or the score of the rule. ``weight`` is how
    much the person counts, or the people of the group together; 1 for a rule and under "pareto". Write them for others
    with ``gs.write(pairs, "pairs.jsonl", format="trl")`` or ``"openrlhf"``.

    Raises
    ------
    GustibusError
        There are no groups where they are needed, an option is not known, or no pair is left.

    Examples
    --------
    >>> reward = np.array([[2.0, 1.0, 0.0], [0.0, 3.0, 0.0]])
    >>> table = RewardTable("A drink?", ("ann", "bob"), ("tea", "gin", "ink"), reward)
    >>> for row in export_pairs(table, "person", pairs="pareto").to_rows():
    ...     print(row["response_a"], "over", row["response_b"], "by", row["margin"])
    gin over ink by 2.0
    tea over ink by 1.0
    """
    given = [tables] if isinstance(tables, RewardTable) else list(tables)
    if not given:
        raise GustibusError("there is no table of rewards: give at least one")
    _check(by, pairs, least, most)
    made = [_pairs_of(table, by, pairs, least, most, alpha) for table in given]
    if not sum(len(one.margin) for one in made):
        objects = "no pair is without somebody's objection" if pairs == "pareto" else "nobody tells any two apart"
        raise GustibusError(
            f"there is no pair to export: {objects} by more than least={least:g}. Lower least, take other pairs than "
            f"{pairs!r}, or give more responses."
        )
    return _judgements(given, made)


@dataclass(frozen=True, eq=False)
class _Pairs:
    """Pairs of one prompt, by the position of who judges and of the two responses."""

    judges: list[str]
    groups: list[str] | None
    judge: NDArray[np.intp]
    chosen: NDArray[np.intp]
    rejected: NDArray[np.intp]
    margin: Floats
    weight: Floats


def _check(by: str, pairs: str, least: float, most: int | None) -> None:
    if by not in ("person", "group", *RULES):
        raise GustibusError(
            f"pairs by {by!r} are not known: use 'person', 'group' or a rule: {', '.join(map(repr, RULES))}"
        )
    if pairs not in get_args(PairChoice):
        raise GustibusError(f"pairs={pairs!r} is not known: use one of {', '.join(map(repr, get_args(PairChoice)))}")
    if pairs == "pareto" and by not in ("person", "group"):
        raise GustibusError(
            f"{by!r} speaks with one voice, so nobody can object: pairs='pareto' are by 'group' or by 'person'"
        )
    if not least >= 0 or (most is not None and most < 1):
        raise GustibusError(f"least is {least} and most is {most}: least has to be >= 0, and most at least 1 or None")


def _pairs_of(
    table: RewardTable, by: PairsOf, pairs: PairChoice, least: float, most: int | None, alpha: float
) -> _Pairs:
    if len(table.responses) < 2:
        raise GustibusError(f"there is one response to {table.prompt!r:.60}: a pair needs two")
    judges, groups, score, weight = _judges(table, by, alpha)
    if pairs == "pareto":
        chosen, rejected, margin = _without_objection(score, weight)
        judge = np.zeros(len(margin), np.intp)
        judges, groups, weight = ["all people" if by == "person" else "all groups"], None, np.ones(1)
    elif pairs == "all":
        judge, chosen, rejected, margin = _told_apart(score)
    else:
        judge = np.arange(len(score))
        chosen, rejected = score.argmax(axis=1), score.argmin(axis=1)
        margin = score[judge, chosen] - score[judge, rejected]
    order = np.lexsort((-margin, judge))
    order = order[margin[order] > max(least, rounding(score))]
    if most is not None:
        starts = np.searchsorted(judge[order], judge[order], side="left")
        order = order[np.arange(len(order)) - starts < most]
    judge = judge[order]
    return _Pairs(judges, groups, judge, chosen[order], rejected[order], margin[order], weight[judge])


def _judges(table: RewardTable, by: PairsOf, alpha: float) -> tuple[list[str], list[str] | None, Floats, Floats]:
    """Who judges, their groups, what they order responses by (J, n), and how much they count; nobody of weight 0."""
    reward = people_by_column(table.reward, "reward")
    shares_of(table.weight, len(reward))
    weight = np.ones(len(reward)) if table.weight is None else np.asarray(table.weight, np.float64)
    if by == "person":
        counted = np.flatnonzero(weight > 0)
        group = None if table.group is None else [table.group[i] for i in counted]
        return [table.people[i] for i in counted], group, reward[counted], weight[counted]
    if by == "group":
        if table.group is None:
            raise GustibusError("pairs by 'group' need groups: give the name of each person's group")
        groups = groups_of(table.group, table.weight)
        names = [str(name) for name in groups.names]
        return names, names, groups.mean(reward), groups.share * weight.sum()
    _, score, _ = Case(reward, table.weight, table.group, alpha).weights(by)
    return [by], None, np.asarray(score, np.float64)[None], np.ones(1)


def _told_apart(score: Floats) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.intp], Floats]:
    """Every pair of every judge, the better response first."""
    i, j = np.triu_indices(score.shape[1], 1)
    gap = score[:, i] - score[:, j]
    judge, pair = (place.reshape(-1) for place in np.indices(gap.shape))
    first = (gap >= 0).reshape(-1)
    return judge, np.where(first, i[pair], j[pair]), np.where(first, j[pair], i[pair]), np.abs(gap).reshape(-1)


def _without_objection(score: Floats, weight: Floats) -> tuple[NDArray[np.intp], NDArray[np.intp], Floats]:
    """Pairs whose first response nobody likes less, and by how much it is liked better on average."""
    accepted = np.ones((score.shape[1],) * 2, bool)
    for own in score:
        accepted &= own[:, None] - own >= -rounding(own)
    mean = weight @ score / weight.sum()
    chosen, rejected = np.nonzero(accepted)
    return chosen, rejected, mean[chosen] - mean[rejected]


def _judgements(tables: Sequence[RewardTable], made: Sequence[_Pairs]) -> Comparisons:
    """All pairs as one table of judgements."""
    users, user = _codes([[one.judges[i] for i in one.judge] for one in made])
    texts = [table.responses for table in tables]
    n = [len(one.margin) for one in made]
    responses, both = _codes(
        [[text[i] for i in chain(one.chosen, one.rejected)] for text, one in zip(texts, made, strict=True)]
    )
    each = np.split(both, np.cumsum([2 * size for size in n])[:-1])
    prompts = list(dict.fromkeys(table.prompt for table in tables if table.prompt is not None))
    place = {prompt: i for i, prompt in enumerate(prompts)}
    asked = [-1 if table.prompt is None else place[table.prompt] for table in tables]
    optional: dict[str, Any] = {}
    if all(one.groups is not None for one in made):
        named = [[(one.groups or [])[i] for i in one.judge] for one in made]
        optional["groups"], optional["group"] = _codes(named)
    return Comparisons.from_arrays(
        users=users,
        user=user,
        responses=responses,
        response_a=np.concatenate([part[:size] for part, size in zip(each, n, strict=True)]),
        response_b=np.concatenate([part[size:] for part, size in zip(each, n, strict=True)]),
        outcome=np.ones(sum(n)),
        prompts=prompts,
        prompt=np.repeat(asked, n),
        margin=np.concatenate([one.margin for one in made]),
        weight=np.concatenate([one.weight for one in made]),
        sources=["derived"],
        source=np.zeros(sum(n), np.int8),
        **optional,
    ).compact()


def _codes(names: Sequence[Sequence[str]]) -> tuple[list[str], NDArray[np.int32]]:
    """Distinct names in order of appearance, and the code of each."""
    place: dict[str, int] = {}
    codes = [place.setdefault(name, len(place)) for name in chain.from_iterable(names)]
    return list(place), np.array(codes, np.int32)
