"""The family of models as options know it: names and what goes with which, without loading anything heavy."""

from __future__ import annotations

from typing import Final, Literal, get_args

__all__ = ["FAMILY", "JOINT", "PRESETS", "WITH_PEOPLE", "WITH_PROTOTYPES", "FamilyName", "other_models"]

FamilyName = Literal[
    "auto",
    "hierarchical",
    "pal-a",
    "pal-b",
    "low-rank",
    "mixture",
    "bt",
    "classification",
    "pair-input",
    "gpm",
    "scalar-cyclic",
    "plural-gpm",
]
"""What ``--model`` takes; a test keeps it in step with :data:`gustibus.fitting.ModelName`."""

FAMILY: Final[tuple[str, ...]] = get_args(FamilyName)
WITH_PROTOTYPES: Final = ("pal-a", "pal-b", "low-rank", "plural-gpm", "mixture")
"""Models that have a number of tastes, ``--prototypes``."""
WITH_PEOPLE: Final = ("hierarchical", *WITH_PROTOTYPES)
"""Models that tell people apart; auto may."""
JOINT: Final = ("pal-a", "pal-b", "low-rank")
"""Models that can be fitted jointly with a normal distribution of people, ``--inference joint``."""
PRESETS: Final = {"published": ("pal-a", "pal-b", "gpm")}
"""Models that have the settings of a paper, ``--preset``."""


def other_models(names: tuple[str, ...]) -> str:
    """Models to take instead, as they are typed.

    Examples
    --------
    >>> other_models(("pal-a", "pal-b"))
    '--model pal-a or pal-b'
    """
    return "--model " + (names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}")
