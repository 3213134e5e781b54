"""Exponents of power laws, by least squares on logarithms, with intervals by resampling worlds and their people."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from gustibus.evaluation import Interval

__all__ = ["Curves", "Means", "Rows", "interval_of_draws", "power_law", "resampled"]

Floats = NDArray[np.float64]
# (K, D) -> (worlds, maps, answers, people)
Curves = Mapping[tuple[int, int], Floats]
# (K, D) -> (maps, answers)
Means = dict[tuple[int, int], Floats]
Rows = list[tuple[float, ...]]


def resampled(curves: Curves, n_draws: int, seed: int) -> list[Means]:
    """Means over worlds and people, ``(maps, answers)`` by (K, D): first as found, then resampled.

    Worlds are drawn with replacement within each (K, D), and people within each world that is drawn.
    """
    rng = np.random.default_rng(seed)
    found = [{key: values.mean(axis=(0, 3)) for key, values in curves.items()}]
    for _ in range(n_draws):
        drawn = {}
        for key, values in curves.items():
            n_worlds, n_people = values.shape[0], values.shape[3]
            worlds = rng.integers(n_worlds, size=n_worlds)
            share = rng.multinomial(n_people, np.full(n_people, 1 / n_people), size=n_worlds) / n_people
            drawn[key] = np.einsum("wmnp,wp->mn", values[worlds], share) / n_worlds
        found.append(drawn)
    return found


def power_law(
    cells: Callable[[Means], Rows], draws: list[Means], names: tuple[str, ...], people: int
) -> dict[str, Interval]:
    """The exponents b of ``error = C prod_j x_j^b_j``.

    Parameters
    ----------
    cells
        From means to rows of (error, x_1, x_2, ...).
    draws
        From `resampled`.
    names
        Of the x.
    people
        Behind the figures, to be told with the intervals.
    """
    slopes = []
    for means in draws:
        rows = np.array([row for row in cells(means) if row[0] > 0])
        design = np.column_stack([np.ones(len(rows)), np.log(rows[:, 1:])])
        slopes.append(np.linalg.lstsq(design, np.log(rows[:, 0]), rcond=None)[0][1:])
    return {name: interval_of_draws(column, people) for name, column in zip(names, np.array(slopes).T, strict=True)}


def interval_of_draws(values: Floats, people: int) -> Interval:
    """The first value with the 95 % percentile interval of the others."""
    low, high = np.quantile(values[1:], [0.025, 0.975])
    return Interval(float(values[0]), float(low), float(high), 0.95, people)
