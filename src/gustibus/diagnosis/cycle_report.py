"""What was found when circles were looked for: shares beside their nulls, and the surest circles by name."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Final

import numpy as np

from gustibus.aggregation import PairWins
from gustibus.comparisons.wording import counted
from gustibus.diagnosis.hodge import Flow, HodgeParts

__all__ = ["CycleReport", "ShareWithNull", "TopCycle"]

_ALPHA: Final = 0.05


@dataclass(frozen=True)
class ShareWithNull:
    """A share, and what it is in data without cycles that are otherwise alike.

    Attributes
    ----------
    share
        In the data.
    null, low, high
        Mean and central 95 % in data drawn from one scale, with as many judgements on the same pairs.
    p_value
        Chance to see as much in data without cycles; nan for the gradient, which is not tested.
    """

    share: float
    null: float
    low: float
    high: float
    p_value: float

    def __str__(self) -> str:
        said = f"{self.share:.3f}, without cycles {self.null:.3f} [{self.low:.3f}, {self.high:.3f}]"
        return said if np.isnan(self.p_value) else f"{said}, p = {self.p_value:.3f}"


@dataclass(frozen=True)
class TopCycle:
    """Three items of which each beats the next and the last beats the first.

    Attributes
    ----------
    items
        Their names, in this order.
    share
        Share of judgements won by each against the next.
    n
        Judgements on each of these pairs.
    z
        Of the narrowest of the three wins: log-odds over their standard error.
    """

    items: tuple[str, str, str]
    share: tuple[float, float, float]
    n: tuple[float, float, float]
    z: float

    def __str__(self) -> str:
        one, two, three = self.items
        wins = ", ".join(f"{share:.0%} of {n:g}" for share, n in zip(self.share, self.n, strict=True))
        return f"{one} > {two} > {three} > {one} ({wins})"


@dataclass(frozen=True, eq=False, repr=False)
class CycleReport:
    """What :func:`diagnose_cycles` found.

    Attributes
    ----------
    shares
        ``gradient``, ``curl``, ``harmonic`` and ``cyclic`` (curl and harmonic together) with their nulls; curl and
        harmonic are left out where there are too many triangles to tell them apart.
    cyclic_triangles
        Share of cycles among triples of items whose three pairs are all decided; None where there is no such triple.
    top
        The cycles of three whose narrowest win is surest.
    z_by_chance
        What the z of the surest cycle stays below in 95 % of data without cycles; nan without triples.
    wins, parts
        The counts, and the decomposition pair by pair.
    n_triangles, n_null, flow
        Triples of items that were all compared; resampled tables; what was decomposed.
    """

    shares: dict[str, ShareWithNull]
    cyclic_triangles: ShareWithNull | None
    top: tuple[TopCycle, ...]
    z_by_chance: float
    wins: PairWins
    parts: HodgeParts
    n_triangles: int
    n_null: int
    flow: Flow

    @property
    def found(self) -> bool:
        """Whether there is more that goes in circles than chance makes of one scale (p <= 0.05)."""
        return self.shares["cyclic"].p_value <= _ALPHA

    @property
    def verdict(self) -> str:
        """One sentence."""
        cyclic = self.shares["cyclic"]
        if np.isnan(cyclic.share):
            return "Every pair is even: there is nothing to decompose."
        if self.parts.energy["cyclic"] <= 1e-12 * self.parts.energy["total"]:
            return "No circle of pairs was compared, so that cycles cannot be seen."
        if self.found:
            return (
                f"Preferences go in circles: no scale explains {cyclic.share:.0%} of the flow, where "
                f"{cyclic.null:.0%} would be chance (p = {cyclic.p_value:.3f})."
            )
        return (
            f"No sign of cycles: no scale explains {cyclic.share:.0%} of the flow, and chance makes "
            f"{cyclic.null:.0%} of data without any (p = {cyclic.p_value:.3f})."
        )

    def to_dict(self) -> dict[str, Any]:
        """Everything but the pairs, as plain numbers."""
        return {
            "verdict": self.verdict,
            "found": self.found,
            "flow": self.flow,
            "items": len(self.wins.items),
            "pairs": len(self.wins.a),
            "judgements": float(self.wins.n.sum()),
            "parts": self.parts.n_parts,
            "triangles": self.n_triangles,
            "shares": {name: asdict(share) for name, share in self.shares.items()},
            "cyclic_triangles": None if self.cyclic_triangles is None else asdict(self.cyclic_triangles),
            "top_cycles": [asdict(cycle) for cycle in self.top],
            "z_by_chance": self.z_by_chance,
            "n_null": self.n_null,
        }

    def __repr__(self) -> str:
        return f"CycleReport({self.wins!r}, cyclic {self.shares['cyclic']})"

    def __str__(self) -> str:
        lines = [
            self.verdict,
            f"{counted(round(self.wins.n.sum()), 'judgement')} on {counted(len(self.wins.a), 'pair')} of "
            f"{counted(len(self.wins.items), 'item')}, {counted(self.n_triangles, 'triangle')}"
            + (f", in {self.parts.n_parts} parts that were never compared" if self.parts.n_parts > 1 else ""),
            *(f"{name:9s} {share}" for name, share in self.shares.items() if share.share > 0 or share.high > 0),
        ]
        if self.cyclic_triangles is not None:
            lines.append(f"triples that are cycles: {self.cyclic_triangles}")
        if self.top:
            lines.append(f"surest cycles (by chance alone, z up to {self.z_by_chance:.2f}):")
            lines += [f"  {cycle}, z = {cycle.z:.2f}" for cycle in self.top]
        return "\n".join(lines)
