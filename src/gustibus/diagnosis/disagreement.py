"""One look at where people disagree: how often, over what, how strongly, and whether it is noise or taste."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from gustibus.comparisons import Comparisons, GustibusError, Progress, VoteShares, vote_shares
from gustibus.comparisons.arguments import check_comparisons
from gustibus.comparisons.repeats import questions_of
from gustibus.diagnosis.cross_fit import CrossFitted, Fit, cross_fit, fits_of
from gustibus.diagnosis.disagreement_rate import disagreement_rate
from gustibus.diagnosis.in_words import as_dict, sentences_of
from gustibus.diagnosis.noise_or_taste import NoiseOrTaste, noise_or_taste
from gustibus.diagnosis.preference_strength import PreferenceStrength, preference_strength
from gustibus.diagnosis.taxonomy import CELLS, CellExample, Taxonomy, similarity_of_responses, taxonomy
from gustibus.diagnosis.verdicts import judged_ties
from gustibus.embedding import EmbeddingStore, Encoder, TextEncoder, encode_items, resolve_encoder
from gustibus.evaluation import Interval, VoteMetrics, measure_votes
from gustibus.fitting import standardised

__all__ = ["Disagreement", "DisagreementCell", "disagreement"]

Floats = NDArray[np.float64]

_SCORED_AT_LEAST: Final = 10
_MANY_VOTES: Final = 3


@dataclass(frozen=True)
class DisagreementCell:
    """One of the four kinds of judgements.

    Attributes
    ----------
    name
        One of :data:`gustibus.diagnosis.CELLS`.
    n_judgements, n_pairs
        How many.
    rate
        Chance that two people who vote on the same pair disagree; None where no pair has two votes.
    votes
        The held-out ensemble beside the shares of the votes; None with fewer than ten pairs of two votes.
    examples
        Pairs that stand for the kind.
    """

    name: str
    n_judgements: int
    n_pairs: int
    rate: float | None
    votes: VoteMetrics | None
    examples: tuple[CellExample, ...]


@dataclass(frozen=True, eq=False, repr=False)
class Disagreement:
    """What :func:`gustibus.disagreement` found.

    Attributes
    ----------
    about
        Sizes of the data.
    rate
        Chance that two people who vote on the same pair disagree, interval over pairs; None where no pair has two
        votes.
    tie_share
        Share of ties among all judgements.
    majorities
        Share of the larger side of every pair with three votes or more, ``(P,)``.
    kinds
        The judgements sorted by kind; None where no pair was judged twice.
    cells
        The four kinds, as far as known.
    votes
        The held-out ensemble beside the shares of all pairs with two votes; None where there are few.
    strength
        Of every judgement.
    taste
        Noise or taste of people.
    groups
        The same of groups; None where there are fewer than two.
    crossed
        What the ensemble said.
    seed
        Of everything random.
    low
        Share of the judgements that counts as low in strength.
    """

    about: Mapping[str, int]
    rate: Interval | None
    tie_share: float
    majorities: Floats
    kinds: Taxonomy | None
    cells: tuple[DisagreementCell, ...]
    votes: VoteMetrics | None
    strength: PreferenceStrength
    taste: NoiseOrTaste
    groups: NoiseOrTaste | None
    crossed: CrossFitted
    seed: int
    low: float = 0.2

    def __repr__(self) -> str:
        rate = "not known" if self.rate is None else str(self.rate)
        return f"Disagreement(two people disagree: {rate}; low-strength judgements: {self.taste.verdict})"

    @property
    def sentences(self) -> list[str]:
        """What was found and what to do, in plain words."""
        return sentences_of(self)

    def to_dict(self) -> dict[str, Any]:
        """Everything but the figures of single judgements, ready for JSON."""
        return as_dict(self)


def disagreement(
    data: Comparisons,
    *,
    encoder: str | os.PathLike[str] | Encoder = "minilm",
    n_models: int = 5,
    folds: int = 5,
    fit: Fit | None = None,
    low: float = 0.2,
    similar_from: float | None = None,
    judged: Comparisons | None = None,
    n_permutations: int = 499,
    seed: int = 0,
    progress: Progress | None = None,
) -> Disagreement:
    """Look at where people disagree, in one call.

    Parameters
    ----------
    data
        Judgements of one taste or many; several on the same pairs tell most.
    encoder
        As in :func:`gustibus.fit`. Similarity of texts is that of the responses alone.
    n_models, folds
        Of the cross-fitted ensemble: ``n_models * folds`` fits.
    fit
        What is cross-fitted, from :func:`gustibus.diagnosis.fits_of`; Bradley-Terry if not given.
    low
        Share of the judgements that counts as low in strength.
    similar_from
        Similarity from which two responses are hard to tell apart; the upper quartile if not given.
    judged
        A judge's judgements on the same pairs: responses that it calls a tie at least half of the time are hard to tell
        apart, too (:func:`gustibus.diagnosis.judged_ties`).
    n_permutations
        Behind the p-values of noise or taste.
    seed, progress
        As everywhere.

    Raises
    ------
    GustibusError
        If there are too few prompts or pairs to cross-fit, or the judge was asked about other pairs.

    Examples
    --------
    >>> from gustibus.catalog import ideal_point_world
    >>> world = ideal_point_world(n_users=20, n_items=40, n_held_out_items=4, comparisons_per_user=20, seed=0)
    >>> found = disagreement(world.comparisons, encoder=world.vectors, n_models=2, folds=2, n_permutations=19)
    >>> found.strength.mean.shape, len(found.taste.people)
    ((400,), 20)
    """
    check_comparisons(data)
    tie_share = None if judged is None else judged_ties(data, judged)
    one_hot = isinstance(encoder, str) and encoder == "one-hot"
    resolved = resolve_encoder(encoder, data.responses.to_pylist() if one_hot else ())
    store = EmbeddingStore() if isinstance(resolved, TextEncoder) else None
    vectors, alone = _vectors(data, resolved, store, progress)
    resample: Literal["people", "judgements"] = "people" if data.n_users >= 20 else "judgements"
    crossed = cross_fit(
        data,
        fits_of("bt", encoder=resolved, data=data) if fit is None else fit,
        n_models=n_models,
        folds=folds,
        resample=resample,
        seed=seed,
        progress=progress,
    )
    kinds = _kinds(data, similarity_of_responses(data, alone), similar_from, tie_share)
    pair = questions_of(data).pair
    first = np.sort(np.unique(pair, return_index=True)[1])
    counted = vote_shares(data)  # one row a pair, in the order of first
    many = counted.n_votes >= _MANY_VOTES
    options: dict[str, Any] = {"low": low, "n_permutations": n_permutations, "seed": seed}
    return Disagreement(
        about={
            "judgements": len(data),
            "people": data.n_users,
            "prompts": len(np.unique(data.prompt[data.prompt >= 0])),
            "pairs": len(first),
            "pairs with two votes": int((counted.n_votes >= 2).sum()),
        },
        rate=disagreement_rate(data, seed=seed),
        tie_share=float(data.is_tie.mean()),
        majorities=np.maximum(counted.share, 1 - counted.share)[many],
        kinds=kinds,
        cells=() if kinds is None else tuple(_cells(data, kinds, counted, crossed.share, first)),
        votes=_against_votes(crossed.share[first], counted),
        strength=preference_strength(data, crossed),
        taste=noise_or_taste(data, crossed, vectors, **options),
        groups=_of_groups(data, crossed, vectors, options),
        crossed=crossed,
        seed=seed,
        low=low,
    )


def _against_votes(share: Floats, counted: VoteShares) -> VoteMetrics | None:
    """The held-out share of each pair beside its votes, where it has two."""
    several = counted.n_votes >= 2
    if several.sum() < _SCORED_AT_LEAST:
        return None
    scored = counted.at_least(2)
    return measure_votes(share[several], scored.share, scored.n_votes, n_ties=scored.n_ties)


def _cells(
    data: Comparisons, kinds: Taxonomy, counted: VoteShares, share: Floats, first: NDArray[np.intp]
) -> Iterator[DisagreementCell]:
    examples, rates, sizes = kinds.examples(data), kinds.disagreement, kinds.counts
    for code, name in enumerate(CELLS):
        here = kinds.cell[first] == code
        columns = {key: getattr(counted, key)[here] for key in ("n_votes", "n_ties", "share", "low", "high")}
        part = replace(counted, pairs=counted.pairs.filter(here), **columns)
        votes = _against_votes(share[first][here], part)
        yield DisagreementCell(name, sizes[name], int(here.sum()), rates[name], votes, tuple(examples[name]))


def _vectors(
    data: Comparisons, encoder: Encoder, store: EmbeddingStore | None, progress: Progress | None
) -> tuple[Floats, Floats]:
    """Vectors of the items, and of their responses alone to tell similarity by."""
    items = data.items()
    prompts, responses = items.prompt_texts(), items.response_texts()
    vectors = encode_items(encoder, prompts, responses, store=store, progress=progress)
    if isinstance(encoder, TextEncoder):
        none: list[str | None] = [None] * len(prompts)
        alone = vectors if prompts == none else encode_items(encoder, none, responses, store=store, progress=progress)
        return vectors.astype(np.float64), alone.astype(np.float64)
    columns = standardised(vectors)(vectors).astype(np.float64)
    return (vectors.astype(np.float64) if encoder.kind == "one-hot" else columns), columns


def _kinds(
    data: Comparisons, similarity: Floats, similar_from: float | None, tie_share: Floats | None
) -> Taxonomy | None:
    try:
        return taxonomy(data, similarity, similar_from=similar_from, tie_share=tie_share)
    except GustibusError:  # no pair was judged twice, which the report says
        return None


def _of_groups(
    data: Comparisons, crossed: CrossFitted, vectors: Floats, options: dict[str, Any]
) -> NoiseOrTaste | None:
    if (data.group < 0).any() or len(np.unique(data.group)) < 2:
        return None
    return noise_or_taste(data, crossed, vectors, by="group", **options)
