"""PAL's samples of embeddings, ``((user, prompt, (left, right)), y)``: judgements, and the vectors they are about.

Source: the repository of Chen et al. (2024), PAL: Pluralistic Alignment Framework, arXiv 2406.08469, where the
images and captions of Pick-a-Pic are published as vectors of OpenCLIP.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from gustibus.comparisons import Comparisons, GustibusError, read
from gustibus.comparisons.wording import shorten
from gustibus.embedding import Vectors

__all__ = ["embedded_samples"]

_SHAPE: Final = "((user, prompt vector, (left vector, right vector)), y), where y is -1 if left is preferred, else 1"


def embedded_samples(samples: Iterable[Any], *, source_name: str = "the samples") -> tuple[Comparisons, Vectors]:
    """Judgements and vectors of samples that hold embeddings instead of texts.

    Every distinct vector gets an id, made of its numbers, under which the judgements know it; so responses that recur
    are recognised. The vectors go to ``gustibus.fit`` as ``encoder``.

    Parameters
    ----------
    samples
        Each ``((user, prompt, (left, right)), y)``, with vectors that numpy can read and y -1 (left is preferred) or 1;
        a sample may also be wrapped with its own id, ``(sample, id)``, as PAL's files are.
    source_name
        What messages call them.

    Returns
    -------
    tuple
        Comparisons, and Vectors of the responses whose ``prompts`` are those of the prompts.

    Raises
    ------
    BadRows
        If a sample's y is neither -1 nor 1, or both responses are the same vector.
    GustibusError
        If a sample is something else, or vectors differ in length.

    Examples
    --------
    >>> fox, dog = [0.1, 0.9], [0.8, 0.2]
    >>> asked = [1.0, 0.0]
    >>> data, vectors = embedded_samples([(("ann", asked, (fox, dog)), -1), (("ben", asked, (dog, fox)), -1)])
    >>> data, vectors
    (Comparisons(2 judgements, 2 users, 1 prompt, 2 responses), Vectors(2 ids, 2 dimensions))
    >>> vectors.prompts
    Vectors(1 ids, 2 dimensions)
    """
    responses: dict[str, npt.NDArray[np.float32]] = {}
    prompts: dict[str, npt.NDArray[np.float32]] = {}
    said: list[Any] = []
    for number, sample in enumerate(samples, start=1):
        user, prompt, left, right, y = _parts(source_name, number, sample)
        asked = _known(prompts, "prompt", prompt, source_name, number)
        pair = tuple(_known(responses, "response", side, source_name, number) for side in (left, right))
        said.append(((str(user), asked, pair), int(y) if isinstance(y, int | float | np.number) else y))
    if not said:
        raise GustibusError(f"{source_name} hold nothing. Each is {_SHAPE}.")
    data = read(said, format="pal", source_name=source_name)
    matrix, asked_matrix = np.stack(list(responses.values())), np.stack(list(prompts.values()))
    return data, Vectors(list(responses), matrix, prompts=(list(prompts), asked_matrix))


def _parts(name: str, number: int, sample: Any) -> tuple[Any, Any, Any, Any, Any]:
    """User, prompt, left, right and y."""
    if _is_sequence(sample, 2) and _is_sequence(sample[0], 2) and _is_sequence(sample[0][0], 3):
        sample = sample[0]  # (sample, id)
    if not (_is_sequence(sample, 2) and _is_sequence(sample[0], 3) and _is_sequence(sample[0][2], 2)):
        raise GustibusError(f"{name}: sample {number:,} is {shorten(sample)}. Each is {_SHAPE}.")
    (user, prompt, (left, right)), y = sample
    return user, prompt, left, right, y


def _is_sequence(value: Any, length: int) -> bool:
    return isinstance(value, list | tuple) and len(value) == length


def _known(held: dict[str, npt.NDArray[np.float32]], what: str, given: Any, name: str, number: int) -> str:
    """The id of a vector, which is kept under it."""
    try:
        vector = np.asarray(given, dtype=np.float32)
    except (TypeError, ValueError, RuntimeError) as error:
        raise GustibusError(
            f"{name}: sample {number:,}: a {what} is of type {type(given).__name__}, no vector of numbers ({error}). "
            "Texts are read by gustibus.read(samples, format='pal')."
        ) from error
    if vector.ndim != 1 or not len(vector) or not np.isfinite(vector).all():
        raise GustibusError(
            f"{name}: sample {number:,}: a {what} has shape {vector.shape}"
            f"{'' if np.isfinite(vector).all() else ' and holds values that are no finite numbers'}. Give vectors of "
            "finite numbers."
        )
    first = next(iter(held.values()), vector)
    if len(vector) != len(first):
        raise GustibusError(
            f"{name}: sample {number:,}: a {what} has {len(vector)} numbers, those before have {len(first)}. "
            "Vectors are of one length."
        )
    key = f"{what} {hashlib.blake2b((vector + 0.0).tobytes(), digest_size=12).hexdigest()}"
    held.setdefault(key, vector)
    return key
