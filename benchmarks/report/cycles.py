"""Tables of ``benchmarks.cycles``."""

from __future__ import annotations

import math
from typing import Any, Final

import numpy as np

from gustibus.reporting import Table

__all__ = ["cycles"]

_ORDER: Final = (
    "true probabilities",
    "Bradley-Terry",
    "scalar + cyclic",
    "GPM",
    "GPM, published",
    "blade-chest",
    "pair-input",
)
_WORLDS: Final = {
    "cyclic": "a circle alone, 6,000 pairs",
    "half": "half reward, half circle, 6,000 pairs",
    "transitive": "a reward alone, 6,000 pairs",
    "transitive, 600 pairs": "a reward alone, 600 pairs",
}


def cycles(result: dict[str, Any]) -> str:
    """Everything that has been measured."""
    parts = result["parts"]
    before = parts.get("games", {}).get("sets", {})  # of a version that did not keep single splits
    games = [parts.get(name) or before[name] for name in _GAMES if name in parts or name in before]
    written = [_games(games)] if games else []
    if "cost" in parts and "starcraft-all" not in parts:
        written.append(_cost(parts["cost"]))
    written += [_PARTS[name](parts[name]) for name in _PARTS if name in parts]
    return "\n\n".join(written)


def _games(sets: list[dict[str, Any]]) -> str:
    rows = []
    for found in sets:
        for model in (name for name in _ORDER if name in found["models"]):
            one = found["models"][model]
            error = "" if math.isnan(one["gain_error"]) else f" ± {one['gain_error']:.4f}"
            gain = "" if model == "Bradley-Terry" else f"{one['gain']:+.4f}{error}"
            runs = found.get("runs", [])
            said = [run["dimensions"].get(model) for run in runs]
            dimensions = ", ".join(str(width) for width in said if width is not None)
            rows.append([found["title"], len(runs) or 5, model, f"{one['log_loss']:.4f}", gain, dimensions])
    heads = [
        "games",
        "splits",
        "model",
        "log loss",
        "gain over Bradley-Terry ± standard error over splits",
        "dimensions, by split",
    ]
    apart = [
        f"{found['title']} {np.mean([run['inconsistency'] for run in found['runs']]):.1%}"
        for found in sets
        if found.get("runs") and all("inconsistency" in run for run in found["runs"])
    ]
    return (
        "Held-out pairs of players (StarCraft: held-out games); everything chosen on other held-out pairs:"
        f"\n\n{Table(heads, rows).to_markdown()}\n\nThe pair-input network is antisymmetric by construction. One that "
        "reads a pair in the order in which it comes (`plain=True`) contradicts itself when it is asked about "
        f"validation pairs both ways round, by games: {'; '.join(apart)}."
    )


def _cost(part: dict[str, Any]) -> str:
    return (
        f"All {part['players']:,} players of StarCraft are left out for what they cost: one Bradley-Terry fit with a "
        f"given ridge took {part['bradley_terry']:.0f} CPU-seconds and 30 steps of GPM {part['gpm_30_steps']:.1f}; "
        "a split takes several such fits and thousands of such steps."
    )


def _features(part: dict[str, Any]) -> str:
    rows = []
    for kind, title in _WORLDS.items():
        for model in (name for name in _ORDER if name in part["worlds"].get(kind, {})):
            one = part["worlds"][kind][model]
            seen = "" if model == "true probabilities" else f"{one['cycles_seen']:.1%}"
            rows.append([title, model, f"{one['accuracy']:.3f}", f"{one['log_loss']:.3f}", seen])
    table = Table(["world", "model", "accuracy", "log loss", "triples put in a circle"], rows)
    return f"Real texts, simulated answers, prompts that were never seen, five seeds:\n\n{table.to_markdown()}"


def _triples(part: dict[str, Any]) -> str:
    rows = [
        [model, f"{part['models'][model]['seen']:.3f}", f"{part['models'][model]['unseen_prompts']:.3f}"]
        for model in ("Bradley-Terry", "scalar + cyclic", "GPM", "GPM, by heart")
    ]
    ceiling = f"{part['scalar_ceiling']:.3f}"
    rows.append(["any scale, at most", ceiling, ceiling])
    table = Table(["model", "accuracy on triples that it was fitted to", "on unseen prompts"], rows).to_markdown()
    return (
        "Triples built from three aspects, each pair judged by another, kept where they go in a circle, five seeds:"
        f"\n\n{table}\n\n*By heart*: with a hidden layer, chosen by how well it fits what it was fitted to. The others "
        "are chosen on held-out pairs, and so do not learn by heart what does not carry over."
    )


