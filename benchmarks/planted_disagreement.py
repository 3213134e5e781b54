"""Does ``noise_or_taste`` call a planted minority taste, and planted slips noise? Power and false alarms.

``python -m benchmarks.planted_disagreement`` writes ``benchmarks/results/planted_disagreement.json``: for each kind of
world and each size of what is planted, the share of worlds whose verdict is "taste" (level 5 %).

Worlds. People of one linear taste judge pairs of responses to prompts, with logistic noise. Then something is planted:
*flips* (every label is turned with one probability), *careless people* (a fifth of them, whose labels are turned with
that probability), *a minority* (a share of the people has another taste, at a right angle to the common one, or the
opposite one), or nothing while the map that models can learn is wrong (the true reward is curved) and half of the
people are asked about another kind of response than the others: the trap of any test of this sort.
"""

from __future__ import annotations

import argparse
import warnings
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from benchmarks.recording import Stopwatch, read_result, write_result
from gustibus.comparisons import Comparisons, DataWarning
from gustibus.diagnosis import NoiseOrTaste, cross_fit, fits_of, noise_or_taste
from gustibus.embedding import Vectors

N_FEATURES = 6
LEVEL = 0.05


@dataclass(frozen=True)
class Setting:
    """A kind of world.

    Attributes
    ----------
    n_people, n_answers, n_prompts
        Sizes; a prompt has three responses.
    flips, careless
        Probability that a label is turned: anybody's, and that of a fifth of the people.
    minority, opposite
        Shares of the people whose taste stands at a right angle to the common one, and is its opposite.
    curved
        How strongly the true reward departs from what a linear model can learn.
    own_kind
        Half of the people are asked about responses of another kind.
    """

    n_people: int = 60
    n_answers: int = 20
    n_prompts: int = 80
    flips: float = 0.0
    careless: float = 0.0
    minority: float = 0.0
    opposite: float = 0.0
    curved: float = 0.0
    own_kind: bool = False


