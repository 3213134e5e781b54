"""How much each record counts."""

from __future__ import annotations

import torch
from torch import Tensor

__all__ = ["equal_people_weights"]


def equal_people_weights(user: Tensor, weight: Tensor) -> Tensor:
    """Scale record weights so that every person counts the same, however much they answered.

    Parameters
    ----------
    user : Tensor, shape (n,)
        Person of each record, as integer codes.
    weight : Tensor, shape (n,)
        Record weights >= 0.

    Returns
    -------
    Tensor, shape (n,)
        ``weight / (the person's total weight)``, scaled to keep the sum over all records.

    Examples
    --------
    >>> import torch
    >>> equal_people_weights(torch.tensor([0, 0, 0, 1]), torch.ones(4)).tolist()
    [0.6666..., 0.6666..., 0.6666..., 2.0]
    """
    if len(user) == 0:
        return weight
    totals = torch.zeros(int(user.max()) + 1, dtype=weight.dtype, device=weight.device).index_add_(0, user, weight)
    mine = totals[user]
    shares = torch.where(mine > 0, weight / mine.clamp_min(torch.finfo(weight.dtype).tiny), torch.zeros_like(weight))
    return shares * (weight.sum() / shares.sum().clamp_min(torch.finfo(weight.dtype).tiny))
