"""How often each of finitely many possible people occurs: the convex non-parametric maximum likelihood."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import optimize

from gustibus.adapting.answers import FloatArray, IntArray
from gustibus.comparisons import GustibusError

__all__ = ["MixingMasses", "solve_mixing_masses"]

_CANDIDATES = 40
_ARMIJO = 0.01
_ROUNDING = 1e-13


@dataclass(frozen=True)
class MixingMasses:
    r"""The solution and its proof.

    Attributes
    ----------
    mass : (A,)
        Masses, summing to 1; most are zero.
    certificate : float
        :math:`\max_a \frac1U \sum_u L_{ua} / (L\pi)_u - 1`: no masses have a mean log-likelihood that is higher by more
        than this.
    objective : float
        Mean log-likelihood, in nats a person.
    n_iterations : int
        Newton steps.
    """

    mass: FloatArray
    certificate: float
    objective: float
    n_iterations: int


def solve_mixing_masses(
    log_likelihood: npt.ArrayLike,
    *,
    tolerance: float = 1e-7,
    max_iterations: int = 500,
    warm_up: int = 20,
) -> MixingMasses:
    r"""Maximise the mean log-likelihood of a mixture of given components over their masses.

    .. math:: \max_{\pi \ge 0,\ \sum_a \pi_a = 1}\ \frac1U \sum_u \log \sum_a \pi_a L_{ua}

    (Kiefer & Wolfowitz 1956). After a few steps of expectation-maximisation, sequential quadratic programming: the
    constraint becomes the term :math:`-\sum_a \pi_a`, which is exact because the logarithm only shifts with the scale
    of :math:`\pi` (Kim, Carbonetto, Stephens & Anitescu 2020), and each quadratic model is solved by non-negative
    least squares over the components in use and the 40 with the steepest gradient (constrained Newton, Wang 2007),
    with the step halved until the objective grows enough.

    Parameters
    ----------
    log_likelihood : (U, A) array
        Logarithms of :math:`L`; minus infinity where a component is not allowed.
    tolerance : float
        Certificate at which the work ends.
    max_iterations : int
        Newton steps allowed.
    warm_up : int
        Steps of expectation-maximisation before.

    Raises
    ------
    GustibusError
        If a person has no component of finite likelihood, or the certificate stays above 1e-6.

    Examples
    --------
    >>> found = solve_mixing_masses(np.log([[0.9, 0.1, 0.4], [0.9, 0.1, 0.4], [0.1, 0.9, 0.4]]))
    >>> found.mass.round(3), found.certificate < 1e-6
    (array([0.708, 0.292, 0.   ]), True)
    """
    logs = np.array(log_likelihood, dtype=np.float64)
    if logs.ndim != 2 or logs.size == 0:
        raise GustibusError(f"solve_mixing_masses: log_likelihood has shape {logs.shape}, but (U, A) is needed.")
    top = logs.max(axis=1)
    bad = np.flatnonzero(~np.isfinite(top))
    if bad.size:
        raise GustibusError(
            f"solve_mixing_masses: no component has a finite likelihood for person {int(bad[0])} ({bad.size} such); "
            "add a component that explains anyone, for example the population's weights."
        )
    likelihood = np.exp(logs - top[:, None])
    mass = _warmed_up(likelihood, warm_up)
    for iteration in range(max_iterations + 1):
        mixed = likelihood @ mass
        gradient = likelihood.T @ (1.0 / mixed) / len(mixed) - 1.0
        certificate = max(float(gradient.max()), 0.0)
        if certificate <= tolerance or iteration == max_iterations:
            break
        moved = _newton_step(likelihood, mass, mixed, gradient)
        if moved is None:
            break
        mass = moved
    if certificate > 1e-6:
        raise GustibusError(
            f"solve_mixing_masses: the certificate is {certificate:.3g} after {iteration} steps, above 1e-6; "
            "allow more max_iterations."
        )
    return MixingMasses(mass, certificate, float((np.log(mixed) + top).mean()), iteration)


def _warmed_up(likelihood: FloatArray, n_steps: int) -> FloatArray:
    """Masses after steps of expectation-maximisation from equal ones."""
    mass = np.full(likelihood.shape[1], 1.0 / likelihood.shape[1])
    for _ in range(n_steps):
        mass *= likelihood.T @ (1.0 / (likelihood @ mass)) / len(likelihood)
    result: FloatArray = mass / mass.sum()
    return result


def _newton_step(
    likelihood: FloatArray, mass: FloatArray, mixed: FloatArray, gradient: FloatArray
) -> FloatArray | None:
    """Masses after one step, or None where rounding lets the objective grow no more."""
    used = _components_to_move(mass, gradient)
    rows = likelihood[:, used] / mixed[:, None]
    curvature = rows.T @ rows / len(rows)
    diagonal = np.arange(len(used))
    curvature[diagonal, diagonal] += 1e-10 * np.trace(curvature) / len(used) + 1e-14
    root = np.linalg.cholesky(curvature)
    # Minimise x H x / 2 - x h over x >= 0, with h = 2 mean(rows) - 1: the optimum of the quadratic model.
    right = gradient[used] + curvature @ mass[used]
    wanted, _ = optimize.nnls(root.T, np.linalg.solve(root, right), maxiter=50 * len(used))
    change = wanted - mass[used]
    gain = float(gradient[used] @ change)
    along = likelihood[:, used] @ change
    before = float(np.log(mixed).mean() - mass.sum())
    length = 1.0
    for _ in range(50):
        there = mixed + length * along
        if there.min() > 0:
            after = float(np.log(there).mean()) - float(mass.sum() + length * change.sum())
            if after >= before + _ARMIJO * length * gain - _ROUNDING:
                moved = mass.copy()
                moved[used] = np.maximum(mass[used] + length * change, 0.0)
                result: FloatArray = moved / moved.sum()
                return None if np.array_equal(result, mass) else result
        length *= 0.5
    return None


def _components_to_move(mass: FloatArray, gradient: FloatArray) -> IntArray:
    """Those with mass that counts, and the most promising of the others; the rest keep what they have."""
    counts = mass > 1e-6 / len(mass)
    promising = np.flatnonzero(~counts & (gradient > 0))
    steepest = promising[np.argsort(gradient[promising])[::-1][:_CANDIDATES]]
    return np.union1d(np.flatnonzero(counts), steepest).astype(np.intp, copy=False)
