"""From how many random starts does each setting learn a small circle?"""

from __future__ import annotations

from typing import Any

import torch

from gustibus.models import GeneralPreference

__all__ = ["starts", "tournaments"]

LENGTHS, SIZES, N_STARTS, STEPS, RATE = (3, 4, 5), (5, 9, 15), 50, 100, 0.05
SETTINGS: dict[str, dict[str, Any]] = {
    "free norms, tau 1, 2 dimensions": {"dimensions": 2},
    "published: unit norms, tau 0.1, 2 dimensions": {"dimensions": 2, "unit_norm": True, "temperature": 0.1},
    "the same, every item on its own (no common offset)": {
        "dimensions": 2,
        "unit_norm": True,
        "temperature": 0.1,
        "common": False,
    },
    "the same, on its own and from standard deviation 1": {
        "dimensions": 2,
        "unit_norm": True,
        "temperature": 0.1,
        "common": False,
        "initial_scale": 1.0,
    },
    "published: unit norms, tau 0.1, 4 dimensions": {"dimensions": 4, "unit_norm": True, "temperature": 0.1},
}


def starts() -> dict[str, Any]:
    """Share of 50 starts that order every pair of a circle right after 100 steps of Adam, by setting and length.

    A circle of length n is: each beats the next; other pairs are not compared. Representations are an affine map of
    one-hot features, whose offset all items share, drawn like the rest: on unit norms it starts them on one side of the
    circle, from which not every start gets round. ``common=False`` has none.
    """
    return {
        name: {n: sum(_learned(n, seed, options) for seed in range(N_STARTS)) / N_STARTS for n in LENGTHS}
        for name, options in SETTINGS.items()
    }


def tournaments() -> dict[str, dict[int, float]]:
    """Share of 25 starts after which every pair of a regular tournament is right: each beats the next half of all."""
    names = ("free norms, tau 1, 2 dimensions", "published: unit norms, tau 0.1, 2 dimensions")
    names += ("published: unit norms, tau 0.1, 4 dimensions",)
    return {
        name: {n: sum(_learned(n, seed, SETTINGS[name], steps=n // 2) for seed in range(25)) / 25 for n in SIZES}
        for name in names
    }


def _learned(n: int, seed: int, options: dict[str, Any], steps: int = 1) -> bool:
    """Whether everybody beats the next ``steps`` in a circle of n."""
    torch.manual_seed(seed)
    model = GeneralPreference(n, **{name: value for name, value in options.items() if name != "common"})
    if not options.get("common", True):
        assert isinstance(model.map, torch.nn.Linear)
        torch.nn.init.zeros_(model.map.bias)
        model.map.bias.requires_grad_(False)
    optimiser = torch.optim.Adam(model.parameters(), lr=RATE)
    items, a = torch.eye(n), torch.arange(n).repeat_interleave(steps)
    b = (a + 1 + torch.arange(steps).repeat(n)) % n
    for _ in range(STEPS):
        optimiser.zero_grad()
        log_odds = model.prototype_log_odds(items, a, b)[:, 0]
        torch.nn.functional.softplus(-log_odds).mean().backward()  # type: ignore[no-untyped-call]
        optimiser.step()
    with torch.no_grad():
        return bool((model.prototype_log_odds(items, a, b) > 0).all())
