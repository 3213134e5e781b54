"""The demo's study: a town whose tastes are known, one taste for all against several, seen people and new ones."""

from __future__ import annotations

import platform
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.metadata import version
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from gustibus.catalog import Town, town
from gustibus.comparisons import Comparisons, Progress
from gustibus.embedding import EmbeddingStore, Encoder, encode_items, resolve_encoder
from gustibus.evaluation import Interval, PeopleSplit, Report, Scored, evaluate, people_split
from gustibus.fitted import FittedModel
from gustibus.fitted.fit import fit
from gustibus.reporting.demo_result import DemoModel, DemoResult, NextStep, Scores
from gustibus.reporting.demo_tastes import ShownTastes

__all__ = ["DemoStudy", "demo_study"]

Floats = NDArray[np.float64]

SHOTS: Final = (0, 1, 2, 5, 10, 20)
PROTOTYPES: Final = (1, 2, 4, 6)
BASELINE: Final = "Bradley-Terry"
CEILING: Final = "knowing everything"
COMPARISONS_PER_PERSON: Final = 60

# Fixed beforehand, so that the demo stays quick; item offsets and how strongly people are drawn to the population are
# still chosen on validation judgements, and Bradley-Terry chooses everything.
SETTINGS: Final[dict[str, Any]] = {"components": 256, "whiten": False, "dimensions": 8, "prototype_scale": 0.1}


@dataclass(frozen=True, eq=False)
class DemoStudy:
    """What the study made.

    Attributes
    ----------
    result
        Everything found, for tables and the page.
    town
        The world and its truth.
    model
        The fitted model of the headline.
    newcomers
        Answers of the people whom no model has seen.
    """

    result: DemoResult
    town: Town
    model: FittedModel
    newcomers: Comparisons


@dataclass
class _Watch:
    """Seconds by stage, and progress with the stage's name before it."""

    progress: Progress | None
    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def stage(self, name: str) -> Iterator[Progress]:
        started = time.perf_counter()

        def tell(inner: str, done: int, total: int, /) -> None:
            if self.progress is not None:
                self.progress(f"{name}: {inner}", done, total)

        yield tell
        self.seconds[name] = self.seconds.get(name, 0.0) + time.perf_counter() - started


class _Knowing:
    """Somebody who knows every taste and every style: the ceiling, judged like any model."""

    def __init__(self, here: Town, user_ids: Sequence[str]) -> None:
        self.town, self.user_ids = here, user_ids

    def predict(self, data: Comparisons, users: object = None) -> _Probabilities:
        """The true probabilities; for ``"population"`` the true shares of votes."""
        if users == "population":
            return _Probabilities(self.town.truth.vote_shares(data))
        return _Probabilities(1 / (1 + np.exp(-self.town.log_odds(data))))

    def adapt_users(self, data: Comparisons) -> None:
        """Nothing to learn."""


@dataclass(frozen=True, eq=False)
class _Probabilities:
    probability: Floats


