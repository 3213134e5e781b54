"""``gustibus evaluate``: how good a model is for people it knows, and for new ones from their first answers."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from gustibus.cli.encoders import embed_once, knowing, load_with
from gustibus.cli.fit_plan import RUN_FILE
from gustibus.cli.held_out import IN_BRACKETS, comparison_of_models, report_text
from gustibus.cli.judgements import read_judgements
from gustibus.cli.options import (
    EVALUATION,
    AllowDownload,
    Columns,
    Config,
    CovariatesFile,
    DataFile,
    DataFormat,
    Debug,
    Json,
    ModelFolder,
    NewPromptVectors,
    NewVectors,
    Rejects,
    Seed,
    Shots,
    SkipBad,
    Source,
    Store,
    examples,
    numbers,
)
from gustibus.cli.session import Session, if_stopped

if TYPE_CHECKING:
    from gustibus.comparisons import Comparisons
    from gustibus.evaluation import Report
    from gustibus.fitted import FittedModel

__all__ = ["EXAMPLES", "evaluate"]

EXAMPLES = examples(
    "gustibus evaluate model test.parquet",
    "gustibus evaluate models/k4 test.parquet --against models/k1 --shots 0,5,20",
    "gustibus evaluate model test.parquet --out report.json",
    "gustibus evaluate model votes.parquet --by taxonomy",
)


def evaluate(
    context: typer.Context,
    model: ModelFolder,
    file: DataFile,
    shots: Shots = "0,1,2,5,10,20",
    against: Annotated[
        Path | None,
        typer.Option(
            "--against",
            metavar="MODEL",
            help="Another model, for the difference on the same judgements.",
            rich_help_panel=EVALUATION,
        ),
    ] = None,
    part: Annotated[
        Literal["auto", "all", "train", "validation", "test"],
        typer.Option(
            "--split",
            help="Which judgements; auto: those marked test if there are any, else all.",
            rich_help_panel=EVALUATION,
        ),
    ] = "auto",
    audit_groups: Annotated[
        bool,
        typer.Option(
            "--audit-groups",
            metavar="",
            help="Also test whether a model of groups (fit --person group) tells groups apart at all: a p-value, for "
            "judgements of people who took no part in the fit.",
            rich_help_panel=EVALUATION,
        ),
    ] = False,
    by: Annotated[
        Literal["taxonomy", "group", "source"] | None,
        typer.Option(
            "--by",
            help="All figures also for each kind of judgement: by whether prompts have several good answers and "
            "responses are hard to tell apart (taxonomy), or by the column group or source.",
            rich_help_panel=EVALUATION,
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            metavar="report.json",
            help="Write the whole report, with figures by person.",
            rich_help_panel=EVALUATION,
        ),
    ] = None,
    columns: Columns = None,
    data_format: DataFormat = None,
    source: Source = None,
    skip_bad: SkipBad = False,
    rejects: Rejects = None,
    vectors: NewVectors = None,
    prompt_vectors: NewPromptVectors = None,
    covariates: CovariatesFile = None,
    store: Store = None,
    allow_download: AllowDownload = False,
    seed: Seed = 0,
    config: Config = None,
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """Score a model on judgements that it was not fitted to.

    People it knows are predicted as themselves; of the others, the first answers are revealed bit by bit.
    """
    import json
    from dataclasses import asdict

    from gustibus.evaluation import evaluate as evaluate_model
    from gustibus.evaluation import group_audit

    session = Session.of(context)
    numbers_of_answers = numbers(shots, "--shots", least=0)
    if out is not None:
        _check_out(out)
    folders = [model] if against is None else [against, model]
    loaded = [
        load_with(one, session, store=store, vectors=vectors, prompts=prompt_vectors, allow_download=allow_download)
        for one in folders
    ]
    loaded = knowing(loaded, covariates)
    _refuse_audit_of_people(audit_groups, model, loaded[-1])
    data = _part(
        read_judgements(file, columns, data_format, skip_bad=skip_bad, rejects=rejects, source=source), part, session
    )
    _warn_if_fitted_on(folders, file, session)
    labels = None if by is None else _labels(by, data, loaded[-1], session)
    reports: dict[str, Report] = {}
    for folder, one in zip(folders, loaded, strict=True):
        with if_stopped("Vectors of texts encoded so far are kept."):
            embed_once(one, data, session)
            with session.progress() as bar:
                reports[str(folder)] = evaluate_model(
                    one, data, shots=numbers_of_answers, seed=seed, by=labels, progress=bar
                )
    report = reports[str(model)]
    if out is not None:
        out.write_text(report.to_json(per_user=True) + "\n", encoding="utf-8")
        session.note(f"The whole report is in {out}.")
    found: dict[str, Any] = json.loads(report.to_json())
    if against is not None:
        found["against"] = {"model": str(against), "differences": list(report.paired(reports[str(against)]))}
    audit = group_audit(loaded[-1], data, seed=seed) if audit_groups else None
    if audit is not None:
        found["group_audit"] = asdict(audit)

    def text() -> str:
        parts = [report_text(report, session)]
        parts += [
            f"{session.heading(f'Only: {one}')}\n\n{report_text(of, session)}" for one, of in report.parts.items()
        ]
        if against is not None:
            parts.append(comparison_of_models(reports, session))
        if audit is not None:
            parts.append(session.fitted(f"Groups, against the same answers under other groups' names: {audit}."))
        return "\n\n".join([*parts, IN_BRACKETS])

    session.result(found, as_json, text)


def _labels(by: str, data: Comparisons, model: FittedModel, session: Session) -> list[str | None]:
    """What kind of judgement each is, or None."""
    from gustibus.comparisons import GustibusError
    from gustibus.diagnosis import similarity_of_responses, taxonomy
    from gustibus.embedding import encode_items

    if by == "taxonomy":
        items = data.items()
        alone: list[str | None] = [None] * len(items)  # without their prompts, which they share
        vectors = encode_items(model.scorer.encoder, alone, items.response_texts(), store=model.scorer.store)
        kinds = taxonomy(data, similarity_of_responses(data, vectors))
        unknown = int((~kinds.known).sum())
        if unknown:
            session.note(f"{unknown:,} of {len(data):,} judgements are of no kind: nobody else judged their prompt.")
        return kinds.names
    codes, names = (data.group, data.groups) if by == "group" else (data.source, data.sources)
    if not (codes >= 0).any():
        raise GustibusError(f"--by {by}: no judgement names a {by}. Give the column {by!r}, or leave --by out.")
    known = [*names.to_pylist(), None]
    return [known[code] for code in codes]


def _refuse_audit_of_people(wanted: bool, folder: Path, model: FittedModel) -> None:
    from gustibus.comparisons import GustibusError

    if wanted and model.person != "group":
        raise GustibusError(
            f"--audit-groups: {folder} knows people, not groups. Fit one that does with gustibus fit --person group."
        )


def _check_out(out: Path) -> None:
    from gustibus.comparisons import GustibusError

    if not out.parent.is_dir():
        raise GustibusError(f"--out {out}: there is no folder {out.parent}. Make it, or name another.")


def _part(data: Comparisons, part: str, session: Session) -> Comparisons:
    """The judgements that ``--split`` asks for."""
    from gustibus.comparisons import SPLITS, GustibusError

    if part == "all":
        return data
    wanted = "test" if part == "auto" else part
    mask = data.split == SPLITS.index(wanted)
    if part == "auto":
        if not mask.any() or mask.all():
            return data
        session.note(
            f"{int(mask.sum()):,} of {len(data):,} judgements are marked test: only those are used "
            "(--split all takes all)."
        )
    elif not mask.any():
        raise GustibusError(f"--split {part}: no judgement is marked {part!r}. Leave --split out to use all of them.")
    return data.filter(mask)


def _warn_if_fitted_on(folders: list[Path], file: Path, session: Session) -> None:
    """Say so when the judgements are those that a model learned from."""
    import yaml

    for folder in folders:
        path = folder / RUN_FILE
        if not path.is_file():
            continue
        options = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
        if file.exists() and Path(str(options.get("file"))).exists() and file.samefile(str(options["file"])):
            session.warn(
                f"{folder} was fitted on {file}: for the judgements that it learned from, these figures are too good. "
                "Evaluate on others: fit with --test 0.2 --test-out test.parquet, and use that file."
            )
