"""Figures show the numbers they were given, with words on every axis, and leave no trace."""

import subprocess
import sys
import xml.etree.ElementTree as ElementTree

import numpy as np
import pytest

from gustibus.comparisons import GustibusError
from gustibus.evaluation import ScoredVotes
from gustibus.reporting import (
    Curve,
    inline_svg,
    n_shot_curve,
    prototype_curve,
    reliability_diagram,
    taste_map,
    vote_reliability_diagram,
    wilson_interval,
)

WEIGHTS = np.array([[0.9, 0.1], [0.2, 0.8], [0.6, 0.4]])
PROTOTYPES = np.array([[-1.0, 0.0], [1.0, 0.5]])


def a_map(**options):
    return taste_map(np.zeros((5, 2)), PROTOTYPES, WEIGHTS @ PROTOTYPES, WEIGHTS, **options)


def texts(axes):
    return [text.get_text() for text in axes.texts]


def test_the_map_shows_every_response_person_and_prototype():
    axes = a_map().axes[0]
    responses, first, second, *stars = axes.collections
    assert len(responses.get_offsets()) == 5
    np.testing.assert_allclose(first.get_offsets(), (WEIGHTS @ PROTOTYPES)[[0, 2]])
    np.testing.assert_allclose(second.get_offsets(), (WEIGHTS @ PROTOTYPES)[[1]])
    np.testing.assert_allclose([star.get_offsets()[0] for star in stars], PROTOTYPES)
    assert texts(axes) == ["1", "2"]


def test_the_map_has_one_scale_on_both_axes_and_names_its_unit():
    axes = a_map().axes[0]
    assert axes.get_aspect() == 1.0
    assert "√log-odds" in axes.get_xlabel()
    assert "√log-odds" in axes.get_ylabel()


def test_the_map_names_true_tastes():
    figure = a_map(true_tastes=[[0, 1], [0, -1]], true_names=["warm", "brisk"], prototype_names=["one", "two"])
    assert {"warm", "brisk", "one", "two"} <= set(texts(figure.axes[0]))
    assert [text.get_text() for text in figure.legends[0].get_texts()][-1] == "true taste"


@pytest.mark.parametrize(
    ("options", "reason"),
    [({"prototype_names": ["a"]}, "prototype_names has 1"), ({"true_tastes": [[0, 0, 0]]}, "true_tastes have shape")],
)
def test_the_map_refuses_what_does_not_fit(options, reason):
    with pytest.raises(GustibusError, match=reason):
        a_map(**options)
    with pytest.raises(GustibusError, match="weights have shape"):
        taste_map(np.zeros((5, 2)), PROTOTYPES, np.zeros((3, 2)), WEIGHTS.T)


def test_the_n_shot_curve_shows_its_values_bands_and_lines():
    curve = Curve("4 tastes", [0.7, 0.75, 0.8], [0.69, 0.74, 0.79], [0.71, 0.76, 0.81])
    axes = n_shot_curve([0, 1, 20], [curve], ceiling=0.85, population=0.7).axes[0]
    ceiling, population, line = axes.lines
    np.testing.assert_allclose(line.get_ydata(), [0.7, 0.75, 0.8])
    np.testing.assert_allclose(line.get_xdata(), np.log1p([0, 1, 20]))
    assert set(ceiling.get_ydata()) == {0.85}
    assert set(population.get_ydata()) == {0.7}
    band = axes.collections[0].get_paths()[0].vertices
    assert band[:, 1].min() == pytest.approx(0.69)
    assert band[:, 1].max() == pytest.approx(0.81)
    assert texts(axes) == ["best possible", "one answer for all", "4 tastes"]
    assert axes.get_xlabel() == "answers given by a new person"


def test_curves_of_the_wrong_length_are_refused():
    with pytest.raises(GustibusError, match="'a' has values of shape"):
        n_shot_curve([0, 1], [Curve("a", [0.5])])
    with pytest.raises(GustibusError, match="ascending"):
        n_shot_curve([1, 0], [Curve("a", [0.5, 0.6])])
    with pytest.raises(GustibusError, match="'a' has values of shape"):
        prototype_curve([1, 2], [Curve("a", [0.5])])
    with pytest.raises(GustibusError, match="ascending"):
        prototype_curve([0, 1], [Curve("a", [0.5, 0.6])])


def test_labels_that_would_touch_are_moved_apart():
    curves = [Curve(str(i), [0.7, 0.7 + i / 1e6]) for i in range(4)]
    axes = n_shot_curve([0, 10], curves).axes[0]
    heights = sorted(text.xy[1] for text in axes.texts)
    low, high = axes.get_ylim()
    assert min(np.diff(heights)) > 0.03 * (high - low)


def test_the_prototype_curve_shows_intervals_and_the_true_number():
    axes = prototype_curve([1, 2, 4], [Curve("seen", [0.7, 0.75, 0.8], [0.6, 0.7, 0.75], [0.75, 0.8, 0.9])],
                           ceiling=0.85, true_number=4).axes[0]  # fmt: skip
    bars = axes.containers[0].lines[2][0].get_segments()
    np.testing.assert_allclose([bar[:, 1] for bar in bars], [[0.6, 0.75], [0.7, 0.8], [0.75, 0.9]])
    assert "true number" in texts(axes)
    assert [label.get_text() for label in axes.get_xticklabels()] == ["1", "2", "4"]


