"""One call that says how good a model is for the people it knows and for people it has just met."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from gustibus.comparisons import Comparisons, GustibusError, Progress, caution
from gustibus.comparisons.arguments import answer_counts, check_comparisons, check_progress, check_seed
from gustibus.comparisons.cautions import warn_of_several_sources
from gustibus.comparisons.wording import counted
from gustibus.evaluation.against_votes import score_votes
from gustibus.evaluation.protocols import prefix, shuffled_by_user
from gustibus.evaluation.report import Report
from gustibus.evaluation.scored import Scored
from gustibus.evaluation.scored_votes import ScoredVotes

__all__ = ["PredictionsLike", "PreferenceModelLike", "evaluate"]

_UNSEEN_TEST_AT_LEAST, _UNSEEN_TEST_AT_MOST = 5, 50
_STAGE = "evaluating"


class PredictionsLike(Protocol):
    """Predictions for the records of a table."""

    @property
    def probability(self) -> NDArray[np.float64]:
        """P(a preferred) of each record, shape (M,)."""


class PreferenceModelLike(Protocol):
    """What a model must offer to be evaluated."""

    @property
    def user_ids(self) -> Sequence[str]:
        """The people it was fitted to."""

    def predict(self, data: Comparisons, users: Any = None) -> PredictionsLike:
        """Predict each record for its own user; for ``"population"``, or what `adapt_users` returned, instead."""

    def adapt_users(self, data: Comparisons) -> Any:
        """Learn the people of `data` from these answers alone, without changing the model."""


def evaluate(
    model: PreferenceModelLike,
    test: Comparisons,
    *,
    shots: Sequence[int] = (0, 1, 2, 5, 10, 20),
    seed: int = 0,
    n_boot: int = 1000,
    by: Sequence[str | None] | None = None,
    progress: Progress | None = None,
) -> Report:
    """Score a model on people it knows, and on new people from their first answers.

    People in the test data whom the model knows are *seen*: all their test judgements are predicted. The others are
    *unseen*: each one's answers are shuffled; the first ``max(shots)`` are revealed bit by bit and the next, at most
    50, are predicted after each number of revealed answers in `shots`, so every number is judged on the same
    judgements. With no answers a new person is the population, or where their covariates place them. Unseen people
    with fewer than ``max(shots) + 5`` answers are left out and counted in ``report.n_left_out``.

    A model of groups (``gustibus.fit(..., person="group")``) is asked about the groups of the test data in place of
    their people: groups are seen or unseen, and it is their answers that are revealed. Intervals stay over people.

    Where there are ties, the log loss of all three outcomes stands beside that of the clear ones
    (``report["seen"].tie_figures``), and what a constant rate of ties would lose.

    Beside the model stands its own population prediction, ``report.baselines["population"]``, on the same judgements.

    Where several people judged the same pairs (ten pairs at least), ``report.votes`` sets predictions against the
    shares of their votes: see `ScoredVotes`.

    Parameters
    ----------
    model
        A fitted model; anything with `user_ids`, `predict` and `adapt_users`.
    test
        Judgements that the model was not fitted to.
    shots
        Numbers of answers after which new people are predicted; empty to look at seen people only.
    seed
        Shuffles the answers of unseen people (people in order of their ids, one generator) and resamples users.
    n_boot
        Resamples of users behind each interval.
    by
        A label for each test judgement, such as ``gustibus.diagnosis.taxonomy(...).names``: ``report.parts`` then has
        every figure for the judgements of each label as well. A judgement with None is in no part.
    progress
        Told how much is done.

    Raises
    ------
    GustibusError
        There is nobody to test: no seen people, and no unseen people with enough answers.

    Warns
    -----
    DataWarning
        If there are unseen people, but none with enough answers.

    Examples
    --------
    >>> from gustibus.evaluation import BaselineModel, PersonDeviation
    >>> rng = np.random.default_rng(0)
    >>> user = np.repeat(np.arange(40), 20)
    >>> likes_tea = np.where(user % 2 == 0, 0.9, 0.1)
    >>> data = Comparisons.from_arrays(users=[f"u{i}" for i in range(40)], responses=["tea", "gin"], user=user,
    ...     response_a=np.zeros(800, int), response_b=np.ones(800, int), outcome=rng.uniform(size=800) < likes_tea)
    >>> train, test = data.filter(user < 20), data.filter(user >= 20)
    >>> model = BaselineModel(PersonDeviation(ridge=1.0), lambda items: np.eye(2)[items.response]).fit(train)
    >>> report = evaluate(model, test, shots=(0, 5))
    >>> report["unseen"][0].accuracy < 0.6 < 0.8 < report["unseen"][5].accuracy
    True
    """
    numbers = answer_counts(shots)
    check_comparisons(test)
    check_seed(seed)
    check_progress(progress)
    if len(test) == 0:
        raise GustibusError("the test data are empty: hold some judgements back, for example with gustibus.split")
    labels = _labels(by, test)
    warn_of_several_sources("evaluate scores", test)
    is_seen = _is_seen(model, _whose(model, test))
    seen = test.filter(is_seen)
    new = test.filter(~is_seen)
    pool, unseen, tested, n_left_out = _reveal(new, _whose(model, new), numbers, seed)
    if len(seen) == 0 and len(unseen) == 0:
        raise GustibusError(
            f"there is nobody to test: the model knows none of {counted(test.n_users, 'person')} in the test, and "
            f"{n_left_out} unseen have fewer than {_needed(numbers)} answers; lower "
            f"shots={numbers} or test on people the model knows"
        )
    if numbers and n_left_out and len(unseen) == 0:
        most = int(np.bincount(_whose(model, new).user).max())
        caution(
            f"nobody who is new to the model has the {_needed(numbers)} answers that shots={numbers} take (the most is "
            f"{most}), so new people are not evaluated. Lower shots."
        )
    done, total = 0, 2 * (len(seen) > 0) + (1 + len(numbers)) * (len(unseen) > 0)

    tie_rate = getattr(model, "summary", {}).get("tie_share")

    def score(data: Comparisons, users: Any) -> Scored:
        nonlocal done
        found = model.predict(data, users=users)
        scored = Scored.of(
            data,
            found.probability,
            n_boot=n_boot,
            seed=seed,
            three_way=getattr(found, "three_way", None),
            tie_rate=tie_rate,
        )
        done += 1
        if progress is not None:
            progress(_STAGE, done, total)
        return scored

    population: dict[str, Scored] = {}
    seen_scores, unseen_scores = None, {}
    if len(seen):
        population["seen"], seen_scores = score(seen, "population"), score(seen, None)
    if len(unseen):
        population["unseen"] = score(unseen, "population")
        for n in numbers:
            users = _before_any_answer(model, unseen) if n == 0 else model.adapt_users(prefix(_whose(model, pool), n))
            unseen_scores[n] = score(unseen, users)
    own = None if seen_scores is None else seen_scores.probability
    votes = score_votes(model, test, seen, own, n_boot=n_boot, seed=seed)
    whole = Report(seen_scores, unseen_scores, {"population": population}, n_left_out, numbers, seed, n_boot, votes)
    if labels is None:
        return whole
    place = labels[is_seen], labels[~is_seen][tested]
    parts = {}
    for label in np.unique(labels[labels != ""]).tolist():
        inside = labels == label
        mask = {"seen": place[0] == label, "unseen": place[1] == label}
        if mask["seen"].any() or mask["unseen"].any():
            some = seen.filter(mask["seen"])
            about = score_votes(
                model, test.filter(inside), some, None if own is None else own[mask["seen"]], n_boot=n_boot, seed=seed
            )
            parts[label] = _part_of(whole, mask["seen"], mask["unseen"], about)
    return replace(whole, parts=parts)


def _labels(by: Sequence[str | None] | None, test: Comparisons) -> NDArray[np.str_] | None:
    """The label of each test judgement, empty for none."""
    if by is None:
        return None
    if isinstance(by, str) or len(by) != len(test):
        given = repr(by) if isinstance(by, str) else counted(len(by), "label")
        raise GustibusError(f"by must be one label for each of the {len(test)} test judgements, got {given}")
    return np.array(["" if label is None else str(label) for label in by], np.str_)


def _part_of(
    whole: Report, seen: NDArray[np.bool_], unseen: NDArray[np.bool_], votes: Mapping[str, ScoredVotes]
) -> Report:
    """The report of some of its judgements."""
    masks = {"seen": seen, "unseen": unseen}
    return replace(
        whole,
        seen=whole.seen.only(seen) if whole.seen is not None and seen.any() else None,
        unseen={n: scored.only(unseen) for n, scored in whole.unseen.items()} if unseen.any() else {},
        baselines={
            name: {people: scored.only(masks[people]) for people, scored in scores.items() if masks[people].any()}
            for name, scores in whole.baselines.items()
        },
        votes=votes,
    )


def _before_any_answer(model: PreferenceModelLike, unseen: Comparisons) -> Any:
    """New people as the population, or where their covariates place them."""
    if getattr(model, "covariates", None) is None:
        return "population"
    no_answers = unseen.filter(np.zeros(len(unseen), np.bool_))
    placed: Any = model
    return placed.adapt_users(no_answers, user_ids=_whose(model, unseen).user_ids)


def _is_seen(model: PreferenceModelLike, test: Comparisons) -> NDArray[np.bool_]:
    known = set(model.user_ids)
    by_code = np.array([user_id in known for user_id in test.users.to_pylist()], dtype=np.bool_)
    return np.asarray(by_code[test.user], dtype=np.bool_)


def _needed(numbers: tuple[int, ...]) -> int:
    return max(numbers, default=0) + _UNSEEN_TEST_AT_LEAST


def _whose(model: PreferenceModelLike, data: Comparisons) -> Comparisons:
    """The judgements as those of their groups where the model knows groups."""
    return data.with_groups_as_users() if getattr(model, "person", "user") == "group" else data


def _reveal(
    data: Comparisons, whose: Comparisons, numbers: tuple[int, ...], seed: int
) -> tuple[Comparisons, Comparisons, NDArray[np.intp], int]:
    """Answers to adapt to, judgements to test on, their rows, and how many of those ``whose`` they are have too few."""
    nothing = np.zeros(0, dtype=np.intp)
    if not numbers:
        return data.take(nothing), data.take(nothing), nothing, 0
    people = [rows for _, rows in shuffled_by_user(whose, seed)]
    enough = [rows for rows in people if len(rows) >= _needed(numbers)]
    most = numbers[-1]
    pool = np.concatenate([nothing, *(rows[:most] for rows in enough)])
    tested = np.concatenate([nothing, *(rows[most : most + _UNSEEN_TEST_AT_MOST] for rows in enough)])
    return data.take(pool), data.take(tested), tested, len(people) - len(enough)
