"""Whatever is not a number, a list or a share that makes sense is refused with what to give instead."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from gustibus.aggregation import (
    alpha_mean,
    borda_vs_mean,
    calibrated_win_rate,
    decide,
    decide_by_all,
    export_pairs,
    first_order_gap,
    frontier,
    ledger_of,
    manipulability,
    minimax_regret,
    nash_welfare,
    overton_set,
    pool_opinions,
    unanimity_gap,
)
from gustibus.comparisons import DataWarning, GustibusError, RewardTable

REWARD = np.array([[2.0, 0.0, -1.0], [1.0, 0.5, -1.0], [-3.0, 1.0, 0.0]])
TABLE = RewardTable("What?", ("ann", "bob", "eve"), ("tea", "gin", "ale"), REWARD)
INF, NAN = float("inf"), float("nan")


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: manipulability(REWARD, tried=0), "tried is 0: give a whole number of at least 1"),
        (lambda: manipulability(REWARD, tried=2.5), "tried is 2.5: give a whole number"),
        (lambda: manipulability(REWARD, factor=INF), "factor is inf: give a number above 1"),
        (lambda: manipulability(REWARD, factor=NAN), "factor is nan"),
        (lambda: manipulability(REWARD, seed=-1), "seed must be a whole number"),
        (lambda: decide_by_all(REWARD, rules=[]), r"rules=\[\]: give a list of one rule or more"),
        (lambda: decide_by_all(REWARD, rules="mean"), "rules='mean': give a list"),
        (lambda: decide(REWARD, group="xyz"), "groups are 'xyz': give a list, one for each of the 3 people"),
        (lambda: decide(REWARD, "group-max-min", group=[["x"], ["y"], ["z"]]), "a group's name is a list"),
        (lambda: frontier(REWARD, group="xyz"), "groups are 'xyz'"),
        (lambda: overton_set(REWARD, 1, group="xyz"), "groups are 'xyz'"),
        (lambda: ledger_of(REWARD, 0, group="xyz"), "groups are 'xyz'"),
        (lambda: decide(REWARD, people="abc"), "ids are 'abc': give a list"),
        (lambda: decide(REWARD, responses="abc"), "names are 'abc': give a list"),
        (lambda: overton_set(REWARD, 1.5), "k is 1.5: give a whole number from 1 to 3"),
        (lambda: overton_set(REWARD, True), "k is True"),
        (lambda: unanimity_gap(3, 1, INF), "n_types is inf: give a whole number"),
        (lambda: unanimity_gap(INF, 1, 2), "have to be finite and > 0"),
        (lambda: unanimity_gap(NAN, 1, 2), "have to be finite and > 0"),
        (lambda: unanimity_gap("many", 1, 2), "all_a is no array of numbers"),
        (lambda: first_order_gap(NAN, 0.1), "not strictly between"),
        (lambda: first_order_gap(0.5, NAN), "negative or above"),
        (lambda: decide([[1.0, NAN]]), r"reward\[0, 1\] is nan: leave that person"),
        (lambda: decide([[1.0, -INF]]), r"reward\[0, 1\] is -inf"),
        (lambda: decide([[1.0, 1e308]]), r"reward\[0, 1\] is 1e\+308: numbers beyond"),
        (lambda: calibrated_win_rate([-1e308, 1e308]), "cannot be calculated with"),
        (lambda: minimax_regret([[1e308, -1e308]]), "numbers beyond"),
        (lambda: decide([["good", "bad"]]), "reward is no array of numbers"),
        (lambda: decide([[1.0, 2.0], [1.0]]), "in rows of the same length"),
        (
            lambda: decide(REWARD, weight=[1, -1, 1]),
            r"weight\[1\] is -1.0: people's weights must be finite",
        ),
        (lambda: decide(REWARD, weight=[0, 0, 0]), "all people's weights are zero"),
        (lambda: decide(REWARD, weight=[1, INF, 1]), r"weight\[1\] is inf"),
        (lambda: decide(REWARD, weight={"ann": 1}), "weight is no array of numbers"),
        (lambda: decide(np.zeros((0, 3))), r"reward has shape \(0, 3\)"),
        (lambda: decide([]), "reward has shape"),
        (lambda: decide(REWARD, "alpha", alpha="low"), "alpha is 'low': give a number"),
        (lambda: alpha_mean(REWARD, None), "alpha is None: give a number"),
        (lambda: nash_welfare([[NAN]]), r"rate\[0, 0\] is nan"),
        (lambda: pool_opinions([[INF, 0.0]]), r"reward\[0, 0\] is inf"),
        (lambda: borda_vs_mean([[[1.0]]]), "n >= 2"),
        (lambda: export_pairs(TABLE, most=0), "most is 0: give a whole number of at least 1"),
        (lambda: export_pairs(TABLE, most=1.5), "most is 1.5"),
        (lambda: export_pairs(TABLE, least=NAN), "least is nan: give a margin of at least 0"),
        (lambda: export_pairs(TABLE, least="large"), "least is 'large'"),
        (lambda: export_pairs(REWARD), "one table of rewards or more"),
    ],
)
def test_odd_arguments_are_refused_with_what_to_give(call: Callable[[], object], said: str) -> None:
    with pytest.raises(GustibusError, match=said):
        call()


def test_numbers_at_the_edge_are_calculated_with() -> None:
    large = [[1e100, -1e100, 0.0], [0.0, 1e100, 1.0]]
    with pytest.warns(DataWarning, match="practically certain"):
        found = decide_by_all(large)
    for rule, one in found.items():
        assert np.all(np.isfinite(one.score)), rule
        assert one.weight.sum() == pytest.approx(1.0)
    assert np.all(np.isfinite(alpha_mean(large, 1e300)))
    np.testing.assert_allclose(alpha_mean(REWARD, 5e-324), REWARD.mean(axis=0))
    np.testing.assert_allclose(alpha_mean(REWARD, 1e308), REWARD.max(axis=0))
    np.testing.assert_array_equal(alpha_mean([[2.0, 1.0]], -np.inf), [2.0, 1.0])
    # Weights are shares, however large or small.
    np.testing.assert_allclose(decide(REWARD, weight=[1e308] * 3).score, decide(REWARD).score)
    np.testing.assert_allclose(decide(REWARD, weight=[5e-324] * 3).score, decide(REWARD).score)


def test_groups_may_be_named_by_texts_and_numbers_together() -> None:
    assert set(decide(REWARD, "group-max-min", group=["x", 1, "x"]).ledger.groups) == {"x", 1}
