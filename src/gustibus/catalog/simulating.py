"""What synthetic worlds share: features like an encoder's, answers drawn from known log-odds, checked sizes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gustibus.comparisons import Comparisons, GustibusError
from gustibus.comparisons.arguments import check_whole

__all__ = ["check_sizes", "encoder_like", "names", "simulated_answers"]

Floats = NDArray[np.float64]


def encoder_like(coordinates: Floats, rng: np.random.Generator) -> Floats:
    """Anisotropic features: a power-law spectrum, a random rotation and a common mean."""
    n_features = coordinates.shape[1]
    rotation = np.linalg.qr(rng.standard_normal((n_features, n_features)))[0]
    features: Floats = (coordinates * np.arange(1, n_features + 1) ** -0.5) @ rotation
    features /= np.sqrt((features**2).mean())
    return features + 0.5 * rng.standard_normal(n_features)


def names(what: str, n: int) -> tuple[str, ...]:
    """``n`` names with numbers of equal width.

    >>> names("user", 11)[9:]
    ('user-09', 'user-10')
    """
    return tuple(f"{what}-{i:0{len(str(n - 1))}d}" for i in range(n))


def simulated_answers(log_odds: Callable[[Comparisons], Floats], rng: np.random.Generator, **asked: Any) -> Comparisons:
    """Answer every question at random with the true log-odds; ``asked`` goes to ``Comparisons.from_arrays``."""
    n = len(asked["user"])
    unanswered = Comparisons.from_arrays(**asked, outcome=np.full(n, 0.5))
    prefers_a = rng.random(n) < 1 / (1 + np.exp(-log_odds(unanswered)))
    return Comparisons.from_arrays(
        **asked, outcome=prefers_a.astype(np.float32), sources=["simulated"], source=np.zeros(n, np.int8)
    )


def check_sizes(*, at_least_one: dict[str, int], at_least_two: dict[str, int], positive: dict[str, float]) -> None:
    """Refuse sizes below their least, and numbers that are not positive."""
    for bounds, least in ((at_least_one, 1), (at_least_two, 2)):
        for name, value in bounds.items():
            check_whole(name, value)
            if value < least:
                raise GustibusError(f"{name} is {value}, but at least {least} is needed. Give a larger {name}.")
    for name, number in positive.items():
        if not (np.isfinite(number) and number > 0):
            raise GustibusError(f"{name} is {number}, but must be a finite number above 0, for example 0.3.")
