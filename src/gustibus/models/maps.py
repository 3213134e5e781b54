"""Maps from feature space to the space in which distances mean taste."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from torch import Tensor, nn

from gustibus.comparisons import GustibusError

__all__ = ["Mlp", "linear_map"]


class Mlp(nn.Module):
    """A multilayer perceptron, optionally around a residual connection: ``x + MLP(x)``.

    Parameters
    ----------
    widths : sequence of int
        Layer widths from input to output; ``(D, h, d)`` is two linear layers with one activation between.
    activation : {"relu", "gelu"}
        What stands between the layers; there is none after the last.
    residual : bool
        Add the input to the output (the first and last width must then agree).
    """

    def __init__(self, widths: Sequence[int], *, activation: str = "relu", residual: bool = False) -> None:
        super().__init__()
        if len(widths) < 2:
            raise GustibusError(f"a map needs an input and an output width, got {tuple(widths)}")
        if residual and widths[0] != widths[-1]:
            raise GustibusError(f"a residual map needs equal first and last widths, got {widths[0]} and {widths[-1]}")
        activations: dict[str, type[nn.Module]] = {"relu": nn.ReLU, "gelu": nn.GELU}
        if activation not in activations:
            raise GustibusError(f"activation must be 'relu' or 'gelu', got {activation!r}")
        layers: list[nn.Module] = []
        for n_in, n_out in pairwise(widths):
            layers += [nn.Linear(n_in, n_out), activations[activation]()]
        self.layers = nn.Sequential(*layers[:-1])
        self.residual = residual

    def forward(self, features: Tensor) -> Tensor:
        """Map features ``(n, widths[0])`` to ``(n, widths[-1])``."""
        mapped: Tensor = self.layers(features)
        return features + mapped if self.residual else mapped


def linear_map(n_features: int, dimensions: int, scale: float) -> nn.Linear:
    """A linear map without bias, its entries drawn so that a unit-variance input gets an output of sd ``scale``."""
    layer = nn.Linear(n_features, dimensions, bias=False)
    nn.init.normal_(layer.weight, std=scale / n_features**0.5)
    return layer
