"""The page of a comparison says what the comparison says, and needs nothing from elsewhere."""

import re
from dataclasses import replace
from itertools import pairwise

import pytest
from html_page import Page

from gustibus.evaluation import Interval
from gustibus.reporting import compare_page, compare_table, cost_table, format_cell
from gustibus.study import Comparison, Figures, ModelRow, recommend

SHOTS = (0, 2, 10)


def interval(estimate, half=0.02):
    return Interval(estimate, estimate - half, estimate + half, 0.95, 40)


def figures(loss, change=None):
    return Figures(
        40, 400, interval(loss), interval(1.2 - loss), 0.02, loss + 0.2, (loss - 0.01, loss + 0.01),
        None if change is None else interval(change), None if change is None else interval(-change),
    )  # fmt: skip


def row(name, losses, changes=None, **options):
    validation, seen, *new = losses
    gains = changes or [None] * len(losses)
    return ModelRow(
        name, options, figures(validation, gains[0]), figures(seen, gains[1]),
        {n: figures(loss, gain) for n, loss, gain in zip(SHOTS, new, gains[2:], strict=True)},
        None if changes is None else interval(changes[0]),
        12.0, 3.0, 1.25, 0.5, ({"dimensions": 8, "whiten": None}, {"dimensions": 8, "whiten": None}),
    )  # fmt: skip


def example(**changes):
    rows = (
        row("bt", (0.61, 0.62, 0.6, 0.6, 0.6), model="bt"),
        row("R&D <8>", (0.5, 0.51, 0.61, 0.55, 0.49), (-0.11, -0.11, 0.01, -0.05, -0.11), model="pal-a", prototypes=8),
    )
    about = {"judgements": 12345, "people": 60, "items": 6, "encoder": "one-hot, 6 dimensions", "unseen people": [9, 9]}
    whole = Comparison(
        rows=rows, reference="bt", recommendation=recommend(rows), skipped={"pal-b": "no\nprompts & none <given>"},
        shots=SHOTS, seeds=(0, 1), about=about, version="1.2.3",
    )  # fmt: skip
    return replace(whole, **changes)


@pytest.fixture(scope="module")
def html():
    return compare_page(example())


@pytest.fixture(scope="module")
def page(html):
    return Page(html)


def test_the_recommendation_stands_first(page):
    lead = re.search(r'<div class="lead"><p>(.*?)</p>', compare_page(example()))[1]
    assert lead.startswith("Take R&amp;D &lt;8&gt;: people matter here")
    assert "0.110 [0.090, 0.130] below" in lead


def test_the_page_asks_nobody_for_anything(html, page):
    assert not re.search(r"https?:|//[a-z]|@import|url\((?!#)", html)
    assert not {tag for tag, _ in page.elements} & {"script", "link", "iframe", "img", "object"}


def test_elements_headings_and_ids_are_in_order(page):
    assert page.open == []
    ids = [attrs["id"] for _, attrs in page.elements if "id" in attrs]
    assert len(ids) == len(set(ids))
    for _, attrs in page.elements:
        for name in ("aria-labelledby", "aria-describedby"):
            assert name not in attrs or attrs[name] in ids
    levels = [level for level, _ in page.headings]
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


@pytest.mark.parametrize(("which", "metric"), [(0, "log loss"), (2, "accuracy")])
def test_numbers_in_the_tables_are_those_of_the_comparison(page, which, metric):
    _, head, *rows = page.tables[which]
    assert head == ["model", "seen people", *map(str, SHOTS)]
    assert [row[1:] for row in rows] == [row[1:] for row in compare_table(example(), metric).cells()]


def test_differences_leave_the_reference_out(page):
    _, _, *rows = page.tables[1]
    assert [row[0] for row in rows] == ["R&D <8>"]
    assert rows[0][1:] == [format_cell(interval(change)) for change in (-0.11, 0.01, -0.05, -0.11)]


def test_the_best_of_a_column_is_marked(html):
    first = re.search(r'<tr class=""><th scope="row">bt</th>.*?</tr>', html)[0]
    assert ["best" in cell for cell in re.findall(r"<td[^>]*>", first)] == [False, True, False, False]


def test_the_figure_is_described_with_its_numbers(page):
    (picture,) = [attrs for tag, attrs in page.elements if tag == "svg"]
    assert "R&D <8>: 0.610 after no answers, 0.490 after 10 answers" in picture["aria-label"]


def test_what_was_left_out_and_what_it_costs_is_told(page, html):
    text = page.text["main"]
    assert "no prompts & none <given>" in text
    assert "shared numbers" in text
    assert "12,345 judgements by 60 people" in html
    assert cost_table(example()).cells()[0] == ["bt", "12", "3", "1.2", "0.5"]


def test_one_model_alone_makes_a_page():
    only = example(rows=example().rows[:1], skipped={}, recommendation=recommend(example().rows[:1]), about={})
    page = Page(compare_page(only))
    assert "minus that of" not in page.text["main"]
    assert "Left out" not in page.text["main"]


def test_equal_comparisons_give_equal_pages(html):
    assert compare_page(example()) == html