def demo_study(
    *,
    n_people: int = 400,
    n_prompts: int = 200,
    seed: int = 0,
    encoder: str | Encoder = "minilm",
    store: EmbeddingStore | None = None,
    progress: Progress | None = None,
) -> DemoStudy:
    """Make the town, split its people, fit Bradley-Terry and PAL-A with several numbers of tastes, and evaluate all.

    Every model gets the same judgements. Whatever is chosen is chosen on validation judgements, the number of tastes
    that the page speaks about too: the smallest that is not clearly worse there than the best one.

    Parameters
    ----------
    n_people, n_prompts
        Size of the town; three tenths of the people are new, seen by no fit.
    seed
        Of everything random.
    encoder
        Of the texts; ``Vectors`` with features of them will do.
    store
        Where their vectors are kept.
    progress
        Told how far it is.

    Raises
    ------
    GustibusError
        If the town cannot be made so, or the encoder is missing.
    """
    watch = _Watch(progress)
    with watch.stage("town") as tell:
        tell("writing and judging", 0, 1)
        here = town(
            n_people=n_people, n_prompts=n_prompts, comparisons_per_person=COMPARISONS_PER_PERSON, seed=seed
        )  # fmt: skip
        parts = people_split(here.comparisons, nmax=max(SHOTS), mint=5, seed=seed)
        test = Comparisons.concat([parts.seen_test, parts.unseen_pool, parts.unseen_test])
        tell("writing and judging", 1, 1)
    chosen = resolve_encoder(encoder)
    with watch.stage("texts") as tell:
        encode_items(chosen, here.styles.prompts, here.styles.responses, store=store, progress=tell)
    models, reports = _fit_and_evaluate(parts, test, chosen, store, seed, watch)
    ceiling = evaluate(_Knowing(here, parts.train.user_ids), test, shots=SHOTS, seed=seed)
    headline = _smallest_sufficient(models, parts)
    best = models[headline]
    with watch.stage("tastes") as tell:
        tell("looking at them", 0, 1)
        shown = ShownTastes.of(best, here)
    result = DemoResult(
        title=f"What {n_people} people like",
        lead=_lead(here, parts, headline, reports),
        shots=SHOTS,
        ceiling=_row(CEILING, ceiling, None),
        models=tuple(_row(name, report, _n_prototypes(models[name])) for name, report in reports.items()),
        headline=headline,
        taste_map=shown.map,
        reliability={
            name: (reports[name]["seen"].probability, reports[name]["seen"].outcome) for name in (BASELINE, headline)
        },
        taste_names=shown.names,
        examples=shown.examples,
        next_steps=_NEXT_STEPS,
        settings=_settings(here, parts, chosen, best),
        versions=_versions(),
        seconds=watch.seconds,
        seed=seed,
        true_number=len(here.tastes.names),
    )
    return DemoStudy(result, here, best, Comparisons.concat([parts.unseen_pool, parts.unseen_test]))


def _fit_and_evaluate(
    parts: PeopleSplit,
    test: Comparisons,
    encoder: Encoder,
    store: EmbeddingStore | None,
    seed: int,
    watch: _Watch,
) -> tuple[dict[str, FittedModel], dict[str, Report]]:
    wanted: dict[str, dict[str, Any]] = {BASELINE: {"model": "bt"}}
    wanted |= {f"PAL-A, K = {k}": {"model": "pal-a", "prototypes": k, **SETTINGS} for k in PROTOTYPES}
    models, reports = {}, {}
    for name, settings in wanted.items():
        with watch.stage(name) as tell:
            models[name] = fit(
                parts.train,
                encoder=encoder,
                store=store,
                validation=parts.validation,
                seed=seed,
                progress=tell,
                **settings,
            )
            reports[name] = evaluate(models[name], test, shots=SHOTS, seed=seed, progress=tell)
    return models, reports


def _smallest_sufficient(models: Mapping[str, FittedModel], parts: PeopleSplit) -> str:
    """The PAL-A with fewest tastes whose validation log loss is not clearly (95 %, over people) above the best one's.

    People are placed by their training answers for this, so that the validation answers are new.
    """
    scores = {
        name: Scored.of(
            parts.validation, model.predict(parts.validation, users=model.adapt_users(parts.train)).probability
        )
        for name, model in models.items()
        if name != BASELINE
    }
    best = min(scores.values(), key=lambda scored: scored.log_loss)
    return next(name for name, scored in scores.items() if not scored.paired(best).low > 0)


def _n_prototypes(model: FittedModel) -> int | None:
    return None if model.settings.model == "bt" else model.n_prototypes


def _row(name: str, report: Report, n_prototypes: int | None) -> DemoModel:
    new = tuple(_scores(report["unseen"][n]) for n in SHOTS)
    return DemoModel(name, _scores(report["seen"]), new, n_prototypes)


def _scores(scored: Scored) -> Scores:
    return Scores(accuracy=scored.interval("accuracy"), log_loss=scored.interval("log_loss"))


