"""Likelihoods by their names."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from typing import Any, Final

from gustibus.comparisons import GustibusError
from gustibus.likelihoods.contract import Likelihood
from gustibus.likelihoods.davidson import Davidson
from gustibus.likelihoods.flip import Flip
from gustibus.likelihoods.hinge import Hinge
from gustibus.likelihoods.label_smoothing import LabelSmoothing
from gustibus.likelihoods.logistic import Logistic
from gustibus.likelihoods.margin import Margin
from gustibus.likelihoods.mean_variance_rewards import MeanVarianceRewards
from gustibus.likelihoods.rao_kupper import RaoKupper
from gustibus.likelihoods.unbiased_flip import UnbiasedFlip

__all__ = ["LIKELIHOODS", "likelihood_of"]

LIKELIHOODS: Final[Mapping[str, type[Likelihood]]] = {
    made.name: made
    for made in (
        Logistic,
        RaoKupper,
        Davidson,
        LabelSmoothing,
        Margin,
        UnbiasedFlip,
        MeanVarianceRewards,
        Flip,
        Hinge,
    )
}
"""Every likelihood by its name."""

_SUCH_AS: Final = {
    "rao-kupper": 1.5,
    "davidson": 0.5,
    "label-smoothing": 0.1,
    "margin": 1.0,
    "unbiased-flip": 0.1,
    "mean-variance": 1.0,
    "flip": 0.1,
    "hinge": 1.0,
}


def likelihood_of(described: str | Likelihood | Mapping[str, Any]) -> Likelihood:
    """A likelihood from its name, from ``name:value`` with its first parameter, or from what ``to_dict`` gave.

    Raises
    ------
    GustibusError
        If there is none of that name, or it has no such parameter.

    Examples
    --------
    >>> likelihood_of("label-smoothing:0.05")
    LabelSmoothing(epsilon=0.05)
    >>> likelihood_of(likelihood_of("rao-kupper").to_dict())
    RaoKupper(theta=None)
    """
    if isinstance(described, Likelihood):
        return described
    if isinstance(described, str):
        name, colon, value = described.partition(":")
        if name in LIKELIHOODS and colon:
            return _with_first(LIKELIHOODS[name], described, value)
        described = {"name": name}
    if not isinstance(described, Mapping):
        raise GustibusError(
            f"likelihood is {type(described).__name__}; give a name, one of gustibus.likelihoods, or what to_dict gave"
        )
    parameters = dict(described)
    name = parameters.pop("name", None)
    if not isinstance(name, str) or name not in LIKELIHOODS:
        written = str(name).replace("_", "-")
        near = difflib.get_close_matches(re.sub(r"(?<=[a-z])(?=[A-Z])", "-", written).lower(), LIKELIHOODS, n=1)
        meant = f" Did you mean {near[0]!r}?" if near else ""
        raise GustibusError(
            f"likelihood={name!r} is not known.{meant} Choose one of {', '.join(LIKELIHOODS)}, or give one of "
            "gustibus.likelihoods with its parameters"
        )
    known = LIKELIHOODS[name]().parameters()
    unknown = [each for each in parameters if each not in known]
    if unknown:
        raise GustibusError(
            f"likelihood={name!r} has no {', '.join(unknown)}; its parameters: {', '.join(known) or '-'}"
        )
    return LIKELIHOODS[name](**parameters)


def _with_first(made: type[Likelihood], described: str, value: str) -> Likelihood:
    first = next(iter(made().parameters()), None)
    if first is None:
        raise GustibusError(f"likelihood={described!r}: {made.name} has no parameter. Write likelihood={made.name!r}.")
    try:
        number = float(value)
    except ValueError as error:
        said = f"{value!r} is not a number, which {first} must be" if value.strip() else "nothing follows the colon"
        raise GustibusError(
            f"likelihood={described!r}: {said}. Write a number, as in "
            f"likelihood={f'{made.name}:{_SUCH_AS[made.name]}'!r}."
        ) from error
    return made(**{first: number})
