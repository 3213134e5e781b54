"""One temperature for all scores, so that fits are compared by what they order, not by how loudly."""

from __future__ import annotations

import math

import torch
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits

from gustibus.fitting.defaults import FACTOR_SPREAD

__all__ = ["scaled_log_loss", "shrunk_factor"]

LARGEST = math.log(100)


def scaled_log_loss(
    log_odds: Tensor, outcome: Tensor, weight: Tensor, offset: Tensor | None = None, *, n_rounds: int = 12
) -> tuple[float, float]:
    r"""Smallest log loss over all factors on the log-odds, and that factor.

    Minimises ``mean_i weight_i * [-y_i log sigma(g s_i + o_i) - (1 - y_i) log sigma(-g s_i - o_i)]`` over
    ``0 <= g <= 100``, which is convex in g, by Newton's method kept inside a shrinking bracket.

    Parameters
    ----------
    log_odds, outcome, weight : Tensor, shape (n,)
    offset : Tensor, shape (n,), optional
        o, to which the factor does not apply.

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
    o = 0.0 if offset is None else offset.double()
    low, high, factor = 0.0, 100.0, 1.0
    for _ in range(n_rounds):
        p = torch.sigmoid(factor * s + o)
        slope = float((w * (p - y) * s).sum())
        curvature = float((w * p * (1 - p) * s * s).sum())
        low, high = (factor, high) if slope < 0 else (low, factor)
        step = factor - slope / curvature if curvature > 0 else (low + high) / 2
        factor = step if low < step < high else (low + high) / 2
    loss = (w * binary_cross_entropy_with_logits(factor * s + o, y, reduction="none")).sum()
    return float(loss), factor


def shrunk_factor(
    log_odds: Tensor,
    outcome: Tensor,
    weight: Tensor,
    offset: Tensor | None = None,
    *,
    spread: float = FACTOR_SPREAD,
) -> float:
    r"""The factor on the log-odds to use for others, drawn towards 1 (*ours*).

    The most probable factor under a normal prior on its logarithm,

    .. math:: \max_g \sum_i c_i [y_i \log \sigma(g s_i + o_i) + (1 - y_i) \log \sigma(-g s_i - o_i)]
        - \frac{(\log g)^2}{2 \tau^2}.

    A few dozen judgements say little about a factor: by them alone it is off by a fifth and more, which costs more on
    others than it gains. Of a thousand, nearly all that they say remains.

    Parameters
    ----------
    log_odds, outcome, weight : Tensor, shape (n,)
        Judgements that the log-odds were not fitted to.
    offset : Tensor, shape (n,), optional
        o, to which the factor does not apply.
    spread : float
        tau, the prior's standard deviation.

    Examples
    --------
    >>> s, y = torch.tensor([2.0, 2.0, 2.0, 2.0]), torch.tensor([1.0, 1.0, 1.0, 0.0])
    >>> round(shrunk_factor(s, y, torch.ones(4)), 2), round(shrunk_factor(s, y, 1000 * torch.ones(4)), 2)
    (0.96, 0.56)
    """
    from scipy.optimize import minimize_scalar

    s, y, c = log_odds.double(), outcome.double(), weight.double()
    o = 0.0 if offset is None else offset.double()

    def objective(log_factor: float) -> float:
        loss = (c * binary_cross_entropy_with_logits(math.exp(log_factor) * s + o, y, reduction="none")).sum()
        return float(loss) + log_factor**2 / (2 * spread**2)

    found = minimize_scalar(objective, bounds=(-LARGEST, LARGEST), method="bounded")
    return math.exp(float(found.x))
