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
    "published: unit norms, tau 0.1, 4 dimensions": {"dimensions": 4, "unit_norm": True, "temperature": 0.1},
}


def starts() -> dict[str, Any]:
    """Share of 50 starts that order every pair of a circle right after 100 steps of Adam, by setting and length.

    A circle of length n is: each beats the next; other pairs are not compared.
    """
    return {
        name: {n: sum(_learned(n, seed, options) for seed in range(N_STARTS)) / N_STARTS for n in LENGTHS}
        for name, options in SETTINGS.items()
    }


def _learned(n: int, seed: int, options: dict[str, Any]) -> bool:
    torch.manual_seed(seed)
    model = GeneralPreference(n, **options)
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
