"""Models on disk: safetensors, one config.json, a model card; people in a folder of their own."""

from __future__ import annotations

import json
import math
import os
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import torch

from gustibus import __version__
from gustibus.adapting import Prior, prior_from_arrays, tastes_from_arrays
from gustibus.comparisons import GustibusError
from gustibus.embedding import EmbeddingStore, TextEncoder, Vectors, encoder_from_config, encoder_to_config
from gustibus.fitted.calibration import Calibration
from gustibus.fitted.card import model_card
from gustibus.fitted.covariates import PeopleCovariates
from gustibus.fitted.item_offsets import ItemOffsets
from gustibus.fitted.scorer import Scorer
from gustibus.fitted.user_table import UserTable
from gustibus.fitting import CovariateEffect, FeatureMap, FitSettings
from gustibus.likelihoods import Likelihood, TieLevels, TieLikelihood, likelihood_of
from gustibus.models import (
    BradleyTerry,
    ClassificationReward,
    GeneralPreference,
    Hierarchical,
    IdealPoint,
    LowRank,
    MixtureOfBradleyTerry,
    PairInput,
    PluralGeneralPreference,
    PreferenceModel,
    PromptIdealPoint,
    ScalarPlusCyclic,
    WithVariances,
)

if TYPE_CHECKING:
    from gustibus.fitted.model import FittedModel

__all__ = ["FORMAT_VERSION", "load_model", "save_model"]

FORMAT_VERSION = 2
KIND = "gustibus-model"
CONFIG, WEIGHTS, CARD, PEOPLE = "config.json", "model.safetensors", "README.md", "users"
MODELS: dict[str, type[PreferenceModel]] = {
    made.__name__: made
    for made in (
        BradleyTerry,
        ClassificationReward,
        GeneralPreference,
        Hierarchical,
        IdealPoint,
        LowRank,
        MixtureOfBradleyTerry,
        PairInput,
        PluralGeneralPreference,
        PromptIdealPoint,
        ScalarPlusCyclic,
    )
}

Arrays = dict[str, npt.NDArray[Any]]


def save_model(model: FittedModel, path: str | os.PathLike[str], *, users: bool = True) -> None:
    """Write a model into a folder; see :meth:`FittedModel.save`.

    The folder is written beside its place under a temporary name and then moved there, so it is never half a model.

    Raises
    ------
    GustibusError
        If the folder holds something other than a saved model.
    """
    target = Path(path)
    _refuse_other_content(target)
    target.parent.mkdir(parents=True, exist_ok=True)
    scratch = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
    try:
        _write(model, scratch, users)
        scratch.chmod(0o755)
        if target.exists():
            shutil.rmtree(target)
        scratch.rename(target)
    except BaseException:
        shutil.rmtree(scratch, ignore_errors=True)
        raise


def load_model(path: str | os.PathLike[str], *, store: EmbeddingStore | None = None) -> FittedModel:
    """Load a model that :meth:`FittedModel.save` wrote.

    Parameters
    ----------
    path : path-like
        The model's folder.
    store : EmbeddingStore, optional
        Where vectors of texts are kept; text models use the default store when not given.

    Raises
    ------
    GustibusError
        If there is no model, it is damaged, or it was written by a newer version.
    """
    from gustibus.fitted.model import FittedModel

    folder = Path(path)
    config = _read_config(folder)
    arrays = _read_arrays(folder / WEIGHTS)
    try:
        return _assemble(FittedModel, folder, config, arrays, store)
    except (KeyError, TypeError, RuntimeError, ValueError, OSError) as error:
        if isinstance(error, GustibusError):
            raise
        raise GustibusError(
            f"{folder} is damaged: {type(error).__name__}: {error}. Save the model again from its source."
        ) from error