def _fallback(part: dict[str, Any]) -> str:
    said = ", ".join(f"{model} {part['models'][model]['log_loss']:.4f}" for model in _ORDER if model in part["models"])
    seen = part["models"]["scalar + cyclic"]["cycles_seen"]
    return (
        "In the world of a reward alone with 6,000 pairs, by `python -m benchmarks.cycles fallback` (log loss, five "
        f"seeds): {said}; it puts {seen:.2%} of triples in a circle."
    )


def _sparse(part: dict[str, Any]) -> str:
    names = ("Bradley-Terry", "Bradley-Terry, ridge 100", "scalar + cyclic", "GPM")
    rows = [
        [name, *(f"{loss:.4f}" for loss in part["by_seed"][name]), f"{part['models'][name]['log_loss']:.4f}"]
        for name in names
    ]
    seeds = len(part["ridges"])
    table = Table(["model", *(f"seed {i}" for i in range(seeds)), "mean"], rows).to_markdown()
    gap = part["models"]["Bradley-Terry, ridge 100"]["log_loss"] - part["models"]["GPM"]["log_loss"]
    ridges, widths = (", ".join(f"{value:g}" for value in part[name]) for name in ("ridges", "dimensions"))
    return (
        f"Players in order, about fifteen games each, held-out pairs (log loss):\n\n{table}\n\nThe ridge that "
        f"Bradley-Terry chose on a tenth of the games, by seed: {ridges}. With one ridge for all seeds, set knowing "
        f"these worlds, its loss less that of GPM is {gap:+.4f}: the difference above is one of ridges, not of "
        f"circles. Dimensions that GPM chose: {widths}."
    )


def _starts(part: dict[str, Any]) -> str:
    rows = [[name, *(f"{share:.0%}" for share in by_length.values())] for name, by_length in part["learned"].items()]
    lengths = next(iter(part["learned"].values()))
    table = Table(["setting", *(f"circle of {n}" for n in lengths)], rows)
    return (
        f"Of 50 random starts, those that know the circle after 100 steps of Adam:\n\n{table.to_markdown()}\n\nA map "
        "with an offset starts all items on one side of the circle, and on unit norms not every start gets round."
    )


def _tournaments(part: dict[str, Any]) -> str:
    rows = [[name, *(f"{share:.0%}" for share in by_size.values())] for name, by_size in part["learned"].items()]
    table = Table(["setting", *(f"{n} players" for n in next(iter(part["learned"].values())))], rows).to_markdown()
    return f"The same of regular tournaments, in which everybody beats the next half, 25 starts:\n\n{table}"


def _speed(part: dict[str, Any]) -> str:
    rows = []
    for one in part["pools"]:
        whole = one.get("pair-input, whole")
        rows.append(
            [
                f"{one['responses']:,}",
                f"{one['product'] / one['head']:.0%}",
                f"{one['product'] / one['big head']:.0%}",
                f"{one['mean'] / one['head']:.1%}",
                f"{one['pair-input, all pairs'] / one['affine, all pairs']:.0f}",
                f"{one['pair-input, all pairs'] / one['deep, all pairs']:.0f}",
                "" if whole is None else f"{whole / one['deep, all pairs']:.0f}",
            ]
        )
    big = "-".join(map(str, part["big_head"]))
    heads = [
        "responses",
        "all pairs / head",
        "all pairs / big head",
        "means / head",
        "split / affine",
        "split / deep",
        "whole / deep",
    ]
    return (
        "What a pool costs. *Head*: the map of all responses to representations, with a hidden layer (or three, "
        f"{big}: the *big head*); after it come all log-odds in one product, or every response's mean log-odds "
        "against the pool. Then how many times as long as GPM, head included, a pair-input network with as wide a "
        "hidden layer takes for all pairs, n² encodings: "
        "*split* maps each response to the first layer once, *whole* reads every pair side by side, as an encoder has "
        f"to; GPM's head is *affine* or has that layer too (*deep*):\n\n{Table(heads, rows).to_markdown()}\n\n"
        f"{part['features']} features, one thread, medians of CPU time; the load of the machine was {part['load']:.1f}."
    )


_GAMES: Final = ("rrps", "sf4", "starcraft", "starcraft-all")
_PARTS: Final = {
    "features": _features,
    "triples": _triples,
    "fallback": _fallback,
    "sparse": _sparse,
    "starts": _starts,
    "tournaments": _tournaments,
    "speed": _speed,
}