def _lead(here: Town, parts: PeopleSplit, headline: str, reports: Mapping[str, Report]) -> tuple[str, ...]:
    n_seen, n_new = parts.train.n_users, parts.unseen_pool.n_users
    n_learned = len(parts.train) + len(parts.validation)
    seen = reports[headline]["seen"].paired(reports[BASELINE]["seen"], "accuracy")
    new = {n: reports[headline]["unseen"][n].paired(reports[BASELINE]["unseen"][n], "accuracy") for n in (5, 20)}
    return (
        f"A made-up town asks everyday questions. {len(here.styles.responses):,} answers differ in "
        f"{_in_a_row(here.styles.names)}. Everybody in town is a mixture of {len(here.tastes.names)} tastes "
        f"({_in_a_row(here.tastes.names)}) and says which of two answers they like better, not always consistently.",
        "No model is told any of this: it sees the texts, through a sentence encoder, and "
        f"{n_learned:,} judgements by {n_seen} people. {n_new} more people are new to it.",
        f"Of a hundred judgements of people it knows, {headline} gets {_more(seen)} right than Bradley-Terry, which "
        f"has one taste for all; of new people's, {_more(new[5])} after five answers, {_more(new[20])} after twenty.",
    )


def _more(difference: Interval) -> str:
    """Such as ``10.5 more [8.8, 12.3]``, of a hundred."""
    shown = sorted(100 * value for value in (difference.low, difference.estimate, difference.high))
    if difference.estimate < 0:
        shown = [-value for value in reversed(shown)]
    return f"{shown[1]:.1f} {'more' if difference.estimate >= 0 else 'fewer'} [{shown[0]:.1f}, {shown[2]:.1f}]"


def _in_a_row(names: Sequence[str]) -> str:
    return " and ".join([", ".join(names[:-1]), names[-1]])


def _settings(here: Town, parts: PeopleSplit, encoder: Encoder, best: FittedModel) -> dict[str, str]:
    chosen = ", ".join(f"{name} {value}" for name, value in best.summary["choices"].items() if value is not None)
    return {
        "people": f"{parts.train.n_users} seen, {parts.unseen_pool.n_users} new",
        "judgements": f"{len(parts.train):,} to learn from, {len(parts.validation):,} to choose by, "
        f"{len(parts.seen_test):,} to test seen people, {len(parts.unseen_test):,} to test new people",
        "texts": f"{len(here.styles.responses):,} responses to {len(set(here.styles.prompts)):,} prompts",
        "encoder": f"{encoder.kind}, {encoder.n_dimensions} dimensions",
        "fixed for PAL-A": ", ".join(f"{name} {value}" for name, value in SETTINGS.items()),
        "the page's model": chosen,
        "tastes on the page": "archetypes of the people's ideal points (Cutler & Breiman 1994); the model's prototypes "
        "lie farther out, where nobody is",
        "number of tastes": "the smallest that is not clearly worse on validation judgements than the best",
    }


def _versions() -> dict[str, str]:
    packages = ("gustibus", "torch", "numpy", "scipy")
    return {"python": platform.python_version(), **{name: version(name) for name in packages}}


_NEXT_STEPS: Final = (
    NextStep("gustibus info judgements.parquet", "Look at what your file holds, and what could be learned from it."),
    NextStep(
        "gustibus fit judgements.parquet --prototypes 1,2,4 --test 0.2 --test-out test.parquet --out models",
        "Learn one, two and four tastes from it, and compare them on a fifth that is kept out.",
    ),
    NextStep(
        "gustibus evaluate models/k4 test.parquet --against models/k1",
        "See whether several tastes are worth having, for people the model knows and for new ones.",
    ),
    NextStep(
        "gustibus adapt models/k4 newcomers.parquet --save-to models/k4-with-newcomers",
        "Place new people by their first answers.",
    ),
    NextStep(
        'gustibus rank models/k4 --prompt "What shall I cook?" --responses answers.txt --user alice',
        "Order responses as one of them would.",
    ),
)