def _write(model: FittedModel, folder: Path, users: bool) -> None:
    scorer = model.scorer
    encoder, encoder_arrays = encoder_to_config(scorer.encoder)
    arrays: Arrays = {f"encoder.{key}": value for key, value in encoder_arrays.items()}
    arrays |= {f"features.{key}": value for key, value in scorer.feature_map.arrays().items()}
    if scorer.prompt_map is not None:
        arrays |= {f"prompt_features.{key}": value for key, value in scorer.prompt_map.arrays().items()}
    arrays |= {f"model.{key}": value.numpy() for key, value in scorer.model.state_dict().items()}
    arrays |= {f"prior.{key}": value for key, value in model.prior.arrays().items()}
    if model.covariates is not None:
        arrays |= {f"covariates.{key}": value for key, value in vars(model.covariates.effect).items()}
    if scorer.offsets is not None:
        arrays |= {"offsets.keys": scorer.offsets.keys, "offsets.values": scorer.offsets.values}
    hidden = not users and model.person == "group"  # the groups are who is known
    config = {
        "kind": KIND,
        "format_version": FORMAT_VERSION,
        "gustibus_version": __version__,
        "model": {"class": type(scorer.model).__name__, **scorer.model.config()},
        "prior": model.prior.family,
        "factor": scorer.factor,
        "features": scorer.feature_map.description,
        "prompt_features": None if scorer.prompt_map is None else scorer.prompt_map.description,
        "encoder": encoder,
        "settings": model.settings.to_dict(),
        "likelihood": model.likelihood.to_dict(),
        "tie_levels": None if model.tie_levels is None or hidden else model.tie_levels.to_dict(),
        "summary": {**model.summary, "tie_levels": None} if hidden else model.summary,
        "calibration": None if model.calibration is None else model.calibration.to_config(),
    }
    (folder / CONFIG).write_text(
        json.dumps(_without_nan(config), indent=2, ensure_ascii=False, allow_nan=False) + "\n", encoding="utf-8"
    )
    _write_arrays(folder / WEIGHTS, arrays)
    (folder / CARD).write_text(model_card(model, users=users), encoding="utf-8")
    if users:
        table = model.users
        (folder / PEOPLE).mkdir()
        known = {"ids": table.ids, "tastes": table.tastes.kind}
        (folder / PEOPLE / "people.json").write_text(json.dumps(known, ensure_ascii=False), encoding="utf-8")
        people: Arrays = {f"tastes.{key}": value for key, value in table.tastes.arrays().items()}
        people |= {"map_weights": table.map_weights, "n_answers": table.n_answers}
        _write_arrays(folder / PEOPLE / "posteriors.safetensors", people)
        if model.covariates is not None and model.covariates.table is not None:
            covariates = model.covariates.table
            named = {"ids": covariates.ids, "names": covariates.names}
            (folder / PEOPLE / "covariates.json").write_text(json.dumps(named, ensure_ascii=False), encoding="utf-8")
            _write_arrays(folder / PEOPLE / "covariates.safetensors", {"matrix": covariates.matrix})


def _assemble(
    made: type[FittedModel], folder: Path, config: dict[str, Any], arrays: Arrays, store: EmbeddingStore | None
) -> FittedModel:
    encoder = encoder_from_config(config["encoder"], _part(arrays, "encoder."))
    if store is None and isinstance(encoder, TextEncoder):
        store = EmbeddingStore()
    module = _module(config["model"])
    module.load_state_dict({key: torch.from_numpy(value) for key, value in _part(arrays, "model.").items()})
    offsets = _part(arrays, "offsets.")
    prompt_map = None
    if config.get("prompt_features") is not None:
        prompt_map = FeatureMap(**_part(arrays, "prompt_features."), description=config["prompt_features"])
    prior = prior_from_arrays(config["prior"], _part(arrays, "prior."))
    likelihood = likelihood_of(config.get("likelihood", "logistic"))
    return made(
        scorer=Scorer(
            encoder,
            FeatureMap(**_part(arrays, "features."), description=config["features"]),
            module.eval(),
            config["factor"],
            ItemOffsets(**offsets) if offsets else None,
            store,
            prompt_map,
        ),
        prior=prior,
        users=_read_people(folder / PEOPLE, prior),
        settings=FitSettings.from_dict(config["settings"]),
        summary=config["summary"],
        covariates=_read_covariates(folder / PEOPLE, _part(arrays, "covariates.")),
        likelihood=likelihood,
        tie_levels=_tie_levels(likelihood, config.get("tie_levels")),
        calibration=None if config.get("calibration") is None else Calibration.from_config(config["calibration"]),
    )


