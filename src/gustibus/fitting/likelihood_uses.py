"""Which model takes which likelihood, exactly or approximately, in one table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from gustibus.fitting.setting_uses import ModelName
from gustibus.likelihoods import LIKELIHOODS, likelihood_of

__all__ = ["LIKELIHOOD_USES", "LikelihoodUse", "likelihood_use"]


@dataclass(frozen=True)
class LikelihoodUse:
    """How one model takes one likelihood.

    Attributes
    ----------
    kind : {"exact", "approximate", "refused"}
        ``exact``: fit and adaptation minimise this likelihood as they do the logistic one.
    why : str
        Half a sentence.
    """

    kind: Literal["exact", "approximate", "refused"]
    why: str

    def __str__(self) -> str:
        return f"{self.kind}: {self.why}"


_SAME: Final = LikelihoodUse("exact", "it is the logistic likelihood")
_TERMS: Final = LikelihoodUse("exact", "every judgement is a sum of logistic terms")
_LINK: Final = LikelihoodUse("exact", "it is the logistic likelihood with another convex function of the log-odds")
_SCALED: Final = LikelihoodUse(
    "approximate", "the map is fitted with it; its scores are then scaled, and people placed with the logistic one"
)
_SOLVED: Final = LikelihoodUse("refused", "it has no probabilities of answers, by which this model is solved")
_SPREAD: Final = LikelihoodUse(
    "exact",
    "variances are learned by descent as part of the map; given these, people are placed as without them (log-odds "
    "must be linear in people's weights; no item offsets)",
)
_SHARED: Final = LikelihoodUse(
    "refused",
    "variances are learned by descent together with a map, and this model is solved by convex steps without one",
)
_AUTO: Final = LikelihoodUse("refused", "most of the family is solved without a descent that could learn variances")
_ROBUST: Final = LikelihoodUse("refused", "it is not concave, and this model is solved by convex steps")
_SINGLE: Final = LikelihoodUse(
    "refused", "a classifier of single responses has no log-odds that it could be applied to"
)
_SHOWN: Final = LikelihoodUse(
    "approximate", "the classifier is shown a tie as half a win; the scale and item offsets are fitted with ties"
)

_DESCENT: Final = ("auto", "pal-a", "pal-b", "low-rank", "pair-input", "gpm", "scalar-cyclic", "plural-gpm")
_OTHERS: Final = ("hierarchical", "mixture", "bt")
_ALL: Final = (*_DESCENT, *_OTHERS)
_BY_STEPS: Final = ("hierarchical", "mixture", "classification")


def _row(common: LikelihoodUse, classification: LikelihoodUse) -> dict[str, LikelihoodUse]:
    return {**dict.fromkeys(_ALL, common), "classification": classification}


LIKELIHOOD_USES: Final[Mapping[str, Mapping[str, LikelihoodUse]]] = {
    "logistic": _row(_SAME, _SAME),
    "rao-kupper": _row(_TERMS, _SHOWN),
    "davidson": _row(_LINK, _SHOWN),
    "label-smoothing": _row(_TERMS, _SINGLE),
    "margin": _row(_TERMS, _SINGLE),
    "unbiased-flip": _row(_TERMS, _SINGLE),
    "mean-variance": {
        **dict.fromkeys((*_DESCENT, "bt"), _SPREAD),
        **dict.fromkeys(("hierarchical", "mixture"), _SHARED),
        "auto": _AUTO,
        "classification": _SINGLE,
    },
    "flip": {**dict.fromkeys((*_DESCENT, "bt"), _SCALED), **dict.fromkeys(_BY_STEPS, _ROBUST)},
    "hinge": {**dict.fromkeys((*_DESCENT, "bt"), _SCALED), **dict.fromkeys(_BY_STEPS, _SOLVED)},
}
"""By likelihood and model."""
assert set(LIKELIHOOD_USES) == set(LIKELIHOODS)


def likelihood_use(model: ModelName, likelihood: Any) -> LikelihoodUse:
    """How a model takes a likelihood, given by name or as itself.

    Examples
    --------
    >>> print(likelihood_use("hierarchical", "rao-kupper"))
    exact: every judgement is a sum of logistic terms
    """
    return LIKELIHOOD_USES[likelihood_of(likelihood).name][model]
