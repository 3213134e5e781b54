"""From the trials of several rounds to figures with intervals over people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from gustibus.evaluation import Interval, PeopleSplit, Scored
from gustibus.study.model_choice import ModelChoice
from gustibus.study.rows import Figures, ModelRow
from gustibus.study.trial import SEEN, VALIDATION, Cell, Trial

__all__ = ["Pooled", "pooled_rows"]


@dataclass(frozen=True, eq=False)
class Pooled:
    """All rounds of one model; whoever is tested in several of them stays one person.

    Attributes
    ----------
    trials
        By round.
    scored
        By cell, over all rounds.
    by_round
        Log loss of each round, by cell.
    """

    trials: tuple[Trial, ...]
    scored: Mapping[Cell, Scored]
    by_round: Mapping[Cell, tuple[float, ...]]

    @classmethod
    def of(
        cls, trials: Sequence[Trial], splits: Sequence[PeopleSplit], shots: Sequence[int], *, n_boot: int = 1000
    ) -> Pooled:
        """Put trials beside what was said in their rounds."""
        cells: tuple[Cell, ...] = (VALIDATION, SEEN, *shots)
        parts = {
            cell: [
                trial.scored(split, cell, n_boot=n_boot) for trial, split in zip(trials, splits, strict=True)
            ]
            for cell in cells
        }  # fmt: skip
        return cls(
            tuple(trials),
            {cell: Scored.pool(scores) for cell, scores in parts.items()},
            {cell: tuple(score.log_loss for score in scores) for cell, scores in parts.items()},
        )


def pooled_rows(
    pooled: Mapping[str, Pooled], choices: Mapping[str, ModelChoice], reference: str
) -> tuple[ModelRow, ...]:
    """One row a model, each with its differences from the reference on the same judgements."""
    base = pooled[reference]
    one_taste = next((found for name, found in pooled.items() if choices[name].options.get("model") == "bt"), None)
    rows = []
    for name, found in pooled.items():
        cells = {
            cell: _figures(scored, found.by_round[cell], None if name == reference else base.scored[cell])
            for cell, scored in found.scored.items()
        }
        numbers = [trial.numbers for trial in found.trials]
        rows.append(
            ModelRow(
                name=name,
                options=dict(choices[name].options),
                validation=cells[VALIDATION],
                seen=cells[SEEN],
                unseen={cell: figures for cell, figures in cells.items() if isinstance(cell, int)},
                gain_over_population=_gain(found, one_taste),
                shared_numbers=_mean([one.shared for one in numbers]),
                numbers_each_person=_mean([one.each_person for one in numbers]),
                seconds_to_fit=_mean([trial.seconds["fit"] for trial in found.trials]),
                seconds_to_predict=_mean([trial.seconds["predictions"] for trial in found.trials]),
                choices=tuple(dict(trial.choices) for trial in found.trials),
            )
        )
    return tuple(rows)


def _figures(scored: Scored, by_round: tuple[float, ...], base: Scored | None) -> Figures:
    return Figures(
        people=scored.metrics.n_users,
        judgements=scored.metrics.n_records,
        log_loss=scored.interval("log_loss"),
        accuracy=scored.interval("accuracy"),
        ece=scored.metrics.ece_debiased,
        worst_decile_log_loss=scored.metrics.worst_decile_log_loss,
        log_loss_by_seed=by_round,
        log_loss_change=None if base is None else scored.paired(base, "log_loss"),
        accuracy_change=None if base is None else scored.paired(base, "accuracy"),
    )


def _gain(found: Pooled, one_taste: Pooled | None) -> Interval | None:
    if one_taste is None or found is one_taste:
        return None
    return found.scored[VALIDATION].paired(one_taste.scored[VALIDATION])


def _mean(values: Sequence[float]) -> float:
    return float(np.mean(values))
