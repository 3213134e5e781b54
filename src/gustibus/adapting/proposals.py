"""Where to look for a person's weights: the mixture of distributions from which importance sampling draws."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from scipy import special

from gustibus.adapting.answers import Answers, BoolArray, FloatArray, IntArray
from gustibus.adapting.per_user_sums import PerUserSums
from gustibus.adapting.quasi_random import log_dirichlet_draws, log_gamma_quantile, sobol

if TYPE_CHECKING:
    from gustibus.adapting.dirichlet import DirichletPrior

__all__ = ["LocalProposal", "Mixture", "SharedPoints", "ShiftedPrior", "local_proposal"]

_DEGREES = 5.0
_INFORMED = 3.0
_SHARES_AT_FIRST = (0.25, 0.375, 0.375)
_SHARES_REFITTED = (0.2, 0.25, 0.2, 0.35)


@dataclass(frozen=True, eq=False)
class SharedPoints:
    """The random numbers behind the draws, the same for all people: made once, used for every chunk of them.

    Attributes
    ----------
    counts : tuple of int
        Draws from the prior, from the shifted prior and from each local proposal.
    from_prior, to_shift : (K, n)
        Log weights drawn from the prior, as they are and to be shifted.
    normal, tail : tuples of (K, n)
        Student-t variates and log-gamma variates (maximum at zero), one pair a local proposal.
    """

    counts: tuple[int, ...]
    from_prior: FloatArray
    to_shift: FloatArray
    normal: tuple[FloatArray, ...]
    tail: tuple[FloatArray, ...]

    @classmethod
    def make(cls, prior: DirichletPrior, n_draws: int, seed: int, n_local: int = 1) -> SharedPoints:
        """Scrambled Sobol points turned into variates; ``n_local`` is 1, or 2 after a refit."""
        return _shared_points(prior.alpha.tobytes(), n_draws, seed, n_local)

    @classmethod
    def _made(cls, alpha: FloatArray, n_draws: int, seed: int, n_local: int) -> SharedPoints:
        shares = np.array(_SHARES_AT_FIRST if n_local == 1 else _SHARES_REFITTED)
        counts = np.maximum(np.floor(shares * n_draws).astype(int), 1)
        counts[-1] += n_draws - counts.sum()
        seeds = [int(s) for s in np.random.SeedSequence(seed).generate_state(len(counts))]
        normal, tail = [], []
        for count, own_seed in zip(counts[2:], seeds[2:], strict=True):
            points = sobol(int(count), len(alpha) + 1, own_seed)
            scale = np.sqrt(_DEGREES / special.chdtri(_DEGREES, points[:, -1]))
            normal.append(np.ascontiguousarray((special.ndtri(points[:, :-1]) * scale[:, None]).T))
            gammas = log_gamma_quantile(alpha, points[:, :-1]) - np.log(alpha)
            tail.append(np.ascontiguousarray(gammas.T))
        return cls(
            counts=tuple(int(count) for count in counts),
            from_prior=np.ascontiguousarray(log_dirichlet_draws(alpha, int(counts[0]), seeds[0]).T),
            to_shift=np.ascontiguousarray(log_dirichlet_draws(alpha, int(counts[1]), seeds[1]).T),
            normal=tuple(normal),
            tail=tuple(tail),
        )


@lru_cache(maxsize=8)
def _shared_points(alpha: bytes, n_draws: int, seed: int, n_local: int) -> SharedPoints:
    """The points of the last few calls: one person's update needs those of the update before."""
    return SharedPoints._made(np.frombuffer(alpha), n_draws, seed, n_local)


def _normalise(log_weights: FloatArray, weights: FloatArray) -> None:
    """Make ``exp`` of the middle axis of ``(U, K, N)`` sum to 1, in place, and write it to ``weights``."""
    log_weights -= log_weights.max(axis=1, keepdims=True)
    np.exp(log_weights, out=weights)
    total = weights.sum(axis=1, keepdims=True)
    log_weights -= np.log(total)
    weights /= total


