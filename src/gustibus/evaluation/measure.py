"""All the figures of one set of predictions at once."""

from __future__ import annotations

from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import ArrayLike

from gustibus.evaluation.by_user import sums_by_user, worst_group
from gustibus.evaluation.calibration import ece, ece_debiased
from gustibus.evaluation.metrics import checked, record_accuracy, record_brier, record_log_loss

__all__ = ["Metrics", "measure"]


@dataclass(frozen=True)
class Metrics:
    """What one set of predictions is worth. Losses in nats; only the accuracies are better when higher.

    Attributes
    ----------
    n_records, n_users
        What was scored: judgements, and people with at least one of them.
    log_loss, accuracy, brier
        Weighted means over records.
    ece, ece_debiased
        Expected calibration error in ten bins of equal weight, plain and without sampling noise.
    macro_log_loss, macro_accuracy, macro_brier
        Means over people of each person's own mean.
    worst_decile_log_loss, worst_decile_accuracy
        Means over the worst-served tenth of the people (each by its own figure).
    worst_group
        The group with the highest log loss; None where records carry no groups.
    worst_group_log_loss, worst_group_accuracy
        That group's figures, None where there are no groups.
    """

    n_records: int
    n_users: int
    log_loss: float
    accuracy: float
    brier: float
    ece: float
    ece_debiased: float
    macro_log_loss: float
    macro_accuracy: float
    macro_brier: float
    worst_decile_log_loss: float
    worst_decile_accuracy: float
    worst_group: str | None = None
    worst_group_log_loss: float | None = None
    worst_group_accuracy: float | None = None

    def to_dict(self) -> dict[str, float | int | str | None]:
        """The fields by name, ready for JSON."""
        return asdict(self)


def measure(
    probability: ArrayLike,
    outcome: ArrayLike,
    *,
    user: ArrayLike | None = None,
    group: ArrayLike | None = None,
    weight: ArrayLike | None = None,
    n_bins: int = 10,
) -> Metrics:
    """Score predicted probabilities against what people said.

    Parameters
    ----------
    probability
        Predicted P(a preferred), shape (M,).
    outcome
        Observed preference for a in [0, 1]; 1/2 for a tie, shape (M,).
    user
        Whose judgement it is, shape (M,). Default: all by one person.
    group
        Group of each record, shape (M,); records with an empty name belong to none. Default: no groups.
    weight
        Record weights, shape (M,), not negative. Default: 1.
    n_bins
        Bins of the calibration errors.

    Raises
    ------
    GustibusError
        There are no records, lengths differ, or values are out of range.

    Examples
    --------
    >>> figures = measure([0.9, 0.8, 0.6, 0.3], [1, 1, 0, 0.5], user=["ann", "ann", "bob", "bob"])
    >>> figures.accuracy, figures.n_users, round(figures.log_loss, 3), figures.worst_decile_accuracy
    (0.625, 2, 0.506, 0.25)
    """
    p, y, w = checked(probability, outcome, weight)
    people = np.zeros(len(y), dtype=np.intp) if user is None else np.asarray(user)
    losses, credits, squares = record_log_loss(p, y), record_accuracy(p, y), record_brier(p, y)
    loss, credit, square = (sums_by_user(values, people, w) for values in (losses, credits, squares))
    worst: tuple[str, float, float] | None = None
    if group is not None:
        names = np.asarray(group).astype(str)
        if np.any(grouped := (names != "") & (w > 0)):
            name, value = worst_group(losses[grouped], names[grouped], w[grouped])
            members = grouped & (names == name)
            worst = (name, value, float(np.average(credits[members], weights=w[members])))
    return Metrics(
        n_records=len(y),
        n_users=len(loss),
        log_loss=loss.pooled,
        accuracy=credit.pooled,
        brier=square.pooled,
        ece=ece(p, y, w, n_bins=n_bins),
        ece_debiased=ece_debiased(p, y, w, n_bins=n_bins),
        macro_log_loss=loss.macro,
        macro_accuracy=credit.macro,
        macro_brier=square.macro,
        worst_decile_log_loss=loss.worst_decile(),
        worst_decile_accuracy=credit.worst_decile(higher_is_better=True),
        worst_group=None if worst is None else worst[0],
        worst_group_log_loss=None if worst is None else worst[1],
        worst_group_accuracy=None if worst is None else worst[2],
    )
