"""A world of vectors in which what people want depends on what was asked."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gustibus.catalog.shared_reward_truth import SharedRewardTruth
from gustibus.catalog.shared_reward_world import SharedRewardWorld
from gustibus.catalog.simulating import check_sizes, encoder_like, names, simulated_answers
from gustibus.comparisons import Comparisons, GustibusError
from gustibus.embedding import Vectors

__all__ = ["PromptWorld", "prompt_world"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False, repr=False)
class PromptWorld(SharedRewardWorld):
    """What :func:`prompt_world` made.

    Attributes
    ----------
    comparisons
        Judgements of all people on responses to the prompts to learn from; source "simulated".
    held_out
        Judgements of the same people on responses to prompts that occur nowhere in ``comparisons``.
    vectors
        Features of responses and of prompts apart: the ``encoder`` to fit ``model="pal-b"`` with.
    truth
        Shared rewards and weights, with true log-odds, rewards and ceilings.
    joined
        Features of responses with those of their prompt in the same row: what models see that do not keep the two
        apart, as when prompt and response are encoded as one text.
    """

    joined: Vectors


def prompt_world(
    *,
    n_users: int = 200,
    n_prompts: int = 400,
    n_held_out_prompts: int = 100,
    responses_per_prompt: int = 5,
    n_features: int = 32,
    n_prompt_features: int = 16,
    n_prototypes: int = 3,
    dimensions: int = 6,
    comparisons_per_user: int = 40,
    held_out_per_user: int = 10,
    concentration: float = 0.3,
    prompt_share: float = 0.8,
    scale: float = 5.0,
    seed: int = 0,
) -> PromptWorld:
    r"""Make a world that follows the prompt-conditioned ideal point model, linear in people's weights.

    .. math:: r_u(c, x) = S \sum_k w_{uk}\, \hat g_k(c) \cdot \hat f(x)

    with hats for unit length (after Chen et al. 2024, arXiv 2406.08469). Features of responses and of prompts: as of an
    encoder, with a power-law spectrum, a random rotation and a common mean. :math:`f` is a random linear map of the
    response's whitened coordinates; :math:`g_k` is one of the prompt's plus a constant direction, which have the shares
    ``prompt_share`` and ``1 - prompt_share`` of its mean square. People: :math:`w_u \sim` Dirichlet(``concentration``).
    Pairs: two responses to one prompt. Answers: Bernoulli with the true log-odds.

    Parameters
    ----------
    n_users, n_prompts, n_held_out_prompts
        People; prompts to learn from; prompts kept for ``held_out``.
    responses_per_prompt
        At least two; every response belongs to one prompt.
    n_features, n_prompt_features
        Dimensions of the vectors of responses and of prompts.
    n_prototypes, dimensions
        Pure tastes; dimensions of the space in which responses are compared with what is wanted.
    comparisons_per_user, held_out_per_user
        Judgements of each person on either set of prompts.
    concentration
        Below 1 most people are close to one taste; large values make everybody the same mixture.
    prompt_share
        0 makes tastes that do not depend on the prompt, 1 tastes with nothing in common between prompts.
    scale
        S, log-odds; 5 gives a Bayes accuracy of about 0.8 with the other defaults.
    seed
        Equal seeds give equal worlds.

    Raises
    ------
    GustibusError
        If a number is out of range.

    Examples
    --------
    >>> world = prompt_world(n_users=30, n_prompts=50, n_held_out_prompts=20, seed=0)
    >>> len(world.comparisons), world.vectors.n_dimensions, world.vectors.prompts.n_dimensions
    (1200, 32, 16)
    >>> 0.75 < world.bayes_accuracy(world.held_out) < 0.87
    True
    """
    if not 0 <= prompt_share <= 1:
        raise GustibusError(f"prompt_share is {prompt_share}, but a share between 0 and 1 is needed.")
    check_sizes(
        at_least_one={
            "n_users": n_users,
            "n_prompts": n_prompts,
            "n_held_out_prompts": n_held_out_prompts,
            "n_features": n_features,
            "n_prompt_features": n_prompt_features,
            "n_prototypes": n_prototypes,
            "dimensions": dimensions,
            "comparisons_per_user": comparisons_per_user,
            "held_out_per_user": held_out_per_user,
        },
        at_least_two={"responses_per_prompt": responses_per_prompt},
        positive={"concentration": concentration, "scale": scale},
    )
    rng = np.random.default_rng(seed)
    n_asked = n_prompts + n_held_out_prompts
    n = n_asked * responses_per_prompt
    asked, said = rng.standard_normal((n_asked, n_prompt_features)), rng.standard_normal((n, n_features))
    prompt_features, features = encoder_like(asked, rng), encoder_like(said, rng)
    prompt = np.arange(n) // responses_per_prompt
    wanted = _wanted(asked, n_prototypes, dimensions, prompt_share, rng)[prompt]
    placed = _unit(said @ rng.standard_normal((n_features, dimensions)))
    weights = rng.dirichlet(np.full(n_prototypes, concentration), n_users)
    responses, prompts = names("response", n), names("prompt", n_asked)
    truth = SharedRewardTruth(
        names("user", n_users), responses, scale * np.einsum("nkd,nd->nk", wanted, placed), weights
    )
    return PromptWorld(
        comparisons=_answers(truth, prompts, (0, n_prompts), comparisons_per_user, rng),
        held_out=_answers(truth, prompts, (n_prompts, n_asked), held_out_per_user, rng),
        vectors=Vectors(responses, features.astype(np.float32), prompts=(prompts, prompt_features.astype(np.float32))),
        truth=truth,
        joined=Vectors(responses, np.concatenate([features, prompt_features[prompt]], axis=1).astype(np.float32)),
    )


def _wanted(asked: Floats, k: int, dimensions: int, prompt_share: float, rng: np.random.Generator) -> Floats:
    """Directions that each taste wants for each prompt, ``(n_prompts, K, d)`` of unit length."""
    maps = rng.standard_normal((k, asked.shape[1], dimensions)) / np.sqrt(asked.shape[1])
    constant = rng.standard_normal((k, dimensions))
    by_prompt = np.einsum("cp,kpd->ckd", asked, maps)
    return _unit(np.sqrt(prompt_share) * by_prompt + np.sqrt(1 - prompt_share) * constant)


def _unit(vectors: Floats) -> Floats:
    unit: Floats = vectors / np.linalg.norm(vectors, axis=-1, keepdims=True)
    return unit


def _answers(
    truth: SharedRewardTruth, prompts: tuple[str, ...], asked: tuple[int, int], per_user: int, rng: np.random.Generator
) -> Comparisons:
    """Every person judges ``per_user`` pairs of responses to prompts of the range ``asked``."""
    per_prompt = len(truth.responses) // len(prompts)
    user = np.repeat(np.arange(len(truth.user_ids)), per_user)
    prompt = rng.integers(*asked, len(user))
    first = rng.integers(per_prompt, size=len(user))
    second = (first + rng.integers(1, per_prompt, len(user))) % per_prompt
    return simulated_answers(
        truth.log_odds, rng, users=truth.user_ids, responses=truth.responses, prompts=prompts, user=user,
        prompt=prompt, response_a=prompt * per_prompt + first, response_b=prompt * per_prompt + second,
    )  # fmt: skip
