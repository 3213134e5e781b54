"""A script for the tests: encode texts into a store, telling on standard output after each write how many are done.

Arguments: folder of the store, first text, number of texts, seconds a batch takes, "trigram" or "minilm".
"""

from __future__ import annotations

import sys

from trigram_encoder import TrigramEncoder, texts

from gustibus.embedding import EmbeddingStore, encode_items, resolve_encoder


def say(stage: str, done: int, total: int) -> None:
    sys.stdout.write(f"{done}\n")
    sys.stdout.flush()


def main(folder: str, start: str, n: str, seconds_per_batch: str, kind: str) -> None:
    if kind == "trigram":
        encoder = TrigramEncoder(seconds_per_batch=float(seconds_per_batch))
    else:
        encoder = resolve_encoder(kind)
        encoder.tokens_per_batch = 256  # many small batches: there is time to be killed between two of them
    responses = texts(int(n), start=int(start))
    store = EmbeddingStore(folder, write_every=0.0)
    encode_items(encoder, [None] * len(responses), responses, store=store, progress=say)


if __name__ == "__main__":
    main(*sys.argv[1:])
