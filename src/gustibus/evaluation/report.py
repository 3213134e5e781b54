"""What an evaluation found: seen people, new people from n answers, and the population beside both."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal, overload

from gustibus.comparisons import GustibusError
from gustibus.evaluation.intervals import Interval
from gustibus.evaluation.scored import Scored
from gustibus.evaluation.scored_votes import ScoredVotes
from gustibus.evaluation.table import Table
from gustibus.evaluation.vote_rows import VOTE_HEADINGS, vote_figures, vote_row

__all__ = ["Report"]

_HEADINGS: Final = {
    "people": "people",
    "answers": "answers",
    "predictor": "predictor",
    "n_users": "users",
    "n_records": "judgements",
    "log_loss": "log loss",
    "accuracy": "accuracy",
    "brier": "Brier",
    "ece": "ECE",
    "worst_decile_log_loss": "worst decile",
    "change": "log loss - population's",
}
_FIGURES: Final = ("log_loss", "accuracy", "brier", "macro_log_loss", "macro_accuracy", "worst_decile_log_loss")
_OF_TIES: Final = {
    "three_way_log_loss": "log loss with ties",
    "constant_tie_log_loss": "constant tie rate",
    "decisive_log_loss": "clear answers",
}
_WITH_INTERVAL: Final = ("log_loss", "accuracy")
_PAIRED_HEADINGS: Final = {
    "people": "people",
    "answers": "answers",
    "metric": "figure",
    "n_users": "users",
    "difference": "difference",
}


@dataclass(frozen=True, eq=False)
class Report:
    """A model's figures on one test table.

    ``report["seen"]`` and ``report["unseen"][n]`` are `Scored`: they have the figures as attributes
    (``report["unseen"][5].log_loss``), intervals (``.interval("log_loss")``), figures by person (``.per_user()``) and
    the data of a reliability plot (``.reliability()``).

    Attributes
    ----------
    seen
        Scores on people whom the model knows; None if the test has none.
    unseen
        Scores on people whom it does not know, by the number of their answers it was given; the tested
        judgements are the same for every number. Empty if nobody unseen has enough answers.
    baselines
        ``baselines["population"]["seen"]`` and ``["unseen"]``: the same model's population prediction on the same
        judgements, without anybody's answers.
    n_left_out
        Unseen people with too few answers, who are in no figure.
    shots, seed, n_boot
        Settings of the evaluation.
    votes
        Predictions against the shares of votes on the pairs that several people judged: ``"population"``, the model's
        population prediction on all such pairs, and ``"people"``, the mean prediction of the voters whom it knows: of
        their own shares, so that figures about the shares of all people are left out of tables for it. Empty
        where there are fewer than ten such pairs.
    parts
        The same of some of the test judgements, by the label that ``evaluate(by=...)`` gave them: each has all figures
        of the whole.
    """

    seen: Scored | None
    unseen: Mapping[int, Scored]
    baselines: Mapping[str, Mapping[str, Scored]]
    n_left_out: int
    shots: tuple[int, ...]
    seed: int
    n_boot: int
    votes: Mapping[str, ScoredVotes] = field(default_factory=dict)
    parts: Mapping[str, Report] = field(default_factory=dict)

    @overload
    def __getitem__(self, people: Literal["seen"]) -> Scored: ...
    @overload
    def __getitem__(self, people: Literal["unseen"]) -> Mapping[int, Scored]: ...
    def __getitem__(self, people: str) -> Scored | Mapping[int, Scored]:
        """``"seen"`` or ``"unseen"``; an error if there were none of them in the test."""
        if people == "seen":
            if self.seen is None:
                raise GustibusError("nobody in the test data is known to the model: see report['unseen']")
            return self.seen
        if people == "unseen":
            if not self.unseen:
                raise GustibusError(
                    f"there are no unseen people with enough answers in the test data ({self.n_left_out} have too "
                    "few): hold out users with gustibus.split(data, by='user') (whole groups for a model of groups), "
                    f"or lower shots={self.shots}; see report['seen'] for those whom the model knows."
                )
            return self.unseen
        raise GustibusError(f"report[{people!r}] is not known: use report['seen'] or report['unseen'][n]")

    @classmethod
    def pool(cls, reports: Sequence[Report]) -> Report:
        """Put the reports of several seeds or splits together; intervals then resample people over all of them.

        Raises
        ------
        GustibusError
            There are none, their shots differ, or some have seen (or unseen) people and others have not.
        """
        if not reports:
            raise GustibusError("there is nothing to pool: give at least one report")
        shapes = {(report.shots, report.seen is None, len(report.unseen)) for report in reports}
        if len(shapes) > 1:
            raise GustibusError(
                "these reports differ in their shots or in whom they tested: pool reports of one protocol"
            )
        first = reports[0]
        return cls(
            seen=None if first.seen is None else Scored.pool([report["seen"] for report in reports]),
            unseen={n: Scored.pool([report.unseen[n] for report in reports]) for n in first.unseen},
            baselines={
                name: {people: Scored.pool([report.baselines[name][people] for report in reports]) for people in scores}
                for name, scores in first.baselines.items()
            },
            n_left_out=sum(report.n_left_out for report in reports),
            shots=first.shots,
            seed=first.seed,
            n_boot=first.n_boot,
            votes={
                name: ScoredVotes.pool([report.votes[name] for report in reports])
                for name in first.votes
                if all(name in report.votes for report in reports)
            },
            parts={
                label: cls.pool([report.parts[label] for report in reports])
                for label in first.parts
                if all(label in report.parts for report in reports)
            },
        )

    @property
    def table(self) -> Table:
        """One row for each kind of people, number of answers and predictor; ``.to_text()`` prints it.

        Figures are by their names in `Metrics`, with ``log_loss_low`` ... for the interval's bounds; ``change`` is
        the model's log loss minus its population prediction's, paired over users.
        """
        rows: list[dict[str, Any]] = []
        for people, n, scored in self._cells():
            if n is None or n == min(self.unseen):
                rows.extend(_row(people, None, name, scores[people]) for name, scores in self.baselines.items())
            rows.append(_row(people, n, "model", scored))
            rows[-1] |= _named("change", scored.paired(self.baselines["population"][people]))
        return Table(
            rows, _HEADINGS | {name: text for name, text in _OF_TIES.items() if any(name in row for row in rows)}
        )

    @property
    def parts_table(self) -> Table:
        """The rows of :attr:`table` for each label, named in ``part``; empty without labels."""
        rows = [{"part": label, **row} for label, part in self.parts.items() for row in part.table]
        headings = {"part": "judgements of", **self.table.headings}
        return Table(rows, headings)

    @property
    def votes_table(self) -> Table:
        """One row a predictor of vote shares, by the names in `VoteMetrics`; empty where nobody shares a pair.

        ``chance`` is the ECE that a predictor which is right on average stays below in 39 of 40 cases.
        """
        return Table([vote_row(name, scored) for name, scored in self.votes.items()], VOTE_HEADINGS)

    def paired(self, other: Report, metrics: Sequence[str] = ("log_loss", "accuracy")) -> Table:
        """This model's figures minus another's on the same test judgements, with intervals over users.

        Parameters
        ----------
        other
            The report of another model on the same test data, with the same shots and seed.
        metrics
            Figures to compare: see `Scored.paired`.

        Returns
        -------
        Rows with ``people``, ``answers``, ``metric``, ``difference``, ``difference_low``, ``difference_high``.

        Raises
        ------
        GustibusError
            The two reports are not about the same judgements.
        """
        mine, theirs = ({cell[:2]: cell[2] for cell in report._cells()} for report in (self, other))
        if mine.keys() != theirs.keys():
            raise GustibusError(
                "the two reports tested different people (known to one model and not to the other) or different shots: "
                "fit both models to the same people and evaluate them with the same shots"
            )
        rows = []
        for (people, n), scored in mine.items():
            for metric in metrics:
                interval = scored.paired(theirs[people, n], metric)
                row = {"people": people, "answers": n, "metric": metric, "n_users": interval.n_users}
                rows.append(row | _named("difference", interval))
        return Table(rows, _PAIRED_HEADINGS)

    def to_dict(self, *, per_user: bool = False) -> dict[str, Any]:
        """Everything by name; with `per_user` also each person's log loss and accuracy under their id."""
        unseen = {str(n): _figures(scored, per_user) for n, scored in self.unseen.items()}
        return {
            "seen": None if self.seen is None else _figures(self.seen, per_user),
            "unseen": unseen,
            "baselines": {
                name: {people: _figures(scored, per_user) for people, scored in scores.items()}
                for name, scores in self.baselines.items()
            },
            "n_left_out": self.n_left_out,
            "shots": list(self.shots),
            "seed": self.seed,
            "n_boot": self.n_boot,
            "votes": {name: vote_figures(name, scored) for name, scored in self.votes.items()},
            "parts": {label: part.to_dict(per_user=per_user) for label, part in self.parts.items()},
        }

    def to_json(self, *, per_user: bool = False) -> str:
        """`to_dict` as JSON text; what is not known is null. People's ids occur only with `per_user`."""
        return json.dumps(_without_nan(self.to_dict(per_user=per_user)), indent=2)

    def _cells(self) -> Iterator[tuple[str, int | None, Scored]]:
        if self.seen is not None:
            yield "seen", None, self.seen
        for n, scored in self.unseen.items():
            yield "unseen", n, scored