@dataclass(frozen=True, eq=False)
class ShiftedPrior:
    r"""The Dirichlet prior moved, person by person, so that its maximum is at their most probable weights.

    Draws are :math:`w \propto v\, e^{t}` with ``v`` a prior draw and ``t = log(w_map) - log(mean)``: a translation in
    log-ratio coordinates, so that all people share one set of prior draws and the tails keep the prior's rates
    ``alpha``. It is the exact posterior up to normalisation when the log-likelihood is linear in unnormalised
    weights (independent gamma variates with other rates); ours.

    Attributes
    ----------
    shift : (U, K)
        The translation ``t``.
    """

    alpha: FloatArray
    shift: FloatArray

    def draw(self, to_shift: FloatArray, log_weights: FloatArray, weights: FloatArray) -> None:
        """Move prior draws ``(K, N)`` for each person; written to ``log_weights`` and ``weights`` ``(U, K, N)``."""
        np.add(to_shift, self.shift[:, :, None], out=log_weights)
        _normalise(log_weights, weights)

    def log_density(self, prior_density: FloatArray, weights: FloatArray) -> FloatArray:
        """Log density ``(U, N)`` at weights ``(U, K, N)`` whose log density under the prior is given."""
        back = np.matmul(np.exp(-self.shift)[:, None, :], weights)[:, 0]
        density: FloatArray = prior_density - (self.shift @ self.alpha)[:, None] - self.alpha.sum() * np.log(back)
        return density


