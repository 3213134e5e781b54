"""Games between players who recur, as comparisons."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from gustibus.comparisons import Comparisons

__all__ = ["GAMES", "sparse_transitive"]

DRAWS: Final = 20


def rrps(folder: Path, seed: int) -> Comparisons:
    """Repeated rock, paper, scissors between 43 programs: 20 games a pair, drawn from their mean returns.

    A program wins with probability ``(1 + return / 1000) / 2``, the mean of what both sides' tables say.
    """
    table = pd.read_parquet(folder / "rrps_bots" / "payoffs.parquet")
    wide = table.pivot(index="bot_a", columns="bot_b", values="mean_return_a")
    returns = wide.to_numpy()
    probability = np.clip((2 + (returns - returns.T) / 1000) / 4, 0, 1)
    a, b = np.triu_indices(len(wide), 1)
    wins = np.random.default_rng(seed).binomial(DRAWS, probability[a, b])
    return _played(list(wide.index), a, b, wins, np.full(len(a), DRAWS))


def street_fighter(folder: Path, seed: int) -> Comparisons:
    """35 characters of a fighting game, 25,000 games."""
    table = pd.read_parquet(folder / "bladechest_sf4" / "games.parquet")
    return _of_table(table)


def starcraft(folder: Path, seed: int, least: int = 50) -> Comparisons:
    """Professional matches of StarCraft II between players with at least 50 games."""
    table = pd.read_parquet(folder / "bladechest_starcraft_wol" / "games.parquet")
    played = pd.concat([table.player_a, table.player_b]).value_counts()
    often = set(played.index[played >= least])
    return _of_table(table[table.player_a.isin(often) & table.player_b.isin(often)])


def sparse_transitive(n_players: int, n_games: int, seed: int) -> Comparisons:
    """Games between players who have a strength each, so that there are no circles."""
    rng = np.random.default_rng(seed)
    strength = rng.normal(size=n_players)
    a = rng.integers(0, n_players, n_games)
    b = (a + rng.integers(1, n_players, n_games)) % n_players
    won = rng.random(n_games) < 1 / (1 + np.exp(strength[b] - strength[a]))
    return _played([f"player {i}" for i in range(n_players)], a, b, won.astype(int), np.ones(n_games, int))


def starcraft_all(folder: Path, seed: int) -> Comparisons:
    """The same between all players."""
    return starcraft(folder, seed, least=1)


ALL_MODELS: Final = ("Bradley-Terry", "GPM", "scalar + cyclic", "GPM, published", "pair-input")
GAMES: Final[dict[str, tuple[str, str, Callable[[Path, int], Comparisons], tuple[str, ...]]]] = {
    # name: title, what the test side does not share with the training side, loader, what is fitted
    "rrps": ("rock, paper, scissors: 43 programs", "pair", rrps, ALL_MODELS),
    "sf4": ("Street Fighter IV: 35 characters", "pair", street_fighter, ALL_MODELS),
    "starcraft": ("StarCraft II: players with 50 games", "comparison", starcraft, ALL_MODELS),
    "starcraft-all": ("StarCraft II: all players", "comparison", starcraft_all, ALL_MODELS[:3]),
}


def _of_table(table: pd.DataFrame) -> Comparisons:
    names = sorted({*map(str, table.player_a), *map(str, table.player_b)})
    code = {name: i for i, name in enumerate(names)}
    a, b = (np.array([code[str(name)] for name in column]) for column in (table.player_a, table.player_b))
    wins, total = table.wins_a.to_numpy(), (table.wins_a + table.wins_b).to_numpy()
    kept = (a != b) & (total > 0)
    return _played(names, a[kept], b[kept], wins[kept], total[kept])


def _played(
    names: list[str], a: NDArray[np.int64], b: NDArray[np.int64], wins: NDArray[np.int64], total: NDArray[np.int64]
) -> Comparisons:
    return Comparisons.from_arrays(
        users=["referee"],
        responses=names,
        user=np.zeros(len(a), int),
        response_a=a,
        response_b=b,
        outcome=wins / total,
        weight=total.astype(float),
    )
