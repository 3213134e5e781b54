"""What does the hierarchical model lose by its approximations? The same model by Hamiltonian Monte Carlo.

``python -m benchmarks.hmc_check`` needs the extra ``hmc`` (numpyro) and writes ``benchmarks/results/hmc_check.json``.
On two small sets of real judgements the model is fitted as usual (one normal distribution of people). Then, on the
same features and answers,

- *people*: mean and covariance of people held where the fit put them; their coefficients by NUTS, against the
  variational posteriors: what the E step loses;
- *everything*: mean and covariance drawn too, with the fit's own anchor as their prior: what point estimates of the
  shared part lose on top.

Test judgements of known people are predicted by all, and by *everything* also those of new people without answers.
A third part compares posteriors, and those of the E step, with exact integration in one and two dimensions.
"""

from __future__ import annotations

import argparse
import sys
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import numpyro
from numpy.typing import NDArray

import gustibus as gs
from benchmarks.hmc_check.nuts import Sampled, sample_everything, sample_people
from benchmarks.hmc_check.small_cases import small_cases
from benchmarks.real_people.datasets import DataSet, load
from benchmarks.recording import DATA, Stopwatch, write_result
from gustibus.adapting import Answers, GaussianPosteriors, GaussianPrior, adapt_gaussian
from gustibus.adapting.mean_logistic import mean_sigmoid
from gustibus.comparisons import Comparisons, DataWarning
from gustibus.evaluation import PeopleSplit, Scored, people_split

Floats = NDArray[np.float64]
QUESTION = "What does the hierarchical model lose by its approximations?"
NAMES, MOST_PEOPLE = ("kidney2", "cems"), 150
WARMUP, DRAWS = 300, 350


def main() -> None:
    parser = argparse.ArgumentParser(description=QUESTION)
    parser.add_argument("--data", type=Path, default=DATA, help="folder of the data sets (default: %(default)s)")
    parser.add_argument("--seeds", type=int, nargs="+", default=[0], help="of split, fit and chains")
    parser.add_argument("--quick", action="store_true", help="few draws; written to results/quick")
    chosen = parser.parse_args()
    numpyro.enable_x64()
    watch = Stopwatch()
    result: dict[str, Any] = {"question": QUESTION, "seeds": chosen.seeds, "small_cases": small_cases(), "sets": []}
    _tell(f"quadrature: {watch.read()['cpu']:.0f} s")
    warmup, draws = (100, 100) if chosen.quick else (WARMUP, DRAWS)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DataWarning)
        for name in NAMES:
            data = load(name, chosen.data)
            for seed in chosen.seeds:
                result["sets"].append(_measure(data, seed, warmup, draws))
                result["seconds"] = watch.read()
                path = write_result("hmc_check", result, quick=chosen.quick)
    print(f"{path.name}: {watch.read()['cpu']:.0f} s")


def _measure(data: DataSet, seed: int, warmup: int, draws: int) -> dict[str, Any]:
    split = people_split(data.comparisons, data.nmax, data.mint, seed)
    split = _of_some_people(split, MOST_PEOPLE)
    watch = Stopwatch()
    model = gs.fit(
        split.train,
        validation=split.validation,
        encoder=data.encoder,
        model="hierarchical",
        types=1,
        item_offsets=False,
        seed=seed,
    )
    assert isinstance(model.prior, GaussianPrior)
    case = _Case(model, split)
    _tell(f"{data.name}, seed {seed}: fitted, {watch.read()['cpu']:.0f} s")
    watch_people = Stopwatch()
    people = sample_people(case.answers, case.prior, warmup=warmup, draws=draws, seed=seed)
    seconds_people = watch_people.read()
    _tell(f"{data.name}, seed {seed}: people, {seconds_people['cpu']:.0f} s, {people.diagnostics}")
    watch_all = Stopwatch()
    scale = float(model.summary["choices"]["scale"])
    everything = sample_everything(case.answers, scale=scale, warmup=warmup, draws=draws, seed=seed)
    seconds_all = watch_all.read()
    _tell(f"{data.name}, seed {seed}: everything, {seconds_all['cpu']:.0f} s, {everything.diagnostics}")
    return {
        "data_set": data.name,
        "title": data.title,
        "seed": seed,
        "people": case.answers.n_users,
        "judgements": len(case.answers),
        "test_judgements": len(split.seen_test),
        "coefficients": case.answers.n_prototypes,
        "scale": scale,
        "held": case.against(people) | {"seconds": seconds_people},
        "full": case.against(everything) | case.shared(everything) | {"seconds": seconds_all},
        "new_people": case.new_people(everything),
    }


