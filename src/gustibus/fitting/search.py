"""Choices made on validation judgements, one coordinate at a time."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Generic, TypeVar

from gustibus.fitting.defaults import HANDICAP

__all__ = ["HANDICAP", "Candidate", "Search", "grid"]

Result = TypeVar("Result")


@dataclass(frozen=True)
class Candidate:
    """One complete set of choices."""

    components: int | None
    whiten: bool
    dimensions: int
    prototype_scale: float
    user_penalty: float
    shared_penalty: float
    offset_penalty: float | None
    cyclic_ratio: float | None = None

    @property
    def name(self) -> str:
        """A short stable name for files."""
        return "trial-" + hashlib.blake2b(repr(self).encode(), digest_size=8).hexdigest()

    def describe(self) -> dict[str, Any]:
        """JSON-able values."""
        return asdict(self)


@dataclass
class Search(Generic[Result]):
    """Coordinate-wise search: start somewhere, vary one choice at a time, keep what validation prefers.

    Parameters
    ----------
    evaluate : callable
        Candidate -> (validation log loss, result).
    start : Candidate
    on_trial : callable
        Told how many trials were made.
    """

    evaluate: Callable[[Candidate], tuple[float, Result]]
    start: Candidate
    on_trial: Callable[[int], None]
    trials: list[tuple[Candidate, float]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.best = self.start
        self.best_loss, self.result = self._try(self.start)

    def _try(self, candidate: Candidate) -> tuple[float, Result]:
        loss, result = self.evaluate(candidate)
        self.trials.append((candidate, loss))
        self.on_trial(len(self.trials))
        return loss, result

    def vary(self, changes: Iterable[dict[str, Any]]) -> None:
        """Try the best candidate with each set of changes; keep a change that gains more than the handicap."""
        tried = {candidate for candidate, _ in self.trials}
        origin = self.best
        for change in changes:
            candidate = replace(origin, **change)
            if candidate in tried:
                continue
            loss, result = self._try(candidate)
            if loss < self.best_loss - HANDICAP:
                self.best, self.best_loss, self.result = candidate, loss, result

    def history(self) -> list[dict[str, Any]]:
        """All trials with their validation log loss, as JSON-able values."""
        return [{**candidate.describe(), "validation_log_loss": loss} for candidate, loss in self.trials]


def grid(setting: Any, tried: Sequence[Any]) -> list[Any]:
    """The values to try for a setting: the given one or ones, or the grid where it is None."""
    if isinstance(setting, tuple):
        return list(setting)
    return list(tried) if setting is None else [setting]
