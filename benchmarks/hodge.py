"""Do games go in circles, and how far can a test of it be trusted?

``python -m benchmarks.hodge`` decomposes the wins of three sets of games (43 programs that play rock, paper, scissors;
35 characters of a fighting game; professional matches of a strategy game) on five seeds of the null, and beside it the
null of the plain parametric bootstrap. Then it draws worlds without cycles and with them, 200 for every number of
judgements, and counts how often cycles are found at the 5 % level. It writes ``benchmarks/results/hodge.json`` as it
goes, and goes on where it was stopped.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
from scipy.special import expit

from benchmarks.recording import DATA, Stopwatch, read_result, write_result
from gustibus.aggregation import PairWins
from gustibus.comparisons.wilson import wilson_interval
from gustibus.diagnosis import CycleReport, diagnose_cycles

QUESTION = "Do games go in circles, and how far can a test of it be trusted?"
TITLES = {"rrps": "programs playing rock, paper, scissors", "sf4": "fighting game", "starcraft": "strategy game"}
GAMES = {"sf4": "bladechest_sf4", "starcraft": "bladechest_starcraft_wol"}
N_NULL = {"rrps": 200, "sf4": 200, "starcraft": 20}
SEEDS = (0, 1, 2, 3, 4)
ITEMS, SHARE_OF_PAIRS, WORLDS, NULL_OF_WORLDS = 25, 0.4, 40, 40
JUDGEMENTS = (1.5, 5.0)
CYCLIC = (0.0, 0.3, 1.0)


def main() -> None:
    parser = argparse.ArgumentParser(description=QUESTION)
    parser.add_argument("--data", type=Path, default=DATA, help="folder of the data sets (default: %(default)s)")
    parser.add_argument("--quick", action="store_true", help="two small sets, one seed, few worlds; to results/quick")
    chosen = parser.parse_args()
    watch = Stopwatch()
    seeds = SEEDS[:1] if chosen.quick else SEEDS
    result: dict[str, Any] = {
        "question": QUESTION,
        "seeds": list(seeds),
        "worlds_per_seed": 5 if chosen.quick else WORLDS,
        "world": {"items": ITEMS, "share_of_pairs": SHARE_OF_PAIRS, "null_tables": NULL_OF_WORLDS},
        "sets": {},
        "rates": [],
    }

    def keep() -> None:
        write_result("hodge", result | {"seconds": watch.read()}, quick=chosen.quick)

    before = None if chosen.quick else read_result("hodge")
    if before is not None and all(before[name] == result[name] for name in ("seeds", "worlds_per_seed", "world")):
        result |= {"sets": before["sets"], "rates": before["rates"]}  # goes on where it was stopped
    done = {(rate["judgements_a_pair"], rate["cyclic"], rate["null"]) for rate in result["rates"]}
    for name in ("rrps", "sf4") if chosen.quick else TITLES:
        if name not in result["sets"]:
            result["sets"][name] = _set(name, chosen.data, seeds)
            keep()
    for games in JUDGEMENTS:
        for cyclic in CYCLIC:
            kinds = ("matched", "plain") if cyclic == 0 else ("matched",)
            for kind in kinds:
                if (games, cyclic, kind) not in done:
                    result["rates"].append(_rate(games, cyclic, kind, seeds, result["worlds_per_seed"]))
                    keep()


def _set(name: str, folder: Path, seeds: tuple[int, ...]) -> dict[str, Any]:
    wins = _wins(name, folder)
    reports = [diagnose_cycles(wins, n_null=N_NULL[name], seed=seed) for seed in seeds]
    plain = diagnose_cycles(wins, n_null=N_NULL[name], seed=0, matched=False)
    print(name, reports[0].verdict, file=sys.stderr, flush=True)
    return {
        "title": TITLES[name],
        "items": len(wins.items),
        "pairs": len(wins.a),
        "judgements": float(wins.n.sum()),
        "parts": reports[0].parts.n_parts,
        "null_tables": N_NULL[name],
        "seeds": [_figures(report) for report in reports],
        "plain": _figures(plain),
    }


def _figures(report: CycleReport) -> dict[str, Any]:
    found = report.to_dict()
    return {name: found[name] for name in ("shares", "cyclic_triangles", "z_by_chance", "verdict")}


def _wins(name: str, folder: Path) -> PairWins:
    if name == "rrps":  # mean return of 1,000 games, from -1 to 1 a game
        table = pq.read_table(folder / "rrps_bots" / "payoffs.parquet")
        bots = sorted(set(table["bot_a"].to_pylist()))
        at = {bot: i for i, bot in enumerate(bots)}
        paid = np.zeros((len(bots), len(bots)))
        rows = [at[bot] for bot in table["bot_a"].to_pylist()], [at[bot] for bot in table["bot_b"].to_pylist()]
        paid[rows] = table["mean_return_a"].to_numpy() / 1000
        return PairWins.from_matrix(1000 * (1 + (paid - paid.T) / 2) / 2, list(map(str, bots)))
    table = pq.read_table(folder / GAMES[name] / "games.parquet")
    a, b, won, lost = (table[column].to_numpy() for column in ("player_a", "player_b", "wins_a", "wins_b"))
    met = a != b
    a, b, won, lost = a[met], b[met], won[met].astype(float), lost[met].astype(float)
    names, codes = np.unique(np.concatenate([a, b]), return_inverse=True)
    a, b = codes[: len(a)], codes[len(a) :]
    turned = a > b
    keys, pair = np.unique(np.minimum(a, b) * len(names) + np.maximum(a, b), return_inverse=True)
    wins_a = np.bincount(pair, np.where(turned, lost, won))
    wins_b = np.bincount(pair, np.where(turned, won, lost))
    return PairWins(tuple(map(str, names)), keys // len(names), keys % len(names), wins_a, wins_b, np.zeros(len(keys)))


def _rate(games: float, cyclic: float, kind: str, seeds: tuple[int, ...], worlds: int) -> dict[str, Any]:
    found, above, share, null = [], [], [], []
    for seed in seeds:
        for world in range(worlds):
            rng = np.random.default_rng([seed, world])
            wins = _world(games, cyclic, rng)
            report = diagnose_cycles(wins, n_null=NULL_OF_WORLDS, seed=seed, matched=kind == "matched", n_top=0)
            part = report.shares["cyclic"]
            found.append(part.p_value <= 0.05)
            above.append(part.share > part.high)
            share.append(part.share)
            null.append(part.null)
    rates = {}
    for name, each in (("found", found), ("above_interval", above)):
        low, high = wilson_interval(float(np.mean(each)), len(each))
        rates[name] = {"rate": float(np.mean(each)), "low": float(low), "high": float(high)}
    print(f"{games:g} judgements, {cyclic:.0%} cyclic, {kind}: {np.mean(found):.3f}", file=sys.stderr, flush=True)
    return {
        "judgements_a_pair": games,
        "cyclic": cyclic,
        "null": kind,
        "worlds": len(found),
        **rates,
        "share": float(np.mean(share)),
        "null_share": float(np.mean(null)),
    }


def _world(games: float, cyclic: float, rng: np.random.Generator) -> PairWins:
    """Log-odds of variance 2: a scale, and a game of rank 2 that has the part ``cyclic`` of the variance."""
    strength, (p, q) = rng.normal(size=ITEMS), rng.normal(size=(2, ITEMS))
    round_about = p[:, None] * q[None] - q[:, None] * p[None]
    log_odds = np.sqrt(1 - cyclic) * (strength[:, None] - strength[None]) + np.sqrt(cyclic) * round_about
    a, b = np.triu_indices(ITEMS, 1)
    n = rng.poisson(games, len(a)) * (rng.random(len(a)) < SHARE_OF_PAIRS)
    a, b, n = a[n > 0], b[n > 0], n[n > 0]
    won = rng.binomial(n, expit(log_odds[a, b]))
    return PairWins(tuple(map(str, range(ITEMS))), a, b, won, n - won, np.zeros(len(a)))


if __name__ == "__main__":
    main()
