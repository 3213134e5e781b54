"""``gustibus diagnose cycles``: whether preferences go in circles, and whose."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from gustibus.cli.judgements import read_judgements
from gustibus.cli.options import (
    Columns,
    Config,
    DataFile,
    DataFormat,
    Debug,
    Json,
    Rejects,
    Seed,
    SkipBad,
    Source,
    examples,
)
from gustibus.cli.session import Session, json_ready

if TYPE_CHECKING:
    from gustibus.comparisons import Comparisons
    from gustibus.diagnosis import AnswerTests, CycleReport, WithinOrBetween

__all__ = ["EXAMPLES", "diagnose_cycles"]

EXAMPLES = examples(
    "gustibus diagnose cycles matches.csv",
    "gustibus diagnose cycles judgements.parquet --figures figures --out cycles.json",
    "gustibus diagnose cycles judgements.parquet --whose no --null 1000",
)

_MOST_IN_PLANE = 200
_RECUR = 5
"""Judgements an item needs on average before models of recurring items are worth fitting."""


def diagnose_cycles(
    context: typer.Context,
    file: DataFile,
    null: Annotated[
        int, typer.Option("--null", min=20, metavar="N", help="Tables drawn without cycles, to compare with.")
    ] = 200,
    top: Annotated[int, typer.Option("--top", min=0, metavar="N", help="How many cycles to show.")] = 5,
    whose: Annotated[
        Literal["auto", "yes", "no"],
        typer.Option(
            "--whose",
            help="Whether to fit models with and without cycles to tell if people go in circles or only their "
            "majority does: minutes. auto: if at least 20 people gave three answers or more, on items that recur.",
        ),
    ] = "auto",
    figures: Annotated[
        Path | None,
        typer.Option("--figures", metavar="FOLDER", help="Draw the cycle graph and the bars of the decomposition."),
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="cycles.json", help="Write the result there too.")
    ] = None,
    columns: Columns = None,
    data_format: DataFormat = None,
    source: Source = None,
    skip_bad: SkipBad = False,
    rejects: Rejects = None,
    seed: Seed = 0,
    config: Config = None,
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """Tell whether preferences go in circles, more than chance makes of one scale, and whose circles these are.

    The wins on all pairs are split into what a scale explains (gradient), what goes round in triples (curl) and in
    longer circles (harmonic). Every share stands beside its null: the same in data without cycles that are otherwise
    alike. Where people gave several answers, two quick tests say whether any of them goes in circles and whether they
    differ.
    """
    from gustibus.diagnosis import answer_tests
    from gustibus.diagnosis import diagnose_cycles as diagnose

    session = Session.of(context)
    _check_places(out, figures)
    data = read_judgements(file, columns, data_format, skip_bad=skip_bad, rejects=rejects, source=source)
    with session.progress() as progress:
        report = diagnose(data, n_null=null, n_top=top, seed=seed, progress=progress)
    people = _whose(data, whose, seed, session)
    answers = answer_tests(data, seed=seed) if people is None else people.on_answers
    found: dict[str, Any] = {"file": str(file)} | report.to_dict()
    found["on_answers"] = None if answers is None else asdict(answers)
    found["within_or_between"] = None if people is None else people.to_dict()
    if figures is not None:
        found["figures"] = _draw(report, figures)
    if out is not None:
        out.write_text(json.dumps(json_ready(found), ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    session.result(found, as_json, lambda: _text(report, people, answers, session))


def _check_places(out: Path | None, figures: Path | None) -> None:
    """Refuse places that could not be written to, before any work is done for them."""
    from gustibus.comparisons import GustibusError

    if out is not None and out.is_dir():
        raise GustibusError(f"--out {out} is a folder. Name a file in it, such as {out / 'cycles.json'}.")
    if out is not None and not out.parent.is_dir():
        raise GustibusError(f"--out {out}: there is no folder {out.parent}. Make it, or name another.")
    if figures is None:
        return
    there = next(place for place in (figures, *figures.parents) if place.exists())
    if not there.is_dir():
        raise GustibusError(f"--figures {figures}: {there} is a file, and figures go into a folder. Name a folder.")


def _whose(data: Comparisons, whose: str, seed: int, session: Session) -> WithinOrBetween | None:
    import numpy as np

    from gustibus.diagnosis import within_or_between

    answers = np.bincount(data.user)
    answers = answers[answers > 0]
    if whose == "auto":
        few = len(answers) < 20 or np.median(answers) < 3
        if few or len(data) < _RECUR * len(data.items()):
            why = "fewer than 20 people, or than three answers each" if few else "items hardly recur"
            session.note(f"Whose cycles these would be was not tested: {why}. --whose yes does it all the same.")
            return None
    if whose == "no":
        return None
    with session.progress() as progress:
        return within_or_between(data, seed=seed, progress=progress)


def _draw(report: CycleReport, folder: Path) -> list[str]:
    import numpy as np

    from gustibus.reporting import cycle_graph, cycle_plane, hodge_bars

    folder.mkdir(parents=True, exist_ok=True)
    drawn = {"hodge_bars": hodge_bars(report, title="What a scale explains, and what it does not")}
    index = {item: i for i, item in enumerate(report.wins.items)}
    of_cycles = list(dict.fromkeys(index[item] for cycle in report.top for item in cycle.items))[:12]
    shown = of_cycles if len(index) > 12 else list(range(len(index)))
    if len(shown) >= 2:
        p = report.wins.probability()[np.ix_(shown, shown)]
        cycle = [shown.index(index[item]) for item in report.top[0].items] if report.top else None
        names = [report.wins.items[i] for i in shown]
        drawn["cycle_graph"] = cycle_graph(p, names, cycle=cycle, title="Who beats whom")
    if 3 <= len(index) <= _MOST_IN_PLANE:
        p = np.clip(report.wins.probability(), 0.01, 0.99)
        drawn["cycle_plane"] = cycle_plane(np.log(p / p.T), report.wins.items)
    paths = []
    for name, figure in drawn.items():
        paths.append(str(folder / f"{name}.png"))
        figure.savefig(paths[-1])
    return paths


def _text(report: CycleReport, people: WithinOrBetween | None, answers: AnswerTests | None, session: Session) -> str:
    heading, *rest = str(report).splitlines()
    said = [session.heading(heading), *rest]
    if people is not None:
        said += ["", session.heading(people.sentence), *str(people).splitlines()[1:]]
    elif answers is not None and answers.n_pairs:
        said += ["", f"People, on their answers alone: {answers}"]
    return session.fitted("\n".join(said))
