"""Is the p-value of the group audit uniform when groups carry nothing, and does it find groups that do?

Simulates many small worlds of groups of people, fits group deviations to half of each group's people, and audits them
on the other half: with ids permuted within pairs, with people as units, with the approximate residual null, and with
the naive free shuffle that must not be used. Writes benchmarks/results/group_audit.json; five minutes on one core.

Run: python -m benchmarks.group_audit [--quick]
"""

from __future__ import annotations

import argparse
import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import kstest

from benchmarks.recording import Stopwatch, write_result
from gustibus.comparisons import Comparisons, DataWarning
from gustibus.evaluation import group_audit, people_in_halves

Floats = NDArray[np.float64]

N_GROUPS, N_ITEMS_EACH, N_FEATURES = 4, 12, 3
N_PERMUTATIONS = 399


@dataclass(frozen=True)
class Setting:
    """What a simulated world is like.

    Attributes
    ----------
    common
        Share of questions that all groups are asked; the rest are about items that only one group sees.
    curved
        Size of what the linear map cannot represent (log-odds).
    groups, people
        Standard deviation of each feature's weight between groups, and between the people of one group.
    n_people
        People a group.
    n_answers
        Answers a person.
    repeated
        Whether items come from pools of twelve, so that pairs repeat, or are new in every question.
    """

    common: float = 1.0
    curved: float = 0.0
    groups: float = 0.0
    people: float = 0.0
    n_people: int = 40
    n_answers: int = 6
    repeated: bool = True


@dataclass(frozen=True)
class Audited:
    """The half of a world that is audited, and what a model fitted to the other half predicts for it.

    Attributes
    ----------
    data
        M judgements.
    own
        Log-odds predicted for each judgement's own group, shape (M,).
    each
        Log-odds predicted for every group, shape (M, n_groups).
    everybody
        Log-odds predicted for the population, shape (M,).
    group
        Column of ``each`` of a judgement's own group, shape (M,).
    """

    data: Comparisons
    own: Floats
    each: Floats
    everybody: Floats
    group: NDArray[np.intp]


def simulate(setting: Setting, seed: int) -> Audited:
    """Draw a world, fit the groups on one half of their people, predict for the other half."""
    rng = np.random.default_rng(seed)
    data, features = _world(setting, rng)
    learn, judge = people_in_halves(data, seed)
    taste, deviation = _group_tastes(_difference(learn, features), learn.group, learn.outcome.astype(np.float64))
    asked = _difference(judge, features)
    everybody = asked @ taste
    each = everybody[:, None] + asked @ deviation.T
    group = judge.group.astype(np.intp)
    return Audited(judge, each[np.arange(len(group)), group], each, everybody, group)


def _questions(
    setting: Setting, group: NDArray[np.intp], rng: np.random.Generator
) -> tuple[Floats, NDArray[np.intp], NDArray[np.intp]]:
    """Items, and the two of each question: from a pool for all, or from the group's own elsewhere in feature space."""
    n = len(group)
    centres = np.vstack([np.zeros(N_FEATURES), 1.5 * rng.normal(size=(N_GROUPS, N_FEATURES))])
    pool = np.where(rng.random(n) < setting.common, 0, 1 + group)
    if setting.repeated:
        a = rng.integers(0, N_ITEMS_EACH, n)
        b = (a + rng.integers(1, N_ITEMS_EACH, n)) % N_ITEMS_EACH
        a, b = pool * N_ITEMS_EACH + a, pool * N_ITEMS_EACH + b
        where = np.repeat(centres, N_ITEMS_EACH, axis=0)
    else:
        a, b = np.arange(n), n + np.arange(n)
        where = np.tile(centres[pool], (2, 1))
    return where + rng.normal(size=where.shape), a, b


def _world(setting: Setting, rng: np.random.Generator) -> tuple[Comparisons, Floats]:
    """Judgements, and the features of their responses."""
    n_people = N_GROUPS * setting.n_people
    user = np.repeat(np.arange(n_people), setting.n_answers)
    group = user % N_GROUPS
    features, a, b = _questions(setting, group, rng)
    taste = rng.normal(size=N_FEATURES) * 0.7
    by_group = setting.groups * rng.normal(size=(N_GROUPS, N_FEATURES))
    by_person = setting.people * rng.normal(size=(n_people, N_FEATURES))
    bend = setting.curved * np.sin(2 * features @ rng.normal(size=N_FEATURES))
    weights = taste + by_group[group] + by_person[user]
    s = np.einsum("nf,nf->n", weights, features[a] - features[b]) + bend[a] - bend[b]
    outcome = rng.random(len(s)) < 1 / (1 + np.exp(-s))
    data = Comparisons.from_arrays(
        users=[f"p{u:04d}" for u in range(n_people)],
        groups=[f"g{g}" for g in range(N_GROUPS)],
        responses=[f"x{i}" for i in range(len(features))],
        user=user,
        group=group,
        response_a=a,
        response_b=b,
        outcome=outcome.astype(float),
    )
    return data, features


