"""An encoder as settings and arrays, and back: how a saved model keeps the encoder it was fitted with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gustibus.comparisons import GustibusError
from gustibus.embedding.encoder import Encoder
from gustibus.embedding.endpoint_encoder import EndpointEncoder
from gustibus.embedding.id_table import pack_ids, unpack_ids
from gustibus.embedding.one_hot import OneHot
from gustibus.embedding.transformers_encoder import TransformersEncoder
from gustibus.embedding.vectors import Vectors

__all__ = ["encoder_from_config", "encoder_to_config"]

# Before the names of arrays that belong to prompts.
PROMPT = "prompt_"

Arrays = dict[str, NDArray[np.generic]]


def encoder_to_config(encoder: Encoder) -> tuple[dict[str, object], Arrays]:
    """An encoder as JSON-able settings and named arrays; model weights and secrets are never among them.

    >>> config, arrays = encoder_to_config(OneHot(["tea", "coffee"]))
    >>> config
    {'kind': 'one-hot'}
    >>> encoder_from_config(config, arrays).ids
    ('tea', 'coffee')
    """
    if isinstance(encoder, (TransformersEncoder, EndpointEncoder)):
        return encoder.config(), {}
    if isinstance(encoder, OneHot):
        return {"kind": encoder.kind}, pack_ids(encoder.ids)
    if isinstance(encoder, Vectors):
        names = None if encoder.names is None else list(encoder.names)
        arrays = {**pack_ids(encoder.ids), "matrix": encoder.matrix}
        if encoder.prompts is not None:
            asked = {**pack_ids(encoder.prompts.ids), "matrix": encoder.prompts.matrix}
            arrays |= {PROMPT + name: array for name, array in asked.items()}
        return {"kind": encoder.kind, "names": names}, arrays
    raise GustibusError(
        f"an encoder of type {type(encoder).__name__} cannot be saved: gustibus does not know how to make it again. "
        "Encode the responses and give them as Vectors(ids, matrix)."
    )


def encoder_from_config(
    config: Mapping[str, object], arrays: Mapping[str, NDArray[np.generic]], *, allow_download: bool = False
) -> Encoder:
    """The encoder that :func:`encoder_to_config` described.

    Raises
    ------
    GustibusError
        If the kind is unknown, something is missing, or a text model is not on this machine; and, when the first text
        is encoded, if the model's files are not the ones it was saved with.
    """
    settings: dict[str, Any] = dict(config)
    kind = settings.pop("kind", None)
    try:
        if kind == "one-hot":
            return OneHot(unpack_ids(arrays["ids_utf8"], arrays["ids_length"]))
        if kind == "vectors":
            ids = unpack_ids(arrays["ids_utf8"], arrays["ids_length"])
            prompts = None
            if PROMPT + "matrix" in arrays:
                asked = unpack_ids(arrays[PROMPT + "ids_utf8"], arrays[PROMPT + "ids_length"])
                prompts = asked, arrays[PROMPT + "matrix"]
            return Vectors(ids, arrays["matrix"], names=settings["names"], prompts=prompts)
        if kind == "transformers":
            return TransformersEncoder.from_config(settings, allow_download=allow_download)
        if kind == "endpoint":
            return EndpointEncoder.from_config(settings)
    except (KeyError, TypeError) as error:
        raise GustibusError(
            f"the saved encoder of kind {kind!r} is damaged or of another version ({error}). Save the model again."
        ) from error
    raise GustibusError(
        f"the saved encoder is of kind {kind!r}, which this version of gustibus does not know. "
        "Install the version with which it was saved, or a newer one."
    )
