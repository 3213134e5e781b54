"""How much a model of pairs contradicts itself when it is asked the other way round."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch

from gustibus.models import PairInput

__all__ = ["Inconsistency", "inconsistency"]

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Inconsistency:
    """Answers that depend on which item is named first.

    Attributes
    ----------
    decisions : float
        Share of pairs with two answers: a preferred to b asked one way, b to a asked the other.
    probability : float
        Mean of ``|P(a over b) + P(b over a) - 1|``.
    n_pairs : int
    """

    decisions: float
    probability: float
    n_pairs: int


def inconsistency(
    model: PairInput,
    features: npt.NDArray[np.floating],
    a: npt.NDArray[np.intp],
    b: npt.NDArray[np.intp],
    *,
    offsets: FloatArray | None = None,
    factor: float = 1.0,
) -> Inconsistency:
    """Ask a model about pairs both ways round and count where the answers disagree.

    Parameters
    ----------
    model : PairInput
        With its plain form ``g(a, b)``.
    features : ndarray, shape (n_items, F)
    a, b : ndarray of int, shape (n,)
    offsets : ndarray, shape (n_items,), optional
    factor : float
        On the log-odds, for the probabilities.

    Examples
    --------
    >>> from gustibus.models import PlainPairInput
    >>> model = PlainPairInput(1, (4,))
    >>> _ = model.head.layers[-1].weight.data.zero_(), model.head.layers[-1].bias.data.fill_(np.log(3))
    >>> found = inconsistency(model, np.zeros((2, 1)), np.array([0]), np.array([1]))  # 3/4 for whatever comes first
    >>> found.decisions, round(found.probability, 6)
    (1.0, 0.5)
    """
    items = torch.from_numpy(np.asarray(features, np.float32))
    with torch.no_grad():
        ways = [model.one_sided(items[x], items[y]).double().numpy() for x, y in ((a, b), (b, a))]
    shift = 0.0 if offsets is None else offsets[a] - offsets[b]
    one_way, other_way = factor * (ways[0] + shift), factor * (ways[1] - shift)
    total = (1 + np.tanh(one_way / 2)) / 2 + (1 + np.tanh(other_way / 2)) / 2
    disagree = np.sign(one_way) * np.sign(other_way) > 0
    return Inconsistency(float(disagree.mean()), float(np.abs(total - 1).mean()), len(a))
