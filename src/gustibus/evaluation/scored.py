"""Predictions beside what people said: figures, intervals and pairs of predictors on one set of records."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gustibus.comparisons import Comparisons, GustibusError
from gustibus.comparisons.wording import counted
from gustibus.evaluation.by_user import UserSums, sums_by_user
from gustibus.evaluation.calibration import Reliability, reliability
from gustibus.evaluation.intervals import Interval, Over, interval_of_sums
from gustibus.evaluation.measure import Metrics, measure
from gustibus.evaluation.metrics import RECORD_METRICS, checked
from gustibus.evaluation.ties import Ties, pooled_ties

__all__ = ["Scored"]

Floats = NDArray[np.float64]

_MACRO: Final = "macro_"
_WORST: Final = "worst_decile_"


@dataclass(frozen=True, eq=False, repr=False)
class Scored:
    """One predictor's probabilities on some records, with everything that can be read off them.

    Attributes
    ----------
    probability
        Predicted P(a preferred), shape (M,).
    outcome, weight
        What was said, and how much it counts, shape (M,).
    user
        Codes into `user_ids`, shape (M,).
    user_ids
        The people.
    group
        Name of each record's group, empty for none, shape (M,).
    n_boot, seed
        How intervals are resampled.
    ties
        What was said and predicted of ties; None where there are none and none were predicted.
    """

    probability: Floats
    outcome: Floats
    weight: Floats
    user: NDArray[np.intp]
    user_ids: tuple[str, ...]
    group: NDArray[np.str_]
    n_boot: int = 1000
    seed: int = 0
    ties: Ties | None = None

    @classmethod
    def of(
        cls,
        data: Comparisons,
        probability: ArrayLike,
        *,
        n_boot: int = 1000,
        seed: int = 0,
        three_way: Floats | None = None,
        tie_rate: float | None = None,
    ) -> Scored:
        """Put probabilities, shape (M,), beside the records they are for.

        Raises
        ------
        GustibusError
            There are no records, or not one probability for each.

        Examples
        --------
        >>> data = Comparisons.from_arrays(users=["ann", "bob"], responses=["tea", "gin"], user=[0, 0, 1, 1],
        ...                                response_a=[0] * 4, response_b=[1] * 4, outcome=[1.0, 1, 0, 1])
        >>> scored = Scored.of(data, [0.8, 0.8, 0.4, 0.4])
        >>> scored.accuracy, print(scored.interval("accuracy"))
        0.750 [0.500, 1.000]
        (0.75, None)
        """
        p, y, w = checked(probability, data.outcome, data.weight)
        codes, user = np.unique(data.user, return_inverse=True)
        names = np.array([*data.groups.to_pylist(), ""], dtype=np.str_)
        ties = None
        if three_way is not None or data.is_tie.any():
            ties = Ties(np.asarray(data.is_tie), tie_rate, three_way)
        people = tuple(data.users.take(codes).to_pylist())
        return cls(p, y, w, user, people, names[data.group], n_boot, seed, ties)

    @classmethod
    def pool(cls, parts: Sequence[Scored]) -> Scored:
        """Put several draws (seeds, splits) together; somebody who occurs in several stays one person.

        Raises
        ------
        GustibusError
            There is nothing to pool.
        """
        if not parts:
            raise GustibusError("there is nothing to pool: give at least one set of predictions")
        ids = np.unique(np.concatenate([np.array(part.user_ids, dtype=np.str_) for part in parts]))
        code = {str(user_id): i for i, user_id in enumerate(ids)}
        recoded = [np.array([code[user_id] for user_id in part.user_ids], dtype=np.intp)[part.user] for part in parts]
        return cls(
            np.concatenate([part.probability for part in parts]),
            np.concatenate([part.outcome for part in parts]),
            np.concatenate([part.weight for part in parts]),
            np.concatenate(recoded),
            tuple(code),
            np.concatenate([part.group for part in parts]),
            parts[0].n_boot,
            parts[0].seed,
            pooled_ties([part.ties for part in parts]),
        )

    def __len__(self) -> int:
        return len(self.outcome)

    def only(self, which: NDArray[np.bool_]) -> Scored:
        """The records where a mask of shape (M,) is true; intervals then resample their users.

        Examples
        --------
        >>> data = Comparisons.from_arrays(users=["ann", "bob"], responses=["tea", "gin"], user=[0, 1],
        ...                                response_a=[0] * 2, response_b=[1] * 2, outcome=[1.0, 0])
        >>> Scored.of(data, [0.8, 0.9]).only(np.array([True, False])).user_ids
        ('ann',)
        """
        codes, user = np.unique(self.user[which], return_inverse=True)
        return Scored(
            self.probability[which],
            self.outcome[which],
            self.weight[which],
            user,
            tuple(self.user_ids[code] for code in codes),
            self.group[which],
            self.n_boot,
            self.seed,
            None if self.ties is None else self.ties.only(which),
        )

    def __repr__(self) -> str:
        return (
            f"Scored({counted(len(self), 'judgement')} by {counted(len(self.user_ids), 'person')}, "
            f"log loss {self.log_loss:.3f}, accuracy {self.accuracy:.3f})"
        )

    @cached_property
    def metrics(self) -> Metrics:
        """All figures at once."""
        return measure(self.probability, self.outcome, user=self.user, group=self.group, weight=self.weight)

    @property
    def log_loss(self) -> float:
        """Mean over records, in nats."""
        return self.metrics.log_loss

    @property
    def accuracy(self) -> float:
        """Mean over records, ties half."""
        return self.metrics.accuracy

    @property
    def brier(self) -> float:
        """Mean squared error of the probability over records."""
        return self.metrics.brier

    @property
    def ece(self) -> float:
        """Expected calibration error."""
        return self.metrics.ece

    @property
    def tie_figures(self) -> dict[str, float]:
        """Where there are ties, ``decisive_log_loss``, ``constant_tie_log_loss`` and ``three_way_log_loss``.

        The first is of clear judgements alone, the second of all three outcomes with the share of ties of the fit for
        every pair, the third with the predictor's own probabilities of ties; what is not known is left out.
        """
        of_ties = {} if self.ties is None else self.ties.losses(self.probability, self.outcome)
        return {name: float(np.average(x, weights=self.weight * share)) for name, (x, share) in of_ties.items()}

    def per_user(self, metric: str = "log_loss") -> UserSums:
        """``"log_loss"``, ``"accuracy"`` or ``"brier"`` by person: ``.user`` (ids), ``.means`` and ``.weight``."""
        sums = self._sums(metric)
        ids = np.array(self.user_ids, dtype=np.str_)[sums.user.astype(np.intp)]
        return UserSums(ids, sums.total, sums.weight)

    def interval(self, metric: str = "log_loss", *, level: float = 0.95) -> Interval:
        """Percentile interval of a figure by resampling users.

        Parameters
        ----------
        metric
            ``"log_loss"``, ``"accuracy"``, ``"brier"``, each also with ``"macro_"`` or ``"worst_decile_"`` before it;
            with ties also what :attr:`tie_figures` has.
        level
            Share of the resamples inside.

        Raises
        ------
        GustibusError
            The figure has no interval here. Calibration errors have none: resampling adds the very noise they
            measure, which shifts their intervals upwards.
        """
        over: Over = "records"
        base = metric
        if metric.startswith(_MACRO):
            over, base = "users", metric.removeprefix(_MACRO)
        elif metric.startswith(_WORST):
            base = metric.removeprefix(_WORST)
            over = "worst decile, higher is better" if base == "accuracy" else "worst decile"
        return interval_of_sums(self._sums(base), n_boot=self.n_boot, seed=self.seed, level=level, over=over)

    def paired(self, other: Scored, metric: str = "log_loss", *, level: float = 0.95) -> Interval:
        """Interval of this predictor's figure minus the other's, on the same records, resampling users.

        Parameters
        ----------
        other
            Predictions of the same records in the same order.
        metric
            ``"log_loss"``, ``"accuracy"`` or ``"brier"``, or one of them with ``"macro_"`` before it.

        Raises
        ------
        GustibusError
            The two are not about the same records.
        """
        same = len(self) == len(other) and self.user_ids == other.user_ids
        if not (same and np.array_equal(self.outcome, other.outcome) and np.array_equal(self.user, other.user)):
            raise GustibusError(
                f"the two predictors were scored on different records ({len(self)} judgements by {len(self.user_ids)} "
                f"people against {len(other)} by {len(other.user_ids)}): evaluate both on the same test data and seed"
            )
        base = metric.removeprefix(_MACRO)
        mine, theirs = self._sums(base), other._sums(base)
        difference = UserSums(mine.user, mine.total - theirs.total, mine.weight)
        over: Over = "users" if metric.startswith(_MACRO) else "records"
        return interval_of_sums(difference, n_boot=self.n_boot, seed=self.seed, level=level, over=over)

    def reliability(self, n_bins: int = 10) -> Reliability:
        """Predicted against observed preference, in bins of about equal weight."""
        return reliability(self.probability, self.outcome, self.weight, n_bins=n_bins)

    def _sums(self, metric: str) -> UserSums:
        of_ties = {} if self.ties is None else self.ties.losses(self.probability, self.outcome)
        if metric in of_ties:
            losses, share = of_ties[metric]
            return sums_by_user(losses[share > 0], self.user[share > 0], self.weight[share > 0])
        if metric not in RECORD_METRICS:
            raise GustibusError(f"{metric!r} is not a mean over records: use one of {', '.join(RECORD_METRICS)}")
        return sums_by_user(RECORD_METRICS[metric](self.probability, self.outcome), self.user, self.weight)
