"""Cycles of real answers: triples whose three pairs are judged by three different aspects, and go round."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import permutations
from typing import Final

import numpy as np

from gustibus.comparisons import Comparisons, GustibusError
from gustibus.comparisons.arguments import check_comparisons, check_seed
from gustibus.comparisons.wording import counted

__all__ = ["AspectCycles", "aspect_cycles"]

Votes = dict[str, dict[tuple[str, str], float]]
Triple = tuple[str, str, str]

JUDGE: Final = "designated aspects"
"""Who says what is said: nobody, but the rule."""


@dataclass(frozen=True, eq=False, repr=False)
class AspectCycles:
    """What :func:`aspect_cycles` found.

    Attributes
    ----------
    comparisons, held_out
        Three judgements of each triple, those of held-out prompts apart; user ``designated aspects``, source
        ``derived``.
    triples
        Prompt and the three answers of each triple, of which each beats the next and the last beats the first.
    aspects
        What the three pairs were judged by.
    n_prompts
        Prompts with three answers rated on all three aspects, most of which hold no such triple.
    """

    comparisons: Comparisons
    held_out: Comparisons
    triples: tuple[tuple[str, Triple], ...]
    aspects: tuple[str, str, str]
    n_prompts: int

    @property
    def scalar_ceiling(self) -> float:
        """Share of these pairs that a scale can get right at most: two of the three of a cycle."""
        return 2 / 3

    def __repr__(self) -> str:
        found = f"{counted(len(self.triples), 'triple')} of {counted(self.n_prompts, 'prompt')}"
        return f"AspectCycles({found}, of which a scale gets at most {self.scalar_ceiling:.1%} right)"


def aspect_cycles(
    tables: Mapping[str, Comparisons], aspects: Sequence[str], *, held_out_prompts: float = 0.2, seed: int = 0
) -> AspectCycles:
    """Build cyclic triples from ratings on several aspects, as for the general preference model.

    A triple of answers x, y, z to one prompt is kept if x is strictly better than y by the first aspect, y than z by
    the second, and z than x by the third (after Zhang et al. 2024, arXiv 2410.02197, who built cyclic preferences from
    UltraFeedback's ratings). No pair is used twice. No scale can get more than two of three right. What a
    model learns of triples it has seen is memory: judge it by the held-out prompts.

    Parameters
    ----------
    tables
        Aspect to judgements of the same answers, as from ``load_aspects("ultrafeedback", path=...)`` or
        :func:`gustibus.read_aspects`. Of several raters the majority counts.
    aspects
        Three different ones, in the order in which the pairs of a triple are judged by them.
    held_out_prompts
        Share of the prompts with a triple that go to ``held_out``.
    seed
        Of the order in which triples are tried, and of the held-out prompts.

    Raises
    ------
    GustibusError
        If aspects are not there, or no triple goes round.

    Examples
    --------
    >>> ratings = {"taste": {"tea": 3, "gin": 2, "ale": 1}, "price": {"tea": 2, "gin": 3, "ale": 1},
    ...            "health": {"tea": 2, "gin": 1, "ale": 3}}
    >>> tables = {aspect: Comparisons.from_rows(
    ...     [{"user_id": "judge", "prompt": "A drink?", "response_a": a, "response_b": b,
    ...       "choice": "a" if of[a] > of[b] else "b"} for a, b in (("tea", "gin"), ("gin", "ale"), ("ale", "tea"))])
    ...     for aspect, of in ratings.items()}
    >>> found = aspect_cycles(tables, ["taste", "price", "health"], held_out_prompts=0)
    >>> found.triples
    (('A drink?', ('tea', 'gin', 'ale')),)
    """
    check_seed(seed)
    named = _three(tables, aspects)
    if not 0 <= held_out_prompts < 1:
        raise GustibusError(f"held_out_prompts is {held_out_prompts}: give a share of prompts, 0 or more, below 1")
    votes = [_votes(tables[aspect]) for aspect in named]
    rng = np.random.default_rng(seed)
    triples: list[tuple[str, Triple]] = []
    n_prompts = 0
    for prompt in votes[0]:
        said = [of.get(prompt, {}) for of in votes]
        answers = sorted({answer for pair in said[0] for answer in pair})
        if len(answers) < 3 or not all(said):
            continue
        n_prompts += 1
        triples += [(prompt, triple) for triple in _cycles(said, answers, rng)]
    if not triples:
        raise GustibusError(
            f"no triple of answers goes round by {', '.join(named)} in {counted(n_prompts, 'prompt')} with three rated "
            "answers. Try other aspects, another order of them, or more prompts."
        )
    prompts = list(dict.fromkeys(prompt for prompt, _ in triples))
    apart = {prompts[i] for i in rng.permutation(len(prompts))[: round(held_out_prompts * len(prompts))].tolist()}
    whole = _judgements(triples, rng)
    is_apart = np.array([prompt in apart for prompt, _ in triples for _ in range(3)])
    return AspectCycles(whole.filter(~is_apart), whole.filter(is_apart), tuple(triples), named, n_prompts)


def _three(tables: Mapping[str, Comparisons], aspects: Sequence[str]) -> tuple[str, str, str]:
    if isinstance(aspects, str) or len(aspects) != 3 or len(set(aspects)) != 3:
        raise GustibusError(f"aspects={aspects!r}: name three different aspects, one for each pair of a triple")
    for aspect in aspects:
        if aspect not in tables:
            raise GustibusError(f"there are no judgements of {aspect!r}. There are: {', '.join(tables)}.")
        check_comparisons(tables[aspect])
    first, second, third = aspects
    return first, second, third


def _votes(data: Comparisons) -> Votes:
    """By how much a beats b on balance, both ways round, for every pair of answers to one prompt."""
    prompts, responses = data.prompts.to_pylist(), data.responses.to_pylist()
    found: Votes = defaultdict(lambda: defaultdict(float))
    rows = zip(data.prompt, data.prompt_b, data.response_a, data.response_b, 2 * data.outcome - 1, strict=True)
    for prompt, other, a, b, lead in rows:
        if prompt >= 0 and prompt == other:
            of = found[prompts[prompt]]
            of[responses[a], responses[b]] += float(lead)
            of[responses[b], responses[a]] -= float(lead)
    return found


def _cycles(said: list[dict[tuple[str, str], float]], answers: list[str], rng: np.random.Generator) -> list[Triple]:
    """Triples that go round, tried in random order; no pair twice."""
    every = [(x, y, z) for x, y, z in permutations(answers, 3)]
    used: set[frozenset[str]] = set()
    kept = []
    for at in rng.permutation(len(every)).tolist():
        x, y, z = every[at]
        pairs = {frozenset(pair) for pair in ((x, y), (y, z), (z, x))}
        leads = (said[0].get((x, y), 0.0), said[1].get((y, z), 0.0), said[2].get((z, x), 0.0))
        if min(leads) > 0 and not pairs & used:
            used |= pairs
            kept.append((x, y, z))
    return kept


def _judgements(triples: list[tuple[str, Triple]], rng: np.random.Generator) -> Comparisons:
    """Three judgements of each triple, either way round."""
    rows = []
    for prompt, (x, y, z) in triples:
        for winner, loser in ((x, y), (y, z), (z, x)):
            a, b, choice = (winner, loser, "a") if rng.random() < 0.5 else (loser, winner, "b")
            said = {"user_id": JUDGE, "prompt": prompt, "response_a": a, "response_b": b, "choice": choice}
            rows.append(said | {"source": "derived"})
    return Comparisons.from_rows(rows)
