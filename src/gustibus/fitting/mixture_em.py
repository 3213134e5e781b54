"""A mixture of Bradley-Terry types, by expectation-maximisation."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from gustibus.comparisons import GustibusError, Progress, caution
from gustibus.comparisons.wording import counted
from gustibus.fitting.defaults import FEW_ANSWERS
from gustibus.fitting.mixture_climb import PSEUDO_PEOPLE, Climb, climb
from gustibus.fitting.mixture_fit import MixtureFit, RestartEnd
from gustibus.fitting.mixture_points import MixturePoints, Penalties
from gustibus.fitting.mixture_records import MixtureRecords
from gustibus.fitting.mixture_starts import clustered_starts, population_start
from gustibus.fitting.records import Judgements

__all__ = ["check_inputs", "fit_mixture_em", "fit_records", "warn_of_empty_types", "warn_of_few_answers"]

FloatArray = npt.NDArray[np.float64]

# Numbers in each array over records, types and restarts; beyond it restarts climb one group after the other.
_BUDGET = 1 << 23


def fit_mixture_em(
    features: npt.NDArray[np.floating],
    judgements: Judgements,
    n_types: int,
    *,
    ridge: float,
    offset_ridge: float | None = None,
    n_restarts: int = 5,
    seed: int = 0,
    max_iterations: int = 500,
    tolerance: float = 1e-6,
    start: MixtureFit | None = None,
    progress: Progress | None = None,
) -> MixtureFit:
    r"""Fit K types of people, each with a Bradley-Terry reward of its own.

    A person's type is unknown, :math:`P(z_u = k) = \eta_k`, and all their answers come from it. Maximises

    .. math:: \sum_u \log \sum_k \eta_k \prod_{i \in u} \sigma(s_{ik})^{c_i y_i} \sigma(-s_{ik})^{c_i (1 - y_i)}
              - \tfrac{\lambda}{2} \sum_k |h_k|^2 - \tfrac{\lambda_o}{2} |o|^2 + 0.1 \sum_k \log \eta_k, \qquad
              s_{ik} = r_k(a_i) - r_k(b_i),\ r_k(x) = h_k \cdot \phi(x) + o_x,

    by EM with the E step in log space and an M step of one damped Newton step in all heads and offsets together; all
    restarts climb side by side. They start from clusters of how people depart from the population; the best end is
    kept. The last term, a tenth of a person of every type, keeps shares positive.

    Parameters
    ----------
    features : ndarray, shape (n_items, F)
    judgements : Judgements
        All of them are learned from, those marked for validation too.
    n_types : int
        K.
    ridge : float
        lambda > 0, the prior precision of the heads.
    offset_ridge : float, optional
        lambda_o > 0, the prior precision of the item offsets; None means no offsets.
    n_restarts : int
        Restarts from clusters; 0 is allowed beside ``start``. One type has a single optimum and needs none.
    seed : int
    max_iterations : int
    tolerance : float
        A restart has converged when an iteration gains less than this many nats per judgement.
    start : MixtureFit, optional
        One more restart, from there.
    progress : callable, optional

    Raises
    ------
    GustibusError
        If there are no judgements or fewer people than types, or if an argument is out of range.

    Warns
    -----
    DataWarning
        When people gave fewer than five answers each (median), or when a type is left without people.

    References
    ----------
    Chidambaram, Seetharaman & Syrgkanis (2024), arXiv 2405.15065, for preferences of unobserved types; starts,
    offsets, ridge and the way of the M step are our own.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> items, user = rng.normal(size=(800, 2)), np.repeat(np.arange(40), 10)
    >>> a, b = np.arange(400), np.arange(400, 800)
    >>> taste = np.where(user < 15, -3.0, 3.0)  # fifteen people dislike what the others like
    >>> outcome = (taste * (items[a, 0] - items[b, 0]) > 0).astype(float)
    >>> judgements = Judgements(a, b, user, outcome, np.ones(400), np.zeros(400, bool), 40)
    >>> fit = fit_mixture_em(items, judgements, 2, ridge=1.0)
    >>> np.round(np.exp(fit.log_weights), 2)
    array([0.62, 0.38])
    >>> np.sign(fit.heads[:, 0])
    array([ 1., -1.])
    """
    check_inputs(features, judgements, n_types)
    if not ridge > 0 or (offset_ridge is not None and not offset_ridge > 0):
        raise GustibusError(f"ridge strengths must be positive, got {ridge} and {offset_ridge}")
    if n_restarts < (start is None):
        raise GustibusError(f"n_restarts={n_restarts}: at least one restart is needed, or a start")
    warn_of_few_answers(judgements, n_types)
    records = MixtureRecords(features, judgements.terms, with_offsets=offset_ridge is not None)
    fit = fit_records(
        records,
        n_types,
        Penalties(ridge, 0.0 if offset_ridge is None else offset_ridge),
        n_restarts=n_restarts,
        seed=seed,
        max_iterations=max_iterations,
        tolerance=tolerance,
        start=start,
        progress=progress,
    )
    warn_of_empty_types(fit)
    return fit


def fit_records(
    records: MixtureRecords,
    n_types: int,
    penalties: Penalties,
    *,
    n_restarts: int,
    seed: int,
    max_iterations: int,
    tolerance: float,
    start: MixtureFit | None,
    progress: Progress | None,
) -> MixtureFit:
    """:func:`fit_mixture_em` on records that are prepared, without its checks and warnings."""
    candidates = None if start is None else _as_points(records, start, n_types)
    if n_restarts or candidates is None:
        population = population_start(records, penalties)
        fresh = population
        if n_types > 1:
            rng = np.random.default_rng(seed)
            fresh = clustered_starts(records, population, penalties, n_types=n_types, n_starts=n_restarts, rng=rng)
        candidates = fresh if candidates is None else candidates.beside(fresh)
    climbs = _climb_in_groups(records, candidates, penalties, tolerance, max_iterations, progress)
    ends = tuple(
        RestartEnd(float(trace[-1]), len(trace) - 1, bool(done))
        for one in climbs
        for trace, done in zip(one.objectives, one.converged, strict=True)
    )
    best = max(climbs, key=lambda one: max(trace[-1] for trace in one.objectives))
    return _kept(records, best, penalties, ends)


def _climb_in_groups(
    records: MixtureRecords,
    candidates: MixturePoints,
    penalties: Penalties,
    tolerance: float,
    max_iterations: int,
    progress: Progress | None,
) -> list[Climb]:
    n_starts, n_types = candidates.log_weights.shape
    at_once = max(1, _BUDGET // max(1, len(records.outcome) * n_types))
    climbs = []
    for first in range(0, n_starts, at_once):

        def report(ended: int, before: int = first) -> None:
            if progress is not None:
                progress(f"mixture of {n_types} types", before + ended, n_starts)

        group = candidates.take(np.arange(first, min(first + at_once, n_starts)))
        report(0)
        climbs.append(
            climb(records, group, penalties, tolerance=tolerance, max_iterations=max_iterations, on_end=report)
        )
    return climbs


def _kept(records: MixtureRecords, climbed: Climb, penalties: Penalties, ends: tuple[RestartEnd, ...]) -> MixtureFit:
    """The best of the mixtures that climbed, in the caller's terms."""
    r = int(np.argmax([trace[-1] for trace in climbed.objectives]))
    points = climbed.points.take(np.array([r]))
    heads, offsets, log_weights = points.heads[:, 0], points.offsets[:, 0], points.log_weights[0]
    order = np.argsort(-log_weights, kind="stable")
    responsibilities = np.tile(np.exp(log_weights[order]), (records.n_users, 1))
    responsibilities[records.people] = climbed.responsibilities[:, r, order]
    objectives = climbed.objectives[r]
    penalty = (
        0.5 * penalties.ridge * (heads**2).sum()
        + 0.5 * penalties.offset_ridge * (offsets**2).sum()
        - PSEUDO_PEOPLE * log_weights.sum()
    )
    return MixtureFit(
        heads=np.ascontiguousarray((records.axes @ heads[:, order]).T),
        log_weights=log_weights[order],
        offsets=offsets if records.n_offsets else None,
        responsibilities=responsibilities,
        log_likelihood=float(objectives[-1] + penalty),
        objectives=objectives,
        converged=bool(climbed.converged[r]),
        restarts=ends,
    )


