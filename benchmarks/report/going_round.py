"""The tables of the diagnosis of cycles: real games, how often cycles are found in simulated ones, and whose."""

from __future__ import annotations

from typing import Any

import numpy as np

from gustibus.comparisons.wilson import wilson_interval
from gustibus.evaluation import Interval
from gustibus.reporting import Cell, Table, format_cell

__all__ = ["answers", "contest", "games", "plural", "rates", "whose"]

MODELS = ("bt", "gpm", "mixture 3", "plural-gpm 2", "plural-gpm 3")
_PEOPLE_DIFFER = ("several transitive tastes", "cycles between people", "cycles within people who differ")


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
    """How often each of the tests rejects, and the verdict is right, in worlds of known truth."""
    rows: list[list[Cell]] = []
    for answers in result["setting"]["answers"]:
        for kind in dict.fromkeys(run["world"] for run in result["runs"]):
            runs = [run for run in result["runs"] if (run["world"], run["of_each"]) == (kind, answers)]
            if not runs:
                continue
            cyclic = {True: "power", False: "false alarm"}[runs[0]["truth"].startswith("cycles within")]
            differ = {True: "power", False: "false alarm"}[runs[0]["truth"] in _PEOPLE_DIFFER]
            models = [model for model in MODELS if all(model in run["log_loss"] for run in runs)]
            losses = [float(np.mean([run["log_loss"][model] for run in runs])) for model in models]
            right = [run["verdict"] == run["truth"] for run in runs]
            rows.append(
                [
                    kind,
                    str(answers),
                    _share(right),
                    f"{_rejected(runs, 'within', 'p_within')} {cyclic}",
                    f"{_rejected(runs, 'people', 'p_people')} {differ}",
                    *losses,
                ]
            )
    setting = result["setting"]
    heads = ["world", "answers each", "verdict right", "cycles within people", "people differ", *models]
    return (
        f"{Table(heads, rows).to_markdown()}\n\nShare of the worlds, with Wilson's 95 % interval and their number, in "
        "which the verdict is right and in which each question is answered with yes at 5 % (in brackets: by models "
        "alone, without the tests on the answers); held-out log loss (nats), mean over worlds. "
        f"{setting['people']} people, {setting['folds']} folds, so that half of a person's answers are learned from; "
        f"without {' and '.join(setting['left_out'])}."
    )


def _rejected(runs: list[dict[str, Any]], model: str, either: str) -> str:
    alone = np.mean([run[model]["p_value"] <= run["alpha"] for run in runs])
    return f"{_share([run[either] <= run['alpha'] for run in runs])} ({alone:.2f})"


def answers(result: dict[str, Any]) -> str:
    """How often each test on the answers alone rejects."""
    named = {True: "power", False: "false alarm"}
    rows: list[list[Cell]] = [
        [
            row["world"],
            str(row["of_each"]),
            f"{_share([p <= 0.05 for p in row['p_circles']])} {named[row['circles']]}",
            f"{_share([p <= 0.05 for p in row['p_differ']])} {named[row['differ']]}",
        ]
        for row in result["rows"]
    ]
    setting = result["setting"]
    return (
        f"{Table(['world', 'answers each', 'somebody goes in circles', 'people differ'], rows).to_markdown()}\n\n"
        "Share of the worlds in which each test rejects at 5 %, with Wilson's 95 % interval and their number; "
        f"{setting['people']} people. Answers at random are the edge of what the test for "
        "circles allows; people who are consistent are well inside."
    )


def contest(result: dict[str, Any]) -> str:
    """How often circles are tried and taken against the hierarchical model."""
    named = {True: "power", False: "false take"}
    rows: list[list[Cell]] = []
    together = [("all in which nobody goes in circles", [run for run in result["runs"] if not run["circles"]])]
    together += [("all in which people do", [run for run in result["runs"] if run["circles"]])]
    names = dict.fromkeys(run["world"] for run in result["runs"])
    for world, runs in [(name, [run for run in result["runs"] if run["world"] == name]) for name in names] + together:
        taken = [run["taken"] is not None for run in runs]
        rows.append(
            [world, _share([bool(run["trials"]) for run in runs]), f"{_share(taken)} {named[runs[0]['circles']]}"]
        )
    setting = result["setting"]
    given = ", ".join(f"{name} {value}" for name, value in setting["given"].items())
    return (
        f"{Table(['world', 'tried', 'taken'], rows).to_markdown()}\n\nShare of the worlds in which a model with "
        f"circles was tried against the {setting['champion']} model, and in which it took its place, with Wilson's "
        f"95 % interval and their number. {setting['people']} people, {setting['answers']} answers each; given: "
        f"{given}."
    )


def plural(result: dict[str, Any]) -> str:
    """What plural circles save of the log loss of each other model, in three worlds."""
    rows: list[list[Cell]] = []
    for world in dict.fromkeys(run["world"] for run in result["runs"]):
        runs = [run for run in result["runs"] if run["world"] == world]
        bayes = float(np.mean([run["bayes"] for run in runs]))
        for model in runs[0]["log_loss"]:
            loss = float(np.mean([run["log_loss"][model] for run in runs]))
            gain = None
            if model in runs[0]["gain_by_person"]:
                of_each = np.concatenate([run["gain_by_person"][model] for run in runs])
                error = 1.96 * float(of_each.std(ddof=1)) / np.sqrt(len(of_each))
                mean = float(of_each.mean())
                gain = Interval(mean, mean - error, mean + error, 0.95, len(of_each))
            rows.append([f"{world} (truth {bayes:.3f})", model, loss, gain])
    setting, seeds = result["setting"], len({run["seed"] for run in result["runs"]})
    return (
        f"{Table(['world', 'model', 'log loss', 'saved by plural circles'], rows).to_markdown()}\n\nOther answers of "
        f"{setting['people']} people with {setting['answers']} answers each, {seeds} seeds; differences paired by "
        "person, with 95 % intervals over the people of all seeds. Models of several tastes have as many as the world: "
        "2 with opposite circles, 3 in the Condorcet population, 2 where there is one."
    )


def _share(found: list[bool]) -> str:
    low, high = wilson_interval(float(np.mean(found)), len(found))
    return f"{np.mean(found):.2f} [{low:.2f}, {high:.2f}] of {len(found)}"


def _rate(rate: dict[str, Any], name: str) -> str:
    found = rate[name]
    return format_cell(Interval(found["rate"], found["low"], found["high"], 0.95, rate["worlds"]))
