"""What ``gustibus fit`` is to do, put together from its options before anything is read."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

from gustibus.cli.family import JOINT, PRESETS, WITH_PROTOTYPES, FamilyName, other_models
from gustibus.cli.options import numbers
from gustibus.cli.run_file import run_file_text
from gustibus.cli.setting_values import parse_settings

if TYPE_CHECKING:
    import typer

    from gustibus.fitting import FitSettings

__all__ = ["RUN_FILE", "Plan", "plan_of", "refuse_taken"]

RUN_FILE: Final = "run.yaml"
K = int | Literal["auto"]


@dataclass(frozen=True)
class Plan:
    """What is to be fitted.

    Attributes
    ----------
    model
        As typed, or what goes with the other options.
    prototypes
        Numbers of tastes, each a fit; ``(None,)`` for models that have none.
    out
        Where the model goes, or all of them.
    preset
        Whose settings to start from.
    settings
        Everything else for :func:`gustibus.fit`.
    options
        This call as a file of options.
    """

    model: FamilyName
    prototypes: tuple[K | None, ...]
    out: Path
    preset: str | None
    settings: dict[str, Any]
    options: dict[str, Any]

    def places(self) -> dict[K | None, Path]:
        """A folder for each number of prototypes."""
        if len(self.prototypes) == 1:
            return {self.prototypes[0]: self.out}
        return {k: self.out / f"k{k}" for k in self.prototypes}

    def fit_settings(self, k: K | None) -> FitSettings:
        """Those of the fit with ``k`` prototypes.

        Raises
        ------
        GustibusError
            If settings do not go together.
        """
        from gustibus.fitting import FitSettings, published_gpm, published_pal_a, published_pal_b

        made = FitSettings()
        if self.preset is not None:
            presets = {"pal-a": published_pal_a, "pal-b": published_pal_b, "gpm": published_gpm}
            made = presets[self.model]()
        prototypes = {} if k is None else {"prototypes": k}
        return made.with_(model=self.model, **prototypes, **self.settings)

    def run_file(self, k: K | None, fingerprint: str, *, all_of_them: bool = False) -> str:
        """The file that repeats the fit with ``k`` prototypes, or all of them."""
        from gustibus import __version__

        options = dict(self.options)
        if len(self.prototypes) > 1 and not all_of_them:
            options |= {"prototypes": k, "out": str(self.places()[k])}
        where = options.get("out")
        comment = (
            f"Written by gustibus {__version__}. Once more: gustibus fit --config {where}/{RUN_FILE} --overwrite\n"
            "Paths are as they were typed, from the folder in which it ran.\n"
            f"Fingerprint of the judgements: {fingerprint}"
        )
        return run_file_text(options, comment=comment)


def plan_of(context: typer.Context, pairs: list[str]) -> Plan:
    """The plan of a call, from its options and its ``name=value`` pairs.

    Raises
    ------
    GustibusError
        If an option or a setting does not go with the model.
    """
    from gustibus.comparisons import GustibusError

    given = context.params
    prototypes, preset, inference = (given[name] for name in ("prototypes", "preset", "inference"))
    some_tastes = any(value is not None for value in (prototypes, preset, inference))
    model: FamilyName = given["model"] or ("pal-a" if some_tastes else "auto")
    _refuse_what_does_not_go_together(context, model, preset, inference)
    wanted: tuple[K | None, ...] = _numbers(prototypes or "4") if model in WITH_PROTOTYPES else (None,)
    settings = parse_settings(pairs) | {"seed": given["seed"]}
    settings |= {
        name: given[name] for name in ("person", "inference", "likelihood", "tie_by") if given[name] is not None
    }
    if given["dimensions"] is not None and "dimensions" in settings:
        raise GustibusError(
            f"--dimensions {given['dimensions']} and --set dimensions={settings['dimensions']} say the same thing "
            "twice: leave one out."
        )
    if given["dimensions"] is not None:
        tried = numbers(given["dimensions"], "--dimensions", least=1, example="2,4,8")
        settings["dimensions"] = tried[0] if len(tried) == 1 else tried
    options = {"file": str(given["file"]), "model": model} | _options_of(context, pairs)
    if model not in WITH_PROTOTYPES:
        options.pop("prototypes", None)
    plan = Plan(model, wanted, given["out"], preset, settings, options)
    for k in wanted:
        plan.fit_settings(k)
    return plan


def _refuse_what_does_not_go_together(
    context: typer.Context, model: str, preset: str | None, inference: str | None
) -> None:
    from gustibus.comparisons import GustibusError

    source = context.get_parameter_source("prototypes")
    if model not in WITH_PROTOTYPES and source is not None and source.name == "COMMANDLINE":
        raise GustibusError(
            f"--model {model} {_WITHOUT_PROTOTYPES.get(model, 'is one taste for all')}, so --prototypes has no use. "
            f"Leave it out, or take {other_models(WITH_PROTOTYPES)}."
        )
    if preset is not None and model not in PRESETS[preset]:
        raise GustibusError(
            f"--preset {preset} is a configuration of other models. Leave it out, or take "
            f"{other_models(PRESETS[preset])}."
        )
    if inference == "joint" and model not in JOINT:
        raise GustibusError(
            f"--inference joint is another way to fit {', '.join(JOINT)}; --model {model} has its own. Leave it out, "
            f"or take {other_models(JOINT)}."
        )


_WITHOUT_PROTOTYPES: Final = {
    "hierarchical": "gives everybody coefficients of their own",
    "auto": "chooses for itself how people are told apart",
}


def _numbers(text: str) -> tuple[K, ...]:
    if text.strip().lower() == "auto":
        return ("auto",)
    return numbers(text, "--prototypes", least=1)


_NOT_REPEATED: Final = {"context", "config", "as_json", "debug", "overwrite", "checkpoint", "test_out"}
_TYPED_AS: Final = {"settings": "set", "data_format": "format"}


def _options_of(context: typer.Context, pairs: list[str]) -> dict[str, Any]:
    """All options of this call by the names a file uses, as plain values."""
    options: dict[str, Any] = {}
    for parameter in [one.name for one in context.command.params]:
        value = context.params.get(str(parameter))
        if parameter is None or parameter in _NOT_REPEATED or value is None or value is False:
            continue
        options[_TYPED_AS.get(parameter, parameter).replace("_", "-")] = (
            str(value) if isinstance(value, Path) else value
        )
    options["set"] = dict(pair.partition("=")[::2] for pair in pairs)
    return options


def refuse_taken(plan: Plan, *, overwrite: bool) -> None:
    """Leave alone what is there already.

    Raises
    ------
    GustibusError
        If a place is a file, holds something else, or a model that is not to be replaced.
    """
    from gustibus.comparisons import GustibusError

    places = plan.places().values()
    for place in {plan.out, *places}:
        if place.exists() and not place.is_dir():
            raise GustibusError(f"--out {place} is a file. Name a folder.")
    for place in places:
        if place.is_dir() and any(place.iterdir()):
            if not (place / "config.json").is_file():
                raise GustibusError(
                    f"{place} holds files that are no saved model. Name a new or empty folder with --out."
                )
            if not overwrite:
                raise GustibusError(
                    f"There is a model in {place} already. Add --overwrite to replace it, or change --out."
                )
