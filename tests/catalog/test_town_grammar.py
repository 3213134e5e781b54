"""Every style of every situation makes clean sentences, and the style can be read off the text."""

import itertools
import re

import numpy as np
import pytest

from gustibus.catalog.town_grammar import POLES, STYLES, compose, situations

ALL_STYLES = list(itertools.product((-1, 0, 1), repeat=len(STYLES)))


def many_texts(n, seed=0):
    rng = np.random.default_rng(seed)
    for i in range(n):
        situation = situations()[i % len(situations())]
        about = situation.about[int(rng.integers(len(situation.about)))]
        style = rng.integers(-1, 2, len(STYLES))
        yield style, compose(situation, about, style, rng)


def test_every_situation_has_enough_to_say():
    names = [situation.name for situation in situations()]
    assert len(set(names)) == len(names) == 36
    for situation in situations():
        assert (len(situation.about), len(situation.steps), len(situation.principles)) == (7, 5, 5)
        assert len(set(situation.about)) == 7
        assert situation.mood in ("comfort", "delight")
        assert all("{x}" in question and question.endswith("?") for question in situation.questions)


def test_steps_have_numbers_or_names_and_principles_do_not():
    for situation in situations():
        assert sum(bool(re.search(r"\d|\b(one|two|three|four|five|six|seven|eight|nine|ten|first|half|once)\b", step))
                   for step in situation.steps) >= 3, situation.name  # fmt: skip
        assert not any(re.search(r"\d", principle) for principle in situation.principles), situation.name


@pytest.mark.parametrize("style", ALL_STYLES[::7])
def test_no_text_has_a_flaw(style):
    for i, situation in enumerate(situations()):
        text = compose(situation, situation.about[i % 7], style, np.random.default_rng(i))
        assert not re.search(
            r"[{}]|  | [.,;?!]|\.\.|\.,|\bmy\b(?! (dear|heart|day|imaginary|whole|warmest|gran))", text
        ), text
        assert text[0].isupper(), text
        assert text[-1] in ".!?", text
        assert not re.search(r"[.?!] [a-z]", text), text
        assert not re.search(r"\ba [aeio]|\ban [bcdfgjklmnpqrstvwxz]", text.lower()), text
        assert len(text.split()) < 200


def test_one_seed_makes_one_text():
    soup = situations()[0]
    one, two = (compose(soup, "minestrone", (1,) * 6, np.random.default_rng(5)) for _ in range(2))
    assert one == two


def test_long_answers_are_longer():
    words = {level: [] for level in (-1, 0, 1)}
    for style, text in many_texts(900):
        words[int(style[0])].append(len(text.split()))
    assert np.mean(words[-1]) + 8 < np.mean(words[0])
    assert np.mean(words[0]) + 25 < np.mean(words[1])


@pytest.mark.parametrize(
    ("dimension", "marks_low", "marks_high"),
    [
        (
            "formality",
            r"n't|'s\b|'cause|gonna|haha|love|stuff|\bjust\b",
            r"\bone\b|advisable|imperative|principle|kindly",
        ),
        ("boldness", r"care|caution|warning|risk|safety|danger", r"guarantee|perfect|success|triumph|win|victory"),
        ("warmth", r"fact|technical", r"heart|friend|hug|love|kind"),
        ("playfulness", r"$^", r"penguin|gnome|parrot|wizard|llama|confetti|trumpet|unicorn|rabbit|teapot"),
        ("concreteness", r"attitude|philosophy|principle|mindset", r"step|practic|procedure|hands-on"),
    ],
)
def test_a_reader_can_guess_the_style(dimension, marks_low, marks_high):
    axis = STYLES.index(dimension)
    score = {-1: [], 1: []}
    for style, text in many_texts(600):
        if style[axis]:
            low, high = len(re.findall(marks_low, text.lower())), len(re.findall(marks_high, text.lower()))
            score[int(style[axis])].append(high - low)
    assert np.mean(score[1]) > np.mean(score[-1]) + 0.6


def test_your_things_are_not_called_mine():
    quarrels = next(situation for situation in situations() if situation.name == "putting things off")
    texts = [compose(quarrels, "my thesis", style, np.random.default_rng(0)) for style in ALL_STYLES[::31]]
    assert not any("my thesis" in text for text in texts)


def test_every_dimension_names_its_poles():
    assert tuple(POLES) == STYLES
    assert len({pole for poles in POLES.values() for pole in poles}) == 2 * len(STYLES)
