"""The town's grammar: one question, many ways of answering it, each way a point in style space."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import zip_longest
from typing import Any, Final, Literal

import numpy as np

__all__ = ["POLES", "STYLES", "Situation", "compose", "situations"]

STYLES: Final = ("length", "formality", "concreteness", "boldness", "warmth", "playfulness")
"""The six dimensions of style; every response has -1, 0 or 1 in each."""

POLES: Final[dict[str, tuple[str, str]]] = {
    "length": ("short", "long"),
    "formality": ("chatty", "formal"),
    "concreteness": ("principles", "concrete steps"),
    "boldness": ("cautious", "bold"),
    "warmth": ("matter-of-fact", "warm"),
    "playfulness": ("plain", "playful"),
}
"""What -1 and 1 mean in each dimension."""

_TOPICS: Final = ("recipes", "travel", "repairs", "worries", "recommendations", "home")
_BODY_SENTENCES: Final = {-1: 1, 0: 2, 1: 3}
_STANCE_SENTENCES: Final = {-1: 1, 0: 1, 1: 2}
_REGISTER: Final = {-1: "chatty", 0: "neutral", 1: "formal"}
_BODY: Final = {-1: "principles", 1: "steps"}
_STANCE: Final = {-1: "cautious", 0: "even", 1: "bold"}
_CONTRACTIONS: Final = (
    (r"\bdo not\b", "don't"),
    (r"\bdoes not\b", "doesn't"),
    (r"\b(is|are|was|were) not\b", r"\1n't"),
    (r"\bcannot\b", "can't"),
    (r"\bwill not\b", "won't"),
    (r"\b([Ii]t|[Tt]hat|[Tt]here|[Ww]hat|[Ss]he|[Hh]e) is\b(?=\s)", r"\1's"),
    (r"\b([Yy]ou|[Tt]hey|[Ww]e) are\b", r"\1're"),
    (r"\b([Ii]t|[Yy]ou|[Tt]hey|[Ww]e) will\b", r"\1'll"),
    (r"\bI am\b", "I'm"),
)


@dataclass(frozen=True)
class Situation:
    """An everyday question with what there is to say about it, before any style.

    Attributes
    ----------
    name, topic
        What it is about and the file it comes from, e.g. "soup" in "recipes".
    mood
        Whether warm people would comfort or share the delight.
    about
        Things that fill ``{x}``: one prompt each.
    questions
        Ways to ask.
    subject
        What the images are about.
    steps, principles
        Verb phrases with numbers in them; clauses without any.
    images
        Noun phrases that are fun to compare the subject with.
    risks, promises
        Clauses: what could go wrong, and how well it will turn out.
    """

    name: str
    topic: str
    mood: Literal["comfort", "delight"]
    about: tuple[str, ...]
    questions: tuple[str, ...]
    subject: str
    steps: tuple[str, ...]
    principles: tuple[str, ...]
    images: tuple[str, ...]
    risks: tuple[str, ...]
    promises: tuple[str, ...]

    def ask(self, about: str, rng: np.random.Generator) -> str:
        """One question about ``about``."""
        return _capital(_one(self.questions, rng).replace("{x}", about))


@cache
def situations() -> tuple[Situation, ...]:
    """All situations of the town, in a fixed order.

    Examples
    --------
    >>> len(situations()), situations()[0].name, situations()[0].about[:2]
    (36, 'soup', ('lentil soup', 'tomato soup'))
    """
    found = []
    for topic in _TOPICS:
        for entry in _text_file(topic)["situation"]:
            fields: dict[str, Any] = {key: tuple(v) if isinstance(v, list) else v for key, v in entry.items()}
            found.append(Situation(topic=topic, **fields))
    return tuple(found)


def compose(situation: Situation, about: str, style: Sequence[int], rng: np.random.Generator) -> str:
    """Answer a question in a style.

    Parameters
    ----------
    situation, about
        What was asked.
    style
        One of -1, 0, 1 for each of :data:`STYLES`. Length sets the number of sentences, formality the register of
        every one, concreteness the share of steps among steps and principles, boldness the hedges, warnings and
        promises, warmth and playfulness the sentences around them.
    rng
        Picks among equivalent phrases.

    Examples
    --------
    >>> soup = situations()[0]
    >>> compose(soup, "lentil soup", (-1, 1, -1, 1, 0, -1), np.random.default_rng(0))
    'To be brief. The guiding philosophy is what counts. With total confidence I declare that ...'
    """
    length, formality, concreteness, boldness, warmth, playfulness = (int(level) for level in style)
    register, stance = _REGISTER[formality], _STANCE[boldness]
    phrases = _text_file("phrases")
    words = {"x": re.sub(r"^my\b", "your", about)}
    words["subject"] = situation.subject.format(**words)
    opening, closing = _warmth(situation, phrases, register, length, warmth, rng)
    image, joke = _playfulness(situation, phrases, register, length, playfulness, words, rng)
    body = _body(situation, phrases, register, stance, length, concreteness, words, rng)
    stances = _stance(situation, phrases, register, stance, length, words, rng)
    announcement = [_one(phrases["brief" if length == -1 else "lengthy"][register], rng)] if length else []
    farewell = [_one(phrases["farewell"][register], rng)] if length == 1 else []
    parts = (*announcement, *opening, *image, *body, *stances, *joke, *closing, *farewell)
    text = " ".join(_capital(part) for part in parts)
    return _contracted(text) if register == "chatty" else text


def _body(
    situation: Situation,
    phrases: Mapping[str, Any],
    register: str,
    stance: str,
    length: int,
    concreteness: int,
    words: Mapping[str, str],
    rng: np.random.Generator,
) -> list[str]:
    """Steps in their order, principles in any, or both by turns."""
    n = _BODY_SENTENCES[length]
    n_steps = {-1: 0, 0: (n + 1) // 2, 1: n}[concreteness]
    n_principles = n // 2 if concreteness == 0 else n - n_steps
    order = sorted(rng.choice(len(situation.steps), n_steps, replace=False))
    steps = [situation.steps[i].format(**words) for i in order]
    principles = [principle.format(**words) for principle in _several(situation.principles, n_principles, rng)]
    if concreteness == 0 and n == 1:
        principle = _one(situation.principles, rng).format(**words)
        return [_one(phrases["both"][register][stance], rng).format(step=steps[0], principle=principle)]
    lead = [] if concreteness == 0 else [_one(phrases["lead"][register][_BODY[concreteness]], rng)]
    step_frames = _several(phrases["steps"][register][stance], n_steps, rng)
    principle_frames = _several(phrases["principles"][register][stance], n_principles, rng)
    said = [frame.format(step=step) for frame, step in zip(step_frames, steps, strict=True)]
    thought = [frame.format(principle=p) for frame, p in zip(principle_frames, principles, strict=True)]
    return lead + [part for pair in zip_longest(said, thought) for part in pair if part is not None]


def _stance(
    situation: Situation,
    phrases: Mapping[str, Any],
    register: str,
    stance: str,
    length: int,
    words: Mapping[str, str],
    rng: np.random.Generator,
) -> list[str]:
    """Warnings of a cautious answer, promises of a bold one."""
    if stance == "even":
        return []
    n = _STANCE_SENTENCES[length]
    clauses = situation.risks if stance == "cautious" else situation.promises
    return [
        frame.format(risk=clause.format(**words), promise=clause.format(**words))
        for clause, frame in zip(
            _several(clauses, n, rng), _several(phrases["stance"][register][stance], n, rng), strict=True
        )
    ]


def _warmth(
    situation: Situation,
    phrases: Mapping[str, Any],
    register: str,
    length: int,
    warmth: int,
    rng: np.random.Generator,
) -> tuple[list[str], list[str]]:
    """How the answer opens and how it parts."""
    if warmth == 0:
        return [], []
    lines = phrases["warm" if warmth == 1 else "matter_of_fact"][register]
    opening = [_one(lines[situation.mood if warmth == 1 else "open"], rng)]
    return opening, [] if length == -1 else [_one(lines["close"], rng)]


def _playfulness(
    situation: Situation,
    phrases: Mapping[str, Any],
    register: str,
    length: int,
    playfulness: int,
    words: Mapping[str, str],
    rng: np.random.Generator,
) -> tuple[list[str], list[str]]:
    """An image for a light touch; an image and jokes for a playful answer."""
    if playfulness == -1:
        return [], []
    image = _one(phrases["image"][register], rng).format(subject=words["subject"], image=_one(situation.images, rng))
    return [image], [_one(phrases["joke"][register], rng)] if playfulness == 1 else []


@cache
def _text_file(name: str) -> dict[str, Any]:
    return tomllib.loads((files("gustibus.catalog") / "town_texts" / f"{name}.toml").read_text(encoding="utf-8"))


def _one(options: Sequence[str], rng: np.random.Generator) -> str:
    return options[int(rng.integers(len(options)))]


def _several(options: Sequence[str], n: int, rng: np.random.Generator) -> list[str]:
    return [options[i] for i in rng.choice(len(options), n, replace=False)]


def _capital(sentence: str) -> str:
    """A capital at the start, and after a full stop or question mark inside a frame."""
    capital = sentence[0].upper() + sentence[1:]
    return re.sub(r"([.?!] )([a-z])", lambda found: found[1] + found[2].upper(), capital)


def _contracted(text: str) -> str:
    for pattern, short in _CONTRACTIONS:
        text = re.sub(pattern, short, text)
    return text
