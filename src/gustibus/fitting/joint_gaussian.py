"""A shared map fitted together with a normal distribution of people, instead of with point estimates of them."""

from __future__ import annotations

import copy
import math
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from gustibus.adapting import (
    LOGISTIC_AS_NORMALS,
    Answers,
    GaussianPosteriors,
    GaussianPrior,
    Link,
    TieLink,
    adapt_gaussian,
    fit_gaussian_prior,
)
from gustibus.comparisons import GustibusError
from gustibus.fitting.defaults import (
    JOINT_BLIND_ROUNDS,
    JOINT_LAST_ITERATIONS,
    JOINT_MAP_STEPS,
    JOINT_PATIENCE,
    JOINT_PRIOR_ITERATIONS,
    JOINT_ROUNDS,
)
from gustibus.fitting.differences import Differences
from gustibus.fitting.free_people import free_prior
from gustibus.fitting.held_out import HeldOut
from gustibus.fitting.records import Judgements
from gustibus.fitting.task import SharedFit, Task
from gustibus.fitting.user_step import answers_of, held_out_of
from gustibus.fitting.validation_split import ENOUGH_TO_CHOOSE
from gustibus.models import PreferenceModel

__all__ = ["fit_jointly"]

FloatArray = npt.NDArray[np.float64]
_TIE_NODES = 15


def fit_jointly(shared: SharedFit, task: Task) -> SharedFit:
    r"""Go on from point estimates by generalised variational EM (*ours*).

    People's weights are free, ``w_u ~ N(mu, Sigma)`` in K dimensions. Rounds of three parts raise one bound on the
    evidence: the normal posteriors of all people given the map (the E step of
    :func:`gustibus.adapting.fit_gaussian_prior`); the prior given the posteriors; and a few Adam steps on the map and
    the item offsets for

    .. math:: \sum_i c_i E_{s \sim N(m_u \cdot z_i,\; z_i' C_u z_i)}[\log P(y_i \mid s)], \quad z_i = S(a_i) - S(b_i).

    It stops when posterior-averaged validation log loss has not fallen for four rounds, and keeps the best round; the
    point estimates' map under its best normal prior is the round before the first.

    Parameters
    ----------
    shared : SharedFit
        A model that is linear in the weights, fitted to point estimates.
    task : Task
    """
    if not shared.model.linear_in_weights or shared.model.n_prototypes == 1:
        raise GustibusError(
            "inference='joint' needs a model of two or more prototypes that is linear in people's weights: PAL-A with "
            "the squared distance and latent or mixed prototypes, PAL-B with similarity='linear', or low-rank. "
            "Use inference='point' for the others."
        )
    rounds = _Rounds(shared, task)
    best = rounds.state()
    without_gain = 0
    n_rounds = JOINT_ROUNDS if rounds.can_choose else JOINT_BLIND_ROUNDS
    for done in range(n_rounds):
        rounds.advance()
        now = rounds.state()
        without_gain = 0 if now.loss < best.loss else without_gain + 1
        if now.loss < best.loss or not rounds.can_choose:
            best = now
        if task.progress is not None:
            task.progress("fitting map and people together", done + 1, n_rounds)
        if rounds.can_choose and without_gain == JOINT_PATIENCE:
            break
    return rounds.finished(best)


@dataclass(frozen=True)
class _State:
    model: PreferenceModel
    offsets: FloatArray | None
    prior: GaussianPrior
    held_out: HeldOut | None

    @property
    def loss(self) -> float:
        """By which rounds are compared, in nats."""
        return np.inf if self.held_out is None else self.held_out.mean


