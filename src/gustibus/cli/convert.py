"""``gustibus convert``: from any format that can be read into any that can be written."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from gustibus.cli.judgements import column_names, refuse_rejects_alone
from gustibus.cli.options import Columns, Config, Debug, Json, Rejects, SkipBad, examples
from gustibus.cli.session import Session

if TYPE_CHECKING:
    from gustibus.comparisons import Comparisons

__all__ = ["EXAMPLES", "convert"]

EXAMPLES = examples(
    "gustibus convert crowd.csv judgements.parquet",
    "gustibus convert votes.jsonl judgements.parquet --columns user_id=voter",
    "gustibus convert stars.csv judgements.parquet --format ratings --pairs-per-user 200",
    "gustibus convert export.json judgements.parquet --format label-studio --columns response_a=left,response_b=right",
    "gustibus convert graded.csv judgements.parquet --aspects helpful,safe      judgements.helpful.parquet, ...",
    "gustibus convert judgements.parquet pairs.jsonl --to trl --drop-inexpressible",
)

_FORMATS = (
    "gustibus, trl, openrlhf, crowd-kit, arena, votes, ratings, ranks, rankings, choices, choice-rows, shp, pal, lore, "
    "argilla, label-studio"
)
_SOURCE, _TARGET = "What is read", "What is written"


def convert(
    context: typer.Context,
    source: Annotated[Path, typer.Argument(metavar="IN", help="parquet, jsonl, csv, tsv or json; text also .gz.")],
    target: Annotated[Path, typer.Argument(metavar="OUT", help="The same suffixes; one says how to write.")],
    data_format: Annotated[
        str | None,
        typer.Option(
            "--format",
            metavar="NAME",
            help=f"The format of IN: {_FORMATS}. [dim]default: told by the columns[/dim]",
            rich_help_panel=_SOURCE,
        ),
    ] = None,
    columns: Columns = None,
    aspects: Annotated[
        str | None,
        typer.Option(
            "--aspects",
            metavar="COLUMN,...",
            help="What was said about several aspects, a column each; every aspect gets a file of its own.",
            rich_help_panel=_SOURCE,
        ),
    ] = None,
    aspect_column: Annotated[
        str | None,
        typer.Option(
            "--aspect-column",
            metavar="COLUMN",
            help="The same where a column says which aspect a row is about.",
            rich_help_panel=_SOURCE,
        ),
    ] = None,
    pairs_per_user: Annotated[
        int | None,
        typer.Option(
            "--pairs-per-user",
            min=1,
            metavar="N",
            help="Of ratings, rankings and choices: keep at most N pairs of each person, drawn at random.",
            rich_help_panel=_SOURCE,
        ),
    ] = None,
    seed: Annotated[int, typer.Option("--seed", min=0, metavar="N", help="Of that draw.", rich_help_panel=_SOURCE)] = 0,
    skip_bad: SkipBad = False,
    rejects: Rejects = None,
    to: Annotated[
        Literal["gustibus", "trl", "openrlhf", "crowd-kit", "arena"],
        typer.Option("--to", help="The format of OUT.", rich_help_panel=_TARGET),
    ] = "gustibus",
    drop_inexpressible: Annotated[
        bool,
        typer.Option(
            "--drop-inexpressible",
            metavar="",
            help="Leave out ties, shares and whatever else that format cannot say.",
            rich_help_panel=_TARGET,
        ),
    ] = False,
    config: Config = None,
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """Write judgements of any known format in another.

    Ratings, rankings and choices among several become pairs, with a weight so that together they count as much as they
    tell, and with the source "derived". Rows that cannot be used are refused, or put aside with --skip-bad.
    """
    from gustibus.comparisons import GustibusError, read, read_aspects, write
    from gustibus.comparisons.writing import check_target

    session = Session.of(context)
    refuse_rejects_alone(rejects, skip_bad)
    if source.resolve() == target.resolve():
        raise GustibusError(f"OUT {target} is the file to be read. Name another.")
    if aspects is not None and aspect_column is not None:
        raise GustibusError("--aspects and --aspect-column are two ways to say the same. Give one of them.")
    check_target(target)
    fields = column_names(columns)
    options: dict[str, Any] = {"format": data_format, "pairs_per_user": pairs_per_user, "seed": seed}
    options |= {"skip_bad": skip_bad, "rejects": rejects}
    if aspects is None and aspect_column is None:
        tables = {"": read(source, columns=fields, **options)}
    else:
        if aspect_column is not None:
            fields = {**(fields or {}), "aspect": aspect_column}
        named = None if aspects is None else [part.strip() for part in aspects.split(",") if part.strip()]
        tables = read_aspects(source, named, columns=fields, **options)
    written = {}
    for aspect, data in tables.items():
        path = target if not aspect else target.with_name(_with_aspect(target.name, aspect))
        write(data, path, format=None if to == "gustibus" else to, drop_inexpressible=drop_inexpressible)
        # What was left out has been said; what is reported is what the file holds.
        written[path] = _read_again(path) if drop_inexpressible else data
    session.result(
        {str(path): {"judgements": len(data), "people": data.n_users} for path, data in written.items()},
        as_json,
        lambda: "\n".join(_said(path, data) for path, data in written.items()),
    )


def _read_again(path: Path) -> Comparisons:
    from gustibus.comparisons import DataWarning, read

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DataWarning)
        return read(path)


def _with_aspect(name: str, aspect: str) -> str:
    stem, dot, suffixes = name.partition(".")
    return f"{stem}.{aspect}{dot}{suffixes}"


def _said(path: Path, data: Comparisons) -> str:
    people = "1 person" if data.n_users == 1 else f"{data.n_users:,} people"
    judgements = "1 judgement" if len(data) == 1 else f"{len(data):,} judgements"
    return f"{path}: {judgements} by {people}"
