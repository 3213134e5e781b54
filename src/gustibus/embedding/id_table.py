"""Which row belongs to which response id."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from gustibus.comparisons import GustibusError

__all__ = ["IdTable", "pack_ids", "unpack_ids"]

_NAMED = 5


class IdTable:
    """Distinct ids, each with its row; an unknown id is an error that names it and its nearest neighbours.

    Parameters
    ----------
    ids
        Texts, or whole numbers throughout: a number is known by its decimal text, as the readers store it.

    >>> IdTable(["tea", "coffee"]).rows(["coffee", "coffee", "tea"])
    array([1, 1, 0])
    """

    def __init__(self, ids: Sequence[str] | Sequence[int] | NDArray[np.generic]) -> None:
        if isinstance(ids, str):
            raise GustibusError(f"ids is one text ({ids!r}). Give a sequence of ids, one for each row.")
        if not isinstance(ids, Iterable):
            raise GustibusError(f"ids is {ids!r}. Give a sequence of ids, one for each row.")
        self.ids: tuple[str, ...] = _as_texts(list(ids))
        self._row_of = {one: row for row, one in enumerate(self.ids)}
        if len(self._row_of) < len(self.ids):
            raise GustibusError(f"the id {_first_repeat(self.ids)!r} stands for more than one row. Give each id once.")

    def __len__(self) -> int:
        return len(self.ids)

    def rows(self, wanted: Sequence[str], what: str = "response") -> NDArray[np.intp]:
        """The row of each wanted id, ``(n,)``; ``what`` they are is said where one is unknown.

        Raises
        ------
        GustibusError
            If an id is unknown; the message names unknown ids and the known ids nearest to the first.
        """
        rows = np.fromiter((self._row_of.get(one, -1) for one in wanted), dtype=np.intp, count=len(wanted))
        if (rows < 0).any():
            raise GustibusError(self._unknown(wanted, rows, what))
        return rows

    def _unknown(self, wanted: Sequence[str], rows: NDArray[np.intp], what: str) -> str:
        unknown = list(dict.fromkeys(wanted[int(i)] for i in np.flatnonzero(rows < 0)))
        named = ", ".join(repr(_short(one)) for one in unknown[:_NAMED])
        more = f" and {len(unknown) - _NAMED} more" if len(unknown) > _NAMED else ""
        near = difflib.get_close_matches(str(unknown[0]), self.ids, n=3, cutoff=0.5)
        hint = f" Nearest to the first: {', '.join(repr(_short(one)) for one in near)}." if near else ""
        first = int(np.flatnonzero(rows < 0)[0])
        return (
            f"{len(unknown)} of the {what}s have no vector: {named}{more} (the first at position {first}); "
            f"{len(self.ids)} ids are known.{hint} Give a row for every {what}, or use an encoder of text."
        )


def _as_texts(ids: list[object]) -> tuple[str, ...]:
    if all(isinstance(one, str) for one in ids):
        return tuple(str(one) for one in ids)
    if all(isinstance(one, (int, np.integer)) and not isinstance(one, bool) for one in ids):
        return tuple(str(one) for one in ids)
    for row, one in enumerate(ids):
        if not isinstance(one, (str, int, np.integer)) or isinstance(one, bool):
            raise GustibusError(
                f"ids[{row}] = {one!r} is of type {type(one).__name__}. Ids are texts (or whole numbers throughout)."
            )
    raise GustibusError("ids mix texts and whole numbers, so that 1 and '1' would be one id. Make all of them texts.")


def _first_repeat(ids: Sequence[str]) -> str:
    seen: set[str] = set()
    for one in ids:
        if one in seen:
            return _short(one)
        seen.add(one)
    raise AssertionError("called only where an id repeats")


def _short(text: object, width: int = 60) -> str:
    text = str(text)
    return text if len(text) <= width else text[: width - 1] + "…"


def pack_ids(ids: Sequence[str]) -> dict[str, NDArray[np.generic]]:
    """Ids as two arrays that any array file can hold: their UTF-8 bytes and how many belong to each."""
    encoded = [one.encode("utf-8", "surrogatepass") for one in ids]
    return {
        "ids_utf8": np.frombuffer(b"".join(encoded), dtype=np.uint8),
        "ids_length": np.array([len(one) for one in encoded], dtype=np.int64),
    }


def unpack_ids(utf8: NDArray[np.generic], length: NDArray[np.generic]) -> list[str]:
    """The ids that :func:`pack_ids` packed.

    >>> packed = pack_ids(["tea", "café"])
    >>> unpack_ids(packed["ids_utf8"], packed["ids_length"])
    ['tea', 'café']
    """
    data = np.asarray(utf8, dtype=np.uint8).tobytes()
    ends = np.cumsum(np.asarray(length, dtype=np.int64))
    if len(data) != (int(ends[-1]) if len(ends) else 0):
        raise GustibusError(
            f"the stored ids are damaged: {len(data)} bytes where {int(ends[-1]) if len(ends) else 0} are announced. "
            "Save the model again from where it was fitted."
        )
    starts = ends - np.asarray(length, dtype=np.int64)
    return [data[a:b].decode("utf-8", "surrogatepass") for a, b in zip(starts, ends, strict=True)]