class _Rounds:
    def __init__(self, shared: SharedFit, task: Task) -> None:
        self.shared, self.task = shared, task
        self.model = copy.deepcopy(shared.model).train()
        self.features = torch.from_numpy(task.choices.features(shared.components, shared.whiten))
        self.train = task.judgements.training
        self.can_choose = int(task.judgements.validation.sum()) >= ENOUGH_TO_CHOOSE
        offsets = None if shared.offsets is None else shared.offsets * shared.factor
        self.offsets = None if offsets is None else torch.nn.Parameter(torch.from_numpy(offsets.astype(np.float32)))
        answers = self._answers(task.judgements)
        self.prior = free_prior(answers, task.judgements, shared.factor)
        parameters = [*self.model.parameters(), *([] if self.offsets is None else [self.offsets])]
        self.optimiser = torch.optim.Adam(parameters, lr=task.settings.learning_rate)
        self.shared_penalty = shared.choices.get("shared_penalty") or 0.0
        self.offset_penalty = shared.choices.get("offset_penalty") or 0.0
        known = (self.train.outcome, self.train.weight, self.train.shift)
        self.targets = tuple(torch.from_numpy(x.astype(np.float32)) for x in known)
        self.codes = tuple(torch.from_numpy(x.astype(np.int64)) for x in (self.train.a, self.train.b))

    def _scores(self) -> FloatArray:
        with torch.no_grad():
            scores: FloatArray = self.model.prototype_scores(self.features).double().numpy()
        return scores

    def _offsets(self) -> FloatArray | None:
        return None if self.offsets is None else self.offsets.detach().double().numpy().copy()

    def _answers(self, judgements: Judgements) -> Answers:
        return answers_of(Differences.of_scores(self._scores()), self._offsets(), judgements)

    def advance(self) -> None:
        """One round: people, prior, map."""
        answers = self._answers(self.train)
        self.prior = _improved(answers, self.prior, JOINT_PRIOR_ITERATIONS)
        people = adapt_gaussian(answers, self.prior)
        mean, covariance = self._moments(people)
        for _ in range(JOINT_MAP_STEPS):
            self.optimiser.zero_grad()
            loss = self._expected_loss(mean, covariance)
            loss.backward()  # type: ignore[no-untyped-call]
            self.optimiser.step()

    def _moments(self, people: GaussianPosteriors) -> tuple[Tensor, Tensor]:
        """Posterior mean and covariance of every record's person."""
        user = self.train.user
        return tuple(torch.from_numpy(x[user].astype(np.float32)) for x in (people.mean, people.covariance))  # type: ignore[return-value]

    def _expected_loss(self, mean: Tensor, covariance: Tensor) -> Tensor:
        """Mean expected loss plus penalties, in nats a record."""
        outcome, weight, shift = self.targets
        a, b = self.codes
        scores = self.model.prototype_scores(self.features)
        z = scores.index_select(0, a) - scores.index_select(0, b)
        s = (z * mean).sum(-1) + shift
        v = torch.einsum("nj,njk,nk->n", z, covariance, z)
        penalty = self.model.penalty() + 0.5 * self.shared_penalty * self.model.shrinkage()
        if self.offsets is not None:
            s = s + self.offsets.index_select(0, a) - self.offsets.index_select(0, b)
            penalty = penalty + 0.5 * self.offset_penalty * (self.offsets**2).sum()
        expected = _mean_partition(s, v.clamp_min(0.0), self.train.link) - outcome * s
        total = weight.sum()
        return (weight * expected).sum() / total + penalty / total

    def state(self) -> _State:
        """A copy of where the fit is, scored."""
        answers = self._answers(self.task.judgements)
        held_out = held_out_of(answers, self.task.judgements, self.prior) if self.can_choose else None
        return _State(copy.deepcopy(self.model), self._offsets(), self.prior, held_out)

    def finished(self, best: _State) -> SharedFit:
        """The best round, its prior fitted once more on all judgements."""
        self.model = best.model
        if best.offsets is not None:
            self.offsets = torch.nn.Parameter(torch.from_numpy(best.offsets.astype(np.float32)))
        prior = _improved(self._answers(self.task.judgements), best.prior, JOINT_LAST_ITERATIONS)
        return replace(
            self.shared,
            model=best.model.eval(),
            offsets=best.offsets,
            factor=1.0,
            prior=prior,
            held_out=best.held_out,
        )


def _mean_partition(mean: Tensor, variance: Tensor, link: Link) -> Tensor:
    """``E A(s)`` for normal ``s``, differentiable; see :class:`gustibus.adapting.Link`."""
    if not isinstance(link, TieLink):
        return _mean_softplus(mean, variance)
    nodes, mass = np.polynomial.hermite_e.hermegauss(_TIE_NODES)
    sd, total = torch.sqrt(variance + 1e-12), torch.zeros_like(mean)
    nu = torch.as_tensor(link.nu).to(mean)
    for node, share in zip(nodes.tolist(), (mass / mass.sum()).tolist(), strict=True):
        half = (mean + node * sd) / 2
        small = torch.exp(-half.abs())
        total = total + share * (half + half.abs() + torch.log1p(small * (nu + small)))
    return total


def _mean_softplus(mean: Tensor, variance: Tensor) -> Tensor:
    """``E log(1 + e^s)`` for normal ``s``, differentiable; see :mod:`gustibus.adapting.mean_logistic`."""
    total = torch.zeros_like(mean)
    for mass, spread in LOGISTIC_AS_NORMALS:
        tau = torch.sqrt(variance + spread)
        x = mean / tau
        total = total + mass * (mean * torch.special.ndtr(x) + tau * torch.exp(-0.5 * x * x) / math.sqrt(2 * math.pi))
    return total


def _improved(answers: Answers, prior: GaussianPrior, n_iterations: int) -> GaussianPrior:
    """The prior after some iterations; anchored to its own size, so that nothing but the data moves it."""
    scale = float(np.trace(prior.within)) / prior.n_prototypes
    size = max(float((prior.means**2).mean()), scale)
    fitted = fit_gaussian_prior(answers, prior, scale=scale, mean_variance=size, n_iterations=n_iterations)
    return fitted.prior
