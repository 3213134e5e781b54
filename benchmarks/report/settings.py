"""The table of what validation chooses on real people."""

from __future__ import annotations

from collections import Counter
from typing import Any

from gustibus.fitting import defaults
from gustibus.reporting import Table

__all__ = ["chosen_settings"]

# Where each setting is tried: the model that stands for it, and its name among the choices.
SHOWN = {
    "ridge, Bradley-Terry": ("bt", "shared_penalty"),
    "ridge, types": ("mixture", "shared_penalty"),
    "spread of people, hierarchical": ("hierarchical", "scale"),
    "types, hierarchical": ("hierarchical", "types"),
    "dimensions, PAL-A": ("pal-a", "dimensions"),
    "spread of prototypes, PAL-A": ("pal-a", "prototype_scale"),
    "pull on people, PAL-A": ("pal-a", "user_penalty"),
    "pull on people, low-rank, joint": ("low-rank, joint", "user_penalty"),
    "family of people, PAL-A": ("pal-a", "prior"),
    "item offsets, Bradley-Terry": ("bt", "offset_penalty"),
    "features whitened, Bradley-Terry": ("bt", "whiten"),
    "features whitened, hierarchical": ("hierarchical", "whiten"),
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
    "pull on people, low-rank, joint": (defaults.USER_PENALTIES[0], defaults.USER_PENALTIES),
    "family of people, PAL-A": ("dirichlet", ()),
    "item offsets, Bradley-Terry": (None, defaults.OFFSET_RIDGES),
    "features whitened, Bradley-Terry": (False, ()),
    "features whitened, hierarchical": (False, ()),
}


def chosen_settings(result: dict[str, Any]) -> str:
    """Settings in rows, data sets in columns; each value with how many of the seeds chose it."""
    sets = result["data_sets"]
    rows = [
        [
            setting,
            *(_counts(one["chosen"].get(model, {}).get(name, {})) for one in sets.values()),
            *_defaults(setting, [one["chosen"].get(model, {}).get(name, {}) for one in sets.values()]),
        ]
        for setting, (model, name) in SHOWN.items()
    ]
    columns = ["chosen on validation", *(one["title"] for one in sets.values()), "default", "least tried", "most tried"]
    table = Table(columns, rows).to_markdown()
    return (
        f"{table}\n\nHow many splits chose each value is in brackets. Beside the *default*, and beside the ends of "
        "what is tried, stands the share of all fits that chose it. Types are as many as suit the hierarchical model, "
        "PAL-A has four prototypes, and low-rank rewards are fitted jointly, as `auto` fits them."
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
