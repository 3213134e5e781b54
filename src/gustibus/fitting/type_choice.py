"""How many types of people there are, and where the distribution of each starts.

Mixtures of Bradley-Terry types are fitted in a fraction of the time of normal distributions, so that they say which
numbers of types are worth trying, and how strongly to penalise heads that are learned from few answers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from gustibus.adapting import Answers, ParticlePrior, adapt, first_answers, said_losses
from gustibus.fitting.defaults import GIVE_UP_AFTER, TYPE_HEAD_RIDGES, TYPE_RESTARTS, TYPE_RIDGE, TYPE_WORTH, TYPES
from gustibus.fitting.held_out import HeldOut, score_held_out, summed
from gustibus.fitting.hierarchical import HierarchicalSearch
from gustibus.fitting.hierarchical_fit import Heads, HierarchicalFit
from gustibus.fitting.mixture_em import fit_records
from gustibus.fitting.mixture_fit import MixtureFit
from gustibus.fitting.mixture_points import Penalties
from gustibus.fitting.mixture_records import MixtureRecords
from gustibus.fitting.validation_split import other_divisions

__all__ = ["Starts", "choose_types"]

MAX_ITERATIONS, TOLERANCE = 300, 1e-5


@dataclass(frozen=True)
class Start:
    """Where components may start: a mixture of types whose people do not differ.

    Attributes
    ----------
    fits : sequence of MixtureFit
        In the search, and in each of its others.
    ridge : float
        Of its heads.
    held_out : HeldOut
        How well it predicts validation judgements.
    """

    fits: Sequence[MixtureFit]
    ridge: float
    held_out: HeldOut


def choose_types(
    search: HierarchicalSearch,
    one: HierarchicalFit,
    wanted: int | None = None,
    *,
    scale: float | None = None,
    seed: int = 0,
) -> HierarchicalFit:
    """The best number of types; one, unless more are better by a standard error over people, twice.

    The second time both are fitted again with other judgements kept out: the best of several numbers is flattered.
    Where choices are made on several divisions already, once is enough, by a standard error over questions, too.

    Parameters
    ----------
    search : HierarchicalSearch
    one : HierarchicalFit
        The best of one type.
    wanted : int, optional
        Keep to this number of types.
    scale : float, optional
        Keep to this scale.
    seed : int
        Of the mixtures' restarts.
    """
    if wanted == 1:
        return one
    starts = Starts(search, seed)
    numbers = [n for n in (TYPES if wanted is None else (wanted,)) if n * 2 <= search.train.n_users]
    best_number = starts.best_of(numbers)
    if best_number is None:
        return one
    if scale is None:
        many = starts.with_best_scale(best_number, one.scale)
    else:
        many = search.fit(scale, starts.of(best_number))
    if wanted is not None:
        return many
    # Types that differ inside are fewer than those that do not.
    enough = many.loss + TYPE_WORTH
    for n in reversed([n for n in numbers if n < best_number]):
        fewer = search.fit(many.scale, starts.of(n))
        if fewer.loss > enough:
            break
        many = fewer
    gain, error = many.gain_over(one)
    if gain <= error:
        return one
    ridge = starts.found[many.n_components].ridge
    return many if search.others or _comes_back(search, one, many, ridge, seed) else one


def _comes_back(
    search: HierarchicalSearch, one: HierarchicalFit, many: HierarchicalFit, ridge: float, seed: int
) -> bool:
    """Whether so many types are better than one by a standard error on other judgements as well."""
    ones: list[HeldOut] = []
    manies: list[HeldOut] = []
    for judgements in other_divisions(search.judgements, seed):
        again = search.on(judgements)
        heads = Starts(again, seed).at(many.n_components, ridge)
        for fits, fit in ((ones, again.fit(one.scale)), (manies, again.fit(many.scale, heads))):
            assert fit.held_out is not None
            fits.append(fit.held_out)
    if not ones:
        return False
    gain, error = summed(manies).gain_over(summed(ones))
    return gain > error


def _differ(held_out: HeldOut) -> bool:
    """Whether a person's answers tell more about the next one than other people's do."""
    return held_out.by_prefix[None] < held_out.by_prefix[0] - TYPE_WORTH


class Starts:
    """The best mixture of each number of types."""

    def __init__(self, search: HierarchicalSearch, seed: int) -> None:
        self.search, self.seed = search, seed
        self.searches = (search, *(search.others or ()))
        with_offsets = search.base.offsets is not None
        self.records = [MixtureRecords(one.features, one.train, with_offsets=with_offsets) for one in self.searches]
        self.found: dict[int, Start] = {}
        self.ridges: tuple[float, ...] = (TYPE_RIDGE,)

    def of(self, n_types: int) -> list[Heads]:
        """Where so many types start best, in every search."""
        return [Heads(fit.heads, fit.log_weights) for fit in self.found[n_types].fits]

    def at(self, n_types: int, ridge: float) -> list[Heads]:
        """Where so many types start with one ridge, in every search."""
        return [Heads(fit.heads, fit.log_weights) for fit in self._fits(n_types, ridge, None)]

    def best_of(self, numbers: list[int]) -> int | None:
        """The number of types that predicts best, in ascending order until two in a row bring nothing."""
        best, without_gain = None, 0
        for n in numbers:
            self.found[n] = self._choose_ridge(n)
            if best is None or self.found[n].held_out.mean < self.found[best].held_out.mean - TYPE_WORTH:
                best, without_gain = n, 0
            else:
                without_gain += 1
            if without_gain == GIVE_UP_AFTER:
                break
        return best

    def with_best_scale(self, n_types: int, most: float) -> HierarchicalFit:
        """Normal components that start there, with the scale that predicts best."""
        return self.search.choose_scale_of_types(self.of(n_types), most)

    def _choose_ridge(self, n_types: int) -> Start:
        """From the ridge that fewer types were best with.

        Where fewer types were all alike, which strong ridges make them, that one says little about more types, and the
        usual ridge is a second place to look from.
        """
        best = min((self._climb(n_types, ridge) for ridge in self.ridges), key=lambda start: start.held_out.mean)
        self.ridges = (best.ridge,) if _differ(best.held_out) else tuple(dict.fromkeys((best.ridge, TYPE_RIDGE)))
        return best

    def _climb(self, n_types: int, ridge: float) -> Start:
        """To either side as long as it gains."""
        best = self._fit(n_types, ridge, None)
        at = TYPE_HEAD_RIDGES.index(ridge)
        for side in (TYPE_HEAD_RIDGES[at + 1 :], TYPE_HEAD_RIDGES[:at][::-1]):
            moved = False
            for other in side:
                found = self._fit(n_types, other, best.fits)
                if found.held_out.mean >= best.held_out.mean:
                    break
                best, moved = found, True
            if moved:
                break
        return best

    def _fit(self, n_types: int, ridge: float, near: Sequence[MixtureFit] | None) -> Start:
        fits = self._fits(n_types, ridge, near)
        return Start(fits, ridge, summed([_score(*pair) for pair in zip(self.searches, fits, strict=True)]))

    def _fits(self, n_types: int, ridge: float, near: Sequence[MixtureFit] | None) -> list[MixtureFit]:
        starts = near or (None,) * len(self.searches)
        return [
            self._mixture(records, n_types, ridge, start) for records, start in zip(self.records, starts, strict=True)
        ]

    def _mixture(self, records: MixtureRecords, n_types: int, ridge: float, near: MixtureFit | None) -> MixtureFit:
        """Of so many types, from several starts or from one that is near."""
        return fit_records(
            records,
            n_types,
            Penalties(ridge, self.search.base.offset_ridge or 0.0),
            n_restarts=TYPE_RESTARTS if near is None else 1,
            seed=self.seed,
            max_iterations=MAX_ITERATIONS,
            tolerance=TOLERANCE,
            start=near,
            progress=None,
        )


def _score(search: HierarchicalSearch, fit: MixtureFit) -> HeldOut:
    prior = ParticlePrior(np.eye(fit.n_types), fit.log_weights)
    train = search.answers(search.train, search.z_train @ fit.heads.T, fit.offsets)
    held_out: Answers = search.answers(search.validation, search.z_validation @ fit.heads.T, fit.offsets)

    def losses(n: int | None) -> np.ndarray:
        people = adapt(first_answers(train, n), prior)
        return said_losses(people, held_out)

    return score_held_out(losses, search.prefixes, held_out, search.question)
