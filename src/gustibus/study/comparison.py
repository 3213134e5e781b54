"""What a comparison of models found, as plain data: tables, JSON and the page are made from this alone."""

from __future__ import annotations

import json
import math
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from gustibus.comparisons import GustibusError
from gustibus.evaluation import Interval, Table
from gustibus.study.recommending import Recommendation
from gustibus.study.rows import Figures, ModelRow

__all__ = ["Comparison"]

_HEADINGS: Final = {
    "model": "model",
    "people": "people",
    "answers": "answers",
    "log_loss": "log loss",
    "accuracy": "accuracy",
    "ece": "ECE",
    "change": "log loss - reference's",
}


@dataclass(frozen=True)
class Comparison:
    """Several models on the same people and the same judgements.

    Attributes
    ----------
    rows
        One a model that could be fitted, in the order in which they were asked for.
    reference
        The model from which differences are taken.
    recommendation
        Which to take, and why.
    skipped
        Models that cannot be fitted to these data, and the reason.
    shots
        Numbers of answers after which new people are predicted.
    seeds
        Of the draws of people and of the fits.
    about
        What was compared on: sizes and settings, by name.
    version
        Of gustibus.
    """

    rows: tuple[ModelRow, ...]
    reference: str
    recommendation: Recommendation
    skipped: Mapping[str, str]
    shots: tuple[int, ...]
    seeds: tuple[int, ...]
    about: Mapping[str, Any]
    version: str

    def __getitem__(self, name: str) -> ModelRow:
        """The row of a model."""
        for row in self.rows:
            if row.name == name:
                return row
        why = f" It was left out: {self.skipped[name]}" if name in self.skipped else ""
        raise GustibusError(f"there is no model {name!r}; there are {', '.join(row.name for row in self.rows)}.{why}")

    @property
    def table(self) -> Table:
        """One row for each model and group of people; ``.to_text()`` prints it.

        Figures are by their names in :class:`Figures`, with ``log_loss_low`` ... for the bounds of intervals;
        ``change`` is the log loss minus the reference's on the same judgements.
        """
        found: list[dict[str, Any]] = []
        for row in self.rows:
            found.append(_line(row.name, "seen", None, row.seen))
            found.extend(_line(row.name, "new", n, row.unseen[n]) for n in self.shots)
        return Table(found, _HEADINGS)

    def to_dict(self) -> dict[str, Any]:
        """Everything by name, ready for JSON; what is not known is None."""
        found: dict[str, Any] = _plain(asdict(self))
        return found

    def to_json(self) -> str:
        """`to_dict` as JSON text."""
        return json.dumps(self.to_dict(), indent=2, allow_nan=False)

    @classmethod
    def from_json(cls, text: str) -> Comparison:
        """Read what `to_json` wrote.

        Raises
        ------
        GustibusError
            If the text is something else.
        """
        try:
            found = json.loads(text)
            return cls(
                rows=tuple(_row(row) for row in found["rows"]),
                reference=found["reference"],
                recommendation=Recommendation(**found["recommendation"]),
                skipped=found["skipped"],
                shots=tuple(found["shots"]),
                seeds=tuple(found["seeds"]),
                about=found["about"],
                version=found["version"],
            )
        except (ValueError, KeyError, TypeError) as error:
            raise GustibusError(f"this is not the JSON of a comparison: {error!r}. Write it with to_json().") from error

    def to_html(self, path: str | os.PathLike[str]) -> None:
        """Write everything as one page that needs nothing else; see :func:`gustibus.compare_page`.

        Raises
        ------
        GustibusError
            If matplotlib is missing.
        """
        # A later room draws the page; the package, which knows all rooms, passes the request on.
        from gustibus import compare_page

        Path(path).write_text(compare_page(self), encoding="utf-8")

    def __repr__(self) -> str:
        return f"Comparison({', '.join(row.name for row in self.rows)}; {self.recommendation.sentence})"


def _line(model: str, people: str, n: int | None, figures: Figures) -> dict[str, Any]:
    line: dict[str, Any] = {"model": model, "people": people, "answers": n}
    line |= {"n_users": figures.people, "n_records": figures.judgements, "ece": figures.ece}
    for name, interval in (
        ("log_loss", figures.log_loss),
        ("accuracy", figures.accuracy),
        ("change", figures.log_loss_change),
        ("accuracy_change", figures.accuracy_change),
    ):
        if interval is not None:
            line |= {name: interval.estimate, f"{name}_low": interval.low, f"{name}_high": interval.high}
    return line


def _row(found: dict[str, Any]) -> ModelRow:
    given = dict(found)
    for name in ("validation", "seen"):
        given[name] = _figures(found[name])
    given["unseen"] = {int(n): _figures(figures) for n, figures in found["unseen"].items()}
    given["gain_over_population"] = _interval(found["gain_over_population"])
    given["choices"] = tuple(found["choices"])
    return ModelRow(**given)


def _figures(found: dict[str, Any]) -> Figures:
    given = dict(found)
    for name in ("log_loss", "accuracy", "log_loss_change", "accuracy_change"):
        given[name] = _interval(found[name])
    given["log_loss_by_seed"] = tuple(found["log_loss_by_seed"])
    return Figures(**given)


def _interval(found: dict[str, Any] | None) -> Interval | None:
    if found is None:
        return None
    low, high = (math.nan if found[name] is None else float(found[name]) for name in ("low", "high"))
    return Interval(found["estimate"], low, high, found["level"], found["n_users"])


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _plain(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(entry) for entry in value]
    if hasattr(value, "item"):
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value if isinstance(value, str | int | float | bool | None) else str(value)
