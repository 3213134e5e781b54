"""Tables about placing new people."""

from __future__ import annotations

from typing import Any

from gustibus.reporting import Table, format_cell

__all__ = ["full", "kernel", "one_more_answer", "short"]


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


def kernel(result: dict[str, Any]) -> str:
    """People a second of the compiled solver beside three others, and ten million people."""
    study, stream = (result["studies"][name]["result"] for name in ("kernel", "ten_million"))
    rows = [
        [
            row["prototypes"],
            _thousands(row["people_a_second"]["lanes"]),
            f"{row['times_scalar']:.1f}",
            f"{row['times_numpy']:.0f}",
            f"{row['times_slsqp']:,.0f}",
            f"{row['share_of_memory_floor']:.0%}",
            f"{row['certificate_max']:.1g}",
            f"{row['weights_apart_from_numpy']:.1g}",
        ]
        for row in study["rows"]
    ]
    header = [
        "K", "thousands of people a second (least to most)", "times a scalar loop, compiled", "times numpy",
        "times SLSQP", "share of copying the records", "largest certificate", "apart from numpy",
    ]  # fmt: skip
    note = (
        f"{study['people']:,} people with {study['answers_a_person']} answers each, certificate "
        f"{study['certificate']:g}, processor seconds of one thread, medians over {len(study['seeds'])} seeds."
    )
    ten = (
        f"{stream['people']:,} people with {stream['answers'] // stream['people']} answers each, "
        f"{stream['people_a_chunk']:,} at a time: {stream['processor_seconds_solving']:.1f} processor seconds of "
        f"solving, at most {stream['peak_memory_mib']:,.0f} MiB of memory, of which everybody's weights take "
        f"{stream['weights_mib']:.0f}; largest certificate {stream['certificate_max']:.1g}."
    )
    return "\n\n".join([Table(header, rows).to_markdown(), note, ten])


def one_more_answer(result: dict[str, Any]) -> str:
    """Microseconds for one answer more."""
    rows = [
        [
            row["prototypes"],
            f"{row['microseconds_median']:.0f}",
            f"{row['microseconds_mean']:.0f}",
            f"{row['placed_again_a_hundred_answers']:.1f}",
            f"{row['microseconds_solving_again']:,.0f}",
        ]
        for row in result["studies"]["one_more_answer"]["result"]
    ]
    header = [
        "K", "microseconds an answer, median", "mean, with placing again", "placed again, of 100 answers",
        "solving again every time",
    ]  # fmt: skip
    return Table(header, rows).to_markdown()


def _thousands(spread: dict[str, float]) -> str:
    median, least, most = (spread[name] / 1e3 for name in ("median", "least", "most"))
    return f"{median:,.0f} ({least:,.0f} to {most:,.0f})"


def _interval(row: dict[str, Any]) -> str:
    return f"{row['fitted_minus_uniform']:+.4f} {_bounds(row, 4)}"


def _bounds(row: dict[str, Any], digits: int = 3) -> str:
    return f"[{row['interval'][0]:.{digits}f}, {row['interval'][1]:.{digits}f}]"
