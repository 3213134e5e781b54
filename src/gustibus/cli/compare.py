"""``gustibus compare``: which model suits the judgements in a file, over several seeds."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gustibus.cli.encoders import choose_encoder, open_store
from gustibus.cli.judgements import read_judgements
from gustibus.cli.options import (
    EVALUATION,
    AllowDownload,
    Columns,
    Config,
    DataFile,
    DataFormat,
    Debug,
    EncoderName,
    Json,
    PromptVectors,
    Rejects,
    Shots,
    SkipBad,
    Source,
    Store,
    VectorsFile,
    examples,
    numbers,
)
from gustibus.cli.session import Session, if_stopped
from gustibus.cli.spelling import as_typed

if TYPE_CHECKING:
    from gustibus.study import Comparison

__all__ = ["EXAMPLES", "compare"]

MODELS = "Models"
_MANY_FITS = 20
"""From which somebody may want to stop and go on later."""

EXAMPLES = examples(
    "gustibus compare judgements.parquet",
    "gustibus compare judgements.parquet --models bt,pal-a,pal-a:8 --seeds 3 --html models.html",
    "gustibus compare choices.csv --vectors features.csv --folder fits       stop it, and go on later",
)


def compare(
    context: typer.Context,
    file: DataFile,
    models: Annotated[
        str | None,
        typer.Option(
            "--models",
            metavar="NAME,...",
            help="Such as bt,pal-a,low-rank; pal-a:8 is PAL-A with 8 prototypes, pal-a-joint PAL-A fitted with "
            "--inference joint. [dim]default: bt, classification, pair-input, pal-a, pal-a-joint, pal-b, low-rank, "
            "low-rank-joint, low-rank-lattice, mixture, hierarchical, gpm, scalar-cyclic, plural-gpm, auto[/dim]",
            rich_help_panel=MODELS,
        ),
    ] = None,
    reference: Annotated[
        str | None,
        typer.Option(
            "--reference",
            metavar="NAME",
            help="The model from which differences are taken. [dim]default: bt, one taste for all[/dim]",
            rich_help_panel=MODELS,
        ),
    ] = None,
    folder: Annotated[
        Path | None,
        typer.Option(
            "--folder",
            metavar="FOLDER",
            help="Keep finished fits here; the same command then fits only what is missing.",
            rich_help_panel=MODELS,
        ),
    ] = None,
    seeds: Annotated[
        str,
        typer.Option(
            "--seeds",
            metavar="N",
            help="How many draws of seen and new people; or which, such as 10,11,12.",
            rich_help_panel=EVALUATION,
        ),
    ] = "5",
    shots: Shots = "0,1,2,5,10,20",
    unseen: Annotated[
        float,
        typer.Option(
            "--unseen",
            min=0.01,
            max=0.9,
            metavar="SHARE",
            help="Share of the people with enough answers who are new to the models.",
            rich_help_panel=EVALUATION,
        ),
    ] = 0.3,
    html: Annotated[
        Path | None,
        typer.Option(
            "--html",
            metavar="PATH",
            help="Write everything as one page, with a figure, to open in a browser.",
            rich_help_panel=EVALUATION,
        ),
    ] = None,
    columns: Columns = None,
    data_format: DataFormat = None,
    source: Source = None,
    skip_bad: SkipBad = False,
    rejects: Rejects = None,
    encoder: EncoderName = None,
    vectors: VectorsFile = None,
    prompt_vectors: PromptVectors = None,
    store: Store = None,
    allow_download: AllowDownload = False,
    config: Config = None,
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """Fit several models to the same judgements, and say which to take.

    Each model is scored on people it knows and on new ones after a few of their answers, over several draws of who is
    new, and set against one taste for all. Nothing needs to be held out beforehand, and no model is saved: fit the one
    you take with gustibus fit.
    """
    from gustibus.comparisons import GustibusError
    from gustibus.study.compare import compare as compare_models
    from gustibus.study.model_choice import model_choices

    session = Session.of(context)
    numbers_of_answers = numbers(shots, "--shots", least=0)
    draws = numbers(seeds, "--seeds", least=0 if "," in seeds else 1)
    if html is not None and not html.parent.is_dir():
        raise GustibusError(f"--html {html}: there is no folder {html.parent}. Make it, or name another.")
    if folder is not None and folder.exists() and not folder.is_dir():
        raise GustibusError(f"--folder {folder} is a file. Name a folder.")
    data = read_judgements(file, columns, data_format, skip_bad=skip_bad, rejects=rejects, source=source)
    chosen = choose_encoder(
        encoder, vectors, data.responses.to_pylist(), prompts=prompt_vectors, allow_download=allow_download
    )
    named = None if models is None else [name.strip() for name in models.split(",")]
    n_models, n_draws = len(model_choices(named)), len(draws) if "," in seeds else draws[0]
    if folder is None and n_models * n_draws > _MANY_FITS:
        session.note(
            f"{n_models} models and {n_draws} draws of who is new are {n_models * n_draws} fits. With --folder FOLDER "
            "each is kept as it is finished, and the same command goes on where it was stopped."
        )
    with if_stopped(_how_to_go_on(folder)), session.progress() as bar:
        comparison = compare_models(
            data,
            named,
            seeds=draws if "," in seeds else draws[0],
            encoder=chosen,
            shots=numbers_of_answers,
            unseen=unseen,
            reference=reference,
            store=open_store(store, session),
            folder=folder,
            progress=bar,
        )
    if html is not None:
        comparison.to_html(html)
        session.note(f"The page is {html}.")
    session.result(comparison.to_dict(), as_json, lambda: _text(comparison, session))


def _how_to_go_on(folder: Path | None) -> str:
    kept = "Vectors of texts encoded so far are kept."
    if folder is None:
        return f"{kept} Fits begin anew; with --folder FOLDER the same command goes on where it was."
    return f"{kept} Finished fits are in {folder}: run the same command to go on."


def _text(comparison: Comparison, session: Session) -> str:
    from gustibus.reporting import compare_table, cost_table

    parts = [
        compare_table(comparison, "log loss", intervals=False).to_text(),
        compare_table(comparison, "accuracy", intervals=False).to_text(),
    ]
    if len(comparison.rows) > 1:
        title = f"Log loss minus that of {comparison.reference}, on the same judgements"
        parts.append(f"{session.heading(title)}\n{_differences(comparison)}")
    parts.append(cost_table(comparison).to_text())
    n_seeds = len(comparison.seeds)
    parts.append(
        session.fitted(
            "seen: new judgements of people whom the models know; new n: others, after n of their answers. Over "
            f"{n_seeds} draw{'s' * (n_seeds > 1)} of who is new. In brackets: 95 % intervals over people."
        )
    )
    parts += [session.fitted(f"{name} was left out: {as_typed(why)}") for name, why in comparison.skipped.items()]
    return "\n\n".join([*parts, session.heading(session.fitted(comparison.recommendation.sentence))])


def _differences(comparison: Comparison) -> str:
    """Seen people, and new ones after the fewest and the most answers: what fits into a terminal."""
    from gustibus.reporting import Table

    shown = sorted({comparison.shots[0], comparison.shots[-1]})
    rows = [
        [row.name, row.seen.log_loss_change, *(row.unseen[n].log_loss_change for n in shown)]
        for row in comparison.rows
        if row.name != comparison.reference
    ]
    return Table(["model", "seen", *(f"new {n}" for n in shown)], rows).to_text()
