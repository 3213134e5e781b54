"""How sure a mean over people is: intervals by resampling users, not records."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gustibus.comparisons import GustibusError
from gustibus.evaluation.by_user import UserSums, sums_by_user

__all__ = ["Interval", "bootstrap_over_users", "interval_of_sums", "paired_interval", "resampled_counts"]

Floats = NDArray[np.float64]
Over = Literal["records", "users", "worst decile", "worst decile, higher is better"]

_BLOCK = 1 << 22
"""Entries of a block of resamples (32 MB): many people are resampled a few times at once."""


@dataclass(frozen=True)
class Interval:
    """An estimate and its percentile interval over resampled users.

    Attributes
    ----------
    estimate
        The figure on the people at hand.
    low, high
        Bounds of the interval; ``nan`` when there is only one person, as nothing is then known about others.
    level
        Share of the resamples inside, 0.95 by default.
    n_users
        People that were resampled.
    """

    estimate: float
    low: float
    high: float
    level: float
    n_users: int

    def excludes(self, value: float) -> bool:
        """Whether the value lies outside; False when the interval is not known."""
        return bool(value < self.low or value > self.high)

    def __str__(self) -> str:
        """For example ``0.374 [0.351, 0.398]``."""
        if np.isnan(self.low):
            return f"{self.estimate:.3f} [one person: no interval]"
        return f"{self.estimate:.3f} [{self.low:.3f}, {self.high:.3f}]"


def resampled_counts(n_users: int, n_boot: int, seed: int) -> Iterator[Floats]:
    """How often each person is drawn in each resample, in blocks of shape (n, U); every row sums to U.

    The rows are multinomial counts: drawing U people with replacement, `n_boot` times.
    """
    rng = np.random.default_rng(seed)
    size = max(1, _BLOCK // n_users)
    for start in range(0, n_boot, size):
        rows = min(size, n_boot - start)
        drawn = rng.integers(0, n_users, (rows, n_users)) + n_users * np.arange(rows)[:, None]
        yield np.bincount(drawn.ravel(), minlength=rows * n_users).reshape(rows, n_users).astype(np.float64)


def bootstrap_over_users(
    values: ArrayLike,
    user: ArrayLike,
    weight: ArrayLike | None = None,
    *,
    n_boot: int = 1000,
    seed: int = 0,
    level: float = 0.95,
    over: Over = "records",
) -> Interval:
    """Percentile interval of a mean, resampling users with all their records (a cluster bootstrap).

    Records of one person are not independent, so records must not be resampled. Only per-user sums are resampled,
    which makes a thousand resamples of thousands of people a matter of milliseconds. To pool several seeds or splits,
    put their records one below the other: whoever occurs in several stays one person.

    Parameters
    ----------
    values
        One number a record, for example from `record_log_loss`, shape (M,). (Per-user means with their numbers of
        records as `weight` give the same interval.)
    user
        Whose record it is, shape (M,).
    weight
        Record weights, shape (M,). Default: 1.
    n_boot
        Number of resamples.
    seed
        Seed of the resampling; equal seeds resample the same people.
    level
        Share of the resamples between the bounds.
    over
        What is averaged: ``"records"`` (pooled: people with more records count more), ``"users"`` (everybody the
        same), or the ``"worst decile"`` of the people (by the highest values, or the lowest with
        ``"worst decile, higher is better"``), found anew in each resample.

    Raises
    ------
    GustibusError
        The lengths differ, a value is not finite, or a setting is out of range.

    References
    ----------
    Efron (1979), Bootstrap methods; Field and Welsh (2007), Bootstrapping clustered data.

    Examples
    --------
    >>> loss = [0.2, 0.4, 0.3, 0.9, 0.5, 0.7]
    >>> print(bootstrap_over_users(loss, ["ann", "ann", "bob", "cid", "cid", "dot"]))
    0.500 [0.300, 0.700]
    """
    return interval_of_sums(sums_by_user(values, user, weight), n_boot=n_boot, seed=seed, level=level, over=over)


def paired_interval(
    values_a: ArrayLike,
    values_b: ArrayLike,
    user: ArrayLike,
    weight: ArrayLike | None = None,
    *,
    n_boot: int = 1000,
    seed: int = 0,
    level: float = 0.95,
    over: Literal["records", "users"] = "records",
) -> Interval:
    """Interval of the mean difference a - b of two predictors on the same records, resampling users.

    The two are compared record by record, so what makes a person easy or hard for both cancels: the interval is much
    narrower than the two intervals side by side suggest.

    Parameters
    ----------
    values_a, values_b
        The two predictors' numbers on each record, shape (M,).
    user, weight, n_boot, seed, level, over
        As in `bootstrap_over_users`.

    Examples
    --------
    >>> paired_interval([0.2, 0.3, 0.6, 0.5], [0.3, 0.5, 0.8, 0.6], ["ann", "bob", "cid", "dot"]).excludes(0)
    True
    """
    a, b = np.asarray(values_a, dtype=np.float64), np.asarray(values_b, dtype=np.float64)
    if a.shape != b.shape:
        raise GustibusError(
            f"the two predictors have {a.shape} and {b.shape} values: a paired interval needs the same records for both"
        )
    return bootstrap_over_users(a - b, user, weight, n_boot=n_boot, seed=seed, level=level, over=over)


def interval_of_sums(
    sums: UserSums, *, n_boot: int = 1000, seed: int = 0, level: float = 0.95, over: Over = "records"
) -> Interval:
    """The interval of `bootstrap_over_users` for sums that are already there.

    Examples
    --------
    >>> from gustibus.evaluation.by_user import sums_by_user
    >>> interval_of_sums(sums_by_user([1.0, 1.0], ["ann", "ann"])).low
    nan
    """
    if n_boot < 1 or not 0.0 < level < 1.0:
        raise GustibusError(f"n_boot={n_boot} and level={level}: give at least 1 resample and a level between 0 and 1")
    statistic = _statistic(sums, over)
    n_users = len(sums)
    estimate = float(statistic(np.ones((1, n_users)))[0])
    if n_users == 1:
        return Interval(estimate, np.nan, np.nan, level, 1)
    resampled = np.concatenate([statistic(counts) for counts in resampled_counts(n_users, n_boot, seed)])
    low, high = np.quantile(resampled, [(1 - level) / 2, (1 + level) / 2])
    return Interval(estimate, float(low), float(high), level, n_users)


def _statistic(sums: UserSums, over: Over) -> Callable[[Floats], Floats]:
    """What is averaged, as a function of how often each person was drawn: (n, U) -> (n,)."""
    if over == "records":
        return lambda counts: np.asarray((counts @ sums.total) / (counts @ sums.weight))
    if over == "users":
        return lambda counts: np.asarray(counts @ sums.means / len(sums))
    if over not in ("worst decile", "worst decile, higher is better"):
        raise GustibusError(f"over={over!r} is not known: use 'records', 'users' or 'worst decile'")
    means = sums.means
    worst_first = np.argsort(means if over.endswith("better") else -means, kind="stable")
    n_worst = -(-len(means) // 10)

    def worst_decile(counts: Floats) -> Floats:
        drawn = counts[:, worst_first]
        before = np.cumsum(drawn, axis=1) - drawn
        return np.asarray(np.clip(n_worst - before, 0, drawn) @ means[worst_first] / n_worst)

    return worst_decile
