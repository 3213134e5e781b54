"""From how many random starts does each setting learn a small circle?"""

from __future__ import annotations

from typing import Any

import torch

from gustibus.models import GeneralPreference

__all__ = ["starts"]

LENGTHS, N_STARTS, STEPS, RATE = (3, 4, 5), 50, 100, 0.05
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


def _learned(n: int, seed: int, options: dict[str, Any]) -> bool:
    torch.manual_seed(seed)
    model = GeneralPreference(n, **{name: value for name, value in options.items() if name != "common"})
    if not options.get("common", True):
        assert isinstance(model.map, torch.nn.Linear)
        torch.nn.init.zeros_(model.map.bias)
        model.map.bias.requires_grad_(False)
    optimiser = torch.optim.Adam(model.parameters(), lr=RATE)
    items, a = torch.eye(n), torch.arange(n)
    b = (a + 1) % n
    for _ in range(STEPS):
        optimiser.zero_grad()
        log_odds = model.prototype_log_odds(items, a, b)[:, 0]
        torch.nn.functional.softplus(-log_odds).mean().backward()  # type: ignore[no-untyped-call]
        optimiser.step()
    with torch.no_grad():
        return bool((model.prototype_log_odds(items, a, b) > 0).all())
