"""Any transformers model as an encoder of texts."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from gustibus.comparisons import GustibusError, caution
from gustibus.embedding.encoder import FloatMatrix, ItemText, TextEncoder
from gustibus.embedding.identity import digest_of
from gustibus.embedding.model_files import find_model_folder, fingerprint, has_chat_template
from gustibus.embedding.pooling import Pooling, pool
from gustibus.embedding.rendering import conversation_of
from gustibus.embedding.token_batches import token_batches

if TYPE_CHECKING:
    from torch import Tensor

    from gustibus.embedding.loaded_model import LoadedModel

__all__ = ["DType", "Layer", "TransformersEncoder"]

Layer = Literal["last", "penultimate"] | int
DType = Literal["float32", "bfloat16", "float16"]

_TEXTS_TOKENISED_AT_ONCE = 8192
_NUMBERS_VERSION = 1  # raised when a change of this file changes vectors: stored ones are then not used again


class TransformersEncoder(TextEncoder):
    """A model of the transformers library that turns a text into a pooled layer of its states.

    The files are looked for at once, the model is loaded when the first text is encoded: where all vectors are stored
    already, it never is.

    Parameters
    ----------
    model
        A folder, ``"minilm"``, or a hub name. A hub name is fetched only with ``allow_download=True``.
    layer
        ``"last"`` (after the final norm), ``"penultimate"`` (the output of the last block but one), or the index of a
        hidden state: 0 is the token embedding, i the output of block i; negative from the end.
    pooling
        ``"mean"`` over the text's tokens, its ``"last"`` token, or ``"cls"``, its first.
    dtype
        In which the model computes; pooled vectors are float32 always.
    max_length
        The most tokens of a text; None is the model's own limit, at most 2048.
    truncation
        Which side of a longer text is cut. ``"start"`` keeps the response, which ends the text.
    normalise
        Whether vectors are scaled to unit length.
    item_text
        ``"joined"`` (prompt, empty line, response) or ``"response"`` (the response alone).
    revision
        A hub branch, tag or commit.
    device
        ``"cuda"``, ``"mps"``, ``"cpu"``; None takes the first of these that the machine has.
    tokens_per_batch
        The most tokens in a batch, padding included; None is 2048 on a CPU, where more is slower, and 16384 elsewhere.
        Changes speed and memory, no number.
    allow_download
        Whether a hub name may be fetched from the hub.

    Raises
    ------
    GustibusError
        For an unknown setting, or a model that is not there.
    """

    kind = "transformers"

    def __init__(
        self,
        model: str | os.PathLike[str],
        *,
        layer: Layer = "last",
        pooling: Pooling = "mean",
        dtype: DType = "float32",
        max_length: int | None = None,
        truncation: Literal["start", "end"] = "start",
        normalise: bool = False,
        item_text: ItemText = "joined",
        revision: str | None = None,
        device: str | None = None,
        tokens_per_batch: int | None = None,
        allow_download: bool = False,
    ) -> None:
        super().__init__(item_text=item_text)
        self.model = os.fspath(model)
        self.layer: Layer = layer
        self.pooling: Pooling = pooling
        self.dtype: DType = dtype
        self.max_length = max_length
        self.truncation: Literal["start", "end"] = truncation
        self.normalise = normalise
        self.revision = revision
        self.device = device
        self.tokens_per_batch = tokens_per_batch
        self._check_settings()
        self._expected_files: str | None = None
        self.folder = find_model_folder(self.model, revision=revision, allow_download=allow_download)

    def _check_settings(self) -> None:
        for name, value, known in (
            ("pooling", self.pooling, ("mean", "last", "cls")),
            ("dtype", self.dtype, ("float32", "bfloat16", "float16")),
            ("truncation", self.truncation, ("start", "end")),
        ):
            if value not in known:
                raise GustibusError(f"{name}={value!r} is unknown. Use one of {', '.join(map(repr, known))}.")
        is_index = isinstance(self.layer, int) and not isinstance(self.layer, bool)
        if self.layer not in ("last", "penultimate") and not is_index:
            raise GustibusError(f"layer={self.layer!r} is unknown. Use 'last', 'penultimate' or the index of a layer.")
        for name, size in (("max_length", self.max_length), ("tokens_per_batch", self.tokens_per_batch)):
            if size is not None and size < 1:
                raise GustibusError(f"{name}={size} must be at least 1.")

    @property
    def identity(self) -> str:
        """A digest of the model's files and of every setting that changes a number."""
        return digest_of({**self._settings(), "files": self._files, "version": _NUMBERS_VERSION})

    def config(self) -> dict[str, object]:
        """The settings from which the encoder can be made again."""
        return {
            "kind": self.kind,
            "model": self.model,
            "revision": self.revision,
            **self._settings(),
            "files": self._files,
            "n_dimensions": self.n_dimensions,
        }

    @classmethod
    def from_config(cls, settings: Mapping[str, Any], *, allow_download: bool = False) -> TransformersEncoder:
        """Make the encoder again; the files must be what they were, which is checked when they are first used."""
        rest = {name: value for name, value in settings.items() if name not in ("files", "n_dimensions")}
        encoder = cls(**rest, allow_download=allow_download)
        encoder._expected_files = str(settings["files"])
        encoder.note_dimensions(int(settings["n_dimensions"]))
        return encoder

    def _settings(self) -> dict[str, object]:
        return {
            "layer": self.layer,
            "pooling": self.pooling,
            "dtype": self.dtype,
            "max_length": self.max_length,
            "truncation": self.truncation,
            "normalise": self.normalise,
            "item_text": self.item_text,
        }

    @cached_property
    def _files(self) -> str:
        """What the model's files hold, checked against what they held when the encoder was saved."""
        found = fingerprint(self.folder)
        if self._expected_files is not None and found != self._expected_files:
            raise GustibusError(
                f"the model {self.model!r} (files in {self.folder}) is not the one this encoder was saved with: "
                "weights, tokenizer or settings have changed, so its vectors would not fit. Bring back the old files, "
                "or fit again."
            )
        return found

    @cached_property
    def _loaded(self) -> LoadedModel:
        from gustibus.embedding.loaded_model import load_model

        assert self._files  # wrong files are refused before they are loaded
        return load_model(
            self.folder, name=self.model, dtype=self.dtype, device=self.device, truncation=self.truncation
        )

    @cached_property
    def _has_chat_template(self) -> bool:
        return has_chat_template(self.folder)

    def render(self, prompt: str | None, response: str) -> str:
        """The one text that stands for a pair: see :meth:`TextEncoder.render`."""
        conversation = conversation_of(prompt, response) if self.item_text == "joined" else None
        if conversation is None or not self._has_chat_template:
            return super().render(prompt, response)
        return self._loaded.apply_chat_template(conversation)

    def encode_batches(self, texts: Sequence[str]) -> Iterator[tuple[NDArray[np.intp], FloatMatrix]]:
        """Encode texts, longest first, in batches of about ``tokens_per_batch`` tokens.

        Warns
        -----
        DataWarning
            If texts were longer than ``max_length`` and were cut.
        """
        by_length = np.argsort([-len(text) for text in texts], kind="stable")
        n_cut = 0
        for start in range(0, len(texts), _TEXTS_TOKENISED_AT_ONCE):
            window = by_length[start : start + _TEXTS_TOKENISED_AT_ONCE]
            tokens = self._loaded.tokenise([texts[i] for i in window], self.max_length)
            n_cut += tokens.n_cut
            budget = self.tokens_per_batch or (2048 if self._loaded.device.type == "cpu" else 16384)
            for batch in token_batches(tokens.lengths, budget):
                hidden, mask = self._loaded.states(tokens, batch, self.layer)
                yield window[batch], self._pooled(hidden, mask)
        if n_cut:
            limit = self._loaded.limit(self.max_length)
            caution(
                f"{n_cut} of {len(texts)} texts are longer than {limit} tokens; the {self.truncation} of each was cut. "
                "Raise max_length where the model allows it."
            )

    def _pooled(self, hidden: Tensor, mask: Tensor) -> FloatMatrix:
        vectors = pool(hidden, mask, self.pooling)
        if self.normalise:
            vectors = vectors / vectors.norm(dim=1, keepdim=True).clamp_min(1e-12)
        result: FloatMatrix = vectors.cpu().numpy()
        if not np.isfinite(result).all():
            raise GustibusError(
                f"the model {self.model!r} gave vectors that are not finite in {self.dtype}. "
                "Use dtype='bfloat16' or 'float32'."
            )
        self.note_dimensions(result.shape[1])
        return result

    def __repr__(self) -> str:
        settings = ", ".join(f"{name}={value!r}" for name, value in self._settings().items() if value is not None)
        return f"TransformersEncoder({self.model!r}, {settings})"
