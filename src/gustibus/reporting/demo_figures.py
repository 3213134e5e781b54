"""The demo's four figures, each with a title, what to see in it, and a description for whoever cannot see it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from gustibus.evaluation import Interval, ece
from gustibus.reporting.demo_result import DemoResult, Scores
from gustibus.reporting.n_shot_curve import Curve, n_shot_curve
from gustibus.reporting.page_parts import PageFigure, estimate_of
from gustibus.reporting.prototype_curve import prototype_curve
from gustibus.reporting.reliability import reliability_diagram
from gustibus.reporting.taste_map import taste_map
from gustibus.reporting.taste_plane import place_tastes, taste_plane

__all__ = ["demo_figures"]


def demo_figures(result: DemoResult) -> dict[str, PageFigure]:
    """Draw ``"map"``, ``"n-shot"``, ``"prototypes"`` (if a model has any) and ``"reliability"``.

    Every number in a caption is computed from the result.
    """
    drawn = {"map": _map(result), "n-shot": _n_shot(result)}
    if any(model.n_prototypes is not None for model in result.models):
        drawn["prototypes"] = _prototypes(result)
    return drawn | {"reliability": _reliability(result)}


def _map(result: DemoResult) -> PageFigure:
    found = result.taste_map
    responses, people = np.asarray(found.responses, float), np.asarray(found.people, float)
    plane = taste_plane(result.prototypes, responses)
    truth, seen_truth = None, ""
    if found.true_weights is not None:
        corners = place_tastes(people, found.true_weights)
        truth = plane.project(corners)
        off = np.linalg.norm(corners[:, None] - result.prototypes[None], axis=-1).min(1).mean()
        seen_truth = (
            f" The rings are the {len(truth)} true tastes, which the model was never told; on average a star lies "
            f"{off:.2f} from a ring."
        )
        between = np.linalg.norm(corners[:, None] - corners[None], axis=-1)
        if len(corners) > 1:
            apart = between[np.triu_indices(len(corners), 1)].mean()
            seen_truth = seen_truth.removesuffix(".") + f", while the rings are {apart:.2f} apart."
    placed = plane.project(responses)
    figure = taste_map(
        placed, plane.project(result.prototypes), plane.project(people), found.weights,
        true_tastes=truth, true_names=found.true_names or None,
    )  # fmt: skip
    mostly_one = float((np.asarray(found.weights, float).max(1) > 0.8).mean())
    axes = figure.axes[0]
    limits = np.array([axes.get_xlim(), axes.get_ylim()]).T
    outside = int(((placed < limits[0]) | (placed > limits[1])).any(axis=1).sum())
    farther = f" ({outside:,} lie farther out)" if outside else ""
    caption = (
        f"Every faint point is one of {len(responses):,} responses{farther}, every coloured mark one of "
        f"{len(people):,} people, and the {len(result.prototypes)} stars are the tastes that {result.headline} learned "
        f"from their answers alone. Nearer is better: people like what lies around them. {mostly_one:.0%} of them are "
        f"almost purely of one taste (weight above 0.8), the others stand between tastes.{seen_truth}"
        f" The plane shows {plane.share_shown(people):.0%} of how people differ."
    )
    alt = (
        f"Scatter plot of {len(responses)} responses, {len(people)} people and {len(result.prototypes)} learned "
        f"tastes, with the people between the tastes; {mostly_one:.0%} of them are almost purely of one."
    )
    return PageFigure("A map of tastes", figure, caption, alt)


def _n_shot(result: DemoResult) -> PageFigure:
    ceiling = estimate_of(result.ceiling.new[-1].accuracy)
    curves = [_curve(model.name, model.new) for model in result.models]
    figure = n_shot_curve(result.shots, curves, ceiling=ceiling)
    path = [estimate_of(scores.accuracy) for scores in result.best.new]
    last = result.shots[-1]
    middle = len(result.shots) // 2
    caption = (
        f"A person nobody has met: before the first answer {result.headline} is right in {path[0]:.1%} of the "
        f"judgements, after {_answers(result.shots[middle])} in {path[middle]:.1%}, after {last} in {path[-1]:.1%}; "
        f"knowing everything would give {ceiling:.1%}. A model with the same answer for everybody "
        f"({result.baseline.name}) ends at {estimate_of(result.baseline.new[-1].accuracy):.1%}. Bands are 95% "
        "intervals over people."
    )
    alt = (
        f"Line chart of accuracy on new people against their number of answers, 0 to {last}: {result.headline} goes "
        f"from {path[0]:.3f} to {path[-1]:.3f}, the best possible is {ceiling:.3f}."
    )
    return PageFigure("What a few answers of a new person are worth", figure, caption, alt)


def _prototypes(result: DemoResult) -> PageFigure:
    family = sorted((m for m in result.models if m.n_prototypes is not None), key=lambda m: m.n_prototypes or 0)
    numbers = [model.n_prototypes or 0 for model in family]
    last = result.shots[-1]
    curves = [
        _curve("seen people", [model.seen for model in family]),
        _curve(f"new, {last} answers", [model.new[-1] for model in family]),
    ]
    ceiling = estimate_of(result.ceiling.seen.accuracy)
    figure = prototype_curve(numbers, curves, ceiling=ceiling, true_number=result.true_number)
    seen = [estimate_of(model.seen.accuracy) for model in family]
    steps = ", ".join(f"{value:.3f} with K = {k}" for k, value in zip(numbers, seen, strict=True))
    truth = "" if result.true_number is None else f" The town was built from {result.true_number}."
    caption = (
        f"How many tastes are worth having? On people the model knows, accuracy is {steps}; the best possible is "
        f"{ceiling:.3f}.{truth} Bars are 95% intervals over people."
    )
    alt = f"Accuracy against the number of tastes: on seen people {steps}; the best possible is {ceiling:.3f}."
    return PageFigure("How many tastes?", figure, caption, alt)


def _reliability(result: DemoResult) -> PageFigure:
    figure = reliability_diagram(result.reliability)
    gaps = ", ".join(f"{ece(p, y):.3f} for {name}" for name, (p, y) in result.reliability.items())
    sure = ", ".join(
        f"{np.maximum(np.asarray(p), 1 - np.asarray(p)).mean():.3f} from {name}"
        for name, (p, _) in result.reliability.items()
    )
    caption = (
        "Of the judgements predicted with 80%, 80% should turn out that way: on the "
        f"dashed line they do. The mean distance from it (expected calibration error) is {gaps}. The bars below show "
        f"how often each probability is used; the favoured side gets {sure} on average. Intervals are 95% (Wilson)."
    )
    alt = f"Reliability diagram of observed against predicted shares; expected calibration error {gaps}."
    return PageFigure("Do the probabilities come true?", figure, caption, alt)


def _curve(name: str, scores: Sequence[Scores]) -> Curve:
    figures = [s.accuracy for s in scores]
    value = [estimate_of(figure) for figure in figures]
    if not any(isinstance(figure, Interval) for figure in figures):
        return Curve(name, value)
    low = [figure.low if isinstance(figure, Interval) else figure for figure in figures]
    high = [figure.high if isinstance(figure, Interval) else figure for figure in figures]
    return Curve(name, value, low, high)


def _answers(n: int) -> str:
    return "1 answer" if n == 1 else f"{n} answers"
