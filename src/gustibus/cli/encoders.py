"""From the options about encoders to an encoder and a store, and to a saved model that uses them."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gustibus.cli.session import Session
    from gustibus.comparisons import Comparisons, Progress
    from gustibus.embedding import EmbeddingStore, Encoder, Vectors
    from gustibus.fitted import FittedModel

__all__ = ["choose_encoder", "embed_items", "embed_once", "knowing", "load_with", "open_store", "read_covariates"]


def choose_encoder(
    name: str | None,
    vectors: Path | None,
    responses: Sequence[str],
    *,
    prompts: Path | None = None,
    allow_download: bool = False,
) -> Encoder:
    """The encoder that ``--encoder`` or ``--vectors`` names; MiniLM if neither is given.

    Raises
    ------
    GustibusError
        If both are given, or there is no such encoder.
    """
    from gustibus.comparisons import GustibusError
    from gustibus.embedding import Vectors, read_vectors, resolve_encoder

    if vectors is not None:
        if name is not None:
            raise GustibusError(f"--encoder {name} and --vectors {vectors} exclude each other. Give one of them.")
        table = read_vectors(vectors)
        if prompts is None:
            return table
        asked = read_vectors(prompts)
        return Vectors(table.ids, table.matrix, names=table.names, prompts=(asked.ids, asked.matrix))
    if prompts is not None:
        raise GustibusError(f"--prompt-vectors {prompts} stands beside --vectors only. Give both, or leave it out.")
    return resolve_encoder(name or "minilm", responses, allow_download=allow_download)


def read_covariates(path: Path | None) -> Vectors | None:
    """What ``--covariates`` knows of people."""
    from gustibus.fitted import people_table

    return None if path is None else people_table(path)


def knowing(models: Sequence[FittedModel], path: Path | None) -> list[FittedModel]:
    """The models, those that have a use for it with what ``--covariates`` knows of new people.

    Raises
    ------
    GustibusError
        If no model has.
    """
    from gustibus.fitted import people_table

    if path is None:
        return list(models)
    if not any(model.covariates for model in models):
        models[0].with_covariates(people_table(path))  # which says why not
    return [
        model if model.covariates is None else model.with_covariates(people_table(path, like=model.covariates.table))
        for model in models
    ]


def open_store(folder: str | None, session: Session) -> EmbeddingStore:
    """The store that ``--store`` names; with ``none`` one that is gone when the run ends."""
    from gustibus.embedding import EmbeddingStore

    if folder is not None and folder.lower() == "none":
        return EmbeddingStore(session.closing.enter_context(tempfile.TemporaryDirectory(prefix="gustibus-")))
    return EmbeddingStore(folder)


def load_with(
    folder: Path,
    session: Session,
    *,
    store: str | None,
    vectors: Path | None = None,
    prompts: Path | None = None,
    allow_download: bool = False,
) -> FittedModel:
    """Load a model, with another store, further features, or leave to fetch its encoder.

    Raises
    ------
    GustibusError
        If there is no model, or features are given to one that was fitted on something else.
    """
    from gustibus.comparisons import GustibusError
    from gustibus.embedding import TextEncoder, Vectors, encoder_from_config, encoder_to_config, read_vectors
    from gustibus.fitted import load

    model = load(folder)
    scorer = model.scorer
    encoder = scorer.encoder
    given = f"--vectors {vectors}" if vectors is not None else f"--prompt-vectors {prompts}"
    new = vectors is not None or prompts is not None
    if isinstance(encoder, TextEncoder):
        if new:
            raise GustibusError(f"{folder} was fitted on texts ({encoder.kind}), so {given} has no use. Leave it out.")
        if allow_download:
            encoder = encoder_from_config(*encoder_to_config(encoder), allow_download=True)
        return replace(model, scorer=replace(scorer, encoder=encoder, store=open_store(store, session)))
    if not new:
        return model
    if not isinstance(encoder, Vectors):
        raise GustibusError(f"{folder} was fitted with {encoder.kind} items, so {given} has no use. Leave it out.")
    if prompts is not None and encoder.prompts is None:
        raise GustibusError(f"{folder} was fitted without --prompt-vectors, so {prompts} has no use. Leave it out.")
    responses = encoder if vectors is None else _with_further(encoder, read_vectors(vectors), vectors)
    asked = encoder.prompts
    if prompts is not None and asked is not None:
        asked = _with_further(asked, read_vectors(prompts), prompts)
    further = Vectors(
        responses.ids,
        responses.matrix,
        names=responses.names,
        prompts=None if asked is None else (asked.ids, asked.matrix),
    )
    return replace(model, scorer=replace(scorer, encoder=further))


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


def embed_items(
    encoder: Encoder, data: Comparisons, store: EmbeddingStore | None, progress: Progress, *, prompts_apart: bool
) -> None:
    """Put the vectors of all texts into the store, so that whatever follows only reads them."""
    from gustibus.embedding import TextEncoder, encode_items, encode_prompts

    if store is None or not isinstance(encoder, TextEncoder):
        return
    items = data.items()
    prompts = items.prompt_texts()
    if prompts_apart:
        encode_prompts(encoder, prompts, store=store, progress=progress)
        prompts = [None] * len(prompts)
    encode_items(encoder, prompts, items.response_texts(), store=store, progress=progress)


def embed_once(model: FittedModel, data: Comparisons, session: Session) -> None:
    """Put the vectors that a model needs into its store, with a bar."""
    scorer = model.scorer
    if scorer.store is None:
        return
    with session.progress() as progress:
        embed_items(scorer.encoder, data, scorer.store, progress, prompts_apart=scorer.prompt_map is not None)
