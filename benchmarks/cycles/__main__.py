"""Where do preferences go in circles, and which models find out?

``python -m benchmarks.cycles [PART ...]`` measures, with five seeds each, and writes ``benchmarks/results/cycles.json``
after every part:

- ``rrps``, ``sf4``, ``starcraft``, ``starcraft-all``: held-out pairs (or games) of players who recur: Bradley-Terry,
  GPM, a reward plus circles, the published setting of GPM, a pair-input network, and blade-chest;
- ``starts``, ``tournaments``: from how many random starts a small circle is learned, or a regular tournament, in which
  everybody beats half of the others;
- ``cost``: what a fit to all players of StarCraft takes, of which a split needs dozens;
- ``features``: texts whose features carry a circle, unseen prompts, beside the true probabilities, and circles that a
  model sees in transitive data;
- ``triples``: those built from ratings on several aspects, by heart and on unseen prompts;
- ``fallback``: texts of one reward and no circle, unseen prompts: whether the richer model gives its circles up;
- ``sparse``: what the richer model costs where there are no circles;
- ``speed``: all pairs of up to 2,048 responses, GPM against the pair-input network.
"""

from __future__ import annotations

import argparse
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

import gustibus as gs
from benchmarks.cycles.blade_chest import fit_blade_chest
from benchmarks.cycles.features import KINDS, Texts, texts_of, triples, world
from benchmarks.cycles.games import GAMES, sparse_transitive
from benchmarks.cycles.speed import speed
from benchmarks.cycles.starts import starts, tournaments
from benchmarks.recording import DATA, Stopwatch, read_result, write_result
from gustibus.comparisons import Comparisons, DataWarning

QUESTION = "Where do preferences go in circles, and which models find out?"
SEEDS = (0, 1, 2, 3, 4)
Floats = NDArray[np.float64]
PUBLISHED: dict[str, Any] = {"model": "gpm", "unit_norm": True, "temperature": 0.1, "dimensions": 4}
MODELS: dict[str, dict[str, Any]] = {
    "Bradley-Terry": {"model": "bt"},
    "GPM": {"model": "gpm"},
    "scalar + cyclic": {"model": "scalar-cyclic"},
    "GPM, published": PUBLISHED,
    "pair-input": {"model": "pair-input"},
}
FIXED = "Bradley-Terry, ridge 100"
BY_HEART = "GPM, by heart"
QUICK = ("Bradley-Terry", "GPM", "scalar + cyclic")


def main() -> None:
    parser = argparse.ArgumentParser(description=QUESTION)
    parser.add_argument("parts", nargs="*", choices=[*PARTS, *GAMES, []], help="default: all")
    parser.add_argument("--data", type=Path, default=DATA, help="folder of the data sets (default: %(default)s)")
    parser.add_argument("--seeds", type=int, default=len(SEEDS), help="how many (default: %(default)s)")
    parser.add_argument("--quick", action="store_true", help="one seed; written to results/quick")
    chosen = parser.parse_args()
    warnings.simplefilter("ignore", DataWarning)
    if not (chosen.data / "rrps_bots").is_dir():
        sys.exit(f"There is no data in {chosen.data}. Name its folder with --data.")
    result = {} if chosen.quick else (read_result("cycles") or {}).get("parts", {})
    seeds = SEEDS[:1] if chosen.quick else SEEDS[: chosen.seeds]
    for part in chosen.parts or (*PARTS, *GAMES):
        for some in [seeds[:n] for n in range(1, len(seeds) + 1)] if part in GAMES else [seeds]:
            watch = Stopwatch()
            if part in GAMES:
                result[part] = one_game(part, chosen.data, some, result.get(part))
            else:
                result[part] = PARTS[part](chosen.data, some) | {"seconds": watch.read()}
            written = {"question": QUESTION, "seeds": SEEDS, "parts": result}
            write_result("cycles", written, quick=chosen.quick)
        print(f"{part}: {result[part]}", file=sys.stderr, flush=True)


