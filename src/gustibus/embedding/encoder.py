"""What turns a prompt and a response into a vector: the contract, and what all encoders of text share."""

from __future__ import annotations

import abc
import inspect
from collections.abc import Iterator, Sequence
from typing import Literal, Protocol, TypeGuard

import numpy as np
from numpy.typing import NDArray

from gustibus.comparisons import GustibusError, Progress
from gustibus.embedding.rendering import render_item

__all__ = ["Encoder", "FloatMatrix", "ItemText", "TextEncoder", "check_items", "is_encoder"]

FloatMatrix = NDArray[np.float32]
ItemText = Literal["joined", "response"]


class Encoder(Protocol):
    """Whatever gives each (prompt, response) pair a vector of ``n_dimensions`` numbers.

    Attributes
    ----------
    kind
        What sort of encoder this is: ``"transformers"``, ``"endpoint"``, ``"vectors"`` or ``"one-hot"``.
    identity
        A digest of everything that changes the numbers: two encoders with one identity give the same vectors.
    n_dimensions
        The length D of a vector.
    """

    @property
    def kind(self) -> str: ...

    @property
    def identity(self) -> str: ...

    @property
    def n_dimensions(self) -> int: ...

    def encode_items(
        self, prompts: Sequence[str | None], responses: Sequence[str], *, progress: Progress | None = None
    ) -> FloatMatrix:
        """Encode n pairs; returns ``(n, D)`` float32, row i for ``prompts[i], responses[i]``."""
        ...


class TextEncoder(abc.ABC):
    """An encoder that reads text: a pair is first rendered to one text, then the text is encoded.

    Only the text decides the vector, so equal texts are encoded once and may be stored for good.

    Parameters
    ----------
    item_text
        ``"joined"``: the prompt, an empty line, then the response. ``"response"``: the response alone.
    """

    def __init__(self, *, item_text: ItemText = "joined") -> None:
        if item_text not in ("joined", "response"):
            raise GustibusError(
                f"item_text={item_text!r} is unknown. Use 'joined' (prompt and response) or 'response' (alone)."
            )
        self.item_text: ItemText = item_text
        self._known_dimensions: int | None = None

    @property
    @abc.abstractmethod
    def kind(self) -> str:
        """What sort of encoder this is."""

    @property
    @abc.abstractmethod
    def identity(self) -> str:
        """A digest of everything that changes the numbers."""

    @property
    def n_dimensions(self) -> int:
        """The length D of a vector; found by encoding one short text where it is not known yet."""
        if self._known_dimensions is None:
            self.encode(["How long is a vector?"])
        assert self._known_dimensions is not None
        return self._known_dimensions

    def note_dimensions(self, n_dimensions: int) -> None:
        """Learn D from vectors that this encoder made, now or earlier.

        Raises
        ------
        GustibusError
            If they are longer or shorter than those before.
        """
        if self._known_dimensions is None:
            self._known_dimensions = n_dimensions
        elif self._known_dimensions != n_dimensions:
            raise GustibusError(
                f"{self!r} gave vectors of {n_dimensions} dimensions after vectors of {self._known_dimensions}: "
                "the model behind it has changed. Encode everything again with one model."
            )

    @abc.abstractmethod
    def encode_batches(self, texts: Sequence[str]) -> Iterator[tuple[NDArray[np.intp], FloatMatrix]]:
        """Encode texts in the order that is quickest.

        Yields ``(positions, vectors)``: the vectors, ``(b, D)`` float32, of ``texts[positions]``. Every position
        comes exactly once.
        """

    @abc.abstractmethod
    def config(self) -> dict[str, object]:
        """The settings from which the encoder can be made again, as JSON-able values; never a secret."""

    def render(self, prompt: str | None, response: str) -> str:
        """The one text that stands for a pair.

        With ``item_text="joined"`` this is the prompt, an empty line and the response (the response alone where
        there is no prompt). A conversation, i.e. a list of chat messages, is rendered by the model's own chat template
        where it has one, else as ``role: content`` paragraphs.
        """
        return render_item(prompt, response, item_text=self.item_text)

    def encode(self, texts: Sequence[str], *, progress: Progress | None = None) -> FloatMatrix:
        """Encode n texts as they stand.

        Returns
        -------
        ``(n, D)`` float32, row i for ``texts[i]``; the same to about 1e-5 whatever the order or batch size.
        """
        result: FloatMatrix | None = None
        done = 0
        for positions, vectors in self.encode_batches(texts):
            self.note_dimensions(vectors.shape[1])
            if result is None:
                result = np.empty((len(texts), vectors.shape[1]), dtype=np.float32)
            result[positions] = vectors
            done += len(positions)
            if progress is not None:
                progress("embedding", done, len(texts))
        if result is None:
            return np.empty((0, self.n_dimensions), dtype=np.float32)
        return result

    def encode_items(
        self, prompts: Sequence[str | None], responses: Sequence[str], *, progress: Progress | None = None
    ) -> FloatMatrix:
        """Render n pairs and encode each distinct text once; returns ``(n, D)`` float32."""
        check_items(prompts, responses)
        position_of: dict[str, int] = {}
        inverse = np.empty(len(responses), dtype=np.intp)
        for i, (prompt, response) in enumerate(zip(prompts, responses, strict=True)):
            inverse[i] = position_of.setdefault(self.render(prompt, response), len(position_of))
        return self.encode(list(position_of), progress=progress)[inverse]


def is_encoder(value: object) -> TypeGuard[Encoder]:
    """Whether a value has what the contract asks for; nothing is computed to find out.

    >>> is_encoder("minilm")
    False
    """
    absent = object()
    wanted = ("kind", "identity", "n_dimensions", "encode_items")
    return all(inspect.getattr_static(value, name, absent) is not absent for name in wanted)


def check_items(prompts: Sequence[str | None], responses: Sequence[str]) -> None:
    """Refuse prompts and responses that do not pair up."""
    if isinstance(prompts, str) or isinstance(responses, str):
        raise GustibusError("prompts and responses must be sequences of texts, not one text. Put it into a list.")
    if len(prompts) != len(responses):
        raise GustibusError(
            f"{len(prompts)} prompts do not pair up with {len(responses)} responses. "
            "Give one prompt (or None) for each response."
        )
