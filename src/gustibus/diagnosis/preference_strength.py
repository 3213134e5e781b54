"""How strongly a cross-fitted ensemble prefers what each judgement says was preferred."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from gustibus.comparisons import Comparisons, GustibusError
from gustibus.diagnosis.cross_fit import CrossFitted

__all__ = ["PreferenceStrength", "StrengthStratum", "preference_strength", "with_strength_margins"]

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class StrengthStratum:
    """Judgements of similar strength.

    Attributes
    ----------
    low, high
        The least and the greatest strength, in log-odds.
    n_judgements
        How many they are.
    mean, sd
        Means of the strength and of its standard deviation over models.
    agreed
        Share of the labels that the ensemble would have given.
    doubtful
        Share on which models differ: zero is within two standard deviations of the strength.
    """

    low: float
    high: float
    n_judgements: int
    mean: float
    sd: float
    agreed: float
    doubtful: float


@dataclass(frozen=True, eq=False, repr=False)
class PreferenceStrength:
    """The strength of ``M`` judgements (Wang et al. 2024, arXiv 2401.06080).

    Attributes
    ----------
    mean
        Mean over models of the log-odds for the labelled side, ``(M,)``; negative where the ensemble would have
        labelled the other. nan for ties, which have no side.
    sd
        Standard deviation over models, ``(M,)``.
    n_models
        Models of the ensemble.
    """

    mean: Floats
    sd: Floats
    n_models: int

    def __repr__(self) -> str:
        against = float(np.mean(self.mean[np.isfinite(self.mean)] < 0))
        return f"PreferenceStrength({len(self.mean):,} judgements by {self.n_models} models, {against:.0%} against)"

    def lowest(self, share: float = 0.2) -> NDArray[np.bool_]:
        """The judgements of the lowest strength, ``(M,)``: this share of those that are no ties.

        Raises
        ------
        GustibusError
            If the share is not between 0 and 1.
        """
        if not 0 < share < 1:
            raise GustibusError(f"share={share}: give a share of the judgements between 0 and 1")
        known = np.isfinite(self.mean)
        if not known.any():
            return known
        return np.asarray(known & (self.mean <= np.quantile(self.mean[known], share)))

    def strata(self, n: int = 5) -> list[StrengthStratum]:
        """As many strata of equal size, the lowest strength first; fewer where strengths are equal.

        Examples
        --------
        >>> strength = PreferenceStrength(np.array([-1.0, 0.1, 1.0, 2.0]), np.full(4, 0.2), 5)
        >>> [(stratum.n_judgements, stratum.agreed, stratum.doubtful) for stratum in strength.strata(2)]
        [(2, 0.5, 0.5), (2, 1.0, 0.0)]
        """
        known = np.flatnonzero(np.isfinite(self.mean))
        ordered = known[np.argsort(self.mean[known], kind="stable")]
        found = []
        for rows in np.array_split(ordered, n):
            if len(rows):
                mean, sd = self.mean[rows], self.sd[rows]
                found.append(
                    StrengthStratum(
                        float(mean[0]),
                        float(mean[-1]),
                        len(rows),
                        float(mean.mean()),
                        float(sd.mean()),
                        float(np.mean(mean > 0)),
                        float(np.mean(np.abs(mean) < 2 * sd)),
                    )
                )
        return found


def preference_strength(data: Comparisons, crossed: CrossFitted) -> PreferenceStrength:
    """Strength of every judgement by models that did not see its prompt (Wang et al. 2024, arXiv 2401.06080).

    The paper trains ten models on all data; cross-fitting is our own step, as a model that was trained on a wrong label
    believes it. Nothing is relabelled: a low strength is a wrong label, a hard question **or the taste of a few**, and
    :func:`gustibus.diagnosis.noise_or_taste` asks which.

    Parameters
    ----------
    data
        Judgements.
    crossed
        What an ensemble says about them, from :func:`gustibus.diagnosis.cross_fit`.

    Raises
    ------
    GustibusError
        If the ensemble is about other judgements.
    """
    if crossed.n_judgements != len(data):
        raise GustibusError(
            f"the ensemble is about {crossed.n_judgements} judgements, but there are {len(data)}: cross_fit these"
        )
    side = np.sign(data.outcome.astype(np.float64) - 0.5)
    side[side == 0] = np.nan
    oriented = crossed.log_odds * side
    sd = oriented.std(axis=0, ddof=1) if crossed.n_models > 1 else np.where(np.isnan(side), np.nan, 0.0)
    return PreferenceStrength(oriented.mean(axis=0), sd, crossed.n_models)


def with_strength_margins(
    data: Comparisons, strength: PreferenceStrength, *, scale: float = 1.0, clipped: bool = False
) -> Comparisons:
    """The same judgements with their mean strength as margin: an *adaptive margin* (Wang et al., arXiv 2401.06080).

    Parameters
    ----------
    data
        Judgements; ties get the margin 0.
    strength
        Of the same judgements.
    scale
        What strengths are multiplied by.
    clipped
        Put negative margins to 0.

    Examples
    --------
    >>> data = Comparisons.from_rows([{"user_id": "u", "response_a": "p", "response_b": "q", "choice": "a"}])
    >>> with_strength_margins(data, PreferenceStrength(np.array([1.5]), np.array([0.1]), 5), scale=0.5).margin.tolist()
    [0.75]
    """
    if len(strength.mean) != len(data):
        raise GustibusError(f"strengths of {len(strength.mean)} judgements were given for {len(data)}")
    margin = scale * np.nan_to_num(strength.mean)
    return replace(data, margin=(np.maximum(margin, 0) if clipped else margin).astype(np.float32))
