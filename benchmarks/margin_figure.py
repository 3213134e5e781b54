"""A margin with a hard label has no finite optimum; a vote share has one.

``python -m benchmarks.margin_figure`` draws ``docs/figures/margins.png`` from the losses themselves; nothing is
measured.
"""

from __future__ import annotations

import math

import torch

from benchmarks.recording import ROOT
from gustibus.likelihoods import LabelSmoothing, Likelihood, Logistic, Margin
from gustibus.reporting.figure_style import INK, MUTED, PALETTE, new_figure, quiet_axes

MARGINS = (0.0, 1.0, 3.0)
SHARE = 0.8


def main() -> None:
    s = torch.linspace(-2, 8, 401, dtype=torch.float64)
    figure = new_figure(6.4, 4.0)
    axes = figure.subplots()
    quiet_axes(axes, xlabel="log-odds s that a is preferred", ylabel="loss in nats")
    for colour, margin in zip(PALETTE, MARGINS, strict=False):
        axes.plot(s, _loss(Margin(), s, 1.0, margin), color=colour, label=f"label a, margin {margin:g}: falls for ever")
    for colour, style, width, likelihood, share, label in (
        (PALETTE[3], "-", 5.0, Logistic(), SHARE, f"a by {SHARE:.0%} of the votes: least at logit {SHARE:g}"),
        (INK, ":", 1.5, LabelSmoothing(1 - SHARE), 1.0, f"label a, smoothed by {1 - SHARE:.1f}: the same"),
    ):
        axes.plot(s, _loss(likelihood, s, share, 0.0), color=colour, linestyle=style, linewidth=width, label=label)
    best = math.log(SHARE / (1 - SHARE))
    axes.axvline(best, color=MUTED, linewidth=0.8)
    axes.annotate(f"logit {SHARE:g}", (best, 3.4), xytext=(4, 0), textcoords="offset points", color=MUTED, fontsize=9)
    axes.set_ylim(0, 3.8)
    axes.legend(frameon=False, fontsize=9, labelcolor=INK)
    path = ROOT / "docs" / "figures" / "margins.png"
    figure.savefig(path)
    print(f"written: {path.name}")


def _loss(likelihood: Likelihood, s: torch.Tensor, share: float, margin: float) -> torch.Tensor:
    return likelihood.loss(s, torch.full_like(s, share), margin=torch.full_like(s, margin))


if __name__ == "__main__":
    main()
