"""From one vector a token to one vector a text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from torch import Tensor

__all__ = ["Pooling", "pool"]

Pooling = Literal["mean", "last", "cls"]


def pool(hidden: Tensor, mask: Tensor, pooling: Pooling) -> Tensor:
    """Pool token states, padding left out, wherever it is.

    Parameters
    ----------
    hidden
        ``(b, t, D)`` states of a layer.
    mask
        ``(b, t)``: 1 for a token, 0 for padding, which may stand on the right or on the left.
    pooling
        ``"mean"``: the mean over the text's tokens; ``"last"``: its last token; ``"cls"``: its first token.

    Returns
    -------
    ``(b, D)`` float32.
    """
    import torch

    hidden = hidden.float()
    if pooling == "mean":
        weight = mask.to(hidden.dtype).unsqueeze(-1)
        # padding is set to zero rather than multiplied by it: a state that overflowed there would poison the sum
        return hidden.masked_fill(weight == 0, 0.0).sum(dim=1) / weight.sum(dim=1)
    position = torch.arange(mask.shape[1], device=mask.device).expand_as(mask)
    if pooling == "last":
        index = position.masked_fill(mask == 0, -1).amax(dim=1)
    else:
        index = position.masked_fill(mask == 0, mask.shape[1]).amin(dim=1)
    return hidden[torch.arange(len(hidden), device=hidden.device), index]
