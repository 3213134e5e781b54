"""``gustibus fit``: from a file of judgements to a fitted model in a folder."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from gustibus.cli.encoders import choose_encoder, embed_items, open_store, read_covariates
from gustibus.cli.family import FamilyName
from gustibus.cli.fit_plan import RUN_FILE, K, Plan, plan_of, refuse_taken
from gustibus.cli.fit_result import Fitted, as_dict, as_text, what_next
from gustibus.cli.held_out import SplitBy, hold_out
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
    EncoderName,
    Json,
    PromptVectors,
    Rejects,
    Seed,
    Shots,
    SkipBad,
    Source,
    Store,
    VectorsFile,
    examples,
    numbers,
)
from gustibus.cli.progress import under
from gustibus.cli.run_file import merged_pairs
from gustibus.cli.session import Session, if_stopped

if TYPE_CHECKING:
    from gustibus.comparisons import Comparisons, Progress
    from gustibus.embedding import EmbeddingStore, Encoder, Vectors

__all__ = ["EXAMPLES", "fit"]

MODEL = "Model"

EXAMPLES = examples(
    "gustibus fit judgements.parquet --out model",
    "gustibus fit judgements.parquet --model hierarchical --person group --out communities",
    "gustibus fit judgements.parquet --prototypes 1,2,4 --test 0.2 --out models",
    "gustibus fit judgements.parquet --model hierarchical --likelihood rao-kupper --out with-ties",
    "gustibus fit choices.csv --vectors features.csv --set item_offsets=no --seed 3 --out model",
    "gustibus fit --config model/run.yaml --out again                    the same fit once more",
)


def fit(
    context: typer.Context,
    file: DataFile,
    model: Annotated[
        FamilyName | None,
        typer.Option(
            "--model",
            help="Everybody's own coefficients (hierarchical), ideal points (pal-a; pal-b: that depend on the prompt), "
            "shared rewards (low-rank), types of people (mixture), or one taste for all (bt, classification, "
            "pair-input). With circles: for one taste (gpm, scalar-cyclic) or different people (plural-gpm). auto "
            "chooses among hierarchical, pal-a, low-rank, mixture and bt, and tries circles where there is a sign of "
            "any. [dim]default: auto; pal-a with --prototypes[/dim]",
            rich_help_panel=MODEL,
        ),
    ] = None,
    prototypes: Annotated[
        str | None,
        typer.Option(
            "--prototypes",
            metavar="K,...|auto",
            help="Number of shared tastes of pal-a, pal-b, low-rank, plural-gpm and mixture; several are fitted one by "
            "one, auto chooses. [dim]default: 4[/dim]",
            rich_help_panel=MODEL,
        ),
    ] = None,
    dimensions: Annotated[
        str | None,
        typer.Option(
            "--dimensions",
            metavar="D,...",
            help="Width of the space of pal-a and pal-b, or of representations (gpm, scalar-cyclic, plural-gpm: two a "
            "circle); of several the one that suits validation judgements, of representations the smallest that does. "
            "[dim]default: 8,4,16, or 2,4,8[/dim]",
            rich_help_panel=MODEL,
        ),
    ] = None,
    person: Annotated[
        Literal["user", "group"] | None,
        typer.Option(
            "--person",
            help="Whose tastes are told apart: people's, or those of the groups in the column group. "
            "[dim]default: user[/dim]",
            rich_help_panel=MODEL,
        ),
    ] = None,
    inference: Annotated[
        Literal["point", "joint"] | None,
        typer.Option(
            "--inference",
            help="Of pal-a, pal-b, low-rank: the map first and then people, or both at once, with people's weights "
            "free and normally distributed (low-rank with --set prior=particles: mixtures of the shared rewards). "
            "[dim]default: point[/dim]",
            rich_help_panel=MODEL,
        ),
    ] = None,
    likelihood: Annotated[
        str | None,
        typer.Option(
            "--likelihood",
            metavar="NAME[:VALUE]",
            help="How answers follow from log-odds: logistic, rao-kupper and davidson (ties), margin (by the column "
            "margin, times VALUE), label-smoothing and unbiased-flip (VALUE of the labels are wrong), mean-variance, "
            "flip, hinge. [dim]default: logistic[/dim]",
            rich_help_panel=MODEL,
        ),
    ] = None,
    tie_by: Annotated[
        Literal["group"] | None,
        typer.Option(
            "--tie-by",
            help="Learn how common ties are for each group in the column group, beside --likelihood rao-kupper "
            "or davidson. [dim]default: one number for all[/dim]",
            rich_help_panel=MODEL,
        ),
    ] = None,
    out: Annotated[
        Path,
        typer.Option(
            "--out",
            metavar="FOLDER",
            help="Where the model goes; several go to FOLDER/k1, FOLDER/k2, ...",
            rich_help_panel=MODEL,
        ),
    ] = Path("model"),
    overwrite: Annotated[
        bool,
        typer.Option("--overwrite", metavar="", help="Replace a model that is there already.", rich_help_panel=MODEL),
    ] = False,
    preset: Annotated[
        Literal["published"] | None,
        typer.Option(
            "--preset", help="Settings of a paper: those published for pal-a, pal-b or gpm.", rich_help_panel=MODEL
        ),
    ] = None,
    settings: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            metavar="NAME=VALUE",
            help="Any setting of a fit, such as dimensions=8 or item_offsets=yes; may be repeated.",
            rich_help_panel=MODEL,
        ),
    ] = None,
    checkpoint: Annotated[
        Path | None,
        typer.Option(
            "--checkpoint",
            metavar="FOLDER",
            help="Keep the state of the fit here (pal-a, pal-b, low-rank, pair-input); the same command goes on from "
            "it.",
            rich_help_panel=MODEL,
        ),
    ] = None,
    test: Annotated[
        float,
        typer.Option(
            "--test",
            min=0.0,
            max=0.9,
            metavar="SHARE",
            help="Keep this share out of the fit and evaluate on it.",
            rich_help_panel=EVALUATION,
        ),
    ] = 0.0,
    test_by: Annotated[
        SplitBy, typer.Option("--test-by", help="What the share is of.", rich_help_panel=EVALUATION)
    ] = "comparison",
    test_out: Annotated[
        Path | None,
        typer.Option(
            "--test-out",
            metavar="PATH",
            help="Write the held-out judgements to a file as well.",
            rich_help_panel=EVALUATION,
        ),
    ] = None,
    shots: Shots = "0,1,2,5,10,20",
    columns: Columns = None,
    data_format: DataFormat = None,
    source: Source = None,
    skip_bad: SkipBad = False,
    rejects: Rejects = None,
    encoder: EncoderName = None,
    vectors: VectorsFile = None,
    prompt_vectors: PromptVectors = None,
    covariates: CovariatesFile = None,
    store: Store = None,
    allow_download: AllowDownload = False,
    seed: Seed = 0,
    config: Config = None,
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """Learn people's tastes from a file of judgements, and save the model.

    Texts are encoded once; features, regularisation and dimensions are chosen on validation judgements; then everybody
    is placed, with uncertainty: exactly by mixture, and by pal-a, pal-b and low-rank as they are by default (unless the
    distribution of people turns out logistic-normal); approximately by hierarchical, with --inference joint (but for
    mixtures) or --preset published, and with distances or similarities that are not linear in people's weights. What is
    done is said at the end.
    """
    from gustibus.comparisons import write

    session = Session.of(context)
    pairs = merged_pairs(context, "settings", settings)
    plan = plan_of(context, pairs)
    refuse_taken(plan, overwrite=overwrite)
    shown = numbers(shots, "--shots", least=0)
    data = read_judgements(file, columns, data_format, skip_bad=skip_bad, rejects=rejects, source=source)
    people = read_covariates(covariates)
    learned, held_out = hold_out(data, test, test_by, seed, session)
    if test_out is not None and held_out is not None:
        write(held_out.compact(), test_out)
    chosen = choose_encoder(
        encoder, vectors, data.responses.to_pylist(), prompts=prompt_vectors, allow_download=allow_download
    )
    kept = open_store(store, session)
    with session.progress() as bar, if_stopped(_how_to_resume(checkpoint, out)):
        # The held-out texts too, so that every fit and the evaluation only read them.
        embed_items(chosen, data, kept, bar, prompts_apart=plan.fit_settings(plan.prototypes[0]).prompts_apart)
        about = data.fingerprint()
        fits = [_fit_one(plan, k, learned, chosen, people, kept, bar, checkpoint, about) for k in plan.prototypes]
        reports = {}
        if held_out is not None:
            from gustibus.evaluation import evaluate

            for one in fits:
                stage = under(one.name, bar)
                reports[one.place] = evaluate(one.model, held_out, shots=shown, seed=seed, progress=stage)
    if len(fits) > 1:
        (out / RUN_FILE).write_text(plan.run_file(None, data.fingerprint(), all_of_them=True), encoding="utf-8")
    session.result(as_dict(fits, reports), as_json, lambda: as_text(fits, reports, session))
    if not as_json:
        session.hint(what_next(file, fits[-1], held_out is not None, test_out))


def _fit_one(
    plan: Plan,
    k: K | None,
    data: Comparisons,
    encoder: Encoder,
    covariates: Vectors | None,
    store: EmbeddingStore,
    bar: Progress,
    checkpoint: Path | None,
    fingerprint: str,
) -> Fitted:
    from gustibus.embedding import TextEncoder
    from gustibus.fitted import fit as fit_model

    several, place = len(plan.prototypes) > 1, plan.places()[k]
    started = time.perf_counter()
    model = fit_model(
        data,
        encoder=encoder,
        covariates=covariates,
        store=store if isinstance(encoder, TextEncoder) else None,
        progress=under(f"K = {k}", bar) if several else bar,
        checkpoint=checkpoint / f"k{k}" if checkpoint is not None and several else checkpoint,
        settings=plan.fit_settings(k),
    )
    model.save(place)
    (place / RUN_FILE).write_text(plan.run_file(k, fingerprint), encoding="utf-8")
    return Fitted(model, place, time.perf_counter() - started)


def _how_to_resume(checkpoint: Path | None, out: Path) -> str:
    kept = "Vectors of texts encoded so far are kept."
    if checkpoint is not None:
        return (
            f"{kept} Run the same command to go on from {checkpoint} "
            f"(with --overwrite if some models are in {out} already)."
        )
    return f"{kept} A fit begins anew; with --checkpoint FOLDER the same command goes on where it was."
