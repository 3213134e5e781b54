"""``--set name=value``: any setting of a fit, with its value in the type that the setting has."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, get_args, get_type_hints

__all__ = ["parse_settings"]

_OWN_OPTION: Final = {name: f"--{name}" for name in ("model", "prototypes", "seed", "person", "inference")} | {
    "tie_by": "--tie-by"
}
_CHOSEN: Final = {"", "auto", "none", "null"}
_TRUTH: Final = {
    "true": True,
    "yes": True,
    "on": True,
    "1": True,
    "false": False,
    "no": False,
    "off": False,
    "0": False,
}


def parse_settings(pairs: Sequence[str]) -> dict[str, Any]:
    """Settings from ``["dimensions=8", "whiten=auto"]``; of two with one name the later counts.

    Raises
    ------
    GustibusError
        If a name is no setting (the nearest is named) or a value is not of its type.

    Examples
    --------
    >>> parse_settings(["dimensions=8", "hidden=64,64", "whiten=auto", "learning_rate=1e-2"])
    {'dimensions': 8, 'hidden': (64, 64), 'whiten': None, 'learning_rate': 0.01}
    """
    from gustibus.comparisons import GustibusError
    from gustibus.fitting import FitSettings

    kinds = get_type_hints(FitSettings)
    found: dict[str, Any] = {}
    for pair in pairs:
        name, equals, text = (part.strip() for part in pair.partition("="))
        name = name.replace("-", "_")
        if not equals:
            raise GustibusError(f"--set {pair!r} has no value. Write --set NAME=VALUE, such as --set dimensions=8.")
        if name in _OWN_OPTION:
            raise GustibusError(f"--set {pair}: {name} has an option of its own. Write {_OWN_OPTION[name]} {text}.")
        if name not in kinds:
            raise GustibusError(_unknown(name, sorted(set(kinds) - set(_OWN_OPTION))))
        found[name] = _typed(pair, text, kinds[name])
    return found


def _unknown(name: str, known: list[str]) -> str:
    import difflib

    near = difflib.get_close_matches(name, known, n=2, cutoff=0.5)
    hint = f"Did you mean {' or '.join(near)}? " if near else ""
    return f"--set {name}: a fit has no such setting. {hint}Settings are: {', '.join(known)}."


def _typed(pair: str, text: str, kind: Any) -> Any:
    from gustibus.comparisons import GustibusError

    options = get_args(kind)
    may_be_chosen = type(None) in options
    if may_be_chosen and text.lower() in _CHOSEN:
        return None
    wanted = next((option for option in options if option is not type(None)), kind) if may_be_chosen else kind
    try:
        if wanted is bool:
            return _TRUTH[text.lower()]
        if wanted is int:
            return int(text)
        if wanted is float:
            return float(text)
        if get_args(wanted) and get_args(wanted)[-1] is Ellipsis:
            return tuple(int(part) for part in text.strip("()[] ").split(",") if part.strip())
    except (KeyError, ValueError) as error:
        names = {bool: "yes or no", int: "a whole number", float: "a number"}
        what = names.get(wanted, "whole numbers with commas between them")
        chosen = ", or auto to have it chosen on validation judgements" if may_be_chosen else ""
        raise GustibusError(f"--set {pair}: {text!r} is not {what}. Give {what}{chosen}.") from error
    return text
