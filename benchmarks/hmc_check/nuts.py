"""The hierarchical model by the No-U-Turn Sampler (Hoffman & Gelman 2014) of numpyro."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import numpyro
import numpyro.distributions as dist
from numpy.typing import NDArray
from numpyro.diagnostics import effective_sample_size, split_gelman_rubin
from numpyro.infer import MCMC, NUTS

from gustibus.adapting import Answers, GaussianPrior

__all__ = ["Sampled", "sample_everything", "sample_people"]

Floats = NDArray[np.float64]
CHAINS = 4


@dataclass(frozen=True)
class Sampled:
    """Draws of everybody's coefficients, and of what they share where that was drawn too.

    Attributes
    ----------
    theta : (S, U, F)
    beta : (S, F) or None
    covariance : (S, F, F) or None
    diagnostics : dict
        Largest split R-hat and smallest effective sample size over all of them, divergent transitions, sizes.
    """

    theta: Floats
    beta: Floats | None
    covariance: Floats | None
    diagnostics: dict[str, float]

    def probability(self, z: Floats, user: NDArray[np.intp]) -> Floats:
        """``E sigma(theta_u . z)`` of rows (M, F)."""
        sums = np.zeros(len(z))
        for draw in self.theta:
            sums += 1 / (1 + np.exp(-(draw[user] * z).sum(axis=1)))
        return sums / len(self.theta)


def sample_people(answers: Answers, prior: GaussianPrior, *, warmup: int, draws: int, seed: int) -> Sampled:
    """Everybody's coefficients under a prior that is held."""
    data = _padded(answers)
    beta, root = jnp.asarray(prior.means[0]), jnp.asarray(prior.root)

    def model() -> None:
        theta = _people(beta, root, answers.n_users)
        _answer(theta, data)

    return _sampled(model, warmup, draws, seed)


def sample_everything(answers: Answers, *, scale: float, warmup: int, draws: int, seed: int) -> Sampled:
    r"""Everybody's coefficients together with their mean and covariance.

    :math:`\Sigma \sim IW(2F, 2F s^2 I)`, the anchor of the variational fit as a proper prior;
    :math:`\beta \sim N(0, s_b^2 I)`, :math:`s_b` half-Cauchy.
    """
    data = _padded(answers)
    width = answers.n_prototypes
    tril = jnp.eye(width) / jnp.sqrt(2 * width * scale)

    def model() -> None:
        spread = numpyro.sample("spread", dist.HalfCauchy(1.0))
        raw = numpyro.sample("raw", dist.Normal(0, 1).expand([width]).to_event(1))
        beta = numpyro.deterministic("beta", spread * raw)
        # Root of the precision P = L L'; then Sigma = L^-T L^-1.
        lower = numpyro.sample("lower", dist.WishartCholesky(2.0 * width, scale_tril=tril))
        root = jax.scipy.linalg.solve_triangular(lower, jnp.eye(width), lower=True).T
        numpyro.deterministic("covariance", root @ root.T)
        _answer(_people(beta, root, answers.n_users), data)

    return _sampled(model, warmup, draws, seed)


def _people(beta: Any, root: Any, n_users: int) -> Any:
    eta = numpyro.sample("eta", dist.Normal(0, 1).expand([n_users, len(beta)]).to_event(2))
    return numpyro.deterministic("theta", beta + eta @ root.T)


def _answer(theta: Any, data: tuple[Any, Any, Any]) -> None:
    z, outcome, weight = data
    s = jnp.einsum("unf,uf->un", z, theta)
    numpyro.factor("answers", (weight * (outcome * s - jax.nn.softplus(s))).sum())


def _padded(answers: Answers) -> tuple[Any, Any, Any]:
    """Rows (U, n, F), outcomes and weights (U, n); weight 0 where a person has fewer than n."""
    data = answers.by_user
    n = int(data.n_answers.max())
    place = np.arange(len(data)) - data.starts[data.user]
    z = np.zeros((data.n_users, n, data.n_prototypes))
    outcome, weight = np.zeros((data.n_users, n)), np.zeros((data.n_users, n))
    z[data.user, place], outcome[data.user, place], weight[data.user, place] = data.z, data.outcome, data.weight
    return jnp.asarray(z), jnp.asarray(outcome), jnp.asarray(weight)


def _sampled(model: Callable[[], None], warmup: int, draws: int, seed: int) -> Sampled:
    kernel = NUTS(model, target_accept_prob=0.85)
    chains = MCMC(kernel, num_warmup=warmup, num_samples=draws, num_chains=CHAINS, chain_method="sequential",
                  progress_bar=False)  # fmt: skip
    chains.run(jax.random.PRNGKey(seed), extra_fields=("diverging", "num_steps"))
    extra = {name: np.asarray(values) for name, values in chains.get_extra_fields(group_by_chain=True).items()}
    found = {name: np.asarray(x) for name, x in chains.get_samples(group_by_chain=True).items()}
    kept = [found[name] for name in ("theta", "beta", "covariance") if name in found]
    each = [x.reshape(*x.shape[:2], -1) for x in kept]
    diagnostics = {
        "chains": CHAINS,
        "warmup": warmup,
        "draws_a_chain": draws,
        "r_hat_max": max(float(split_gelman_rubin(x).max()) for x in each),
        "ess_min": min(float(effective_sample_size(x).min()) for x in each),
        "ess_median_theta": float(np.median(effective_sample_size(each[0]))),
        "divergent": int(extra["diverging"].sum()),
        "leapfrog_steps_mean": float(extra["num_steps"].mean()),
    }
    theta, beta, covariance = (
        None if name not in found else found[name].reshape(-1, *found[name].shape[2:]).astype(np.float64)
        for name in ("theta", "beta", "covariance")
    )
    assert theta is not None
    return Sampled(theta, beta, covariance, diagnostics)
