"""From heads to means: the corrections against simulated people."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from scipy.special import expit, logit

from gustibus.aggregation import borda_vs_mean, first_order_gap, unanimity_gap, vote_matrix
from gustibus.comparisons import GustibusError


@pytest.mark.parametrize("centre", [-1.5, -0.4, 0.8, 2.0])
def test_the_correction_leaves_an_error_of_higher_order(centre: float) -> None:
    """Halving how much people differ takes its error down by far more than the plain logit's, which falls by 4."""
    errors, plain = [], []
    for spread in (0.4, 0.2, 0.1):
        gap = centre + spread * np.linspace(-1, 1, 2001)
        p = expit(gap)
        errors.append(abs(first_order_gap(p.mean(), p.var()) - gap.mean()))
        plain.append(abs(logit(p.mean()) - gap.mean()))
    assert errors[0] < 0.2 * plain[0]
    for larger, smaller in itertools.pairwise(errors):
        assert larger / smaller > 12
    for larger, smaller in itertools.pairwise(plain):
        assert larger / smaller == pytest.approx(4, rel=0.1)


def test_where_nobody_differs_heads_are_right() -> None:
    assert first_order_gap(0.8, 0.0) == pytest.approx(logit(0.8))
    assert first_order_gap(0.5, 0.25) == 0.0


@pytest.mark.parametrize("gaps", [[3.0, -1.0], [0.5, 2.5, -4.0], [1.0]])
def test_unanimous_pairs_tell_the_mean_however_much_types_differ(gaps: list[float]) -> None:
    p = expit(np.array(gaps))
    assert unanimity_gap(p.prod(), (1 - p).prod(), len(gaps)) == pytest.approx(np.mean(gaps))


def test_unanimity_from_simulated_judgements() -> None:
    rng, gaps = np.random.default_rng(0), np.array([2.0, -0.5])
    said_a = rng.random((200_000, 2)) < expit(gaps)
    found = unanimity_gap(said_a.all(axis=1).sum(), (~said_a).all(axis=1).sum(), 2)
    assert found == pytest.approx(gaps.mean(), abs=0.02)
    # Heads would say something else.
    assert abs(logit(said_a.mean()) - gaps.mean()) > 0.1


def test_impossible_counts_are_refused() -> None:
    for share, variance, why in ((1.0, 0.0, "strictly between"), (0.5, 0.3, "above share"), (0.5, -0.1, "negative")):
        with pytest.raises(GustibusError, match=why):
            first_order_gap(share, variance)
    with pytest.raises(GustibusError, match="have to be finite and > 0"):
        unanimity_gap(3, 0, 2)
    with pytest.raises(GustibusError, match="n_types is 0"):
        unanimity_gap(3, 1, 0)


def test_borda_and_mean_are_compared_pool_by_pool() -> None:
    rng = np.random.default_rng(0)
    weight = rng.exponential(size=7)
    pools = [rng.normal(size=(7, n)) * rng.exponential(3, size=(7, 1)) for n in (2, 3, 5) * 30]
    found = borda_vs_mean(pools, weight)
    share = weight / weight.sum()
    for i, pool in enumerate(pools):
        mean, votes = share @ pool, vote_matrix(pool, weight=weight).sum(axis=1)
        assert (found.by_mean[i], found.by_borda[i]) == (mean.argmax(), votes.argmax())
        assert found.lost[i] == pytest.approx(mean.max() - mean[votes.argmax()])
    assert found.share == len(found.pools) / 90 > 0.1
    assert np.array_equal(found.lost > 0, found.by_mean != found.by_borda)
    with pytest.raises(GustibusError, match="no pool"):
        borda_vs_mean([])


def test_ties_are_no_disagreement() -> None:
    """Everybody's rewards rolled by one: all responses tie under both rules, but for rounding."""
    pools = [[np.roll(row, k) for k in range(3)] for row in np.random.default_rng(0).normal(size=(100, 3)) * 3]
    found = borda_vs_mean(pools)
    assert found.share == 0
    assert found.lost.max() == 0
