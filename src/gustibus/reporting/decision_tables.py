"""Decisions for many people as tables: the rules side by side, what each response gets, who is overruled."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import numpy as np

from gustibus.aggregation import Decision, SocialRule
from gustibus.comparisons import GustibusError
from gustibus.reporting.tables import Cell, Column, Table

__all__ = [
    "REGRET",
    "alike",
    "choices_table",
    "chosen_words",
    "decisions_table",
    "overruled_table",
    "responses_table",
    "rules_summary",
    "rules_table",
    "tied_words",
]

REGRET: Final = (
    "Regret: by how much a person prefers their favourite, in the unit of the rewards (log-odds, of a fitted model). "
    "Lost: the same in satisfaction, in which people can be compared."
)
"""What the columns of `overruled_table` say."""

_BOOKS = ("mean", "worst one", "worst 10%", "worst group", "overruled")


def rules_table(decisions: Mapping[SocialRule, Decision], *, width: int | None = 40) -> Table:
    """What each rule chooses, and what that gives to whom: satisfaction of all, of the worst-off, share overruled.

    Satisfaction is a win rate between 0 and 1 (:class:`gustibus.aggregation.Ledger`).

    Parameters
    ----------
    decisions
        From :func:`gustibus.aggregation.decide_by_all`.
    width
        Characters at which responses are cut; None for all.

    Examples
    --------
    >>> from gustibus.aggregation import decide_by_all
    >>> rewards = [[3.0, 1.0, -3.0], [3.0, 1.0, -3.0], [-4.0, 1.0, 3.0]]
    >>> found = decide_by_all(rewards, responses=["fish", "soup", "meat"], rules=["borda", "max-min"])
    >>> print(rules_table(found).to_text())
    rule      mean  worst one  worst 10%  overruled  chosen
    borda    0.627      0.004      0.004      0.333  fish
    max-min  0.552      0.551      0.551      1.000  soup
    """
    with_groups = _grouped(decisions.values())
    tied = not all(one.unique for one in decisions.values())
    rows: list[list[Cell]] = []
    for rule, one in decisions.items():
        also: list[Cell] = [tied_words(one, width) or None] if tied else []
        rows.append([rule, *_books(one, with_groups), chosen_words(one, width), *also])
    also_chosen = ["or as well"] if tied else []
    columns: list[str | Column] = ["rule", *_columns(with_groups), "chosen", *also_chosen]
    return Table(columns, rows)


def choices_table(decisions: Mapping[SocialRule, Decision], *, width: int | None = 40) -> Table:
    """The same with one row a choice, and the rules that make it last.

    Examples
    --------
    >>> from gustibus.aggregation import decide_by_all
    >>> found = decide_by_all([[3.0, 1.0], [3.0, 1.0], [-4.0, 1.0]], rules=["borda", "copeland", "mean"])
    >>> print(choices_table(found).to_text())
    chosen   mean  worst one  worst 10%  overruled  by
    0       0.589      0.007      0.007      0.333  borda, copeland
    1       0.411      0.119      0.119      0.667  mean
    """
    with_groups = _grouped(decisions.values())
    rows: list[list[Cell]] = []
    for rules, one in alike(decisions):
        also = "" if one.unique else f" (or as well: {tied_words(one, width)})"
        rows.append([chosen_words(one, width) + also, *_books(one, with_groups), ", ".join(rules)])
    return Table(["chosen", *_columns(with_groups), "by"], rows)


def alike(decisions: Mapping[SocialRule, Decision]) -> list[tuple[list[SocialRule], Decision]]:
    """Rules that give the same weights together, in the order of the first of them."""
    found: list[tuple[list[SocialRule], Decision]] = []
    for rule, one in decisions.items():
        same = next((rules for rules, other in found if np.allclose(other.weight, one.weight, atol=1e-6)), None)
        if same is None:
            found.append(([rule], one))
        else:
            same.append(rule)
    return found


def decisions_table(decisions: Sequence[Decision], prompts: Sequence[str | None], *, width: int | None = 40) -> Table:
    """One decision a prompt, and their mean below."""
    if len(prompts) != len(decisions) or not decisions:
        raise GustibusError(f"{len(prompts)} prompts were given for {len(decisions)} decisions: one each, at least one")
    with_groups = _grouped(decisions)
    rows: list[list[Cell]] = [
        [_cut(prompt or "(none)", width), *_books(one, with_groups), chosen_words(one, width)]
        for prompt, one in zip(prompts, decisions, strict=True)
    ]
    rows.append(["mean", *_mean_books(decisions, with_groups), None])
    return Table(["prompt", *_columns(with_groups), "chosen"], rows)


def rules_summary(decisions: Sequence[Mapping[SocialRule, Decision]]) -> Table:
    """Each rule over several prompts: its books on average, and on which share of prompts it chooses as Borda does."""
    if not decisions:
        raise GustibusError("there is no prompt to summarise")
    with_groups = _grouped([one for each in decisions for one in each.values()])
    rows: list[list[Cell]] = []
    for rule in decisions[0]:
        of_rule = [each[rule] for each in decisions]
        as_borda: Cell = None
        if all("borda" in each for each in decisions):
            as_borda = float(np.mean([np.allclose(each[rule].weight, each["borda"].weight) for each in decisions]))
        rows.append([rule, *_mean_books(of_rule, with_groups), as_borda])
    return Table(["rule", *_columns(with_groups), Column("as borda", "share of prompts")], rows)


def responses_table(decision: Decision, *, width: int | None = 40) -> Table:
    """Every response, best first: its weight and score by the rule, and the share who would rather have it."""
    order = np.lexsort((-decision.score, -decision.weight)).tolist()
    rows: list[list[Cell]] = [
        [
            _cut(str(decision.responses[i]), width),
            float(decision.weight[i]),
            float(decision.score[i]),
            float(decision.ledger.prefer[i]),
        ]
        for i in order
    ]
    return Table(["response", "weight", Column("score", decision.unit), "would rather have it"], rows)


def overruled_table(decision: Decision, *, width: int | None = 40) -> Table:
    """Who would gain most by their own favourite, most first: in the unit of the rewards, and in satisfaction."""
    rows: list[list[Cell]] = [
        [str(one.person), one.regret, one.lost, _cut(str(decision.responses[one.favourite]), width)]
        for one in decision.ledger.overruled
    ]
    columns: list[str | Column] = [
        "person",
        Column("regret", "reward"),
        Column("lost", "satisfaction"),
        "would have had",
    ]
    return Table(columns, rows, digits=2)


def chosen_words(decision: Decision, width: int | None = 40) -> str:
    """The response that was chosen, or the parts of a mixture by falling weight.

    Examples
    --------
    >>> from gustibus.aggregation import decide
    >>> chosen_words(decide([[1.0, 0.0], [0.0, 1.0]], "minimax-regret", responses=["tea", "gin"]))
    '50% tea, 50% gin'
    """
    if not decision.is_mixture:
        return _cut(str(decision.chosen), width)
    parts = [i for i in np.argsort(-decision.weight.round(6), kind="stable").tolist() if decision.weight[i] > 0]
    each = None if width is None else max(width // min(len(parts), 3) - 5, 8)
    shown = [f"{decision.weight[i]:.0%} {_cut(str(decision.responses[i]), each)}" for i in parts[:3]]
    return _cut(", ".join(shown) + (f", {len(parts) - 3} more" if len(parts) > 3 else ""), width)


def tied_words(decision: Decision, width: int | None = 40) -> str:
    """What the rule could have chosen as well; nothing where it leaves one choice.

    Examples
    --------
    >>> from gustibus.aggregation import decide
    >>> tied_words(decide([[1.0, 0.0, 1.0]], responses=["tea", "gin", "ale"]))
    'ale'
    """
    if decision.unique:
        return ""
    if not decision.tied:
        return _cut("another mixture", width)
    shown = [str(decision.responses[i]) for i in decision.tied[:3]]
    more = f", {len(decision.tied) - 3} more" if len(decision.tied) > 3 else ""
    each = None if width is None else max(width // len(shown) - 2, 8)
    return _cut(", ".join(_cut(one, each) for one in shown) + more, width)


def _cut(text: str, width: int | None) -> str:
    line = " ".join(text.split())
    return line if width is None or len(line) <= width else line[: width - 1].rstrip(" ,…") + "…"


def _grouped(decisions: Iterable[Decision]) -> bool:
    return any(one.ledger.groups for one in decisions)


def _columns(with_groups: bool) -> list[str]:
    return [name for name in _BOOKS if with_groups or name != "worst group"]


def _books(decision: Decision, with_groups: bool) -> list[Cell]:
    books = decision.ledger
    group: list[Cell] = [books.worst_group] if with_groups else []
    return [books.mean, books.worst, books.worst_decile, *group, books.overruled_share]


def _mean_books(decisions: Sequence[Decision], with_groups: bool) -> list[Cell]:
    values = np.array([_books(one, with_groups) for one in decisions], np.float64)
    return [float(value) for value in values.mean(axis=0)]
