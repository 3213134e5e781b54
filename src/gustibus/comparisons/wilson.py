"""The interval of an observed share."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["wilson_interval"]

Floats = NDArray[np.float64]


def wilson_interval(share: ArrayLike, n: ArrayLike, z: float = 1.96) -> tuple[Floats, Floats]:
    r"""Interval of a share (Wilson 1927): good at 0 and 1 and for small counts.

    .. math:: \frac{p + z^2/2n \pm z\sqrt{p(1-p)/n + z^2/4n^2}}{1 + z^2/n}

    Parameters
    ----------
    share
        Observed shares in [0, 1].
    n
        Observations behind each; from 0 to 1 where there is none.
    z
        1.96 for 95 %.

    Returns
    -------
    low, high

    Examples
    --------
    >>> low, high = wilson_interval(1.0, 10)
    >>> round(float(low), 3), round(float(high), 3)
    (0.722, 1.0)
    """
    p, given = np.asarray(share, dtype=np.float64), np.asarray(n, dtype=np.float64)
    count = np.where(given > 0, given, 1.0)
    middle = p + z**2 / (2 * count)
    half = z * np.sqrt(p * (1 - p) / count + z**2 / (4 * count**2))
    scale = 1 + z**2 / count
    low, high = np.clip((middle - half) / scale, 0, 1), np.clip((middle + half) / scale, 0, 1)
    return np.where(given > 0, low, 0.0), np.where(given > 0, high, 1.0)
