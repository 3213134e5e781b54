"""What a fit learns from, as arrays."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gustibus.fitting.feature_choices import InputKind
from gustibus.fitting.records import Judgements
from gustibus.fitting.settings import FitSettings

__all__ = ["FitInputs"]


@dataclass(frozen=True)
class FitInputs:
    """What a fit learns from.

    Attributes
    ----------
    embeddings : ndarray, shape (n_items, D)
    extra : ndarray, shape (n_items, E), or None
        Further numeric columns beside the embedding, such as the logarithm of the length.
    kind : {"embedding", "numeric", "indicator"}
        What the embeddings are, which decides how they become features.
    judgements : Judgements
    prompt_embeddings : ndarray, shape (n_items, P), or None
        The prompt of each item, for models that keep prompt and response apart (``model="pal-b"``); the embeddings are
        then those of the responses alone.
    prompt_kind : {"embedding", "numeric", "indicator"}
        What the prompts' embeddings are.
    covariates : ndarray, shape (U, Q), or None
        Numbers known of each person beside their answers; NaN for people of whom nothing is known.
    validation_drawn : bool
        Whether the validation judgements were drawn rather than given: then ``model="auto"`` may draw others.
    """

    embeddings: npt.NDArray[np.float32]
    extra: npt.NDArray[np.float32] | None
    kind: InputKind
    judgements: Judgements
    prompt_embeddings: npt.NDArray[np.float32] | None = None
    prompt_kind: InputKind = "embedding"
    covariates: npt.NDArray[np.float64] | None = None
    validation_drawn: bool = False

    def fingerprint(self, settings: FitSettings) -> str:
        """A digest of all inputs and settings, by which an interrupted fit is recognised."""
        digest = hashlib.blake2b(repr(settings).encode(), digest_size=16)
        j = self.judgements
        kinds = f"{self.kind} {self.prompt_kind}"
        inputs = (self.embeddings, self.extra, self.prompt_embeddings, self.covariates)
        for array in (*inputs, *j.arrays().values()):
            if array is not None:
                digest.update(f"{kinds} {j.n_users} {array.shape} {array.dtype}".encode())
                digest.update(np.ascontiguousarray(array).data)
        return digest.hexdigest()
