"""The blade-chest-inner model, a named alternative, written for this comparison alone.

Chen and Joachims (2016), Modeling intransitivity in matchup and comparison data, WSDM: every player has a blade, a
chest and a strength, and ``s(a, b) = blade_a . chest_b - blade_b . chest_a + r_a - r_b``.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from gustibus.comparisons import Comparisons

__all__ = ["fit_blade_chest"]

PENALTIES, WIDTHS = (1e-5, 1e-4, 1e-3), (1, 2, 4)
STEPS, EVALUATE_EVERY, PATIENCE = 600, 5, 12


class _BladeChest(nn.Module):
    def __init__(self, n_players: int, width: int) -> None:
        super().__init__()
        self.blade, self.chest = (nn.Parameter(0.1 * torch.randn(n_players, width)) for _ in range(2))
        self.strength = nn.Parameter(torch.zeros(n_players))

    def forward(self, a: Tensor, b: Tensor) -> Tensor:
        fight = (self.blade[a] * self.chest[b]).sum(-1) - (self.blade[b] * self.chest[a]).sum(-1)
        return fight + self.strength[a] - self.strength[b]


def fit_blade_chest(train: Comparisons, validation: Comparisons, test: Comparisons, seed: int) -> Tensor:
    """Log-odds of the test games, by the width and the penalty with the least validation loss; stopped early."""
    torch.manual_seed(seed)
    best_loss, best = float("inf"), torch.zeros(len(test))
    for width in WIDTHS:
        for penalty in PENALTIES:
            loss, log_odds = _fit_one(train, validation, test, width, penalty)
            if loss < best_loss:
                best_loss, best = loss, log_odds
    return best


def _fit_one(
    train: Comparisons, validation: Comparisons, test: Comparisons, width: int, penalty: float
) -> tuple[float, Tensor]:
    model = _BladeChest(len(train.responses), width)
    optimiser = torch.optim.Adam(model.parameters(), lr=0.02)
    best_loss, best, bad = float("inf"), torch.zeros(len(test)), 0
    for step in range(STEPS):
        optimiser.zero_grad()
        size = sum((p**2).sum() for p in model.parameters())
        (_loss(model, train) + penalty * size).backward()
        optimiser.step()
        if step % EVALUATE_EVERY == EVALUATE_EVERY - 1:
            with torch.no_grad():
                loss = float(_loss(model, validation))
                bad = 0 if loss < best_loss else bad + 1
                if loss < best_loss:
                    best_loss, best = loss, model(*_codes(test))
            if bad >= PATIENCE:
                break
    return best_loss, best


def _loss(model: _BladeChest, games: Comparisons) -> Tensor:
    weight, outcome = (torch.from_numpy(x.copy()) for x in (games.weight, games.outcome))
    loss = nn.functional.binary_cross_entropy_with_logits(model(*_codes(games)), outcome, reduction="none")
    return (weight * loss).sum() / weight.sum()


def _codes(games: Comparisons) -> tuple[Tensor, Tensor]:
    return torch.from_numpy(games.response_a.astype("int64")), torch.from_numpy(games.response_b.astype("int64"))
