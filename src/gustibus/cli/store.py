"""``gustibus store``: look at what was embedded, and make room."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer

from gustibus.cli.options import Debug, Json, examples
from gustibus.cli.session import Session

__all__ = ["store_app"]

store_app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode="rich",
    help="Look at the store of vectors, and make room in it.",
    epilog=examples(
        "gustibus store describe",
        "gustibus store prune --older-than 30d",
        "gustibus store prune --encoder 3f2a --store vectors",
    ),
)

Folder = Annotated[
    Path | None,
    typer.Option("--store", metavar="FOLDER", help="The store. [dim]default: ~/.cache/gustibus/embeddings[/dim]"),
]


@store_app.command()
def describe(context: typer.Context, store: Folder = None, as_json: Json = False, debug: Debug = False) -> None:
    """List what is stored, one encoder a line, the one written to last first."""
    from dataclasses import asdict

    from gustibus.embedding import EmbeddingStore
    from gustibus.reporting import Table

    kept = EmbeddingStore(store)
    found = kept.describe()

    def text() -> str:
        if not found:
            return f"{kept.path} is empty."
        rows = [
            [
                one.identity[:8],
                _name(one.encoder),
                one.n_vectors,
                one.n_dimensions,
                f"{one.n_bytes / 1e6:,.1f} MB",
                f"{one.newest:%Y-%m-%d %H:%M}",
            ]
            for one in found
        ]
        table = Table(["encoder", "name", "vectors", "dimensions", "size", "last written (UTC)"], rows)
        return f"{table.to_text()}\n{sum(one.n_bytes for one in found) / 1e6:,.1f} MB in {kept.path}"

    rows = [asdict(one) | {"newest": one.newest.isoformat()} for one in found]
    Session.of(context).result({"store": str(kept.path), "encoders": rows}, as_json, text)


@store_app.command()
def prune(
    context: typer.Context,
    store: Folder = None,
    encoder: Annotated[
        str | None,
        typer.Option("--encoder", metavar="ID", help="Only vectors of this encoder; the beginning of its id does."),
    ] = None,
    older_than: Annotated[
        str | None, typer.Option("--older-than", metavar="AGE", help="Only vectors written longer ago: 30d, 12h, 2w.")
    ] = None,
    everything: Annotated[bool, typer.Option("--all", metavar="", help="Remove everything.")] = False,
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """Remove stored vectors; they can be encoded again at any time."""
    from gustibus.comparisons import GustibusError
    from gustibus.embedding import EmbeddingStore

    if everything and (encoder or older_than):
        raise GustibusError("--all removes everything, so --encoder and --older-than have no use beside it.")
    if not (everything or encoder or older_than):
        raise GustibusError(
            "Say what to remove: --older-than 30d, --encoder ID (see gustibus store describe), or --all."
        )
    kept = EmbeddingStore(store)
    freed = kept.prune(identity=encoder, older_than=timedelta(0) if everything else _age(older_than))
    result = {"store": str(kept.path), "freed_bytes": freed, "bytes": kept.size()}
    Session.of(context).result(
        result, as_json, lambda: f"{freed / 1e6:,.1f} MB freed, {kept.size() / 1e6:,.1f} MB left in {kept.path}"
    )


@store_app.command()
def compact(context: typer.Context, store: Folder = None, as_json: Json = False, debug: Debug = False) -> None:
    """Merge each encoder's files into one, without vectors that are there twice."""
    from gustibus.embedding import EmbeddingStore

    kept = EmbeddingStore(store)
    before = kept.size()
    kept.compact()
    result = {"store": str(kept.path), "bytes_before": before, "bytes": kept.size()}
    Session.of(context).result(
        result, as_json, lambda: f"{before / 1e6:,.1f} MB before, {kept.size() / 1e6:,.1f} MB now in {kept.path}"
    )


def _name(encoder: dict[str, object]) -> str:
    for key in ("model", "name", "path"):
        if key in encoder:
            return str(encoder[key])
    return str(encoder.get("kind", "–"))


def _age(text: str | None) -> timedelta | None:
    """A span such as ``30d``, ``12h`` or ``2w``.

    >>> _age("36h")
    datetime.timedelta(days=1, seconds=43200)
    """
    from gustibus.comparisons import GustibusError

    if text is None:
        return None
    found = re.fullmatch(r"(\d+)\s*([hdw])", text.strip().lower())
    if found is None:
        raise GustibusError(f"--older-than {text!r} is no age. Write hours, days or weeks: 12h, 30d, 2w.")
    hours = {"h": 1, "d": 24, "w": 168}[found[2]]
    return timedelta(hours=int(found[1]) * hours)
