"""Folders of one person, and one process at a time for the rare work that removes files there."""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from gustibus.comparisons import GustibusError

__all__ = ["exclusive", "locks_available", "make_private_folder"]


def make_private_folder(folder: Path) -> None:
    """Make a folder that only its owner can look into; one that is there keeps its rights."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise GustibusError(
            f"the folder {folder} for stored vectors cannot be made ({error.strerror}). "
            "Choose another with EmbeddingStore(path) or the environment variable GUSTIBUS_CACHE."
        ) from error


def locks_available() -> bool:
    """Whether this system has the file locks that merging and pruning need."""
    return importlib.util.find_spec("fcntl") is not None


@contextmanager
def exclusive(folder: Path, *, wait: bool = True) -> Iterator[bool]:
    """Hold the lock of a store; yields whether it is held.

    The operating system frees the lock when the process ends, however it ends.

    Parameters
    ----------
    wait
        Whether to wait for another process that holds it; otherwise False is yielded at once.
    """
    if not locks_available():
        raise GustibusError(
            "merging and pruning stored vectors needs POSIX file locks, which this system does not have. "
            "Delete the folder of an encoder by hand instead, while nothing uses it."
        )
    import fcntl

    make_private_folder(folder)
    descriptor = os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            yield False
            return
        yield True
    finally:
        os.close(descriptor)
