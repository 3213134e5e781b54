"""``gustibus score``: log-odds, their uncertainty and probabilities for a file of comparisons."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from gustibus.cli.encoders import load_with
from gustibus.cli.options import (
    AllowDownload,
    Columns,
    Config,
    DataFile,
    Debug,
    Json,
    ModelFolder,
    NewPromptVectors,
    NewVectors,
    Rejects,
    SkipBad,
    Store,
    examples,
)
from gustibus.cli.pairs import NOBODY, read_pairs
from gustibus.cli.row_files import check_row_file, json_lines, json_records, write_rows
from gustibus.cli.session import Session, if_stopped

if TYPE_CHECKING:
    import pyarrow as pa

    from gustibus.comparisons import Comparisons
    from gustibus.fitted import FittedModel, Predictions

__all__ = ["EXAMPLES", "score"]

EXAMPLES = examples(
    "gustibus score model pairs.parquet --out scored.parquet",
    "gustibus score model pairs.jsonl --user alice | jq .probability",
    "gustibus score model pairs.csv --population log-odds --out scored.csv",
)

KINDS = (".parquet", ".jsonl", ".csv")


def score(
    context: typer.Context,
    model: ModelFolder,
    file: DataFile,
    user: Annotated[
        str | None,
        typer.Option("--user", metavar="ID", help="Score everything for this person, whoever the file names."),
    ] = None,
    population: Annotated[
        Literal["vote", "log-odds"] | None,
        typer.Option(
            "--population",
            help="Score everything for all people together: by the share who prefer a, or by the mean log-odds.",
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            metavar="PATH",
            help="A parquet, jsonl or csv file. [dim]default: JSON lines on standard output[/dim]",
        ),
    ] = None,
    columns: Columns = None,
    skip_bad: SkipBad = False,
    rejects: Rejects = None,
    vectors: NewVectors = None,
    prompt_vectors: NewPromptVectors = None,
    store: Store = None,
    allow_download: AllowDownload = False,
    config: Config = None,
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """Add to each comparison the log-odds that a is preferred to b, their standard deviation, and the probability.

    Each is scored for the person it names, or for the population where the model does not know them. The file needs no
    choice, and no user_id either.
    """
    session = Session.of(context)
    if out is not None:
        check_row_file(out, KINDS)
    fitted = load_with(
        model, session, store=store, vectors=vectors, prompts=prompt_vectors, allow_download=allow_download
    )
    data, missing = read_pairs(file, columns, skip_bad=skip_bad, rejects=rejects)
    with session.progress() as bar, if_stopped("Vectors of texts encoded so far are kept: run the same command again."):
        asked, predictions = _predict(fitted, data, user, population, bar)
    table = _with_scores(data, missing, asked, predictions)
    if user is None and population is None:
        _say_who(data, asked, fitted.person, session)
    if out is not None:
        write_rows(table, out)
        session.note(f"{len(table):,} comparisons with log_odds, sd and probability are in {out}.")
        if as_json:
            session.result({"out": str(out), "comparisons": len(table)}, True, str)
    elif as_json:
        session.result({"unit": "log-odds", "comparisons": list(json_records(table))}, True, str)
    else:
        for line in json_lines(table):
            session.print(line)


def _predict(
    fitted: FittedModel,
    data: Comparisons,
    user: str | None,
    population: Literal["vote", "log-odds"] | None,
    bar: object,
) -> tuple[list[str], Predictions]:
    """For whom each comparison is scored, and the scores."""
    import numpy as np
    import pyarrow as pa

    from gustibus.comparisons import GustibusError

    if user is not None and population is not None:
        raise GustibusError(f"--user {user} and --population {population} exclude each other. Give one of them.")
    if population is not None:
        predictions = fitted.predict(data, "population", pool=population, progress=bar)  # type: ignore[arg-type]
        return ["population"] * len(data), predictions
    if user is not None:
        fitted.users.row(user)
        nobody_else, theirs = pa.array([user]), np.zeros(len(data), np.int32)
        data = replace(data, users=nobody_else, user=theirs)
        if fitted.person == "group":
            data = replace(data, groups=nobody_else, group=theirs)
    elif fitted.person == "group" and not (data.group >= 0).any():
        return ["population"] * len(data), fitted.predict(data, "population", progress=bar)  # type: ignore[arg-type]
    data = fitted.as_asked(data)
    known = set(fitted.user_ids)
    names = [name if name in known else "population" for name in data.users.to_pylist()]
    return [names[code] for code in data.user.tolist()], fitted.predict(data, progress=bar)  # type: ignore[arg-type]


def _with_scores(data: Comparisons, missing: frozenset[str], asked: list[str], predictions: Predictions) -> pa.Table:
    import pyarrow as pa

    table = data.to_table()
    table = table.drop_columns([name for name in missing if name in table.column_names])
    for name, values in (
        ("scored_for", asked),
        ("log_odds", predictions.log_odds),
        ("sd", predictions.sd),
        ("probability", predictions.probability),
        *(() if predictions.three_way is None else (("tie_probability", predictions.three_way[:, 1]),)),
    ):
        table = table.append_column(name, pa.array(values))
    return table


def _say_who(data: Comparisons, asked: list[str], person: str, session: Session) -> None:
    """Say how many were scored for the population although they name a person or a group."""
    codes, names = (data.user, data.users) if person == "user" else (data.group, data.groups)
    unknown = [one for one, name in zip(codes.tolist(), asked, strict=True) if name == "population" and one >= 0]
    if unknown and names[unknown[0]].as_py() != NOBODY:
        whom = "people whom" if person == "user" else "groups that"
        session.note(
            f"{len(unknown):,} of {len(data):,} comparisons are by {len(set(unknown)):,} {whom} the model does not "
            "know: they are scored for the population (scored_for says so). Place them first with gustibus adapt "
            "--save-to."
        )
    elif person == "group" and not unknown and all(name == "population" for name in asked):
        session.note("No comparison has a group: all are scored for the population (scored_for says so).")
