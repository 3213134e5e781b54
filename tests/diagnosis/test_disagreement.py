"""One look at disagreement finds what was planted, says it in words, and fits onto a page and into JSON."""

import json
from dataclasses import replace

import numpy as np
import pytest
from worlds_of_votes import shared_taste

import gustibus as gs
from gustibus.diagnosis import CELLS
from gustibus.reporting import disagreement_page
from gustibus.reporting.disagreement_figures import strength_figure


@pytest.fixture(scope="module")
def found():
    data, encoder, _ = shared_taste(n_people=30, answers=30)
    return gs.disagreement(data, encoder=encoder, n_models=2, folds=3, n_permutations=49)


def test_sizes_and_rates_are_those_of_the_data(found):
    assert found.about["judgements"] == 900
    assert found.about["people"] == 30
    assert found.rate.low < found.rate.estimate < found.rate.high
    assert [cell.name for cell in found.cells] == list(CELLS)
    assert sum(cell.n_judgements for cell in found.cells) == int(found.kinds.known.sum())
    assert sum(cell.n_pairs for cell in found.cells) <= found.about["pairs"]
    assert 0.5 <= found.majorities.min() <= found.majorities.max() == 1


def test_held_out_predictions_are_judged_by_the_votes(found):
    # A linear model of four features on 900 judgements of one linear taste: near the ceiling.
    assert found.votes.correlation > 0.85 * found.votes.ceiling
    assert found.votes.n_pairs == found.about["pairs with two votes"]


def test_sentences_say_how_often_and_what_to_do(found):
    said = found.sentences
    assert said[0].startswith("Two people who are asked the same disagree ")
    assert f"{found.rate.estimate:.0%}" in said[0]
    assert found.taste.verdict == "noise"  # the draw of this seed; there is one taste
    assert "soft labels" in said[-1]


def test_it_goes_into_json(found):
    whole = json.loads(json.dumps(gs_json(found.to_dict())))
    assert whole["noise_or_taste"]["verdict"] == "noise"
    assert len(whole["cells"]) == 4
    assert [stratum["n_judgements"] for stratum in whole["strength"]] == [180] * 5


def gs_json(value):
    from gustibus.cli.session import json_ready

    return json_ready(value)


def test_without_repeated_pairs_the_rest_is_still_said():
    rng = np.random.default_rng(0)
    responses = [f"r{i}" for i in range(400)]
    a = np.arange(200) * 2
    data = gs.Comparisons.from_arrays(
        users=["u", "v"], responses=responses, user=np.arange(200) % 2, response_a=a, response_b=a + 1,
        outcome=rng.random(200) < 0.5,
    )  # fmt: skip
    found = gs.disagreement(
        data, encoder=gs.Vectors(responses, rng.normal(size=(400, 3))), n_models=2, folds=2, n_permutations=19
    )
    assert found.rate is None
    assert found.cells == ()
    assert found.sentences[0].startswith("No pair of responses was judged by two people")
    assert "Four kinds" not in disagreement_page(found)


def test_the_page_stands_alone_and_shows_everything(found):
    html = disagreement_page(found)
    assert html.count("<svg") == 3
    assert "<script" not in html
    assert "http" not in html.replace("http://www.w3.org", "")
    assert all(name in html for name in CELLS)
    assert all(part in html for part in ("How votes fall", "Noise or taste?", "Strata of strength", "For the record"))
    assert disagreement_page(found) == html


def test_the_figure_marks_what_counts_as_low(found):
    assert found.low == 0.2
    tenth = replace(found, low=0.1)
    (axes,) = strength_figure(tenth).axes
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["lowest 10%", "the others"]
    marked = sum(bar.get_height() for bar in axes.containers[0])
    assert marked == pytest.approx(0.1 * np.isfinite(found.strength.mean).sum(), abs=2)
    assert "with the lowest 10% marked" in disagreement_page(tenth)
