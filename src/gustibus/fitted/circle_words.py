"""What a fit says about circles, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

__all__ = ["said_of_circles", "said_of_cyclic_scores"]


def said_of_circles(summary: Mapping[str, Any]) -> str | None:
    """What ``model="auto"`` found, from the summary of a fit; None where nothing was looked for.

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


def said_of_cyclic_scores(summary: Mapping[str, Any]) -> str | None:
    """How cyclic the fitted scores are, and how steep the loss is where the fit ended; None of a model without circles.

    Examples
    --------
    >>> print(said_of_cyclic_scores({"findings": {"circles": {"cyclic_share": [0.31, 0.02], "gradient_norm": 0.0042}}}))
    Cyclic share of the fitted scores: 31% and 2%, by taste (noise inflates it). Gradient norm at the end: 0.0042.
    """
    found = summary["findings"].get("circles")
    if found is None:
        return None
    shares = [f"{share:.0%}" for share in found["cyclic_share"]]
    said = shares[0] if len(shares) == 1 else f"{', '.join(shares[:-1])} and {shares[-1]}, by taste"
    return (
        f"Cyclic share of the fitted scores: {said} (noise inflates it). "
        f"Gradient norm at the end: {found['gradient_norm']:.2g}."
    )


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
