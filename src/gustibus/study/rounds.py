"""Models by seeds: whatever is not there yet is fitted, and all of it is put together."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from gustibus import __version__
from gustibus.comparisons import Comparisons, GustibusError, Progress, caution
from gustibus.embedding import EmbeddingStore, Encoder
from gustibus.evaluation import PeopleSplit, people_split
from gustibus.study.comparison import Comparison
from gustibus.study.model_choice import ModelChoice
from gustibus.study.pooling import Pooled, pooled_rows
from gustibus.study.recommending import recommend
from gustibus.study.trial import Trial, run_trial

__all__ = ["Round", "compare_rounds", "rounds_of"]

_STAGE = "models fitted"


@dataclass(frozen=True, eq=False)
class Round:
    """One draw of seen and unseen people.

    Attributes
    ----------
    seed
        Of the draw and of the fits.
    split
        Who is seen, and which answers are for what.
    encoder
        Features of the items.
    """

    seed: int
    split: PeopleSplit
    encoder: Encoder


def rounds_of(
    data: Comparisons, encoder: Encoder, seeds: Sequence[int], *, nmax: int, mint: int, unseen: float = 0.3
) -> tuple[Round, ...]:
    """A :func:`gustibus.people_split` for every seed; marks in the data's ``split`` column play no part."""
    plain = replace(data, split=np.full(len(data), -1, dtype=np.int8))
    return tuple(Round(seed, people_split(plain, nmax, mint, seed, unseen=unseen), encoder) for seed in seeds)


def compare_rounds(
    rounds: Sequence[Round],
    choices: Sequence[ModelChoice],
    *,
    shots: Sequence[int],
    reference: str | None = None,
    store: EmbeddingStore | None = None,
    folder: Path | None = None,
    about: Mapping[str, Any] | None = None,
    n_boot: int = 1000,
    progress: Progress | None = None,
) -> Comparison:
    """Fit every model in every round, unless `folder` has it already, and pool the rounds.

    Parameters
    ----------
    rounds
        At least one.
    choices
        The models.
    shots
        Numbers of answers after which unseen people are predicted.
    reference
        The model from which differences are taken; default ``"bt"`` if it is there, else the first.
    store
        For vectors of texts.
    folder
        Where finished fits are kept, a file each.
    about
        What else is to be said about the data, by name.
    n_boot
        Resamples of people behind an interval.
    progress
        Told how many fits are done, and about the one under way.

    Raises
    ------
    GustibusError
        No model, or not the reference, could be fitted.
    """
    if not rounds:
        raise GustibusError("there are no rounds: give at least one seed")
    named = [choice.name for choice in choices]
    reference = reference or ("bt" if "bt" in named else named[0])
    if reference not in named:
        raise GustibusError(f"reference={reference!r} is none of the models compared: {', '.join(named)}")
    done: dict[str, list[Trial]] = {}
    skipped: dict[str, str] = {}
    total = len(choices) * len(rounds)
    # Round by round, so that a study that is cut short has all models on the rounds that it has.
    for i, each in enumerate(rounds):
        for j, choice in enumerate(choices):
            n = i * len(choices) + j
            if progress is not None:
                progress(_STAGE, n, total)
            if choice.name in skipped:
                continue
            try:
                trial = _trial(each, choice, shots, store, folder, _within(progress, choice, each, n, total))
            except GustibusError as error:
                skipped[choice.name] = str(error)
                done.pop(choice.name, None)
            else:
                done.setdefault(choice.name, []).append(trial)
    if progress is not None:
        progress(_STAGE, total, total)
    if reference in skipped:
        raise GustibusError(f"the reference {reference} cannot be fitted to these data: {skipped[reference]}")
    splits = [each.split for each in rounds]
    pooled = {name: Pooled.of(trials, splits, shots, n_boot=n_boot) for name, trials in done.items()}
    rows = pooled_rows(pooled, {choice.name: choice for choice in choices}, reference)
    return Comparison(
        rows=rows,
        reference=reference,
        recommendation=recommend(rows),
        skipped=skipped,
        shots=tuple(shots),
        seeds=tuple(each.seed for each in rounds),
        about=dict(about or {}),
        version=__version__,
    )


def _trial(
    each: Round,
    choice: ModelChoice,
    shots: Sequence[int],
    store: EmbeddingStore | None,
    folder: Path | None,
    progress: Progress | None,
) -> Trial:
    path = None if folder is None else folder / _file_name(each, choice, shots)
    if path is not None and path.is_file():
        try:
            return Trial.load(path)
        except GustibusError as error:
            caution(f"{error}, so {choice.name} is fitted anew.")
    trial = run_trial(
        each.split, choice, encoder=each.encoder, shots=shots, seed=each.seed, store=store, progress=progress
    )  # fmt: skip
    if path is not None:
        trial.save(path)
    return trial


def _file_name(each: Round, choice: ModelChoice, shots: Sequence[int]) -> str:
    """Names the model and the seed, and everything else by a digest: data, encoder, settings, version."""
    parts = (getattr(each.split, name).fingerprint() for name in PeopleSplit.__dataclass_fields__)
    key = [__version__, *parts, each.encoder.identity, sorted(choice.options.items()), list(shots), each.seed]
    digest = hashlib.blake2b(json.dumps(key, default=str).encode(), digest_size=8).hexdigest()
    readable = re.sub(r"[^a-z0-9.-]+", "-", choice.name.lower()).strip("-.") or "model"
    return f"{readable}-seed{each.seed}-{digest}.npz"


def _within(progress: Progress | None, choice: ModelChoice, each: Round, n: int, total: int) -> Progress | None:
    if progress is None:
        return None

    def tell(stage: str, done: int, of: int, /) -> None:
        progress(f"{choice.name}, seed {each.seed} ({n + 1} of {total}): {stage}", done, of)

    return tell
