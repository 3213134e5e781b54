"""The tables of the diagnosis of cycles: real games, how often cycles are found in simulated ones, and whose."""

from __future__ import annotations

from typing import Any

import numpy as np

from gustibus.evaluation import Interval
from gustibus.reporting import Cell, Table, format_cell

__all__ = ["games", "rates", "whose"]

MODELS = ("bt", "gpm", "mixture 3", "plural-gpm 2", "plural-gpm 3")


def games(result: dict[str, Any]) -> str:
    """Shares of three sets of games, each beside its null."""
    rows: list[list[Cell]] = []
    for found in result["sets"].values():
        cyclic = [of["shares"]["cyclic"] for of in found["seeds"]]
        null = Interval(
            float(np.mean([one["null"] for one in cyclic])),
            float(np.mean([one["low"] for one in cyclic])),
            float(np.mean([one["high"] for one in cyclic])),
            0.95,
            found["items"],
        )
        shares = found["seeds"][0]["shares"]
        worst = max(one["p_value"] for one in cyclic)
        rows.append(
            [
                found["title"],
                found["items"],
                found["pairs"],
                shares["curl"]["share"],
                shares["harmonic"]["share"],
                cyclic[0]["share"],
                null,
                f"{worst:.3f}",
                found["plain"]["shares"]["cyclic"]["null"],
            ]
        )
    columns = ["games", "items", "pairs", "curl", "harmonic", "no scale explains", "without cycles", "largest p"]
    table = Table([*columns, "plain null"], rows).to_markdown()
    tables = ", ".join(f"{of['null_tables']} ({of['title']})" for of in result["sets"].values())
    return (
        f"{table}\n\nShares of the flow of log-odds. *Without cycles*: mean and central 95 % of tables drawn from one "
        f"scale, mean of {len(result['seeds'])} seeds; tables a seed: {tables}. *Plain null*: the same from the fitted "
        "strengths as they are."
    )


def rates(result: dict[str, Any]) -> str:
    """How often cycles are found where there are none, and where there are."""
    rows: list[list[Cell]] = [
        [
            rate["judgements_a_pair"],
            f"{rate['cyclic']:.0%}",
            rate["null"],
            _rate(rate, "found"),
            _rate(rate, "above_interval"),
            rate["share"],
            rate["null_share"],
        ]
        for rate in result["rates"]
    ]
    columns = ["judgements a pair", "cyclic variance", "null", "p <= .05", "share above 95 % of null"]
    world = result["world"]
    return (
        f"{Table([*columns, 'mean share', 'mean null'], rows).to_markdown()}\n\n{world['items']} items, "
        f"{world['share_of_pairs']:.0%} of all pairs, {result['rates'][0]['worlds']} worlds a row over "
        f"{len(result['seeds'])} seeds, {world['null_tables']} tables of the null each; intervals are Wilson's. Where "
        "nothing is cyclic the rates should be at most .05 and .025."
    )


def whose(result: dict[str, Any]) -> str:
    """Verdicts and held-out log losses in worlds of known truth."""
    kinds = list(dict.fromkeys(run["world"] for run in result["runs"]))
    rows: list[list[Cell]] = []
    for kind in kinds:
        runs = [run for run in result["runs"] if run["world"] == kind]
        right = sum(run["verdict"] == run["truth"] for run in runs)
        wrong = sorted({run["verdict"] for run in runs if run["verdict"] != run["truth"]})
        losses = [float(np.mean([run["log_loss"][model] for run in runs])) for model in MODELS]
        rows.append([kind, f"{right} of {len(runs)}", "; ".join(wrong) or None, *losses])
    setting = result["setting"]
    learned = setting["answers"] - setting["answers"] // setting["folds"]
    return (
        f"{Table(['world', 'right', 'other verdicts', *MODELS], rows).to_markdown()}\n\nHeld-out log loss (nats), mean "
        f"of the seeds. {setting['people']} people with {setting['answers']} answers, {setting['folds']} folds, so "
        f"that {learned} answers of a person are learned from."
    )


def _rate(rate: dict[str, Any], name: str) -> str:
    found = rate[name]
    return format_cell(Interval(found["rate"], found["low"], found["high"], 0.95, rate["worlds"]))