def _difference(data: Comparisons, features: Floats) -> Floats:
    return np.asarray(features[data.response_a] - features[data.response_b])


def _group_tastes(x: Floats, group: NDArray[np.int32], outcome: Floats) -> tuple[Floats, Floats]:
    """One linear taste for all, shape (F,), and each group's ridge-penalised deviation from it, shape (n_groups, F)."""
    mine = np.eye(N_GROUPS)[group]
    design = np.hstack([x, (mine[:, :, None] * x[:, None, :]).reshape(len(x), -1)])
    precision = np.repeat([0.1, 3.0], [N_FEATURES, N_GROUPS * N_FEATURES])
    theta = np.zeros(len(precision))
    for _ in range(8):  # Newton's method: the gradient is below 1e-6 after six steps
        p = 1 / (1 + np.exp(-design @ theta))
        gradient = design.T @ (p - outcome) + precision * theta
        curvature = (design * (p * (1 - p))[:, None]).T @ design + np.diag(precision)
        theta -= np.linalg.solve(curvature, gradient)
    return theta[:N_FEATURES], theta[N_FEATURES:].reshape(N_GROUPS, N_FEATURES)


def naive_p_value(audited: Audited, n_permutations: int, seed: int) -> float:
    """The test not to use: group ids shuffled over all judgements, whatever these ask."""
    rng = np.random.default_rng(seed)
    rows = np.arange(len(audited.group))
    likelihood = audited.data.outcome[:, None] * audited.each - np.logaddexp(0, audited.each)
    observed = likelihood[rows, audited.group].sum()
    shuffled = [likelihood[rows, rng.permutation(audited.group)].sum() for _ in range(n_permutations)]
    return float((1 + np.sum(np.array(shuffled) >= observed - 1e-9)) / (n_permutations + 1))


def p_values(setting: Setting, seeds: range, n_permutations: int = N_PERMUTATIONS) -> dict[str, Floats]:
    """P-values of every test in one world a seed, each of shape (n_seeds,)."""
    found: dict[str, list[float]] = {"within pairs": [], "people within pairs": [], "residuals": [], "naive": []}
    for seed in seeds:
        world = simulate(setting, seed)
        options: dict[str, Any] = {"n_permutations": n_permutations, "seed": seed}
        if setting.common > 0 and setting.repeated:
            exact = group_audit(world.own, world.data, null="pairs", unit="judgement", **options)
            found["within pairs"].append(exact.p_value)
            people = group_audit(world.own, world.data, null="pairs", unit="person", **options)
            found["people within pairs"].append(people.p_value)
        residuals = group_audit(
            world.own, world.data, null="residuals", unit="judgement", population=world.everybody, **options
        )
        found["residuals"].append(residuals.p_value)
        found["naive"].append(naive_p_value(world, n_permutations, seed))
    return {name: np.array(values) for name, values in found.items() if values}


SETTINGS = {
    "no groups, same questions": Setting(),
    "no groups, half of the questions own, map imperfect": Setting(common=0.5, curved=2.0),
    "no groups, all questions own, map imperfect": Setting(common=0.0, curved=2.0),
    "no groups, all questions own, map right": Setting(common=0.0),
    "no groups, same kind of questions never repeated, map imperfect": Setting(curved=2.0, repeated=False),
    "no groups, but people differ": Setting(people=1.5, n_answers=20, n_people=20),
    "no groups, but people differ, half of the questions own, map imperfect": Setting(
        common=0.5, curved=2.0, people=1.5, n_answers=20, n_people=20
    ),
    "weak groups": Setting(groups=0.3),
    "weak groups, half of the questions own, map imperfect": Setting(common=0.5, curved=2.0, groups=0.3),
    "weak groups, same kind of questions never repeated": Setting(groups=0.3, repeated=False),
    "groups": Setting(groups=0.7),
    "groups, and people differ": Setting(groups=0.7, people=1.5, n_answers=20, n_people=20),
}


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure the group audit.")
    parser.add_argument("--quick", action="store_true")
    quick = parser.parse_args().quick
    warnings.simplefilter("ignore", DataWarning)
    watch, n_worlds = Stopwatch(), 40 if quick else 400
    result: dict[str, Any] = {}
    for name, setting in SETTINGS.items():
        result[name] = {
            test: {
                "rejected at .05": float(np.mean(p <= 0.05)),
                "ks_p_value": float(kstest(p, "uniform").pvalue),
                "mean": float(p.mean()),
            }
            for test, p in p_values(setting, range(n_worlds)).items()
        }
        print(name, flush=True)
        for test, figures in result[name].items():
            print(f"    {test}: {figures['rejected at .05']:.3f} (uniform: p {figures['ks_p_value']:.2g})", flush=True)
    what = "share of worlds in which each test rejects at 5 %, and how far its p-values are from uniform"
    write_result(
        "group_audit",
        {"what": what, "worlds": n_worlds, "permutations": N_PERMUTATIONS, "settings": result, "seconds": watch.read()},
        quick=quick,
    )


if __name__ == "__main__":
    main()
