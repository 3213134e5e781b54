"""One immutable file of vectors: written whole or not at all, mapped into memory, checked before it is believed.

Layout, little-endian: a header of 64 bytes (magic, version, type of number, n, D, rows a block, checksum of all that
precedes the vectors), the n sorted keys of 16 bytes, a CRC-32 for each block of rows, padding to a multiple of 64, then
the n x D vectors in the order of the keys. Header and keys are checked when the file is opened, a block when it is
first read.
"""

from __future__ import annotations

import hashlib
import mmap
import os
import secrets
import struct
import time
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import IO, Literal

import numpy as np
from numpy.typing import NDArray

from gustibus.comparisons import GustibusError
from gustibus.embedding.encoder import FloatMatrix

__all__ = ["ENDINGS", "TEMPORARY", "DamagedSegment", "Keys", "Segment", "StoredType", "write_segment"]

Keys = NDArray[np.bytes_]
StoredType = Literal["float32", "float16"]

ENDINGS: dict[StoredType, str] = {"float32": ".f32.seg", "float16": ".f16.seg"}
TEMPORARY = ".tmp"

_MAGIC = b"GUSTEMB\0"
_VERSION = 1
_HEADER = struct.Struct("<8sIIQQQ")
_HEADER_BYTES = 64
_KEY_BYTES = 16
_BLOCK_ROWS = 256
_TYPE_CODES: dict[StoredType, int] = {"float32": 1, "float16": 2}
_ROWS_AT_ONCE = 16 * _BLOCK_ROWS


class DamagedSegment(Exception):
    """A file that is not what was written; the message says what is wrong with it."""


