"""Do preferences go in circles, more than chance alone would make them?"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from gustibus.aggregation import PairWins, pair_wins
from gustibus.comparisons import Comparisons, GustibusError, Progress
from gustibus.comparisons.arguments import check_seed, check_whole
from gustibus.diagnosis.cycle_report import CycleReport, ShareWithNull, TopCycle
from gustibus.diagnosis.hodge import Flow, FlowGraph, flow_of, parts_of
from gustibus.diagnosis.transitive_null import TransitiveNull

__all__ = ["diagnose_cycles"]

Floats = NDArray[np.float64]
PARTS: Final = ("gradient", "curl", "harmonic", "cyclic")
_ROUGH: Final = 1e-4
"""Of the split into curl and harmonic flow in resampled data; the share is then known to about as much."""


def diagnose_cycles(
    data: Comparisons | PairWins,
    *,
    flow: Flow = "log-odds",
    n_null: int = 200,
    n_top: int = 5,
    matched: bool = True,
    seed: int = 0,
    progress: Progress | None = None,
) -> CycleReport:
    """Tell how much of the preferences no scale explains, beside what chance would make of data without cycles.

    The flow on the compared pairs is split into gradient, curl and harmonic parts (:func:`hodge`). Its share that is no
    gradient is never 0, and with one or two judgements a pair it is one half or more without any cycle; so every share
    stands beside its null: the same in tables drawn from a Bradley-Terry model with the same number of judgements on
    the same pairs, and strengths as uneven as those of the data. Tested is the energy that is no gradient.

    All people are counted together: what is found may be cycles within people, or between people none of whom has any
    (Condorcet). :func:`within_or_between` tells these apart.

    Parameters
    ----------
    data
        Judgements, or wins that were counted elsewhere.
    flow
        What is decomposed.
    n_null
        Tables drawn without cycles, at least 20; the smallest p-value is ``1 / (n_null + 1)``.
    n_top
        How many cycles are shown.
    matched
        Draw from strengths as uneven as those of the data. False draws from the fitted strengths as they are, which
        are too uneven where judgements are few: it finds cycles in data without any, and is there to be compared with.
    seed
        Of the null.
    progress
        Told how many tables were drawn.

    Raises
    ------
    GustibusError
        If nothing was compared, or a number is out of range.

    Examples
    --------
    >>> rock_paper_scissors = PairWins.from_matrix([[0, 5, 36], [35, 0, 4], [4, 36, 0]], ["rock", "paper", "scissors"])
    >>> report = diagnose_cycles(rock_paper_scissors, n_null=50)
    >>> report.found, str(report.top[0])
    (True, 'rock > scissors > paper > rock (90% of 40, 90% of 40, 88% of 40)')
    """
    check_seed(seed)
    check_whole("n_null", n_null, least=20)
    check_whole("n_top", n_top, least=0)
    wins = data if isinstance(data, PairWins) else pair_wins(data)
    if not len(wins.a):
        raise GustibusError("nothing was compared, so there is nothing to decompose: give wins on one pair at least")
    graph = FlowGraph(len(wins.items), wins.a, wins.b)
    values, weight = flow_of(wins, flow)
    parts = parts_of(graph, values, weight)
    cycles, z = _cycles(graph, values, weight)
    seen = _figures(graph, values, parts.energy, z)
    rng = np.random.default_rng(seed)
    drawn: list[dict[str, float]] = []
    for table in TransitiveNull(wins, graph, flow, rng, matched=matched).draws(n_null, rng):
        values, weight = flow_of(table, flow)
        drawn.append(_figures(graph, values, _energy(graph, values, weight), _cycles(graph, values, weight)[1]))
        if progress is not None:
            progress("drawing data without cycles", len(drawn), n_null)
    known = [name for name in PARTS if not np.isnan(parts.energy[name])]
    return CycleReport(
        shares={name: _beside(f"share {name}", f"energy {name}", seen, drawn) for name in known},
        cyclic_triangles=None if np.isnan(seen["triples"]) else _beside("triples", "triples", seen, drawn),
        top=_top(wins, graph, cycles, z, n_top),
        z_by_chance=float(np.quantile([one["z"] for one in drawn], 0.95)) if graph.lists_triangles else float("nan"),
        wins=wins,
        parts=parts,
        n_triangles=graph.n_triangles,
        n_null=n_null,
        flow=flow,
    )


def _energy(graph: FlowGraph, flow: Floats, weight: Floats) -> dict[str, float]:
    """Energies of the parts, to about as much as `_ROUGH`."""
    gradient = graph.steps(graph.scores(flow, weight, exact=False))
    residual = flow - gradient
    energy = {name: float((weight * part**2).sum()) for name, part in (("gradient", gradient), ("total", flow))}
    cyclic = float((weight * residual**2).sum())
    curl = float("nan")
    if graph.is_cone or graph.lists_triangles:
        curl = float((weight * graph.curl_of(residual, weight, tolerance=_ROUGH) ** 2).sum())
    return energy | {"cyclic": cyclic, "curl": curl, "harmonic": max(cyclic - curl, 0.0)}


def _cycles(graph: FlowGraph, flow: Floats, weight: Floats) -> tuple[NDArray[np.intp], Floats]:
    """Triangles that go round, (C, 3) numbers of pairs, and the z of the narrowest win of each."""
    if not graph.lists_triangles:
        return np.zeros((0, 3), np.intp), np.zeros(0)
    toward = np.sign(flow)[graph.triangles] * np.array([1.0, 1.0, -1.0])
    cycles = graph.triangles[np.abs(toward.sum(axis=1)) == 3]
    return cycles, (np.abs(flow) * np.sqrt(weight))[cycles].min(axis=1, initial=np.inf)


def _figures(graph: FlowGraph, flow: Floats, energy: dict[str, float], z: Floats) -> dict[str, float]:
    """What is compared with its null."""
    total = energy["total"]
    found = {f"energy {name}": energy[name] for name in PARTS}
    found |= {f"share {name}": energy[name] / total if total > 0 else float("nan") for name in PARTS}
    decided = int(np.all(flow[graph.triangles] != 0, axis=1).sum()) if graph.lists_triangles else 0
    return found | {"triples": len(z) / decided if decided else float("nan"), "z": float(z.max(initial=0.0))}


def _beside(shown: str, tested: str, seen: dict[str, float], drawn: list[dict[str, float]]) -> ShareWithNull:
    null = np.array([one[shown] for one in drawn])
    low, high = np.nanquantile(null, [0.025, 0.975])
    # A hair of slack: what is equal but for rounding is as much.
    as_much = sum(one[tested] >= seen[tested] * (1 - 1e-9) for one in drawn)
    p_value = float("nan") if shown.endswith("gradient") else (1 + as_much) / (1 + len(drawn))
    return ShareWithNull(seen[shown], float(np.nanmean(null)), float(low), float(high), p_value)


def _top(wins: PairWins, graph: FlowGraph, cycles: NDArray[np.intp], z: Floats, n_top: int) -> tuple[TopCycle, ...]:
    """The surest cycles, each from its item of the lowest number."""
    found = []
    for row in np.argsort(-z, kind="stable")[:n_top]:
        first, second, across = cycles[row].tolist()  # (i, j), (j, k), (i, k)
        i, j, k = int(graph.a[first]), int(graph.b[first]), int(graph.b[second])
        share, n = wins.share, wins.n
        forward = share[first] > 0.5
        pairs = (first, second, across) if forward else (across, second, first)
        names = (i, j, k) if forward else (i, k, j)
        found.append(
            TopCycle(
                items=(wins.items[names[0]], wins.items[names[1]], wins.items[names[2]]),
                share=tuple(max(float(share[pair]), 1 - float(share[pair])) for pair in pairs),  # type: ignore[arg-type]
                n=tuple(float(n[pair]) for pair in pairs),  # type: ignore[arg-type]
                z=float(z[row]),
            )
        )
    return tuple(found)
