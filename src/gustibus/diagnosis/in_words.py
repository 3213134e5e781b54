"""What a look at disagreement found, as sentences and as plain values."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import numpy as np

from gustibus.comparisons.wording import counted
from gustibus.diagnosis.noise_or_taste import NoiseOrTaste
from gustibus.diagnosis.taxonomy import CELLS

if TYPE_CHECKING:
    from gustibus.diagnosis.disagreement import Disagreement

__all__ = ["as_dict", "sentences_of"]

_PEOPLE_SHOWN = 20


def sentences_of(found: Disagreement) -> list[str]:
    """How often people disagree, over what, whether it is noise or taste, and what to do; a sentence or two each."""
    said = [_how_often(found), _over_what(found), *map(_noise_or_taste, filter(None, (found.taste, found.groups)))]
    return [*filter(None, said), _what_to_do(found)]


def _how_often(found: Disagreement) -> str:
    if found.rate is None:
        return (
            "No pair of responses was judged by two people, so how often people disagree is not known; what follows "
            "rests on an ensemble of models."
        )
    low, high = found.rate.low, found.rate.high
    spread = "" if np.isnan(low) else f" [{low:.0%}, {high:.0%}]"
    votes = f"{found.about['pairs with two votes']:,} pairs with two votes or more"
    return f"Two people who are asked the same disagree {found.rate.estimate:.0%}{spread} of the time, on {votes}."


def _over_what(found: Disagreement) -> str:
    rates = {cell.name: cell.rate for cell in found.cells}
    agreed, alike, plural = (rates.get(name) for name in CELLS[:3])
    if agreed is None or plural is None:
        return ""
    text = f"Where prompts have several good answers they disagree {plural:.0%} of the time, elsewhere {agreed:.0%}"
    return f"{text}; with responses hard to tell apart, {alike:.0%}." if alike is not None else f"{text}."


def _noise_or_taste(taste: NoiseOrTaste) -> str:
    people = "people" if taste.by == "user" else "groups"
    if taste.verdict == "too few to tell":
        return (
            f"{counted(taste.n_low, 'judgement')} of low strength by {people} with others beside them are too few to "
            "say whether they are noise or taste."
        )
    figures = (
        f"{taste.agreement:.0%} of the {taste.n_low:,} judgements of low strength are what the other judgements of "
        f"their {'author' if taste.by == 'user' else 'group'} point to ({taste.agreement_by_chance:.0%} by chance, "
        f"p = {taste.p_value:.3f})"
    )
    rough = (
        " People were asked different questions, so this is approximate: a common error of the model looks the same."
        if taste.within == "all"
        else ""
    )
    if taste.verdict == "taste":
        return f"What goes against the rest is partly the consistent taste of some {people}: {figures}.{rough}"
    return f"Nothing says that what goes against the rest is more than noise, by {people}: {figures}."


def _what_to_do(found: Disagreement) -> str:
    if "taste" in (found.taste.verdict, found.groups.verdict if found.groups else ""):
        return (
            "Do not relabel or drop judgements of low strength: they may be right for who gave them. See with gustibus "
            "compare whether a model of people predicts them."
        )
    if found.about["pairs with two votes"]:
        return (
            "Fit to the shares of the votes (soft labels) rather than to one label a pair, and calibrate on held-out "
            "votes; a margin by itself makes probabilities too sure."
        )
    return "Have some pairs judged by several people: that tells more about disagreement than any model can."


def as_dict(found: Disagreement) -> dict[str, Any]:
    """Plain values for JSON."""
    return {
        "sentences": found.sentences,
        "about": dict(found.about),
        "disagreement_rate": None if found.rate is None else asdict(found.rate),
        "tie_share": found.tie_share,
        "cells": [
            {
                "name": cell.name,
                "judgements": cell.n_judgements,
                "pairs": cell.n_pairs,
                "disagreement_rate": cell.rate,
                "held_out_against_votes": None if cell.votes is None else cell.votes.to_dict(),
                "examples": [asdict(example) for example in cell.examples],
            }
            for cell in found.cells
        ],
        "cut_points": None
        if found.kinds is None
        else {"plural_from": found.kinds.plural_from, "similar_from": found.kinds.similar_from},
        "held_out_against_votes": None if found.votes is None else found.votes.to_dict(),
        "strength": [asdict(stratum) for stratum in found.strength.strata()],
        "noise_or_taste": _taste_dict(found.taste),
        "noise_or_taste_of_groups": None if found.groups is None else _taste_dict(found.groups),
        "ensemble": {"models": found.crossed.n_models, "held_out_by": found.crossed.by},
        "seed": found.seed,
    }


def _taste_dict(taste: NoiseOrTaste) -> dict[str, Any]:
    names = (
        "verdict", "p_value", "taste_p_value", "reversed_p_value", "agreement", "agreement_by_chance", "n_low",
        "n_people", "within", "by",
    )  # fmt: skip
    people = [asdict(person) for person in taste.people[:_PEOPLE_SHOWN]]
    return {name: getattr(taste, name) for name in names} | {"most_consistent": people}
