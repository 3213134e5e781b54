"""The table of what validation chooses on real people."""

from __future__ import annotations

from collections import Counter
from typing import Any

from gustibus.fitting import defaults
from gustibus.reporting import Table

__all__ = ["chosen_settings"]

# Where each setting is tried: the model that stands for it, and its name among the choices.
SHOWN = {
    "ridge, Bradley-Terry": ("Bradley-Terry", "shared_penalty"),
    "ridge, types": ("mixture, K = 4", "shared_penalty"),
    "spread of people, hierarchical": ("hierarchical", "scale"),
    "types, hierarchical": ("hierarchical", "types"),
    "dimensions, PAL-A": ("PAL-A, K = 4", "dimensions"),
    "spread of prototypes, PAL-A": ("PAL-A, K = 4", "prototype_scale"),
    "pull on people, PAL-A": ("PAL-A, K = 4", "user_penalty"),
    "pull on people, low-rank": ("low-rank, K = 4", "user_penalty"),
    "family of people, PAL-A": ("PAL-A, K = 4", "prior"),
    "item offsets, Bradley-Terry": ("Bradley-Terry", "offset_penalty"),
}


# What is taken where there is too little to choose by, and the ends of what is tried, where it is a scale.
UNCHOSEN: dict[str, tuple[object, tuple[float, ...]]] = {
    "ridge, Bradley-Terry": (defaults.POPULATION_RIDGE, defaults.POPULATION_RIDGES),
    "ridge, types": (defaults.TYPE_RIDGE, defaults.TYPE_RIDGES),
    "spread of people, hierarchical": (defaults.SCALE, defaults.SCALES),
    "types, hierarchical": (1, (max(defaults.TYPES),)),
    "dimensions, PAL-A": (defaults.DIMENSIONS[0], defaults.DIMENSIONS),
    "spread of prototypes, PAL-A": (defaults.PROTOTYPE_SCALES[0], defaults.PROTOTYPE_SCALES),
    "pull on people, PAL-A": (defaults.USER_PENALTIES[0], defaults.USER_PENALTIES),
    "pull on people, low-rank": (defaults.USER_PENALTIES[0], defaults.USER_PENALTIES),
    "family of people, PAL-A": ("dirichlet", ()),
    "item offsets, Bradley-Terry": (None, defaults.OFFSET_RIDGES),
}


def chosen_settings(result: dict[str, Any]) -> str:
    """Settings in rows, data sets in columns; each value with how many of the seeds chose it."""
    sets = result["sets"]
    rows = [
        [
            setting,
            *(_counts(one["chosen"][model].get(name, {})) for one in sets.values()),
            *_defaults(setting, [one["chosen"][model].get(name, {}) for one in sets.values()]),
        ]
        for setting, (model, name) in SHOWN.items()
    ]
    seconds = [f"{sum(each['cpu'] for each in one['seconds'].values()):.0f}" for one in sets.values()]
    rows.append(["processor seconds of all fits", *seconds, "", "", ""])
    columns = ["chosen on validation", *(one["title"] for one in sets.values()), "default", "least tried", "most tried"]
    table = Table(columns, rows).to_markdown()
    seeds = ", ".join(map(str, result["seeds"]))
    return (
        f"{table}\n\nSplits of people {seeds}; how many of them chose each value is in brackets. "
        "*Default*: what is taken where there is too little to choose by, and beside it, as beside the ends of what is "
        "tried, the share of all fits that chose it."
    )


def _counts(counts: dict[str, int]) -> str:
    """``0.5 (2), 2 (1)``, the most frequent first."""
    ordered = sorted(counts.items(), key=lambda one: -one[1])
    return ", ".join(f"{'none' if value == 'None' else value} ({count})" for value, count in ordered) or "–"


def _defaults(setting: str, of_sets: list[dict[str, int]]) -> list[str]:
    """The default and both ends of the scale, each with the share of fits that chose it."""
    counts = sum((Counter(one) for one in of_sets), Counter[str]())
    default, tried = UNCHOSEN[setting]
    ends = [min(tried), max(tried)] if tried else []

    def share(value: object) -> str:
        key = f"{value:g}" if isinstance(value, float) else str(value)
        return f"{'none' if value is None else key} ({counts[key] / counts.total():.0%})"

    return [share(default), *(map(share, ends) if len(set(ends)) == 2 else ["–", share(ends[0]) if ends else "–"])]
