"""Which feature maps a fit may choose from, each computed once."""

from __future__ import annotations

from typing import Literal

import numpy as np
import numpy.typing as npt

from gustibus.comparisons import Progress
from gustibus.fitting.features import FeatureMap, PrincipalComponents, rescaled, standardised, unchanged
from gustibus.fitting.settings import FitSettings

__all__ = ["FeatureChoices", "InputKind"]

InputKind = Literal["embedding", "numeric", "indicator"]

COMPONENTS = (32, 96, 256)
# Up to this width numeric columns are features in their own right and are kept.
MAX_NUMERIC_COLUMNS = 64


class FeatureChoices:
    """The candidate feature maps of one fit.

    Parameters
    ----------
    embeddings : ndarray, shape (n_items, D)
    extra : ndarray, shape (n_items, E), or None
        Further numeric columns beside the embedding.
    kind : {"embedding", "numeric", "indicator"}
        Embeddings are reduced to principal components; up to 64 numeric columns are standardised; indicators are kept.
        Settings that name a number of components overrule this.
    train_items : ndarray of int
        Items of the training judgements: only these are looked at.
    settings : FitSettings
    """

    def __init__(
        self,
        embeddings: npt.NDArray[np.float32],
        extra: npt.NDArray[np.float32] | None,
        kind: InputKind,
        train_items: npt.NDArray[np.intp],
        settings: FitSettings,
        progress: Progress | None = None,
    ) -> None:
        self.embeddings, self.extra = embeddings, extra
        width = embeddings.shape[1]
        reduce = settings.components is not None or kind == "embedding" or width > MAX_NUMERIC_COLUMNS
        if kind == "indicator" and settings.components is None:
            reduce = False
        seen, seen_extra = embeddings[train_items], None if extra is None else extra[train_items]
        self._components: PrincipalComponents | None = None
        self._fixed: FeatureMap | None = None
        if settings.raw_features:
            self._fixed = unchanged(seen)
        elif reduce:
            if progress is not None:
                progress("principal components", 0, 1)
            most = settings.components or max(COMPONENTS)
            self._components = PrincipalComponents(seen, min(most, width), extra=seen_extra, seed=settings.seed)
            if progress is not None:
                progress("principal components", 1, 1)
        else:
            self._fixed = rescaled(seen, seen_extra) if kind == "indicator" else standardised(seen, seen_extra)
        self._asked = settings.components
        self._whiten = [False, True] if settings.whiten is None else [settings.whiten]
        self._cached: tuple[tuple[int | None, bool], npt.NDArray[np.float32]] | None = None

    def options(self) -> list[tuple[int | None, bool]]:
        """(components, whiten) to choose from; a single one where nothing is reduced. The first is the start."""
        if self._components is None:
            return [(None, False)]
        widest = self._components.n_components
        counts = [widest] if self._asked is not None else sorted({min(count, widest) for count in COMPONENTS})
        return [(count, whiten) for whiten in self._whiten for count in counts]

    def feature_map(self, components: int | None, whiten: bool) -> FeatureMap:
        """The map of one option."""
        if self._components is None or components is None:
            assert self._fixed is not None
            return self._fixed
        return self._components.feature_map(components, whiten=whiten)

    def features(self, components: int | None, whiten: bool) -> npt.NDArray[np.float32]:
        """Features of all items under one option; the last one asked for is remembered."""
        key = (components, whiten)
        if self._cached is None or self._cached[0] != key:
            self._cached = None
            self._cached = (key, self.feature_map(components, whiten)(self.embeddings, self.extra))
        return self._cached[1]