class Segment:
    """A segment file that is open for reading.

    Attributes
    ----------
    keys
        ``(n,)`` sorted keys.
    n_dimensions
        The length D of a vector.
    n_bytes, modified
        The file's size, and when its last vector was written (seconds since 1970).

    Raises
    ------
    DamagedSegment
        If the file is cut short, changed, or no segment.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        with path.open("rb") as file:
            header = file.read(_HEADER_BYTES)
            status = os.fstat(file.fileno())
            mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) if status.st_size else b""
        self.n_bytes, self.modified = status.st_size, status.st_mtime
        if len(header) < _HEADER_BYTES or not header.startswith(_MAGIC):
            raise DamagedSegment("it does not start like a segment file")
        _, version, code, n, n_dimensions, block_rows = _HEADER.unpack(header[: _HEADER.size])
        if version != _VERSION:
            raise DamagedSegment(f"it has format version {version}, this version of gustibus reads {_VERSION}")
        stored = {known: name for name, known in _TYPE_CODES.items()}.get(code)
        if stored is None or min(n, n_dimensions, block_rows) < 1:
            raise DamagedSegment("its header is damaged")
        self.dtype: StoredType = stored
        self.n_dimensions = int(n_dimensions)
        self._block_rows = int(block_rows)
        offset = _vectors_offset(n, block_rows)
        expected = offset + n * n_dimensions * np.dtype(stored).itemsize
        if self.n_bytes != expected:
            raise DamagedSegment(f"it has {self.n_bytes} bytes where {expected} are announced")
        content = np.frombuffer(mapped, dtype=np.uint8)
        front = content[_HEADER_BYTES:offset]
        if _front_digest(header[: _HEADER.size], front) != header[_HEADER.size : _HEADER.size + 16]:
            raise DamagedSegment("the checksum of its keys is wrong")
        self.keys: Keys = front[: n * _KEY_BYTES].view("S16")
        n_blocks = -(-n // block_rows)
        self._crc = front[n * _KEY_BYTES : n * _KEY_BYTES + 4 * n_blocks].view("<u4")
        self._vectors = content[offset:].view(np.dtype(stored).newbyteorder("<")).reshape(n, n_dimensions)
        self._checked = np.zeros(n_blocks, dtype=bool)

    def __len__(self) -> int:
        return len(self.keys)

    def find(self, sorted_keys: Keys) -> NDArray[np.intp]:
        """The row of each of m sorted keys, ``(m,)``; -1 where a key is not here."""
        rows = np.searchsorted(self.keys, sorted_keys)
        rows[rows == len(self.keys)] = 0
        rows[self.keys[rows] != sorted_keys] = -1
        return rows

    def read_into(self, rows: NDArray[np.intp], out: FloatMatrix, positions: NDArray[np.intp]) -> None:
        """Copy vectors: ``out[positions] = vectors[rows]``, in the order of the file.

        Raises
        ------
        DamagedSegment
            If a block has changed since it was written; ``out`` may then be partly filled.
        """
        order = np.argsort(rows, kind="stable")
        for start in range(0, len(order), _ROWS_AT_ONCE):
            chosen = order[start : start + _ROWS_AT_ONCE]
            self._check_blocks(np.unique(rows[chosen] // self._block_rows))
            out[positions[chosen]] = self._vectors[rows[chosen]]

    def _check_blocks(self, blocks: NDArray[np.intp]) -> None:
        for block in blocks[~self._checked[blocks]]:
            data = self._vectors[block * self._block_rows : (block + 1) * self._block_rows]
            if zlib.crc32(data.data) != self._crc[block]:
                raise DamagedSegment(f"the checksum of its rows from {block * self._block_rows} on is wrong")
            self._checked[block] = True


def write_segment(
    folder: Path,
    keys: Keys,
    n_dimensions: int,
    dtype: StoredType,
    rows: Callable[[int, int], FloatMatrix],
    *,
    modified: float | None = None,
) -> Path:
    """Write a new segment so that a reader sees all of it or nothing, even if the machine stops meanwhile.

    The file is written under a temporary name, flushed to disk, then renamed.

    Parameters
    ----------
    keys
        ``(n,)`` sorted, distinct keys.
    rows
        ``rows(start, stop)`` gives the vectors of ``keys[start:stop]``, ``(stop - start, D)``.
    modified
        When the last of the vectors was written, in seconds since 1970; None is now.

    Raises
    ------
    GustibusError
        If the file cannot be written (disk full, no permission).
    """
    name = f"{time.time_ns():020d}-{os.getpid()}-{secrets.token_hex(4)}{ENDINGS[dtype]}"
    final, temporary = folder / name, folder / (name + TEMPORARY)
    try:
        with temporary.open("xb") as file:
            _write(file, keys, n_dimensions, dtype, rows)
            file.flush()
            os.fsync(file.fileno())
        if modified is not None:
            os.utime(temporary, (modified, modified))
        temporary.replace(final)
        _sync_folder(folder)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise GustibusError(
            f"vectors could not be stored in {folder} ({error.strerror}). Everything stored before is intact: make "
            "room or give the right to write there and run again, or choose another folder with EmbeddingStore(path)."
        ) from error
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    return final


def _write(
    file: IO[bytes], keys: Keys, n_dimensions: int, dtype: StoredType, rows: Callable[[int, int], FloatMatrix]
) -> None:
    n = len(keys)
    header = _HEADER.pack(_MAGIC, _VERSION, _TYPE_CODES[dtype], n, n_dimensions, _BLOCK_ROWS)
    offset = _vectors_offset(n, _BLOCK_ROWS)
    file.seek(offset)
    crc: list[int] = []
    for start in range(0, n, _ROWS_AT_ONCE):
        stored = np.ascontiguousarray(
            rows(start, min(start + _ROWS_AT_ONCE, n)), dtype=np.dtype(dtype).newbyteorder("<")
        )
        crc += [zlib.crc32(stored[i : i + _BLOCK_ROWS].data) for i in range(0, len(stored), _BLOCK_ROWS)]
        file.write(stored.data)
    front = np.zeros(offset - _HEADER_BYTES, dtype=np.uint8)
    front[: n * _KEY_BYTES] = np.ascontiguousarray(keys).view(np.uint8)
    front[n * _KEY_BYTES : n * _KEY_BYTES + 4 * len(crc)] = np.array(crc, dtype="<u4").view(np.uint8)
    file.seek(0)
    file.write((header + _front_digest(header, front)).ljust(_HEADER_BYTES, b"\0"))
    file.write(front.data)


def _vectors_offset(n: int, block_rows: int) -> int:
    front = _HEADER_BYTES + n * _KEY_BYTES + 4 * -(-n // block_rows)
    return -(-front // 64) * 64


def _front_digest(header: bytes, front: NDArray[np.uint8]) -> bytes:
    digest = hashlib.blake2b(header, digest_size=16)
    digest.update(np.ascontiguousarray(front).data)
    return digest.digest()


def _sync_folder(folder: Path) -> None:
    """Make a rename last: on POSIX systems the folder has to be flushed too."""
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
