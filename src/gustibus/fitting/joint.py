"""Everything that is optimised together: the shared model, the people, the offsets of recurring items."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from gustibus.fitting.records import Records
from gustibus.models import FreeWeights, PreferenceModel, SimplexWeights

__all__ = ["JointModel"]


class JointModel(nn.Module):
    """A preference model with its people's weights and, where asked for, one reward offset per item.

    ``s_i = s_{u_i}(a_i, b_i) + o_{a_i} - o_{b_i}``.

    Parameters
    ----------
    model : PreferenceModel
    n_users, n_items : int
    item_offsets : bool
    """

    def __init__(self, model: PreferenceModel, *, n_users: int, n_items: int, item_offsets: bool) -> None:
        super().__init__()
        self.model = model
        self.people: SimplexWeights | FreeWeights | None = None
        if not model.weights_on_simplex:
            self.people = FreeWeights(n_users, model.n_prototypes)
        elif model.n_prototypes > 1:
            self.people = SimplexWeights(n_users, model.n_prototypes)
        self.offsets = nn.Parameter(torch.zeros(n_items)) if item_offsets else None

    def weights(self) -> Tensor:
        """People's weights (U, K); a single 1 where all are alike."""
        if self.people is None:
            return torch.ones(1, 1, device=next(self.model.parameters()).device)
        weights: Tensor = self.people()
        return weights

    def log_odds(self, features: Tensor, records: Records, *, items: Tensor | None = None) -> Tensor:
        """Log-odds of the records (n,).

        Parameters
        ----------
        features : Tensor, shape (n_items, C)
        records : Records
            Their items are rows of ``features``.
        items : Tensor, shape (n_items,), optional
            Which item each row of ``features`` is, when only some are given.
        """
        user = records.user if self.people is not None else torch.zeros_like(records.user)
        log_odds = self.model.pair_log_odds(features, records.a, records.b, self.weights(), user)
        if self.offsets is None:
            return log_odds
        offsets = self.offsets if items is None else self.offsets.index_select(0, items)
        return log_odds + offsets.index_select(0, records.a) - offsets.index_select(0, records.b)

    def penalty(self, *, shared: float, people: float, offsets: float) -> Tensor:
        """Half the strengths times the squared parameters, in units of one judgement's loss; plus the model's own."""
        total = self.model.penalty()
        if shared:
            total = total + 0.5 * shared * self.model.shrinkage()
        if people and self.people is not None:
            total = total + 0.5 * people * self.people.shrinkage()
        if offsets and self.offsets is not None:
            total = total + 0.5 * offsets * (self.offsets**2).sum()
        return total