def _row(people: str, n: int | None, predictor: str, scored: Scored) -> dict[str, Any]:
    row: dict[str, Any] = {"people": people, "answers": n, "predictor": predictor} | scored.metrics.to_dict()
    for metric in (*_WITH_INTERVAL, *scored.tie_figures):
        row |= _named(metric, scored.interval(metric))
    return row


def _named(name: str, interval: Interval) -> dict[str, float]:
    return {name: interval.estimate, f"{name}_low": interval.low, f"{name}_high": interval.high}


def _figures(scored: Scored, per_user: bool) -> dict[str, Any]:
    bins = scored.reliability()
    figures: dict[str, Any] = scored.metrics.to_dict() | scored.tie_figures
    figures["intervals"] = {
        metric: {"low": interval.low, "high": interval.high, "level": interval.level}
        for metric in (*_FIGURES, *scored.tie_figures)
        for interval in [scored.interval(metric)]
    }
    figures["reliability"] = {
        name: getattr(bins, name).tolist() for name in ("predicted", "observed", "weight", "n_records")
    }
    if per_user:
        sums = {metric: scored.per_user(metric) for metric in ("log_loss", "accuracy")}
        figures["per_user"] = {
            "user": sums["log_loss"].user.tolist(),
            "weight": sums["log_loss"].weight.tolist(),
            **{metric: by_user.means.tolist() for metric, by_user in sums.items()},
        }
    return figures


def _without_nan(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_nan(entry) for key, entry in value.items()}
    if isinstance(value, list):
        return [_without_nan(entry) for entry in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
