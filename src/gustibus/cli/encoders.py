"""From the options about encoders to an encoder and a store, and to a saved model that uses them."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from gustibus.cli.vector_table import read_vectors

if TYPE_CHECKING:
    from gustibus.cli.session import Session
    from gustibus.comparisons import Comparisons
    from gustibus.embedding import EmbeddingStore, Encoder, Vectors
    from gustibus.fitted import FittedModel

__all__ = ["choose_encoder", "embed_once", "load_with", "open_store"]


def choose_encoder(
    name: str | None, vectors: Path | None, responses: Sequence[str], *, allow_download: bool = False
) -> Encoder:
    """The encoder that ``--encoder`` or ``--vectors`` names; MiniLM if neither is given.

    Raises
    ------
    GustibusError
        If both are given, or there is no such encoder.
    """
    from gustibus.comparisons import GustibusError
    from gustibus.embedding import resolve_encoder

    if vectors is not None:
        if name is not None:
            raise GustibusError(f"--encoder {name} and --vectors {vectors} exclude each other. Give one of them.")
        return read_vectors(vectors)
    return resolve_encoder(name or "minilm", responses, allow_download=allow_download)


def open_store(folder: str | None, session: Session) -> EmbeddingStore:
    """The store that ``--store`` names; with ``none`` one that is gone when the run ends."""
    from gustibus.embedding import EmbeddingStore

    if folder is not None and folder.lower() == "none":
        return EmbeddingStore(session.closing.enter_context(tempfile.TemporaryDirectory(prefix="gustibus-")))
    return EmbeddingStore(folder)


def load_with(
    folder: Path, session: Session, *, store: str | None, vectors: Path | None = None, allow_download: bool = False
) -> FittedModel:
    """Load a model, with another store, further features, or leave to fetch its encoder.

    Raises
    ------
    GustibusError
        If there is no model, or features are given to one that was fitted on something else.
    """
    from gustibus.comparisons import GustibusError
    from gustibus.embedding import TextEncoder, Vectors, encoder_from_config, encoder_to_config
    from gustibus.fitted import load

    model = load(folder)
    scorer = model.scorer
    encoder = scorer.encoder
    if isinstance(encoder, TextEncoder):
        if vectors is not None:
            raise GustibusError(
                f"{folder} was fitted on texts ({encoder.kind}), so --vectors {vectors} has no use. Leave it out."
            )
        if allow_download:
            encoder = encoder_from_config(*encoder_to_config(encoder), allow_download=True)
        return replace(model, scorer=replace(scorer, encoder=encoder, store=open_store(store, session)))
    if vectors is None:
        return model
    if not isinstance(encoder, Vectors):
        raise GustibusError(
            f"{folder} was fitted with {encoder.kind} items, so --vectors {vectors} has no use. Leave it out."
        )
    return replace(model, scorer=replace(scorer, encoder=_with_further(encoder, read_vectors(vectors), vectors)))


def _with_further(fitted: Vectors, new: Vectors, path: Path) -> Vectors:
    """The features the model was fitted with and new ones, whose columns are put in the same order."""
    import numpy as np

    from gustibus.comparisons import GustibusError
    from gustibus.embedding import Vectors

    matrix = new.matrix
    if fitted.names is not None and new.names is not None:
        missing = [name for name in fitted.names if name not in new.names]
        if missing:
            raise GustibusError(
                f"{path} has no column {', '.join(map(repr, missing))}. The model was fitted with the columns "
                f"{', '.join(map(repr, fitted.names))}."
            )
        matrix = matrix[:, [new.names.index(name) for name in fitted.names]]
    elif new.n_dimensions != fitted.n_dimensions:
        raise GustibusError(
            f"{path} has {new.n_dimensions} columns of features, but the model was fitted with {fitted.n_dimensions}. "
            "Give the same columns in the same order."
        )
    given = set(new.ids)
    kept = [row for row, one in enumerate(fitted.ids) if one not in given]
    ids = [*new.ids, *(fitted.ids[row] for row in kept)]
    return Vectors(ids, np.concatenate([matrix, fitted.matrix[kept]]), names=fitted.names)


def embed_once(model: FittedModel, data: Comparisons, session: Session) -> None:
    """Put the vectors of all texts into the model's store, with a bar, so that whatever follows only reads them."""
    from gustibus.embedding import encode_items

    scorer = model.scorer
    if scorer.store is None:
        return
    items = data.items()
    with session.progress() as progress:
        encode_items(
            scorer.encoder, items.prompt_texts(), items.response_texts(), store=scorer.store, progress=progress
        )
