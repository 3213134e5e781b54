"""What a model answered once is kept, so that nothing is asked or paid twice."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from gustibus.comparisons import GustibusError
from gustibus.embedding.embedding_store import default_store_path

__all__ = ["Answer", "AnswerStore"]

_FILE: Final = "answers.sqlite"
_VERSION: Final = 1
_AT_ONCE: Final = 500
_COLUMNS: Final = "text, is_refusal, finish_reason, tokens_in, tokens_out"


@dataclass(frozen=True)
class Answer:
    """What a model said.

    Attributes
    ----------
    text
        Its words; None where it gave none.
    is_refusal
        The service marked it as a refusal, or filtered it.
    finish_reason
        Why it ended, in the service's words.
    tokens_in, tokens_out
        What the service says it read and wrote; None where it does not say.
    """

    text: str | None
    is_refusal: bool = False
    finish_reason: str | None = None
    tokens_in: int | None = None
    tokens_out: int | None = None


class AnswerStore:
    """A file in which every answer is kept under the content hash of what was asked.

    An answer is on disk before the next question goes out in its place: a process killed at any moment, by ``kill -9``
    or a power cut, loses the answers to the requests that were under way and nothing else. Several processes may use
    one store. Questions, personas and keys are not stored.

    Parameters
    ----------
    path
        The folder; made when something is first stored. None: ``$GUSTIBUS_CACHE/judgements``, else
        ``$XDG_CACHE_HOME/gustibus/judgements``, else ``~/.cache/gustibus/judgements``.

    Examples
    --------
    >>> import tempfile
    >>> store = AnswerStore(tempfile.mkdtemp())
    >>> with store.open():
    ...     store.keep("0" * 32, Answer("A", tokens_in=90, tokens_out=1))
    >>> with store.open():
    ...     store.find(["0" * 32])["0" * 32].text
    'A'
    """

    def __init__(self, path: str | os.PathLike[str] | None = None) -> None:
        self.path = default_store_path().with_name("judgements") if path is None else Path(path).expanduser()
        if self.path.exists() and not self.path.is_dir():
            raise GustibusError(f"{self.path} is a file. Give a folder for the stored answers.")
        self._connection: sqlite3.Connection | None = None

    @contextmanager
    def open(self) -> Iterator[AnswerStore]:
        """Hold the file open, in the thread that asks."""
        file = self.path / _FILE
        try:
            self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
            connection = sqlite3.connect(file, timeout=60, isolation_level=None)
        except (OSError, sqlite3.OperationalError) as error:
            raise GustibusError(
                f"the folder {self.path} for stored answers cannot be used ({error}). Choose another with "
                "AnswerStore(path) or the environment variable GUSTIBUS_CACHE."
            ) from error
        try:
            self._connection = _prepared(connection, file)
            yield self
        except sqlite3.DatabaseError as error:
            raise GustibusError(
                f"{file} cannot be used ({error}). If it is damaged, move it away: its answers are then asked again."
            ) from error
        finally:
            self._connection = None
            connection.close()

    def find(self, keys: Sequence[str]) -> dict[str, Answer]:
        """The answers that are kept under some of these keys."""
        found: dict[str, Answer] = {}
        for start in range(0, len(keys), _AT_ONCE):
            some = keys[start : start + _AT_ONCE]
            marks = ",".join("?" * len(some))
            rows = self._held.execute(f"SELECT key, {_COLUMNS} FROM answers WHERE key IN ({marks})", some)
            for key, text, is_refusal, *rest in rows:
                found[key] = Answer(text, bool(is_refusal), *rest)
        return found

    def keep(self, key: str, answer: Answer) -> None:
        """Store an answer for good: when this returns it is on disk."""
        row = (key, answer.text, answer.is_refusal, answer.finish_reason, answer.tokens_in, answer.tokens_out)
        self._held.execute("INSERT OR IGNORE INTO answers VALUES (?, ?, ?, ?, ?, ?, ?)", (*row, time.time()))

    @property
    def _held(self) -> sqlite3.Connection:
        assert self._connection is not None, "the store is used inside `with store.open()`"
        return self._connection

    def __repr__(self) -> str:
        return f"AnswerStore({str(self.path)!r})"


def _prepared(connection: sqlite3.Connection, file: Path) -> sqlite3.Connection:
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")  # an answer that was paid for survives a power cut
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version not in (0, _VERSION):
        raise GustibusError(
            f"{file} was written by another version of gustibus (format {version}, this one reads {_VERSION}). "
            "Use another folder for the stored answers."
        )
    connection.execute(
        "CREATE TABLE IF NOT EXISTS answers (key TEXT PRIMARY KEY, text TEXT, is_refusal INTEGER NOT NULL, "
        "finish_reason TEXT, tokens_in INTEGER, tokens_out INTEGER, asked_at REAL NOT NULL) WITHOUT ROWID"
    )
    connection.execute(f"PRAGMA user_version = {_VERSION}")
    return connection
