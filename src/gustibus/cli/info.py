"""``gustibus info``: what a file of judgements holds, and what can be learned from it."""

from __future__ import annotations

import typer

from gustibus.cli.judgements import read_judgements
from gustibus.cli.options import Columns, Config, DataFile, DataFormat, Debug, Json, Rejects, SkipBad, Source, examples
from gustibus.cli.session import Session
from gustibus.cli.spelling import as_typed

__all__ = ["EXAMPLES", "info"]

EXAMPLES = examples(
    "gustibus info judgements.parquet",
    "gustibus info votes.csv --columns user_id=worker,choice=label",
    "gustibus info messy.jsonl --skip-bad --rejects bad.jsonl --json | jq .n_users",
)


def info(
    context: typer.Context,
    file: DataFile,
    columns: Columns = None,
    data_format: DataFormat = None,
    source: Source = None,
    skip_bad: SkipBad = False,
    rejects: Rejects = None,
    config: Config = None,
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """Say what a file of judgements holds: people, items, ties, repeats, side bias, and what to learn from it."""
    from gustibus.comparisons import summarise

    summary = summarise(read_judgements(file, columns, data_format, skip_bad=skip_bad, rejects=rejects, source=source))
    session = Session.of(context)
    session.result(summary.to_dict(), as_json, lambda: session.fitted(as_typed(summary.to_text())))
