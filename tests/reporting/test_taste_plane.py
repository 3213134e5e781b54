"""The plane of the map shows the tastes as well as a plane can."""

import numpy as np
import pytest

from gustibus.comparisons import GustibusError
from gustibus.reporting import place_tastes, taste_plane


def test_three_tastes_are_shown_at_their_true_distances():
    anchors = np.random.default_rng(0).standard_normal((3, 8))
    flat = taste_plane(anchors).project(anchors)
    for i, j in [(0, 1), (0, 2), (1, 2)]:
        assert np.linalg.norm(flat[i] - flat[j]) == pytest.approx(np.linalg.norm(anchors[i] - anchors[j]))


def test_no_other_plane_shows_more_of_the_tastes():
    rng = np.random.default_rng(1)
    anchors = rng.standard_normal((5, 6))
    best = taste_plane(anchors).share_shown(anchors)
    centred = anchors - anchors.mean(0)
    for _ in range(200):
        axes = np.linalg.qr(rng.standard_normal((6, 2)))[0]
        assert ((centred @ axes) ** 2).sum() / (centred**2).sum() <= best + 1e-12


@pytest.mark.parametrize("k", [1, 2])
def test_few_tastes_take_the_rest_from_the_responses(k):
    rng = np.random.default_rng(2)
    responses = rng.standard_normal((200, 4)) * [1, 1, 9, 3]
    anchors = np.array([[0.0, 0, 0, 0], [5, 0, 0, 0]])[:k]
    plane = taste_plane(anchors, responses)
    np.testing.assert_allclose(plane.axes @ plane.axes.T, np.eye(2), atol=1e-9)
    assert abs(plane.axes[0 if k == 1 else 1][2]) > 0.98


def test_axes_are_orthonormal_and_signs_do_not_depend_on_the_run():
    anchors = np.random.default_rng(3).standard_normal((4, 5))
    plane, again = taste_plane(anchors), taste_plane(anchors.copy())
    np.testing.assert_allclose(plane.axes @ plane.axes.T, np.eye(2), atol=1e-9)
    np.testing.assert_array_equal(plane.axes, again.axes)
    coordinates = plane.project(anchors)
    assert (coordinates[np.abs(coordinates).argmax(0), [0, 1]] > 0).all()


def test_one_dimension_is_drawn_on_a_line():
    plane = taste_plane([[0.0], [2.0]], [[0.5], [1.0]])
    np.testing.assert_allclose(np.abs(plane.project([[0.0], [2.0]])), [[1, 0], [1, 0]])


def test_a_single_taste_without_responses_is_a_point():
    assert taste_plane([[1.0, 2.0, 3.0]]).project([[1.0, 2.0, 3.0]]).tolist() == [[0.0, 0.0]]


def test_true_tastes_are_placed_where_pure_people_would_stand():
    rng = np.random.default_rng(4)
    corners = rng.standard_normal((3, 6))
    weights = rng.dirichlet([0.3] * 3, 40)
    np.testing.assert_allclose(place_tastes(weights @ corners, weights), corners, atol=1e-9)


def test_people_who_are_all_alike_place_nothing():
    with pytest.raises(GustibusError, match="do not tell 2 tastes apart"):
        place_tastes(np.zeros((5, 3)), np.full((5, 2), 0.5))


@pytest.mark.parametrize(
    ("anchors", "others", "reason"),
    [
        ([], None, "K >= 1"),
        ([[0.0, 1.0]], [[0.0]], "same space"),
        ([[np.nan, 0.0]], None, "not finite"),
    ],
)
def test_impossible_planes_are_refused(anchors, others, reason):
    with pytest.raises(GustibusError, match=reason):
        taste_plane(anchors, others)
