"""The diagnosis of cycles: true cycles are found, and chance is not taken for them."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import expit

from gustibus.aggregation import PairWins
from gustibus.comparisons import GustibusError
from gustibus.diagnosis import diagnose_cycles


def played(log_odds: np.ndarray, games: float, chance: float, rng: np.random.Generator) -> PairWins:
    """Poisson numbers of games on a random part of all pairs."""
    n = len(log_odds)
    a, b = np.triu_indices(n, 1)
    count = rng.poisson(games, len(a)) * (rng.random(len(a)) < chance)
    a, b, count = a[count > 0], b[count > 0], count[count > 0]
    won = rng.binomial(count, expit(log_odds[a, b]))
    return PairWins(tuple(map(str, range(n))), a, b, won, count - won, np.zeros(len(a)))


def one_scale(n: int, rng: np.random.Generator) -> np.ndarray:
    strength = rng.normal(size=n)
    return strength[:, None] - strength[None]


def test_without_cycles_p_values_are_uniform_where_judgements_are_few():
    p, share, null = [], [], []
    for seed in range(40):
        rng = np.random.default_rng(seed)
        report = diagnose_cycles(played(one_scale(25, rng), 1.5, 0.4, rng), n_null=40, seed=seed)
        cyclic = report.shares["cyclic"]
        p.append(cyclic.p_value)
        share.append(cyclic.share)
        null.append(cyclic.null)
    # 40 draws: the mean of uniform numbers has standard error .046, a rate of .1 one of .047
    assert 0.35 < np.mean(p) < 0.65
    assert np.mean(np.array(p) <= 0.1) < 0.24
    assert np.mean(share) == pytest.approx(np.mean(null), abs=0.02)


def test_fitted_strengths_as_they_are_make_too_consistent_a_null():
    too_low = []
    for seed in range(10):
        rng = np.random.default_rng(seed)
        cyclic = diagnose_cycles(played(one_scale(40, rng), 1.5, 0.3, rng), n_null=20, matched=False).shares["cyclic"]
        too_low.append(cyclic.share - cyclic.null)
    assert np.mean(too_low) > 0.05


def test_cycles_are_found_and_shown():
    rng = np.random.default_rng(0)
    angle = 2 * np.pi * np.arange(9) / 9
    report = diagnose_cycles(played(2 * np.sin(angle[None] - angle[:, None]), 20, 1.0, rng), n_null=60)
    assert report.found
    assert report.shares["cyclic"].share > 0.8
    assert report.cyclic_triangles is not None
    assert report.cyclic_triangles.share > report.cyclic_triangles.high
    first = report.top[0]
    assert min(first.share) > 0.5
    assert first.z > report.z_by_chance
    assert "circles" in str(report)


def test_no_share_is_printed_without_its_null():
    rng = np.random.default_rng(3)
    report = diagnose_cycles(played(one_scale(12, rng), 3, 0.6, rng), n_null=20)
    for name, share in report.shares.items():
        if share.share > 0:
            line = next(line for line in str(report).splitlines() if line.startswith(name))
            assert "without cycles" in line
    assert set(report.to_dict()["shares"]["curl"]) == {"share", "null", "low", "high", "p_value"}


def test_the_shown_cycle_is_one_of_the_data():
    rng = np.random.default_rng(5)
    wins = played(np.zeros((10, 10)), 7, 0.8, rng)
    p = wins.probability()
    report = diagnose_cycles(wins, n_null=20)
    assert report.top
    for cycle in report.top:
        i, j, k = map(int, cycle.items)
        assert [p[i, j], p[j, k], p[k, i]] == pytest.approx(list(cycle.share))
        assert min(cycle.share) > 0.5


def test_ties_keep_their_number_in_the_null():
    table = np.array([[0, 0, 1], [1, 0, 0], [0, 1, 0]])
    report = diagnose_cycles(PairWins.from_matrix(table, ties=20 * (1 - np.eye(3))), n_null=20)
    assert report.shares["cyclic"].high < 1.01
    assert not report.found  # one decided judgement a pair: by chance a cycle in one of four cases


def test_where_no_circle_was_compared_it_says_so():
    report = diagnose_cycles(PairWins.from_matrix([[0, 3, 0], [1, 0, 2], [0, 0, 0]]), n_null=20)
    assert "cannot be seen" in report.verdict
    assert report.cyclic_triangles is None


def test_parts_that_were_never_compared_are_reported():
    table = np.zeros((6, 6))
    for i, j in ((0, 1), (1, 2), (2, 0), (3, 4), (4, 5), (5, 3)):
        table[i, j], table[j, i] = 9, 1
    report = diagnose_cycles(PairWins.from_matrix(table), n_null=40)
    assert report.parts.n_parts == 2
    assert "in 2 parts" in str(report)
    assert report.found


def test_seeds_repeat_and_wrong_numbers_are_refused():
    rng = np.random.default_rng(1)
    wins = played(one_scale(8, rng), 3, 1.0, rng)
    one, other = (diagnose_cycles(wins, n_null=20, seed=4) for _ in range(2))
    assert str(one.to_dict()) == str(other.to_dict())
    with pytest.raises(GustibusError, match="at least 20"):
        diagnose_cycles(wins, n_null=5)
    with pytest.raises(GustibusError, match="'log-odds' or"):
        diagnose_cycles(wins, flow="odds")  # type: ignore[arg-type]
