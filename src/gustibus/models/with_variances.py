"""Any model that is linear in people's weights, with responses about which answers are more or less sure."""

from __future__ import annotations

import math
from typing import Any, Final

import torch
from torch import Tensor, nn

from gustibus.comparisons import GustibusError
from gustibus.models.contract import PreferenceModel
from gustibus.models.pairwise import PairwiseModel

__all__ = ["WithVariances"]

LEAST_LOG_VARIANCE: Final = -4.0


class WithVariances(PairwiseModel):
    r"""The log-odds of another model over the spread of both responses.

    .. math:: s'_u(a, b) = s_u(a, b) \Big/ \sqrt{(v_a + v_b) / 2}, \qquad \log v_x = h \cdot (\phi(x) - \bar\phi)

    with :math:`\log v` at least -4. Antisymmetric exactly, and linear in people's weights where the inner model is.
    Which response is preferred stays as it was, how surely does not; so there are no rewards of single responses.

    Parameters
    ----------
    inner : PreferenceModel
        Linear in people's weights.
    centre : Tensor, shape (n_features,), optional
        :math:`\bar\phi`, the features at which the log variance is zero. Default: zeros.
    ridge : float
        Prior precision of ``h``.

    Raises
    ------
    GustibusError
        If the inner model is not linear in people's weights.

    References
    ----------
    A design of ours in the spirit of distributional preference learning (Siththaranjan et al. 2023, arXiv 2312.08358).

    Examples
    --------
    >>> from gustibus.models import BradleyTerry
    >>> model = WithVariances(BradleyTerry.linear(torch.tensor([1.0, 0.0])))
    >>> _ = model.head.data.copy_(torch.tensor([0.0, math.log(4.0)]))  # four times the variance a unit
    >>> items = torch.tensor([[1.0, 0.0], [0.0, 0.0], [1.0, 1.0], [0.0, 1.0]])
    >>> model.prototype_log_odds(items, torch.tensor([0, 2]), torch.tensor([1, 3])).squeeze(1)
    tensor([1.0000, 0.5000], grad_fn=<SqueezeBackward1>)
    """

    def __init__(self, inner: PreferenceModel, centre: Tensor | None = None, *, ridge: float = 1.0) -> None:
        super().__init__()
        if not inner.linear_in_weights:
            raise GustibusError(
                "variances go with models whose log-odds are linear in people's weights: take distance='squared' with "
                "placement='latent' or 'mixed', or similarity='linear'"
            )
        self.inner, self.ridge = inner, ridge
        self.n_features, self.n_prototypes = inner.n_features, inner.n_prototypes
        self.head = nn.Parameter(torch.zeros(inner.n_features))
        self.centre: Tensor
        self.register_buffer("centre", torch.zeros(inner.n_features) if centre is None else centre.clone())

    @property
    def weights_on_simplex(self) -> bool:
        """As of the inner model."""
        return self.inner.weights_on_simplex

    @property
    def one_prototype_each(self) -> bool:
        """As of the inner model."""
        return self.inner.one_prototype_each

    def log_variance(self, features: Tensor) -> Tensor:
        """Logarithm of the variance of n responses, shape (n,), never below -4."""
        values: Tensor = (features - self.centre) @ self.head
        return values.clamp_min(LEAST_LOG_VARIANCE)

    def mapped(self, features: Tensor) -> Tensor:
        """What the inner model makes of items, and their log variance, shape (n, W + 1)."""
        if self.inner.scalar:
            brought = self.inner.prototype_scores(features)
        elif isinstance(self.inner, PairwiseModel):
            brought = self.inner.mapped(features)
        else:
            brought = features
        return torch.cat([brought, self.log_variance(features)[:, None]], dim=1)

    def between(self, mapped_a: Tensor, mapped_b: Tensor) -> Tensor:
        """Log-odds of n pairs at each prototype, shape (n, K)."""
        a, b = mapped_a[:, :-1], mapped_b[:, :-1]
        if self.inner.scalar:
            s = a - b
        elif isinstance(self.inner, PairwiseModel):
            s = self.inner.between(a, b)
        else:
            first = torch.arange(len(a), device=a.device)
            s = self.inner.prototype_log_odds(torch.cat([a, b]), first, first + len(a))
        spread = torch.logaddexp(mapped_a[:, -1], mapped_b[:, -1]) - math.log(2)
        return s * torch.exp(-0.5 * spread)[:, None]

    def mean_log_odds(self, features: Tensor, pool: Tensor, weights: Tensor) -> Tensor:
        """Mean log-odds of n responses against a pool of m, shape (n,), in O(n m): the spread is of the pair."""
        mapped, others = self.mapped(features), self.mapped(pool)
        rows = [self.between(one.expand(len(others), -1), others) @ weights for one in mapped]
        return torch.stack([row.mean() for row in rows])

    def pool_log_odds(self, features: Tensor, weights: Tensor) -> Tensor:
        """Log-odds (n, n) of every response against every other."""
        mapped = self.mapped(features)
        return torch.stack([self.between(one.expand(len(mapped), -1), mapped) @ weights for one in mapped])

    def penalty(self) -> Tensor:
        """Half the ridge times the squared length of h, and the inner model's own."""
        return self.inner.penalty() + 0.5 * self.ridge * (self.head**2).sum()

    def shrinkage(self) -> Tensor:
        """Of the inner model."""
        return self.inner.shrinkage()

    def config(self) -> dict[str, Any]:
        """The inner model's class and arguments, and the ridge."""
        return {"inner": {"class": type(self.inner).__name__, **self.inner.config()}, "ridge": self.ridge}
