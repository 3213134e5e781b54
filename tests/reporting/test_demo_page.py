"""The page says what the result says, needs nothing from elsewhere, and can be read by everybody."""

import re
from itertools import pairwise

import numpy as np
import pytest
from demo_example import SHOTS, model, small_result
from html_page import Page

from gustibus.comparisons import GustibusError
from gustibus.reporting import demo_figures, demo_page, demo_table


@pytest.fixture(scope="module")
def result():
    return small_result()


@pytest.fixture(scope="module")
def html(result):
    return demo_page(result)


@pytest.fixture(scope="module")
def page(html):
    return Page(html)


def test_elements_are_nested_well_and_all_closed(page):
    assert page.open == []


def test_the_page_asks_nobody_for_anything(html, page):
    assert not re.search(r"https?:|//[a-z]|@import|url\((?!#)", html)
    assert not {tag for tag, _ in page.elements} & {"script", "link", "iframe", "img", "object"}
    targets = [attrs["href"] for _, attrs in page.elements if "href" in attrs]
    assert targets
    assert all(target.startswith("#") for target in targets)


def test_every_picture_is_described(page):
    pictures = [attrs for tag, attrs in page.elements if tag == "svg"]
    assert len(pictures) == 4
    assert all(attrs["role"] == "img" and len(attrs["aria-label"]) > 40 for attrs in pictures)


def test_ids_are_unique_and_references_lead_somewhere(page):
    ids = [attrs["id"] for _, attrs in page.elements if "id" in attrs]
    assert len(ids) == len(set(ids))
    for _, attrs in page.elements:
        for name in ("aria-labelledby", "aria-describedby"):
            assert name not in attrs or attrs[name] in ids
        assert not attrs.get("href", "").startswith("#") or attrs["href"][1:] in ids


def test_headings_do_not_skip_levels(page):
    levels = [level for level, _ in page.headings]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


@pytest.mark.parametrize(("which", "metric"), [(0, "accuracy"), (1, "log loss")])
def test_numbers_in_the_tables_are_those_of_the_result(page, result, which, metric):
    _, head, *rows = page.tables[which]
    assert head == ["model", "seen people", *map(str, SHOTS)]
    expected = demo_table(result, metric).cells()
    shown = [[cell.replace("\xa0", " ") for cell in row] for row in rows]
    assert shown == expected


def test_the_best_model_of_a_column_is_marked(html):
    row = re.search(r'<tr class=""><th scope="row">PAL-A, K&nbsp;=&nbsp;3</th>.*?</tr>', html)[0]
    assert [("best" in cell) for cell in re.findall(r"<td[^>]*>", row)] == [True, False, True, True]


def test_the_glance_shows_how_much_of_the_gap_is_closed(page):
    # (0.823 - 0.701) / (0.861 - 0.701) = 0.7625
    assert "That is 76% of the way" in page.text["main"]
    assert "82.3%" in page.text["main"]


def test_texts_of_others_are_escaped(html, page):
    assert page.text["title"] == "A village & its <tastes>"
    assert "<gently>" not in html
    assert "Slowly & <gently>." in page.text["main"]


def test_the_favourite_of_each_taste_is_marked(html):
    first, second = re.findall(r'<dl class="likes">(.*?)</dl>', html)
    assert re.findall(r"favourite.*?<dt>(.*?)</dt>", first) == ["2 · warm", "3 · careful"]
    assert re.findall(r"favourite.*?<dt>(.*?)</dt>", second) == ["1 · brisk"]


def test_commands_seed_settings_and_seconds_are_there(page):
    for words in ("gustibus info mine.csv", "Look at your file.", "2.2 s", "3.8 s", "0.1.0"):
        assert words in page.text["main"]


def test_light_dark_narrow_and_print_are_thought_of(html):
    for rule in ("prefers-color-scheme: dark", "max-width: 36rem", "@media print", "color-scheme: light dark"):
        assert rule in html


def test_equal_results_give_equal_pages(html):
    assert demo_page(small_result()) == html


def test_captions_carry_the_numbers(result):
    figures = demo_figures(result)
    assert list(figures) == ["map", "n-shot", "prototypes", "reliability"]
    assert "69.8%" in figures["n-shot"].caption
    assert "81.1%" in figures["n-shot"].caption
    assert "0.703 with K = 1, 0.823 with K = 3" in figures["prototypes"].caption
    assert "on average a star lies 0.00 from a ring" in figures["map"].caption
    assert "0.100 for PAL-A, K = 3" in figures["reliability"].caption


def test_a_result_without_truth_prototypes_or_examples_makes_a_page(result):
    bare = small_result(
        models=(model("Bradley-Terry", (0.7, 0.56), [(0.7, 0.56)] * 3),),
        headline="Bradley-Terry",
        taste_map=type(result.taste_map)(np.zeros((4, 2)), [[0.0, 0.0]], np.zeros((3, 2)), np.ones((3, 1))),
        taste_names=("1",),
        examples=(),
        true_number=None,
    )
    page = Page(demo_page(bare))
    assert sum(tag == "svg" for tag, _ in page.elements) == 3
    assert "What the learned tastes would pick" not in page.text["main"]


def test_the_terminal_table_is_narrow(result):
    lines = demo_table(result, intervals=False).to_text().splitlines()
    assert max(map(len, lines)) < 80
    assert lines[1].split()[-4:] == ["0.861", "0.859", "0.859", "0.859"]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"headline": "GPM"}, "'GPM' is none of the models"),
        ({"shots": (0, 1)}, "3 figures on new people"),
        ({"taste_names": ("1",)}, "1 names for 3 prototypes"),
        ({"models": ()}, "models is empty"),
    ],
)
def test_parts_that_do_not_fit_are_refused(changes, reason):
    with pytest.raises(GustibusError, match=reason):
        small_result(**changes)
