"""One temperature for all scores, so that fits are compared by what they order, not by how loudly."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits

__all__ = ["scaled_log_loss"]


def scaled_log_loss(log_odds: Tensor, outcome: Tensor, weight: Tensor, *, n_rounds: int = 12) -> tuple[float, float]:
    r"""Smallest log loss over all factors on the log-odds, and that factor.

    Minimises ``mean_i weight_i * [-y_i log sigma(g s_i) - (1 - y_i) log sigma(-g s_i)]`` over ``0 <= g <= 100``,
    which is convex in g, by Newton's method kept inside a shrinking bracket.

    Parameters
    ----------
    log_odds, outcome, weight : Tensor, shape (n,)

    Returns
    -------
    loss : float
        In nats, weighted mean.
    factor : float
        The inverse temperature g.

    Examples
    --------
    >>> s = torch.tensor([2.0, 2.0, 2.0, 2.0])
    >>> loss, factor = scaled_log_loss(s, torch.tensor([1.0, 1.0, 1.0, 0.0]), torch.ones(4))
    >>> round(factor, 4)  # logit(3/4) / 2
    0.5493
    """
    s, y, w = log_odds.double(), outcome.double(), weight.double() / weight.double().sum()
    low, high, factor = 0.0, 100.0, 1.0
    for _ in range(n_rounds):
        p = torch.sigmoid(factor * s)
        slope = float((w * (p - y) * s).sum())
        curvature = float((w * p * (1 - p) * s * s).sum())
        low, high = (factor, high) if slope < 0 else (low, factor)
        step = factor - slope / curvature if curvature > 0 else (low + high) / 2
        factor = step if low < step < high else (low + high) / 2
    loss = (w * binary_cross_entropy_with_logits(factor * s, y, reduction="none")).sum()
    return float(loss), factor
