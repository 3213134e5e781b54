"""``gustibus data``: published data sets by name."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gustibus.cli.judgements import refuse_rejects_alone
from gustibus.cli.options import Debug, Json, Rejects, SkipBad, examples
from gustibus.cli.session import Session

if TYPE_CHECKING:
    from gustibus.catalog import PublishedData

__all__ = ["data_app"]

data_app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode="rich",
    help="Published data sets by name.",
    epilog=examples(
        "gustibus data list",
        "gustibus data get prism --path utterances.jsonl --out prism.parquet",
        "gustibus data get multipref --aspect helpful --out helpful.parquet",
        "gustibus data get hh --allow-download --out hh.parquet",
    ),
)

_LABELS = (
    "real: said by people about pairs; derived: pairs made of ratings, or answers of models; simulated: answers "
    "invented by a rule."
)


@data_app.command("list")
def list_all(context: typer.Context, as_json: Json = False, debug: Debug = False) -> None:
    """List the data sets: what is real in them, who judged, which licence holds, what to cite."""
    from gustibus.catalog import DATASETS
    from gustibus.reporting import Table

    def text() -> str:
        rows = [
            [data.name, data.labels, data.people(), data.size or None, _licence(data)] for data in DATASETS.values()
        ]
        table = Table(["name", "judgements", "people", "size", "licence"], rows).to_text()
        cited = Table(
            ["name", "where", "cite"], [[d.name, d.hub, str(d.citation)] for d in DATASETS.values()]
        ).to_text()
        return f"{table}\n\n{_LABELS}\n\n{cited}"

    Session.of(context).result([_described(data) for data in DATASETS.values()], as_json, text)


@data_app.command()
def get(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="One of gustibus data list.")],
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="FILE", help="Write the judgements there: parquet or jsonl."),
    ] = None,
    path: Annotated[
        Path | None,
        typer.Option(
            "--path",
            metavar="FILE|FOLDER",
            help="The files as published, if you have them. [dim]default: the local cache of the hub[/dim]",
        ),
    ] = None,
    aspect: Annotated[
        str | None,
        typer.Option("--aspect", metavar="NAME", help="Which of several aspects; all for a file of each."),
    ] = None,
    allow_download: Annotated[
        bool, typer.Option("--allow-download", metavar="", help="Fetch what is not here from the hub.")
    ] = False,
    revision: Annotated[
        str | None,
        typer.Option("--revision", metavar="COMMIT", help="Another commit or branch of the hub's repository."),
    ] = None,
    pairs_per_user: Annotated[
        int | None,
        typer.Option("--pairs-per-user", min=1, metavar="N", help="Of derived pairs keep at most N of each person."),
    ] = None,
    seed: Annotated[int, typer.Option("--seed", min=0, metavar="N", help="Of draws.")] = 0,
    skip_bad: SkipBad = False,
    rejects: Rejects = None,
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """Read a published data set, say what it is and under which terms, and write it as judgements.

    Nothing is fetched unless --allow-download is given: the files are those of --path, or those in the local cache of
    the Hugging Face hub.
    """
    from gustibus.catalog import DATASETS, load_aspects, load_dataset
    from gustibus.comparisons import write
    from gustibus.comparisons.writing import check_target

    session = Session.of(context)
    refuse_rejects_alone(rejects, skip_bad)
    if out is not None:
        check_target(out)
    options: dict[str, Any] = {"path": path, "download": allow_download, "revision": revision, "seed": seed}
    options |= {"pairs_per_user": pairs_per_user, "skip_bad": skip_bad, "rejects": rejects}
    if name in DATASETS:
        session.note(_card(DATASETS[name]))
    tables = load_aspects(name, **options) if aspect == "all" else {"": load_dataset(name, aspect=aspect, **options)}
    written: dict[str, Any] = {}
    for part, data in tables.items():
        target = out if out is None or not part else out.with_name(f"{out.stem}.{part}{out.suffix}")
        if target is not None:
            write(data, target)
        about = {"judgements": len(data), "people": data.n_users, "file": None if target is None else str(target)}
        written[part or aspect or DATASETS[name].aspects[0]] = about
    lines = "\n".join(_said(part, about) for part, about in written.items())
    hint = "" if out is not None else "\nNothing was written; --out FILE writes it."
    session.result(_described(DATASETS[name]) | {"read": written}, as_json, lambda: lines + hint)


def _said(part: str, about: dict[str, Any]) -> str:
    people = "1 person" if about["people"] == 1 else f"{about['people']:,} people"
    judgements = "1 judgement" if about["judgements"] == 1 else f"{about['judgements']:,} judgements"
    where = "" if about["file"] is None else f", in {about['file']}"
    return f"{part}: {judgements} by {people}{where}"


def _licence(data: PublishedData) -> str:
    return f"{data.licence}{' (non-commercial)' if data.non_commercial else ''}"


def _card(data: PublishedData) -> str:
    lines = [
        f"{data.title} ({data.hub}, revision {data.revision}): {data.size or 'size not stated'}",
        f"{data.labels}: {data.about}",
        f"licence: {_licence(data)}",
        f"cite: {data.citation}",
    ]
    if len(data.aspects) > 1:
        lines.append(f"aspects: {', '.join(data.aspects)}")
    if data.to_verify:
        lines.append(f"not checked against the publication: {'; '.join(data.to_verify)}")
    return "\n".join(lines)


def _described(data: PublishedData) -> dict[str, Any]:
    from dataclasses import asdict

    return asdict(data) | {"citation": str(data.citation), "fetch": data.fetch_command()}
