"""People's coefficients as draws from a normal distribution, or from a mixture of a few."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import numpy.typing as npt
from scipy import special

from gustibus.adapting.answers import FloatArray
from gustibus.comparisons import GustibusError

__all__ = ["GaussianPrior"]


@dataclass(frozen=True, eq=False, init=False)
class GaussianPrior:
    r"""People's coefficients come from ``C`` normal distributions with a common covariance.

    .. math:: w_u \sim \sum_c \pi_c\, N(\beta_c, \Sigma)

    The coefficients are not confined to a simplex. With ``C = 1`` this is the mixed logit of choice modelling; with
    more, people fall into types that still differ inside.

    Parameters
    ----------
    means : (C, K) or (K,) array
        Centre of each component.
    within : (K, K) array
        Covariance within a component, common to all, positive definite.
    log_mass : (C,) array, optional
        Logarithms of the components' shares, normalised here; equal shares by default.

    Raises
    ------
    GustibusError
        If shapes disagree, a number is not finite or the covariance is not positive definite.

    References
    ----------
    Train (2009), Discrete Choice Methods with Simulation, chapters 6 and 12.

    Examples
    --------
    >>> prior = GaussianPrior([[1.0, 0.0], [-1.0, 0.0]], np.eye(2) / 4)
    >>> prior.mean
    array([0., 0.])
    >>> prior.covariance
    array([[1.25, 0.  ],
           [0.  , 0.25]])
    """

    family: ClassVar[str] = "gaussian"
    means: FloatArray
    within: FloatArray
    log_mass: FloatArray
    _root: FloatArray

    def __init__(self, means: npt.ArrayLike, within: npt.ArrayLike, log_mass: npt.ArrayLike | None = None) -> None:
        centres = np.atleast_2d(np.array(means, dtype=np.float64))
        spread = np.array(within, dtype=np.float64)
        shares = np.zeros(len(centres)) if log_mass is None else np.array(log_mass, dtype=np.float64)
        n_components, width = centres.shape
        if spread.shape != (width, width) or shares.shape != (n_components,):
            raise GustibusError(
                f"GaussianPrior: means {centres.shape} need a covariance ({width}, {width}) and {n_components} "
                f"log_mass entries, got {spread.shape} and {shares.shape}."
            )
        if not (np.isfinite(centres).all() and np.isfinite(spread).all() and np.isfinite(shares.max())):
            raise GustibusError("GaussianPrior: means, covariance and log_mass must be finite numbers.")
        spread = (spread + spread.T) / 2
        try:
            root = np.linalg.cholesky(spread)
        except np.linalg.LinAlgError as error:
            raise GustibusError(
                "GaussianPrior: the covariance is not positive definite (smallest eigenvalue "
                f"{np.linalg.eigvalsh(spread)[0]:.2g}); add a small multiple of the identity."
            ) from error
        object.__setattr__(self, "means", centres)
        object.__setattr__(self, "within", spread)
        object.__setattr__(self, "log_mass", shares - special.logsumexp(shares))
        object.__setattr__(self, "_root", root)

    @property
    def n_prototypes(self) -> int:
        """Number of coefficients ``K``."""
        return int(self.means.shape[1])

    @property
    def n_components(self) -> int:
        """Number of normal distributions ``C``."""
        return len(self.means)

    @property
    def root(self) -> FloatArray:
        """Lower triangular ``R`` with ``within = R R'``, ``(K, K)``."""
        return self._root

    @property
    def mass(self) -> FloatArray:
        """Share of people in each component, ``(C,)``."""
        return np.exp(self.log_mass)

    @property
    def mean(self) -> FloatArray:
        """Mean coefficients of the population, ``(K,)``."""
        return self.mass @ self.means

    @property
    def covariance(self) -> FloatArray:
        """Covariance of people's coefficients, within and between components, ``(K, K)``."""
        centred = self.means - self.mean
        between: FloatArray = (centred * self.mass[:, None]).T @ centred
        return self.within + between

    def draws(self, n: int, seed: int = 0) -> FloatArray:
        """Coefficients ``(n, K)`` of people drawn from the prior."""
        rng = np.random.default_rng(seed)
        component = rng.choice(self.n_components, size=n, p=self.mass)
        drawn: FloatArray = self.means[component] + rng.standard_normal((n, self.n_prototypes)) @ self.root.T
        return drawn

    def arrays(self) -> dict[str, FloatArray]:
        """The numbers that make the prior, by name: what there is to save."""
        return {"means": self.means, "within": self.within, "log_mass": self.log_mass}
