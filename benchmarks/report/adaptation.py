"""Tables about placing new people."""

from __future__ import annotations

from typing import Any

from gustibus.reporting import Table, format_cell

__all__ = ["full", "short"]


def short(result: dict[str, Any]) -> str:
    """One line a question."""
    studies = {name: study["result"] for name, study in result["studies"].items()}
    certificates, coverage, million = studies["certificates"], studies["coverage"], studies["million"]
    ninety = [row for row in coverage["table"] if row["level"] == 0.9]
    world = studies["priors"][0]
    gains = {row["answers"]: row for row in world["table"]}
    rows = [
        [
            f"largest optimality certificate in {certificates['n_problems']:,} random problems (limit "
            f"{certificates['certificate_limit']:g})",
            f"{certificates['certificate_max']:.1g}",
        ],
        [
            "coverage of 90 % intervals after " + ", ".join(str(row["answers"]) for row in ninety) + " answers",
            ", ".join(format_cell(row["coverage"]) for row in ninety),
        ],
        [
            "fitted minus uniform prior, log loss after 0 and 5 answers",
            _interval(gains[0]) + ", " + _interval(gains[5]),
        ],
        [
            f"{million['people']:,} people with {million['answers'] // million['people']} answers each: seconds to "
            "place, seconds for posteriors",
            f"{million['seconds_solving']:.0f}, {million['seconds_posteriors']:.0f}",
        ],
    ]
    return Table(["new people", "figure"], rows).to_markdown()


def full(result: dict[str, Any]) -> str:
    """The same with tables for coverage, priors and the comparison with general solvers."""
    studies = {name: study["result"] for name, study in result["studies"].items()}
    coverage = Table(
        ["answers", "nominal", "coverage", "95 % interval"],
        [
            [row["answers"], f"{row['level']:.0%}", row["coverage"], _bounds(row)]
            for row in studies["coverage"]["table"]
        ],
    ).to_markdown()
    priors = Table(
        ["people come from", "answers", "fitted prior", "uniform prior", "fitted − uniform"],
        [
            [world["world"], row["answers"], row["log_loss_fitted"], row["log_loss_uniform"], _interval(row)]
            for world in studies["priors"]
            for row in world["table"]
        ],
    ).to_markdown()
    solvers = Table(
        ["K", "answers", "prior alpha", "largest certificate", "the same, SLSQP with defaults", "times faster"],
        [
            [case["prototypes"], case["answers_a_person"], f"{case['alpha']:g}",
             f"{case['certificate_max']['solve_map']:.1g}", f"{case['certificate_max']['slsqp_default']:.1g}",
             f"{case['times_faster_than_slsqp_default']:.0f}"]
            for case in studies["scipy"]
        ],
    ).to_markdown()  # fmt: skip
    return "\n\n".join(
        [short(result), "Coverage of posterior intervals, map and prior known:", coverage,
         "Log loss of people's next answers, prior fitted on other people:", priors,
         "The exact solver beside a general one:", solvers]
    )  # fmt: skip


def _interval(row: dict[str, Any]) -> str:
    return f"{row['fitted_minus_uniform']:+.4f} {_bounds(row, 4)}"


def _bounds(row: dict[str, Any], digits: int = 3) -> str:
    return f"[{row['interval'][0]:.{digits}f}, {row['interval'][1]:.{digits}f}]"