@dataclass(frozen=True, eq=False)
class LocalProposal:
    r"""A distribution around one point for each person, in log-ratios to a reference prototype.

    The reference is the person's largest weight; :math:`y_k = \log w_k - \log w_{ref}`. Prototypes about which the
    answers say more than the prior (``informed``) get a multivariate Student-t; the others keep the shape of the
    prior's tail, :math:`y_k - m_k + \log\alpha_k \sim \log\mathrm{Gamma}(\alpha_k)`, whose maximum is at ``m``. A
    Student-t over all of them would waste nearly all draws when ``alpha`` is small; ours.

    Attributes
    ----------
    location : (U, K)
        ``m``; zero at the reference.
    root : (U, K, K)
        Lower Cholesky factor of the t part's precision, the identity elsewhere.
    informed : (U, K)
        The prototypes of the t part; never the reference.
    reference : (U,)
        The reference prototype.
    """

    alpha: FloatArray
    location: FloatArray
    root: FloatArray
    informed: BoolArray
    reference: IntArray

    @property
    def _plain(self) -> BoolArray:
        """Prototypes with the prior's tail: neither informed nor the reference."""
        plain = ~self.informed
        np.put_along_axis(plain, self.reference[:, None], False, axis=1)
        return plain

    def draw(self, normal: FloatArray, tail: FloatArray, log_weights: FloatArray, weights: FloatArray) -> None:
        """Turn shared variates ``(K, N)`` into each person's ``log_weights`` and ``weights`` ``(U, K, N)``."""
        across = np.linalg.inv(self.root).transpose(0, 2, 1)
        across = np.where(self.informed[:, None, :] & self.informed[:, :, None], across, 0.0)
        log_weights[:] = np.matmul(across, normal)
        log_weights += np.where(self._plain[:, :, None], tail, 0.0)
        log_weights += self.location[:, :, None]
        _normalise(log_weights, weights)

    def log_density(self, log_weights: FloatArray, weights: FloatArray) -> FloatArray:
        """Log density ``(U, N)`` at log weights and weights ``(U, K, N)``."""
        centred = log_weights - self._at_reference(log_weights)
        centred -= self.location[:, :, None]
        block = np.where(self.informed[:, None, :] & self.informed[:, :, None], self.root, 0.0)
        projected = np.matmul(block.transpose(0, 2, 1), centred)
        distance = np.einsum("ukn,ukn->un", projected, projected)
        n_informed = self.informed.sum(axis=1)
        constant = (
            special.gammaln(0.5 * (_DEGREES + n_informed))
            - special.gammaln(0.5 * _DEGREES)
            - 0.5 * n_informed * np.log(_DEGREES * np.pi)
            + np.log(np.diagonal(self.root, axis1=1, axis2=2)).sum(axis=1)
        )
        density: FloatArray = constant[:, None] - 0.5 * (_DEGREES + n_informed)[:, None] * np.log1p(distance / _DEGREES)
        density += self._tail_density(centred, weights)
        return density

    def _tail_density(self, centred: FloatArray, weights: FloatArray) -> FloatArray:
        r"""Log density of the log-gamma part: the sum of :math:`\alpha_k (t_k - e^{t_k})` and a constant,
        :math:`t_k = y_k - m_k`."""
        alpha_if_plain = np.where(self._plain, self.alpha, 0.0)
        linear = np.matmul(alpha_if_plain[:, None, :], centred)[:, 0]
        rate = alpha_if_plain * np.exp(-self.location)
        bound = np.matmul(rate[:, None, :], weights)[:, 0]
        with np.errstate(over="ignore"):  # a reference weight of next to nothing: the density there is zero
            bound /= np.maximum(self._at_reference(weights)[:, 0], 1e-300)
        constant = np.where(self._plain, self.alpha * np.log(self.alpha) - special.gammaln(self.alpha), 0.0)
        density: FloatArray = linear - bound + constant.sum(axis=1)[:, None]
        return density

    def _at_reference(self, values: FloatArray) -> FloatArray:
        return np.take_along_axis(values, self.reference[:, None, None], axis=1)

    def refitted(self, log_weights: FloatArray, mass: FloatArray) -> LocalProposal:
        """The same family at the weighted mean and covariance of draws: adaptive importance sampling.

        Parameters
        ----------
        log_weights : (U, K, N)
            Draws.
        mass : (U, N)
            Their weights, each row summing to 1; flattened first where few draws hold most of the mass.
        """
        flat = _flattened(mass)
        ratios = log_weights - self._at_reference(log_weights)
        mean = np.matmul(ratios, flat[:, :, None])[:, :, 0]
        centred = ratios - mean[:, :, None]
        covariance: FloatArray = np.matmul(centred * flat[:, None, :], centred.transpose(0, 2, 1))
        spread = np.linalg.inv(self.root)
        covariance = 0.9 * covariance + 0.1 * np.matmul(spread.transpose(0, 2, 1), spread)
        precision = np.asarray(np.linalg.inv(_informed_block(covariance, self.informed)), np.float64)
        plain_location = mean - special.digamma(self.alpha) + np.log(self.alpha)
        location = np.where(self.informed, mean, plain_location)
        np.put_along_axis(location, self.reference[:, None], 0.0, axis=1)
        root = np.asarray(np.linalg.cholesky(_informed_block(precision, self.informed)), np.float64)
        return LocalProposal(self.alpha, location, root, self.informed, self.reference)


