"""The most probable weights of many people at once, each with a certificate of optimality."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property, partial
from importlib.util import find_spec
from typing import Final, Literal

import numpy as np
import numpy.typing as npt

from gustibus.adapting.answers import Answers, FloatArray, IntArray
from gustibus.adapting.link import TieLink
from gustibus.adapting.weights_by_numpy import CERTIFICATE_LIMIT, NewtonSteps, log_posterior, rounding_floor
from gustibus.comparisons import GustibusError, Progress

__all__ = ["CERTIFICATE_LIMIT", "MapSolution", "checked_alpha", "solve_map"]

_WORTH_COMPILING: Final = 50_000
"""People from whom on compiled code pays, although it takes a second to load (and once, ten to be compiled)."""
_MOST_COMPILED: Final = 16
"""Prototypes up to which loops are unrolled."""
_MOST_RECORDS: Final = 10_000
"""Of one person: eight of them are copied side by side."""
_COMPILED_ITERATIONS: Final = 40
_PEOPLE_A_PART: Final = 1 << 14


@dataclass(frozen=True, eq=False)
class MapSolution:
    r"""Most probable weights of ``U`` people.

    Attributes
    ----------
    weights : (U, K)
        Positive, each row summing to 1.
    certificate : (U,)
        :math:`\max_k g_k - w \cdot g` with ``g`` the gradient of the objective in ``w``: no weights on the simplex
        have an objective that is higher by more than this. At most 1e-5; only where a person's
        :math:`\sum_i c_i \max_k |z_{ik}|` exceeds ten million, at most its 1e-12th part, which is rounding.
    n_iterations : int
        Newton iterations of the slowest person.
    log_posterior : callable
        From weights ``(U, K)`` to everyone's log-likelihood plus log prior density in the softmax basis, up to a
        constant: :math:`\sum_k \alpha_k \log w_k` for a Dirichlet prior.
    objective : (U,)
        That of ``weights``, in nats; computed when it is first asked for.
    """

    weights: FloatArray
    certificate: FloatArray
    n_iterations: int
    log_posterior: Callable[[FloatArray], FloatArray] = field(repr=False)

    @cached_property
    def objective(self) -> FloatArray:
        return self.log_posterior(self.weights)


def solve_map(
    answers: Answers,
    alpha: npt.ArrayLike,
    *,
    start: FloatArray | None = None,
    tolerance: float = 1e-9,
    max_iterations: int = 200,
    progress: Progress | None = None,
    solver: Literal["auto", "numpy", "compiled"] = "auto",
    threads: int | None = None,
) -> MapSolution:
    r"""Maximise each person's posterior density in the softmax basis, for all people at once.

    .. math::

        F(w) = \sum_i c_i [y_i \log\sigma(s_i) + (1 - y_i) \log\sigma(-s_i)] + \sum_k \alpha_k \log w_k,
        \qquad s_i = o_i + w \cdot z_i,

    over the simplex. ``F`` is strictly concave for every ``alpha > 0``, its maximum is interior, and without answers
    the maximum is exactly ``alpha / sum(alpha)``. (A Dirichlet density in ``w`` itself has exponents
    ``alpha - 1``: below 1 it is not concave, and its maximum is not its mean.)

    The method is a primal-dual interior-point Newton iteration (Wright 1997, Primal-Dual Interior-Point Methods) with
    fixed barrier ``alpha``: :math:`\mu_k = \alpha_k / w_k` are variables of their own, steps keep to 0.99 of the way
    to the boundary and are halved until ``F`` grows enough. People are done when their certificate is below
    ``tolerance``, and leave the work.

    Compiled code takes the same steps, without the halving, for eight people at once in the lanes of the processor's
    vectors; whoever has not come to the tolerance there is left to numpy. Both meet the same certificate, and weights
    agree to what it allows.

    Parameters
    ----------
    answers : Answers
        Records of ``U`` people; a person without records gets the prior mean.
    alpha : (K,) array
        Prior concentrations, all positive.
    start : (U, K) array, optional
        Weights to start from (a warm start changes the time, not the answer).
    tolerance : float
        Certificate, in nats, at which a person is done, at most 1e-5; rounding may end the work a little above it.
    max_iterations : int
        Newton iterations allowed.
    progress : Progress, optional
        Told how many people are done.
    solver : "auto", "numpy" or "compiled"
        ``"compiled"`` needs numba (``pip install gustibus[kernels]``) and at most 16 prototypes; ``"auto"`` takes it
        from 50,000 people on where it can be had. It is compiled in the first call on a machine, a few seconds for
        each number of prototypes, and kept on disk.
    threads : int, optional
        Threads of the compiled solver; by default ``OMP_NUM_THREADS``, or every core. Results do not depend on them.

    Returns
    -------
    MapSolution
        Weights and certificates.

    Raises
    ------
    GustibusError
        If ``alpha`` is not positive and finite, shapes disagree, or someone's certificate stays above 1e-5.

    Examples
    --------
    >>> answers = Answers(z=[[3.0, -3.0], [2.0, -1.0]], outcome=[1, 1], user=[0, 0], n_users=2)
    >>> solution = solve_map(answers, [0.5, 0.5])
    >>> solution.weights.round(3)
    array([[0.776, 0.224],
           [0.5  , 0.5  ]])
    >>> bool(solution.certificate.max() < 1e-5)
    True
    """
    concentrations, tolerance = checked_alpha(alpha, answers.n_prototypes), min(tolerance, CERTIFICATE_LIMIT)
    n_threads = _checked_threads(threads)
    shape = (answers.n_users, answers.n_prototypes)
    prior_mean = concentrations / concentrations.sum()
    weights = np.tile(prior_mean, (shape[0], 1)) if start is None else _checked_start(start, shape)
    data = answers.by_user
    certificate = np.full(shape[0], np.inf)
    if _compiles(solver, answers):
        weights[data.n_records == 0] = prior_mean
        n_iterations, rest = _solve_in_lanes(data, concentrations, tolerance, weights, certificate, n_threads, progress)
        if rest.size:
            part, afresh = data.take_users(rest), np.tile(prior_mean, (rest.size, 1))
            weights[rest], certificate[rest], taken = _solve_in_numpy(
                part, concentrations, afresh, tolerance, max_iterations, None
            )
            n_iterations = max(n_iterations, taken)
    else:
        weights, certificate, n_iterations = _solve_in_numpy(
            data, concentrations, weights, tolerance, max_iterations, progress
        )
    _refuse_unfinished(data, concentrations, certificate)
    return MapSolution(weights, certificate, n_iterations, partial(log_posterior, data, concentrations))


def _compiles(solver: str, answers: Answers) -> bool:
    """Whether the compiled solver is to be taken."""
    if solver not in ("auto", "numpy", "compiled"):
        raise GustibusError(f"solve_map: solver is {solver!r}, but it must be 'auto', 'numpy' or 'compiled'.")
    few_prototypes = 2 <= answers.n_prototypes <= _MOST_COMPILED
    if solver != "compiled":
        wanted = solver == "auto" and answers.n_users >= _WORTH_COMPILING
        return wanted and few_prototypes and _longest(answers) <= _MOST_RECORDS and _numba_works()
    if not _numba_works():
        raise GustibusError("solve_map: solver='compiled' needs numba: pip install 'gustibus[kernels]'.")
    if not few_prototypes:
        raise GustibusError(
            f"solve_map: there are {answers.n_prototypes} prototypes, but the compiled solver takes 2 to "
            f"{_MOST_COMPILED}; leave solver='auto'."
        )
    return True


def _longest(answers: Answers) -> int:
    return int(answers.n_records.max(initial=0))


def _numba_works() -> bool:
    """Whether it is installed and goes with the numpy that is."""
    if find_spec("numba") is None:
        return False
    try:
        import numba  # noqa: F401
    except ImportError:
        return False
    return True


def _solve_in_lanes(
    data: Answers,
    alpha: FloatArray,
    tolerance: float,
    weights: FloatArray,
    certificate: FloatArray,
    n_threads: int,
    progress: Progress | None,
) -> tuple[int, IntArray]:
    """Fill ``weights`` (which hold the start) and ``certificate``; iterations, and the people who are not done."""
    from gustibus.adapting.weights_by_lanes import solve_people

    met = np.zeros(data.n_users, np.bool_)
    nu = np.broadcast_to(data.link.nu, len(data)).astype(np.float64) if isinstance(data.link, TieLink) else None
    records = (data.z, data.offset, data.outcome, data.weight, nu, data.starts)
    each = tuple(range(data.n_prototypes))

    def solve(order: IntArray) -> int:
        limits = (alpha, tolerance, _COMPILED_ITERATIONS)
        return int(solve_people(each, *records, order, *limits, weights, certificate, met))

    slowest = 0
    with ThreadPoolExecutor(n_threads) as pool:
        for number, taken in enumerate(pool.map(solve, _parts(data)), start=1):
            slowest = max(slowest, taken)
            if progress is not None:
                progress("solve people's weights", min(number * _PEOPLE_A_PART, data.n_users), data.n_users)
    return slowest, np.flatnonzero(~met)


def _parts(data: Answers) -> Iterator[IntArray]:
    """People who are near in memory, those with equally many records next to each other."""
    for first in range(0, data.n_users, _PEOPLE_A_PART):
        counts = data.n_records[first : first + _PEOPLE_A_PART]
        yield first + np.argsort(counts, kind="stable")


def _checked_threads(threads: int | None) -> int:
    if threads is None:
        given = os.environ.get("OMP_NUM_THREADS", "")
        return (
            int(given)
            if given.isdecimal() and int(given) > 0
            else len(os.sched_getaffinity(0))
            if hasattr(os, "sched_getaffinity")
            else os.cpu_count() or 1
        )
    if isinstance(threads, bool) or not isinstance(threads, int) or threads < 1:
        raise GustibusError(f"solve_map: threads is {threads!r}, but it must be a whole number from 1 on.")
    return threads


def _solve_in_numpy(
    data: Answers,
    alpha: FloatArray,
    start: FloatArray,
    tolerance: float,
    max_iterations: int,
    progress: Progress | None,
) -> tuple[FloatArray, FloatArray, int]:
    """Weights, certificates and iterations."""
    weights, certificate, n_iterations = start.copy(), np.zeros(data.n_users), 0
    n_prototypes = data.n_prototypes
    for first, stop in data.chunks(doubles_per_record=4 * n_prototypes + 8, doubles_per_user=4 * n_prototypes**2):
        part = NewtonSteps(data.users(first, stop), alpha)
        n_iterations = max(n_iterations, part.solve(weights[first:stop], tolerance, max_iterations))
        weights[first:stop], certificate[first:stop] = part.weights, part.gap
        if progress is not None:
            progress("solve people's weights", stop, data.n_users)
    return weights, certificate, n_iterations


def checked_alpha(alpha: npt.ArrayLike, n_prototypes: int) -> FloatArray:
    """Prior concentrations as float64, refused where they are not positive and finite."""
    concentrations = np.asarray(alpha, dtype=np.float64)
    if concentrations.shape != (n_prototypes,):
        raise GustibusError(
            f"alpha has shape {concentrations.shape}, but the answers are about {n_prototypes} prototypes; "
            "give one concentration a prototype."
        )
    if not (np.isfinite(concentrations).all() and (concentrations > 0).all()):
        raise GustibusError(f"alpha is {concentrations.tolist()}, but every concentration must be positive and finite.")
    return concentrations


def _checked_start(start: FloatArray, shape: tuple[int, int]) -> FloatArray:
    weights = np.array(start, dtype=np.float64)
    if weights.shape != shape or not np.isfinite(weights).all() or (weights < 0).any():
        raise GustibusError(f"start must be non-negative weights of shape {shape}, got shape {weights.shape}.")
    weights = np.maximum(weights, 1e-12)
    normalised: FloatArray = weights / weights.sum(axis=1, keepdims=True)
    return normalised


def _refuse_unfinished(data: Answers, alpha: FloatArray, certificate: FloatArray) -> None:
    suspects = np.flatnonzero(~(certificate <= CERTIFICATE_LIMIT))
    if not suspects.size:
        return
    limit = np.maximum(CERTIFICATE_LIMIT, rounding_floor(data.take_users(suspects), float(alpha.sum())))
    bad = np.flatnonzero(~(certificate[suspects] <= limit))
    if bad.size:
        person = int(suspects[bad[0]])
        largest = float(np.abs(data.of_user(person).z).max(initial=0.0))
        raise GustibusError(
            f"solve_map: the certificate of person {person} is {certificate[person]:.3g}, above "
            f"{limit[bad[0]]:.3g} ({bad.size} such people); their largest |z| is {largest:.3g}. "
            "Allow more max_iterations, or bring the model's log-odds to a smaller scale."
        )
