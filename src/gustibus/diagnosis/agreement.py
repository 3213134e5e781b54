"""Do the departures of one person point the same way? The arithmetic behind noise or taste."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

__all__ = ["Agreement", "PersonAgreement", "agreement_of"]

Floats = NDArray[np.float64]
Codes = NDArray[np.intp]
Mask = NDArray[np.bool_]

_REVERSED_AT_LEAST: Final = 5
"""Judgements of a person from which on they may be said to answer the other way round."""


@dataclass(frozen=True)
class PersonAgreement:
    """How consistently one person (or group) departs from the others.

    Attributes
    ----------
    user_id
        Who.
    n_judgements, n_low
        All judgements, and those of low strength.
    agreement
        Share of the latter that the person's other judgements point to; nan without any.
    z
        How much more than chance all their judgements agree with each other, in standard deviations under flipped
        signs.
    with_the_others
        Correlation-like figure from -1 to 1: how far the person answers as everybody does; near -1 is the other way
        round.
    """

    user_id: str
    n_judgements: int
    n_low: int
    agreement: float
    z: float
    with_the_others: float


@dataclass(frozen=True, eq=False)
class Agreement:
    """Observed agreement beside what chance makes; see :class:`gustibus.diagnosis.NoiseOrTaste`."""

    p_value: float
    reversed_p_value: float
    agreement: float
    agreement_by_chance: float
    n_low: int
    n_people: int
    statistic: float
    null: Floats
    of_person: Floats
    z: Floats
    n_of_person: Codes
    n_low_of_person: Codes
    with_the_others: Floats

    def people(self, names: Sequence[str]) -> Iterator[PersonAgreement]:
        """Everybody by name, most consistent first."""
        for row in np.lexsort((np.arange(len(names)), -self.z)):
            yield PersonAgreement(
                names[row], int(self.n_of_person[row]), int(self.n_low_of_person[row]), float(self.of_person[row]),
                float(self.z[row]), float(self.with_the_others[row]),
            )  # fmt: skip


def agreement_of(
    direction: Floats,
    person: Codes,
    is_low: Mask,
    stratum: Codes,
    log_odds: Floats,
    outcome: Floats,
    *,
    n_permutations: int,
    seed: int,
) -> Agreement:
    """The statistic, its two null distributions, and the figures of everybody.

    Parameters
    ----------
    direction
        ``v``, the departure of each judgement, ``(M, C)``.
    person
        Whose it is, ``0 .. U - 1``, ``(M,)``.
    is_low
        Which judgements are of low strength, ``(M,)``.
    stratum
        Within which authors are permuted, ``0 .. S - 1``, ``(M,)``.
    log_odds, outcome
        Of the population model, and what was said, ``(M,)``.
    """
    rng = np.random.default_rng(seed)
    n_people = int(person.max()) + 1
    v = _centred(direction, stratum)
    projected = _projected(v, person)
    own = np.einsum("mc,mc->m", v, v)
    n_of_person = np.bincount(person, minlength=n_people)
    counts = is_low & (n_of_person[person] > 1) & (np.bincount(stratum)[stratum] > 1)
    points = projected - own
    observed = float(points[counts].sum())
    permuted, by_chance = _permuted(v, own, person, counts, stratum, n_permutations, rng)
    flipped, flipped_people = _flipped(v, own, person, counts, n_permutations, rng)
    p_value = max(_share_at_least(permuted, observed), _share_at_least(flipped, observed))
    centre, spread = float(permuted.mean()), max(float(permuted.std()), 1e-30)
    n_low = np.bincount(person[counts], minlength=n_people)
    agrees = np.bincount(person[counts], points[counts] > 0, n_people)
    of_person = np.bincount(person, points, n_people)
    person_sd = np.sqrt((flipped_people**2).mean(axis=0))
    with_the_others, reversed_p = _reversed(person, log_odds, outcome, n_people)
    return Agreement(
        p_value,
        reversed_p,
        float(agrees.sum() / max(n_low.sum(), 1)),
        by_chance,
        int(counts.sum()),
        int((n_of_person > 1).sum()),
        (observed - centre) / spread,
        (permuted - centre) / spread,
        np.divide(agrees, n_low, out=np.full(n_people, np.nan), where=n_low > 0),
        np.divide(of_person, person_sd, out=np.zeros(n_people), where=person_sd > 1e-30),
        n_of_person,
        n_low,
        with_the_others,
    )


def _centred(direction: Floats, stratum: Codes) -> Floats:
    """Without the stratum's mean, scaled up by the share of the variance that this takes; alone in a stratum: 0."""
    n = np.bincount(stratum).astype(np.float64)
    means = _sums(direction, stratum) / n[:, None]
    scale = np.sqrt(np.divide(n, n - 1, out=np.zeros_like(n), where=n > 1))
    return np.asarray((direction - means[stratum]) * scale[stratum][:, None])


