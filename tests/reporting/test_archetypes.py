"""Archetypes: corners near which there is somebody, between whom all others stand."""

from __future__ import annotations

import numpy as np
import pytest

from gustibus.comparisons import GustibusError
from gustibus.reporting.archetypes import archetypes

CORNERS = np.array([[0.0, 0.0, 0.0], [2.0, 0.0, 0.0], [0.0, 2.0, 0.0], [0.0, 0.0, 2.0]])


def test_corners_of_a_simplex_are_recovered_from_mixtures_of_them() -> None:
    rng = np.random.default_rng(0)
    points = rng.dirichlet([0.3] * 4, 300) @ CORNERS + 0.05 * rng.normal(size=(300, 3))
    found = archetypes(points, 4)
    off = np.linalg.norm(found.positions[:, None] - CORNERS[None], axis=-1)
    assert sorted(off.argmin(1).tolist()) == [0, 1, 2, 3]
    # A corner cannot be placed better than the noise and the nearest people allow.
    assert off.min(1).max() < 0.2


def test_every_point_is_a_mixture_and_every_archetype_is_made_of_points() -> None:
    points = np.random.default_rng(1).normal(size=(60, 5))
    found = archetypes(points, 3)
    for rows in (found.weights, found.mixtures):
        assert rows.min() >= 0
        np.testing.assert_allclose(rows.sum(1), 1, atol=1e-9)
    np.testing.assert_allclose(found.mixtures @ points, found.positions, atol=1e-9)


def test_one_archetype_is_the_mean() -> None:
    points = np.random.default_rng(2).normal(size=(50, 3))
    np.testing.assert_allclose(archetypes(points, 1).positions[0], points.mean(0), atol=1e-2)


def test_moving_and_turning_the_points_moves_and_turns_the_archetypes() -> None:
    rng = np.random.default_rng(3)
    points = rng.dirichlet([0.5] * 3, 80) @ CORNERS[1:]
    turn, _ = np.linalg.qr(rng.normal(size=(3, 3)))
    moved = archetypes(points @ turn + 5.0, 3)
    np.testing.assert_allclose(moved.positions, archetypes(points, 3).positions @ turn + 5.0, atol=1e-6)


def test_equal_points_have_equal_archetypes() -> None:
    found = archetypes(np.ones((7, 2)), 3)
    np.testing.assert_allclose(found.positions, 1.0)


@pytest.mark.parametrize("k", [0, 4])
def test_there_cannot_be_more_archetypes_than_points_or_none(k: int) -> None:
    with pytest.raises(GustibusError, match="archetypes"):
        archetypes(np.zeros((3, 2)), k)
