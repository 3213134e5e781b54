"""The hierarchical model: everybody's own coefficients, from a normal distribution that the data choose."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from gustibus.adapting import (
    Answers,
    GaussianFit,
    GaussianPrior,
    ItemPairs,
    adapt_gaussian,
    first_answers,
    fit_gaussian_prior,
    said_losses,
)
from gustibus.comparisons import GustibusError, caution
from gustibus.fitting.defaults import (
    FACTORS,
    GIVE_UP_AFTER,
    ITERATIONS_NARROW,
    ITERATIONS_WIDE,
    LARGEST_START,
    LEAST_MEAN_VARIANCE,
    MOST_MEAN_VARIANCE,
    NARROW,
    PREFIXES_NARROW,
    PREFIXES_WIDE,
    RUN_AWAY,
    SCALES,
    WIDE,
)
from gustibus.fitting.held_out import HeldOut, score_held_out, summed
from gustibus.fitting.hierarchical_fit import Base, Heads, HierarchicalFit
from gustibus.fitting.records import Judgements
from gustibus.fitting.user_step import answers_with
from gustibus.fitting.validation_split import asks_new_questions, enough_questions, questions_of

__all__ = ["HierarchicalSearch"]

FloatArray = npt.NDArray[np.float64]
SCORING_TOLERANCE = 1e-3  # log-odds; changes a log loss by less than 1e-6


@dataclass
class HierarchicalSearch:
    """Fits on one set of features; scale and number of components are chosen by prefix validation.

    Every candidate is judged by the log loss of validation judgements, their people placed by their first 0, 1, 2, 5,
    10 and all training answers (0, 5 and all for wide features). Where validation asks few questions, all of them new,
    every candidate is fitted up to three times more, other questions kept out, and judged by all of these.

    Parameters
    ----------
    features : ndarray, shape (n_items, F)
    judgements : Judgements
    base : Base
    report : callable
        Told of every finished fit.
    seed : int
        Of the other questions that are kept out.
    others : sequence of HierarchicalSearch, optional
        The same on these other divisions; they are made where they are not given.
    """

    features: npt.NDArray[np.floating]
    judgements: Judgements
    base: Base
    report: Callable[[], None] = field(default=lambda: None)
    seed: int = 0
    others: Sequence[HierarchicalSearch] | None = None
    trials: list[dict[str, Any]] = field(default_factory=list)
    _alike: HierarchicalFit | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        self.n_features = self.features.shape[1]
        narrow = self.n_features <= NARROW
        self.n_iterations = ITERATIONS_NARROW if narrow else ITERATIONS_WIDE
        self.prefixes = PREFIXES_NARROW if narrow else PREFIXES_WIDE
        self.train, self.validation = self.judgements.training, self.judgements.asked
        self.z_train = self._differences(self.train)
        self.z_validation = self._differences(self.validation)
        self.question: npt.NDArray[np.intp] | None = None
        if asks_new_questions(self.judgements):
            self.question = questions_of(self.validation.a, self.validation.b)
        if self.others is None:
            self.others = [self.on(other) for other in enough_questions(self.judgements, self.seed)]

    def _differences(self, judgements: Judgements) -> FloatArray:
        rows: FloatArray = self.features[judgements.a].astype(np.float64) - self.features[judgements.b]
        return rows

    def with_offsets(self, strength: float | None) -> HierarchicalSearch:
        """The same search from a population model with item offsets of this prior precision; None for none."""
        base = Base.of(self.features, self.judgements, self.base.ridge, strength)
        return HierarchicalSearch(self.features, self.judgements, base, self.report, self.seed)

    def on(self, judgements: Judgements) -> HierarchicalSearch:
        """The same search on another division of the judgements alone; its trials are not kept.

        It starts from a population model that has not seen what is kept out now.
        """
        base = Base.of(self.features, judgements, self.base.ridge, self.base.offset_ridge)
        return HierarchicalSearch(self.features, judgements, base, self.report, self.seed, ())

    def choose_scale(self) -> HierarchicalFit:
        """The best scale for one component: in ascending order, until two in a row bring no gain."""
        best: HierarchicalFit | None = None
        best_known, without_gain = np.inf, 0
        for scale in SCALES:
            try:
                fit = self.everybody_alike() if scale == SCALES[0] else self.fit(scale)
            except GustibusError as error:
                if best is None:
                    raise
                self.failed(scale, error)
                break
            known = fit.by_which_to_choose.by_prefix[None]
            gains = best is None or fit.loss < best.loss
            without_gain = 0 if gains or known < best_known else without_gain + 1
            best_known = min(best_known, known)
            if gains:
                best = fit
            if without_gain == GIVE_UP_AFTER:
                break
        assert best is not None
        return best

    def everybody_alike(self) -> HierarchicalFit:
        """The fit of the smallest scale, under which people hardly differ: one taste for all."""
        if self._alike is None:
            self._alike = self.fit(SCALES[0])
        return self._alike

    def choose_scale_of_types(self, heads: Sequence[Heads], most: float) -> HierarchicalFit:
        """The best scale for components that start at ``heads``, as `fit` takes them: from either end, while it gains.

        Within types people differ no more than they do without, so that ``most`` is one end. The other is types whose
        people hardly differ: where one component needs a large scale because there are types, the best lies far below.
        """
        tried: dict[float, HierarchicalFit] = {}
        within = [scale for scale in SCALES if scale <= most] or [most]
        for scales in (within[::-1], within):
            loss = np.inf
            for scale in scales:
                if scale not in tried:
                    tried[scale] = self.fit(scale, heads)
                if tried[scale].loss >= loss:
                    break
                loss = tried[scale].loss
        return min(tried.values(), key=lambda fit: fit.loss)

    def fit(self, scale: float, heads: Sequence[Heads] = ()) -> HierarchicalFit:
        """Fit on the training judgements and score on those of validation.

        Parameters
        ----------
        scale : float
        heads : sequence of Heads
            Where components start in this search and in each of the ``others``; none for one that starts at the base.
        """
        searches = (self, *(self.others or ()))
        starts = heads or (None,) * len(searches)
        fits = [search._fit(scale, start) for search, start in zip(searches, starts, strict=True)]
        found = fits[0]
        if self.others:
            everywhere = summed([fit.by_which_to_choose for fit in fits])
            found = replace(found, everywhere=everywhere, elsewhere=tuple(fits[1:]))
        self.tried(found)
        return found

    def _fit(self, scale: float, heads: Heads | None) -> HierarchicalFit:
        means, log_mass = (None, None) if heads is None else (heads.means, heads.log_mass)
        fitted = self._em(self.train, self.z_train, scale, means, log_mass)
        return HierarchicalFit(fitted.prior, fitted.offsets, scale, self.score(fitted.prior, fitted.offsets))

    def tried(self, fit: HierarchicalFit) -> None:
        """Keep a trial in the record."""
        about = {} if fit.covariates is None else {"covariate_penalty": fit.covariates.ridge}
        self.trials.append(
            {
                "offset_penalty": self.base.offset_ridge,
                "scale": fit.scale,
                "types": fit.n_components,
                **about,
                "validation_log_loss": None if fit.held_out is None else fit.loss,
            }
        )
        self.report()

    def failed(self, scale: float, error: GustibusError) -> None:
        """Keep a trial that could not be fitted in the record, and say so: larger scales are not tried."""
        caution(f"a fit with scale={scale:g} failed, so no larger one was tried: {error}")
        of_what = {"offset_penalty": self.base.offset_ridge, "scale": scale, "types": 1}
        self.trials.append({**of_what, "validation_log_loss": None, "failed": str(error)})
        self.report()

    def go_on(
        self, from_here: HierarchicalFit, *, everything: bool = False, shift: FloatArray | None = None
    ) -> GaussianFit:
        """Further iterations of a fit, on all judgements or on those of training, people's means moved by ``shift``."""
        judgements = self.judgements.terms if everything else self.train
        start = from_here.prior
        return self._em(
            judgements,
            self._differences(judgements) if everything else self.z_train,
            from_here.scale,
            start.means,
            start.log_mass,
            covariance=start.within,
            offsets=from_here.offsets,
            shift=shift,
        )

    def refit(self, chosen: HierarchicalFit) -> HierarchicalFit:
        """The chosen fit once more, on all judgements, from where it ended.

        Expectation-maximisation need not come to rest: where it now lets people differ several times as much as in the
        fit that validation judgements chose, nobody has seen what that predicts, and the chosen fit is kept.
        ``ran_away`` then says how many times as much.
        """
        shift = None if chosen.covariates is None else chosen.covariates.shift
        fitted = self.go_on(chosen, everything=True, shift=shift)
        before, after = np.trace(chosen.prior.within), np.trace(fitted.prior.within)
        if after > RUN_AWAY * before:
            caution(
                f"fitted to all judgements, people differed {after / before:.3g} times as much as in the fit that "
                "validation judgements chose, so that one was kept, which did not see the validation judgements."
            )
            return replace(chosen, ran_away=float(after / before))
        return replace(chosen, prior=fitted.prior, offsets=fitted.offsets)

    def answers(
        self,
        judgements: Judgements,
        z: FloatArray,
        offsets: FloatArray | None,
        shift: FloatArray | None = None,
    ) -> Answers:
        """Judgements as rows of feature differences; ``shift`` ``(U, F)`` is what is known of people beforehand."""
        known = judgements.shift
        if offsets is not None:
            known = known + offsets[judgements.a] - offsets[judgements.b]
        if shift is not None:
            known = known + np.einsum("nf,nf->n", z, shift[judgements.user])
        return answers_with(judgements, z, known)

    def _em(
        self,
        judgements: Judgements,
        z: FloatArray,
        scale: float,
        heads: FloatArray | None,
        log_mass: FloatArray | None,
        *,
        covariance: FloatArray | None = None,
        offsets: FloatArray | None = None,
        shift: FloatArray | None = None,
    ) -> GaussianFit:
        base, width = self.base, self.n_features
        means = base.beta[None] if heads is None else heads
        # Types differ more than the population's ridge allows: their means start where they may stay.
        mean_variance = 1 / base.ridge if heads is None else float(np.mean(heads**2))
        spread = min(scale, LARGEST_START) * np.eye(width) if covariance is None else covariance
        items = None
        if base.offsets is not None:
            assert base.offset_ridge is not None
            start = base.offsets if offsets is None else offsets
            items = ItemPairs(judgements.a, judgements.b, start, base.offset_ridge)
        return fit_gaussian_prior(
            self.answers(judgements, z, None, shift),
            GaussianPrior(means, spread, log_mass),
            scale=scale,
            mean_variance=float(np.clip(mean_variance, LEAST_MEAN_VARIANCE, MOST_MEAN_VARIANCE)),
            items=items,
            n_iterations=self.n_iterations,
            n_factors=FACTORS if width > WIDE else None,
            expectations="mackay",
        )

    def score(
        self, prior: GaussianPrior, offsets: FloatArray | None, shift: FloatArray | None = None
    ) -> HeldOut | None:
        """Log loss of validation judgements; None where there are none."""
        if not len(self.validation):
            return None
        answers = self.answers(self.train, self.z_train, offsets)
        held_out = self.answers(self.validation, self.z_validation, offsets)

        def losses(n: int | None) -> FloatArray:
            people = adapt_gaussian(first_answers(answers, n), prior, shift=shift, tolerance=SCORING_TOLERANCE)
            return said_losses(people, held_out)

        return score_held_out(losses, self.prefixes, held_out, self.question)
