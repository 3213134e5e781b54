"""People's rewards as pairs to train on: somebody's own, a group's, or what a rule makes of everybody's."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from gustibus.aggregation.arguments import real, whole
from gustibus.aggregation.case import RULES, Case, SocialRule
from gustibus.aggregation.pair_picking import MOST_PAIRS, Picked, best_and_worst, told_apart, without_objection
from gustibus.aggregation.people import groups_of, highest, people_by_column, rounding, shares_of
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
        At most so many pairs of each prompt and person, group or rule, those of the largest margins. Without it "all"
        is refused where it gives more than ten million.
    alpha
        Of the rule "alpha", see `alpha_mean`.

    Returns
    -------
    Judgements in which ``response_a`` is preferred, of source "derived". ``margin`` is the difference of what they are
    ordered by: rewards (of people and groups; their mean under "pareto"), or the score of the rule (see `Decision`;
    what a rule mixes has one score, so it makes no pair among itself). ``weight`` is how
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
    if not given or not all(isinstance(table, RewardTable) for table in given):
        raise GustibusError("give one table of rewards or more: model.rewards_of_people(...) or read_rewards(...)")
    _check(by, pairs, least, most)
    made = [_pairs_of(table, by, pairs, least, most, alpha) for table in given]
    n_pairs = sum(len(picked.margin) for _, picked in made)
    if n_pairs > MOST_PAIRS:
        raise GustibusError(
            f"there are {n_pairs:,} pairs, and at most {MOST_PAIRS:,} are held at once: export some prompts at a time"
        )
    if not n_pairs:
        objects = "no pair is without somebody's objection" if pairs == "pareto" else "nobody tells any two apart"
        by_more = f" by more than least={least:g}. Lower least, or take" if least > 0 else ". Take"
        raise GustibusError(
            f"there is no pair to export: {objects}{by_more} other pairs than {pairs!r}, or give more responses."
        )
    return _judgements(given, made)


@dataclass(frozen=True, eq=False)
class _Judges:
    """Who judges the responses to one prompt.

    Attributes
    ----------
    names, groups
        Of the J judges, and of the groups they belong to.
    score
        What they order responses by, (J, n).
    weight
        How much they count, (J,).
    ends
        The best and the worst response, where the score alone does not say which.
    """

    names: list[str]
    groups: list[str] | None
    score: Floats
    weight: Floats
    ends: tuple[int, int] | None = None


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
    if real(least, "least", "a margin of at least 0") < 0:
        raise GustibusError(f"least is {least}: a margin has to be >= 0")
    if most is not None:
        whole(most, "most", 1)


def _pairs_of(
    table: RewardTable, by: PairsOf, pairs: PairChoice, least: float, most: int | None, alpha: float
) -> tuple[_Judges, Picked]:
    if len(table.responses) < 2:
        raise GustibusError(f"there is one response to {table.prompt!r:.60}: a pair needs two")
    judges = _judges(table, by, alpha)
    above = max(least, rounding(judges.score))
    if pairs == "pareto":
        picked = without_objection(judges.score, judges.weight, above, most)
        name = "all people" if by == "person" else "all groups"
        return _Judges([name], None, judges.score[:0], np.ones(1)), picked
    if pairs == "all":
        return judges, told_apart(judges.score, above, most)
    return judges, best_and_worst(judges.score, above, judges.ends)


def _judges(table: RewardTable, by: PairsOf, alpha: float) -> _Judges:
    """Nobody of weight 0 is among them."""
    reward = people_by_column(table.reward, "reward")
    shares_of(table.weight, len(reward))
    weight = np.ones(len(reward)) if table.weight is None else np.asarray(table.weight, np.float64)
    if by == "person":
        counted = np.flatnonzero(weight > 0)
        group = None if table.group is None else [table.group[i] for i in counted]
        return _Judges([table.people[i] for i in counted], group, reward[counted], weight[counted])
    if by == "group":
        if table.group is None:
            raise GustibusError("pairs by 'group' need groups: give the name of each person's group")
        groups = groups_of(table.group, table.weight)
        names = [str(name) for name in groups.names]
        return _Judges(names, names, groups.mean(reward), groups.share * weight.sum())
    case = Case(reward, table.weight, table.group, alpha)
    made = case.choose(by)
    # As the best, so the worst: of the same score, what is worse on average.
    last = highest(-made.score)
    worst = int(last[highest(-(case.share @ case.rate[:, last]))[0]])
    return _Judges([by], None, made.score[None], np.ones(1), (made.best, worst))


def _judgements(tables: Sequence[RewardTable], made: Sequence[tuple[_Judges, Picked]]) -> Comparisons:
    """All pairs as one table of judgements."""
    n = [len(picked.margin) for _, picked in made]
    users, user_of = _codes(judges.names for judges, _ in made)
    responses, response_of = _codes(table.responses for table in tables)
    prompts, prompt_of = _codes([[] if table.prompt is None else [table.prompt] for table in tables])
    asked = [int(codes[0]) if len(codes) else -1 for codes in prompt_of]
    optional: dict[str, Any] = {}
    if all(judges.groups is not None for judges, _ in made):
        optional["groups"], group_of = _codes(judges.groups or [] for judges, _ in made)
        optional["group"] = _joined(codes[picked.judge] for codes, (_, picked) in zip(group_of, made, strict=True))
    of_prompt = list(zip(user_of, response_of, made, strict=True))
    return Comparisons.from_arrays(
        users=users,
        user=_joined(user[picked.judge] for user, _, (_, picked) in of_prompt),
        responses=responses,
        response_a=_joined(text[picked.chosen] for _, text, (_, picked) in of_prompt),
        response_b=_joined(text[picked.rejected] for _, text, (_, picked) in of_prompt),
        outcome=np.ones(sum(n)),
        prompts=prompts,
        prompt=np.repeat(asked, n),
        margin=_joined(picked.margin for _, picked in made),
        weight=_joined(judges.weight[picked.judge] for judges, picked in made),
        sources=["derived"],
        source=np.zeros(sum(n), np.int8),
        **optional,
    ).compact()


def _joined(parts: Iterable[NDArray[Any]]) -> NDArray[Any]:
    return np.concatenate(list(parts))


def _codes(names: Iterable[Sequence[str]]) -> tuple[list[str], list[NDArray[np.int32]]]:
    """Distinct names in order of appearance, and the codes of each list's."""
    place: dict[str, int] = {}
    codes = [np.array([place.setdefault(name, len(place)) for name in some], np.int32) for some in names]
    return list(place), codes
