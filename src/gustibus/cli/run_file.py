"""``--config run.yaml``: a verb's options in a file, and the file that a fit writes so that it can be repeated."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import typer

__all__ = ["merged_pairs", "read_run_file", "run_file_text"]

_NOT_IN_A_FILE: Final = {"config", "debug", "help"}


def read_run_file(context: typer.Context, path: Path | None) -> Path | None:
    """Make the options in a file the defaults of this call, so that the command line wins over them.

    Keys are option names, with dashes or underscores and without the leading dashes; arguments go by their names in
    small letters (``file``, ``model``).

    Raises
    ------
    GustibusError
        If the file is not there or is no YAML mapping, or a key is no option of this verb; the nearest is named.
    """
    if path is None or context.resilient_parsing:
        return path
    names = _names(context)
    defaults: dict[str, Any] = dict(context.default_map or {})
    for key, value in _mapping(path).items():
        name = str(key).strip("-").replace("_", "-")
        if name not in names:
            raise _unknown(path, str(key), context, sorted(names))
        parameter, takes_several = names[name]
        defaults[parameter] = _as_typed(value, takes_several, f"{path}: {key}")
    context.default_map = defaults
    return path


def _names(context: typer.Context) -> dict[str, tuple[str, bool]]:
    """Option name -> parameter, and whether it may be given several times."""
    names: dict[str, tuple[str, bool]] = {}
    for parameter in context.command.params:
        spoken = [str(parameter.metavar or parameter.name).lower()] if parameter.param_type_name == "argument" else []
        spoken += [option.strip("-") for option in parameter.opts if option.startswith("--")]
        for name in spoken:
            if name not in _NOT_IN_A_FILE:
                names[name.replace("_", "-")] = (parameter.name, bool(getattr(parameter, "multiple", False)))
    return names


def _mapping(path: Path) -> Mapping[str, Any]:
    import yaml

    from gustibus.comparisons import GustibusError

    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise GustibusError(f"There is no file {path}. Check the path given with --config.") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        said = " ".join(str(error).split())
        raise GustibusError(f"{path} is not YAML: {said}. Write one option a line, such as 'prototypes: 4'.") from error
    if content is None:
        return {}
    if not isinstance(content, dict):
        raise GustibusError(
            f"{path} holds a {type(content).__name__}, not options. Write one option a line, such as 'prototypes: 4'."
        )
    return content


def _unknown(path: Path, key: str, context: typer.Context, names: list[str]) -> Exception:
    import difflib

    from gustibus.comparisons import GustibusError

    near = difflib.get_close_matches(key.replace("_", "-"), names, n=1, cutoff=0.5)
    hint = f"Did you mean {near[0]!r}? " if near else ""
    verb = context.command_path.split()[-1]
    return GustibusError(f"{path}: {key!r} is no option of 'gustibus {verb}'. {hint}Its options: {', '.join(names)}.")


def _as_typed(value: Any, takes_several: bool, where: str) -> Any:
    """What a person would have typed for a value of the file."""
    from gustibus.comparisons import GustibusError

    if isinstance(value, Mapping):
        if not takes_several:
            raise GustibusError(f"{where} takes one value, not a mapping.")
        return [f"{key}={'' if entry is None else _scalar(entry)}" for key, entry in value.items()]
    if isinstance(value, list) and not takes_several:
        return ",".join(_scalar(entry) for entry in value)
    if takes_several:
        return [_scalar(entry) for entry in (value if isinstance(value, list) else [value])]
    return value if value is None or isinstance(value, bool) else _scalar(value)


def _scalar(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return ",".join(_scalar(entry) for entry in value) if isinstance(value, list) else str(value)


def merged_pairs(context: typer.Context, parameter: str, given: list[str] | None) -> list[str]:
    """``name=value`` pairs of the file, followed by those of the command line: the later of two with one name wins."""
    from_file = (context.default_map or {}).get(parameter) or []
    return [*from_file, *(pair for pair in given or [] if pair not in from_file)]


def run_file_text(options: Mapping[str, Any], *, comment: str) -> str:
    """The YAML text that :func:`read_run_file` understands; options that are None or empty are left out."""
    import yaml

    kept = {key: value for key, value in options.items() if value not in (None, (), [], {})}
    lines = "".join(f"# {line}\n" for line in comment.splitlines())
    body: str = yaml.safe_dump(kept, sort_keys=False, allow_unicode=True, default_flow_style=None, width=1000)
    return lines + body
