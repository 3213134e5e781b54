"""Rewards with a mean and a variance, learned together: about some responses answers are less sure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits

from gustibus.comparisons import GustibusError
from gustibus.likelihoods.contract import BoolArray, FloatArray, Likelihood, refuse_no_number
from gustibus.likelihoods.terms import Terms

__all__ = ["MeanVarianceRewards"]


@dataclass(frozen=True)
class MeanVarianceRewards(Likelihood):
    r"""A response has a mean reward and a variance, which a head on its features learns with the model.

    .. math:: P(a) = \sigma\!\left(s \Big/ \sqrt{(v_a + v_b) / 2}\right), \qquad
              \log v_x = h \cdot (\phi(x) - \bar\phi) \ge -4

    Comparisons cannot tell scores from variances: multiply all scores by two and all variances by four. The anchor is a
    log variance with mean zero over the items of the training pairs; where all variances are equal this is the logistic
    likelihood. Logistic noise stands in place of the normal noise of :class:`MeanVariance`, as everywhere else here;
    :math:`\Phi(x)` and :math:`\sigma(1.702\,x)` are never further apart than 0.01.

    The variances become part of the model (:class:`gustibus.models.WithVariances`): its log-odds are still linear in a
    person's weights, so people are placed as they are without variances, given these. Such a model has no rewards of
    single responses, since no difference of rewards gives these log-odds, and no item offsets.

    Parameters
    ----------
    ridge : float
        Prior precision of ``h``, on standardised features; the loss of one judgement is the unit.

    References
    ----------
    A design of ours in the spirit of distributional preference learning (Siththaranjan et al. 2023, arXiv 2312.08358).

    Examples
    --------
    >>> MeanVarianceRewards(ridge=3.0)
    MeanVarianceRewards(ridge=3.0)
    """

    name: ClassVar[str] = "mean-variance"
    concave: ClassVar[bool] = False
    ridge: float = 1.0

    def __post_init__(self) -> None:
        refuse_no_number(self.name, "ridge", self.ridge)
        if not self.ridge > 0:
            raise GustibusError(
                f"likelihood='mean-variance': ridge must be positive, got {self.ridge}; give 1, as by default, or "
                "another"
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
        """Cross-entropy of log-odds that the model has divided by the spread of the pair already, shape (n,)."""
        return binary_cross_entropy_with_logits(log_odds, outcome, reduction="none")

    def terms(self, outcome: FloatArray, tie: BoolArray, margin: FloatArray, level: FloatArray | None = None) -> Terms:
        """One logistic term for each record."""
        return Terms.one_each(outcome)
