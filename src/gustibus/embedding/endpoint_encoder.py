"""A remote service that speaks the OpenAI embeddings protocol as an encoder of texts."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gustibus.comparisons import GustibusError
from gustibus.embedding.encoder import FloatMatrix, ItemText, TextEncoder
from gustibus.embedding.identity import digest_of
from gustibus.embedding.retrying import RetryPolicy, post_json
from gustibus.embedding.service_address import checked_key, checked_url

__all__ = ["EndpointEncoder", "vectors_from_answer"]

_NUMBERS_VERSION = 1


class EndpointEncoder(TextEncoder):
    """Texts encoded by a service with an OpenAI-compatible ``/v1/embeddings``: vLLM, TEI, Ollama, OpenAI and others.

    The key comes from ``api_key`` or from an environment variable. It is sent to this service alone, and is never part
    of the identity, of a saved model, or of an error.

    Parameters
    ----------
    url
        The service's base address, e.g. ``"http://localhost:8000/v1"``.
    model
        The model's name there.
    api_key
        The key, if the service wants one.
    api_key_env
        The environment variable to take it from where ``api_key`` is not given.
    dimensions
        The length to ask for, with models that offer several.
    normalise
        Whether vectors are scaled to unit length.
    item_text
        ``"joined"`` (prompt, empty line, response) or ``"response"`` (the response alone).
    revision
        A label of your own for what runs behind the name: change it when the service's model changes, and stored
        vectors of the old one are not used again.
    texts_per_request
        How many texts go into one request.
    timeout
        Seconds to wait for an answer.
    retry
        How often to try again, and how long to wait in between.

    Raises
    ------
    GustibusError
        For an address that is none, or that holds a password or a query (either could be a secret).
    """

    kind = "endpoint"

    def __init__(
        self,
        url: str,
        model: str,
        *,
        api_key: str | None = None,
        api_key_env: str = "GUSTIBUS_EMBEDDINGS_API_KEY",
        dimensions: int | None = None,
        normalise: bool = False,
        item_text: ItemText = "joined",
        revision: str | None = None,
        texts_per_request: int = 64,
        timeout: float = 60.0,
        retry: RetryPolicy | None = None,
    ) -> None:
        super().__init__(item_text=item_text)
        if texts_per_request < 1:
            raise GustibusError(f"texts_per_request={texts_per_request} must be at least 1.")
        self.url = checked_url(url, "/embeddings")
        self.model = model
        self.api_key_env = api_key_env
        self.dimensions = dimensions
        self.normalise = normalise
        self.revision = revision
        self.texts_per_request = texts_per_request
        self.timeout = timeout
        self.retry = retry or RetryPolicy()
        self._api_key = None if api_key is None else checked_key(api_key, "api_key")
        if dimensions is not None:
            self.note_dimensions(dimensions)

    @property
    def identity(self) -> str:
        """A digest of address, model, revision and settings."""
        return digest_of({**self._settings(), "version": _NUMBERS_VERSION})

    def config(self) -> dict[str, object]:
        """The settings from which the encoder can be made again, without the key."""
        return {
            **self._settings(),
            "api_key_env": self.api_key_env,
            "texts_per_request": self.texts_per_request,
            "timeout": self.timeout,
            "n_dimensions": self.n_dimensions,
        }

    @classmethod
    def from_config(cls, settings: Mapping[str, Any]) -> EndpointEncoder:
        """Make the encoder again; the key is taken from the environment."""
        rest = {name: value for name, value in settings.items() if name not in ("kind", "n_dimensions")}
        encoder = cls(**rest)
        encoder.note_dimensions(int(settings["n_dimensions"]))
        return encoder

    def _settings(self) -> dict[str, object]:
        return {
            "kind": self.kind,
            "url": self.url,
            "model": self.model,
            "revision": self.revision,
            "dimensions": self.dimensions,
            "normalise": self.normalise,
            "item_text": self.item_text,
        }

    def encode_batches(self, texts: Sequence[str]) -> Iterator[tuple[NDArray[np.intp], FloatMatrix]]:
        """Encode texts, longest first, ``texts_per_request`` at a time."""
        import httpx

        order = np.argsort([-len(text) for text in texts], kind="stable")
        key = self._key()
        headers = {} if key is None else {"Authorization": f"Bearer {key}"}
        with httpx.Client(headers=headers, timeout=self.timeout) as client:
            for start in range(0, len(order), self.texts_per_request):
                batch = order[start : start + self.texts_per_request]
                payload: dict[str, object] = {
                    "model": self.model,
                    "input": [texts[i] for i in batch],
                    "encoding_format": "float",
                }
                if self.dimensions is not None:
                    payload["dimensions"] = self.dimensions
                url = self.url + "/embeddings"
                vectors = vectors_from_answer(post_json(client, url, payload, self.retry, secret=key), len(batch), url)
                self.note_dimensions(vectors.shape[1])
                yield batch, self._scaled(vectors)

    def _key(self) -> str | None:
        if self._api_key is not None:
            return self._api_key
        key = os.environ.get(self.api_key_env)
        return checked_key(key, f"the environment variable {self.api_key_env}") if key else None

    def _scaled(self, vectors: FloatMatrix) -> FloatMatrix:
        if not self.normalise:
            return vectors
        length = np.linalg.norm(vectors, axis=1, keepdims=True)
        if (length == 0).any():
            raise GustibusError(
                f"{self.url} gave a vector of zeros, which has no direction. Check the model {self.model!r}."
            )
        scaled: FloatMatrix = vectors / length
        return scaled

    def __repr__(self) -> str:
        return f"EndpointEncoder({self.url!r}, {self.model!r})"


def vectors_from_answer(answer: object, n: int, url: str) -> FloatMatrix:
    """The vectors in a service's answer, in the order of the n texts that were sent.

    Raises
    ------
    GustibusError
        If vectors are missing, doubled, of unequal length, or not finite.

    >>> answer = {"data": [{"index": 1, "embedding": [3, 4]}, {"index": 0, "embedding": [1, 2]}]}
    >>> vectors_from_answer(answer, 2, "http://localhost/v1/embeddings")
    array([[1., 2.],
           [3., 4.]], dtype=float32)
    """
    wrong = f"{url} did not answer as the OpenAI embeddings protocol asks: "
    fix = " Check that the model behind it makes embeddings."
    data = answer.get("data") if isinstance(answer, Mapping) else None
    if not isinstance(data, list) or not all(isinstance(one, Mapping) for one in data):
        raise GustibusError(f"{wrong}there is no list 'data' of objects.{fix}")
    if len(data) != n:
        raise GustibusError(f"{wrong}{n} texts were sent, {len(data)} vectors came back.{fix}")
    indices = [one.get("index") for one in data]
    if any(type(index) is not int for index in indices) or sorted(indices) != list(range(n)):
        raise GustibusError(f"{wrong}the field 'index' does not number the vectors from 0 to {n - 1}.{fix}")
    rows = [_one_vector(one, wrong, fix) for one in data]
    lengths = sorted({len(row) for row in rows})
    if len(lengths) > 1:
        raise GustibusError(f"{wrong}vectors have unequal lengths ({lengths[0]} to {lengths[-1]}).{fix}")
    with np.errstate(over="ignore"):
        vectors = np.stack(rows).astype(np.float32)
    if not np.isfinite(vectors).all():
        raise GustibusError(f"{wrong}a vector holds numbers that are not finite in 32 bits.{fix}")
    result = np.empty_like(vectors)
    result[indices] = vectors
    return result


def _one_vector(one: Mapping[str, object], wrong: str, fix: str) -> NDArray[np.generic]:
    embedding = one.get("embedding")
    row = np.asarray(embedding) if isinstance(embedding, list) else np.empty(0, dtype=object)
    if row.ndim != 1 or len(row) == 0 or row.dtype.kind not in "iuf":
        raise GustibusError(f"{wrong}the 'embedding' of index {one.get('index')} is no list of numbers.{fix}")
    return row
