"""Ready vectors: embeddings or numeric features that somebody already has."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gustibus.comparisons import GustibusError, Progress
from gustibus.embedding.encoder import FloatMatrix, check_items
from gustibus.embedding.id_table import IdTable
from gustibus.embedding.identity import digest_of

__all__ = ["Vectors"]


class Vectors:
    """Vectors looked up by response id: row i of ``matrix`` belongs to ``ids[i]``.

    Parameters
    ----------
    ids
        n distinct response ids, as they stand in the comparisons.
    matrix
        ``(n, D)`` finite numbers; kept as float32.
    names
        Names of the D dimensions, for reports; they change no number.
    prompts
        ``(ids, matrix)``: m distinct prompts as they stand in the comparisons, and their vectors, ``(m, P)``. Only
        models that keep prompt and response apart (``model="pal-b"``) look at them.

    Raises
    ------
    GustibusError
        For repeated ids, a wrong shape, or a value that is no finite float32; later, for a response without a row.

    Examples
    --------
    >>> cars = Vectors(["mini", "van"], [[1.0, 30.0], [3.0, 12.0]], names=["litres", "mpg"])
    >>> cars.n_dimensions
    2
    >>> cars.encode_items([None, None, None], ["van", "mini", "van"])
    array([[ 3., 12.],
           [ 1., 30.],
           [ 3., 12.]], dtype=float32)
    """

    kind = "vectors"

    def __init__(
        self,
        ids: Sequence[str] | Sequence[int] | NDArray[np.generic],
        matrix: ArrayLike,
        *,
        names: Sequence[str] | None = None,
        prompts: tuple[Sequence[str] | Sequence[int] | NDArray[np.generic], ArrayLike] | None = None,
    ) -> None:
        self._table = IdTable(ids)
        self.matrix: FloatMatrix = _checked_matrix(matrix, self._table)
        self.matrix.flags.writeable = False
        self.names: tuple[str, ...] | None = None if names is None else tuple(names)
        if self.names is not None and len(self.names) != self.n_dimensions:
            raise GustibusError(
                f"names has {len(self.names)} entries but the matrix has {self.n_dimensions} columns. "
                "Give one name for each column."
            )
        self.prompts: Vectors | None = None if prompts is None else _of_prompts(prompts)

    @property
    def ids(self) -> tuple[str, ...]:
        """The n ids, in the order of the rows."""
        return self._table.ids

    @property
    def n_dimensions(self) -> int:
        """The number D of columns."""
        return int(self.matrix.shape[1])

    @property
    def identity(self) -> str:
        """A digest of ids and numbers, those of the prompts included."""
        numbers = hashlib.blake2b(np.ascontiguousarray(self.matrix).tobytes(), digest_size=16).hexdigest()
        described: dict[str, object] = {"kind": self.kind, "ids": list(self.ids), "numbers": numbers}
        if self.prompts is not None:
            described["prompts"] = self.prompts.identity
        return digest_of(described)

    def encode_items(
        self, prompts: Sequence[str | None], responses: Sequence[str], *, progress: Progress | None = None
    ) -> FloatMatrix:
        """The rows of n responses, ``(n, D)`` float32; prompts play no part."""
        check_items(prompts, responses)
        return self.matrix[self._table.rows(responses)]

    def encode_prompts(self, prompts: Sequence[str]) -> FloatMatrix:
        """The rows of n prompts, ``(n, P)`` float32.

        Raises
        ------
        GustibusError
            If there are no vectors for prompts, or none for one of these.
        """
        if self.prompts is None:
            raise GustibusError(
                "these vectors are of responses only, but the model needs the prompts' too. "
                "Give Vectors(ids, matrix, prompts=(prompt_ids, prompt_matrix))."
            )
        return self.prompts.matrix[self.prompts._table.rows(prompts, "prompt")]

    def __repr__(self) -> str:
        return f"Vectors({len(self._table)} ids, {self.n_dimensions} dimensions)"


def _of_prompts(prompts: object) -> Vectors:
    if not isinstance(prompts, tuple | list) or len(prompts) != 2:
        given = "Vectors" if isinstance(prompts, Vectors) else f"{type(prompts).__name__}"
        advice = "(vectors.ids, vectors.matrix)" if isinstance(prompts, Vectors) else "(prompt_ids, prompt_matrix)"
        raise GustibusError(f"prompts must be two things, ids and a matrix, but {given} was given. Give {advice}.")
    return Vectors(*prompts)


def _checked_matrix(matrix: ArrayLike, table: IdTable) -> FloatMatrix:
    try:
        numbers = np.array(matrix, dtype=np.float64 if not isinstance(matrix, np.ndarray) else None)
        with np.errstate(over="ignore"):  # a value too large for float32 becomes inf and is named below
            numbers = numbers.astype(np.float32)
    except (TypeError, ValueError) as error:
        raise GustibusError(
            f"the matrix does not hold numbers in equal rows ({error}). Give n rows of D numbers."
        ) from error
    if numbers.ndim != 2:
        raise GustibusError(
            f"the matrix has shape {numbers.shape}. Give two axes: one row an id, one column a dimension, "
            "e.g. matrix.reshape(-1, 1) for a single feature."
        )
    if len(numbers) != len(table):
        raise GustibusError(f"{len(table)} ids do not match {len(numbers)} rows. Give one id for each row.")
    if numbers.shape[1] == 0:
        raise GustibusError("the matrix has no columns. Give at least one dimension.")
    bad = np.argwhere(~np.isfinite(numbers))
    if len(bad):
        row, column = (int(i) for i in bad[0])
        raise GustibusError(
            f"row {row} (id {table.ids[row]!r}), column {column} is no finite 32-bit number "
            f"({len(bad)} such values in all). Fill or drop them first."
        )
    return numbers
