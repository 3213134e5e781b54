"""Rewards with a variance: some responses are liked by some and disliked by others."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from gustibus.comparisons import GustibusError

__all__ = ["MeanVariance", "fit_mean_variance", "probit_loss"]

FloatArray = npt.NDArray[np.float64]

_MAX_ITERATIONS = 200


def probit_loss(mean: Tensor, log_variance_a: Tensor, log_variance_b: Tensor, outcome: Tensor) -> Tensor:
    r"""Cross-entropy of ``y`` and :math:`\Phi((\mu_a - \mu_b) / \sqrt{v_a + v_b})` in nats, shape (n,).

    Parameters
    ----------
    mean : Tensor, shape (n,)
        Difference of the mean rewards.
    log_variance_a, log_variance_b : Tensor, shape (n,)
        Logarithms of the rewards' variances.
    outcome : Tensor, shape (n,)

    Examples
    --------
    >>> import torch
    >>> zero = torch.zeros(1)
    >>> round(probit_loss(zero, zero, zero, torch.ones(1)).item(), 4)
    0.6931
    """
    x = mean * torch.exp(-0.5 * torch.logaddexp(log_variance_a, log_variance_b))
    lost: Tensor = -(outcome * torch.special.log_ndtr(x) + (1 - outcome) * torch.special.log_ndtr(-x))
    return lost


@dataclass(frozen=True, eq=False)
class MeanVariance:
    r"""How sure answers about responses are, beside log-odds of any model.

    .. math:: P(a) = \Phi\!\left(\frac{g\, s}{\sqrt{v_a + v_b}}\right), \qquad \log v_x = h \cdot (\phi(x) - \bar\phi)

    Scores and variances cannot be told apart by comparisons alone: multiply all scores by two and all variances by
    four. The anchor is that the log variance has mean zero over the items of the training pairs, and is bounded below
    by a floor.

    Attributes
    ----------
    head : ndarray, shape (F,)
        h.
    centre : ndarray, shape (F,)
        Mean features of the items of the training pairs.
    factor : float
        g.
    floor : float
        Least log variance.
    """

    head: FloatArray
    centre: FloatArray
    factor: float
    floor: float

    def log_variance(self, features: npt.NDArray[np.floating]) -> FloatArray:
        """Logarithm of the variance of items with features ``(n, F)``, shape (n,)."""
        values: FloatArray = np.maximum((np.asarray(features, np.float64) - self.centre) @ self.head, self.floor)
        return values

    def probability(
        self, log_odds: FloatArray, features_a: npt.NDArray[np.floating], features_b: npt.NDArray[np.floating]
    ) -> FloatArray:
        """P(a preferred) of n pairs with log-odds ``(n,)`` and features ``(n, F)`` of both responses."""
        from scipy.special import ndtr

        spread = np.sqrt(np.exp(self.log_variance(features_a)) + np.exp(self.log_variance(features_b)))
        return np.asarray(ndtr(self.factor * np.asarray(log_odds, np.float64) / spread))


def fit_mean_variance(
    log_odds: FloatArray,
    features_a: npt.NDArray[np.floating],
    features_b: npt.NDArray[np.floating],
    outcome: FloatArray,
    *,
    weight: FloatArray | None = None,
    ridge: float = 1.0,
    floor: float = -4.0,
) -> MeanVariance:
    """Learn variances of responses from their features, given log-odds of a model that was fitted without the pairs.

    The second stage of a mean-variance reward: any model gives the means, and this says where its answers are less sure
    than its scores. It is not concave; it is started at equal variances, with everything else held still.

    Parameters
    ----------
    log_odds : ndarray, shape (n,)
        Of pairs that the model was not fitted to, such as validation pairs.
    features_a, features_b : ndarray, shape (n, F)
        Standardised features of both responses.
    outcome : ndarray, shape (n,)
        Shares of preference for a.
    weight : ndarray, shape (n,), optional
    ridge : float
        Prior precision of the head.
    floor : float
        Least log variance.

    Raises
    ------
    GustibusError
        If there are no pairs, shapes disagree, or all log-odds are 0, which says nothing about variances.

    References
    ----------
    A design of ours in the spirit of distributional preference learning (Siththaranjan et al. 2023, arXiv 2312.08358).

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> a, b, s = rng.normal(size=(4000, 1)), rng.normal(size=(4000, 1)), 2 * rng.normal(size=4000)
    >>> noise = np.sqrt(np.exp(a[:, 0]) + np.exp(b[:, 0])) * rng.normal(size=4000)
    >>> found = fit_mean_variance(s, a, b, (s + noise > 0).astype(float))
    >>> bool(0.8 < found.head[0] < 1.2)
    True
    """
    s, y = np.asarray(log_odds, np.float64), np.asarray(outcome, np.float64)
    a, b = np.asarray(features_a, np.float64), np.asarray(features_b, np.float64)
    if not (a.ndim == 2 and a.shape == b.shape and s.shape == y.shape == a.shape[:1] and len(s)):
        raise GustibusError(
            f"log_odds {s.shape}, outcome {y.shape} and features {a.shape}, {b.shape} must be of the same pairs, of "
            "which there is at least one"
        )
    if not np.any(s):
        raise GustibusError("all log-odds are 0, by which no variances can be told; give those of a fitted model")
    centre = np.concatenate([a, b]).mean(axis=0)
    c = np.ones(len(s)) if weight is None else np.asarray(weight, np.float64)
    scores, first, second, said, count = (torch.from_numpy(x) for x in (s, a - centre, b - centre, y, c))
    head = torch.zeros(a.shape[1], dtype=torch.float64, requires_grad=True)
    log_factor = torch.zeros((), dtype=torch.float64, requires_grad=True)
    optimiser = torch.optim.LBFGS([head, log_factor], max_iter=_MAX_ITERATIONS, line_search_fn="strong_wolfe")

    def objective() -> Tensor:
        optimiser.zero_grad()
        of_a, of_b = ((x @ head).clamp_min(floor) for x in (first, second))
        each = count * probit_loss(torch.exp(log_factor) * scores, of_a, of_b, said)
        lost: Tensor = each.sum() + 0.5 * ridge * head @ head
        lost.backward()  # type: ignore[no-untyped-call]
        return lost

    optimiser.step(objective)  # type: ignore[no-untyped-call]
    return MeanVariance(head.detach().numpy(), centre, float(torch.exp(log_factor).detach()), floor)
