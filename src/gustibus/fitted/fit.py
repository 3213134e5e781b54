"""``gustibus.fit``: from judgements to a fitted model."""

from __future__ import annotations

import math
import os
import time
import warnings
from dataclasses import fields
from functools import partial
from typing import Any, Literal

from gustibus.comparisons import Comparisons, DataWarning, GustibusError, Progress, read
from gustibus.comparisons.arguments import check_progress
from gustibus.comparisons.cautions import warn_of_several_sources
from gustibus.embedding import EmbeddingStore, Encoder, TextEncoder, Vectors, resolve_encoder
from gustibus.embedding.embedding_store import check_store
from gustibus.fitted.adaptation import adaptation_of
from gustibus.fitted.covariates import PeopleCovariates
from gustibus.fitted.feature_cautions import warn_of_constant_features
from gustibus.fitted.fitting_data import FittingData, fitting_data
from gustibus.fitted.item_offsets import ItemOffsets
from gustibus.fitted.model import FittedModel
from gustibus.fitted.scorer import Scorer
from gustibus.fitted.user_table import UserTable
from gustibus.fitting import CYCLIC, FitResult, FitSettings, ModelName, fit_arrays
from gustibus.likelihoods import TieLevels, TieLikelihood

__all__ = ["fit", "fit_family"]


def fit(
    data: Any,
    model: ModelName | None = None,
    *,
    prototypes: int | Literal["auto"] | None = None,
    encoder: str | os.PathLike[str] | Encoder = "minilm",
    seed: int | None = None,
    validation: Comparisons | None = None,
    covariates: Vectors | None = None,
    store: EmbeddingStore | Literal["default"] | None = "default",
    settings: FitSettings | None = None,
    progress: Progress | None = None,
    checkpoint: str | os.PathLike[str] | None = None,
    **options: Any,
) -> FittedModel:
    """Learn what people prefer from their judgements.

    The distinct responses are encoded once; features, regularisation and dimensions are chosen on validation
    judgements; the shared map is fitted; then everybody is placed, with uncertainty (exactly or not: ``how_adapted``).

    Parameters
    ----------
    data : Comparisons, or anything :func:`gustibus.read` takes
        Training judgements. A ``split`` column may mark some as ``validation``.
    model : str
        A :data:`gustibus.fitting.ModelName`, see :class:`gustibus.FitSettings`. Default: ``"auto"``, the member of the
        family that suits the judgements; ``"pal-a"`` where ``prototypes`` are asked for.
    prototypes : int or "auto"
        Number of shared tastes (default 4); ``"auto"`` chooses it by people and judgements kept out of the fit, and
        keeps the curve in ``summary["findings"]["prototypes"]``. One taste is a possible answer.
    encoder : str, path or Encoder
        ``"minilm"`` (text, offline), ``"one-hot"`` (items that recur), a transformers model, ``Vectors`` or any
        encoder.
    seed : int
        Equal seeds give equal results on one machine and device (default 0).
    validation : Comparisons, optional
        Validation judgements by the same people; otherwise a share of the training judgements is kept for it.
    covariates : Vectors, optional
        Numbers known of people beside their answers, one row a ``user_id``. The hierarchical model then expects people
        where theirs place them, if that predicts validation judgements better by more than a standard error; rows of
        people who come later are used when they are placed.
    store : EmbeddingStore, "default" or None
        Where vectors of texts are kept between runs.
    settings : FitSettings, optional
        All settings at once, for example :func:`gustibus.published_pal_a`; the arguments above and ``options`` change
        single ones.
    progress : callable, optional
    checkpoint : path-like, optional
        A folder from which an interrupted fit goes on.
    **options
        Any field of :class:`gustibus.FitSettings`, such as ``dimensions=8`` or ``item_offsets=True``. With
        ``person="group"`` the tastes of groups are learned in place of people's, from the ``group`` column.

    Returns
    -------
    FittedModel

    Examples
    --------
    >>> import numpy as np
    >>> rng = np.random.default_rng(0)
    >>> rows = [{"user_id": f"u{i % 20}", "response_a": "tea", "response_b": "milk", "choice": "a" if i % 2 else "b"}
    ...         for i in range(200)]
    >>> model = fit(rows, model="bt", encoder="one-hot")
    >>> model.rank(None, ["tea", "milk"])[0].unit
    'reward (log-odds, centred on the pool)'
    """
    asked = _settings(settings, model, prototypes, seed, options)
    return _fitted(data, asked, encoder, validation, covariates, store, progress, checkpoint)[0]


def fit_family(
    data: Any,
    *,
    encoder: str | os.PathLike[str] | Encoder = "minilm",
    seed: int | None = None,
    validation: Comparisons | None = None,
    covariates: Vectors | None = None,
    store: EmbeddingStore | Literal["default"] | None = "default",
    settings: FitSettings | None = None,
    progress: Progress | None = None,
    checkpoint: str | os.PathLike[str] | None = None,
    **options: Any,
) -> tuple[FittedModel, dict[str, FittedModel]]:
    """What ``fit(model="auto")`` chooses, and everything it had to choose from.

    Parameters are those of :func:`gustibus.fit`.

    Returns
    -------
    tuple
        The chosen model, and all members of the family that were fitted, by name.

    Examples
    --------
    >>> import numpy as np
    >>> rng = np.random.default_rng(0)
    >>> rows = [{"user_id": f"u{i % 20}", "response_a": "tea", "response_b": "milk", "choice": "a" if i % 2 else "b"}
    ...         for i in range(400)]
    >>> chosen, family = fit_family(rows, encoder="one-hot", prototypes=2, max_steps=20)
    >>> list(family)
    ['hierarchical', 'bt', 'mixture', 'pal-a', 'pal-a, joint', 'low-rank, joint']
    """
    asked = _settings(settings, "auto", None, seed, options)
    return _fitted(data, asked, encoder, validation, covariates, store, progress, checkpoint)