def _module(described: dict[str, Any]) -> PreferenceModel:
    """The untrained module; one with variances has another inside."""
    arguments = dict(described)
    name = arguments.pop("class")
    if name == WithVariances.__name__:
        return WithVariances(_module(arguments.pop("inner")), **arguments)
    return MODELS[name](**arguments)


def _tie_levels(likelihood: Likelihood, by_group: dict[str, float] | None) -> TieLevels | None:
    if by_group is None or not isinstance(likelihood, TieLikelihood):
        return None
    return TieLevels(likelihood, tuple(by_group), tuple(by_group.values()))


def _read_covariates(folder: Path, effect: Arrays) -> PeopleCovariates | None:
    if not effect:
        return None
    table = None
    if (folder / "covariates.json").is_file():
        known = json.loads((folder / "covariates.json").read_text(encoding="utf-8"))
        table = Vectors(known["ids"], _read_arrays(folder / "covariates.safetensors")["matrix"], names=known["names"])
    return PeopleCovariates(CovariateEffect(**effect), table)


def _read_people(folder: Path, prior: Prior) -> UserTable:
    if not folder.is_dir():
        return UserTable.nobody(prior)
    known = json.loads((folder / "people.json").read_text(encoding="utf-8"))
    arrays = _read_arrays(folder / "posteriors.safetensors")
    tastes = tastes_from_arrays(known["tastes"], _part(arrays, "tastes."))
    table = UserTable(tuple(known["ids"]), tastes, arrays["map_weights"], arrays["n_answers"])
    if not len(table) == tastes.n_people == len(table.map_weights) == len(table.n_answers):
        raise GustibusError(f"{folder} is damaged: {len(table)} ids do not match the posteriors. Save the model again.")
    return table


def _without_nan(value: Any) -> Any:
    """The same values with what was not measured as null, which JSON has a word for."""
    if isinstance(value, dict):
        return {key: _without_nan(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_without_nan(inner) for inner in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _read_config(folder: Path) -> dict[str, Any]:
    path = folder / CONFIG
    if not path.is_file():
        raise GustibusError(
            f"there is no saved model in {folder} ({CONFIG} is missing). Give a folder that model.save wrote."
        )
    try:
        config: Any = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise GustibusError(f"{path} is damaged ({error}). Save the model again from its source.") from error
    if not isinstance(config, dict) or config.get("kind") != KIND:
        raise GustibusError(f"{path} does not describe a gustibus model; give the folder that model.save wrote")
    version = config.get("format_version")
    if version != FORMAT_VERSION:
        raise GustibusError(
            f"{folder} has format version {version}; this gustibus ({__version__}) reads version {FORMAT_VERSION}. "
            f"It was written by gustibus {config.get('gustibus_version')}: install that version, or save it again."
        )
    return config


def _read_arrays(path: Path) -> Arrays:
    from safetensors import SafetensorError
    from safetensors.numpy import load_file

    try:
        arrays: Arrays = load_file(path)
    except (OSError, SafetensorError) as error:
        raise GustibusError(f"{path} cannot be read ({error}). Save the model again from its source.") from error
    return arrays


def _write_arrays(path: Path, arrays: Arrays) -> None:
    from safetensors.numpy import save_file

    save_file({key: np.ascontiguousarray(value) for key, value in arrays.items()}, path)


def _part(arrays: Arrays, prefix: str) -> Arrays:
    return {key.removeprefix(prefix): value for key, value in arrays.items() if key.startswith(prefix)}


def _refuse_other_content(target: Path) -> None:
    if not target.exists():
        return
    if not target.is_dir():
        raise GustibusError(f"{target} is a file; give a folder to save the model in")
    if not any(target.iterdir()):
        return
    config = target / CONFIG
    if config.is_file():
        try:
            found = json.loads(config.read_text(encoding="utf-8"))
        except ValueError:
            found = None
        if isinstance(found, dict) and found.get("kind") == KIND:
            return
    raise GustibusError(f"{target} holds files that are not a saved model. Give a new or empty folder.")