def planted(setting: Setting, seed: int) -> tuple[Comparisons, Vectors]:
    """One world."""
    rng = np.random.default_rng(seed)
    features = rng.normal(size=(3 * setting.n_prompts, N_FEATURES))
    user = np.repeat(np.arange(setting.n_people), setting.n_answers)
    if setting.own_kind:
        features[: 3 * (setting.n_prompts // 2), 0] += 2.0
        half = setting.n_prompts // 2
        prompt = rng.integers(0, half, len(user)) + np.where(user % 2 == 0, 0, setting.n_prompts - half)
    else:
        prompt = rng.integers(0, setting.n_prompts, len(user))
    first = rng.integers(0, 3, len(user))
    a, b = 3 * prompt + first, 3 * prompt + (first + rng.integers(1, 3, len(user))) % 3
    common, other = _right_angled(rng)
    tastes = np.tile(common, (setting.n_people, 1))
    order = rng.permutation(setting.n_people)
    n_other, n_opposite = (round(share * setting.n_people) for share in (setting.minority, setting.opposite))
    tastes[order[:n_other]] = other
    tastes[order[n_other : n_other + n_opposite]] = -common
    reward = features @ tastes.T + setting.curved * np.sin(2 * features @ rng.normal(size=N_FEATURES))[:, None]
    outcome = rng.random(len(user)) < 1 / (1 + np.exp(reward[b, user] - reward[a, user]))
    turned = np.full(len(user), setting.flips)
    turned[np.isin(user, order[: setting.n_people // 5])] += setting.careless
    outcome ^= rng.random(len(user)) < turned
    responses = [f"response {i}" for i in range(len(features))]
    data = Comparisons.from_arrays(
        users=[f"person {i}" for i in range(setting.n_people)],
        prompts=[f"prompt {i}" for i in range(setting.n_prompts)],
        responses=responses, user=user, prompt=prompt, response_a=a, response_b=b, outcome=outcome,
    )  # fmt: skip
    return data, Vectors(responses, features)


def _right_angled(rng: np.random.Generator) -> tuple[Any, Any]:
    """Two tastes of length 1.5 at a right angle."""
    directions, _ = np.linalg.qr(rng.normal(size=(N_FEATURES, 2)))
    return 1.5 * directions[:, 0], 1.5 * directions[:, 1]


def verdict(setting: Setting, seed: int) -> NoiseOrTaste:
    """What the test says of one world: one model of three folds, 199 permutations."""
    data, encoder = planted(setting, seed)
    fit = fits_of(
        "bt", encoder=encoder, data=data, components=N_FEATURES, whiten=False, item_offsets=False, shared_penalty=1.0
    )
    crossed = cross_fit(data, fit, n_models=1, folds=3, seed=seed)
    items = data.items()
    vectors = encoder.encode_items(items.prompt_texts(), items.response_texts())
    return noise_or_taste(data, crossed, vectors, n_permutations=199, seed=seed, level=LEVEL)


CURVES: dict[str, tuple[str, dict[str, Setting]]] = {
    "flips": ("probability that a label is turned", {str(e): Setting(flips=e) for e in (0.0, 0.1, 0.2, 0.3)}),
    "careless people": (
        "probability that a careless person's label is turned",
        {str(e): Setting(careless=e) for e in (0.2, 0.35, 0.5)},
    ),
    "wrong map, own kind of questions": (
        "how curved the reward is",
        {str(c): Setting(curved=c, own_kind=True) for c in (1.0, 2.0)},
    ),
    "minority": (
        "share of people with the other taste",
        {str(m): Setting(minority=m) for m in (0.05, 0.1, 0.2, 0.3)},
    ),
    "minority, a fifth of all labels turned": (
        "share of people with the other taste",
        {str(m): Setting(minority=m, flips=0.2) for m in (0.05, 0.1, 0.2, 0.3)},
    ),
    "minority of a fifth, by answers": (
        "answers a person",
        {str(n): Setting(minority=0.2, n_answers=n) for n in (5, 10, 20, 40)},
    ),
    "opposite minority": (
        "share of people with the opposite taste",
        {str(m): Setting(opposite=m) for m in (0.03, 0.05, 0.1)},
    ),
}
"""Name -> what is varied, and the settings by its value. The first three are noise, the others taste."""

NOISE = ("flips", "careless people", "wrong map, own kind of questions")


def main() -> None:
    parser = argparse.ArgumentParser(description="Power and false alarms of noise_or_taste.")
    parser.add_argument("--quick", action="store_true", help="20 worlds a point; written to results/quick")
    quick = parser.parse_args().quick
    warnings.simplefilter("ignore", DataWarning)
    watch, n_worlds = Stopwatch(), 20 if quick else 100
    before = None if quick else read_result("planted_disagreement")
    curves: dict[str, Any] = dict(before["curves"]) if before and before["worlds"] == n_worlds else {}
    for name, (varied, settings) in CURVES.items():
        if name in curves:
            continue  # measured before
        points = {}
        for value, setting in settings.items():
            found = [verdict(setting, seed) for seed in range(n_worlds)]
            points[value] = {
                "taste": float(np.mean([one.verdict == "taste" for one in found])),
                "too_few": float(np.mean([one.verdict == "too few to tell" for one in found])),
                "agreement": float(np.mean([one.agreement for one in found])),
                "agreement_by_chance": float(np.mean([one.agreement_by_chance for one in found])),
                "within": found[0].within,
                "setting": asdict(setting),
            }
            print(f"{name}, {value}: taste in {points[value]['taste']:.0%} of {n_worlds} worlds", flush=True)
        curves[name] = {"varied": varied, "is_noise": name in NOISE, "points": points}
        result = {
            "what": "share of worlds in which noise_or_taste says taste, at 5 %",
            "worlds": n_worlds, "level": LEVEL, "permutations": 199, "curves": curves, "seconds": watch.read(),
        }  # fmt: skip
        write_result("planted_disagreement", result, quick=quick)


if __name__ == "__main__":
    main()
