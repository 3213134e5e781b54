"""``gustibus adapt``: place new people among the tastes of a model by their answers."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gustibus.cli.encoders import embed_once, knowing, load_with
from gustibus.cli.family import WITH_PEOPLE, other_models
from gustibus.cli.judgements import read_judgements
from gustibus.cli.options import (
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
    SkipBad,
    Store,
    examples,
)
from gustibus.cli.row_files import check_row_file, write_rows
from gustibus.cli.session import Session, if_stopped

if TYPE_CHECKING:
    import pyarrow as pa

    from gustibus.fitted import AdaptedUsers, FittedModel

__all__ = ["EXAMPLES", "adapt"]

EXAMPLES = examples(
    "gustibus adapt model alice.jsonl",
    "gustibus adapt model newcomers.parquet --out people.parquet",
    "gustibus adapt model newcomers.parquet --save-to model-2      a copy of the model that knows them",
)

_SHOWN, _WEIGHTS_SHOWN = 20, 6


def adapt(
    context: typer.Context,
    model: ModelFolder,
    file: DataFile,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", metavar="people.parquet|.jsonl", help="Write everybody's weights, with their uncertainty."
        ),
    ] = None,
    save_to: Annotated[
        Path | None,
        typer.Option("--save-to", metavar="FOLDER", help="Save a copy of the model that knows these people."),
    ] = None,
    columns: Columns = None,
    data_format: DataFormat = None,
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
    """Place people among the model's tastes, each by their own answers alone; the model stays as it is.

    With few answers a person stays close to the population, and the standard deviations say how little is known.
    """
    from gustibus.comparisons.wording import counted

    session = Session.of(context)
    if out is not None:
        check_row_file(out, (".parquet", ".jsonl"))
    fitted = load_with(
        model, session, store=store, vectors=vectors, prompts=prompt_vectors, allow_download=allow_download
    )
    (fitted,) = knowing([fitted], covariates)
    _refuse_one_taste(model, fitted)
    _refuse_taken(save_to)
    data = fitted.as_asked(read_judgements(file, columns, data_format, skip_bad=skip_bad, rejects=rejects))
    one = "person" if fitted.person == "user" else "group"
    known = sorted(set(fitted.user_ids) & set(data.user_ids))
    if known:
        session.warn(
            f"The model knows {len(known):,} of {counted(data.n_users, one)} already, such as {known[0]!r}. Here they "
            "are placed by the answers in this file alone."
        )
    with if_stopped("Vectors of texts encoded so far are kept: run the same command again."):
        embed_once(fitted, data, session)
        people = fitted.adapt_users(data, seed=seed)
    if out is not None:
        write_rows(_table(people), out)
        session.note(f"{out} has {counted(len(people), one)}.")
    if save_to is not None:
        fitted.with_users(people).save(save_to)
        session.note(f"{save_to} is a copy of the model that knows them.")
    found = {
        "model": str(model),
        "adaptation": fitted.adaptation,
        "how_adapted": fitted.how_adapted.why,
        "people": _table(people).to_pylist(),
    }
    session.result(found, as_json, lambda: _text(people, fitted, session))


def _whom(model: FittedModel) -> str:
    return "people" if model.person == "user" else "groups"


def _refuse_one_taste(folder: Path, model: FittedModel) -> None:
    from gustibus.comparisons import GustibusError

    if model.n_prototypes == 1 and model.prior.family != "gaussian":
        raise GustibusError(
            f"{folder} ({model.name}) is one taste for all: there is no place for {_whom(model)} to take, and their "
            "answers change nothing. Score and rank with it as it is, or fit a model that tells them apart: "
            f"{other_models(WITH_PEOPLE)}."
        )


def _refuse_taken(folder: Path | None) -> None:
    from gustibus.comparisons import GustibusError

    if folder is not None and folder.exists() and not (folder.is_dir() and not any(folder.iterdir())):
        raise GustibusError(f"--save-to {folder} is there already. Name a new folder.")


def _table(people: AdaptedUsers) -> pa.Table:
    """One row a person: weights on the prototypes, their standard deviations, answers and certificate."""
    import numpy as np
    import pyarrow as pa

    posteriors = people.posteriors
    sd = np.sqrt(np.maximum(np.diagonal(posteriors.covariance, axis1=1, axis2=2), 0))
    columns: dict[str, Any] = {
        "user_id": list(people.user_ids),
        "n_answers": posteriors.n_answers,
        "weights": posteriors.mean.tolist(),
        "sd": sd.tolist(),
        "most_probable_weights": posteriors.map_weights.tolist(),
        "certificate": pa.array(posteriors.certificate, from_pandas=True),
    }
    return pa.table(columns)


def _text(people: AdaptedUsers, model: FittedModel, session: Session) -> str:
    from gustibus.comparisons.wording import counted
    from gustibus.reporting import Table

    on_simplex = model.scorer.model.weights_on_simplex and model.prior.family != "gaussian"
    what = "taste" if on_simplex else "direction"
    heads = [f"{what} {k + 1}" for k in range(model.n_prototypes)][:_WEIGHTS_SHOWN]
    rows = []
    for row in _table(people).slice(0, _SHOWN).to_pylist():
        weights = [f"{w:.2f} ± {s:.2f}" for w, s in zip(row["weights"], row["sd"], strict=True)][:_WEIGHTS_SHOWN]
        certificate = row["certificate"]
        rows.append([row["user_id"], row["n_answers"], *weights, "–" if certificate is None else f"{certificate:.0e}"])
    whom = _whom(model)
    one = "person" if model.person == "user" else "group"
    lines = [session.heading(f"{counted(len(people), one)}, weight on each {what} ± standard deviation")]
    lines.append(Table([whom, "answers", *heads, "certificate"], rows).to_text())
    if len(people) > _SHOWN:
        lines.append(f"... and {len(people) - _SHOWN:,} more; --out people.parquet or --json has all {whom}.")
    if model.n_prototypes > len(heads):
        lines.append(f"... and {model.n_prototypes - len(heads):,} more {what}s, in the same places.")
    prior = " ".join(f"{weight:.2f}" for weight in model.prior.mean[: len(heads)])
    lines.append(f"With no answers: the population, {prior}.")
    lines.append(f"Placing {whom} by {model.name} is {model.how_adapted}.")
    certificate = model.how_adapted.certificate
    lines.append(f"The certificate is {certificate}." if certificate else "There is no certificate.")
    return "\n".join([*lines[:2], *(session.fitted(line) for line in lines[2:])])
