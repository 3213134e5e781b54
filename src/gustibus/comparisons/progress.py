"""How long work reports how far it has come, without knowing who shows it."""

from __future__ import annotations

from typing import Protocol

__all__ = ["Progress"]


class Progress(Protocol):
    """A callable that is told, now and then, how much of a stage is done.

    It is called as ``progress(stage, done, total)``: the stage's name, the units done so far and the units in all.
    """

    def __call__(self, stage: str, done: int, total: int, /) -> None: ...