def local_proposal(answers: Answers, alpha: FloatArray, weights: FloatArray) -> LocalProposal:
    r"""Laplace approximation at the most probable weights, in softmax coordinates.

    There the precision is, with :math:`J = \mathrm{diag}(w) - w w^T` and ``H`` the curvature in ``w``,

    .. math:: J H J + \mathrm{diag}(\alpha) - w \alpha^T - \alpha w^T + (\textstyle\sum\alpha)\, w w^T,

    whose prior part is :math:`\sum_k \alpha_k (x_k - w \cdot x)^2` as a quadratic form: positive at every answer,
    because the gradient at the maximum cancels what the softmax itself bends.
    """
    sums = PerUserSums(answers.starts)
    mean_of = sums.spread(weights)
    middle = np.einsum("mk,mk->m", mean_of, answers.z)
    log_odds = answers.offset + middle
    p = answers.link.mean(log_odds)
    data_part = sums.gram(mean_of * (answers.z - middle[:, None]), answers.weight * answers.link.curvature(log_odds, p))
    cross = weights[:, :, None] * alpha
    precision = data_part + np.diag(alpha) - cross - cross.transpose(0, 2, 1)
    precision += alpha.sum() * weights[:, :, None] * weights[:, None, :]
    reference = weights.argmax(axis=1)
    informed = np.diagonal(data_part, axis1=1, axis2=2) > _INFORMED * alpha
    np.put_along_axis(informed, reference[:, None], False, axis=1)
    log_weights = np.log(weights)
    location = log_weights - np.take_along_axis(log_weights, reference[:, None], axis=1)
    root = np.asarray(np.linalg.cholesky(_informed_block(precision, informed)), np.float64)
    return LocalProposal(alpha, location, root, informed, reference)


def _flattened(mass: FloatArray, wanted: float = 30.0) -> FloatArray:
    """Raise weights to the largest of a few powers at which they count as at least ``wanted`` equal ones."""
    flat = mass.copy()
    for power in (0.7, 0.5, 0.3, 0.2, 0.1):
        few = 1.0 / (flat**2).sum(axis=1) < wanted
        if not few.any():
            break
        tempered = mass[few] ** power
        flat[few] = tempered / tempered.sum(axis=1, keepdims=True)
    return flat


def _informed_block(matrix: FloatArray, informed: BoolArray) -> FloatArray:
    """The rows and columns of the informed prototypes, the identity elsewhere; a trace added against rounding."""
    diagonal = np.arange(matrix.shape[1])
    block = np.where(informed[:, :, None] & informed[:, None, :], matrix, 0.0)
    block[:, diagonal, diagonal] *= 1.0 + 1e-10
    block[:, diagonal, diagonal] += np.where(informed, 0.0, 1.0)
    return block


@dataclass(frozen=True, eq=False)
class Mixture:
    """The prior, the shifted prior and one or two local proposals, drawn in fixed numbers.

    The prior's share is the defence: no importance weight can exceed the likelihood divided by that share
    (Hesterberg 1995).
    """

    prior: DirichletPrior
    shifted: ShiftedPrior
    local: tuple[LocalProposal, ...]

    def draw(self, points: SharedPoints) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
        """Draws for each person.

        Returns
        -------
        tuple
            Log weights and weights ``(U, K, N)``, their log density under the prior and under the mixture ``(U, N)``.
        """
        n_users, n_prototypes = self.shifted.shift.shape
        log_weights = np.empty((n_users, n_prototypes, sum(points.counts)))
        weights = np.empty_like(log_weights)
        ends = np.cumsum(points.counts)
        log_weights[:, :, : ends[0]] = points.from_prior
        weights[:, :, : ends[0]] = np.exp(points.from_prior)
        part = slice(ends[0], ends[1])
        self.shifted.draw(points.to_shift, log_weights[:, :, part], weights[:, :, part])
        for index, local in enumerate(self.local):
            part = slice(ends[1 + index], ends[2 + index])
            local.draw(points.normal[index], points.tail[index], log_weights[:, :, part], weights[:, :, part])
        prior_density = np.matmul(self.prior.alpha, log_weights) - self.prior.log_normaliser
        densities = [self.shifted.log_density(prior_density, weights)]
        densities += [local.log_density(log_weights, weights) for local in self.local]
        # Relative to the prior: its share keeps the sum away from zero, and 700 keeps it below the largest float.
        log_shares = np.log(np.array(points.counts) / ends[-1])
        total = np.full_like(prior_density, np.exp(log_shares[0]))
        for share, density in zip(log_shares[1:], densities, strict=True):
            density += share - prior_density
            total += np.exp(np.minimum(density, 700.0, out=density), out=density)
        return log_weights, weights, prior_density, prior_density + np.log(total)
