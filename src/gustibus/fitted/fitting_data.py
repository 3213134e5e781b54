"""From a table of comparisons to what a fit reads."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gustibus.comparisons import SPLITS, Comparisons, GustibusError, Items, Progress
from gustibus.embedding import EmbeddingStore, Encoder, Vectors, encode_items, encode_prompts
from gustibus.fitted.covariates import covariate_rows
from gustibus.fitted.scorer import length_columns, wants_length
from gustibus.fitting import FitInputs, InputKind, Judgements, validation_mask, validation_pairs

__all__ = ["FittingData", "fitting_data"]


@dataclass(frozen=True)
class FittingData:
    """Arrays of a fit, with the ids and texts they stand for.

    Attributes
    ----------
    inputs : FitInputs
    items : Items
    user_ids : list of str
        Person of each number in ``inputs.judgements.user``.
    group_ids : list of str
        Group of each number in ``inputs.judgements.group``; empty where groups do not matter.
    """

    inputs: FitInputs
    items: Items
    user_ids: list[str]
    group_ids: list[str]


def fitting_data(
    data: Comparisons,
    encoder: Encoder,
    *,
    validation: Comparisons | None,
    validation_share: float,
    seed: int,
    store: EmbeddingStore | None,
    prompts_apart: bool = False,
    whole_pairs: bool = False,
    by_group: bool = False,
    covariates: Vectors | None = None,
    progress: Progress | None = None,
) -> FittingData:
    """Encode the distinct items and number the people.

    With ``by_group`` groups are numbered as well. With ``prompts_apart`` responses are encoded without their prompts,
    and prompts by themselves.

    Validation judgements are, in this order: those given as ``validation``; those that the data mark as such in their
    ``split`` column; a share drawn with the seed, of each person's judgements or, with ``whole_pairs``, of the pairs.
    """
    everything, marked = _with_validation(data, validation)
    items = everything.items()
    prompts = items.prompt_texts()
    asked = encode_prompts(encoder, prompts, store=store, progress=progress) if prompts_apart else None
    beside = [None] * len(prompts) if prompts_apart else prompts
    embeddings = encode_items(encoder, beside, items.response_texts(), store=store, progress=progress)
    extra = length_columns(items.response_texts()) if wants_length(encoder) else None
    present, user = np.unique(everything.user, return_inverse=True)
    mask = marked
    if mask is None and whole_pairs:
        mask = validation_pairs(items.a, items.b, validation_share, seed)
    if mask is None:
        mask = validation_mask(user, validation_share, seed)
    group, group_ids = _groups(everything) if by_group else (None, [])
    judgements = Judgements(
        items.a,
        items.b,
        user.astype(np.intp),
        everything.outcome.astype(np.float64),
        everything.weight.astype(np.float64),
        mask,
        len(present),
        tie=np.asarray(everything.is_tie),
        margin=everything.margin.astype(np.float64),
        group=group,
    )
    kinds: dict[str, InputKind] = {"one-hot": "indicator", "vectors": "numeric"}
    kind = kinds.get(encoder.kind, "embedding")
    user_ids = everything.users.take(present).to_pylist()
    known = None if covariates is None else covariate_rows(covariates, user_ids, warn=True)
    inputs = FitInputs(
        embeddings, extra, kind, judgements, prompt_embeddings=asked, prompt_kind=kind, covariates=known,
        validation_drawn=marked is None,
    )  # fmt: skip
    return FittingData(inputs, items, user_ids, group_ids)


def _groups(data: Comparisons) -> tuple[npt.NDArray[np.intp], list[str]]:
    """Number of each judgement's group, -1 for none, and the groups that occur."""
    present = np.unique(data.group[data.group >= 0])
    if not len(present):
        raise GustibusError(
            "tie_by='group' learns how common ties are in each group, but no judgement names one. Give the column "
            "'group', or leave tie_by out."
        )
    number = np.full(len(data.groups) + 1, -1, np.intp)  # the last entry is that of no group, code -1
    number[present] = np.arange(len(present))
    return number[data.group], data.groups.take(present).to_pylist()


def _with_validation(
    data: Comparisons, validation: Comparisons | None
) -> tuple[Comparisons, npt.NDArray[np.bool_] | None]:
    codes = {name: code for code, name in enumerate(SPLITS)}
    for_test = int((data.split == codes["test"]).sum())
    if for_test:
        raise GustibusError(
            f"{for_test} of these judgements are marked split='test'. Fit on the others: "
            "data.filter(data.split != gustibus.SPLITS.index('test'))."
        )
    if validation is not None:
        joined = Comparisons.concat([data, validation])
        return joined, np.arange(len(joined)) >= len(data)
    marked = data.split == codes["validation"]
    return data, marked if marked.any() else None
