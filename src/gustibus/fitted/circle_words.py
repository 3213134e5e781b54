"""What ``model="auto"`` says about circles, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

__all__ = ["said_of_circles"]


def said_of_circles(summary: Mapping[str, Any]) -> str | None:
    """One or two sentences from the summary of a fit; None where nothing was looked for.

    Examples
    --------
    >>> said_of_circles({"findings": {"circle_contest": {"trials": [], "taken": None}}})
    'No sign of circles in what the model leaves over, so none was tried that has any.'
    """
    contest = summary["findings"].get("circle_contest")
    if contest is None:
        return None
    if not contest["trials"]:
        return "No sign of circles in what the model leaves over, so none was tried that has any."
    return " ".join(_trial(trial) for trial in contest["trials"])


def _trial(trial: Mapping[str, Any]) -> str:
    gained = (
        f"{trial['gain']:+.4f} nats a judgement over {trial['against']} on held-out {trial['held_out']} "
        f"(standard error {trial['standard_error']:.4f}, over {trial['over']})"
    )
    if trial["taken"]:
        return f"Preferences go in circles: {trial['model']} was taken, {gained}."
    return (
        f"No model with circles was taken: {trial['model']} gains {gained}, and more than 2 standard errors are asked."
    )
