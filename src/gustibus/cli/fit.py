"""``gustibus fit``: from a file of judgements to a fitted model in a folder."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from gustibus.cli.encoders import choose_encoder, open_store
from gustibus.cli.held_out import IN_BRACKETS, SplitBy, comparison_of_models, hold_out, report_text
from gustibus.cli.judgements import read_judgements
from gustibus.cli.options import (
    EVALUATION,
    AllowDownload,
    Columns,
    Config,
    DataFile,
    Debug,
    EncoderName,
    Json,
    Rejects,
    Seed,
    Shots,
    SkipBad,
    Store,
    VectorsFile,
    examples,
    numbers,
)
from gustibus.cli.progress import in_words, under
from gustibus.cli.run_file import merged_pairs, run_file_text
from gustibus.cli.session import Session, if_stopped
from gustibus.cli.setting_values import parse_settings

if TYPE_CHECKING:
    from gustibus.comparisons import Comparisons, Progress
    from gustibus.embedding import EmbeddingStore, Encoder
    from gustibus.evaluation import Report
    from gustibus.fitted import FittedModel

__all__ = ["EXAMPLES", "fit"]

MODEL = "Model"
RUN_FILE = "run.yaml"

EXAMPLES = examples(
    "gustibus fit judgements.parquet --out model",
    "gustibus fit judgements.parquet --prototypes 1,2,4 --test 0.2 --out models",
    "gustibus fit choices.csv --vectors features.csv --set item_offsets=no --seed 3 --out model",
    "gustibus fit --config model/run.yaml --out again                    the same fit once more",
)


def fit(
    context: typer.Context,
    file: DataFile,
    model: Annotated[
        Literal["pal-a", "bt"],
        typer.Option(
            "--model",
            help="Ideal points among prototypes, or Bradley-Terry (one taste for all).",
            rich_help_panel=MODEL,
        ),
    ] = "pal-a",
    prototypes: Annotated[
        str,
        typer.Option(
            "--prototypes",
            metavar="K,...",
            help="Number of shared tastes; several are fitted one by one.",
            rich_help_panel=MODEL,
        ),
    ] = "4",
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
            "--preset", help="Settings of a paper: published is PAL-A's text configuration.", rich_help_panel=MODEL
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
            help="Keep the state of the fit here; the same command goes on from it.",
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
    skip_bad: SkipBad = False,
    rejects: Rejects = None,
    encoder: EncoderName = None,
    vectors: VectorsFile = None,
    store: Store = None,
    allow_download: AllowDownload = False,
    seed: Seed = 0,
    config: Config = None,
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """Learn people's tastes from a file of judgements, and save the model.

    Texts are encoded once; features, regularisation and dimensions are chosen on validation judgements; then everybody
    is placed among the prototypes, with uncertainty.
    """
    from gustibus.comparisons import write

    session = Session.of(context)
    pairs = merged_pairs(context, "settings", settings)
    plan = _plan(context, model, prototypes, out, preset, pairs, seed)
    places = plan.places()
    _refuse_taken(out, places, overwrite)
    shown = numbers(shots, "--shots", least=0)
    data = read_judgements(file, columns, skip_bad=skip_bad, rejects=rejects)
    learned, held_out = hold_out(data, test, test_by, seed, session)
    if test_out is not None and held_out is not None:
        write(held_out.compact(), test_out)
    chosen = choose_encoder(encoder, vectors, data.responses.to_pylist(), allow_download=allow_download)
    kept = open_store(store, session)
    with session.progress() as bar, if_stopped(_how_to_resume(checkpoint, out)):
        _embed(chosen, data, kept, bar)
        fits = [
            _fit_one(plan, k, learned, chosen, kept, bar, checkpoint, place, data.fingerprint())
            for k, place in places.items()
        ]
        reports = {}
        if held_out is not None:
            from gustibus.evaluation import evaluate

            for one in fits:
                stage = under(one.name, bar)
                reports[one.name] = evaluate(one.model, held_out, shots=shown, seed=seed, progress=stage)
    if len(fits) > 1:
        (out / RUN_FILE).write_text(plan.run_file(None, data.fingerprint()), encoding="utf-8")
    session.result(_as_dict(fits, reports), as_json, lambda: _text(fits, reports, session))
    if not as_json:
        session.hint(_what_next(file, fits[-1].place, held_out is not None, test_out))


@dataclass(frozen=True)
class Plan:
    """What is to be fitted."""

    model: Literal["pal-a", "bt"]
    prototypes: tuple[int, ...]
    out: Path
    preset: str | None
    settings: dict[str, Any]
    seed: int
    options: dict[str, Any]

    def places(self) -> dict[int, Path]:
        """A folder for each number of prototypes."""
        if len(self.prototypes) == 1:
            return {self.prototypes[0]: self.out}
        return {k: self.out / f"k{k}" for k in self.prototypes}

    def run_file(self, k: int | None, fingerprint: str) -> str:
        """The file that repeats the fit with ``k`` prototypes, or all of them."""
        from gustibus import __version__

        options = dict(self.options)
        if k is not None and len(self.prototypes) > 1:
            options |= {"prototypes": k, "out": str(self.places()[k])}
        where = options.get("out")
        comment = (
            f"Written by gustibus {__version__}. Once more: gustibus fit --config {where}/{RUN_FILE} --overwrite\n"
            "Paths are as they were typed, from the folder in which it ran.\n"
            f"Fingerprint of the judgements: {fingerprint}"
        )
        return run_file_text(options, comment=comment)


@dataclass(frozen=True)
class Fitted:
    """One finished fit."""

    name: str
    model: FittedModel
    place: Path
    seconds: float


def _plan(
    context: typer.Context,
    model: Literal["pal-a", "bt"],
    prototypes: str,
    out: Path,
    preset: str | None,
    pairs: list[str],
    seed: int,
) -> Plan:
    from gustibus.comparisons import GustibusError

    given = context.get_parameter_source("prototypes")
    if model == "bt":
        if given is not None and given.name == "COMMANDLINE":
            raise GustibusError(
                "--model bt is one taste for all, so --prototypes has no use. Leave it out, or fit --model pal-a."
            )
        if preset is not None:
            raise GustibusError(f"--preset {preset} is a configuration of PAL-A. Leave it out, or fit --model pal-a.")
    wanted = (1,) if model == "bt" else numbers(prototypes, "--prototypes", least=1)
    return Plan(model, wanted, out, preset, parse_settings(pairs), seed, _options_of(context, pairs))


_NOT_REPEATED = {"context", "config", "as_json", "debug", "overwrite", "checkpoint", "test_out"}
_TYPED_AS = {"settings": "set"}


def _options_of(context: typer.Context, pairs: list[str]) -> dict[str, Any]:
    """All options of this call by the names a file uses, as plain values."""
    options: dict[str, Any] = {}
    for parameter in [one.name for one in context.command.params]:
        value = context.params.get(parameter)
        if parameter in _NOT_REPEATED or value is None or value is False:
            continue
        options[_TYPED_AS.get(parameter, parameter).replace("_", "-")] = (
            str(value) if isinstance(value, Path) else value
        )
    options["set"] = dict(pair.partition("=")[::2] for pair in pairs)
    if options["model"] == "bt":
        del options["prototypes"]
    return options


def _refuse_taken(out: Path, places: dict[int, Path], overwrite: bool) -> None:
    from gustibus.comparisons import GustibusError

    for place in {out, *places.values()}:
        if place.exists() and not place.is_dir():
            raise GustibusError(f"--out {place} is a file. Name a folder.")
    for place in places.values():
        if place.is_dir() and any(place.iterdir()):
            if not (place / "config.json").is_file():
                raise GustibusError(
                    f"{place} holds files that are no saved model. Name a new or empty folder with --out."
                )
            if not overwrite:
                raise GustibusError(
                    f"There is a model in {place} already. Add --overwrite to replace it, or change --out."
                )


def _embed(encoder: Encoder, data: Comparisons, store: EmbeddingStore, bar: Progress) -> None:
    """Encode all texts, the held-out ones too, so that every fit and the evaluation only read them."""
    from gustibus.embedding import TextEncoder, encode_items

    if isinstance(encoder, TextEncoder):
        items = data.items()
        encode_items(encoder, items.prompt_texts(), items.response_texts(), store=store, progress=bar)


def _fit_one(
    plan: Plan,
    k: int,
    data: Comparisons,
    encoder: Encoder,
    store: EmbeddingStore,
    bar: Progress,
    checkpoint: Path | None,
    place: Path,
    fingerprint: str,
) -> Fitted:
    from gustibus.embedding import TextEncoder
    from gustibus.fitted import fit as fit_model
    from gustibus.fitting import published_pal_a

    several = len(plan.prototypes) > 1
    started = time.perf_counter()
    model = fit_model(
        data,
        model=plan.model,
        prototypes=k,
        encoder=encoder,
        seed=plan.seed,
        store=store if isinstance(encoder, TextEncoder) else None,
        settings=published_pal_a(k) if plan.preset else None,
        progress=under(f"K = {k}", bar) if several else bar,
        checkpoint=checkpoint / f"k{k}" if checkpoint is not None and several else checkpoint,
        **plan.settings,
    )
    model.save(place)
    (place / RUN_FILE).write_text(plan.run_file(k, fingerprint), encoding="utf-8")
    name = "Bradley-Terry" if plan.model == "bt" else f"PAL-A, K = {k}"
    return Fitted(name, model, place, time.perf_counter() - started)


def _how_to_resume(checkpoint: Path | None, out: Path) -> str:
    kept = "Vectors of texts encoded so far are kept."
    if checkpoint is not None:
        return (
            f"{kept} Run the same command to go on from {checkpoint} "
            f"(with --overwrite if some models are in {out} already)."
        )
    return f"{kept} A fit begins anew; with --checkpoint FOLDER the same command goes on where it was."


def _as_dict(fits: list[Fitted], reports: dict[str, Report]) -> dict[str, Any]:
    import json

    found = []
    for one in fits:
        entry: dict[str, Any] = {"name": one.name, "out": str(one.place), "seconds": one.seconds, **_plain(one.model)}
        if one.name in reports:
            entry["test"] = json.loads(reports[one.name].to_json())
        found.append(entry)
    return {"models": found}


def _plain(model: FittedModel) -> dict[str, Any]:
    """The summary of a fit, without the record of every trial."""
    return {key: value for key, value in model.summary.items() if key not in ("trials", "history", "seconds")} | {
        "seconds_by_part": model.summary["seconds"]
    }


def _text(fits: list[Fitted], reports: dict[str, Report], session: Session) -> str:
    from gustibus.reporting import Column, Table

    summary = fits[0].model.summary
    head = session.heading(
        f"{summary['judgements']:,} judgements by {summary['people']:,} people on {summary['items']:,} items, "
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
    if len(reports) == 1:
        parts += ["On judgements kept out of the fit:", report_text(next(iter(reports.values())), session), IN_BRACKETS]
    elif reports:
        parts += ["On judgements kept out of the fits:", comparison_of_models(reports, session), IN_BRACKETS]
    return "\n\n".join(parts)


def _choices(choices: dict[str, Any]) -> str:
    """What was chosen, in few words."""
    said = []
    if choices.get("components") is not None:
        said.append(f"{choices['components']} components" + (" whitened" if choices.get("whiten") else ""))
    if choices.get("dimensions") is not None:
        said.append(f"{choices['dimensions']} dimensions")
    if choices.get("user_penalty") is not None:
        said.append(f"people {choices['user_penalty']:g}")
    if choices.get("shared_penalty") is not None:
        said.append(f"ridge {choices['shared_penalty']:g}")
    if choices.get("offset_penalty") is not None:
        said.append(f"item offsets {choices['offset_penalty']:g}")
    return ", ".join(said) or "nothing was left open"


def _what_next(file: Path, place: Path, held_out: bool, test_out: Path | None) -> str:
    lines = ["", "Next:"]
    if not held_out:
        lines.append(
            f"  gustibus evaluate {place} FILE      on judgements that are not in {file.name} (or fit with --test 0.2)"
        )
    elif test_out is not None:
        lines.append(f"  gustibus evaluate {place} {test_out}")
    lines.append(f"  gustibus adapt {place} FILE         place new people by their answers")
    lines.append(f'  gustibus rank {place} --prompt "..." --responses FILE --user ID')
    return "\n".join(lines)