class _Case:
    """One fit, in coordinates in which every direction is told apart by some pair of items."""

    def __init__(self, model: gs.FittedModel, split: PeopleSplit) -> None:
        self.split = split
        known = Comparisons.concat([split.train, split.validation])
        z, self.ids = _differences(model, known), known.user_ids
        _, size, rows = np.linalg.svd(z, full_matrices=False)
        self.basis = rows[size > 1e-6 * size[0]].T
        assert isinstance(model.prior, GaussianPrior)
        self.prior = GaussianPrior(model.prior.means @ self.basis, self.basis.T @ model.prior.within @ self.basis)
        self.answers = Answers(
            z=z @ self.basis,
            outcome=known.outcome,
            weight=known.weight,
            user=self._people_of(known),
            n_users=len(self.ids),
        )
        self.ours: GaussianPosteriors = adapt_gaussian(self.answers, self.prior)
        self.z_test = _differences(model, split.seen_test) @ self.basis
        self.user_test = self._people_of(split.seen_test)
        self.z_new = _differences(model, split.unseen_test) @ self.basis
        self.p_ours = self.ours.probability(self.z_test, self.user_test)

    def _people_of(self, data: Comparisons) -> NDArray[np.intp]:
        position = {user_id: code for code, user_id in enumerate(self.ids)}
        return np.array([position.get(name, -1) for name in data.users.to_pylist()], np.intp)[data.user]

    def against(self, sampled: Sampled) -> dict[str, Any]:
        """Posteriors and predictions of known people beside the variational ones."""
        mean, sd = sampled.theta.mean(axis=0), sampled.theta.std(axis=0)
        ours, ours_sd = self.ours.mean, np.sqrt(np.stack([np.diag(c) for c in self.ours.covariance]))
        gap, ratio = (ours - mean) / sd, ours_sd / sd
        p = sampled.probability(self.z_test, self.user_test)
        theirs, mine = Scored.of(self.split.seen_test, p), Scored.of(self.split.seen_test, self.p_ours)
        return {
            "diagnostics": sampled.diagnostics,
            "mean_correlation": np.corrcoef(ours.ravel(), mean.ravel())[0, 1],
            "mean_gap_rms": np.sqrt((gap**2).mean()),
            "mean_gap_max": np.abs(gap).max(),
            "noise_rms": np.sqrt(1 / sampled.diagnostics["ess_median_theta"]),
            "sd_ratio": ratio.mean(),
            "sd_ratio_5_95": np.quantile(ratio, [0.05, 0.95]).tolist(),
            "probability_gap": np.abs(p - self.p_ours).mean(),
            "probability_gap_max": np.abs(p - self.p_ours).max(),
            **_scores(mine, theirs),
        }

    def shared(self, sampled: Sampled) -> dict[str, Any]:
        """The fit's mean and covariance of people beside their posterior."""
        assert sampled.beta is not None
        assert sampled.covariance is not None
        beta, beta_sd = sampled.beta.mean(axis=0), sampled.beta.std(axis=0)
        trace = np.trace(sampled.covariance, axis1=1, axis2=2)
        log_det = np.linalg.slogdet(sampled.covariance)[1]
        return {
            "beta": {"fit": self.prior.means[0].tolist(), "mean": beta.tolist(), "sd": beta_sd.tolist()},
            "trace": _beside(float(np.trace(self.prior.within)), trace),
            "log_det": _beside(float(np.linalg.slogdet(self.prior.within)[1]), log_det),
            "correlations": _correlations(self.prior.within, sampled.covariance.mean(axis=0)),
        }

    def new_people(self, sampled: Sampled) -> dict[str, Any]:
        """Predictions for people without answers: of the fitted distribution, and averaged over all draws of it."""
        assert sampled.beta is not None
        assert sampled.covariance is not None
        z = self.z_new
        ours = mean_sigmoid(z @ self.prior.means[0], np.einsum("nj,jk,nk->n", z, self.prior.within, z))
        total = np.zeros(len(z))
        for beta, covariance in zip(sampled.beta, sampled.covariance, strict=True):
            total += mean_sigmoid(z @ beta, np.einsum("nj,jk,nk->n", z, covariance, z))
        p = total / len(sampled.beta)
        mine, theirs = Scored.of(self.split.unseen_test, ours), Scored.of(self.split.unseen_test, p)
        return {"probability_gap": np.abs(p - ours).mean(), **_scores(mine, theirs)}


def _scores(mine: Scored, theirs: Scored) -> dict[str, Any]:
    return {
        "log_loss_fit": mine.interval(),
        "log_loss_hmc": theirs.interval(),
        "log_loss_fit_minus_hmc": mine.paired(theirs),
        "accuracy_fit": mine.accuracy,
        "accuracy_hmc": theirs.accuracy,
        "ece_fit": mine.ece,
        "ece_hmc": theirs.ece,
    }


def _beside(fit: float, draws: Floats) -> dict[str, Any]:
    return {"fit": fit, "mean": draws.mean(), "interval": np.quantile(draws, [0.025, 0.975]).tolist()}


def _correlations(ours: Floats, theirs: Floats) -> dict[str, float]:
    """How alike the off-diagonal correlations of two covariances are."""
    places = np.tril_indices(len(ours), -1)
    a, b = (c[places] / np.sqrt(np.outer(np.diag(c), np.diag(c)))[places] for c in (ours, theirs))
    return {"correlation": float(np.corrcoef(a, b)[0, 1]), "largest_gap": float(np.abs(a - b).max())}


def _differences(model: gs.FittedModel, data: Comparisons) -> Floats:
    """Rows that people's coefficients are multiplied by, (M, F)."""
    items = data.items()
    features = model.scorer.features(items.prompt_texts(), items.response_texts())
    scores = model.scorer.prototype_scores(features)
    rows: Floats = scores[items.a] - scores[items.b]
    return rows


def _of_some_people(split: PeopleSplit, most: int) -> PeopleSplit:
    """The split with at most so many of its seen people, the first by name."""
    keep = sorted(split.train.user_ids)[:most]
    return PeopleSplit(
        **{
            name: part.for_users([user for user in part.user_ids if user in keep]) if name in _SEEN else part
            for name, part in ((name, getattr(split, name)) for name in PeopleSplit.__dataclass_fields__)
        }
    )


_SEEN = ("train", "validation", "seen_test")


def _tell(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
