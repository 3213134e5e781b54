"""Judgements kept out of a fit, and what the fitted models make of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, Literal

if TYPE_CHECKING:
    from gustibus.cli.session import Session
    from gustibus.comparisons import Comparisons
    from gustibus.evaluation import Report

__all__ = ["IN_BRACKETS", "SplitBy", "comparison_of_models", "hold_out", "report_text"]

SplitBy = Literal["comparison", "user", "prompt"]
IN_BRACKETS: Final = "In brackets: 95 % intervals over people."


def hold_out(
    data: Comparisons, share: float, by: SplitBy, seed: int, session: Session
) -> tuple[Comparisons, Comparisons | None]:
    """Judgements to fit and judgements to test: those that the file marks as test, or a share drawn with the seed.

    Raises
    ------
    GustibusError
        If a share is wanted of a file that marks its own test judgements, or a side would be empty.
    """
    from gustibus.comparisons import SPLITS, GustibusError, split

    marked = data.split == SPLITS.index("test")
    if marked.any():
        if share:
            raise GustibusError(
                f"--test {share:g} asks for test judgements, but the file marks {int(marked.sum()):,} as split=test. "
                "Leave --test out to use those, or --columns split= to forget the marks."
            )
        session.note(
            f"{int(marked.sum()):,} of {len(data):,} judgements are marked test: they are kept out of the fit."
        )
        return data.filter(~marked), data.filter(marked)
    return split(data, by=by, test=share, seed=seed) if share else (data, None)


def report_text(report: Report, session: Session) -> str:
    """An evaluation as two small tables: people whom the model knows, and new ones by the number of their answers."""
    from gustibus.comparisons.wording import counted
    from gustibus.reporting import Column, Table

    parts = []
    heads: list[str | Column] = [Column("log loss", "nats"), Column("accuracy", "share right"), "ECE"]
    against = "against the population"
    if report.seen is not None:
        own, population = report.seen, report.baselines["population"]["seen"]
        rows = [["population", *_figures(population), None], ["each one's own", *_figures(own), own.paired(population)]]
        people = counted(len(own.user_ids), "person")
        title = f"{people} the model knows, {counted(len(own), 'judgement')}"
        parts.append(f"{session.heading(title)}\n{Table(['predicted as', *heads, against], rows).to_text()}")
    if report.unseen:
        population = report.baselines["population"]["unseen"]
        rows = [["as the population", *_figures(population), None]]
        for n, scored in report.unseen.items():
            if n:
                rows.append([f"{n} answer{'s' * (n > 1)}", *_figures(scored), scored.paired(population)])
        people = counted(len(population.user_ids), "new person")
        title = f"{people}, {counted(len(population), 'judgement')}"
        parts.append(f"{session.heading(title)}\n{Table(['knowing', *heads, against], rows).to_text()}")
    if report.n_left_out:
        who = counted(report.n_left_out, "new person")
        parts.append(f"Left out: {who} with too few answers for these --shots.")
    if report.votes:
        parts.append(_against_votes(report, session))
    return "\n\n".join(parts)


def _against_votes(report: Report, session: Session) -> str:
    """Predictions against the shares of votes, on pairs that several people judged."""
    from gustibus.comparisons.wording import counted
    from gustibus.reporting import Column, Table

    names = {"population": "as the population", "people": "as its voters"}
    heads: list[str | Column] = [
        "predicted",
        "pairs",
        "correlation",
        "its ceiling",
        Column("distance", "to all people's shares"),
        "ECE",
        "by chance up to",
        Column("disagreement found", "AUROC"),
    ]
    rows = []
    for name, scored in report.votes.items():
        ceiling, distance = (scored.interval(metric) for metric in ("ceiling", "share_error"))
        of_all = [ceiling, distance] if name == "population" else [None, None]  # voters are not all people
        calibration = [scored.metrics.ece, scored.chance.high, scored.interval("disagreement_auroc")]
        rows.append([names[name], len(scored), scored.interval("correlation"), *of_all, *calibration])
    votes = counted(sum(scored.metrics.n_votes for scored in list(report.votes.values())[:1]), "vote")
    heading = session.heading(f"Against the shares of {votes} on pairs that several people judged")
    said = "Intervals in this table are over prompts, or over pairs where there are no prompts."
    above = any(scored.metrics.correlation > scored.metrics.ceiling for scored in report.votes.values())
    if above:
        said += (
            " The ceiling is an estimate too, of what the true shares would correlate: a correlation above it is at "
            "the ceiling."
        )
    return f"{heading}\n{Table(heads, rows).to_text()}\n{said}"


def _figures(scored: Any) -> list[Any]:
    return [scored.interval("log_loss"), scored.interval("accuracy"), scored.ece]


def comparison_of_models(reports: Mapping[str, Report], session: Session) -> str:
    """Several models on the same judgements, each against the first."""
    from gustibus.comparisons.wording import counted
    from gustibus.reporting import Column, Table

    first = next(iter(reports))
    people = {"person": "seen", "new person": "unseen"}
    parts = []
    for title, kind in people.items():
        scores = {}
        for name, report in reports.items():
            scored = report.seen if kind == "seen" else report.unseen.get(max(report.unseen, default=0))
            if scored is not None:
                scores[name] = scored
        if len(scores) < len(reports):
            continue
        shown = scores[first]
        after = f" after {max(reports[first].unseen)} answers" if kind == "unseen" else ""
        rows = [
            [name, *_figures(scored), None if name == first else scored.paired(shown)]
            for name, scored in scores.items()
        ]
        heads: list[str | Column] = [
            "model",
            Column("log loss", "nats"),
            Column("accuracy", "share right"),
            "ECE",
            f"against {first}",
        ]
        known = " the models know" if kind == "seen" else ""
        who = f"{counted(len(shown.user_ids), title)}{known}{after}"
        heading = session.heading(f"{who}, {counted(len(shown), 'judgement')}")
        parts.append(f"{heading}\n{Table(heads, rows).to_text()}")
    return "\n\n".join(parts)
