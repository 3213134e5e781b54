"""``gustibus embed``: encode all texts of a file once, so that whatever follows only reads."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import typer

from gustibus.cli.encoders import choose_encoder, open_store
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
    SkipBad,
    Store,
    examples,
)
from gustibus.cli.progress import in_words
from gustibus.cli.session import Session, if_stopped

if TYPE_CHECKING:
    from gustibus.comparisons import Progress

__all__ = ["EXAMPLES", "embed"]

EXAMPLES = examples(
    "gustibus embed judgements.parquet",
    "gustibus embed judgements.parquet --encoder ./Qwen3-Embedding-0.6B --store vectors",
    "gustibus embed judgements.parquet --encoder intfloat/e5-small-v2 --allow-download",
)


def embed(
    context: typer.Context,
    file: DataFile,
    columns: Columns = None,
    data_format: DataFormat = None,
    skip_bad: SkipBad = False,
    rejects: Rejects = None,
    encoder: EncoderName = None,
    store: Store = None,
    allow_download: AllowDownload = False,
    config: Config = None,
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """Encode every distinct text of a file once and keep the vectors; what is there already is not encoded again."""
    from gustibus.comparisons import GustibusError
    from gustibus.embedding import TextEncoder, encode_items

    session = Session.of(context)
    if store is not None and store.lower() == "none":
        raise GustibusError(
            "embed fills a store, so --store none leaves nothing to do. Name a folder, or leave it out."
        )
    data = read_judgements(file, columns, data_format, skip_bad=skip_bad, rejects=rejects)
    chosen = choose_encoder(encoder, None, (), allow_download=allow_download) if encoder != "one-hot" else None
    if not isinstance(chosen, TextEncoder):
        raise GustibusError("--encoder one-hot needs no vectors of texts: there is nothing to embed. Go on with fit.")
    kept = open_store(store, session)
    items = data.items()
    started = time.perf_counter()
    with session.progress() as bar, if_stopped("What was encoded so far is kept: run the same command to go on."):
        counted = _Counting(bar)
        vectors = encode_items(chosen, items.prompt_texts(), items.response_texts(), store=kept, progress=counted)
    seconds = time.perf_counter() - started
    found = {
        "file": str(file),
        "items": len(items),
        "texts": counted.total,
        "from_store": counted.there_before,
        "encoded": counted.total - counted.there_before,
        "dimensions": int(vectors.shape[1]),
        "seconds": seconds,
        "encoder": chosen.identity,
        "store": str(kept.path),
        "store_bytes": kept.size(),
    }

    def text() -> str:
        new = counted.total - counted.there_before
        rate = f" in {in_words(seconds)} ({new / seconds:,.0f} a second)" if new else ""
        return (
            f"{counted.total:,} distinct texts of {len(items):,} items, {vectors.shape[1]} dimensions: "
            f"{new:,} encoded{rate}, {counted.there_before:,} were there before.\n"
            f"Kept in {kept.path} ({kept.size() / 1e6:,.1f} MB in all)."
        )

    session.result(found, as_json, text)


class _Counting:
    """Notes what was in the store before, and hands progress on."""

    def __init__(self, progress: Progress) -> None:
        self.progress = progress
        self.there_before: int = -1
        self.total = 0

    def __call__(self, stage: str, done: int, total: int, /) -> None:
        if self.there_before < 0:
            self.there_before = done
        self.total = total
        self.progress(stage, done, total)
