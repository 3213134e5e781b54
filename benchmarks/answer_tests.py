"""How often do tests on the answers alone tell that people go in circles, or that they differ?

``python -m benchmarks.answer_tests`` makes sixty worlds of each of eight kinds, with four and with twelve
answers of each of 200 people: the five of ``benchmarks.whose_cycles``, circles of five items, and answers at random,
which are the edge of what the test for circles allows. It writes ``benchmarks/results/answer_tests.json`` after every
kind, and goes on where it was stopped.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from dataclasses import asdict
from itertools import product
from typing import Any

import numpy as np

from benchmarks.recording import Stopwatch, read_result, write_result
from benchmarks.whose_cycles import KINDS, PEOPLE
from gustibus.catalog import cycle_world, plural_world
from gustibus.comparisons import Comparisons
from gustibus.diagnosis import answer_tests

QUESTION = "How often do tests on the answers alone tell that people go in circles, or that they differ?"
ANSWERS, WORLDS, FIRST_SEED = (12, 4), 60, 1000


def _at_random(answers: int, seed: int, n_items: int = 5) -> Comparisons:
    """Every answer a toss of a coin."""
    rng = np.random.default_rng(seed)
    n = PEOPLE * answers
    a = rng.integers(0, n_items, n)
    return Comparisons.from_arrays(
        users=[f"user {i}" for i in range(PEOPLE)],
        responses=[f"item {i}" for i in range(n_items)],
        user=np.repeat(np.arange(PEOPLE), answers),
        response_a=a,
        response_b=(a + rng.integers(1, n_items, n)) % n_items,
        outcome=rng.integers(0, 2, n),
    )


def _of_five(make: Callable[..., Any]) -> Callable[[int, int], Comparisons]:
    def made(answers: int, seed: int) -> Comparisons:
        world = make(length=5, n_users=PEOPLE, comparisons_per_user=answers, seed=seed)
        return world.comparisons  # type: ignore[no-any-return]

    return made


def _of_kind(make: Callable[[int, int], Any]) -> Callable[[int, int], Comparisons]:
    return lambda answers, seed: make(answers, seed).comparisons


WORLD_KINDS: dict[str, tuple[bool, bool, Callable[[int, int], Comparisons]]] = {
    # name: somebody goes in circles, people differ, how it is made
    "answers at random": (False, False, _at_random),
    **{
        name: (
            truth.startswith("cycles within"),
            "tastes" in truth or "between" in truth or "differ" in truth,
            _of_kind(make),
        )
        for name, (truth, make) in KINDS.items()
    },
    "a cycle of five that all share": (True, False, _of_five(cycle_world)),
    "opposite cycles of five": (True, True, _of_five(plural_world)),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=QUESTION)
    parser.add_argument("--quick", action="store_true", help="two worlds of a kind; to results/quick")
    quick = parser.parse_args().quick
    watch = Stopwatch()
    worlds = 2 if quick else WORLDS
    setting = {"people": PEOPLE, "answers": list(ANSWERS), "worlds": worlds, "first_seed": FIRST_SEED}
    before = None if quick else read_result("answer_tests")
    rows: list[dict[str, Any]] = before["rows"] if before is not None and before["setting"] == setting else []
    done = {(row["world"], row["of_each"]) for row in rows}
    for answers, kind in product(ANSWERS, WORLD_KINDS):
        if (kind, answers) in done:
            continue
        circles, differ, make = WORLD_KINDS[kind]
        seeds = range(FIRST_SEED, FIRST_SEED + worlds)
        found = [asdict(answer_tests(make(answers, seed), seed=seed)) for seed in seeds]
        about = {"world": kind, "of_each": answers, "circles": circles, "differ": differ}
        rows.append(
            about | {"p_circles": [one["circles"] for one in found], "p_differ": [one["differ"] for one in found]}
        )
        print(kind, answers, file=sys.stderr, flush=True)
        result = {"question": QUESTION, "setting": setting, "rows": rows, "seconds": watch.read()}
        write_result("answer_tests", result, quick=quick)


if __name__ == "__main__":
    main()