def one_game(name: str, folder: Path, seeds: tuple[int, ...], before: dict[str, Any] | None) -> dict[str, Any]:
    """Log loss of held-out pairs or games, a mean and the standard error over seeds, and paired gains over BT.

    Seeds that were measured before are not measured again.
    """
    title, by, load, names = GAMES[name]
    runs = [] if before is None else list(before["runs"])
    for seed in seeds:
        if any(run["seed"] == seed for run in runs):
            continue
        watch = Stopwatch()
        fitted, test = gs.split(load(folder, seed), by=by, test=0.2, seed=seed)  # type: ignore[arg-type]
        train, validation = gs.split(fitted, by=by, test=0.1, seed=seed + 100)  # type: ignore[arg-type]
        run: dict[str, Any] = {"seed": seed, "loss": {}, "dimensions": {}}
        for model in names:
            made = gs.fit(train, validation=validation, encoder="one-hot", seed=seed, **MODELS[model])
            run["loss"][model] = _log_loss(made.predict(test).probability, test)
            if "dimensions" in made.summary["choices"]:
                run["dimensions"][model] = made.summary["choices"]["dimensions"]
            if "circles" in made.summary["findings"]:
                run.setdefault("cyclic_share", {})[model] = made.summary["findings"]["circles"]["cyclic_share"][0]
        if len(names) > len(QUICK):
            plain = gs.fit(train, validation=validation, encoder="one-hot", seed=seed, model="pair-input", plain=True)
            run["inconsistency"] = plain.summary["findings"]["inconsistency"]["decisions"]
            log_odds = fit_blade_chest(train, validation, test, seed).double().numpy()
            run["loss"]["blade-chest"] = _log_loss(1 / (1 + np.exp(-log_odds)), test)
        runs.append(run | {"seconds": watch.read()})
        print(name, run, file=sys.stderr, flush=True)
    losses = {model: np.array([run["loss"][model] for run in runs]) for model in runs[0]["loss"]}
    models = {model: _over_seeds(values, losses["Bradley-Terry"]) for model, values in losses.items()}
    return {"title": title, "held_out": by, "models": models, "runs": runs}


def cost_of_all_players(folder: Path, seeds: tuple[int, ...]) -> dict[str, Any]:
    """CPU-seconds of one Bradley-Terry fit with a given ridge, and of 30 steps of GPM, to the games of all players."""
    games = GAMES["starcraft-all"][2](folder, seeds[0])
    given: dict[str, Any] = {"encoder": "one-hot", "item_offsets": False}
    watch = Stopwatch()
    gs.fit(games, model="bt", shared_penalty=10.0, **given)
    of_bt, watch = watch.read()["cpu"], Stopwatch()
    gs.fit(games, model="gpm", dimensions=2, shared_penalty=1.0, max_steps=30, **given)
    players = len(games.responses)
    return {"players": players, "bradley_terry": of_bt, "gpm_30_steps": watch.read()["cpu"]}


def features(folder: Path, seeds: tuple[int, ...]) -> dict[str, Any]:
    """Unseen prompts, beside the true probabilities; triples; and circles seen where there are none."""
    texts = texts_of(folder)
    found: dict[str, Any] = {kind: _in_worlds(texts, kind, 6000, seeds) for kind in KINDS}
    found["transitive, 600 pairs"] = _in_worlds(texts, "transitive", 600, seeds)
    return {"worlds": found}


def on_triples(folder: Path, seeds: tuple[int, ...]) -> dict[str, Any]:
    """Triples that go in a circle: those that a model was fitted to, and those of unseen prompts.

    *By heart* is GPM with a hidden layer, chosen by how well it fits what it was fitted to.
    """
    texts = texts_of(folder)
    rows: dict[str, list[tuple[float, float]]] = {}
    for seed in seeds:
        train, test = triples(texts, seed)
        for model in (*QUICK, BY_HEART):
            heart = {"validation": train, "hidden": (256,), "dimensions": 8, "shared_penalty": 0.1, "model": "gpm"}
            options: dict[str, Any] = heart if model == BY_HEART else MODELS[model]
            fitted = gs.fit(train, encoder=texts.vectors(), seed=seed, item_offsets=False, **options)
            both = [_scores(fitted.predict(side).probability, side)[0] for side in (train, test)]
            rows.setdefault(model, []).append((both[0], both[1]))
    names = ("seen", "unseen_prompts")
    models = {m: dict(zip(names, np.mean(values, axis=0).tolist(), strict=True)) for m, values in rows.items()}
    return {"models": models, "scalar_ceiling": 2 / 3}


def fallback(folder: Path, seeds: tuple[int, ...]) -> dict[str, Any]:
    """Bradley-Terry and a reward plus circles where there is a reward alone."""
    names = ("Bradley-Terry", "scalar + cyclic")
    return {"models": _in_worlds(texts_of(folder), "transitive", 6000, seeds, names)}


