"""Tables about the hierarchical model beside Hamiltonian Monte Carlo and quadrature."""

from __future__ import annotations

from typing import Any

from benchmarks.recording import interval_of
from gustibus.reporting import Table, format_cell

__all__ = ["full"]


def full(result: dict[str, Any]) -> str:
    """Known people, what is shared, new people, the sampler, and one person in one and two dimensions."""
    measured = result["sets"]
    return "\n\n".join(
        [
            ". ".join(_about(one) for one in measured) + ".",
            "Posteriors of known people and their test judgements:",
            _people(measured),
            "Probabilities, log loss and calibration:",
            _predictions(measured),
            "The distribution of people:",
            _shared(measured),
            "The sampler:",
            _sampler(measured),
            "One person's posterior, as people are placed, beside exact integration (largest gaps of "
            f"{result['small_cases'][0]['people']} people each):",
            _small_cases(result["small_cases"]),
        ]
    )


def _about(one: dict[str, Any]) -> str:
    return (
        f"*{one['title']}*: {one['judgements']:,} judgements by {one['people']} people, {one['coefficients']} "
        f"coefficients, {one['test_judgements']:,} test judgements, split {one['seed']}"
    )


def _parts(measured: list[dict[str, Any]]) -> list[tuple[str, dict[str, Any]]]:
    return [
        (f"{one['title']}, {name}", one[part])
        for one in measured
        for part, name in (("held", "distribution held"), ("full", "everything drawn"))
    ]


def _people(measured: list[dict[str, Any]]) -> str:
    rows = [
        [name, part["mean_correlation"], part["mean_gap_rms"], part["noise_rms"], part["mean_gap_max"],
         part["sd_ratio"], _range(part["sd_ratio_5_95"])]
        for name, part in _parts(measured)
    ]  # fmt: skip
    columns = ["fit against HMC", "correlation of means", "gap of means, rms (posterior sd)", "of which noise of HMC",
               "largest gap", "sd, fit / HMC", "5 % to 95 %"]  # fmt: skip
    return Table(columns, rows).to_markdown()


def _predictions(measured: list[dict[str, Any]]) -> str:
    parts = _parts(measured) + [(f"{one['title']}, new people, no answers", one["new_people"]) for one in measured]
    rows = [
        [name, part["probability_gap"], interval_of(part["log_loss_fit"]), interval_of(part["log_loss_hmc"]),
         _paired(part["log_loss_fit_minus_hmc"]), part["ece_fit"], part["ece_hmc"]]
        for name, part in parts
    ]  # fmt: skip
    columns = ["fit against HMC", "mean gap of probabilities", "log loss, fit", "log loss, HMC", "fit − HMC",
               "ECE, fit", "ECE, HMC"]  # fmt: skip
    return Table(columns, rows).to_markdown()


def _shared(measured: list[dict[str, Any]]) -> str:
    rows = []
    for one in measured:
        full, beta = one["full"], one["full"]["beta"]
        largest = max(abs(fit - mean) / sd for fit, mean, sd in zip(beta["fit"], beta["mean"], beta["sd"], strict=True))
        rows.append(
            [one["title"], largest, full["trace"]["fit"],
             f"{full['trace']['mean']:.2f} {_range(full['trace']['interval'])}",
             full["correlations"]["correlation"], full["correlations"]["largest_gap"]]
        )  # fmt: skip
    columns = ["fit against HMC", "largest gap of a mean coefficient (posterior sd)", "trace of covariance, fit",
               "HMC, 95 %", "agreement of its correlations", "largest gap of one"]  # fmt: skip
    return Table(columns, rows).to_markdown()


def _sampler(measured: list[dict[str, Any]]) -> str:
    rows = []
    for name, part in _parts(measured):
        d = part["diagnostics"]
        rows.append(
            [name, f"{d['chains']} × {d['draws_a_chain']} after {d['warmup']}", f"{d['r_hat_max']:.3f}",
             f"{d['ess_min']:.0f}", f"{d['ess_median_theta']:.0f}", d["divergent"], f"{part['seconds']['cpu']:.0f}"]
        )  # fmt: skip
    columns = ["NUTS", "draws", "largest R-hat", "smallest ESS", "median ESS", "divergent", "processor seconds"]
    return Table(columns, rows).to_markdown()


def _small_cases(cases: list[dict[str, Any]]) -> str:
    rows = [
        [case["dimensions"], f"{case['spread']:g}", case["answers"], case["mean_gap_max"], case["sd_ratio"],
         case["sd_ratio_min"], case["evidence_gap_max"], case["probability_gap_max"]]
        for case in cases
    ]  # fmt: skip
    columns = ["coefficients", "prior sd of log-odds", "answers", "mean (exact sd)", "sd ratio, mean",
               "sd ratio, least", "log evidence (nats)", "probability"]  # fmt: skip
    return Table(columns, rows).to_markdown()


def _range(bounds: list[float]) -> str:
    return f"[{format_cell(bounds[0])}, {format_cell(bounds[1])}]"


def _paired(figure: dict[str, Any]) -> str:
    return f"{figure['estimate']:+.4f} [{figure['low']:+.4f}, {figure['high']:+.4f}]"
