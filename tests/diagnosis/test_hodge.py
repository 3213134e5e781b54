"""The Hodge decomposition against plain linear algebra and flows whose parts are known."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gustibus.comparisons import GustibusError
from gustibus.diagnosis import hodge


def some_graph(n: int, chance: float, seed: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    pairs = [(i, j) if rng.random() < 0.5 else (j, i) for i, j in combinations(range(n), 2) if rng.random() < chance]
    pairs = pairs or [(0, 1)]
    return np.array([p[0] for p in pairs]), np.array([p[1] for p in pairs])


def by_least_squares(n, a, b, flow, weight):
    """Gradient and curl as projections by numpy's dense least squares, triangles by listing all triples."""
    root = np.sqrt(weight)
    difference = np.zeros((len(a), n))
    difference[np.arange(len(a)), a], difference[np.arange(len(a)), b] = 1, -1
    at = {(int(i), int(j)): e for e, (i, j) in enumerate(zip(a, b, strict=True))}

    def direction(i, j):
        return (at[i, j], 1.0) if (i, j) in at else (at[j, i], -1.0) if (j, i) in at else None

    around = []
    for i, j, k in combinations(range(n), 3):
        sides = [direction(i, j), direction(j, k), direction(k, i)]
        if all(side is not None for side in sides):
            row = np.zeros(len(a))
            for e, sign in sides:
                row[e] = sign
            around.append(row)
    gradient = difference @ np.linalg.lstsq(root[:, None] * difference, root * flow, rcond=None)[0]
    columns = np.array(around).T / weight[:, None] if around else np.zeros((len(a), 1))
    curl = columns @ np.linalg.lstsq(root[:, None] * columns, root * (flow - gradient), rcond=None)[0]
    return gradient, curl


@settings(max_examples=40, deadline=None)
@given(st.integers(3, 9), st.sampled_from([0.2, 0.5, 1.0]), st.integers(0, 10**6))
def test_parts_are_those_of_dense_least_squares(n, chance, seed):
    a, b = some_graph(n, chance, seed)
    rng = np.random.default_rng(seed)
    flow, weight = rng.normal(size=len(a)), rng.uniform(0.2, 5, len(a))
    parts = hodge(n, a, b, flow, weight)
    gradient, curl = by_least_squares(n, a, b, flow, weight)
    np.testing.assert_allclose(parts.gradient, gradient, atol=1e-9)
    np.testing.assert_allclose(parts.curl, curl, atol=1e-6)  # LSMR stops at a relative 1e-12 of squares
    np.testing.assert_allclose(parts.gradient + parts.curl + parts.harmonic, flow, atol=1e-12)
    assert sum(parts.share[name] for name in ("gradient", "curl", "harmonic")) == pytest.approx(1, abs=1e-6)


def test_a_scale_is_all_gradient():
    a, b = some_graph(12, 0.6, 1)
    score = np.random.default_rng(0).normal(size=12)
    parts = hodge(12, a, b, score[a] - score[b])
    assert parts.share["gradient"] == pytest.approx(1)
    np.testing.assert_allclose(parts.score, score - score.mean(), atol=1e-9)


def test_a_triangle_is_all_curl_and_an_empty_square_all_harmonic():
    triangle = hodge(3, [0, 1, 2], [1, 2, 0], [1, 1, 1])
    square = hodge(4, [0, 1, 2, 3], [1, 2, 3, 0], [1, 1, 1, 1])
    assert triangle.share["curl"] == pytest.approx(1)
    assert square.share["harmonic"] == pytest.approx(1)


def test_a_square_with_one_diagonal_has_no_harmonic_flow():
    parts = hodge(4, [0, 1, 2, 3, 0], [1, 2, 3, 0, 2], [1, 1, 1, 1, 0])
    assert parts.share["harmonic"] == pytest.approx(0, abs=1e-12)


def test_parts_that_were_never_compared_have_scales_of_their_own():
    parts = hodge(5, [0, 2, 3], [1, 3, 4], [2.0, 1.0, 1.0])
    assert parts.n_parts == 2
    np.testing.assert_allclose(parts.score, [1, -1, 1, 0, -1], atol=1e-12)
    assert parts.share["gradient"] == pytest.approx(1)


def test_turning_a_pair_round_turns_its_parts_round():
    a, b = some_graph(7, 0.8, 4)
    flow = np.random.default_rng(1).normal(size=len(a))
    one, other = hodge(7, a, b, flow), hodge(7, b, a, -flow)
    np.testing.assert_allclose(one.score, other.score, atol=1e-12)
    np.testing.assert_allclose(one.curl, -other.curl, atol=1e-9)


def test_a_flow_that_is_none_is_refused():
    with pytest.raises(GustibusError, match="occurs twice"):
        hodge(3, [0, 1], [1, 0], [1.0, 2.0])
    with pytest.raises(GustibusError, match="two different items"):
        hodge(3, [0], [0], [1.0])
    with pytest.raises(GustibusError, match="finite and positive"):
        hodge(3, [0], [1], [1.0], [0.0])
