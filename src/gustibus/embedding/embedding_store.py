"""What was encoded once is kept: content hash and encoder identity to vector."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from gustibus.comparisons import GustibusError
from gustibus.embedding.encoder import FloatMatrix, TextEncoder
from gustibus.embedding.locking import exclusive
from gustibus.embedding.segment import ENDINGS, DamagedSegment, Keys, Segment, StoredType
from gustibus.embedding.shelf import ABOUT_FILE, Shelf

__all__ = ["EmbeddingStore", "StoredEncoder", "check_store", "default_store_path", "text_keys"]

_IDENTITY = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True)
class StoredEncoder:
    """What a store holds of one encoder.

    Attributes
    ----------
    identity
        The encoder's identity.
    encoder
        Its settings.
    n_vectors, n_dimensions
        How many vectors are stored, and their length. A text that two processes encoded at once counts twice until
        :meth:`EmbeddingStore.compact`.
    n_bytes
        The room they take on disk.
    newest
        When the last of them was written.
    """

    identity: str
    encoder: dict[str, object]
    n_vectors: int
    n_dimensions: int
    n_bytes: int
    newest: datetime


class EmbeddingStore:
    """A folder in which every text's vector is kept under the text's content hash and the encoder's identity.

    Vectors are written in immutable files that appear whole or not at all. A process killed at any moment, by
    ``kill -9`` or a power cut, loses at most the batch that it was working on, never what was stored before. Several
    processes may write and read at once. Reading maps the files into memory. Texts themselves are not stored.

    Parameters
    ----------
    path
        The folder; made when something is first stored. None: ``$GUSTIBUS_CACHE/embeddings``, else
        ``$XDG_CACHE_HOME/gustibus/embeddings``, else ``~/.cache/gustibus/embeddings``.
    dtype
        ``"float32"``, or ``"float16"``: half the room, numbers rounded to three digits.
    write_every
        Seconds of encoding after which what is ready is written: what a kill can lose at most, or one batch if that
        takes longer.

    Examples
    --------
    >>> import tempfile
    >>> store = EmbeddingStore(tempfile.mkdtemp())
    >>> store.size(), store.describe()
    (0, [])
    """

    def __init__(
        self,
        path: str | os.PathLike[str] | None = None,
        *,
        dtype: StoredType = "float32",
        write_every: float = 1.0,
    ) -> None:
        if dtype not in ENDINGS:
            raise GustibusError(f"dtype={dtype!r} is unknown. Use 'float32' or 'float16'.")
        self.path = default_store_path() if path is None else Path(path).expanduser()
        if self.path.exists() and not self.path.is_dir():
            raise GustibusError(f"{self.path} is a file. Give a folder for the stored vectors.")
        self.dtype: StoredType = dtype
        self.write_every = write_every
        self._shelves: dict[str, Shelf] = {}

    def shelf(self, identity: str) -> Shelf:
        """The vectors of the encoder with this identity."""
        if not _IDENTITY.fullmatch(identity):
            raise GustibusError(
                f"{identity!r} is no encoder identity: that is a digest of 32 hexadecimal digits, for which the "
                "stored folder is named. Make it with gustibus.embedding.digest_of(settings)."
            )
        if identity not in self._shelves:
            self._shelves[identity] = Shelf(self.path / identity, self.dtype)
        return self._shelves[identity]

    def stored(self, encoder: TextEncoder, texts: Sequence[str]) -> tuple[NDArray[np.bool_], FloatMatrix]:
        """Which of n rendered texts have a vector, ``(n,)``, and the vectors, ``(n, D)``: nan where there is none."""
        shelf = self.shelf(encoder.identity)
        vectors = np.full((len(texts), shelf.n_dimensions or 0), np.nan, dtype=np.float32)
        if shelf.n_dimensions is None:
            return np.zeros(len(texts), dtype=bool), vectors
        return shelf.read_into(text_keys(texts), vectors, np.arange(len(texts))), vectors

    def size(self) -> int:
        """The bytes that all stored vectors take on disk."""
        return sum(one.n_bytes for one in self.describe())

    def describe(self) -> list[StoredEncoder]:
        """What is stored, encoder by encoder, the one written to last first."""
        described = [one for folder in self._folders() if (one := _describe(folder)) is not None]
        return sorted(described, key=lambda one: one.newest, reverse=True)

    def compact(self) -> None:
        """Merge each encoder's files into one and drop vectors that are stored twice.

        Others may read and write meanwhile.
        """
        for folder in self._folders():
            for dtype in ENDINGS:
                Shelf(folder, dtype).merge()

    def prune(self, *, identity: str | None = None, older_than: timedelta | None = None) -> int:
        """Remove stored vectors; returns the bytes that this frees.

        Parameters
        ----------
        identity
            Only those of this encoder: its identity, or a beginning that no other shares.
        older_than
            Only files whose last vector was written longer ago. ``timedelta(0)`` is everything.
        """
        if identity is None and older_than is None:
            raise GustibusError(
                "say what to remove: prune(identity=...) for one encoder, prune(older_than=timedelta(days=30)) for old "
                "vectors, prune(older_than=timedelta(0)) for everything."
            )
        folders = self._folders() if identity is None else [self._folder_of(identity)]
        if not folders:
            return 0
        now = datetime.now(UTC).timestamp()
        with exclusive(self.path):
            return sum(
                _remove(folder, None if older_than is None else now - older_than.total_seconds()) for folder in folders
            )

    def _folders(self) -> list[Path]:
        if not self.path.is_dir():
            return []
        return sorted(path for path in self.path.iterdir() if path.is_dir() and _IDENTITY.fullmatch(path.name))

    def _folder_of(self, identity: str) -> Path:
        matching = [folder for folder in self._folders() if identity and folder.name.startswith(identity)]
        if len(matching) != 1:
            known = ", ".join(folder.name for folder in self._folders()) or "none"
            raise GustibusError(
                f"{len(matching)} stored encoders have an identity that starts with {identity!r}. Stored are: {known}."
            )
        return matching[0]

    def __repr__(self) -> str:
        return f"EmbeddingStore({str(self.path)!r}, dtype={self.dtype!r})"


def default_store_path() -> Path:
    """Where vectors are kept if nothing else is said."""
    cache = os.environ.get("GUSTIBUS_CACHE")
    if cache:
        return Path(cache).expanduser() / "embeddings"
    xdg = os.environ.get("XDG_CACHE_HOME")
    return (Path(xdg) if xdg else Path.home() / ".cache") / "gustibus" / "embeddings"


def text_keys(texts: Sequence[str]) -> Keys:
    """The content hash of each text, ``(n,)`` of 16 bytes: blake2b of its UTF-8.

    >>> text_keys(["tea", "tea"])[0] == text_keys(["tea"])[0]
    True
    """
    blake = hashlib.blake2b
    try:
        digests = b"".join([blake(text.encode(), digest_size=16).digest() for text in texts])
    except UnicodeEncodeError as error:
        raise GustibusError(
            f"the text {error.object[:60]!a} holds half a surrogate pair at position {error.start}, which is no valid "
            "character. Decode its source with the right encoding."
        ) from error
    return np.frombuffer(digests, dtype="S16")


def _segment_files(folder: Path) -> list[Path]:
    return [path for ending in ENDINGS.values() for path in folder.glob("*" + ending)]


def _describe(folder: Path) -> StoredEncoder | None:
    about = Shelf(folder, "float32").about()
    files = _segment_files(folder)
    if about is None or not files:
        return None
    n_vectors = n_bytes = 0
    newest = 0.0
    for path in files:
        try:
            status = path.stat()
            n_bytes += status.st_size
            newest = max(newest, status.st_mtime)
            n_vectors += len(Segment(path))
        except DamagedSegment:
            pass  # it takes room but holds nothing that can be used
        except FileNotFoundError:
            continue  # merged or pruned by somebody else since the folder was listed
    return StoredEncoder(
        identity=folder.name,
        encoder=about["encoder"] if isinstance(about["encoder"], dict) else {},
        n_vectors=n_vectors,
        n_dimensions=int(str(about["n_dimensions"])),
        n_bytes=n_bytes,
        newest=datetime.fromtimestamp(newest, UTC),
    )


def _remove(folder: Path, written_before: float | None) -> int:
    """Remove segments; returns the bytes freed. The folder stays: another process may be about to add to it."""
    Shelf(folder, "float32").remove_stale()
    freed = 0
    for path in _segment_files(folder):
        status = path.stat()
        if written_before is None or status.st_mtime <= written_before:
            path.unlink()
            freed += status.st_size
    if not any(_segment_files(folder)):
        (folder / ABOUT_FILE).unlink(missing_ok=True)
    return freed


def check_store(store: object) -> None:
    """Refuse what is no store where one is taken.

    >>> check_store("default")
    """
    if store is not None and store != "default" and not isinstance(store, EmbeddingStore):
        raise GustibusError(
            f'store must be a gustibus.EmbeddingStore, "default" or None; got {store!r:.60}. For another folder give '
            "EmbeddingStore(folder)."
        )
