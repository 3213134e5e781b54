"""The stored vectors of one encoder: a folder of immutable segments that many processes read and add to at once."""

from __future__ import annotations

import json
import os
import secrets
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from gustibus.comparisons import GustibusError, caution
from gustibus.embedding.encoder import FloatMatrix
from gustibus.embedding.locking import exclusive, make_private_folder
from gustibus.embedding.segment import (
    ENDINGS,
    TEMPORARY,
    DamagedSegment,
    Keys,
    Segment,
    StoredType,
    write_segment,
)

__all__ = ["ABOUT_FILE", "Shelf"]

ABOUT_FILE = "encoder.json"
_ABOUT_VERSION = 1
_STALE_SECONDS = 3600.0
_SMALL_BYTES = 64 * 2**20
_MOST_SMALL_SEGMENTS = 64


class Shelf:
    """The vectors of one encoder in one folder.

    Nothing is ever changed in place. Adding writes a new segment, so writers need no lock; merging writes the merged
    segment before it removes the old ones, so that a key that was there stays findable.

    Parameters
    ----------
    folder
        Where the segments are; made when something is first stored.
    dtype
        In which new vectors are stored. ``"float16"`` also reads what was stored as float32, rounded alike;
        ``"float32"`` does not read what was rounded to float16.
    """

    def __init__(self, folder: Path, dtype: StoredType) -> None:
        self.folder = folder
        self.dtype: StoredType = dtype
        self._segments: dict[str, Segment] = {}
        self._refused: set[str] = set()
        self._cleaned = False

    @property
    def n_dimensions(self) -> int | None:
        """The length D of the stored vectors; None where nothing is stored."""
        about = self.about()
        return None if about is None else int(str(about["n_dimensions"]))

    def about(self) -> dict[str, object] | None:
        """What the folder says about its encoder; None where nothing is stored."""
        try:
            text = (self.folder / ABOUT_FILE).read_text(encoding="utf-8")
        except FileNotFoundError:
            return None
        try:
            about = json.loads(text)
            if about["version"] != _ABOUT_VERSION or int(about["n_dimensions"]) < 1:
                raise ValueError(f"version {about['version']}")
        except (ValueError, KeyError, TypeError) as error:
            raise GustibusError(
                f"{self.folder / ABOUT_FILE} is damaged or of another version ({error}). "
                f"Delete the folder {self.folder}: its texts are then encoded again."
            ) from error
        return dict(about)

    def add(self, keys: Keys, vectors: FloatMatrix, *, identity: str, encoder: Mapping[str, object]) -> None:
        """Store vectors for good: when this returns they are on disk.

        Parameters
        ----------
        keys
            ``(n,)`` distinct keys, in any order.
        vectors
            ``(n, D)``, as rounded by :meth:`rounded`.
        """
        if len(keys) == 0:
            return
        make_private_folder(self.folder.parent)
        make_private_folder(self.folder)
        if not self._cleaned:
            self.remove_stale()
            self._cleaned = True
        stored_dimensions = self.n_dimensions
        if stored_dimensions is None:
            self._write_about(vectors.shape[1], identity, encoder)
        elif stored_dimensions != vectors.shape[1]:
            raise GustibusError(
                f"vectors of {vectors.shape[1]} dimensions do not belong to those of {stored_dimensions} stored in "
                f"{self.folder}: the model behind this encoder has changed. Delete that folder, or give the encoder "
                "another revision."
            )
        order = np.argsort(keys, kind="stable")
        write_segment(
            self.folder, keys[order], vectors.shape[1], self.dtype, lambda start, stop: vectors[order[start:stop]]
        )

    def rounded(self, vectors: FloatMatrix) -> FloatMatrix:
        """Vectors as they will be read back.

        Raises
        ------
        GustibusError
            If a number is not finite, or too large for float16.
        """
        with np.errstate(over="ignore"):
            kept = vectors.astype(self.dtype).astype(np.float32)
        if not np.isfinite(kept).all():
            reason = "not finite" if not np.isfinite(vectors).all() else "too large for float16 (beyond 65504)"
            fix = "Check the encoder." if reason == "not finite" else "Use EmbeddingStore(path, dtype='float32')."
            raise GustibusError(f"a vector has values that are {reason} and cannot be stored. {fix}")
        return kept

    def read_into(self, keys: Keys, out: FloatMatrix, positions: NDArray[np.intp]) -> NDArray[np.bool_]:
        """Copy what is stored: ``out[positions[i]]`` becomes the vector of ``keys[i]``.

        Returns
        -------
        ``(m,)``: whether each key was found.

        Warns
        -----
        DataWarning
            If a segment is damaged; it is left out, so that its keys count as not found.
        """
        self.refresh()
        found = np.zeros(len(keys), dtype=bool)
        pending = np.argsort(keys, kind="stable")
        for segment in list(self._segments.values()):
            if len(pending) == 0:
                break
            rows = segment.find(keys[pending])
            here = rows >= 0
            if segment.n_dimensions != out.shape[1]:
                self._refuse(segment.path, f"it has {segment.n_dimensions} dimensions instead of {out.shape[1]}")
                continue
            try:
                segment.read_into(rows[here], out, positions[pending[here]])
            except DamagedSegment as damage:
                self._refuse(segment.path, str(damage))
                continue
            if segment.dtype != self.dtype:
                out[positions[pending[here]]] = self.rounded(out[positions[pending[here]]])
            found[pending[here]] = True
            pending = pending[~here]
        return found

    def refresh(self) -> None:
        """Take note of segments that came or went, here or in another process."""
        readable = [ENDINGS[self.dtype]] if self.dtype == "float32" else [ENDINGS["float16"], ENDINGS["float32"]]
        for _ in range(100):
            names = {path.name for ending in readable for path in self.folder.glob("*" + ending)}
            for gone in self._segments.keys() - names:
                del self._segments[gone]
            try:
                for name in sorted(names - self._segments.keys() - self._refused):
                    self._open(self.folder / name)
            except FileNotFoundError:
                continue  # merged into another segment since the folder was listed: list it again
            return
        raise GustibusError(
            f"the files in {self.folder} keep changing. Run again when nothing is merging or pruning them."
        )

    def _open(self, path: Path) -> None:
        try:
            self._segments[path.name] = Segment(path)
        except DamagedSegment as damage:
            self._refuse(path, str(damage))

    def _refuse(self, path: Path, reason: str) -> None:
        self._segments.pop(path.name, None)
        self._refused.add(path.name)
        caution(
            f"the stored vectors in {path} are damaged ({reason}) and are not used: their texts are encoded again. "
            "Delete the file to be rid of this warning."
        )

    def has_many_small_segments(self) -> bool:
        """Whether merging small segments would speed up reading."""
        return len(self._small_segments()) > _MOST_SMALL_SEGMENTS

    def _small_segments(self) -> list[Segment]:
        self.refresh()
        return [
            segment
            for segment in self._segments.values()
            if segment.dtype == self.dtype and segment.n_bytes < _SMALL_BYTES
        ]

    def merge(self, *, small_only: bool = False, wait: bool = True) -> bool:
        """Merge segments into one, each key once; other processes may read and add meanwhile.

        Returns
        -------
        Whether it was done: False if ``wait`` is false and another process is merging.
        """
        with exclusive(self.folder.parent, wait=wait) as mine:
            if not mine:
                return False
            self.remove_stale()
            self.refresh()
            segments = [one for one in self._segments.values() if one.dtype == self.dtype]
            if small_only:
                segments = self._small_segments()
            self._merge(segments)
        return True

    def _merge(self, segments: Sequence[Segment]) -> None:
        segments = [one for one in segments if one.n_dimensions == self.n_dimensions]
        if len(segments) < 2:
            return
        keys = np.concatenate([one.keys for one in segments])
        source = np.repeat(np.arange(len(segments)), [len(one) for one in segments])
        row = np.concatenate([np.arange(len(one)) for one in segments])
        keys, first = np.unique(keys, return_index=True)
        source, row = source[first], row[first]
        n_dimensions = segments[0].n_dimensions

        def gather(start: int, stop: int) -> FloatMatrix:
            out = np.empty((stop - start, n_dimensions), dtype=np.float32)
            for which in np.unique(source[start:stop]):
                positions = np.flatnonzero(source[start:stop] == which)
                try:
                    segments[which].read_into(row[start:stop][positions], out, positions)
                except DamagedSegment as damage:
                    self._refuse(segments[which].path, str(damage))
                    raise
            return out

        try:
            newest = max(one.modified for one in segments)  # a vector's age is that of its writing, not of its merging
            write_segment(self.folder, keys, n_dimensions, self.dtype, gather, modified=newest)
        except DamagedSegment:
            self._merge([one for one in segments if one.path.name not in self._refused])
            return
        for segment in segments:
            segment.path.unlink(missing_ok=True)
        self.refresh()

    def remove_stale(self) -> None:
        """Remove what a killed process left half written more than an hour ago."""
        for path in self.folder.glob("*" + TEMPORARY):
            try:
                if time.time() - path.stat().st_mtime > _STALE_SECONDS:
                    path.unlink()
            except FileNotFoundError:
                continue  # its writer has finished, or somebody else removed it

    def _write_about(self, n_dimensions: int, identity: str, encoder: Mapping[str, object]) -> None:
        about = {
            "version": _ABOUT_VERSION,
            "identity": identity,
            "n_dimensions": n_dimensions,
            "encoder": dict(encoder),
        }
        temporary = self.folder / f"{ABOUT_FILE}.{os.getpid()}-{secrets.token_hex(4)}{TEMPORARY}"
        with temporary.open("x", encoding="utf-8") as file:
            json.dump(about, file, indent=2, sort_keys=True)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(self.folder / ABOUT_FILE)
