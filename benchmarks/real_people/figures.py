"""From the scores of several splits to figures with intervals, and to one sentence."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from benchmarks.real_people.study import DEVIATION, PAL, POPULATION, Cell, SplitScores
from gustibus.evaluation import Scored

__all__ = ["pooled_figures", "verdict"]


def pooled_figures(splits: Sequence[SplitScores]) -> dict[str, dict[str, dict[str, Any]]]:
    """Predictor -> cell -> figures, pooled over the splits; intervals resample people over all of them."""
    pooled: dict[str, dict[Cell, Scored]] = {
        name: {cell: Scored.pool([split.scores[name][cell] for split in splits]) for cell in cells}
        for name, cells in splits[0].scores.items()
    }
    return {
        name: {str(cell): _figures(scored, cell, pooled) for cell, scored in cells.items()}
        for name, cells in pooled.items()
    }


def _figures(scored: Scored, cell: Cell, pooled: dict[str, dict[Cell, Scored]]) -> dict[str, Any]:
    metrics = scored.metrics
    # The population knows nobody, so its prediction of unseen people is the same after any number of answers.
    population = pooled[POPULATION]["seen" if cell == "seen" else 0]
    deviation = pooled[DEVIATION][cell]
    return {
        "people": metrics.n_users,
        "judgements": metrics.n_records,
        "log_loss": scored.interval("log_loss"),
        "accuracy": scored.interval("accuracy"),
        "worst_decile_log_loss": scored.interval("worst_decile_log_loss"),
        "worst_decile_accuracy": metrics.worst_decile_accuracy,
        "ece": metrics.ece_debiased,
        "log_loss_against_population": scored.paired(population),
        "accuracy_against_population": scored.paired(population, "accuracy"),
        "log_loss_against_deviation": scored.paired(deviation),
    }


def verdict(figures: dict[str, dict[str, dict[str, Any]]]) -> str:
    """Whether it helps to know who answers, in a sentence or two.

    PAL-A is said to help where the whole interval of its paired difference from the population is below zero; a lot
    from 0.05 nats on, little below 0.01.
    """
    change = figures[PAL]["seen"]["log_loss_against_population"]
    most = max((cell for cell in figures[PAL] if cell != "seen"), key=int)
    new = figures[PAL][most]["log_loss_against_population"]
    plain = figures[PAL]["seen"]["log_loss_against_deviation"]
    if change.low <= 0 <= change.high:
        first = f"Who answers makes no difference that PAL-A could find: log loss changes by {change}."
    elif change.estimate > 0:
        first = f"Telling people apart with PAL-A does harm here: log loss rises by {change}."
    else:
        gain = -change.estimate
        how = "matters a lot" if gain >= 0.05 else "matters" if gain >= 0.01 else "matters very little"
        first = f"Who answers {how}: PAL-A changes the log loss of known people by {change} against the population."
    second = f"New people after {most} answers: {new}."
    if plain.low <= 0 <= plain.high:
        third = f"A plain ridge deviation per person does as well for known people ({plain})."
    elif plain.estimate > 0:
        third = f"A plain ridge deviation per person does better for known people (by {plain})."
    else:
        third = f"A plain ridge deviation per person does not reach it for known people ({plain})."
    return " ".join((first, second, third))
