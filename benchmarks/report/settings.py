"""The table of what validation chooses on real people."""

from __future__ import annotations

from typing import Any

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


def chosen_settings(result: dict[str, Any]) -> str:
    """Settings in rows, data sets in columns; each value with how many of the seeds chose it."""
    sets = result["sets"]
    rows = [
        [setting, *(_counts(one["chosen"][model].get(name, {})) for one in sets.values())]
        for setting, (model, name) in SHOWN.items()
    ]
    seconds = [f"{sum(each['cpu'] for each in one['seconds'].values()):.0f}" for one in sets.values()]
    rows.append(["processor seconds of all fits", *seconds])
    table = Table(["chosen on validation", *(one["title"] for one in sets.values())], rows).to_markdown()
    seeds = ", ".join(map(str, result["seeds"]))
    return f"{table}\n\nSplits of people {seeds}; how many of them chose each value is in brackets."


def _counts(counts: dict[str, int]) -> str:
    """``0.5 (2), 2 (1)``, the most frequent first."""
    ordered = sorted(counts.items(), key=lambda one: -one[1])
    return ", ".join(f"{'none' if value == 'None' else value} ({count})" for value, count in ordered) or "–"
