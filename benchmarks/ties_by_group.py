"""Is a tie parameter for each group worth anything beside one for all, among real people?

``python -m benchmarks.ties_by_group [NAME ...]`` fits each set on five splits with Rao and Kupper's ties and with
Davidson's: one parameter for all, one for each group, and one for each group with the groups shuffled among the
judgements. It writes ``benchmarks/results/ties_by_group.json``; sets that are there already are kept unless named.

Groups: students of CEMS by gender, people of the kidney study by whether they were offered to flip a coin (half were
not, and could not tie), arguments by the side of the debate. The protocol is that of ``benchmarks.ties``; the change is
against one parameter for all, 95 % by bootstrap over people, pooled over the splits.
"""

from __future__ import annotations

import argparse
import sys
import warnings
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from pyarrow import csv

import gustibus as gs
from benchmarks.real_people.datasets import load
from benchmarks.real_people.datasets.tables import read_table
from benchmarks.recording import DATA, read_result, write_result
from gustibus.evaluation import PeopleSplit, Scored, people_split, prefix

QUESTION = "Is a tie parameter for each group worth anything beside one for all?"
LIKELIHOODS = ("rao-kupper", "davidson")
KINDS = ("one", "groups", "shuffled")
CELLS = ("seen", "unseen")
METRICS = ("three_way_log_loss", "decisive_log_loss")
SEEDS = (0, 1, 2, 3, 4)


def main() -> None:
    parser = argparse.ArgumentParser(description=QUESTION)
    parser.add_argument("names", nargs="*", choices=[*GROUPS, []], help="default: all that are not measured yet")
    parser.add_argument("--data", type=Path, default=DATA, help="folder of the data sets (default: %(default)s)")
    parser.add_argument("--quick", action="store_true", help="one split of the first set; to results/quick")
    chosen = parser.parse_args()
    warnings.simplefilter("ignore")  # few answers a person: known, and what is measured here
    before = None if chosen.quick else read_result("ties_by_group")
    sets: dict[str, Any] = {} if before is None else dict(before["data_sets"])
    names = list(GROUPS)[:1] if chosen.quick else chosen.names or [name for name in GROUPS if name not in sets]
    for name in names:
        sets[name] = _measure(name, chosen.data, SEEDS[:1] if chosen.quick else SEEDS)
        ordered = {key: sets[key] for key in GROUPS if key in sets}
        write_result("ties_by_group", {"question": QUESTION, "data_sets": ordered}, quick=chosen.quick)


def _of_people(path: str, column: str) -> Callable[[gs.Comparisons, Path], gs.Comparisons]:
    """Groups of people by a column of a table that has their ids."""

    def grouped(data: gs.Comparisons, folder: Path) -> gs.Comparisons:
        file = folder / path
        table = csv.read_csv(file).to_pydict() if file.suffix == ".csv" else read_table(file)
        of_user = dict(zip(table["user_id"], table[column], strict=True))
        names = sorted(set(of_user.values()))
        number = np.array([names.index(of_user[user]) for user in data.users.to_pylist()], np.int32)
        return _with_groups(data, names, number[data.user])

    return grouped


def _by_prompt(data: gs.Comparisons, folder: Path) -> gs.Comparisons:
    return _with_groups(data, data.prompts.to_pylist(), data.prompt)


def _with_groups(data: gs.Comparisons, names: list[str], group: NDArray[Any]) -> gs.Comparisons:
    return replace(data, groups=pa.array(names, data.groups.type), group=np.asarray(group, data.group.dtype))


GROUPS: dict[str, tuple[str, tuple[str, ...], Callable[[gs.Comparisons, Path], gs.Comparisons]]] = {
    "cems": ("gender", ("bt",), _of_people("psycho_cems_choice/users.csv", "gender")),
    "kidney1": ("coin or no coin", ("bt",), _of_people("kidney_allocation/study1.parquet", "group")),
    "ukp": ("side of the debate", ("bt",), _by_prompt),
}
"""Name -> what the groups are, the models, and the judgements with groups."""


def _measure(name: str, folder: Path, seeds: tuple[int, ...]) -> dict[str, Any]:
    what, models, grouped = GROUPS[name]
    data = load(name, folder)
    judgements = grouped(data.comparisons, folder)
    scored: dict[tuple[str, str, str, str], list[Scored]] = {}
    shares: dict[str, dict[str, list[float]]] = {likelihood: {} for likelihood in LIKELIHOODS}
    for seed in seeds:
        mixed = replace(judgements, group=np.random.default_rng(seed).permutation(judgements.group))
        for kind in KINDS:
            asked = mixed if kind == "shuffled" else judgements
            split = people_split(asked, data.nmax, data.mint, seed)
            for model in models:
                for likelihood in LIKELIHOODS:
                    fitted = gs.fit(
                        split.train,
                        model=model,  # type: ignore[arg-type]
                        validation=split.validation,
                        encoder=data.encoder,
                        likelihood=likelihood,
                        tie_by=None if kind == "one" else "group",
                        seed=seed,
                    )
                    for cell, figures in _scored(fitted, split, data.nmax, seed).items():
                        scored.setdefault((model, likelihood, cell, kind), []).append(figures)
                    if kind == "groups" and model == models[0] and fitted.tie_levels is not None:
                        for group, one in fitted.tie_levels.by_group().items():
                            shares[likelihood].setdefault(group, []).append(one.tie_share)
        print(f"{name}, seed {seed}", file=sys.stderr, flush=True)
    tied = np.bincount(judgements.group, judgements.is_tie) / np.maximum(np.bincount(judgements.group), 1)
    return {
        "title": data.title,
        "groups": what,
        "seeds": list(seeds),
        "ties_of_groups": dict(zip(judgements.groups.to_pylist(), tied.tolist(), strict=True)),
        "tie_share_of_equals": {
            likelihood: {group: float(np.mean(found)) for group, found in groups.items()}
            for likelihood, groups in shares.items()
        },
        "models": {
            model: {likelihood: _figures(scored, model, likelihood) for likelihood in LIKELIHOODS} for model in models
        },
    }


def _scored(model: gs.FittedModel, split: PeopleSplit, n_answers: int, seed: int) -> dict[str, Scored]:
    new = model.adapt_users(prefix(split.unseen_pool, n_answers), user_ids=split.unseen_test.user_ids)
    found = {}
    for cell, asked, whom in (("seen", split.seen_test, None), ("unseen", split.unseen_test, new)):
        predictions = model.predict(asked, whom)
        three = predictions.three_way
        found[cell] = Scored.of(asked, np.asarray(predictions.probability), three_way=three, seed=seed)
    return found


def _figures(scored: dict[tuple[str, str, str, str], list[Scored]], model: str, likelihood: str) -> dict[str, Any]:
    figures: dict[str, Any] = {}
    for cell in CELLS:
        pooled = {kind: Scored.pool(scored[model, likelihood, cell, kind]) for kind in KINDS}
        figures[cell] = {
            metric: {
                "one": pooled["one"].interval(metric),
                **{kind: pooled[kind].paired(pooled["one"], metric) for kind in KINDS[1:]},
            }
            for metric in METRICS
        }
    return figures


if __name__ == "__main__":
    main()
