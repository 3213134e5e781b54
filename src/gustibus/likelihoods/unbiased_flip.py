"""The loss that is right on average although some labels were flipped."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Final

from torch import Tensor
from torch.nn.functional import softplus

from gustibus.comparisons import GustibusError
from gustibus.likelihoods.contract import BoolArray, FloatArray, Likelihood
from gustibus.likelihoods.label_smoothing import check_rate
from gustibus.likelihoods.terms import Terms

__all__ = ["UnbiasedFlip"]

_MOST: Final = 0.49


@dataclass(frozen=True)
class UnbiasedFlip(Likelihood):
    r"""Cross-entropy with the outcome :math:`y' = (y - \varepsilon) / (1 - 2 \varepsilon)`, which may leave [0, 1].

    .. math:: \frac{-(1 - \varepsilon) \log \sigma(s) + \varepsilon \log \sigma(-s)}{1 - 2 \varepsilon}
              \quad \text{for a label for a}

    Its mean over labels of which a share :math:`\varepsilon` is flipped at random is the cross-entropy of the true
    ones. It is convex in s but unbounded below, so it needs regularisation: a pair that everybody judged alike pulls
    for ever. Every model takes it exactly, as the logistic likelihood of other outcomes.

    Parameters
    ----------
    epsilon : float
        Share of labels that are flipped, from 0 to 0.49.

    References
    ----------
    Natarajan et al. (2013), Learning with noisy labels, NeurIPS 26; for preferences Chowdhury et al. (2024),
    arXiv 2403.00409.

    Examples
    --------
    >>> import torch
    >>> clean = UnbiasedFlip(0.0).loss(torch.tensor([1.5]), torch.tensor([1.0]))
    >>> noisy = UnbiasedFlip(0.2).loss(torch.tensor([1.5, 1.5]), torch.tensor([1.0, 0.0]))
    >>> torch.allclose(0.8 * noisy[0] + 0.2 * noisy[1], clean)
    True
    """

    name: ClassVar[str] = "unbiased-flip"
    epsilon: float = 0.1

    def __post_init__(self) -> None:
        check_rate(self.name, self.epsilon)
        if self.epsilon > _MOST:
            raise GustibusError(
                f"likelihood='unbiased-flip': epsilon={self.epsilon:g} makes every label count "
                f"{1 / (1 - 2 * self.epsilon):.3g} times, which no fit can learn from; give at most {_MOST}"
            )

    def loss(
        self,
        log_odds: Tensor,
        outcome: Tensor,
        *,
        tie: Tensor | None = None,
        margin: Tensor | None = None,
        level: Tensor | None = None,
    ) -> Tensor:
        """Cross-entropy with the outcome before flips, shape (n,); it may be negative."""
        return softplus(log_odds) - (outcome - self.epsilon) / (1 - 2 * self.epsilon) * log_odds

    def terms(self, outcome: FloatArray, tie: BoolArray, margin: FloatArray, level: FloatArray | None = None) -> Terms:
        """One term a record, its outcome outside [0, 1]."""
        return Terms.one_each((outcome - self.epsilon) / (1 - 2 * self.epsilon))
