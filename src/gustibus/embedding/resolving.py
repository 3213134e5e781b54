"""From what a person wrote for ``encoder=`` to an encoder."""

from __future__ import annotations

import os
from collections.abc import Sequence

from gustibus.comparisons import GustibusError
from gustibus.embedding.encoder import Encoder, is_encoder
from gustibus.embedding.minilm import minilm
from gustibus.embedding.one_hot import OneHot
from gustibus.embedding.transformers_encoder import TransformersEncoder

__all__ = ["resolve_encoder"]


def resolve_encoder(
    spec: str | os.PathLike[str] | Encoder, responses: Sequence[str] = (), *, allow_download: bool = False
) -> Encoder:
    """Make the encoder that ``spec`` names.

    Parameters
    ----------
    spec
        ``"minilm"`` (the offline default); ``"one-hot"`` (one dimension for each distinct response); a folder with a
        transformers model, or a hub name, with the defaults of :class:`TransformersEncoder`; or an encoder, which is
        returned as it is.
    responses
        The responses that occur; only ``"one-hot"`` looks at them.
    allow_download
        Whether a hub name may be fetched from the hub.

    Raises
    ------
    GustibusError
        If nothing has this name; the message says what can be given.

    Examples
    --------
    >>> resolve_encoder("one-hot", ["tea", "coffee", "tea"])
    OneHot(2 ids)
    """
    if isinstance(spec, (str, os.PathLike)):
        name = os.fspath(spec)
        if name == "minilm":
            return minilm()
        if name == "one-hot":
            return OneHot(sorted(set(responses)))
        return TransformersEncoder(name, allow_download=allow_download)
    if is_encoder(spec):
        return spec
    raise GustibusError(
        f"encoder={spec!r:.80} is of type {type(spec).__name__}. Give 'minilm', 'one-hot', a folder or hub name, "
        "Vectors(ids, matrix), or an encoder."
    )
