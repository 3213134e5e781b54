"""``gustibus disagreement``: where people disagree, over what, and whether it is noise or taste."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from gustibus.cli.encoders import choose_encoder
from gustibus.cli.judgements import read_judgements
from gustibus.cli.options import (
    AllowDownload,
    Columns,
    Config,
    DataFile,
    DataFormat,
    Debug,
    EncoderName,
    Json,
    Rejects,
    Seed,
    SkipBad,
    VectorsFile,
    examples,
)
from gustibus.cli.row_files import check_row_file
from gustibus.cli.session import Session, if_stopped

if TYPE_CHECKING:
    from gustibus.comparisons import Comparisons
    from gustibus.diagnosis import Disagreement, Fit
    from gustibus.embedding import Encoder

__all__ = ["EXAMPLES", "disagreement"]

LOOK, WRITE = "The look", "What to write"

EXAMPLES = examples(
    "gustibus disagreement judgements.parquet",
    "gustibus disagreement judgements.parquet --html disagreement.html --seed 3",
    "gustibus disagreement judgements.parquet --write soft.parquet --label soft",
    "gustibus disagreement judgements.csv --write margins.parquet --label margin --alpha 2 --votes ensemble",
    "gustibus disagreement judgements.parquet --write soft.parquet --votes population --models 3",
    "gustibus disagreement judgements.parquet --judged judgements.parquet.judged.parquet",
)


def disagreement(
    context: typer.Context,
    file: DataFile,
    models: Annotated[
        int,
        typer.Option("--models", min=1, metavar="N", help="Models of the cross-fitted ensemble.", rich_help_panel=LOOK),
    ] = 5,
    folds: Annotated[
        int,
        typer.Option(
            "--folds",
            min=2,
            metavar="N",
            help="Fits a model: each predicts the prompts of one fold.",
            rich_help_panel=LOOK,
        ),
    ] = 5,
    low: Annotated[
        float,
        typer.Option(
            "--low",
            min=0.01,
            max=0.9,
            metavar="SHARE",
            help="Share of the judgements that is of low strength.",
            rich_help_panel=LOOK,
        ),
    ] = 0.2,
    judged: Annotated[
        Path | None,
        typer.Option(
            "--judged",
            metavar="FILE",
            help="A judge's judgements on the same pairs, as gustibus judge writes them: responses that it calls a tie "
            "are hard to tell apart, too.",
            rich_help_panel=LOOK,
        ),
    ] = None,
    html: Annotated[
        Path | None,
        typer.Option(
            "--html",
            metavar="PATH",
            help="Write everything as one page, with figures and examples.",
            rich_help_panel=WRITE,
        ),
    ] = None,
    write: Annotated[
        Path | None,
        typer.Option(
            "--write",
            metavar="PATH",
            help="Write the judgements with the estimated votes in them, as --label says.",
            rich_help_panel=WRITE,
        ),
    ] = None,
    label: Annotated[
        Literal["soft", "margin", "smoothed", "strength"],
        typer.Option(
            "--label",
            help="The share of the votes in place of the label; the label with a margin from the votes, or with its "
            "strength as margin; or all labels smoothed alike.",
            rich_help_panel=WRITE,
        ),
    ] = "soft",
    votes: Annotated[
        Literal["annotators", "ensemble", "population"],
        typer.Option(
            "--votes",
            help="Those of the annotators of the same pair; of the ensemble, with the label as one more; or of the "
            "fitted population (hierarchical models, in place of Bradley-Terry), as many as it is sure, and the label.",
            rich_help_panel=WRITE,
        ),
    ] = "annotators",
    alpha: Annotated[
        float,
        typer.Option("--alpha", min=0.0, metavar="LOG-ODDS", help="Margin of a unanimous vote.", rich_help_panel=WRITE),
    ] = 1.0,
    columns: Columns = None,
    data_format: DataFormat = None,
    skip_bad: SkipBad = False,
    rejects: Rejects = None,
    encoder: EncoderName = None,
    vectors: VectorsFile = None,
    allow_download: AllowDownload = False,
    seed: Seed = 0,
    config: Config = None,
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """Show where people disagree: how often, over what, and whether it is noise or taste.

    Judgements are sorted by whether their prompt has several good answers and whether their responses are hard to tell
    apart. Models that have not seen a prompt say how strong each preference is; judgements that go against them are
    noise, or the consistent taste of a few. Nothing is relabelled.
    """
    from gustibus.comparisons import GustibusError
    from gustibus.comparisons import write as write_judgements
    from gustibus.diagnosis.disagreement import disagreement as look

    session = Session.of(context)
    _check_targets(file, html, write)
    _refuse_idle(context, write, label, votes)
    if votes == "population" and models < 2:
        raise GustibusError(
            "--votes population --models 1: one model does not know how sure it is. Give --models 2 or more."
        )
    data = read_judgements(file, columns, data_format, skip_bad=skip_bad, rejects=rejects)
    verdicts = None if judged is None else read_judgements(judged, None, None)
    chosen = choose_encoder(encoder, vectors, data.responses.to_pylist(), allow_download=allow_download)
    with if_stopped("Vectors of texts encoded so far are kept."), session.progress() as bar:
        fit = _population(chosen, data) if votes == "population" else None
        found = look(
            data,
            encoder=chosen,
            n_models=models,
            folds=folds,
            fit=fit,
            low=low,
            judged=verdicts,
            seed=seed,
            progress=bar,
        )
    if html is not None:
        from gustibus.reporting import disagreement_page

        html.write_text(disagreement_page(found), encoding="utf-8")
        session.note(f"The page is {html}. It quotes responses and names people.")
    if write is not None:
        write_judgements(_labelled(data, found, label, votes, alpha), write)
        session.note(f"The judgements are in {write}, with {_said(label, votes)}.")
    session.result(found.to_dict(), as_json, lambda: _text(found, session))


def _check_targets(file: Path, html: Path | None, write: Path | None) -> None:
    """Before anything is read: places that can be written, other than the file itself."""
    from gustibus.comparisons import GustibusError

    for option, path in (("--html", html), ("--write", write)):
        if path is not None and path.exists() and path.resolve() == file.resolve():
            raise GustibusError(f"{option} {path} is the file to be read. Name another.")
    if html is not None and html.is_dir():
        raise GustibusError(f"--html {html} is a folder. Name a file.")
    if html is not None and not html.parent.is_dir():
        raise GustibusError(f"--html {html}: there is no folder {html.parent}. Make it, or name another.")
    if write is not None:
        check_row_file(write, (".parquet", ".jsonl"), "--write")


def _refuse_idle(context: typer.Context, write: Path | None, label: str, votes: str) -> None:
    """Options that were typed and would change nothing."""
    from gustibus.comparisons import GustibusError

    typed = {name for name in ("label", "votes", "alpha") if _was_typed(context, name)}
    if write is None:
        for name in ("label", "alpha"):
            if name in typed:
                raise GustibusError(f"--{name} says what --write writes. Add --write FILE, or leave it out.")
        if "votes" in typed and votes != "population":
            raise GustibusError("--votes says what --write writes. Add --write FILE, or leave it out.")
    elif "alpha" in typed and label != "margin":
        raise GustibusError(f"--alpha is the margin of --label margin, and --label {label} has none. Leave it out.")
    elif "votes" in typed and label == "strength" and votes == "annotators":
        raise GustibusError("--label strength is by the models, not by --votes. Leave --votes out.")


def _was_typed(context: typer.Context, name: str) -> bool:
    source = context.get_parameter_source(name)
    return source is not None and source.name == "COMMANDLINE"


def _population(encoder: Encoder, data: Comparisons) -> Fit:
    """Models of people, whose population votes."""
    from gustibus.diagnosis import fits_of

    return fits_of("hierarchical", encoder=encoder, data=data, types=1)


def _labelled(data: Comparisons, found: Disagreement, label: str, votes: str, alpha: float) -> Comparisons:
    from gustibus.diagnosis import (
        annotator_votes,
        ensemble_votes,
        population_votes,
        smoothed_labels,
        soft_labels,
        with_disagreement_margins,
        with_strength_margins,
    )

    if label == "strength":
        return with_strength_margins(data, found.strength)
    if votes == "annotators":
        estimated = annotator_votes(data)
    else:
        of_models = population_votes if votes == "population" else ensemble_votes
        estimated = of_models(found.crossed).with_the_label(data)
    if label == "soft":
        return soft_labels(data, estimated)
    if label == "smoothed":
        return smoothed_labels(data, estimated)
    return with_disagreement_margins(data, estimated, alpha=alpha)


def _said(label: str, votes: str) -> str:
    whose = "the annotators" if votes == "annotators" else f"the {votes} and the label"
    return {
        "soft": f"the share of the votes of {whose} in place of the label",
        "smoothed": f"labels smoothed by what the votes of {whose} say on the whole",
        "margin": f"margins from the votes of {whose}: fit them with --likelihood margin",
        "strength": "their strength as margins: fit them with --likelihood margin",
    }[label]


def _text(found: Disagreement, session: Session) -> str:
    from gustibus.reporting import kinds_table, strata_table

    parts = []
    if found.cells:
        parts.append(f"{session.heading('Four kinds of judgements')}\n{kinds_table(found).to_text()}")
    parts.append(f"{session.heading('Strata of preference strength')}\n{strata_table(found).to_text()}")
    return "\n\n".join([*parts, *(session.fitted(sentence) for sentence in found.sentences)])
