"""Wins on every pair: each judgement counted once, whichever way round."""

from __future__ import annotations

import numpy as np
import pytest

from gustibus.aggregation import PairWins, pair_wins
from gustibus.comparisons import Comparisons, GustibusError


def test_wins_are_counted_whichever_way_round_a_pair_was_shown():
    data = Comparisons.from_rows(
        [
            {"user_id": "u", "response_a": "tea", "response_b": "gin", "choice": "a", "weight": 1.0},
            {"user_id": "v", "response_a": "gin", "response_b": "tea", "choice": "b", "weight": 2.0},
            {"user_id": "w", "response_a": "gin", "response_b": "tea", "choice": "tie", "weight": 1.0},
            {"user_id": "w", "response_a": "gin", "response_b": "tea", "choice": 0.75, "weight": 1.0},
        ]
    )
    wins = pair_wins(data)
    one = {wins.items[0]: (wins.wins_a[0], wins.wins_b[0]), wins.items[1]: (wins.wins_b[0], wins.wins_a[0])}
    assert one["tea"] == (3.25, 0.75)
    assert wins.ties.tolist() == [1.0]
    assert wins.probability()[wins.items.index("tea"), wins.items.index("gin")] == pytest.approx(3.75 / 5)


def test_responses_to_different_prompts_are_different_items():
    row = {"user_id": "u", "response_a": "yes", "response_b": "no", "choice": "a"}
    wins = pair_wins(Comparisons.from_rows([row | {"prompt": "Tea?"}, row | {"prompt": "Gin?"}]))
    assert set(wins.items) == {"Tea?: yes", "Tea?: no", "Gin?: yes", "Gin?: no"}


def test_a_table_of_wins_keeps_every_count():
    table = np.array([[0, 3, 1], [2, 0, 0], [0, 0, 0]])
    wins = PairWins.from_matrix(table, ["x", "y", "z"], ties=[[0, 1, 0], [1, 0, 0], [0, 0, 0]])
    assert (wins.a.tolist(), wins.b.tolist()) == ([0, 0], [1, 2])
    assert (wins.wins_a.tolist(), wins.wins_b.tolist(), wins.ties.tolist()) == ([3, 1], [2, 0], [1, 0])


def test_tables_that_are_none_are_refused():
    with pytest.raises(GustibusError, match="row against column"):
        PairWins.from_matrix([[0, 1, 2], [1, 0, 1]])
    with pytest.raises(GustibusError, match="not negative"):
        PairWins.from_matrix([[0, -1], [3, 0]])
    with pytest.raises(GustibusError, match="occurs twice"):
        PairWins(("x", "y"), [0, 0], [1, 1], [1, 1], [0, 0], [0, 0])
    data = Comparisons.from_arrays(
        users=["u"], responses=["x", "y"], user=[0], response_a=[0], response_b=[1], outcome=[1], weight=[0]
    )
    with pytest.raises(GustibusError, match="no judgement has weight"):
        pair_wins(data)
