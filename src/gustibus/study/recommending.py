"""Which model to take, in one sentence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gustibus.comparisons import GustibusError
from gustibus.evaluation import Interval
from gustibus.fitting.setting_uses import ONE_TASTE
from gustibus.study.rows import ModelRow

__all__ = ["Recommendation", "recommend"]


@dataclass(frozen=True)
class Recommendation:
    """What the validation judgements say.

    Attributes
    ----------
    model
        The name of a row.
    people_matter
        Whether some model that tells people apart beats one taste for all by more than its interval; None if that was
        not looked at.
    sentence
        Why.
    """

    model: str
    people_matter: bool | None
    sentence: str

    def __str__(self) -> str:
        return self.sentence


def recommend(rows: Sequence[ModelRow]) -> Recommendation:
    """The model with the lowest validation log loss, or one taste for all if nothing clearly beats it.

    A model beats ``bt`` if the whole 95 % interval over people of its paired difference is below zero. Test judgements
    play no part, so that the figures on them stay honest. Classification and pair-input rewards are one taste for all
    as well, which is said where one of them is the best.

    Parameters
    ----------
    rows
        At least one.

    Raises
    ------
    GustibusError
        If there are none.
    """
    if not rows:
        raise GustibusError("there are no models to recommend from")
    population = next((row for row in rows if row.options.get("model") == "bt"), None)
    others = [row for row in rows if row is not population]
    best = min(others or rows, key=lambda row: row.validation.log_loss.estimate)
    if population is None:
        reached = _nats(best.validation.log_loss.estimate)
        sentence = (
            f"Take {best.name}: it has the lowest log loss on validation judgements ({reached}); whether people differ "
            "enough to matter is not known, because one taste for all (bt) was not among the models."
        )
        return Recommendation(best.name, None, sentence)
    if not others:
        sentence = f"Only one taste for all ({population.name}) could be fitted, so nothing is said about people."
        return Recommendation(population.name, None, sentence)
    people = [row for row in others if row.options.get("model") not in ONE_TASTE]
    clear = [row for row in others if row.gain_over_population is not None and row.gain_over_population.high < 0]
    if clear:
        best = min(clear, key=lambda row: row.validation.log_loss.estimate)
        assert best.gain_over_population is not None
        loss, below = _nats(best.validation.log_loss.estimate), _below(best.gain_over_population)
        if best not in people:
            sentence = (
                f"Take {best.name}: its log loss on validation judgements, {loss}, is {below} below that of "
                f"{population.name}. It is one taste for all as well: no model that tells people apart does better."
            )
            return Recommendation(best.name, any(row in people for row in clear), sentence)
        sentence = (
            f"Take {best.name}: people matter here, and its log loss on validation judgements, {loss}, is {below} "
            f"below that of one taste for all ({population.name})."
        )
        return Recommendation(best.name, True, sentence)
    if not people:
        sentence = f"Take {population.name}: none of the others, which are one taste for all as well, clearly beats it."
        return Recommendation(population.name, None, sentence)
    best = min(people, key=lambda row: row.validation.log_loss.estimate)
    change = best.gain_over_population
    nearest = "" if change is None else f" (the best of them, {best.name}, changes the log loss by {change} nats)"
    sentence = (
        f"Take {population.name}: people do not matter here as far as these judgements tell, since no model that tells "
        f"them apart clearly beats one taste for all on validation judgements{nearest}."
    )
    return Recommendation(population.name, False, sentence)


def _nats(loss: float) -> str:
    return f"{loss:.3f} nats"


def _below(change: Interval) -> str:
    """Such as ``0.264 [0.237, 0.290]``, for a change that is negative."""
    return f"{-change.estimate:.3f} [{-change.high:.3f}, {-change.low:.3f}]"
