"""The normal distribution (or mixture of a few) that people's answers speak for: variational EM."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy import special

from gustibus.adapting.answers import Answers, FloatArray, IntArray
from gustibus.adapting.gaussian_prior import GaussianPrior
from gustibus.adapting.mean_logistic import Expectations
from gustibus.adapting.normal_steps import Block, Fixed, blocks_of, expected_log_likelihood, fixed_point
from gustibus.comparisons import GustibusError, Progress

__all__ = ["GaussianFit", "ItemPairs", "fit_gaussian_prior"]

# Posteriors start where the last iteration left them, so that one step follows the slowly moving prior.
_FIRST_STEPS, _LATER_STEPS, _TOLERANCE = 20, 1, 1e-4
# Most people are of one type beyond doubt; the others' posteriors for them are looked at again only now and then.
_NEGLIGIBLE, _LOOK_AGAIN = 1e-5, 5
# Shares of itself by which the objective may fall before posteriors are done again, and before it is given up.
_REPEATS, _FALL, _COLLAPSE = 3, 1e-3, 0.05
_MEAN_PRECISION_FROM = 4
_OFFSET_STEPS, _OFFSET_STEP = 5, 0.5
_JITTER, _ROUNDING = 1e-6, 1e-12  # least variances: absolute, and as a share of all
_LEAST_MEAN_VARIANCE = 1e-3


@dataclass(frozen=True)
class ItemPairs:
    """Which recurring items the records compare, for item offsets that are fitted along.

    Attributes
    ----------
    a, b : (M,)
        Items of each record.
    offsets : (n_items,)
        Where to start.
    precision : float
        Of the offsets' normal prior around 0, which is held.
    """

    a: IntArray
    b: IntArray
    offsets: FloatArray
    precision: float

    def take(self, rows: IntArray) -> ItemPairs:
        """The pairs of some records."""
        return replace(self, a=self.a[rows], b=self.b[rows])

    def difference(self) -> FloatArray:
        """``o_a - o_b`` of every record."""
        difference: FloatArray = self.offsets[self.a] - self.offsets[self.b]
        return difference


@dataclass(frozen=True)
class GaussianFit:
    """A fitted distribution of people.

    Attributes
    ----------
    prior : GaussianPrior
    offsets : (n_items,) or None
        Item offsets, where they were fitted along.
    responsibilities : (U, C)
        Posterior mass of each component for each person; the prior's for people without records.
    evidence : (T,)
        Approximate log evidence of all answers, in nats, before each iteration (the variational bound).
    mean_variance : float
        Prior variance of the components' means at the end.
    """

    prior: GaussianPrior
    offsets: FloatArray | None
    responsibilities: FloatArray
    evidence: FloatArray
    mean_variance: float


def fit_gaussian_prior(
    answers: Answers,
    start: GaussianPrior,
    *,
    scale: float,
    mean_variance: float,
    items: ItemPairs | None = None,
    n_iterations: int = 50,
    n_factors: int | None = None,
    anchor_people: float | None = None,
    expectations: Expectations = "exact",
    progress: Progress | None = None,
) -> GaussianFit:
    r"""Fit means, common covariance and shares of a normal mixture of people by variational EM (*ours*).

    In the line of the mixed logit and of hierarchical-Bayes conjoint analysis (Train 2009), with variational normal
    posteriors in the E step (:mod:`gustibus.adapting.normal_steps`). With responsibilities
    :math:`\gamma_{uc} \propto \pi_c Z_{uc}` (Z the approximate evidence) the M step is

    .. math::

        \beta_c &= (N_c \Sigma^{-1} + I / s_b^2)^{-1} \Sigma^{-1} \sum_u \gamma_{uc} m_{uc}, \\
        \Sigma &= \frac{\sum_{uc} \gamma_{uc} [(m_{uc} - \beta_c)(m_{uc} - \beta_c)' + C_{uc}] + \nu_0 s^2 I}
                       {U + \nu_0},

    with the weak anchor ``nu_0 = 2 K`` (at most U): without it the scale drifts upwards slowly. The variance of the
    means ``s_b^2`` follows the means from the fourth iteration on, so that they can grow with the covariance: it is the
    mean of their squares plus their variances given the answers, :math:`(\sum_u \gamma_{uc} [\Sigma^{-1} - \Sigma^{-1}
    C_{uc} \Sigma^{-1}] + I / s_b^2)^{-1}`. (Variances as if people were known exactly are too small where they gave
    few answers, and ``s_b^2`` and with it the means would fall to nothing.)

    Parameters
    ----------
    answers : Answers
        People's records, their ``offset`` without the item offsets.
    start : GaussianPrior
        Where to start; its number of components is kept.
    scale : float
        ``s^2`` of the anchor.
    mean_variance : float
        ``s_b^2`` at first.
    items : ItemPairs, optional
        Fit item offsets along.
    n_iterations : int
    n_factors : int, optional
        Keep the covariance to so many factors plus a diagonal, for many coefficients.
    anchor_people : float, optional
        ``nu_0``.
    expectations : {"exact", "mackay"}
        In the E step. Posteriors that raise the bound on the evidence as far as they can are a little too narrow, and a
        covariance fitted to them a little too small; those by MacKay's (1992) formula are wider, which about makes up
        for it (*ours*), though the bound may then fall now and then.
    progress : Progress, optional

    Raises
    ------
    GustibusError
        If nobody has answers.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> user = np.repeat(np.arange(300), 20)
    >>> w = rng.normal(1.0, 2.0, 300)[user]
    >>> z = rng.normal(size=6000)
    >>> answers = Answers(z=z[:, None], outcome=rng.random(6000) < 1 / (1 + np.exp(-w * z)), user=user)
    >>> fit = fit_gaussian_prior(answers, GaussianPrior([[0.0]], [[1.0]]), scale=1.0, mean_variance=1.0)
    >>> print(fit.prior.mean.round(1), np.sqrt(fit.prior.within).round(1))
    [0.8] [[1.9]]
    """
    if len(answers) == 0:
        raise GustibusError("fit_gaussian_prior: nobody has answers; a prior needs at least one person who has.")
    em = _Em(answers, start, scale, mean_variance, items, n_factors, anchor_people, expectations)
    for iteration in range(n_iterations):
        if not em.iterate(iteration):
            break
        if progress is not None:
            progress("fitting the distribution of people", iteration + 1, n_iterations)
    return em.result()


class _Em:
    def __init__(
        self,
        answers: Answers,
        start: GaussianPrior,
        scale: float,
        mean_variance: float,
        items: ItemPairs | None,
        n_factors: int | None,
        anchor_people: float | None,
        expectations: Expectations,
    ) -> None:
        order = np.argsort(answers.user, kind="stable").astype(np.intp)
        self.answers = answers.by_user
        self.items = None if items is None else items.take(order)
        self.blocks = list(blocks_of(self.answers))
        self.active = np.flatnonzero(self.answers.n_answers)
        self.prior, self.scale, self.mean_variance = start, scale, mean_variance
        self.n_factors, self.expectations = n_factors, expectations
        n_people, width = len(self.active), start.n_prototypes
        self.anchor = min(2 * width, n_people) if anchor_people is None else anchor_people
        n_components = start.n_components
        self.t = np.zeros((n_components, answers.n_users, width))
        self.variance = np.empty((n_components, len(answers)))
        self.log_joint = np.empty((answers.n_users, n_components))
        self.evidence: list[float] = []
        self.raised: list[float] = []
        self.before = self.prior, self.items
        self.responsibilities = np.empty((answers.n_users, n_components))

    def iterate(self, iteration: int) -> bool:
        """One iteration; False, and everything as it was before the last one, where the bound cannot be raised."""
        doubtful_only = iteration % _LOOK_AGAIN != 0
        sums, evidence = self._e_step(_LATER_STEPS if iteration else _FIRST_STEPS, doubtful_only, afresh=iteration == 0)
        penalty = self._penalty()
        for _ in range(_REPEATS):
            # Where the prior is wide a few steps may not be enough: a bound that falls says so.
            if not self._falls(evidence - penalty, _FALL):
                break
            sums, evidence = self._e_step(_FIRST_STEPS)
        if self._falls(evidence - penalty, _COLLAPSE) or not np.isfinite(evidence):
            # Answers that separate perfectly make the prior wider without end, until posteriors cannot follow.
            self.prior, self.items = self.before
            return False
        self.evidence.append(evidence)
        self.raised.append(evidence - penalty)
        self.before = self.prior, self.items
        self._m_step(sums, iteration)
        return True

    def _penalty(self) -> float:
        """What the anchor and the means' prior take from the evidence: the M step raises the difference."""
        prior, width = self.prior, self.prior.n_prototypes
        root_inverse = np.linalg.inv(prior.root)
        log_det = 2 * float(np.log(np.diag(prior.root)).sum())
        # Relative to its least, at Sigma = s^2 I.
        off_anchor = log_det - width * np.log(self.scale) + self.scale * float((root_inverse**2).sum()) - width
        return 0.5 * self.anchor * float(off_anchor) + 0.5 * float((prior.means**2).sum()) / self.mean_variance

    def _falls(self, objective: float, share: float) -> bool:
        return bool(self.raised) and objective < self.raised[-1] - share * abs(self.raised[-1])

    def _e_step(self, max_steps: int, doubtful_only: bool = False, *, afresh: bool = False) -> tuple[_Sums, float]:
        """Everybody's posteriors under every component, or only under those they may belong to."""
        answers, prior = self.answers, self.prior
        z = answers.z @ prior.root
        offset = answers.offset if self.items is None else answers.offset + self.items.difference()
        known = offset[:, None] + answers.z @ prior.means.T
        sums = _Sums.zeros(prior.n_components, prior.n_prototypes, len(answers))
        total = 0.0
        for block in self.blocks:
            found = []
            for c in range(prior.n_components):
                likely = self.responsibilities[block.users, c] > _NEGLIGIBLE
                part = block.take(likely) if doubtful_only else block
                rows, there = part.rows, part.there
                one = fixed_point(
                    z[rows] * there[:, :, None],
                    known[rows, c],
                    answers.outcome[rows],
                    answers.weight[rows] * there,
                    start=None if afresh else self.t[c, part.users],
                    start_variance=None if afresh else self.variance[c][rows],
                    max_steps=max_steps,
                    tolerance=_TOLERANCE,
                    expectations=self.expectations,
                    link=answers.link.take(rows),
                )
                self.t[c, part.users] = one.t
                self.variance[c][rows[there]] = one.variance[there]
                self.log_joint[part.users, c] = self._log_joint(c, one, part)
                found.append((part, one))
            log_joint = self.log_joint[block.users]
            evidence = special.logsumexp(log_joint, axis=1)
            total += float(evidence.sum())
            self.responsibilities[block.users] = np.exp(log_joint - evidence[:, None])
            for c, (part, one) in enumerate(found):
                sums.add(c, one, self.responsibilities[part.users, c], part, answers, self.expectations)
        return sums, total

    def _log_joint(self, c: int, fixed: Fixed, part: Block) -> FloatArray:
        """``log pi_c + log Z_uc`` of people, (B,)."""
        outcome, weight = self.answers.outcome[part.rows], self.answers.weight[part.rows] * part.there
        link = self.answers.link.take(part.rows)
        fit = expected_log_likelihood(fixed.log_odds, fixed.variance, outcome, weight, link).sum(axis=1)
        log_joint: FloatArray = self.prior.log_mass[c] + fit - fixed.divergence
        return log_joint

    def _m_step(self, sums: _Sums, iteration: int) -> None:
        prior, width, n_people = self.prior, self.prior.n_prototypes, len(self.active)
        root = prior.root
        precision = np.linalg.inv(prior.within)
        means, inverse_traces = np.empty_like(prior.means), []
        between = np.zeros((width, width))
        for c, n in enumerate(sums.mass):
            total = n * prior.means[c] + root @ sums.t[c]
            means[c] = np.linalg.solve(n * precision + np.eye(width) / self.mean_variance, precision @ total)
            known = np.linalg.solve(root.T, np.linalg.solve(root.T, sums.explained[c]).T)
            inverse_traces.append(float(np.trace(np.linalg.inv(known + np.eye(width) / self.mean_variance))))
            # Sums of squares around the new mean, which may have moved in directions in which people hardly differ.
            moved = means[c] - prior.means[c]
            cross = np.outer(root @ sums.t[c], moved)
            between += root @ sums.squares[c] @ root.T - cross - cross.T + n * np.outer(moved, moved)
        within = n_people * np.eye(width) - sums.explained.sum(axis=0)
        covariance = between + root @ within @ root.T
        covariance = (covariance + self.anchor * self.scale * np.eye(width)) / (n_people + self.anchor)
        if self.n_factors is not None and self.n_factors < width:
            covariance = _factors_plus_diagonal(covariance, self.n_factors)
        log_mass = np.log((sums.mass + 1.0) / (n_people + len(sums.mass)))
        least = _JITTER + _ROUNDING * np.trace(covariance)
        self.prior = GaussianPrior(means, covariance + least * np.eye(width), log_mass)
        if iteration >= _MEAN_PRECISION_FROM - 1:
            spread = (means**2).sum(axis=1) + np.array(inverse_traces)
            self.mean_variance = max(_LEAST_MEAN_VARIANCE, float(spread.mean()) / width)
        if self.items is not None:
            self.items = _with_better_offsets(self.items, sums)

    def result(self) -> GaussianFit:
        """What was fitted."""
        self.responsibilities[self.answers.n_answers == 0] = self.prior.mass
        return GaussianFit(
            self.prior,
            None if self.items is None else self.items.offsets,
            self.responsibilities,
            np.array(self.evidence),
            self.mean_variance,
        )


@dataclass
class _Sums:
    """What the M step needs of all posteriors."""

    mass: FloatArray
    t: FloatArray
    squares: FloatArray
    explained: FloatArray
    probability: FloatArray
    slope: FloatArray
    outcome: FloatArray
    weight: FloatArray

    @classmethod
    def zeros(cls, n_components: int, width: int, n_records: int) -> _Sums:
        """Before any posterior."""
        by_record = (np.zeros(n_records) for _ in range(4))
        return cls(
            np.zeros(n_components),
            np.zeros((n_components, width)),
            np.zeros((n_components, width, width)),
            np.zeros((n_components, width, width)),
            *by_record,
        )

    def add(
        self, c: int, fixed: Fixed, gamma: FloatArray, block: Block, answers: Answers, expectations: Expectations
    ) -> None:
        """Count the posteriors of one block under component ``c``, by its responsibilities."""
        self.mass[c] += gamma.sum()
        self.t[c] += gamma @ fixed.t
        self.squares[c] += (fixed.t * gamma[:, None]).T @ fixed.t
        self.explained[c] += fixed.explained_sum(gamma)
        # Of the record's log-odds the offsets see the average over components.
        at, there = block.rows[block.there], block.there
        share = np.broadcast_to(gamma[:, None], there.shape)[there]
        p, slope = answers.link.take(at).averages(fixed.log_odds[there], fixed.variance[there], expectations)
        self.probability[at] += share * p
        self.slope[at] += share * answers.weight[at] * slope
        self.outcome[at], self.weight[at] = answers.outcome[at], answers.weight[at]


def _with_better_offsets(items: ItemPairs, sums: _Sums) -> ItemPairs:
    """A few damped diagonal Newton steps on the item offsets, people held still and curvatures as they are."""
    n_items = len(items.offsets)
    a, b, o = items.a, items.b, items.offsets.copy()
    curvature = np.bincount(a, sums.slope, n_items) + np.bincount(b, sums.slope, n_items) + items.precision
    before = items.difference()
    pull = sums.weight * (sums.outcome - sums.probability)
    for _ in range(_OFFSET_STEPS):
        residual = pull - sums.slope * (o[a] - o[b] - before)
        gradient = np.bincount(a, residual, n_items) - np.bincount(b, residual, n_items) - items.precision * o
        o = o + _OFFSET_STEP * gradient / curvature
    return replace(items, offsets=o)


def _factors_plus_diagonal(covariance: FloatArray, n_factors: int, n_rounds: int = 5) -> FloatArray:
    """The nearest covariance of ``n_factors`` factors plus a diagonal: rounds of maximum-likelihood factor analysis."""
    diagonal = 0.5 * np.diag(covariance)
    for _ in range(n_rounds):
        root = np.sqrt(diagonal)
        values, vectors = np.linalg.eigh(covariance / root[:, None] / root)
        loadings = root[:, None] * vectors[:, -n_factors:] * np.sqrt(np.maximum(values[-n_factors:] - 1, 0))
        diagonal = np.maximum(np.diag(covariance) - (loadings**2).sum(axis=1), 1e-3 * np.diag(covariance))
    result: FloatArray = loadings @ loadings.T + np.diag(diagonal)
    return result
