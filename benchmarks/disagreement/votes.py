"""Pairs on which many people voted, from sets with several annotators."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.real_people.datasets import load
from benchmarks.real_people.datasets.tables import read_table
from benchmarks.real_people.datasets.text_features import components, length, read_embeddings
from gustibus.comparisons import Comparisons, vote_shares
from gustibus.embedding import Vectors

__all__ = ["LOADERS", "VotedPairs", "load_votes"]

Floats = NDArray[np.float64]

PAIRS_OF_RATINGS = 2500
SAFETY = {"No": 0.0, "Yes": 1.0}  # who is unsure says neither


@dataclass(frozen=True)
class VotedPairs:
    """A judgement for every vote, and the features of the items.

    Attributes
    ----------
    title
        In words.
    judgements
        All votes, ties among them; prompts where the set has them.
    encoder
        Features of the responses.
    embeddings
        Unit vectors by which similarity is told, one row for each of ``judgements.responses``.
    """

    title: str
    judgements: Comparisons
    encoder: Vectors
    embeddings: Floats


def ukp(folder: Path) -> VotedPairs:
    """Arguments in pairs, about five workers each."""
    data = load("ukp", folder)
    here = folder / "ukp_convarg_crowd"
    items = read_table(here / "items.parquet")
    names = [f"{item} {text}" for item, text in zip(items["item_id"], items["text"], strict=True)]
    return _with_embeddings(data.title, data.comparisons, data.encoder, names, here / "emb_items_minilm_f16.npy")


def dices(folder: Path) -> VotedPairs:
    """Every rater saw every reply: random pairs of replies, with a vote of everybody who rated them differently."""
    here = folder / "dices_350"
    ratings, items = (read_table(here / f"{name}.parquet") for name in ("ratings", "items"))
    names = [f"{item} {text}" for item, text in zip(items["item_id"], items["response"], strict=True)]
    reply, context = (read_embeddings(here / f"emb_{part}_minilm_f16.npy") for part in ("response", "context"))
    features = np.column_stack([components(reply), components(context), length(items["response"])])
    values = [SAFETY.get(said, np.nan) for said in ratings["safe"]]
    data = _pairs_of_ratings(ratings, values, items["item_id"], names)
    encoder = Vectors(names, features)
    return _with_embeddings(
        "DICES: safety of replies", data, encoder, names, here / "emb_response_minilm_f16.npy"
    )  # fmt: skip


def popquorn(folder: Path) -> VotedPairs:
    """Comments that the same raters saw: random pairs, with a vote of everybody who rated them differently."""
    here = folder / "popquorn_offensiveness"
    ratings, items = (read_table(here / f"{name}.parquet") for name in ("ratings", "items"))
    names = [f"{item} {text}" for item, text in zip(items["item_id"], items["text"], strict=True)]
    features = np.column_stack([components(read_embeddings(here / "emb_items_minilm_f16.npy")), length(items["text"])])
    data = _pairs_of_ratings(ratings, [-float(rating) for rating in ratings["rating"]], items["item_id"], names)
    encoder = Vectors(names, features)
    return _with_embeddings(
        "POPQUORN: offensive comments", data, encoder, names, here / "emb_items_minilm_f16.npy"
    )  # fmt: skip


LOADERS = {"ukp": ukp, "dices": dices, "popquorn": popquorn}


def load_votes(name: str, folder: Path, at_least: int = 4) -> VotedPairs:
    """One of `LOADERS`, with the pairs that so many people judged."""
    found = LOADERS[name](folder)
    data = found.judgements
    n_votes = vote_shares(data)
    pairs = n_votes.at_least(at_least)
    keep = ~np.isnan(pairs.of(data))
    return VotedPairs(found.title, data.filter(keep), found.encoder, found.embeddings)


def _with_embeddings(title: str, data: Comparisons, encoder: object, names: list[str], path: Path) -> VotedPairs:
    assert isinstance(encoder, Vectors)
    row = {name: i for i, name in enumerate(names)}
    matrix = read_embeddings(path)[[row[name] for name in data.responses.to_pylist()]]
    return VotedPairs(title, data, encoder, matrix)


def _pairs_of_ratings(
    ratings: dict[str, list[object]], values: list[float], item_ids: list[object], names: list[str]
) -> Comparisons:
    """Random pairs of items that at least four people rated and rated differently; all of their votes."""
    rng = np.random.default_rng(7)
    people, person = np.unique([str(one) for one in ratings["user_id"]], return_inverse=True)
    number = {item: i for i, item in enumerate(item_ids)}
    table = np.full((len(people), len(names)), np.nan)
    table[person, [number[item] for item in ratings["item_id"]]] = values
    rated = np.isfinite(table)
    together = rated.T.astype(np.float64) @ rated.astype(np.float64)
    first, second = np.nonzero(np.triu(together >= 4, k=1))
    chosen = rng.permutation(len(first))[:PAIRS_OF_RATINGS]
    users, left, right, outcomes = [], [], [], []
    for a, b in zip(first[chosen], second[chosen], strict=True):
        a, b = (a, b) if rng.random() < 0.5 else (b, a)
        difference = table[:, a] - table[:, b]
        who = np.flatnonzero(np.isfinite(difference) & (difference != 0))
        users.append(who)
        left.append(np.full(len(who), a))
        right.append(np.full(len(who), b))
        outcomes.append((difference[who] > 0).astype(float))
    return Comparisons.from_arrays(
        users=people.tolist(), responses=names, user=np.concatenate(users), response_a=np.concatenate(left),
        response_b=np.concatenate(right), outcome=np.concatenate(outcomes),
    )  # fmt: skip
