"""What ``gustibus fit`` says when it is done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gustibus.cli.held_out import IN_BRACKETS, comparison_of_models, report_text
from gustibus.cli.progress import in_words

if TYPE_CHECKING:
    from gustibus.cli.session import Session
    from gustibus.evaluation import Report
    from gustibus.fitted import FittedModel

__all__ = ["Fitted", "as_dict", "as_text", "what_next"]


@dataclass(frozen=True)
class Fitted:
    """One finished fit."""

    model: FittedModel
    place: Path
    seconds: float

    @property
    def name(self) -> str:
        """As it is called."""
        return self.model.name


def as_dict(fits: Sequence[Fitted], reports: Mapping[Path, Report]) -> dict[str, Any]:
    """Everything as plain values."""
    import json

    found = []
    for one in fits:
        entry: dict[str, Any] = {"name": one.name, "out": str(one.place), "seconds": one.seconds, **_plain(one.model)}
        if one.place in reports:
            entry["test"] = json.loads(reports[one.place].to_json())
        found.append(entry)
    return {"models": found}


def _plain(model: FittedModel) -> dict[str, Any]:
    """The summary of a fit, without the record of every trial."""
    return {key: value for key, value in model.summary.items() if key not in ("trials", "history", "seconds")} | {
        "seconds_by_part": model.summary["seconds"]
    }


def as_text(fits: Sequence[Fitted], reports: Mapping[Path, Report], session: Session) -> str:
    """A table of the fits, how they place people, and what they make of judgements kept out."""
    from gustibus.comparisons.wording import counted
    from gustibus.reporting import Column, Table

    first = fits[0].model
    summary = first.summary
    one, whom = ("group", "groups") if first.person == "group" else ("person", "people")
    head = session.heading(
        f"{counted(summary['judgements'], 'judgement')} by {counted(summary['people'], one)} on "
        f"{counted(summary['items'], 'item')}, "
        f"{summary['validation_judgements']:,} of them to choose by"
    )
    columns: list[str | Column] = [
        "model",
        Column("validation log loss", "nats"),
        "chosen on validation",
        "time",
        "saved in",
    ]
    rows = [
        [
            one.name,
            one.model.summary["validation_log_loss"],
            _choices(one.model.summary["choices"]),
            in_words(one.seconds),
            str(one.place),
        ]
        for one in fits
    ]
    parts = [f"{head}\n{Table(columns, rows).to_text()}"]
    for fit in fits:
        parts += filter(None, (_chosen_model(fit, session), _circles(fit, session), _chosen_number(fit, session)))
    parts += [session.fitted(said) for said in dict.fromkeys(_ties(one.model) for one in fits) if said]
    parts.append(session.fitted(_adaptation(fits, whom)))
    if len(reports) == 1:
        parts += ["On judgements kept out of the fit:", report_text(next(iter(reports.values())), session), IN_BRACKETS]
    elif reports:
        by_name = {one.name: reports[one.place] for one in fits}
        parts += ["On judgements kept out of the fits:", comparison_of_models(by_name, session), IN_BRACKETS]
    return "\n\n".join(parts)


def _chosen_model(fit: Fitted, session: Session) -> str:
    """What ``--model auto`` had to choose from; empty for other models."""
    from gustibus.reporting import Column, Table

    families = fit.model.summary["findings"].get("families")
    if not families:
        return ""
    standard = families[0]["model"]
    heads: list[str | Column] = ["model", Column("validation log loss", "nats"), f"gain over {standard}", "time"]
    rows = [
        [one["model"], one["validation_log_loss"], _gain(one, "standard_error"), in_words(one["seconds"])]
        for one in families
    ]
    if any("confirming_gain" in one for one in families):
        heads.insert(3, "on other judgements")
        for row, one in zip(rows, families, strict=True):
            row.insert(3, _gain(one, "confirming_standard_error", "confirming_gain"))
    taken = (fit.model.summary["findings"].get("circle_contest") or {}).get("taken")
    title = (
        "Without circles, by people placed by none, five and all of their training answers"
        if taken
        else f"{fit.name} was chosen, by people placed by none, five and all of their training answers"
    )
    return f"{session.heading(session.fitted(title))}\n{Table(heads, rows).to_text()}"


def _circles(fit: Fitted, session: Session) -> str:
    """What ``--model auto`` found about circles, and how cyclic a model with circles is; empty for others."""
    from gustibus.fitted.circle_words import said_of_circles, said_of_cyclic_scores

    scores = said_of_cyclic_scores(fit.model.summary)
    said = (said_of_circles(fit.model.summary), None if scores is None else f"{fit.name}: {scores}")
    return "\n".join(session.fitted(one) for one in said if one is not None)


def _chosen_number(fit: Fitted, session: Session) -> str:
    """What ``--prototypes auto`` found; empty where the number was given."""
    from gustibus.fitted.taste_count import said_of_tastes
    from gustibus.reporting import Column, Table

    found = said_of_tastes(fit.model.summary)
    if found is None:
        return ""
    curve = fit.model.summary["findings"]["prototypes"]
    heads: list[str | Column] = ["tastes", Column("log loss of people kept out", "nats"), "gain over one taste"]
    rows = [[one["prototypes"], one["log_loss"], _gain(one, "gain_standard_error")] for one in curve]
    title = f"{found[0].upper()}{found[1:]}"
    return f"{session.heading(session.fitted(title))}\n{Table(heads, rows).to_text()}"


def _gain(row: Mapping[str, Any], error: str, gain: str = "gain") -> str | None:
    """With its standard error over people; None for what others are compared with."""
    if row.get(gain) is None or not row[error]:
        return None
    return f"{row[gain]:.3f} ± {row[error]:.3f}"


_FEW_TIES = 0.005
_AS_HALF = "count as half a win for each response; --likelihood rao-kupper learns how common they are."


def _ties(model: FittedModel) -> str:
    """How common ties were found to be; empty where the likelihood has none."""
    from gustibus.likelihoods import TieLikelihood

    likelihood, levels = model.likelihood, model.tie_levels
    if not isinstance(likelihood, TieLikelihood):
        share = model.summary.get("tie_share") or 0.0
        return "" if share < _FEW_TIES else f"Ties ({share:.0%} of the judgements) {_AS_HALF}"
    how = "given" if model.settings.make_likelihood().learned else "learned"
    said = f"Ties by {likelihood}, {how}: two equally good responses tie with probability {likelihood.tie_share:.2f}"
    if levels is None:
        return f"{said}."
    shares = sorted((one.tie_share, name) for name, one in levels.by_group().items())
    ends = [f"{share:.2f} ({name})" for share, name in (shares[0], shares[-1])]
    return f"{said}; in {len(shares)} groups from {ends[0]} to {ends[1]}."


def _adaptation(fits: Sequence[Fitted], whom: str) -> str:
    """How new people are placed, said once for all fits of which it is true."""
    said: dict[str, list[str]] = {}
    for one in fits:
        said.setdefault(str(one.model.how_adapted), []).append(one.name)
    if len(said) == 1:
        return f"Placing new {whom} is {next(iter(said))}."
    return "\n".join(f"Placing new {whom} by {' and '.join(names)} is {how}." for how, names in said.items())


def _choices(choices: Mapping[str, Any]) -> str:
    """What was chosen, in few words."""
    said = []
    if choices.get("components") is not None:
        said.append(f"{choices['components']} components" + (" whitened" if choices.get("whiten") else ""))
    for name, words in _IN_WORDS.items():
        if choices.get(name) is not None:
            said.append(words.format(choices[name]))
    if "covariate_penalty" in choices:
        ridge = choices["covariate_penalty"]
        said.append("no covariates" if ridge is None else f"covariates {ridge:g}")
    return ", ".join(said) or "nothing was left open"


_IN_WORDS = {
    "dimensions": "{} dimensions",
    "types": "kinds of people {}",
    "scale": "spread {:g}",
    "user_penalty": "people {:g}",
    "shared_penalty": "ridge {:g}",
    "offset_penalty": "item offsets {:g}",
}


def what_next(file: Path, fit: Fitted, held_out: bool, test_out: Path | None) -> str:
    """What can be typed now; nobody is placed by a model of one taste."""
    place = fit.place
    one_taste = fit.model.n_prototypes == 1 and fit.model.prior.family != "gaussian"
    lines = ["", "Next:"]
    if not held_out:
        lines.append(
            f"  gustibus evaluate {place} FILE      on judgements that are not in {file.name} (or fit with --test 0.2)"
        )
    elif test_out is not None:
        lines.append(f"  gustibus evaluate {place} {test_out}")
    if not one_taste:
        lines.append(f"  gustibus adapt {place} FILE         place new people by their answers")
    whose = "" if one_taste else " --user ID"
    lines.append(f'  gustibus rank {place} --prompt "..." --responses FILE{whose}')
    return "\n".join(lines)
