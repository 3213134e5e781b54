"""The plane of a cycle: the items of a cycle lie on a circle, in their order."""

from __future__ import annotations

import numpy as np
import pytest

from gustibus.comparisons import GustibusError
from gustibus.reporting import cycle_plane
from gustibus.reporting.cycle_plane import _plane


def circle(n: int) -> np.ndarray:
    ahead = np.arange(n)[None] - np.arange(n)[:, None]
    return np.asarray(np.sin(2 * np.pi * ahead / n))


def test_a_cycle_lies_on_a_circle_in_its_order_whatever_the_scale_beside_it() -> None:
    rewards = np.linspace(-3, 3, 7)
    points, share = _plane(circle(7) + rewards[:, None] - rewards[None], 0)
    radius, angle = np.hypot(*points.T), np.unwrap(np.arctan2(points[:, 1], points[:, 0]))
    assert radius == pytest.approx(radius[0], rel=1e-9)
    assert np.diff(angle) == pytest.approx(2 * np.pi / 7, rel=1e-9)  # p, q: the next is anticlockwise
    assert share == pytest.approx(1.0)


def test_planes_add_up_to_what_goes_round() -> None:
    s = np.random.default_rng(0).normal(size=(6, 6))
    s = s - s.T
    mean = s.mean(1)
    added = sum(np.outer(p, q) - np.outer(q, p) for p, q in (_plane(s, block)[0].T for block in range(3)))
    assert added == pytest.approx(s - (mean[:, None] - mean[None]), abs=1e-9)
    assert sum(_plane(s, block)[1] for block in range(3)) == pytest.approx(1.0)


def test_what_cannot_be_drawn_is_refused() -> None:
    with pytest.raises(GustibusError, match="skew-symmetric"):
        cycle_plane(np.ones((3, 3)), ["a", "b", "c"])
    with pytest.raises(GustibusError, match="planes 0 to 0"):
        cycle_plane(circle(3), ["a", "b", "c"], block=1)


def test_a_scale_alone_puts_everything_in_the_middle() -> None:
    rewards = np.arange(4.0)
    points, _ = _plane(rewards[:, None] - rewards[None], 0)
    assert np.abs(points).max() < 1e-6
    cycle_plane(rewards[:, None] - rewards[None], list("abcd"))


def test_long_names_are_cut_and_do_not_squeeze_the_axes() -> None:
    names = ["tea, of which one could say a great deal more than there is room for"] * 5
    figure = cycle_plane(circle(5), names)
    figure.canvas.draw()
    axes = figure.axes[0]
    assert axes.get_position().width > 0.7
    shown = [text for text in axes.texts if text.get_text()]
    assert shown
    assert all(len(text.get_text()) <= 24 for text in shown)
    boxes = [text.get_window_extent() for text in shown]
    assert not any(a.overlaps(b) for i, a in enumerate(boxes) for b in boxes[:i])
    frame = axes.get_window_extent()
    assert all(frame.x0 <= box.x0 and box.x1 <= frame.x1 for box in boxes)
