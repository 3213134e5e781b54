"""One model on one split: fitted, scored on seen and on unseen people, and kept in a file."""

from __future__ import annotations

import json
import os
import time
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gustibus.comparisons import Comparisons, GustibusError, Progress
from gustibus.embedding import EmbeddingStore, Encoder
from gustibus.evaluation import PeopleSplit, Scored, prefix
from gustibus.fitted import FittedModel
from gustibus.fitted.fit import fit
from gustibus.study.free_numbers import FreeNumbers, free_numbers
from gustibus.study.model_choice import ModelChoice

__all__ = ["Trial", "run_trial"]

Cell = str | int
Floats = NDArray[np.float64]

VALIDATION, SEEN = "validation", "seen"


@dataclass(frozen=True, eq=False)
class Trial:
    """What one fit predicted.

    Attributes
    ----------
    probability
        P(a preferred) by cell: ``"validation"`` (seen people placed by their training answers alone), ``"seen"``
        (their test judgements), and the number of answers of unseen people.
    numbers
        What was fitted.
    seconds
        Of the fit, and of all predictions.
    choices
        What the fit chose on validation judgements.
    """

    probability: Mapping[Cell, Floats]
    numbers: FreeNumbers
    seconds: Mapping[str, float]
    choices: Mapping[str, Any]

    def scored(self, split: PeopleSplit, cell: Cell, *, n_boot: int = 1000) -> Scored:
        """The predictions of one cell beside what people said."""
        return Scored.of(_asked(split, cell), self.probability[cell], n_boot=n_boot)

    def save(self, path: Path) -> None:
        """Write it as one npz file, whole or not at all."""
        about = {"numbers": vars(self.numbers), "seconds": dict(self.seconds), "choices": dict(self.choices)}
        arrays = {f"p_{cell}": values for cell, values in self.probability.items()}
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_name(f".{path.name}.{os.getpid()}.tmp")
        with unfinished.open("wb") as file:
            np.savez_compressed(file, about=np.array(json.dumps(about, default=str)), **arrays)  # type: ignore[arg-type]
        unfinished.replace(path)

    @classmethod
    def load(cls, path: Path) -> Trial:
        """Read what `save` wrote.

        Raises
        ------
        GustibusError
            If the file is damaged.
        """
        try:
            with np.load(path) as file:
                about = json.loads(str(file["about"]))
                found = {name.removeprefix("p_"): file[name] for name in file.files if name != "about"}
        except (OSError, ValueError, KeyError, EOFError, TypeError, zipfile.BadZipFile, zlib.error) as error:
            raise GustibusError(f"the kept fit {path} cannot be read") from error
        cells: dict[Cell, Floats] = {int(cell) if cell.isdigit() else cell: p for cell, p in found.items()}
        return cls(cells, FreeNumbers(**about["numbers"]), about["seconds"], about["choices"])


def run_trial(
    split: PeopleSplit,
    choice: ModelChoice,
    *,
    encoder: Encoder,
    shots: Sequence[int],
    seed: int = 0,
    store: EmbeddingStore | None = None,
    progress: Progress | None = None,
) -> Trial:
    """Fit one model to the seen people's training judgements, and predict everything that is tested.

    Parameters
    ----------
    split
        From :func:`gustibus.people_split`.
    choice
        The model.
    encoder, store
        For :func:`gustibus.fit`.
    shots
        Numbers of answers after which unseen people are predicted.
    seed
        Of the fit.
    progress
        Told about the fit.

    Raises
    ------
    GustibusError
        If the model cannot be fitted to these data.
    """
    started = time.perf_counter()
    model = fit(
        split.train,
        validation=split.validation,
        encoder=encoder,
        store=store,
        seed=seed,
        progress=progress,
        **choice.options,
    )
    fitted = time.perf_counter()
    probability: dict[Cell, Floats] = {
        # Known people were placed by validation judgements as well, so for these they are placed anew without them.
        VALIDATION: _predict(model, split.validation, model.adapt_users(split.train)),
        SEEN: _predict(model, split.seen_test, None),
    }
    for n in shots:
        users = "population" if n == 0 else model.adapt_users(prefix(split.unseen_pool, n))
        probability[n] = _predict(model, split.unseen_test, users)
    seconds = {"fit": fitted - started, "predictions": time.perf_counter() - fitted}
    return Trial(probability, free_numbers(model), seconds, dict(model.summary.get("choices", {})))


def _predict(model: FittedModel, asked: Comparisons, users: Any) -> Floats:
    return np.asarray(model.predict(asked, users=users).probability, dtype=np.float64)


def _asked(split: PeopleSplit, cell: Cell) -> Comparisons:
    if cell == VALIDATION:
        return split.validation
    return split.seen_test if cell == SEEN else split.unseen_test
