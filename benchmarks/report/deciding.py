"""Tables of what rules for many people choose, who loses, and what deciding costs."""

from __future__ import annotations

from typing import Any

import numpy as np

from benchmarks.decisions.over_people import BASE
from benchmarks.decisions.real import POOLED
from benchmarks.recording import interval_of
from gustibus.reporting import Cell, Column, Table, format_cell

__all__ = ["differ", "real", "scale", "short"]


def scale(result: dict[str, Any]) -> str:
    """Seconds and memory of every step and rule, and how far from the plain computation."""
    found = result.get("scale")
    if not found:
        return "Not measured yet: `python -m benchmarks.decisions scale`."
    rows = [_cost_row(name, one) for name, one in found["steps"].items()]
    rows += [_cost_row(f"`{rule}`, after the first two", one) for rule, one in found["rules"].items()]
    columns: list[str | Column] = [
        "step", Column("processor", "s"), Column("held before", "MiB"), Column("more at the peak", "MiB"),
    ]  # fmt: skip
    full, sample = found["largest_error_at_full_size"], found["largest_error_on_a_sample"]
    checks = Table(
        ["at full size", "largest error"], [[name, f"{error:.1e}"] for name, error in full.items()]
    ).to_markdown()
    return (
        f"{found['people']:,} people, {found['responses']:,} responses: the rewards alone are "
        f"{found['rewards_mib']:.0f} MiB. One processor, {result['machine']['cpu']}.\n\n"
        f"{Table(columns, rows, digits=2).to_markdown()}\n\n"
        f"{checks}\n\n"
        "Checked there: scores of 20 responses drawn at random, each against every other for every person; mixtures by "
        f"their certificates. On {len(sample)} rules and sets among 60 people and 12 responses, where every choice can "
        "be tried, what was chosen is worth as much as the best choice by the definition, to "
        f"{max(sample.values()):.0e}."
    )


def _cost_row(name: str, one: dict[str, Any]) -> list[Cell]:
    memory = one["memory"]
    more = max(0.0, memory["peak_mib"] - memory["before_mib"])
    return [name, one["seconds"]["cpu"], round(memory["before_mib"]), round(more)]


def real(result: dict[str, Any]) -> str:
    """One table a data set: every rule, what it gives by the fitted model, what held-out answers say."""
    return "\n\n".join(_of_set(one) for one in result["real"].values() if "rules" in one)


def _of_set(found: dict[str, Any]) -> str:
    groups = found.get("groups")
    rows: list[list[Cell]] = []
    for rules, one in _alike(found["rules"]):
        against: Cell = None if BASE in rules else interval_of(one["held-out, against borda"])
        rows.append(
            [
                ", ".join(rule if rule == POOLED else f"`{rule}`" for rule in rules),
                _chosen(one) if one["chosen"] else f"{one['as mean']:.0%}",
                one["mean"],
                one["worst decile"],
                *([one["worst group"]] if groups else []),
                one["overruled"],
                interval_of(one["held-out"]),
                against,
                interval_of(one["held-out, who loses"]),
            ]
        )
    single = found["pools"] == 1
    columns = [
        "rule", "chooses (share of splits)" if single else "chooses as `mean`", "satisfaction", "worst tenth",
        *([f"worst group by {groups}"] if groups else []), "overruled", "held-out answers won", "against `borda`",
        "won among those who lose",
    ]  # fmt: skip
    pools = "one pool" if single else f"{found['pools']} pools"
    head = f"**{found['title']}**: {pools}, {found['splits']} splits, {found['people']:,.0f} people each."
    return f"{head}\n\n{Table(columns, rows).to_markdown()}" + (_by_group(found) if groups else "")


def _alike(rules: dict[str, Any]) -> list[tuple[list[str], Any]]:
    """Rules that choose the same in every pool and split together."""
    found: list[tuple[list[str], Any]] = []
    for rule, one in rules.items():
        same = next((names for names, other in found if _books(other) == _books(one)), None)
        if same is None:
            found.append(([rule], one))
        else:
            same.append(rule)
    return found


def _books(one: dict[str, Any]) -> list[Any]:
    return [one[name] for name in ("mean", "worst decile", "worst", "overruled", "as mean", "held-out")]


def _chosen(one: dict[str, Any]) -> str:
    shown = [f"{name} {share:.0%}" for name, share in list(one["chosen"].items())[:3] if share >= 0.005]
    return ", ".join(shown)


def _by_group(found: dict[str, Any]) -> str:
    """Held-out answers of each group: of what is best on average, and of what is best for the worst-off group."""
    said = []
    for rule in (BASE, "group-max-min"):
        shares = [
            f"{group} {format_cell(interval_of(one))}"
            for group, one in found["rules"][rule]["held-out, by group"].items()
        ]
        said.append(f"`{rule}`: {', '.join(shares)}")
    return f"\n\nHeld-out answers won, by {found['groups']}. {'; '.join(said)}."


def differ(result: dict[str, Any]) -> str:
    """How often heads, means and the pooled model choose differently among four responses."""
    rows: list[list[Cell]] = []
    for found in result["real"].values():
        small = found["small pools"]
        shares = small["differ from mean"]
        won = small["mean's choice won"]
        rows.append(
            [
                found["title"],
                small["pools of a split"],
                *(_over_splits(shares[name]) for name in ("borda", POOLED, f"{POOLED} from borda")),
                small["lost"],
                small["direct answers"],
                None if won is None else interval_of(won),
            ]
        )
    columns: list[str | Column] = [
        "judged", "pools a split", "`borda` differs from `mean`", f"{POOLED} differs from `mean`",
        f"{POOLED} differs from `borda`", Column("lost by `borda`", "mean reward"), "direct answers",
        "of them for the choice of `mean`",
    ]  # fmt: skip
    return Table(columns, rows).to_markdown()


def _over_splits(shares: list[float]) -> str:
    return f"{np.mean(shares):.1%} ({min(shares):.0%} to {max(shares):.0%})"


def short(result: dict[str, Any]) -> str:
    """One row a data set: what a few rules give by held-out answers, and how often heads and means differ."""
    rows: list[list[Cell]] = []
    for found in result["real"].values():
        small = found["small pools"]
        if "rules" in found:
            rules = found["rules"]
            rows.append(
                [
                    found["title"],
                    *(interval_of(rules[rule]["held-out"]) for rule in (BASE, "mean", "max-min", POOLED)),
                    *(interval_of(rules[rule]["held-out, who loses"]) for rule in (BASE, "max-min")),
                    _over_splits(small["differ from mean"]["borda"]),
                    _over_splits(small["differ from mean"][POOLED]),
                ]
            )
    columns = [
        "judged", "`borda`", "`mean`", "`max-min`", POOLED, "`borda`, who loses", "`max-min`, who loses",
        "`borda` differs from `mean`", f"{POOLED} differs from `mean`",
    ]  # fmt: skip
    return Table(columns, rows).to_markdown()
