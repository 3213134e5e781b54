"""What responses are worth to people: the numbers that a decision for many is made from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gustibus.comparisons.errors import GustibusError
from gustibus.comparisons.wording import counted, shorten

__all__ = ["RewardTable"]

Floats = NDArray[np.float64]
_NAMED = 3


@dataclass(frozen=True, eq=False)
class RewardTable:
    """Rewards of the responses to one prompt, by person.

    Attributes
    ----------
    prompt
        What the responses answer, or None.
    people
        The ids of U people.
    responses
        The texts of n responses.
    reward
        ``r_u(y)``, shape (U, n), in log-odds where they come from a fitted model.
    weight
        How much each person counts, shape (U,); None: equally.
    group
        Name of each person's group, U of them, or None.

    Raises
    ------
    GustibusError
        Shapes do not belong together, or an id or a response occurs twice.

    Examples
    --------
    >>> table = RewardTable("A drink?", ("ann", "bob"), ("tea", "gin"), np.array([[1.0, 0.0], [0.0, 2.0]]))
    >>> table.with_groups({"ann": "old", "bob": "young"}).group
    ('old', 'young')
    """

    prompt: str | None
    people: tuple[str, ...]
    responses: tuple[str, ...]
    reward: Floats
    weight: Floats | None = None
    group: tuple[str, ...] | None = None

    def __post_init__(self) -> None:
        if np.shape(self.reward) != (len(self.people), len(self.responses)):
            raise GustibusError(
                f"rewards of shape {np.shape(self.reward)} were given for {counted(len(self.people), 'person')} and "
                f"{counted(len(self.responses), 'response')}: give one row a person and one column a response"
            )
        for what, names in (("person", self.people), ("response", self.responses)):
            if len(set(names)) < len(names):
                twice = next(name for i, name in enumerate(names) if name in names[:i])
                raise GustibusError(f"the {what} {shorten(twice)} occurs twice: give each once")
        if self.weight is not None and np.shape(self.weight) != (len(self.people),):
            raise GustibusError(f"weights of shape {np.shape(self.weight)} for {len(self.people)} people: one each")
        if self.group is not None and len(self.group) != len(self.people):
            raise GustibusError(f"{len(self.group)} groups for {len(self.people)} people: give one each")

    def for_people(self, people: Sequence[str]) -> RewardTable:
        """Only these people, in this order; an unknown id is an error that shows what ids look like."""
        row_of = {person: row for row, person in enumerate(self.people)}
        unknown = next((person for person in people if person not in row_of), None)
        if unknown is not None:
            raise GustibusError(f"there are no rewards of {unknown!r}: known ids look like {self.people[0]!r}")
        rows = [row_of[person] for person in people]
        return replace(
            self,
            people=tuple(people),
            reward=self.reward[rows],
            weight=None if self.weight is None else self.weight[rows],
            group=None if self.group is None else tuple(self.group[row] for row in rows),
        )

    def with_groups(self, group_of: Mapping[str, str]) -> RewardTable:
        """The same table with people's groups looked up; a person without one is an error that names them."""
        return replace(self, group=tuple(_looked_up(self.people, group_of, "group")))

    def with_weights(self, weight_of: Mapping[str, float]) -> RewardTable:
        """The same table with people's weights looked up; a person without one is an error that names them."""
        return replace(self, weight=np.array(_looked_up(self.people, weight_of, "weight"), np.float64))


def _looked_up(people: tuple[str, ...], of: Mapping[str, Any], what: str) -> list[Any]:
    missing = [person for person in people if person not in of]
    if missing:
        named = ", ".join(repr(person) for person in missing[:_NAMED]) + (", ..." if len(missing) > _NAMED else "")
        raise GustibusError(
            f"{counted(len(missing), 'person')} of {len(people):,} {'has' if len(missing) == 1 else 'have'} no {what}: "
            f"{named}. Give everybody a {what}, or leave those people out."
        )
    return [of[person] for person in people]