def _fitted(
    data: Any,
    chosen: FitSettings,
    encoder: str | os.PathLike[str] | Encoder,
    validation: Any,
    covariates: Vectors | None,
    store: EmbeddingStore | Literal["default"] | None,
    progress: Progress | None,
    checkpoint: str | os.PathLike[str] | None,
) -> tuple[FittedModel, dict[str, FittedModel]]:
    started = time.perf_counter()
    check_progress(progress)
    check_store(store)
    comparisons = data if isinstance(data, Comparisons) else read(data)
    if validation is not None and not isinstance(validation, Comparisons):
        validation = read(validation)
    if chosen.person == "group":
        comparisons = comparisons.with_groups_as_users()
        validation = None if validation is None else validation.with_groups_as_users()
    one_hot = isinstance(encoder, str) and encoder == "one-hot"
    resolved = resolve_encoder(encoder, comparisons.responses.to_pylist() if one_hot else ())
    if store == "default":
        store = EmbeddingStore() if isinstance(resolved, TextEncoder) else None
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", DataWarning)
        warn_of_several_sources("fit learns from", comparisons)
        prepared = fitting_data(
            comparisons,
            resolved,
            validation=validation,
            validation_share=chosen.validation,
            seed=chosen.seed,
            store=store,
            prompts_apart=chosen.prompts_apart,
            whole_pairs=chosen.model in CYCLIC,
            by_group=chosen.tie_by == "group",
            covariates=covariates,
            progress=progress,
        )
        warn_of_constant_features(resolved, prepared.inputs.embeddings)
        encoded = time.perf_counter()
        result = fit_arrays(prepared.inputs, chosen, progress=progress, checkpoint=checkpoint)
    said = {str(warning.message): warning for warning in caught}  # members of a family say the same
    for warning in said.values():
        warnings.warn_explicit(warning.message, warning.category, warning.filename, warning.lineno)
    seconds = {"embedding": encoded - started}
    told = [text for text, warning in said.items() if issubclass(warning.category, DataWarning)]
    scorer = partial(_scorer, resolved, prepared, store)
    made = partial(_model, prepared=prepared, covariates=covariates, seconds=seconds, warned=told)
    members = {name: made(member, scorer=scorer(member)) for name, member in result.members.items()}
    return made(result, scorer=scorer(result)), members


def _scorer(encoder: Encoder, prepared: FittingData, store: EmbeddingStore | None, result: FitResult) -> Scorer:
    items, offsets = prepared.items, None
    if result.offsets is not None:
        offsets = ItemOffsets.of(items.prompt_texts(), items.response_texts(), result.offsets)
    return Scorer(encoder, result.feature_map, result.model, result.factor, offsets, store, result.prompt_map)


def _model(
    result: FitResult,
    *,
    prepared: FittingData,
    scorer: Scorer,
    covariates: Vectors | None,
    seconds: dict[str, float],
    warned: list[str],
) -> FittedModel:
    judgements = prepared.inputs.judgements
    levels = None
    if result.tie_levels is not None and isinstance(result.likelihood, TieLikelihood):
        levels = TieLevels(result.likelihood, tuple(prepared.group_ids), tuple(result.tie_levels.tolist()))
    summary = {
        "model": result.settings.model,
        "prototypes": result.model.n_prototypes,
        "people": len(prepared.user_ids),
        "judgements": len(judgements),
        "validation_judgements": result.n_validation,
        "items": len(prepared.items),
        "features": result.feature_map.description,
        "choices": result.choices,
        "trials": result.trials,
        "history": result.history,
        "validation_log_loss": None if math.isnan(result.validation_log_loss) else result.validation_log_loss,
        "prior": result.prior.family,
        "adaptation": str(adaptation_of(result.model, result.prior, result.likelihood)),
        "person": result.settings.person,
        "likelihood": result.likelihood.to_dict(),
        "tie_levels": None if levels is None else {name: one.to_dict() for name, one in levels.by_group().items()},
        "tie_share": float(judgements.weight @ judgements.is_tie / judgements.weight.sum()),
        "parameters": result.n_parameters,
        "findings": result.findings,
        "warnings": warned,
        "seconds": {**seconds, **result.seconds},
    }
    return FittedModel(
        scorer=scorer,
        prior=result.prior,
        users=UserTable.of(prepared.user_ids, result.posteriors),
        settings=result.settings,
        summary=summary,
        covariates=None if result.covariates is None else PeopleCovariates(result.covariates, covariates),
        likelihood=result.likelihood,
        tie_levels=levels,
    )


def _settings(
    settings: FitSettings | None,
    model: ModelName | None,
    prototypes: int | Literal["auto"] | None,
    seed: int | None,
    options: dict[str, Any],
) -> FitSettings:
    known = {field.name for field in fields(FitSettings)}
    unknown = sorted(set(options) - known)
    if unknown:
        import difflib

        near = difflib.get_close_matches(unknown[0], known, n=3)
        hint = f"; did you mean {' or '.join(near)}?" if near else f". Settings are: {', '.join(sorted(known))}"
        raise GustibusError(f"fit has no setting {unknown[0]!r}{hint}")
    if settings is not None and not isinstance(settings, FitSettings):
        raise GustibusError(
            f"settings must be FitSettings, got {type(settings).__name__}. Give FitSettings(...), or single settings: "
            "fit(data, model='bt', seed=1)."
        )
    named = {"model": model, "prototypes": prototypes, "seed": seed}
    changes = {**{name: value for name, value in named.items() if value is not None}, **options}
    return FitSettings(**changes) if settings is None else settings.with_(**changes)