def test_the_reliability_diagram_shows_shares_and_counts():
    p = np.array([0.15, 0.15, 0.15, 0.15, 0.9, 0.8])
    y = np.array([0, 0, 0, 1, 1, 1])
    upper, lower = reliability_diagram({"model": (p, y)}, n_bins=5).axes
    points = upper.containers[0].lines[0]
    np.testing.assert_allclose(points.get_xdata(), [0.15, 0.85])
    np.testing.assert_allclose(points.get_ydata(), [0.25, 1.0])
    assert [bar.get_height() for bar in lower.patches] == [4, 0, 0, 0, 2]
    assert [text.get_text() for text in upper.get_legend().get_texts()] == ["perfectly calibrated", "model"]


def test_the_reliability_diagram_refuses_what_is_no_probability():
    with pytest.raises(GustibusError, match=r"'m': probability 1 is 1.5"):
        reliability_diagram({"m": ([0.5, 1.5], [0, 1])})
    with pytest.raises(GustibusError, match="'m' has probabilities of shape"):
        reliability_diagram({"m": ([0.5], [0, 1])})
    with pytest.raises(GustibusError, match="give \\(probabilities, outcomes\\)"):
        reliability_diagram({"m": object()})


def test_the_vote_reliability_diagram_shows_shares_of_the_favoured_side_with_intervals_over_prompts():
    rng = np.random.default_rng(0)
    truth, prompt = rng.uniform(size=300), np.repeat(np.arange(30), 10)
    votes = np.full(300, 5)
    scored = ScoredVotes(truth, rng.binomial(5, truth) / 5, votes, 0 * votes, prompt, n_boot=200)
    upper, lower = vote_reliability_diagram({"model": scored}, n_bins=4).axes
    drawn = scored.reliability(4)
    points, bars = upper.containers[0].lines[0], upper.containers[0].lines[2][0].get_segments()
    np.testing.assert_allclose(points.get_xdata(), drawn.bins.predicted)
    np.testing.assert_allclose([bar[:, 1] for bar in bars], np.stack([drawn.low, drawn.high], axis=1))
    assert lower.get_xlim() == upper.get_xlim()
    with pytest.raises(GustibusError, match="nothing to draw"):
        vote_reliability_diagram({})


def test_wilson_intervals_solve_their_equation():
    p, n, z = 0.3, 25, 1.96
    for bound in wilson_interval(p, n):
        assert abs(p - bound) == pytest.approx(z * np.sqrt(bound * (1 - bound) / n))


def test_wilson_intervals_cover():
    rng = np.random.default_rng(0)
    share = rng.binomial(20, 0.1, 20_000) / 20
    low, high = wilson_interval(share, np.full(20_000, 20))
    # Wilson's interval covers 0.957 at n = 20, p = 0.1 (exact sum); the simulation error is 0.0015
    assert ((low <= 0.1) & (high >= 0.1)).mean() == pytest.approx(0.957, abs=0.006)


def test_svg_is_well_formed_described_and_themed():
    svg = inline_svg(a_map(), name="map", alt='Stars & "dots"')
    root = ElementTree.fromstring(svg)
    assert root.get("role") == "img"
    assert root.get("aria-label") == 'Stars & "dots"'
    ids = [element.get("id") for element in root.iter() if element.get("id")]
    assert ids
    assert len(set(ids)) == len(ids)
    assert all(name.startswith("map-") for name in ids)
    for element in root.iter():
        target = element.get("href")
        assert target is None or target.removeprefix("#") in ids
    assert "var(--figure-1, #0072b2)" in svg
    assert "http" not in svg


def test_equal_figures_give_equal_svg():
    assert inline_svg(a_map(), name="map", alt="x") == inline_svg(a_map(), name="map", alt="x")


def test_figures_leave_no_global_state():
    code = (
        "import matplotlib, sys\n"
        "settings = lambda: {k: matplotlib.rcParams[k] for k in matplotlib.rcParams if k != 'backend'}\n"
        "before = settings()\n"
        "from gustibus.reporting import Curve, inline_svg, n_shot_curve\n"
        "inline_svg(n_shot_curve([0, 1], [Curve('a', [0.5, 0.6])]), name='a', alt='a')\n"
        "print(before == settings(), 'matplotlib.pyplot' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["True", "False"]


def test_the_room_loads_without_matplotlib_and_says_how_to_get_it():
    code = (
        "import sys; sys.modules['matplotlib'] = None\n"
        "from gustibus.reporting import Curve, n_shot_curve\n"
        "try: n_shot_curve([0], [Curve('a', [0.5])])\n"
        "except ValueError as error: print(type(error).__name__, error)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("GustibusError")
    assert 'pip install "gustibus[plots]"' in done.stdout
