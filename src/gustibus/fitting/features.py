"""From an encoder's vectors to the features a model sees: centring, principal components, scale."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gustibus.comparisons import GustibusError
from gustibus.fitting.defaults import ITEMS_PER_COMPONENT

__all__ = ["FeatureMap", "PrincipalComponents", "rescaled", "standardised", "unchanged"]

Array = npt.NDArray[np.float32]


@dataclass(frozen=True)
class FeatureMap:
    """An affine map of embeddings, followed by further standardised columns.

    ``features = [(embedding - mean) @ projection, (extra - extra_mean) / extra_scale]``.

    Attributes
    ----------
    mean : ndarray, shape (D,)
    projection : ndarray, shape (D, C) or (D,)
        A matrix, or a diagonal given by its entries.
    extra_mean, extra_scale : ndarray, shape (E,)
        For numbers that come with an item beside its embedding, such as the logarithm of its length.
    description : str
        What it does, in words.
    """

    mean: Array
    projection: Array
    extra_mean: Array
    extra_scale: Array
    description: str

    @property
    def n_features(self) -> int:
        """Width of the features."""
        return int(self.projection.shape[-1]) + len(self.extra_mean)

    def __call__(self, embeddings: Array, extra: Array | None = None) -> Array:
        """Map embeddings ``(n, D)``, with extra columns ``(n, E)`` where the map has them, to ``(n, n_features)``."""
        if embeddings.ndim != 2 or embeddings.shape[1] != len(self.mean):
            raise GustibusError(
                f"the model was fitted on vectors of width {len(self.mean)}, but got an array of shape "
                f"{embeddings.shape}. Use the encoder the model was fitted with."
            )
        out = np.empty((len(embeddings), self.n_features), np.float32)
        n_projected = self.projection.shape[-1]
        for start in range(0, len(embeddings), 16384):
            rows = slice(start, start + 16384)
            centred = embeddings[rows] - self.mean
            out[rows, :n_projected] = (
                centred * self.projection if self.projection.ndim == 1 else centred @ self.projection
            )
        if len(self.extra_mean):
            if extra is None or extra.shape != (len(embeddings), len(self.extra_mean)):
                raise GustibusError(f"expected {len(self.extra_mean)} extra feature columns beside the embeddings")
            out[:, n_projected:] = (extra - self.extra_mean) / self.extra_scale
        return out

    def arrays(self) -> dict[str, Array]:
        """What has to be stored to rebuild the map (with its description)."""
        return {
            "mean": self.mean,
            "projection": self.projection,
            "extra_mean": self.extra_mean,
            "extra_scale": self.extra_scale,
        }


def _extra_statistics(extra: Array | None) -> tuple[Array, Array]:
    if extra is None:
        return np.zeros(0, np.float32), np.ones(0, np.float32)
    mean, scale = _mean_and_scale(extra)
    return mean.astype(np.float32), np.where(scale > 0, scale, 1).astype(np.float32)


def _mean_and_scale(columns: Array) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Mean and standard deviation of each column; the deviation of a column that only differs by rounding is 0."""
    mean = columns.mean(axis=0, dtype=np.float64)
    scale = columns.std(axis=0, dtype=np.float64)
    return mean, np.where(scale > 1e-6 * np.abs(columns).max(axis=0, initial=0.0), scale, 0.0)


def standardised(embeddings: Array, extra: Array | None = None) -> FeatureMap:
    """Every column to mean 0 and variance 1; constant columns become 0. For a few numeric features."""
    mean, scale = _mean_and_scale(embeddings)
    inverse = np.divide(1.0, scale, out=np.zeros_like(scale), where=scale > 0).astype(np.float32)
    return FeatureMap(mean.astype(np.float32), inverse, *_extra_statistics(extra), f"{len(mean)} standardised columns")


def rescaled(embeddings: Array, extra: Array | None = None) -> FeatureMap:
    """One factor for all columns, so that their mean square is 1. For indicators of recurring items."""
    factor = 1 / max(float(np.sqrt(np.mean(embeddings.astype(np.float64) ** 2))), 1e-12)
    n_columns = embeddings.shape[1]
    return FeatureMap(
        np.zeros(n_columns, np.float32),
        np.full(n_columns, factor, np.float32),
        *_extra_statistics(extra),
        f"{n_columns} columns as given",
    )


def unchanged(embeddings: Array) -> FeatureMap:
    """The embeddings themselves."""
    n_columns = embeddings.shape[1]
    none = np.zeros(0, np.float32)
    ones = np.ones(n_columns, np.float32)
    return FeatureMap(np.zeros(n_columns, np.float32), ones, none, none, f"{n_columns} columns, raw")


class PrincipalComponents:
    """The leading principal components of a set of embeddings, computed once for many choices of their number.

    Parameters
    ----------
    embeddings : ndarray, shape (n, D)
        Items of the training judgements. At most ``max_items`` of them, drawn with ``seed``, enter the covariance.
    n_components : int
        The most that will be asked for.
    extra : ndarray, shape (n, E), optional
        Further numeric columns, standardised beside the components.
    max_items : int
        Bound on the work; the leading components of embeddings are stable well before that.
    seed : int

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> items = (rng.normal(size=(500, 6)) * [5, 3, 1, 1, 1, 1]).astype(np.float32)
    >>> features = PrincipalComponents(items, 4).feature_map(2, whiten=True)(items)
    >>> [round(float(variance), 2) for variance in features.var(axis=0)]
    [1.0, 1.0]
    """

    def __init__(
        self,
        embeddings: Array,
        n_components: int,
        *,
        extra: Array | None = None,
        max_items: int = 20_000,
        seed: int = 0,
    ) -> None:
        from scipy.linalg import eigh

        rows = embeddings
        if len(rows) > max_items:
            rows = rows[np.sort(np.random.default_rng(seed).choice(len(rows), max_items, replace=False))]
        self.mean = rows.mean(axis=0, dtype=np.float64).astype(np.float32)
        centred = rows.astype(np.float64) - self.mean
        covariance = centred.T @ centred / max(len(rows) - 1, 1)
        width = covariance.shape[0]
        # Components of few items fit those items' noise, and whitening would blow it up on others.
        self.n_components = max(1, min(n_components, width, len(rows) // ITEMS_PER_COMPONENT))
        variances, directions = eigh(covariance, subset_by_index=(width - self.n_components, width - 1))
        # Directions come in ascending order; a fixed sign makes equal data give equal features.
        directions = directions[:, ::-1]
        signs = np.sign(directions[np.abs(directions).argmax(axis=0), np.arange(self.n_components)])
        self.variances = np.maximum(variances[::-1], 0)
        self.directions = directions * signs
        self.total_variance = float(np.trace(covariance))
        self._extra = _extra_statistics(extra)

    def feature_map(self, n_components: int, *, whiten: bool) -> FeatureMap:
        """Keep the first components, each with unit variance if whitened, else with unit mean square over all."""
        kept = self.variances[:n_components]
        usable = kept > 1e-6 * max(self.total_variance, 1e-30)
        if whiten:
            scale = np.divide(1.0, np.sqrt(kept), out=np.zeros_like(kept), where=usable)
        else:
            scale = np.full(len(kept), 1 / np.sqrt(max(float(kept.mean()), 1e-30)))
        share = 100 * float(kept.sum()) / max(self.total_variance, 1e-30)
        return FeatureMap(
            self.mean,
            (self.directions[:, :n_components] * scale).astype(np.float32),
            *self._extra,
            f"{len(kept)} principal components ({share:.0f} % of the variance), {'' if whiten else 'not '}whitened",
        )
