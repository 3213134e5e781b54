"""Are the judgements against everybody else's slips, or the consistent taste of a few?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gustibus.comparisons import Comparisons, GustibusError, Items
from gustibus.comparisons.arguments import check_comparisons, check_seed
from gustibus.comparisons.repeats import questions_of
from gustibus.diagnosis.agreement import PersonAgreement, agreement_of
from gustibus.diagnosis.cross_fit import CrossFitted
from gustibus.diagnosis.preference_strength import preference_strength

__all__ = ["NoiseOrTaste", "Verdict", "noise_or_taste"]

Floats = NDArray[np.float64]
Codes = NDArray[np.intp]

Verdict = Literal["taste", "noise", "too few to tell"]

_LOW_AT_LEAST: Final = 20
_COMPONENTS: Final = 16


@dataclass(frozen=True, eq=False)
class NoiseOrTaste:
    """What the low-strength judgements look like.

    Attributes
    ----------
    verdict
        ``"taste"``: low-strength judgements agree with what else their author said, or somebody keeps answering the
        other way round. ``"noise"``: nothing says so, which is no proof that there is no taste.
    p_value
        Of the verdict: twice the smaller of the next two, at most 1.
    taste_p_value
        That low-strength judgements agree with their author's others no more than chance has it: the larger of two
        null distributions, authors permuted and signs flipped.
    reversed_p_value
        That nobody answers the other way round: every single person at random or better, times the number of people.
    agreement
        Share of the low-strength judgements that their author's other judgements point to.
    agreement_by_chance
        The same with authors permuted.
    n_low, n_people
        Low-strength judgements by people with at least two judgements, and these people.
    within
        Within what authors were permuted: ``"pair"`` (the same question: exact), ``"prompt"``, or ``"all"``: that is
        approximate, and calls a model's common error a taste if people were asked different kinds of questions.
    people
        Everybody, most consistent first.
    statistic, null
        The observed sum and its null distribution by permuted authors, ``(n,)``, in standard deviations of the latter.
    by
        ``"user"`` or ``"group"``.
    """

    verdict: Verdict
    p_value: float
    taste_p_value: float
    reversed_p_value: float
    agreement: float
    agreement_by_chance: float
    n_low: int
    n_people: int
    within: Literal["pair", "prompt", "all"]
    people: tuple[PersonAgreement, ...]
    statistic: float
    null: Floats
    by: Literal["user", "group"]

    def __str__(self) -> str:
        if self.verdict == "too few to tell":
            return f"{self.verdict}: {self.n_low} low-strength judgements by people with others beside them"
        return (
            f"{self.verdict} (p = {self.p_value:.3f}): {self.agreement:.0%} of {self.n_low} low-strength judgements "
            f"are what the other judgements of their {self.by} point to, {self.agreement_by_chance:.0%} by chance"
        )


def noise_or_taste(
    data: Comparisons,
    crossed: CrossFitted,
    vectors: ArrayLike,
    *,
    by: Literal["user", "group"] = "user",
    low: float = 0.2,
    level: float = 0.05,
    n_permutations: int = 499,
    seed: int = 0,
) -> NoiseOrTaste:
    r"""Tell random flips from a consistent minority: do a person's low-strength judgements agree? (Our own test.)

    With :math:`e_i = y_i - \hat p_i` the residual of the held-out population model and :math:`x_i` the difference of
    the two responses' features, :math:`v_i = e_i \tilde x_i` is the direction in which judgement i departs from the
    rest, whichever way round it was shown. Slips depart in no direction of their own; a person who wants something else
    departs in the same direction again and again. The statistic sums, over the judgements of low strength,

    .. math:: T = \sum_{i\ \mathrm{low}} v_i \cdot \sum_{j \ne i,\ u(j) = u(i)} v_j

    which over all judgements would be the score test of the person-aware model with normal deviations of everybody's
    linear taste. What is along :math:`g_i = 1 - 2 \hat p_i` is taken out of :math:`\tilde x`, because somebody who is
    careless departs in that direction too: flips at any rate, different for everybody, remain noise. Somebody who
    answers the other way round departs along it alone; that is told apart from flips by being worse than guessing.
    Nothing is relabelled.

    Parameters
    ----------
    data
        Judgements.
    crossed
        Held-out predictions of one taste for all, from :func:`gustibus.diagnosis.cross_fit`.
    vectors
        Features of ``data.items()``, ``(n_items, D)``; their first 16 principal components enter.
    by
        Whose taste: people's, or that of the groups in the ``group`` column.
    low
        Share of the judgements that counts as low in strength.
    level
        Of the verdict.
    n_permutations, seed
        Of the null distributions.

    Raises
    ------
    GustibusError
        If shapes do not fit, or there are no groups.
    """
    check_comparisons(data)
    check_seed(seed)
    items = data.items()
    matrix = np.asarray(vectors, np.float64)
    if matrix.ndim != 2 or len(matrix) != len(items):
        raise GustibusError(f"vectors have shape {matrix.shape}, but there are {len(items)} items: give a row for each")
    whose = data if by == "user" else data.with_groups_as_users()
    ids, person = np.unique(whose.user, return_inverse=True)
    is_low = preference_strength(data, crossed).lowest(low)
    residual = data.outcome - crossed.share
    direction = _departures(matrix, items, residual, crossed.share)
    stratum, within = _strata(data, person)
    found = agreement_of(
        direction, person, is_low, stratum, crossed.log_odds.mean(axis=0), data.outcome.astype(np.float64),
        n_permutations=n_permutations, seed=seed,
    )  # fmt: skip
    names = whose.users.take(ids).to_pylist()
    p_value = min(1.0, 2 * min(found.p_value, found.reversed_p_value))
    verdict: Verdict = "taste" if p_value <= level else "noise"
    if found.n_low < _LOW_AT_LEAST:
        verdict = "too few to tell"
    return NoiseOrTaste(
        verdict=verdict,
        p_value=p_value,
        taste_p_value=found.p_value,
        reversed_p_value=found.reversed_p_value,
        agreement=found.agreement,
        agreement_by_chance=found.agreement_by_chance,
        n_low=found.n_low,
        n_people=found.n_people,
        within=within,
        people=tuple(found.people(names)),
        statistic=found.statistic,
        null=found.null,
        by=by,
    )


def _departures(matrix: Floats, items: Items, residual: Floats, share: Floats) -> Floats:
    """Residual times feature difference without what is along the consensus, ``(M, C)``."""
    x = (matrix - matrix.mean(axis=0))[items.a] - (matrix - matrix.mean(axis=0))[items.b]
    n_components = min(_COMPONENTS, *x.shape)
    if x.shape[1] > n_components:
        _, directions = np.linalg.eigh(x.T @ x)
        x = x @ directions[:, -n_components:]
    x = x / max(float(np.sqrt(np.mean(x**2))), 1e-30)
    g = 1 - 2 * share
    along = g @ x / max(float(g @ g), 1e-30)
    return np.asarray(residual[:, None] * (x - g[:, None] * along))


def _strata(data: Comparisons, person: Codes) -> tuple[Codes, Literal["pair", "prompt", "all"]]:
    """The same questions where most judgements share theirs with another person, else the same prompts, or all."""
    candidates: list[tuple[Literal["pair", "prompt"], Codes]] = [("pair", questions_of(data).pair.astype(np.intp))]
    if not (data.prompt < 0).any() and (data.prompt == data.prompt_b).all():
        candidates.append(("prompt", data.prompt.astype(np.intp)))
    for name, code in candidates:
        keys = np.unique(np.stack([code, person]), axis=1)
        found, n_people = np.unique(keys[0], return_counts=True)
        if np.isin(code, found[n_people > 1]).mean() > 0.8:
            return np.unique(code, return_inverse=True)[1].astype(np.intp), name
    return np.zeros(len(person), np.intp), "all"
