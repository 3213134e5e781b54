"""Functions about circles refuse what they cannot use, and say what to give instead."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

import gustibus as gs
from gustibus.aggregation import PairWins, maximal_lottery, rank_pairwise
from gustibus.catalog import aspect_cycles, condorcet_world, cycle_world, payoff_world, plural_world
from gustibus.diagnosis import diagnose_cycles, within_or_between
from gustibus.models import GeneralPreference, PluralGeneralPreference, SkewOperator

DATA = cycle_world(length=5, n_users=30).comparisons
PAIR = ["tea", "gin"]

REFUSED: dict[str, tuple[Callable[[], object], str]] = {
    "odd dimensions": (lambda: gs.fit(DATA, model="gpm", dimensions=3), "give 2, 4, 6"),
    "dimensions in words": (lambda: gs.fit(DATA, model="gpm", dimensions="2"), "whole number of at least 1"),  # type: ignore[arg-type]
    "no dimensions to try": (lambda: gs.fit(DATA, model="gpm", dimensions=()), "whole numbers of at least 1"),
    "too many dimensions": (lambda: gs.fit(DATA, model="gpm", dimensions=10**9), "at most 10,000"),
    "half a dimension": (lambda: GeneralPreference(3, 2.5), "dimensions must be a whole number"),  # type: ignore[arg-type]
    "a start at zero": (lambda: GeneralPreference(3, initial_scale=0.0), "small positive number"),
    "a gate without prompts": (lambda: gs.fit(DATA, model="gpm", gate="softmax", encoder="one-hot"), "leave gate out"),
    "an unknown gate": (lambda: SkewOperator(2, gate="sofmax"), "choose one of none, softmax"),  # type: ignore[arg-type]
    "no taste": (lambda: PluralGeneralPreference(3, 0), "at least one taste"),
    "published, odd": (lambda: gs.published_gpm(dimensions=3), "give 2, 4, 6"),
    "what are no judgements": (lambda: diagnose_cycles([1, 2]), "Read them first"),  # type: ignore[arg-type]
    "few tables": (lambda: diagnose_cycles(DATA, n_null=5), "n_null must be a whole number of at least 20"),
    "tables in words": (lambda: diagnose_cycles(DATA, n_null="many"), "n_null must be a whole number"),  # type: ignore[arg-type]
    "cycles below zero": (lambda: diagnose_cycles(DATA, n_top=-1), "n_top must be a whole number of at least 0"),
    "an unknown flow": (lambda: diagnose_cycles(DATA, flow="odds"), "use 'log-odds' or 'P - 1/2'"),  # type: ignore[arg-type]
    "nothing compared": (lambda: diagnose_cycles(PairWins.from_matrix(np.zeros((2, 2)))), "nothing was compared"),
    "wins below zero": (lambda: PairWins.from_matrix([[0, -1], [1, 0]]), "must be finite and not negative"),
    "wins in words": (lambda: PairWins.from_matrix([["x", 1], [1, 0]]), "tables of numbers"),
    "one name for two": (lambda: PairWins.from_matrix([[0, 1], [1, 0]], ["tea", "tea"]), "name every item once"),
    "one fold": (lambda: within_or_between(DATA, folds=1), "folds must be a whole number of at least 2"),
    "no candidates": (lambda: within_or_between(DATA, candidates={}), "candidates are empty"),
    "no probabilities": (lambda: maximal_lottery([[0.5, 0.9], [0.9, 0.5]]), r"P\[i, j\] \+ P\[j, i\] = 1"),
    "a gap": (lambda: maximal_lottery([[0.5, np.nan], [0.9, 0.5]]), "every pair needs a finite number"),
    "an unknown pay-off": (lambda: maximal_lottery([[0.5, 0.9], [0.1, 0.5]], payoff="odds"), "name one of 'P - 1/2'"),  # type: ignore[arg-type]
    "an unknown rule": (lambda: rank_pairwise(PAIR, [[0.5, 0.9], [0.1, 0.5]], rule="best"), "use one of 'borda'"),  # type: ignore[arg-type]
    "half an item": (lambda: cycle_world(length=3.5), "length must be a whole number"),  # type: ignore[arg-type]
    "people in words": (lambda: condorcet_world(n_users="30"), "n_users must be a whole number"),  # type: ignore[arg-type]
    "certain wins": (lambda: plural_world(win=1.0), "above 0.5 and below 1"),
    "an odd rank": (lambda: payoff_world(rank=5), "give an even rank"),
    "two aspects": (lambda: aspect_cycles({"taste": DATA}, ["taste"]), "name three different aspects"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_it_is_refused_with_what_to_give_instead(what: str) -> None:
    ask, said = REFUSED[what]
    with pytest.raises(gs.GustibusError, match=said):
        ask()
