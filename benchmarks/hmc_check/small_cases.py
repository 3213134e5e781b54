"""A person's posterior, and the one of the E step, beside exact integration in one and two dimensions."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import special

from gustibus.adapting import Answers, GaussianPrior, adapt_gaussian
from gustibus.adapting.normal_steps import fixed_point

__all__ = ["small_cases"]

Floats = NDArray[np.float64]
DIMENSIONS = (1, 2)
SPREADS = (0.5, 1.0, 2.0, 4.0)
ANSWERS = (1, 5, 20)
PEOPLE = 60
HALF_WIDTH, POINTS = 7.0, {1: 2001, 2: 141}


def small_cases(seed: int = 0) -> list[dict[str, Any]]:
    """One row for each number of coefficients, spread of log-odds a priori and number of answers.

    People are drawn from ``N(0, spread^2 I)`` and answer about standard normal differences of items. Gaps are between
    the variational posterior and the exact one: of the mean in exact standard deviations, the ratio of standard
    deviations, of the log evidence (nats), and of the probability of a new answer. People are placed by the normal
    distribution that maximises the bound on the evidence; the E step of the fit takes MacKay's formula, and its means
    and standard deviations stand beside.
    """
    rows = []
    for width in DIMENSIONS:
        for spread in SPREADS:
            for n in ANSWERS:
                rng = np.random.default_rng([seed, width, n])
                gaps = np.array([_one(rng, width, spread, n) for _ in range(PEOPLE)])
                mean, ratio_least, ratio, evidence, probability, em_mean, em_ratio = gaps.T
                rows.append(
                    {
                        "dimensions": width,
                        "spread": spread,
                        "answers": n,
                        "people": PEOPLE,
                        "mean_gap": mean.mean(),
                        "mean_gap_max": mean.max(),
                        "sd_ratio": ratio.mean(),
                        "sd_ratio_min": ratio_least.min(),
                        "evidence_gap": evidence.mean(),
                        "evidence_gap_max": evidence.max(),
                        "probability_gap": probability.mean(),
                        "probability_gap_max": probability.max(),
                        "em_mean_gap_max": em_mean.max(),
                        "em_sd_ratio": em_ratio.mean(),
                    }
                )
    return rows


def _one(rng: np.random.Generator, width: int, spread: float, n: int) -> tuple[float, ...]:
    z, z_new = rng.normal(size=(n, width)), rng.normal(size=(10, width))
    w = spread * rng.normal(size=width)
    outcome = (rng.random(n) < special.expit(z @ w)).astype(float)
    mean, covariance, evidence, probability = _exact(z * spread, outcome, z_new * spread)
    prior = GaussianPrior(np.zeros((1, width)), spread**2 * np.eye(width))
    person = adapt_gaussian(Answers(z=z, outcome=outcome), prior)[0]
    em_mean, em_covariance = _of_e_step(z * spread, outcome)
    sd = np.sqrt(np.diag(covariance))
    ratio = np.sqrt(np.diag(person.covariance)) / spread / sd
    return (
        float(np.abs((person.weights / spread - mean) / sd).max()),
        float(ratio.min()),
        float(ratio.mean()),
        evidence - person.log_evidence,
        float(np.abs(person.probability(z_new) - probability).max()),
        float(np.abs((em_mean - mean) / sd).max()),
        float((np.sqrt(np.diag(em_covariance)) / sd).mean()),
    )


def _of_e_step(z: Floats, outcome: Floats) -> tuple[Floats, Floats]:
    """Mean and covariance that expectation-maximisation takes a person's posterior of ``t ~ N(0, I)`` to have."""
    n = len(z)
    one = fixed_point(z[None], np.zeros((1, n)), outcome[None], np.ones((1, n)), expectations="mackay")
    if one.covariance is not None:
        return one.t[0], one.covariance[0]
    assert one.by_records is not None
    explained: Floats = one.by_records[0].T @ one.by_records[0]
    return one.t[0], np.eye(z.shape[1]) - explained


def _exact(z: Floats, outcome: Floats, z_new: Floats) -> tuple[Floats, Floats, float, Floats]:
    """Posterior of ``t ~ N(0, I)`` on a grid: mean, covariance, log evidence, probabilities of new answers."""
    width = z.shape[1]
    axis = np.linspace(-HALF_WIDTH, HALF_WIDTH, POINTS[width])
    t = np.stack([x.ravel() for x in np.meshgrid(*[axis] * width, indexing="ij")], axis=1)
    s = t @ z.T
    log_mass = (outcome * s - np.logaddexp(0, s)).sum(axis=1) - 0.5 * (t**2).sum(axis=1)
    total = special.logsumexp(log_mass)
    mass = np.exp(log_mass - total)
    mean: Floats = mass @ t
    covariance = (t * mass[:, None]).T @ t - np.outer(mean, mean)
    evidence = total + width * (np.log(axis[1] - axis[0]) - 0.5 * np.log(2 * np.pi))
    return mean, covariance, float(evidence), mass @ special.expit(t @ z_new.T)
