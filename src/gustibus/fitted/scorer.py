"""From responses to what a model says about them: encoding, features, scores."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch

from gustibus.comparisons import Progress
from gustibus.embedding import EmbeddingStore, Encoder, TextEncoder, encode_items, encode_prompts
from gustibus.fitted.item_offsets import ItemOffsets
from gustibus.fitting import Differences, FeatureMap
from gustibus.models import PreferenceModel

__all__ = ["Scorer", "length_columns"]

FloatArray = npt.NDArray[np.float64]
CHUNK = 65_536


@dataclass(frozen=True)
class Scorer:
    """Encoder, feature map, model and offsets in a row; all outputs are in log-odds.

    Attributes
    ----------
    encoder : Encoder
    feature_map : FeatureMap
        Of items, or of responses alone where there is a ``prompt_map``.
    model : PreferenceModel
    factor : float
        What the model's scores and offsets are multiplied by.
    offsets : ItemOffsets or None
    store : EmbeddingStore or None
        Where vectors of texts are kept.
    prompt_map : FeatureMap or None
        Of prompts, for models that keep them apart; their features follow those of the response.
    """

    encoder: Encoder
    feature_map: FeatureMap
    model: PreferenceModel
    factor: float
    offsets: ItemOffsets | None
    store: EmbeddingStore | None
    prompt_map: FeatureMap | None = None

    def features(
        self, prompts: Sequence[str | None], responses: Sequence[str], progress: Progress | None = None
    ) -> npt.NDArray[np.float32]:
        """Features of n items, shape (n, C)."""
        beside = prompts if self.prompt_map is None else [None] * len(prompts)
        vectors = encode_items(self.encoder, beside, responses, store=self.store, progress=progress)
        extra = length_columns(responses) if len(self.feature_map.extra_mean) else None
        features = self.feature_map(vectors, extra)
        if self.prompt_map is None:
            return features
        asked = encode_prompts(self.encoder, prompts, store=self.store, progress=progress)
        return np.concatenate([features, self.prompt_map(asked)], axis=1)

    def prototype_scores(self, features: npt.NDArray[np.float32]) -> FloatArray:
        """Rewards of n items at each prototype, shape (n, K), without item offsets."""
        blocks = []
        with torch.no_grad():
            for start in range(0, len(features), CHUNK):
                scores = self.model.prototype_scores(torch.from_numpy(features[start : start + CHUNK]))
                blocks.append(scores.double().numpy())
        joined: FloatArray = np.concatenate(blocks) if blocks else np.zeros((0, self.model.n_prototypes))
        return joined * self.factor

    def rewards_at(self, features: npt.NDArray[np.float32], weights: FloatArray) -> FloatArray:
        """Rewards of n items to m people given by their weights (m, K), shape (n, m), without item offsets.

        For models that are linear in the weights this is one matrix product of the per-prototype scores.
        """
        if self.model.linear_in_weights:
            return self.prototype_scores(features) @ weights.T
        rewards = np.empty((len(features), len(weights)))
        items = torch.from_numpy(features)
        with torch.no_grad():
            for column, person in enumerate(torch.from_numpy(weights.astype(np.float32))):
                rewards[:, column] = self.model.reward(items, person).numpy()
        return rewards * self.factor

    def differences(self, features: npt.NDArray[np.float32]) -> Differences:
        """Log-odds of pairs of these items at each prototype, without item offsets; each item is mapped once."""
        return Differences.of(self.model, features).scaled(self.factor)

    def pool_log_odds(self, features: npt.NDArray[np.float32], weights: FloatArray) -> FloatArray:
        """Log-odds (n, n) of all pairs of responses to one prompt, for the person with weights (K,)."""
        with torch.no_grad():
            s = self.model.pool_log_odds(torch.from_numpy(features), torch.from_numpy(weights.astype(np.float32)))
        log_odds: FloatArray = s.double().numpy() * self.factor
        return log_odds

    def item_offsets(self, prompts: Sequence[str | None], responses: Sequence[str]) -> FloatArray:
        """Offsets of n items, shape (n,); 0 for items that fitting has not seen."""
        if self.offsets is None:
            return np.zeros(len(responses))
        return self.offsets.lookup(prompts, responses) * self.factor


def length_columns(responses: Sequence[str]) -> npt.NDArray[np.float32]:
    """The logarithm of one plus the number of words of each response, shape (n, 1).

    Sentence encoders hide how long a text is, and people care.
    """
    return np.array([[np.log1p(len(response.split()))] for response in responses], np.float32).reshape(-1, 1)


def wants_length(encoder: Encoder) -> bool:
    """Whether responses are texts whose length is a feature beside their embedding."""
    return isinstance(encoder, TextEncoder)
