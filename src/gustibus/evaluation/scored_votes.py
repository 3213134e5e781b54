"""Predictions beside the shares of votes on pairs that several people judged: figures, intervals, comparisons."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from hashlib import blake2b
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gustibus.comparisons import Comparisons, GustibusError, VoteShares
from gustibus.comparisons.wording import counted
from gustibus.evaluation.calibration.brier_parts import BrierParts, brier_parts
from gustibus.evaluation.calibration.chance import ChanceBand, chance_band
from gustibus.evaluation.calibration.error import squared_calibration_error
from gustibus.evaluation.calibration.reliability import ReliabilityIntervals, binned, reliability_intervals
from gustibus.evaluation.calibration.vote_resamples import RESAMPLED, resampled_vote_figures
from gustibus.evaluation.calibration.vote_shares import VoteMetrics, measure_votes, people_disagree, share_variance
from gustibus.evaluation.intervals import Interval
from gustibus.evaluation.metrics import checked

__all__ = ["ScoredVotes"]

Floats = NDArray[np.float64]

_COLUMNS: Final = ("probability", "share", "n_votes", "n_ties", "cluster")
_SQUARED: Final = ("share_error", "calibration_error")
_PAIRED: Final = ("log_loss", "brier", "correlation", "rank_correlation", "disagreement_auroc")


@dataclass(frozen=True, eq=False, repr=False)
class ScoredVotes:
    """One predictor's probabilities on pairs with several votes each, with everything that can be read off them.

    Attributes
    ----------
    probability
        Predicted P(a preferred), shape (M,).
    share
        Share of the votes for a, ties half, shape (M,).
    n_votes, n_ties
        Votes behind each share, at least 2, and those of them that are ties, shape (M,).
    cluster
        What is resampled together, for example the prompt of each pair, shape (M,): integers or names.
    minority
        People disagree about a pair if at least this share of the votes goes against the majority.
    n_boot, seed
        How intervals are resampled.
    """

    probability: Floats
    share: Floats
    n_votes: NDArray[np.int64]
    n_ties: NDArray[np.int64]
    cluster: NDArray[Any]
    minority: float = 0.25
    n_boot: int = 1000
    seed: int = 0

    @classmethod
    def of(
        cls,
        votes: VoteShares,
        probability: ArrayLike,
        *,
        cluster: ArrayLike | None = None,
        minority: float = 0.25,
        n_boot: int = 1000,
        seed: int = 0,
    ) -> ScoredVotes:
        """Put probabilities, shape (M,), beside the pairs that they are for; pairs with one vote are left out.

        Parameters
        ----------
        votes
            From `gustibus.vote_shares`.
        probability
            Predicted P(a preferred) of each of ``votes.pairs``.
        cluster
            What is resampled together, shape (M,). Default: the prompt, and each pair by itself where there is none.
        minority, n_boot, seed
            See the class.

        Raises
        ------
        GustibusError
            No pair has two votes, or there is not one probability for each.

        Examples
        --------
        >>> from gustibus.comparisons import Comparisons, vote_shares
        >>> data = Comparisons.from_arrays(
        ...     users=["ann", "bob", "cid"], responses=["tea", "gin", "ale"], user=[0, 1, 2, 0, 1, 2],
        ...     response_a=[0, 0, 0, 1, 1, 1], response_b=[1, 1, 1, 2, 2, 2], outcome=[1, 1, 1, 1, 0, 1])
        >>> ScoredVotes.of(vote_shares(data), [0.9, 0.6])
        ScoredVotes(2 pairs, 6 votes, correlation 0.997 of at most 0.775)
        """
        p, y, _ = checked(probability, votes.share)
        several = votes.n_votes >= 2
        if not several.any():
            raise GustibusError(
                f"none of {counted(len(y), 'pair')} was judged by two people or more, so there are no shares of votes "
                "to compare with: score single judgements with gustibus.evaluation.Scored"
            )
        together = _by_prompt(votes.pairs) if cluster is None else np.asarray(cluster)
        if together.shape != y.shape:
            raise GustibusError(f"cluster has shape {together.shape}, but there are {len(y)} pairs: give one for each")
        return cls(
            p[several],
            y[several],
            votes.n_votes[several],
            votes.n_ties[several],
            together[several],
            minority,
            n_boot,
            seed,
        )

    @classmethod
    def pool(cls, parts: Sequence[ScoredVotes]) -> ScoredVotes:
        """Put several draws (seeds, splits) together; a cluster that occurs in several stays one cluster.

        Raises
        ------
        GustibusError
            There is nothing to pool.
        """
        if not parts:
            raise GustibusError("there is nothing to pool: give at least one set of predictions")
        columns: dict[str, Any] = {name: np.concatenate([getattr(part, name) for part in parts]) for name in _COLUMNS}
        return replace(parts[0], **columns)

    def __len__(self) -> int:
        return len(self.share)

    def __repr__(self) -> str:
        found = self.metrics
        return (
            f"ScoredVotes({counted(len(self), 'pair')}, {counted(found.n_votes, 'vote')}, "
            f"correlation {found.correlation:.3f} of at most {found.ceiling:.3f})"
        )

    def where(self, mask: ArrayLike) -> ScoredVotes:
        """Some of the pairs: those for which the mask, shape (M,), is True.

        Raises
        ------
        GustibusError
            The mask has another shape, or selects nothing.
        """
        chosen = np.asarray(mask, dtype=np.bool_)
        if chosen.shape != self.share.shape or not chosen.any():
            raise GustibusError(f"the mask must have the shape {self.share.shape} and select at least one pair")
        columns: dict[str, Any] = {name: getattr(self, name)[chosen] for name in _COLUMNS}
        return replace(self, **columns)

    @cached_property
    def metrics(self) -> VoteMetrics:
        """All figures at once; the debiased errors take clusters as independent."""
        return measure_votes(
            self.probability,
            self.share,
            self.n_votes,
            n_ties=self.n_ties,
            cluster=self.cluster,
            minority=self.minority,
        )

    @cached_property
    def brier_parts(self) -> BrierParts:
        """The parts of the Brier score."""
        return brier_parts(self.probability, self.share)

    @cached_property
    def chance(self) -> ChanceBand:
        """The ECE beside that of a predictor that is right on average, on the same pairs and clusters."""
        return chance_band(
            self.probability,
            self.share,
            n_votes=self.n_votes,
            cluster=self.cluster,
            n_draws=self.n_boot,
            seed=self.seed,
        )

    def reliability(self, n_bins: int = 10) -> ReliabilityIntervals:
        """Predicted against observed share, in bins of about equal weight, with intervals over clusters."""
        return reliability_intervals(
            self.probability, self.share, cluster=self.cluster, n_bins=n_bins, n_boot=self.n_boot, seed=self.seed
        )

    def interval(self, metric: str = "correlation", *, level: float = 0.95) -> Interval:
        """Interval of a figure by resampling clusters (prompts) with all their pairs.

        Percentiles of the resampled figure. For ``"calibration_error"``, whose resamples have the noise twice, they are
        reflected about the estimate (the basic bootstrap of Davison and Hinkley 1997) on the squared scale.

        Parameters
        ----------
        metric
            ``"log_loss"``, ``"brier"``, ``"share_error"``, ``"calibration_error"``, ``"correlation"``,
            ``"rank_correlation"``, ``"ceiling"`` or ``"disagreement_auroc"``.
        level
            Share of the resamples inside.

        Raises
        ------
        GustibusError
            The figure has no interval; the plain ECE has a `chance` band instead.
        """
        if metric not in RESAMPLED:
            raise GustibusError(f"{metric!r} has no interval here: use one of {', '.join(RESAMPLED)}")
        estimate = float(getattr(self.metrics, metric))
        if self.n_clusters < 2:
            return Interval(estimate, np.nan, np.nan, level, self.n_clusters)
        drawn = self._resampled[metric]
        low, high = np.nanquantile(drawn, [(1 - level) / 2, (1 + level) / 2])
        if metric == "calibration_error":
            squared = squared_calibration_error(self.probability, self.share, cluster=self.cluster).debiased
            low, high = squared - (high - drawn.mean()), squared - (low - drawn.mean())
        if metric in _SQUARED:
            low, high = np.sqrt(np.maximum([low, high], 0.0))
        return Interval(estimate, float(low), float(high), level, self.n_clusters)

    def paired(self, other: ScoredVotes, metric: str = "correlation", *, level: float = 0.95) -> Interval:
        """Interval of this predictor's figure minus the other's on the same pairs, resampling the same clusters.

        Parameters
        ----------
        other
            Predictions of the same pairs in the same order.
        metric
            ``"log_loss"``, ``"brier"``, ``"correlation"``, ``"rank_correlation"`` or ``"disagreement_auroc"``.

        Raises
        ------
        GustibusError
            The two are not about the same pairs and resamples, or the figure is not known.
        """
        if metric not in _PAIRED:
            raise GustibusError(f"{metric!r} has no paired interval: use one of {', '.join(_PAIRED)}")
        same = len(self) == len(other) and (self.n_boot, self.seed) == (other.n_boot, other.seed)
        if not (same and np.array_equal(self.share, other.share) and np.array_equal(self.cluster, other.cluster)):
            raise GustibusError(
                f"the two predictors were scored on different pairs or resamples ({len(self)} and {len(other)} pairs): "
                "score both on the same votes with the same n_boot and seed"
            )
        estimate = float(getattr(self.metrics, metric) - getattr(other.metrics, metric))
        if self.n_clusters < 2:
            return Interval(estimate, np.nan, np.nan, level, self.n_clusters)
        drawn = self._resampled[metric] - other._resampled[metric]
        low, high = np.nanquantile(drawn, [(1 - level) / 2, (1 + level) / 2])
        return Interval(estimate, float(low), float(high), level, self.n_clusters)

    @cached_property
    def n_clusters(self) -> int:
        """Clusters (prompts) that are resampled."""
        return len(np.unique(self.cluster))

    @cached_property
    def _resampled(self) -> Mapping[str, Floats]:
        return resampled_vote_figures(
            self.probability,
            self.share,
            share_variance(self.share, self.n_votes, self.n_ties),
            people_disagree(self.share, minority=self.minority),
            binned(self.probability, self.share, cluster=self.cluster),
            n_boot=self.n_boot,
            seed=self.seed,
        )


def _by_prompt(pairs: Comparisons) -> NDArray[np.int64]:
    """A number for each prompt, the same in every table; for pairs without a prompt, one for the pair."""
    items = pairs.items()
    prompts, responses = items.prompt_texts(), items.response_texts()
    codes: dict[str, int] = {}

    def code(text: str) -> int:
        if text not in codes:
            codes[text] = int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "big", signed=True)
        return codes[text]

    def of_pair(a: int, b: int) -> int:
        asked = prompts[a]
        return code("\0".join(sorted((responses[a], responses[b]))) if asked is None else asked)

    return np.array([of_pair(a, b) for a, b in zip(items.a.tolist(), items.b.tolist(), strict=True)], dtype=np.int64)
