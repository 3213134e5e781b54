"""A small head on the features, trained by one of several uses of the same votes, with early stopping."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from gustibus.fitting import scaled_log_loss

__all__ = ["USES", "Head", "Pairs", "train"]

Floats = NDArray[np.float64]
Tensor = torch.Tensor
HIDDEN, STEPS, EVERY, PATIENCE = 32, 400, 10, 8


@dataclass(frozen=True)
class Pairs:
    """One label a pair, and the votes that were added.

    Attributes
    ----------
    a, b
        Rows of the features, ``(n,)``.
    label
        1 where a won, ``(n,)``.
    share
        Share of all votes for a, the label among them, ``(n,)``.
    """

    a: NDArray[np.intp]
    b: NDArray[np.intp]
    label: Floats
    share: Floats


Loss = Callable[[Tensor, Tensor, Tensor, Tensor], Tensor]
"""Log-odds, the sum of both variances, label and share to a loss for each pair."""


def _cross_entropy(s: Tensor, target: Tensor) -> Tensor:
    return torch.nn.functional.binary_cross_entropy_with_logits(s, target, reduction="none")


def _margin(alpha: float) -> Loss:
    def loss(s: Tensor, variance: Tensor, label: Tensor, share: Tensor) -> Tensor:
        sign = 2 * label - 1
        return torch.nn.functional.softplus(-(sign * s - alpha * sign * (2 * share - 1)))

    return loss


def _smoothed(s: Tensor, variance: Tensor, label: Tensor, share: Tensor) -> Tensor:
    epsilon = torch.where(label > 0.5, 1 - share, share).mean().clamp(max=0.5)
    return _cross_entropy(s, (1 - epsilon) * label + epsilon * (1 - label))


def _mean_variance(s: Tensor, variance: Tensor, label: Tensor, share: Tensor) -> Tensor:
    p = 0.5 * (1 + torch.erf(s / torch.sqrt(2 * variance)))
    p = p.clamp(1e-6, 1 - 1e-6)
    anchor = 0.1 * (torch.log(variance / 2)) ** 2  # without it means and variances grow together
    return -(share * torch.log(p) + (1 - share) * torch.log(1 - p)) + anchor


USES: dict[str, Loss] = {
    "one label": lambda s, variance, label, share: _cross_entropy(s, label),
    "margin 0.5": _margin(0.5),
    "margin 1": _margin(1.0),
    "margin 2": _margin(2.0),
    "margin 4": _margin(4.0),
    "soft label": lambda s, variance, label, share: _cross_entropy(s, share),
    "smoothing": _smoothed,
    "mean-variance": _mean_variance,
}
"""Name -> loss. All but the first use the votes; smoothing only their mean."""


@dataclass(frozen=True, eq=False)
class Head:
    """A fitted head: log-odds of pairs, divided by the temperature of validation labels."""

    rewards: Floats
    spread: Floats | None
    temperature: float

    def log_odds(self, a: NDArray[np.intp], b: NDArray[np.intp], *, scaled: bool) -> Floats:
        """Of pairs, ``(n,)``, raw or with the temperature."""
        s = self.rewards[a] - self.rewards[b]
        if self.spread is not None:
            # P = Phi(z), put into log-odds so that one figure serves all.
            from scipy.stats import norm

            p = np.clip(norm.cdf(s / np.sqrt(self.spread[a] + self.spread[b])), 1e-9, 1 - 1e-9)
            s = np.log(p) - np.log1p(-p)
        return np.asarray(s / self.temperature if scaled else s)


def train(features: Floats, pairs: Pairs, validation: Pairs, use: str, seed: int) -> Head:
    """Adam on all pairs; the checkpoint with the lowest temperature-scaled log loss on validation labels."""
    torch.manual_seed(seed)
    x = torch.tensor(features, dtype=torch.float32)
    net = torch.nn.Sequential(torch.nn.Linear(x.shape[1], HIDDEN), torch.nn.ReLU(), torch.nn.Linear(HIDDEN, 2))
    optimiser = torch.optim.Adam(net.parameters(), lr=0.01, weight_decay=1e-3)
    loss, has_variance = USES[use], use == "mean-variance"
    a, b = torch.tensor(pairs.a), torch.tensor(pairs.b)
    label, share = (torch.tensor(column, dtype=torch.float32) for column in (pairs.label, pairs.share))
    best, best_loss, waited = Head(np.zeros(len(features)), None, 1.0), np.inf, 0
    for step in range(STEPS):
        out = net(x)
        reward, variance = out[:, 0], torch.nn.functional.softplus(out[:, 1]) + 0.05
        total = loss(reward[a] - reward[b], variance[a] + variance[b], label, share).mean()
        optimiser.zero_grad()
        total.backward()
        optimiser.step()
        if step % EVERY == EVERY - 1:
            head = _head(net, x, has_variance=has_variance)
            s = head.log_odds(validation.a, validation.b, scaled=False)
            seen = torch.from_numpy(validation.label)
            scaled, factor = scaled_log_loss(torch.from_numpy(s), seen, torch.ones_like(seen))
            if scaled < best_loss - 1e-5:
                best_loss, waited = scaled, 0
                best = Head(head.rewards, head.spread, 1 / max(factor, 1e-6))
            else:
                waited += 1
                if waited >= PATIENCE:
                    break
    return best


def _head(net: torch.nn.Module, x: Tensor, *, has_variance: bool) -> Head:
    with torch.no_grad():
        out = net(x).double().numpy()
    spread = np.logaddexp(0, out[:, 1]) + 0.05
    return Head(out[:, 0].copy(), spread if has_variance else None, 1.0)
