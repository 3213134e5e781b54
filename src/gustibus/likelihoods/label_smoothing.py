"""Label smoothing: every answer is taken as a little less sure than it was."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits

from gustibus.comparisons import GustibusError
from gustibus.likelihoods.contract import BoolArray, FloatArray, Likelihood, refuse_no_number
from gustibus.likelihoods.terms import Terms

__all__ = ["LabelSmoothing"]


@dataclass(frozen=True)
class LabelSmoothing(Likelihood):
    r"""Cross-entropy with the outcome :math:`y' = (1 - \varepsilon) y + \varepsilon (1 - y)`.

    .. math:: -[y' \log \sigma(s) + (1 - y') \log \sigma(-s)]

    Its optimum for a hard label is ``logit(1 - eps)``: log-odds stay bounded. It is the logistic likelihood of other
    outcomes, so every model takes it exactly; predictions are scored against the outcomes as they are.

    Parameters
    ----------
    epsilon : float
        In [0, 1/2).

    References
    ----------
    Szegedy et al. (2016), arXiv 1512.00567.

    Examples
    --------
    >>> import torch
    >>> s = torch.tensor([2.1972], requires_grad=True)  # logit 0.9
    >>> LabelSmoothing(0.1).loss(s, torch.tensor([1.0])).backward()
    >>> abs(s.grad.item()) < 1e-5
    True
    """

    name: ClassVar[str] = "label-smoothing"
    epsilon: float = 0.1

    def __post_init__(self) -> None:
        check_rate("label-smoothing", self.epsilon)

    def loss(
        self,
        log_odds: Tensor,
        outcome: Tensor,
        *,
        tie: Tensor | None = None,
        margin: Tensor | None = None,
        level: Tensor | None = None,
    ) -> Tensor:
        """Cross-entropy with the smoothed outcome, shape (n,)."""
        smoothed = outcome + self.epsilon * (1 - 2 * outcome)
        return binary_cross_entropy_with_logits(log_odds, smoothed, reduction="none")

    def terms(self, outcome: FloatArray, tie: BoolArray, margin: FloatArray, level: FloatArray | None = None) -> Terms:
        """One term a record."""
        return Terms.one_each(outcome + self.epsilon * (1 - 2 * outcome))


def check_rate(name: str, epsilon: float) -> None:
    """Refuse a share of wrong labels that is no share, or so large that labels say nothing."""
    refuse_no_number(name, "epsilon", epsilon)
    if not 0 <= epsilon < 0.5:
        raise GustibusError(
            f"likelihood={name!r}: epsilon must be at least 0 and below 1/2, got {epsilon}; give the share of labels "
            "that are wrong, such as 0.1"
        )
