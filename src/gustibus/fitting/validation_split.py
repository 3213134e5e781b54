"""Which judgements are kept out of the optimisation to make choices by."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from gustibus.comparisons import caution
from gustibus.comparisons.wording import counted
from gustibus.fitting.defaults import ENOUGH_TO_CHOOSE, MIN_JUDGEMENTS

__all__ = ["ENOUGH_TO_CHOOSE", "validation_mask", "warn_of_little_validation"]


def validation_mask(user: npt.NDArray[np.integer], share: float, seed: int) -> npt.NDArray[np.bool_]:
    """Draw each person's validation judgements: ``share`` of them (at least one) for people with six or more.

    Parameters
    ----------
    user : ndarray of int, shape (M,)
        Person of each judgement.
    share : float
        Between 0 and 1.
    seed : int

    Returns
    -------
    ndarray of bool, shape (M,)

    Examples
    --------
    >>> mask = validation_mask(np.repeat([0, 1], [10, 3]), 0.1, seed=0)
    >>> int(mask[:10].sum()), int(mask[10:].sum())
    (1, 0)
    """
    n_records = len(user)
    shuffled = np.random.default_rng(seed).permutation(n_records)
    # A stable sort by person keeps the shuffled order within each person, so ranks within a person are random.
    order = shuffled[np.argsort(user[shuffled], kind="stable")]
    _, start, count = np.unique(user[order], return_index=True, return_counts=True)
    rank = np.arange(n_records) - np.repeat(start, count)
    kept = np.where(count >= MIN_JUDGEMENTS, np.maximum(1, np.floor(share * count)), 0)
    mask = np.zeros(n_records, bool)
    mask[order] = rank < np.repeat(kept, count)
    return mask


def warn_of_little_validation(n: int) -> None:
    """Say that the defaults are used because there is too little to choose by."""
    caution(
        f"only {counted(n, 'judgement')} can be kept for validation, too few to choose settings by "
        f"({ENOUGH_TO_CHOOSE} are needed): "
        "the defaults are used. More answers from people with six or more would change that."
    )
