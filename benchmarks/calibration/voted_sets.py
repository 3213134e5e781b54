"""Sets of pairs that several people judged, in groups of pairs that have no response in common."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.real_people.datasets import load
from benchmarks.real_people.datasets.tables import comparisons_of, read_table
from gustibus.comparisons import Comparisons
from gustibus.embedding import Encoder, Vectors

__all__ = ["TITLES", "VOTED_SETS", "VotedSet", "load_voted"]

ITEMS_A_GROUP = 5
MOST_RATED = 300
TITLES = {
    "dices": "DICES: safer replies (from ratings)",
    "movielens": f"MovieLens: {MOST_RATED} well-known films (from ratings)",
    "tulu": "Tulu: replies of models",
    "ukp": "UKP: convincing arguments",
}
"""In words, with where votes come from that were not given on pairs."""


@dataclass(frozen=True)
class VotedSet:
    """Judgements of which many are about the same pairs.

    Attributes
    ----------
    comparisons
        Every judgement.
    group
        ``(n_responses,)`` the group of each response of the vocabulary: a prompt, or a few items. Pairs lie within
        groups, so groups have nothing in common but the people.
    encoder
        Features of the responses.
    """

    comparisons: Comparisons
    group: NDArray[np.intp]
    encoder: Encoder

    def groups_of(self, data: Comparisons) -> NDArray[np.intp]:
        """The group of each judgement."""
        return self.group[data.response_a]


def load_voted(name: str, folder: Path) -> VotedSet:
    """One of `VOTED_SETS` from a folder of data sets."""
    return VOTED_SETS[name](folder)


def _ukp(folder: Path) -> VotedSet:
    return _by_prompt("ukp", folder)


def _tulu(folder: Path) -> VotedSet:
    return _by_prompt("tulu", folder)


def _by_prompt(name: str, folder: Path) -> VotedSet:
    data = load(name, folder)
    group = np.zeros(len(data.comparisons.responses), dtype=np.intp)
    for side in (data.comparisons.response_a, data.comparisons.response_b):
        group[side] = data.comparisons.prompt
    return VotedSet(data.comparisons, group, data.encoder)


def _dices(folder: Path) -> VotedSet:
    """Every rater rated every reply: groups are replies drawn at random; who gave both the same rating has no vote."""
    ratings = read_table(folder / "dices_350" / "ratings.parquet")
    safety = {"No": 0.0, "Yes": 1.0}
    value = [safety.get(said, np.nan) for said in ratings["safe"]]
    groups = _dealt(sorted(set(ratings["item_id"])))
    return _of_ratings("dices", folder, ratings, value, groups)


def _movielens(folder: Path) -> VotedSet:
    """The films with most ratings."""
    ratings = read_table(folder / "movielens_latest_small_2016" / "ratings.parquet")
    films, counts = np.unique(ratings["item_id"], return_counts=True)
    often = films[np.argsort(-counts, kind="stable")[:MOST_RATED]].tolist()
    return _of_ratings("movielens", folder, ratings, ratings["rating"], _dealt(often))


def _dealt(items: Sequence[Any]) -> list[list[Any]]:
    order = np.random.default_rng(7).permutation(len(items))
    dealt = [items[i] for i in order]
    return [dealt[start : start + ITEMS_A_GROUP] for start in range(0, len(dealt), ITEMS_A_GROUP)]


def _of_ratings(
    name: str, folder: Path, ratings: dict[str, list[Any]], value: Sequence[float], groups: list[list[Any]]
) -> VotedSet:
    """All pairs within groups that somebody rated unequally."""
    data = load(name, folder)
    assert isinstance(data.encoder, Vectors)
    response = {text.split(" ", 1)[0]: text for text in data.encoder.ids}
    rated: dict[Any, dict[Any, float]] = {}
    for item, user, what in zip(ratings["item_id"], ratings["user_id"], value, strict=True):
        if not np.isnan(what):
            rated.setdefault(item, {})[user] = what
    users, a, b, choices = [], [], [], []
    group_of: dict[str, int] = {}
    for number, items in enumerate(groups):
        for first, second in combinations(items, 2):
            for user in sorted(rated[first].keys() & rated[second].keys()):
                if rated[first][user] != rated[second][user]:
                    users.append(user)
                    a.append(response[str(first)])
                    b.append(response[str(second)])
                    choices.append("a" if rated[first][user] > rated[second][user] else "b")
                    group_of |= {a[-1]: number, b[-1]: number}
    comparisons = comparisons_of(users, a, b, choices)
    group = np.array([group_of[text] for text in comparisons.responses.to_pylist()], dtype=np.intp)
    return VotedSet(comparisons, group, data.encoder)


VOTED_SETS: dict[str, Callable[[Path], VotedSet]] = {
    "dices": _dices,
    "movielens": _movielens,
    "tulu": _tulu,
    "ukp": _ukp,
}
