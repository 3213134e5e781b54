"""The table of one real model as a judge."""

from __future__ import annotations

from typing import Any

from gustibus.evaluation import Interval
from gustibus.reporting import Cell, Table, format_cell, wilson_interval

__all__ = ["judge_smollm2"]


def judge_smollm2(result: dict[str, Any]) -> str:
    """What could be used of the answers, what the order did to them, and how they go with the crowd's votes."""
    crowd, arms = result["crowd"], result["arms"]
    rule = crowd["longer_is_better"]
    rows: list[list[Cell]] = [_row(name, arm) for name, arm in arms.items()]
    rows.append(["*the longer wins*", crowd["pairs"], None, None, None, None, _agreement(rule), _correlation(rule)])
    columns = ["the model", "pairs", "answers that are A, B or TIE", "same answer both ways",
               "the first position won both times", "the second", "agrees with the crowd's majority",
               "correlation with its share"]  # fmt: skip
    examples = ", ".join(f"`{' '.join(text.split())}`" for text in arms["free"]["examples_of_unparsable"][:3])
    tokens = sum(arm[name] for arm in arms.values() for name in ("tokens_in", "tokens_in_before"))
    return "\n\n".join(
        [
            f"{result['model']}; {result['data']}: {crowd['pairs']} pairs with {crowd['votes']} votes, "
            f"{len(result['personas'])} personas, both orders. 95 % intervals: Wilson's, of correlations by bootstrap "
            "over pairs.",
            Table(columns, rows).to_markdown(),
            f"Unusable answers begin like these: {examples}. {tokens:,} tokens were read.",
        ]
    )


def _row(name: str, arm: dict[str, Any]) -> list[Cell]:
    answers = sum(arm[kind] for kind in ("n_first", "n_second", "n_tie", "n_unparsable", "n_refused"))
    orders, votes = arm["orders"], arm.get("against_the_crowd")
    n = orders["n"]
    return [
        name,
        arm["n_pairs"],
        _share(round(arm["parse_rate"] * answers), answers),
        _share(orders["n_same"], n),
        _share(orders["n_always_first"], n),
        _share(orders["n_always_second"], n),
        None if votes is None else _agreement(votes),
        None if votes is None else _correlation(votes),
    ]


def _share(count: int, n: int) -> str | None:
    if not n:
        return None
    low, high = (float(bound) for bound in wilson_interval(count / n, n))
    return f"{format_cell(Interval(count / n, low, high, level=0.95, n_users=n))} of {n}"


def _agreement(votes: dict[str, Any]) -> str | None:
    if not votes["decided"]:
        return None
    found = Interval(votes["agree"], votes["low"], votes["high"], level=0.95, n_users=votes["decided"])
    return f"{format_cell(found)} of {votes['decided']}"


def _correlation(votes: dict[str, Any]) -> str | None:
    if votes["correlation"] is None:
        return None
    bounds = (votes["correlation_low"], votes["correlation_high"])
    return format_cell(Interval(votes["correlation"], *bounds, level=0.95, n_users=votes["pairs"]))
