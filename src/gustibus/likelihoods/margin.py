"""A margin: the preferred response has to lead by so much."""

from __future__ import annotations

import math
from dataclasses import dataclass
from numbers import Real
from typing import ClassVar

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import logsigmoid

from gustibus.comparisons import GustibusError
from gustibus.likelihoods.contract import BoolArray, FloatArray, Likelihood, refuse_no_number
from gustibus.likelihoods.terms import Terms

__all__ = ["Margin"]


@dataclass(frozen=True)
class Margin(Likelihood):
    r"""Cross-entropy of what is left of the log-odds after a margin m for the response that was preferred.

    .. math:: -[y \log \sigma(s - m) + (1 - y) \log \sigma(-s - m)]

    m is ``scale`` times the judgement's own ``margin`` (how much better the preferred response is), or what ``levels``
    says for it; 0 where it has none and for ties. A margin with a hard label has no finite optimum: judgements with a
    large one go on pulling for longer, and log-odds are no longer those of the answers, so predictions are scaled and
    scored by answers without margins. Every model takes it exactly: it shifts the log-odds of a logistic term.

    Parameters
    ----------
    scale : float
        Log-odds per unit of the ``margin`` column.
    levels : tuple of (float, float)
        Margins of single values of the column, such as levels of strength; ``scale`` applies to them, too.

    References
    ----------
    Touvron et al. (2023), Llama 2, arXiv 2307.09288, where four levels from significantly to negligibly better have
    margins 3, 2, 1, 0 or 1, 2/3, 1/3, 0: :meth:`llama2`.

    Examples
    --------
    >>> import torch
    >>> lost = Margin().loss(torch.tensor([2.0]), torch.tensor([1.0]), margin=torch.tensor([2.0]))
    >>> round(lost.item(), 4)  # as if the log-odds were 0
    0.6931
    >>> Margin.llama2("small").of(np.array([3.0, 1.0, np.nan])).round(2)
    array([1.  , 0.33, 0.  ])
    """

    name: ClassVar[str] = "margin"
    scale: float = 1.0
    levels: tuple[tuple[float, float], ...] = ()

    def __post_init__(self) -> None:
        refuse_no_number(self.name, "scale", self.scale)
        object.__setattr__(self, "levels", _pairs_of(self.levels))

    @classmethod
    def llama2(cls, size: str = "large") -> Margin:
        """The margins of Llama 2 for a column of 3 (significantly better), 2, 1 and 0 (negligibly): large or small."""
        sizes = {"large": 1.0, "small": 1.0 / 3.0}
        if size not in sizes:
            raise GustibusError(f"Margin.llama2({size!r}) is not known; use 'large' (3, 2, 1, 0) or 'small' (1 to 0)")
        return cls(levels=tuple((level, level * sizes[size]) for level in (3.0, 2.0, 1.0, 0.0)))

    def of(self, margin: FloatArray) -> FloatArray:
        """m ``(n,)`` of judgements with this ``margin`` column ``(n,)``, in log-odds.

        Raises
        ------
        GustibusError
            If there are levels, and a value is none of them.
        """
        known = np.nan_to_num(np.asarray(margin, np.float64), nan=0.0)
        if not self.levels:
            return self.scale * known
        values, margins = (np.array(column) for column in zip(*sorted(self.levels), strict=True))
        at = np.clip(np.searchsorted(values, known), 0, len(values) - 1)
        strange = ~np.isclose(values[at], known) & ~np.isnan(margin)
        if strange.any():
            raise GustibusError(
                f"likelihood='margin' has no level for the margin {known[strange][0]:g}; it knows "
                f"{', '.join(f'{value:g}' for value in values)}. Add a level, or use scale alone."
            )
        result: FloatArray = self.scale * np.where(np.isnan(margin), 0.0, margins[at])
        return result

    def loss(
        self,
        log_odds: Tensor,
        outcome: Tensor,
        *,
        tie: Tensor | None = None,
        margin: Tensor | None = None,
        level: Tensor | None = None,
    ) -> Tensor:
        """Cross-entropy of each record after its margin, shape (n,)."""
        m = torch.zeros_like(log_odds)
        if margin is not None:
            m = torch.as_tensor(self.of(margin.detach().cpu().double().numpy())).to(log_odds)
        if tie is not None:
            m = torch.where(tie, torch.zeros_like(m), m)
        return -(outcome * logsigmoid(log_odds - m) + (1 - outcome) * logsigmoid(-log_odds - m))

    def terms(self, outcome: FloatArray, tie: BoolArray, margin: FloatArray, level: FloatArray | None = None) -> Terms:
        """One term for a hard label, two for a share."""
        m = np.where(tie, 0.0, self.of(margin))
        return Terms.of_sides(outcome, 1 - outcome, m, np.zeros(len(outcome)))


def _pairs_of(levels: object) -> tuple[tuple[float, float], ...]:
    """Levels as pairs of numbers, each value once."""
    fix = "give a value of the margin column and its margin for each, as in levels=((3, 3.0), (2, 2.0), (1, 1.0))"
    try:
        pairs = tuple((value, margin) for value, margin in levels)  # type: ignore[attr-defined]
    except (TypeError, ValueError) as error:
        raise GustibusError(f"likelihood='margin': levels={levels!r} are no pairs; {fix}") from error
    for pair in pairs:
        for number in pair:
            if isinstance(number, bool) or not isinstance(number, Real) or not math.isfinite(float(number)):
                raise GustibusError(f"likelihood='margin': levels holds {number!r}, which is no finite number; {fix}")
    known = tuple((float(value), float(margin)) for value, margin in pairs)
    values = [value for value, _ in known]
    twice = next((value for value in values if values.count(value) > 1), None)
    if twice is not None:
        raise GustibusError(f"likelihood='margin': levels gives the value {twice:g} twice; leave one of them out")
    return known
