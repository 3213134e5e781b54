"""Ratings as pairs: two items that one person rated differently."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.real_people.datasets.data_set import DataSet
from benchmarks.real_people.datasets.tables import comparisons_of, read_table
from benchmarks.real_people.datasets.text_features import components, length, read_embeddings, standardised
from gustibus.comparisons import Comparisons
from gustibus.embedding import Vectors

__all__ = ["dices", "movielens", "popquorn"]

PAIRS_A_PERSON = 60
SAFETY = {"No": 0.0, "Yes": 1.0}  # who is unsure says neither


def dices(folder: Path) -> DataSet:
    """Raters on the safety of chatbot replies, safer is better (Aroyo et al. 2023); reply and context are features."""
    here = folder / "dices_350"
    ratings, items = (read_table(here / f"{name}.parquet") for name in ("ratings", "items"))
    response = _named(items["item_id"], items["response"])
    reply, context = (read_embeddings(here / f"emb_{part}_minilm_f16.npy") for part in ("response", "context"))
    features = np.column_stack([components(reply), components(context), length(items["response"])])
    sure = [row for row, said in enumerate(ratings["safe"]) if said in SAFETY]
    ratings = {column: [values[row] for row in sure] for column, values in ratings.items()}
    comparisons = _pairs(ratings, [SAFETY[said] for said in ratings["safe"]], response)
    encoder = Vectors(list(response.values()), features)
    return DataSet(
        "dices", "DICES: safety of replies", comparisons, encoder, nmax=20, mint=5, items_recur=True, is_text=True
    )  # fmt: skip


def popquorn(folder: Path) -> DataSet:
    """How offensive a comment is, less is better (Pei and Jurgens 2023, arXiv 2306.06826)."""
    here = folder / "popquorn_offensiveness"
    ratings, items = (read_table(here / f"{name}.parquet") for name in ("ratings", "items"))
    response = _named(items["item_id"], items["text"])
    features = np.column_stack([components(read_embeddings(here / "emb_items_minilm_f16.npy")), length(items["text"])])
    comparisons = _pairs(ratings, [-rating for rating in ratings["rating"]], response)
    encoder = Vectors(list(response.values()), features)
    title = "POPQUORN: offensive comments"
    return DataSet("popquorn", title, comparisons, encoder, nmax=10, mint=5, items_recur=True, is_text=True)


def movielens(folder: Path) -> DataSet:
    """Which of two films somebody rated higher (Harper and Konstan 2015); genres and year are features too."""
    here = folder / "movielens_latest_small_2016"
    ratings, items = (read_table(here / f"{name}.parquet") for name in ("ratings", "items"))
    response = _named(items["item_id"], items["title"])
    features = np.column_stack(
        [
            components(read_embeddings(here / "emb_items_minilm_f16.npy")),
            length(items["text"]),
            _genres(items["genres"]),
            _years(items["title"]),
        ]
    )
    comparisons = _pairs(ratings, ratings["rating"], response)
    encoder = Vectors(list(response.values()), features)
    return DataSet("movielens", "MovieLens: films", comparisons, encoder, nmax=20, mint=5, items_recur=True)


def _named(ids: Sequence[Any], texts: Sequence[str]) -> dict[Any, str]:
    """Texts may occur twice, so an item is named by its id as well."""
    return {item: f"{item} {text}" for item, text in zip(ids, texts, strict=True)}


def _pairs(table: Mapping[str, list[Any]], value: Sequence[float], response: Mapping[Any, str]) -> Comparisons:
    """Within every person pairs of unequal value, each item in at most one of them, at most sixty a person.

    People in order of their ids, their items in random order: each item is paired with the next one left whose value
    differs, and the pair's sides are drawn. All from one generator.
    """
    rng = np.random.default_rng(7)
    people, person = np.unique([str(one) for one in table["user_id"]], return_inverse=True)
    order = np.argsort(person, kind="stable")
    rows_of = np.split(order, np.flatnonzero(np.diff(person[order])) + 1)
    values, items = np.asarray(value, dtype=np.float64), table["item_id"]
    users, a, b, choices = [], [], [], []
    for name, rows in zip(people, rows_of, strict=True):
        for first, second in _unequal(rng.permutation(rows), values)[:PAIRS_A_PERSON]:
            left, right = (first, second) if rng.random() < 0.5 else (second, first)
            users.append(name)
            a.append(response[items[left]])
            b.append(response[items[right]])
            choices.append("a" if values[left] > values[right] else "b")
    return comparisons_of(users, a, b, choices)


def _unequal(rows: NDArray[np.intp], values: NDArray[np.float64]) -> list[tuple[int, int]]:
    pairs, left = [], [int(row) for row in rows]
    while left:
        first = left.pop(0)
        partner = next((i for i, row in enumerate(left) if values[row] != values[first]), None)
        if partner is None:
            break  # all that is left has one value
        pairs.append((first, left.pop(partner)))
    return pairs


def _genres(genres: Sequence[str]) -> NDArray[np.float64]:
    names = sorted({genre for entry in genres for genre in entry.split("|") if not genre.startswith("(")})
    return np.array([[float(name in entry.split("|")) for name in names] for entry in genres])


def _years(titles: Sequence[str]) -> NDArray[np.float64]:
    """Standardised; a film without a year gets the mean."""
    found = [re.search(r"\((\d{4})\)\s*$", title) for title in titles]
    years = np.array([float(match[1]) if match else np.nan for match in found])
    return standardised(np.where(np.isnan(years), np.nanmean(years), years))
