"""Options that belong together, declared once and given to a verb as one value."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import MISSING, fields, is_dataclass
from functools import wraps
from inspect import Parameter, Signature, signature
from typing import Any, TypeGuard, get_type_hints

__all__ = ["with_option_groups"]


def with_option_groups(verb: Callable[..., None]) -> Callable[..., None]:
    """Spread out the parameters of a verb that are dataclasses: each field becomes an option of its own.

    The fields are annotated as options of a verb are. The verb gets one value of the dataclass; the program sees the
    options, in the place where that parameter stands.

    Examples
    --------
    >>> from dataclasses import dataclass
    >>> @dataclass(frozen=True)
    ... class Drink:
    ...     name: str
    ...     hot: bool = False
    >>> @with_option_groups
    ... def serve(drink: Drink, cups: int = 1) -> None:
    ...     print(cups, drink)
    >>> list(signature(serve).parameters)
    ['name', 'hot', 'cups']
    >>> serve(name="tea", hot=True, cups=2)
    2 Drink(name='tea', hot=True)
    """
    hints = get_type_hints(verb, include_extras=True)
    spread: list[Parameter] = []
    for parameter in signature(verb).parameters.values():
        kind = hints[parameter.name]
        if _is_group(kind):
            spread += _options_of(kind)
        else:
            spread.append(parameter.replace(annotation=kind, kind=Parameter.KEYWORD_ONLY))

    @wraps(verb)
    def taking(**given: Any) -> None:
        for name in signature(verb).parameters:
            if _is_group(hints[name]):
                given[name] = _made(hints[name], given)
        verb(**given)

    taking.__signature__ = Signature(spread)  # type: ignore[attr-defined]
    taking.__annotations__ = {one.name: one.annotation for one in spread}
    return taking


def _is_group(kind: Any) -> TypeGuard[type[Any]]:
    return isinstance(kind, type) and is_dataclass(kind)


def _options_of(group: type[Any]) -> list[Parameter]:
    """One parameter a field, those of a group within the group in its place."""
    hints = get_type_hints(group, include_extras=True)
    found: list[Parameter] = []
    for field in fields(group):
        kind = hints[field.name]
        default = Parameter.empty if field.default is MISSING else field.default
        inside = _options_of(kind) if _is_group(kind) else None
        found += inside or [Parameter(field.name, Parameter.KEYWORD_ONLY, default=default, annotation=kind)]
    return found


def _made(group: type[Any], given: dict[str, Any]) -> Any:
    """A value of the group, of what is taken out of the options that were given."""
    hints = get_type_hints(group, include_extras=True)
    values = {}
    for field in fields(group):
        if _is_group(hints[field.name]):
            values[field.name] = _made(hints[field.name], given)
        elif field.name in given:
            values[field.name] = given.pop(field.name)
    return group(**values)
