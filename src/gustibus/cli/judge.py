"""``gustibus judge``: pairs of a file judged by a model behind a chat endpoint."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from gustibus.cli.judgements import read_judgements
from gustibus.cli.option_groups import with_option_groups
from gustibus.cli.options import (
    Columns,
    Config,
    DataFile,
    DataFormat,
    Debug,
    Json,
    Rejects,
    SkipBad,
    Source,
    examples,
)
from gustibus.cli.service_options import LIMITS, SERVICE, ServiceOptions
from gustibus.cli.session import Session, if_stopped

if TYPE_CHECKING:
    from gustibus.comparisons import Comparisons
    from gustibus.judging import Judged

__all__ = ["EXAMPLES", "judge"]

QUESTION, RESULT = "Question", "Result"

EXAMPLES = examples(
    "gustibus judge data.parquet --endpoint http://localhost:8000/v1 --model m --personas p.txt --dry-run",
    "gustibus judge data.parquet --endpoint http://localhost:8000/v1 --model m --personas p.csv --max-requests 4000",
    "gustibus judge data.parquet --endpoint https://api.example.com/v1 --model m --personas p.csv \\",
    "    --api-key-file key.txt --price-in 0.5 --price-out 2 --max-cost 3 --requests-per-minute 300",
)


@with_option_groups
def judge(
    context: typer.Context,
    *,
    file: DataFile,
    service: ServiceOptions,
    endpoint: Annotated[
        str,
        typer.Option(
            "--endpoint",
            metavar="URL",
            help="Base address of an OpenAI-compatible chat service, such as http://localhost:8000/v1.",
            rich_help_panel=SERVICE,
        ),
    ],
    model: Annotated[
        str, typer.Option("--model", metavar="NAME", help="The model's name there.", rich_help_panel=SERVICE)
    ],
    personas: Annotated[
        Path | None,
        typer.Option(
            "--personas",
            metavar="FILE",
            help="Who it is to judge as: txt (one a line), or csv, jsonl, parquet with the columns id and persona. "
            "[dim]default: as itself[/dim]",
            rich_help_panel=QUESTION,
        ),
    ] = None,
    criterion: Annotated[
        str,
        typer.Option("--criterion", metavar="TEXT", help="The question about two responses.", rich_help_panel=QUESTION),
    ] = "Which response is better?",
    answer: Annotated[
        Literal["word", "json"],
        typer.Option(
            "--answer",
            help="What counts as an answer: exactly A, B or TIE, or exactly that in JSON.",
            rich_help_panel=QUESTION,
        ),
    ] = "word",
    one_order: Annotated[
        bool,
        typer.Option(
            "--one-order",
            metavar="",
            help="Show each pair one way round only: half the requests, and a lean to one position stays in.",
            rich_help_panel=QUESTION,
        ),
    ] = False,
    disagreement: Annotated[
        Literal["soft", "tie"],
        typer.Option(
            "--disagreement",
            help="What becomes of answers that change with the order: their mean, or a tie.",
            rich_help_panel=QUESTION,
        ),
    ] = "soft",
    pairs: Annotated[
        int | None,
        typer.Option(
            "--pairs", min=1, metavar="N", help="Ask about N pairs only, drawn at random.", rich_help_panel=QUESTION
        ),
    ] = None,
    seed: Annotated[
        int, typer.Option("--seed", min=0, metavar="N", help="Of that draw.", rich_help_panel=QUESTION)
    ] = 0,
    dry_run: Annotated[
        bool,
        typer.Option(
            "--dry-run",
            metavar="",
            help="Say how many requests there would be and about how many tokens; send nothing.",
            rich_help_panel=LIMITS,
        ),
    ] = False,
    temperature: Annotated[
        float, typer.Option("--temperature", metavar="T", help="0: the likeliest answer.", rich_help_panel=SERVICE)
    ] = 0.0,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            metavar="FILE",
            help="Where the judgements go: parquet or jsonl. [dim]default: FILE.judged.parquet[/dim]",
            rich_help_panel=RESULT,
        ),
    ] = None,
    unanswered: Annotated[
        Path | None,
        typer.Option(
            "--unanswered",
            metavar="FILE",
            help="Where answers that are none go, with their texts. [dim]default: OUT.unanswered.jsonl[/dim]",
            rich_help_panel=RESULT,
        ),
    ] = None,
    answers: Annotated[
        Path | None,
        typer.Option(
            "--answers",
            metavar="FOLDER",
            help="Where every answer is kept, so that nothing is asked twice. "
            "[dim]default: ~/.cache/gustibus/judgements[/dim]",
            rich_help_panel=RESULT,
        ),
    ] = None,
    columns: Columns = None,
    data_format: DataFormat = None,
    source: Source = None,
    skip_bad: SkipBad = False,
    rejects: Rejects = None,
    config: Config = None,
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """Have a model judge every distinct pair of a file, as several personas and with the responses both ways round.

    The judgements are written with the source "llm:NAME", one user a persona. Only A, B or TIE is an answer; whatever
    else comes is counted and kept apart. Every answer is kept when it comes: run the same command again after an
    interruption, and nothing is asked twice. Nothing is sent without a limit.
    """
    from gustibus.comparisons import write
    from gustibus.judging import AnswerStore, plan_judging
    from gustibus.judging import judge as judge_pairs

    session = Session.of(context)
    target = out or file.with_name(f"{file.name.partition('.')[0]}.judged.parquet")
    lost = unanswered or target.with_name(f"{target.stem}.unanswered.jsonl")
    if not dry_run:
        _refuse_bad_targets(file, target, lost)
    data = _drawn(
        read_judgements(file, columns, data_format, skip_bad=skip_bad, rejects=rejects, source=source), pairs, seed
    )
    chat = service.chat_endpoint(context, endpoint, model, temperature)
    kept = AnswerStore(answers)
    asked: dict[str, Any] = {"criterion": criterion, "answer": answer, "both_orders": not one_order, "store": kept}
    if dry_run:
        plan = plan_judging(data, chat, personas, **asked)
        session.result(plan.to_dict(), as_json, lambda: f"{plan.to_text()}\nNothing was sent.")
        return
    asked |= {"max_requests": service.max_requests, "max_cost": service.max_cost, "disagreement": disagreement}
    with session.progress() as bar, if_stopped("What was answered so far is kept: run the same command to go on."):
        judged = judge_pairs(data, chat, personas, progress=bar, **asked)
    if len(judged.data):
        write(judged.data, target)
    if judged.unanswered:
        judged.write_unanswered(lost)
    _say(session, judged, target, lost, as_json)


def _say(session: Session, judged: Judged, target: Path, lost: Path, as_json: bool) -> None:
    places = {
        "out": str(target) if len(judged.data) else None,
        "unanswered": str(lost) if judged.unanswered else None,
    }
    lines = [judged.report.to_text()]
    lines += [f"Judgements: {target}"] if places["out"] else ["There is no judgement to write."]
    lines += [f"Answers that are none, with their texts: {lost}"] if places["unanswered"] else []
    session.result(judged.report.to_dict() | places, as_json, lambda: session.fitted("\n".join(lines)))


def _refuse_bad_targets(file: Path, target: Path, lost: Path) -> None:
    """Before anything is sent: a place for the judgements that can be written."""
    from gustibus.comparisons import GustibusError

    if target.suffix.lower() not in (".parquet", ".jsonl"):
        raise GustibusError(f"--out {target}: judgements are written as parquet or jsonl. End the name in one of them.")
    for option, path in (("--out", target), ("--unanswered", lost)):
        if path.exists() and path.resolve() == file.resolve():
            raise GustibusError(f"{option} {path} is the file to be read. Name another.")
        if not path.parent.is_dir():
            raise GustibusError(f"{option} {path}: there is no folder {path.parent}. Make it, or name another.")


def _drawn(data: Comparisons, n: int | None, seed: int) -> Comparisons:
    """The judgements on n random pairs."""
    import numpy as np

    from gustibus.comparisons.repeats import questions_of

    if n is None:
        return data
    questions = questions_of(data)
    if n >= questions.n_pairs:
        return data
    kept = np.random.default_rng(seed).choice(questions.n_pairs, n, replace=False)
    return data.filter(np.isin(questions.pair, kept))