def _as_points(records: MixtureRecords, start: MixtureFit, n_types: int) -> MixturePoints:
    if start.heads.shape != (n_types, len(records.axes)):
        raise GustibusError(
            f"start has heads of shape {start.heads.shape}, but {n_types} types of {len(records.axes)} features are "
            "fitted; start from a fit of the same shape."
        )
    offsets = np.zeros((records.n_offsets, 1))
    if records.n_offsets and start.offsets is not None:
        offsets[:, 0] = start.offsets
    return MixturePoints((records.axes.T @ start.heads.T)[:, None], offsets, start.log_weights[None].copy())


def check_inputs(features: npt.NDArray[np.floating], judgements: Judgements, n_types: int) -> None:
    """Refuse what no mixture can be fitted to."""
    if n_types < 1:
        raise GustibusError(f"n_types must be at least 1, got {n_types}")
    n_people = len(np.unique(judgements.user))
    if n_people < n_types:
        raise GustibusError(
            f"{n_types} types cannot be told apart by the answers of {counted(n_people, 'person')}; ask for fewer"
        )
    used = np.unique(np.concatenate([judgements.a, judgements.b]))
    if not np.isfinite(features[used]).all():
        raise GustibusError("some items have features that are not finite numbers; correct or leave out these items")


def warn_of_few_answers(judgements: Judgements, n_types: int) -> None:
    """Say that few answers a person do not tell their type."""
    counts = np.bincount(judgements.user)
    typical = float(np.median(counts[counts > 0]))
    if n_types > 1 and typical < FEW_ANSWERS:
        caution(
            f"people gave {typical:g} answers each (median): below {FEW_ANSWERS} their types are half lost. Collect "
            "more answers per person rather than more people, or fit fewer types."
        )


def warn_of_empty_types(fit: MixtureFit) -> None:
    """Say which types hold less than one person."""
    people = fit.responsibilities.sum(axis=0)
    if (people < 1).any():
        caution(f"{int((people < 1).sum())} of {fit.n_types} types hold less than one person: fewer types would do.")
