"""Which feature maps a fit may choose from, each computed once."""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from gustibus.comparisons import Progress, caution
from gustibus.comparisons.wording import counted
from gustibus.fitting.defaults import COMPONENTS, MAX_NUMERIC_COLUMNS, PROMPT_COMPONENTS
from gustibus.fitting.features import FeatureMap, PrincipalComponents, rescaled, standardised, unchanged
from gustibus.fitting.setting_uses import CYCLIC
from gustibus.fitting.settings import FitSettings

__all__ = ["FeatureChoices", "InputKind", "PromptVectors"]

InputKind = Literal["embedding", "numeric", "indicator"]


@dataclass(frozen=True)
class PromptVectors:
    """The prompts of a fit's items, encoded apart from the responses.

    Attributes
    ----------
    distinct : ndarray, shape (n_prompts, P)
        The vector of each distinct prompt.
    item : ndarray of int, shape (n_items,)
        Which of them each item answers.
    kind : {"embedding", "numeric", "indicator"}
    """

    distinct: npt.NDArray[np.float32]
    item: npt.NDArray[np.intp]
    kind: InputKind

    @classmethod
    def of(cls, embeddings: npt.NDArray[np.float32], kind: InputKind) -> PromptVectors:
        """From one row an item, shape (n_items, P), in which prompts repeat."""
        position: dict[bytes, int] = {}
        item = np.array([position.setdefault(row.tobytes(), len(position)) for row in embeddings], np.intp)
        first = np.unique(item, return_index=True)[1]
        return cls(embeddings[first], item, kind)


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
    prompts : PromptVectors, optional
        Prompts that a model keeps apart. Their features follow those of the response: one fixed map of at most 32
        principal components, or of the columns as they are by the rules above.
    """

    def __init__(
        self,
        embeddings: npt.NDArray[np.float32],
        extra: npt.NDArray[np.float32] | None,
        kind: InputKind,
        train_items: npt.NDArray[np.intp],
        settings: FitSettings,
        progress: Progress | None = None,
        prompts: PromptVectors | None = None,
    ) -> None:
        self.embeddings, self.extra = embeddings, extra
        self.prompt_map: FeatureMap | None = None
        self._prompt_features: npt.NDArray[np.float32] | None = None
        if prompts is not None:
            self.prompt_map = _prompt_map(prompts, train_items, settings)
            self._prompt_features = self.prompt_map(prompts.distinct)[prompts.item]
        width = embeddings.shape[1]
        reduce = settings.components is not None or kind == "embedding" or width > MAX_NUMERIC_COLUMNS
        if kind == "indicator" and settings.components is None:
            reduce = False
        seen, seen_extra = embeddings[train_items], None if extra is None else extra[train_items]
        self._components: PrincipalComponents | None = None
        self._fixed: FeatureMap | None = None
        if settings.raw_features or (kind == "indicator" and settings.model in CYCLIC):
            # Of recurring items every one then has a representation of its own, and the ridge is on its length.
            self._fixed = unchanged(seen)
        elif reduce:
            if progress is not None:
                progress("principal components", 0, 1)
            most = settings.components or max(COMPONENTS)
            self._components = PrincipalComponents(seen, min(most, width), extra=seen_extra, seed=settings.seed)
            if settings.components is not None and self._components.n_components < settings.components:
                caution(
                    f"components={settings.components} were asked for, but vectors of {counted(width, 'dimension')} of "
                    f"{counted(len(seen), 'item')} that were judged allow {self._components.n_components}, which are "
                    "taken."
                )
            if progress is not None:
                progress("principal components", 1, 1)
        else:
            self._fixed = rescaled(seen, seen_extra) if kind == "indicator" else standardised(seen, seen_extra)
        self._indicators = seen if kind == "indicator" and not reduce else None
        self._asked = settings.components
        self._whiten = [False, True] if settings.whiten is None else [settings.whiten]
        self._cached: tuple[tuple[int | None, bool], npt.NDArray[np.float32]] | None = None
        self._only: tuple[int | None, bool] | None = None

    @property
    def n_prompt_features(self) -> int:
        """How many of the last columns of the features are the prompt's."""
        return 0 if self.prompt_map is None else self.prompt_map.n_features

    def options(self) -> list[tuple[int | None, bool]]:
        """(components, whiten) to choose from; a single one where nothing is reduced. The first is the start."""
        if self._only is not None:
            return [self._only]
        if self._components is None:
            return [(None, False)]
        widest = self._components.n_components
        counts = [widest] if self._asked is not None else sorted({min(count, widest) for count in COMPONENTS})
        return [(count, whiten) for whiten in self._whiten for count in counts]

    def only(self, components: int | None, whiten: bool) -> FeatureChoices:
        """The same features with one option left."""
        decided = copy(self)
        decided._only = (components, whiten)
        return decided

    def for_circles(self) -> FeatureChoices:
        """The same for a model with circles, in which every recurring item has a representation of its own."""
        if self._indicators is None:
            return self
        made = copy(self)
        made._fixed, made._cached = unchanged(self._indicators), None
        return made

    def feature_map(self, components: int | None, whiten: bool) -> FeatureMap:
        """The map of one option, for responses."""
        if self._components is None or components is None:
            assert self._fixed is not None
            return self._fixed
        return self._components.feature_map(components, whiten=whiten)

    def features(self, components: int | None, whiten: bool) -> npt.NDArray[np.float32]:
        """Features of all items under one option; the last one asked for is remembered."""
        key = (components, whiten)
        if self._cached is None or self._cached[0] != key:
            self._cached = None
            features = self.feature_map(components, whiten)(self.embeddings, self.extra)
            if self._prompt_features is not None:
                features = np.concatenate([features, self._prompt_features], axis=1)
            self._cached = (key, features)
        return self._cached[1]


def _prompt_map(prompts: PromptVectors, train_items: npt.NDArray[np.intp], settings: FitSettings) -> FeatureMap:
    """The features of prompts, made from those that occur in training judgements, each counted once."""
    seen = prompts.distinct[np.unique(prompts.item[train_items])]
    if settings.raw_features:
        return unchanged(seen)
    if prompts.kind == "indicator":
        return rescaled(seen)
    if prompts.kind == "numeric" and seen.shape[1] <= MAX_NUMERIC_COLUMNS:
        return standardised(seen)
    n_components = min(PROMPT_COMPONENTS, seen.shape[1])
    components = PrincipalComponents(seen, n_components, seed=settings.seed)
    return components.feature_map(components.n_components, whiten=bool(settings.whiten))
