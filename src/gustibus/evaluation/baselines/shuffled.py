"""Whether it matters who said it: the same judgements under shuffled names."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from gustibus.comparisons import Comparisons

__all__ = ["shuffled_ids"]


def shuffled_ids(data: Comparisons, seed: int = 0) -> Comparisons:
    """The same judgements with user ids permuted across records, so that everybody keeps their number of answers.

    A model fitted to these has nothing to learn about people; what it still gains over the population on true answers
    is not taste. Shuffle the training and validation records (separately), and test on the true ones.

    Parameters
    ----------
    data
        The records.
    seed
        Seed of the permutation.

    Examples
    --------
    >>> data = Comparisons.from_arrays(users=["ann", "bob"], responses=["x", "y"], user=[0, 0, 0, 1, 1],
    ...                                response_a=[0] * 5, response_b=[1] * 5, outcome=[1.0, 1, 1, 0, 0])
    >>> shuffled = shuffled_ids(data, seed=1)
    >>> sorted(shuffled.user.tolist()), shuffled.outcome.tolist()
    ([0, 0, 0, 1, 1], [1.0, 1.0, 1.0, 0.0, 0.0])
    """
    return replace(data, user=np.random.default_rng(seed).permutation(data.user))