def _sums(v: Floats, codes: Codes, n: int = 0) -> Floats:
    return np.stack([np.bincount(codes, column, n) for column in v.T], axis=1)


def _projected(v: Floats, person: Codes) -> Floats:
    """Each departure times the sum of its author's, itself included, ``(M,)``."""
    return np.asarray(np.einsum("mc,mc->m", v, _sums(v, person)[person]))


def _permuted(
    v: Floats, own: Floats, person: Codes, counts: Mask, stratum: Codes, n: int, rng: np.random.Generator
) -> tuple[Floats, float]:
    """The statistic with authors permuted within strata, and the mean share of low-strength judgements that agree."""
    order = np.argsort(stratum, kind="stable")
    sums, agree = np.empty(n), np.empty(n)
    for draw in range(n):
        shuffled = np.empty_like(person)
        shuffled[order] = person[np.argsort(stratum + rng.random(len(stratum)))]
        points = (_projected(v, shuffled) - own)[counts]
        sums[draw], agree[draw] = points.sum(), np.mean(points > 0) if len(points) else np.nan
    return sums, float(agree.mean())


def _flipped(
    v: Floats, own: Floats, person: Codes, counts: Mask, n: int, rng: np.random.Generator
) -> tuple[Floats, Floats]:
    """The statistic with random signs, ``(n,)``, and everybody's own over all their judgements, ``(n, U)``."""
    n_people = int(person.max()) + 1
    sums, parts = np.empty(n), np.empty((n, n_people))
    for draw in range(n):
        signed = v * (rng.integers(0, 2, len(v)) * 2.0 - 1.0)[:, None]
        points = _projected(signed, person) - own
        sums[draw], parts[draw] = points[counts].sum(), np.bincount(person, points, n_people)
    return sums, parts


def _share_at_least(null: Floats, observed: float) -> float:
    return float((1 + np.count_nonzero(null >= observed - 1e-12 * np.abs(null).max(initial=0.0))) / (len(null) + 1))


def _reversed(person: Codes, log_odds: Floats, outcome: Floats, n_people: int) -> tuple[Floats, float]:
    """How far each person answers as everybody does, and the p-value that nobody is worse than guessing."""
    from scipy.stats import norm

    weight = np.tanh(log_odds / 2)  # a sure prediction counts 1, however sure
    lead = np.bincount(person, weight * (2 * outcome - 1), n_people)
    spread = np.sqrt(np.bincount(person, weight**2, n_people))
    most = np.bincount(person, np.abs(weight), n_people)
    with_the_others = np.divide(lead, most, out=np.zeros(n_people), where=most > 0)
    enough = (np.bincount(person, minlength=n_people) >= _REVERSED_AT_LEAST) & (spread > 0)
    if not enough.any():
        return with_the_others, 1.0
    p_values = norm.cdf(lead[enough] / spread[enough])
    return with_the_others, float(min(1.0, p_values.min() * enough.sum()))
