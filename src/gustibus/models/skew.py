"""The skew-symmetric operator behind preferences that go in circles: sign, gate and temperature in one place."""

from __future__ import annotations

from typing import Final, Literal, get_args

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from gustibus.comparisons import GustibusError

__all__ = ["Gate", "SkewOperator", "planes_of"]

Gate = Literal["none", "softmax", "softmax*k", "softplus"]
"""How much each block counts for a prompt: alike, shares that sum to 1, shares that sum to k, or any positive numbers.
"""

_TILE: Final = 256
"""Responses a side of the tiles in which a pool is scored: 256 KiB, which stays in the cache."""


class SkewOperator(nn.Module):
    r"""Scores pairs of representations so that swapping them flips the sign, and nothing else is demanded.

    A representation ``v`` of width 2k is k blocks ``(p_l, q_l)``, points of k planes. A pair scores the area that its
    two points span in each plane,

    .. math:: s(a, b) = \frac{1}{\tau} \sum_l \lambda_l(c) \, (p_l(a) q_l(b) - q_l(a) p_l(b)),

    in log-odds. The sign is such that ``v = [r, 1]`` gives ``s = (r_a - r_b) / tau``, Bradley-Terry. Three points
    around the origin of one plane beat each other in a circle. Exactly the skew-symmetric matrices of rank at most 2k
    can be written so (where norms are free and nothing is gated).

    Parameters
    ----------
    n_blocks : int
        k.
    gate : {"none", "softmax", "softmax*k", "softplus"}
        :math:`\lambda(c)`, an affine function of the prompt's features put through this; applied once. ``softmax`` of a
        single block is always 1: then gate and no gate are the same model.
    n_prompt_features : int
        Width of the prompt's features; 0 where there are none, and then nothing can be gated.
    temperature : float
        tau, in units of score per log-odds.
    unit_norm : bool
        Scale the whole of ``v`` to length 1. Then 2 dimensions are points of one circle, ``s = sin(angle) / tau``,
        which no longer contain Bradley-Terry.

    References
    ----------
    Zhang et al. (2024), Beyond Bradley-Terry models: A general preference model for language model alignment,
    arXiv 2410.02197.

    Examples
    --------
    >>> import torch
    >>> operator = SkewOperator(n_blocks=1)
    >>> rewards = torch.tensor([[2.0, 1.0], [0.5, 1.0]])  # v = [r, 1]
    >>> operator.pair(rewards[:1], rewards[1:]).item()
    1.5
    """

    def __init__(
        self,
        n_blocks: int,
        *,
        gate: Gate = "none",
        n_prompt_features: int = 0,
        temperature: float = 1.0,
        unit_norm: bool = False,
    ) -> None:
        super().__init__()
        if n_blocks < 1:
            raise GustibusError(f"need at least one block of two dimensions, got {n_blocks}")
        if gate not in get_args(Gate):
            raise GustibusError(f"gate={gate!r} is not known; choose one of {', '.join(get_args(Gate))}")
        if gate != "none" and n_prompt_features < 1:
            raise GustibusError(f"gate={gate!r} looks at the prompt, but there are no prompt features: use gate='none'")
        if not temperature > 0:
            raise GustibusError(f"temperature must be positive, got {temperature}")
        self.n_blocks, self.temperature, self.unit_norm = n_blocks, temperature, unit_norm
        self.gate: Gate = gate
        self.gate_head: nn.Linear | None = None
        if gate != "none":
            self.gate_head = nn.Linear(n_prompt_features, n_blocks)
            nn.init.zeros_(self.gate_head.weight)  # all prompts alike at first
            nn.init.zeros_(self.gate_head.bias)

    def scaled(self, v: Tensor) -> Tensor:
        """Representations (n, 2k) as they enter the score: as they are, or scaled to length 1."""
        return v / v.norm(dim=-1, keepdim=True).clamp_min(1e-12) if self.unit_norm else v

    def gates(self, prompts: Tensor | None) -> Tensor | None:
        """Weights (n, k) of the blocks for the prompts (n, C); None where nothing is gated."""
        if self.gate_head is None:
            return None
        assert prompts is not None
        raw: Tensor = self.gate_head(prompts)
        if self.gate == "softplus":
            positive: Tensor = nn.functional.softplus(raw)
            return positive
        shares = raw.softmax(-1)
        return shares * self.n_blocks if self.gate == "softmax*k" else shares

    def areas(self, v_a: Tensor, v_b: Tensor) -> Tensor:
        """What each block says of n pairs, before gates: ``(p(a) q(b) - q(a) p(b)) / tau``, shape (n, k)."""
        a, b = (self.scaled(v).reshape(len(v), self.n_blocks, 2) for v in (v_a, v_b))
        return (a[..., 0] * b[..., 1] - a[..., 1] * b[..., 0]) / self.temperature

    def pair(self, v_a: Tensor, v_b: Tensor, gates: Tensor | None = None) -> Tensor:
        """Scores of n pairs (n,); exactly antisymmetric, and exactly 0 for a response against itself."""
        areas = self.areas(v_a, v_b)
        return (areas if gates is None else areas * gates).sum(-1)

    def turned(self, v: Tensor, gates: Tensor | None = None) -> Tensor:
        """Representations (n, 2k) such that their plain product with those of b is the score: ``s = turned(a) . b``.

        With it n responses score each other in one product, and a response scores a whole pool by the mean of its
        representations.
        """
        blocks = v.reshape(len(v), self.n_blocks, 2) / self.temperature
        if gates is not None:
            blocks = blocks * gates.unsqueeze(-1)
        return torch.stack([-blocks[..., 1], blocks[..., 0]], dim=-1).flatten(1)

    def against_all(self, v: Tensor, gates: Tensor | None = None) -> Tensor:
        """Scores of n responses against each other in one product, shape (n, n); antisymmetric exactly.

        The product is made tile by tile, above the diagonal only, and each tile is copied below it with its sign
        flipped while it is in the cache: the whole table is written once.
        """
        v = self.scaled(v)
        turned = self.turned(v, gates)
        scores = v.new_empty((len(v), len(v)))
        starts = range(0, len(v), _TILE)
        for i in starts:
            rows = slice(i, i + _TILE)
            for j in starts[i // _TILE :]:
                columns = slice(j, j + _TILE)
                tile = turned[rows] @ v[columns].T
                if i == j:
                    scores[rows, columns] = (tile - tile.T) / 2
                else:
                    scores[rows, columns] = tile
                    scores[columns, rows] = -tile.T
        return scores

    def against_pool(self, v: Tensor, pool: Tensor, gates: Tensor | None = None) -> Tensor:
        """Mean score of n responses against the m of a pool, shape (n,), in O((n + m) k): no table is made."""
        return self.turned(self.scaled(v), gates) @ self.scaled(pool).mean(0)


def planes_of(matrix: npt.NDArray[np.float64], dimensions: int | None = None) -> npt.NDArray[np.float64]:
    """Representations (n, 2k) whose scores (no gate, tau 1) are a skew-symmetric matrix (n, n), largest turns first.

    Its real Schur form is block-diagonal with blocks ``[[0, t], [-t, 0]]``; a basis of each plane, scaled by the root
    of t, are the blocks of the representations.

    Raises
    ------
    GustibusError
        If the matrix is not skew-symmetric.
    """
    from scipy.linalg import schur  # 0.2 s that most fits do not need

    if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1] or not np.allclose(matrix, -matrix.T, atol=1e-6):
        raise GustibusError("log-odds of all pairs must be a square matrix with s(i, j) = -s(j, i)")
    turns, basis = schur((matrix - matrix.T) / 2, output="real")
    above = np.diag(turns, 1)
    # Blocks need not start at even places: a direction without any turn may stand between two.
    largest = max(float(np.abs(above).max(initial=0.0)), np.finfo(np.float64).tiny)
    starts = np.flatnonzero(np.abs(above) > 1e-10 * largest)
    starts = starts[np.argsort(-np.abs(above[starts]), kind="stable")]
    if dimensions is not None:
        starts = starts[: dimensions // 2]
    planes = np.zeros((len(matrix), dimensions or max(2, 2 * len(starts))))
    for block, start in enumerate(starts):
        turn = above[start]
        p, q = basis[:, start], basis[:, start + 1]
        planes[:, 2 * block] = np.sqrt(abs(turn)) * p
        planes[:, 2 * block + 1] = np.sqrt(abs(turn)) * np.sign(turn) * q
    return planes
