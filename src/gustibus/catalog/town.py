"""The town: real sentences in known styles, and people with known tastes who judge them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from gustibus.catalog.ideal_point_truth import IdealPointTruth
from gustibus.catalog.town_grammar import POLES, STYLES, compose, situations
from gustibus.comparisons import Comparisons, GustibusError

__all__ = ["Styles", "Tastes", "Town", "town"]

Floats = NDArray[np.float64]

_IDEAL_POINTS: Final[dict[str, tuple[float, ...]]] = {
    # length, formality, concreteness, boldness, warmth, playfulness
    "the brisk": (-1.0, -0.2, 0.6, 0.7, -0.6, -0.6),
    "the warm": (0.3, -0.2, 0.2, 0.0, 1.2, 0.2),
    "the careful": (0.8, 0.8, 0.6, -0.9, 0.1, -0.5),
    "the playful": (-0.3, -0.8, -0.2, 0.5, 0.5, 1.2),
}
_FEWEST_RESPONSES: Final = 2  # one comparison needs two
_MOST_RESPONSES: Final = 12  # beyond this, styles on one prompt become too alike to be worth reading


@dataclass(frozen=True, eq=False)
class Styles:
    """The true style of every response.

    Attributes
    ----------
    names
        The ``d`` dimensions.
    poles
        For each dimension what -1 and 1 mean, e.g. ``("short", "long")``.
    responses
        The ``n`` texts.
    prompts
        The prompt that each response answers, length ``n``.
    levels
        ``(n, d)``, each -1, 0 or 1.
    """

    names: tuple[str, ...]
    poles: tuple[tuple[str, str], ...]
    responses: tuple[str, ...]
    prompts: tuple[str, ...]
    levels: NDArray[np.int8]

    def describe(self, response: str) -> str:
        """The style of a response in words, e.g. ``"short, chatty, warm"``; ``"even"`` where nothing stands out.

        Raises
        ------
        GustibusError
            If the response is not one of the town's.
        """
        if response not in self.responses:
            raise GustibusError(f"The town never wrote {response[:60]!r}. Give one of styles.responses, word for word.")
        levels = self.levels[self.responses.index(response)].tolist()
        words = [poles[level > 0] for poles, level in zip(self.poles, levels, strict=True) if level]
        return ", ".join(words) or "even"


@dataclass(frozen=True, eq=False)
class Tastes:
    """The pure tastes of which every person is a mixture.

    Attributes
    ----------
    names
        ``K`` names.
    ideal_points
        ``(K, d)`` the style each would like best.
    """

    names: tuple[str, ...]
    ideal_points: Floats


@dataclass(frozen=True, eq=False, repr=False)
class Town:
    """What :func:`town` made.

    Attributes
    ----------
    comparisons
        The judgements; source "simulated", outcomes 0 or 1, no ties.
    styles, tastes
        What was written and what is liked.
    weights
        ``(people, tastes)`` rows on the simplex, in the order of ``truth.user_ids``.
    truth
        True log-odds, rewards, vote shares and ceilings.
    """

    comparisons: Comparisons
    styles: Styles
    tastes: Tastes
    weights: Floats
    truth: IdealPointTruth

    def __repr__(self) -> str:
        return f"Town({len(self.comparisons):,} judgements, {self.truth!r})"

    def log_odds(self, comparisons: Comparisons) -> Floats:
        """True log-odds ``(M,)`` that each judge prefers a."""
        return self.truth.log_odds(comparisons)

    def bayes_accuracy(self, comparisons: Comparisons) -> float:
        """Expected accuracy of somebody who knows every taste and every style: the ceiling."""
        return self.truth.bayes_accuracy(comparisons)

    def bayes_log_loss(self, comparisons: Comparisons) -> float:
        """Expected log loss (nats) of somebody who knows every taste and every style."""
        return self.truth.bayes_log_loss(comparisons)

    def one_taste_accuracy(self, comparisons: Comparisons) -> float:
        """Expected accuracy of the best answers that are the same for everybody."""
        return self.truth.one_taste_accuracy(comparisons)

    def liking(self, responses: Sequence[str]) -> Floats:
        """``(tastes, len(responses))`` true rewards in log-odds of each pure taste."""
        return self.truth.prototype_rewards(responses)


def town(
    *,
    n_people: int = 300,
    comparisons_per_person: int = 40,
    n_prompts: int = 252,
    responses_per_prompt: int = 5,
    concentration: float = 0.3,
    scale: float = 1.1,
    seed: int = 0,
) -> Town:
    """Make a town whose people judge short texts by their style.

    Everyday questions (recipes, travel, repairs, small worries, recommendations, home) are answered several times each
    by a grammar that varies six things: length, formality, concreteness, boldness, warmth and playfulness, each at
    three levels. A person is a Dirichlet mixture of four tastes (the brisk, the warm, the careful, the playful) and so
    has an ideal point in the space of styles; nearer is better, with logistic noise (:class:`IdealPointTruth`).
    A person judges each pair of responses to one prompt at most once; sides are drawn at random.

    With the defaults somebody who knows everything is right in about 85 % of the judgements, and the best answers that
    are the same for everybody in about 70 %.

    Parameters
    ----------
    n_people, comparisons_per_person
        How many people judge, and how often each.
    n_prompts, responses_per_prompt
        How many questions there are (at most 252), and how many answers to each (2 to 12).
    concentration
        Of the Dirichlet; below 1 most people are close to one taste.
    scale
        Log-odds per unit of squared distance: the larger, the less noise.
    seed
        Equal seeds give equal towns. The texts depend on ``n_prompts``, ``responses_per_prompt`` and the seed only.

    Raises
    ------
    GustibusError
        If a number is out of range.

    Examples
    --------
    >>> here = town(n_people=20, n_prompts=10, comparisons_per_person=30, seed=0)
    >>> here.tastes.names
    ('the brisk', 'the warm', 'the careful', 'the playful')
    >>> here.one_taste_accuracy(here.comparisons) < here.bayes_accuracy(here.comparisons)
    True
    """
    _check(n_people, comparisons_per_person, n_prompts, responses_per_prompt, concentration, scale)
    text_rng, people_rng = (np.random.default_rng(s) for s in np.random.SeedSequence(seed).spawn(2))
    styles = _written(n_prompts, responses_per_prompt, text_rng)
    tastes = Tastes(tuple(_IDEAL_POINTS), np.array(list(_IDEAL_POINTS.values())))
    weights = people_rng.dirichlet(np.full(len(tastes.names), concentration), n_people)
    people = tuple(f"person-{u + 1:0{len(str(n_people))}d}" for u in range(n_people))
    truth = IdealPointTruth(
        people, styles.responses, styles.levels.astype(np.float64), tastes.ideal_points, weights, float(scale)
    )
    comparisons = _judged(truth, styles, responses_per_prompt, comparisons_per_person, people_rng)
    return Town(comparisons, styles, tastes, truth.weights, truth)


def _written(n_prompts: int, per_prompt: int, rng: np.random.Generator) -> Styles:
    """Prompts in random order, each answered in ``per_prompt`` different styles; no text occurs twice."""
    topics = [(situation, about) for situation in situations() for about in situation.about]
    prompts: list[str] = []
    responses: dict[str, tuple[int, ...]] = {}
    for chosen in rng.permutation(len(topics))[:n_prompts]:
        situation, about = topics[chosen]
        prompt = situation.ask(about, rng)
        wanted = len(responses) + per_prompt
        used: set[tuple[int, ...]] = set()
        while len(responses) < wanted:
            style = tuple(rng.integers(-1, 2, len(STYLES)).tolist())
            text = compose(situation, about, style, rng)
            if style not in used and text not in responses:
                used.add(style)
                responses[text] = style
                prompts.append(prompt)
    levels = np.array(list(responses.values()), dtype=np.int8)
    levels.flags.writeable = False
    return Styles(STYLES, tuple(POLES[name] for name in STYLES), tuple(responses), tuple(prompts), levels)


def _judged(
    truth: IdealPointTruth, styles: Styles, per_prompt: int, per_person: int, rng: np.random.Generator
) -> Comparisons:
    """Every person judges ``per_person`` different pairs of responses to one prompt."""
    first, second = np.triu_indices(per_prompt, 1)
    n_prompts = len(styles.responses) // per_prompt
    pairs = len(first) * n_prompts
    user = np.repeat(np.arange(len(truth.user_ids)), per_person)
    pair = np.concatenate([rng.choice(pairs, per_person, replace=False) for _ in truth.user_ids])
    prompt, within = np.divmod(pair, len(first))
    swapped = rng.random(len(user)) < 0.5
    left, right = per_prompt * prompt + first[within], per_prompt * prompt + second[within]
    a, b = np.where(swapped, right, left), np.where(swapped, left, right)
    ideal, z = truth.ideal_points[user], truth.positions
    log_odds = 2 * truth.scale * ((z[a] - z[b]) * (ideal - (z[a] + z[b]) / 2)).sum(1)
    return Comparisons.from_arrays(
        users=truth.user_ids, prompts=styles.prompts[::per_prompt], responses=styles.responses,
        user=user, prompt=prompt, response_a=a, response_b=b,
        outcome=(rng.random(len(user)) < 1 / (1 + np.exp(-log_odds))).astype(np.float32),
        sources=["simulated"], source=np.zeros(len(user), np.int8),
    )  # fmt: skip


def _check(n_people: int, per_person: int, n_prompts: int, per_prompt: int, concentration: float, scale: float) -> None:
    n_topics = sum(len(situation.about) for situation in situations())
    limits = {
        "n_people": (n_people, 1, None),
        "n_prompts": (n_prompts, 1, n_topics),
        "responses_per_prompt": (per_prompt, _FEWEST_RESPONSES, _MOST_RESPONSES),
    }
    for name, (value, least, most) in limits.items():
        if value < least or (most is not None and value > most):
            allowed = f"from {least} to {most}" if most is not None else f"at least {least}"
            raise GustibusError(f"{name} is {value}, but must be {allowed}. Give another {name}.")
    pairs = n_prompts * per_prompt * (per_prompt - 1) // 2
    if not 1 <= per_person <= pairs:
        raise GustibusError(
            f"comparisons_per_person is {per_person}, but {n_prompts} prompts with {per_prompt} responses make {pairs} "
            f"pairs, and nobody judges a pair twice. Give 1 to {pairs}, or more prompts."
        )
    for name, number in {"concentration": concentration, "scale": scale}.items():
        if not (np.isfinite(number) and number > 0):
            raise GustibusError(f"{name} is {number}, but must be a finite number above 0.")