def _in_worlds(
    texts: Texts, kind: Any, n_pairs: int, seeds: tuple[int, ...], models: tuple[str, ...] = QUICK
) -> dict[str, Any]:
    rows: dict[str, list[tuple[float, float, float]]] = {}
    for seed in seeds:
        made = world(texts, kind, n_pairs, seed)
        truth = 1 / (1 + np.exp(-made.truth))
        rows.setdefault("true probabilities", []).append((*_scores(truth, made.test), 0.0))
        for model in models:
            fitted = gs.fit(made.train, encoder=texts.vectors(), seed=seed, item_offsets=False, **MODELS[model])
            rate = false_cycles(fitted, texts, made.test, seed)
            rows.setdefault(model, []).append((*_scores(fitted.predict(made.test).probability, made.test), rate))
    names = ("accuracy", "log_loss", "cycles_seen")
    return {model: dict(zip(names, np.mean(values, axis=0).tolist(), strict=True)) for model, values in rows.items()}


def false_cycles(fitted: gs.FittedModel, texts: Texts, test: Comparisons, seed: int, n: int = 3000) -> float:
    """Share of triples of texts to one unseen prompt that the model puts in a circle."""
    rng = np.random.default_rng(seed)
    asked = np.unique(test.prompt)
    here = {prompt: np.flatnonzero(texts.prompt == prompt) for prompt in asked}
    one = np.array([rng.choice(here[prompt], 3, replace=False) for prompt in rng.choice(asked, n)])
    a, b = one.ravel(), np.roll(one, -1, axis=1).ravel()
    prompts = [f"prompt {texts.prompt[i]}" for i in a]
    s = fitted.log_odds(prompts, [str(i) for i in a], [str(i) for i in b]).reshape(-1, 3)
    return float(np.mean((s > 0).all(1) | (s < 0).all(1)))


def sparse(folder: Path, seeds: tuple[int, ...]) -> dict[str, Any]:
    """Log loss of held-out games between players in order: a hundred players, fifteen games each.

    Beside Bradley-Terry with the ridge that validation games choose, about a hundred, with one ridge for all seeds.
    """
    names = (*QUICK, FIXED)
    losses: dict[str, list[float]] = {model: [] for model in names}
    chosen: dict[str, list[Any]] = {"Bradley-Terry": [], "GPM": []}
    for seed in seeds:
        train, test = gs.split(sparse_transitive(100, 1500, seed), by="pair", test=0.3, seed=seed)
        for model in names:
            settings = {"model": "bt", "shared_penalty": 100.0} if model == FIXED else MODELS[model]
            made = gs.fit(train, encoder="one-hot", seed=seed, **settings)
            losses[model].append(_log_loss(made.predict(test).probability, test))
            if model in chosen:
                what = "shared_penalty" if model == "Bradley-Terry" else "dimensions"
                chosen[model].append(made.summary["choices"][what])
    base = np.array(losses["Bradley-Terry"])
    models = {model: _over_seeds(np.array(values), base) for model, values in losses.items()}
    return {"models": models, "by_seed": losses, "ridges": chosen["Bradley-Terry"], "dimensions": chosen["GPM"]}


def _over_seeds(losses: Floats, base: Floats) -> dict[str, float]:
    gain = base - losses
    error = float(gain.std(ddof=1) / np.sqrt(len(gain))) if len(gain) > 1 else float("nan")
    spread = float(losses.std(ddof=1)) if len(losses) > 1 else float("nan")
    return {"log_loss": float(losses.mean()), "sd": spread, "gain": float(gain.mean()), "gain_error": error}


def _log_loss(probability: Floats, test: Comparisons) -> float:
    p = np.clip(probability, 1e-12, 1 - 1e-12)
    loss = -(test.outcome * np.log(p) + (1 - test.outcome) * np.log1p(-p))
    return float((test.weight * loss).sum() / test.weight.sum())


def _scores(probability: Floats, test: Comparisons) -> tuple[float, float]:
    right = np.where(probability == 0.5, 0.5, (probability > 0.5) == (test.outcome > 0.5))
    return float(right.mean()), _log_loss(probability, test)


PARTS: dict[str, Callable[[Path, tuple[int, ...]], dict[str, Any]]] = {
    "speed": lambda folder, seeds: speed(),
    "cost": cost_of_all_players,
    "starts": lambda folder, seeds: {"learned": starts()},
    "sparse": sparse,
    "tournaments": lambda folder, seeds: {"learned": tournaments()},
    "features": features,
    "triples": on_triples,
    "fallback": fallback,
}


if __name__ == "__main__":
    main()
