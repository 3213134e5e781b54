"""Do ids carry information? A test whose p-value is uniform when they carry none."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal, TypeGuard, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gustibus.comparisons import Comparisons, GustibusError, caution
from gustibus.evaluation.audit_evidence import ENOUGH, same_pairs, similar_questions
from gustibus.evaluation.evaluate import PreferenceModelLike
from gustibus.evaluation.people_in_halves import people_in_halves
from gustibus.evaluation.within_strata import flipped_p_value, permuted_p_value

__all__ = ["GroupAudit", "cross_fitted_group_audit", "group_audit"]

Floats = NDArray[np.float64]
Ids = Literal["group", "user"]
Null = Literal["auto", "pairs", "residuals"]
Unit = Literal["auto", "judgement", "person"]

_CERTAIN: Final = 1e-12


@dataclass(frozen=True)
class GroupAudit:
    """Whether predictions for the right ids are better than for ids drawn from those who answered the same.

    Attributes
    ----------
    p_value
        Of "ids carry nothing", one-sided.
    gain
        Log-likelihood (nats a judgement) by which predictions for the right ids beat those for ids permuted within
        their strata, on average over permutations; under the residual null, beat the population's predictions.
    null
        ``"pairs"``: ids were permuted among judgements of the same two items. ``"residuals"``: residuals were, among
        judgements that are only alike.
    unit
        What was taken as independent: ``"judgement"`` or ``"person"`` (all answers of a person together).
    approximate
        True under the residual null, which can take what a model gets wrong about a group's own questions for its
        taste; and where people are the unit, when the p-value is exact in the limit of many people.
    n_judgements, n_left_out
        Judgements that could tell ids apart, and those that could not because no other id answered the like.
    n_strata, n_ids, n_people
        Among the judgements that were used.
    """

    p_value: float
    gain: float
    null: Literal["pairs", "residuals"]
    unit: Literal["judgement", "person"]
    approximate: bool
    n_judgements: int
    n_left_out: int
    n_strata: int
    n_ids: int
    n_people: int

    def __str__(self) -> str:
        """For example ``p = 0.003: ids gain 0.021 nats a judgement (840 judgements of 120 pairs)``."""
        of = "pairs" if self.null == "pairs" else "strata"
        about = "about " if self.approximate else ""
        return (
            f"p = {about}{self.p_value:.2g}: ids gain {self.gain:+.3f} nats a judgement "
            f"({self.n_judgements} judgements of {self.n_strata} {of})"
        )


def group_audit(
    model: PreferenceModelLike | ArrayLike,
    data: Comparisons,
    *,
    ids: Ids = "group",
    null: Null = "auto",
    unit: Unit = "auto",
    population: ArrayLike | None = None,
    alike: ArrayLike | None = None,
    n_permutations: int = 1999,
    seed: int = 0,
) -> GroupAudit:
    r"""Test whether a model's ids (groups or people) say anything about answers that it has not seen.

    Predictions for the right ids always look better than for shuffled ones when ids answered different questions and
    the model is imperfect: each id has learned its own questions. So ids are permuted **only among judgements of the
    same two items**, where the right answer to the question is the same for all. Nothing is refitted: a judgement's
    predicted log-odds are those of whoever is put in its place. The statistic is

    .. math:: T = \sum_i w_i (y_i - \bar y_{p(i)})\, s_{\pi(i)},

    with :math:`\bar y_p` the mean outcome of pair p, which is the log-likelihood up to what no permutation changes. If
    answers given the pair do not depend on the id, and the model was fitted to *other* judgements, the p-value is
    uniform, whatever the model gets wrong.

    People of one group also have tastes of their own. Where they answered several questions, their answers go together
    by that alone, and permuting single judgements would find the people and not their groups. Then the unit is the
    person: each one's sum of the same terms gets a random sign (approximate; it wants some 20 people), and the model
    must have been fitted to *other people*; see `cross_fitted_group_audit`.

    Parameters
    ----------
    model
        A model fitted to other people's judgements with these ids; or the log-odds that a is preferred in each
        judgement, predicted for its own id, shape (M,).
    data
        Judgements that the model has not seen.
    ids
        Whether the ids are groups or people. With ``"group"`` the model is asked about
        ``data.with_groups_as_users()``.
    null
        ``"pairs"`` as above. ``"residuals"``: permute standardised residuals of the population's predictions among
        judgements of one prompt or, if prompts are not shared, of similar log-odds (tenths). It is right where all ids
        were asked questions of one kind; where each had its own kind, it takes what the model gets wrong there for the
        ids' taste, as a free shuffle does. ``"auto"``: pairs where at least 50 judgements are of pairs answered by
        several ids, and else residuals, with a warning.
    unit
        ``"judgement"`` (exact if ids are people or everybody answered once), ``"person"``, or ``"auto"``.
    population
        For log-odds and the residual null: log-odds predicted for the population, shape (M,). A model is asked.
    alike
        For the residual null: codes >= 0 of judgements about the same matter (a topic, a cluster of prompts), among
        which to permute instead, shape (M,).
    n_permutations, seed
        Of the null distribution; p-values are multiples of ``1 / (n_permutations + 1)``.

    Raises
    ------
    GustibusError
        Groups are missing, the model knows none of the ids, lengths differ, or nothing can tell ids apart.

    Warns
    -----
    DataWarning
        When pairs do not repeat and the approximate null is used unasked.

    References
    ----------
    Group ids as users: Kumar et al. (2024), ComPO, arXiv 2410.16027. Permutation within strata: Good (2005),
    Permutation, Parametric and Bootstrap Tests of Hypotheses. The combination is ours.

    Examples
    --------
    >>> rows = [{"user_id": f"{g}{i}", "group": g, "response_a": "tea", "response_b": f"gin {i}", "choice": c}
    ...         for i in range(40) for g, c in [("north", "a"), ("south", "b")]]
    >>> data = Comparisons.from_rows(rows)
    >>> print(group_audit(np.tile([1.0, -1.0], 40), data))
    p = 0.0005: ids gain +0.500 nats a judgement (80 judgements of 40 pairs)
    """
    for name, asked_for, known in (("ids", ids, Ids), ("null", null, Null), ("unit", unit, Unit)):
        if asked_for not in get_args(known):
            raise GustibusError(f"{name}={asked_for!r} is not known; use one of {', '.join(get_args(known))}")
    asked = data.with_groups_as_users() if ids == "group" else data
    own = _own_log_odds(model, asked)
    evidence = same_pairs(asked, data.user, own)
    n_repeated = len(evidence.strata.rows)
    if null == "residuals" or (null == "auto" and n_repeated < ENOUGH):
        if null == "auto":
            _warn_of_few_repeats(n_repeated)
        everybody = _population_log_odds(model, asked, population)
        codes = None if alike is None else _codes(alike, asked)
        evidence = similar_questions(asked, data.user, own, everybody, codes)
    strata = evidence.strata
    if len(strata.rows) == 0:
        raise GustibusError(
            f"no two {ids}s answered the same question or the like, so nothing can tell {ids}s from questions: ask "
            f"several {ids}s about the same pairs"
        )
    n_ids = len(np.unique(asked.user[strata.rows]))
    if unit == "auto":
        # Where every id is one person there is nobody else to tell it from.
        several = n_ids < strata.n_people < len(strata.rows)
        unit = "person" if several else "judgement"
    p_value = flipped_p_value if unit == "person" else permuted_p_value
    return GroupAudit(
        p_value=p_value(strata, evidence.value, evidence.score, n_permutations, seed),
        gain=evidence.gain,
        null=evidence.null,
        unit=unit,
        approximate=evidence.null == "residuals" or unit == "person",
        n_judgements=len(strata.rows),
        n_left_out=len(data) - len(strata.rows),
        n_strata=strata.n_strata,
        n_ids=n_ids,
        n_people=strata.n_people,
    )


def cross_fitted_group_audit(
    fit: Callable[[Comparisons], PreferenceModelLike],
    data: Comparisons,
    *,
    n_permutations: int = 1999,
    seed: int = 0,
) -> GroupAudit:
    """Fit groups on half of each group's people and audit them on the other half.

    The halves are not swapped: two p-values that each depend on both halves could not be put together without
    refitting for every permutation. Another seed draws other halves.

    Parameters
    ----------
    fit
        From judgements to a model whose users are the groups, for example
        ``lambda part: gustibus.fit(part, person="group")``.
    data
        Judgements with groups.
    n_permutations, seed
        As in `group_audit`; the seed also draws the halves.

    Examples
    --------
    >>> from gustibus.evaluation import BaselineModel, PersonDeviation
    >>> rows = [{"user_id": f"{g}{u}", "group": g, "response_a": f"x{i}", "response_b": f"y{i}", "choice": c}
    ...         for u in range(10) for i in range(10) for g, c in [("north", "a"), ("south", "b")]]
    >>> def fit(part):
    ...     features = lambda items: np.array([[text[0] == "x"] for text in items.response_texts()])
    ...     return BaselineModel(PersonDeviation(ridge=1.0), features).fit(part.with_groups_as_users())
    >>> cross_fitted_group_audit(fit, Comparisons.from_rows(rows)).p_value < 0.01
    True
    """
    learn, judge = people_in_halves(data, seed)
    return group_audit(fit(learn), judge, n_permutations=n_permutations, seed=seed)


def _is_model(model: object) -> TypeGuard[PreferenceModelLike]:
    return hasattr(model, "predict")


def _own_log_odds(model: PreferenceModelLike | ArrayLike, asked: Comparisons) -> Floats:
    if not _is_model(model):
        return _checked(model, asked, "log-odds")
    ids = set(asked.user_ids)
    if not ids & set(model.user_ids):
        some = ", ".join(map(repr, sorted(ids)[:3]))
        raise GustibusError(
            f"the model knows none of the {len(ids)} ids in these judgements ({some}), so it cannot say what is "
            "theirs. Fit it to judgements with the same ids, groups as users: data.with_groups_as_users()."
        )
    return _logit(model.predict(asked).probability)


def _population_log_odds(
    model: PreferenceModelLike | ArrayLike, asked: Comparisons, population: ArrayLike | None
) -> Floats:
    if population is not None:
        return _checked(population, asked, "population's log-odds")
    if not _is_model(model):
        raise GustibusError("the residual null compares with the population's predictions: give them as population=")
    return _logit(model.predict(asked, "population").probability)


def _checked(log_odds: object, asked: Comparisons, name: str) -> Floats:
    values = np.asarray(log_odds, dtype=np.float64)
    if values.shape != (len(asked),) or not np.all(np.isfinite(values)):
        raise GustibusError(
            f"the {name} have shape {values.shape}: give one finite number for each of the {len(asked)} judgements"
        )
    return values


def _codes(alike: ArrayLike, asked: Comparisons) -> NDArray[np.intp]:
    codes = np.asarray(alike)
    if codes.shape != (len(asked),) or not np.issubdtype(codes.dtype, np.integer):
        raise GustibusError(
            f"alike must be {len(asked)} whole numbers, one a judgement; got {codes.dtype} {codes.shape}"
        )
    return codes.astype(np.intp)


def _warn_of_few_repeats(n_repeated: int) -> None:
    caution(
        f"{n_repeated} judgements are of pairs that several ids answered, too few for the exact test (it wants "
        f"{ENOUGH}): residuals are compared instead. If ids were asked different kinds of questions, this p-value is "
        "far too small. Ask different ids about the same pairs."
    )


def _logit(probability: NDArray[np.float64]) -> Floats:
    p = np.clip(probability, _CERTAIN, 1.0 - _CERTAIN)
    return np.asarray(np.log(p) - np.log1p(-p))
