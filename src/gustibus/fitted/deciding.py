"""From a fitted model to a decision: everybody's rewards of the responses to one prompt as one matrix."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gustibus.adapting import Tastes, tastes_of
from gustibus.aggregation import Decision, OvertonSet, SocialRule, decide, decide_by_all, overton_set
from gustibus.comparisons import GustibusError, RewardTable
from gustibus.fitted.adapted import AdaptedUser, AdaptedUsers
from gustibus.fitted.item_rewards import mean_rewards

if TYPE_CHECKING:
    from gustibus.fitted.model import FittedModel

__all__ = ["DecidesForMany", "Voters", "check_voters", "rewards_of_people"]

# Known ids, people who were placed, or None for everybody whom the model knows.
Voters: TypeAlias = "Sequence[str] | AdaptedUsers | AdaptedUser | None"


class DecidesForMany(ABC):
    """Decisions for people whose rewards are known, and the books of each."""

    @abstractmethod
    def rewards_of_people(
        self,
        prompt: str | None,
        responses: Sequence[str],
        users: Voters = None,
        *,
        weight: Mapping[str, float] | ArrayLike | None = None,
        group: Mapping[str, str] | Sequence[str] | None = None,
    ) -> RewardTable:
        """What the responses to one prompt are worth to each person."""

    def decide(
        self,
        prompt: str | None,
        responses: Sequence[str],
        rule: SocialRule = "borda",
        users: Voters = None,
        *,
        weight: Mapping[str, float] | ArrayLike | None = None,
        group: Mapping[str, str] | Sequence[str] | None = None,
        alpha: float = -1.0,
    ) -> Decision:
        """Choose among the responses for many people, by a rule with a name, and keep the books.

        Parameters
        ----------
        prompt, responses, users, weight, group
            As of :meth:`rewards_of_people`.
        rule, alpha
            See :func:`gustibus.aggregation.decide`.

        Examples
        --------
        >>> import gustibus as gs
        >>> world = gs.ideal_point_world(n_users=20, n_items=40, n_held_out_items=10, seed=0)
        >>> model = gs.fit(world.comparisons, model="bt", encoder=world.vectors)
        >>> decided = model.decide(None, world.vectors.ids[:4], "max-min")
        >>> decided.chosen in world.vectors.ids[:4], len(decided.people)
        (True, 20)
        """
        table = self.rewards_of_people(prompt, responses, users, weight=weight, group=group)
        return decide(
            table.reward, rule, table.weight, people=table.people, group=table.group, alpha=alpha,
            responses=table.responses,
        )  # fmt: skip

    def decide_by_all(
        self,
        prompt: str | None,
        responses: Sequence[str],
        users: Voters = None,
        *,
        weight: Mapping[str, float] | ArrayLike | None = None,
        group: Mapping[str, str] | Sequence[str] | None = None,
        alpha: float = -1.0,
        rules: Sequence[SocialRule] | None = None,
    ) -> dict[SocialRule, Decision]:
        """Every rule side by side; see :meth:`decide` and :func:`gustibus.aggregation.decide_by_all`."""
        table = self.rewards_of_people(prompt, responses, users, weight=weight, group=group)
        return decide_by_all(
            table.reward, table.weight, people=table.people, group=table.group, alpha=alpha, rules=rules,
            responses=table.responses,
        )  # fmt: skip

    def overton_set(
        self,
        prompt: str | None,
        responses: Sequence[str],
        k: int,
        users: Voters = None,
        *,
        weight: Mapping[str, float] | ArrayLike | None = None,
        group: Mapping[str, str] | Sequence[str] | None = None,
        method: Literal["greedy", "exact"] = "greedy",
    ) -> OvertonSet:
        """The k responses of which everybody (or every group) likes one best; their texts are in ``.names``.

        See :meth:`rewards_of_people` and :func:`gustibus.aggregation.overton_set`.
        """
        table = self.rewards_of_people(prompt, responses, users, weight=weight, group=group)
        return overton_set(table.reward, k, table.weight, group=table.group, method=method, responses=table.responses)


def rewards_of_people(
    model: FittedModel,
    prompt: str | None,
    responses: Sequence[str],
    users: Voters = None,
    weight: Mapping[str, float] | ArrayLike | None = None,
    group: Mapping[str, str] | Sequence[str] | None = None,
) -> RewardTable:
    """Posterior mean rewards of the responses to one prompt, everybody's with mean 0; see the model's method.

    Raises
    ------
    GustibusError
        The model has no rewards, somebody is not known, a response occurs twice, or there are no people.
    """
    ids, tastes = check_voters(model, users)
    texts = tuple(responses)
    asked = [prompt] * len(texts)
    reward = mean_rewards(model.scorer, model.scorer.features(asked, texts), tastes)
    reward += model.scorer.item_offsets(asked, texts)[:, None]
    reward -= reward.mean(axis=0)
    table = RewardTable(prompt, ids, texts, np.ascontiguousarray(reward.T))
    return _counted(table, weight, group)


def check_voters(model: FittedModel, users: Voters) -> tuple[tuple[str, ...], Tastes]:
    """The ids and tastes of people, who are known to a model that has rewards.

    Raises
    ------
    GustibusError
        The model has no rewards, somebody is not known, or there are no people.
    """
    if not model.scorer.model.scalar:
        raise GustibusError(
            f"model={model.settings.model!r} compares responses and gives none a reward of its own, so there is no "
            "matrix of people's rewards to decide by. model.rank(prompt, responses, rule='borda'), 'copeland' or "
            "'lottery' decides for the population by its votes."
        )
    ids, tastes = _people(model, users)
    if not ids:
        raise GustibusError(
            "there is nobody to decide for: name people, or load a model that was saved with its people"
        )
    return ids, tastes


def _people(model: FittedModel, users: Voters) -> tuple[tuple[str, ...], Tastes]:
    if users is None:
        return model.users.ids, model.users.tastes
    if isinstance(users, str):
        raise GustibusError(
            f"users={users!r} is one id. Give a list of ids, or None for everybody whom the model knows."
        )
    if isinstance(users, AdaptedUser):
        model.check_placed_here(users)
        return (users.user_id,), tastes_of(users.posterior)
    if isinstance(users, AdaptedUsers):
        if len(users):
            model.check_placed_here(users[users.user_ids[0]])
        return users.user_ids, tastes_of(users.posteriors)
    ids = tuple(users)
    return ids, model.users.tastes.take(np.array([model.users.row(one) for one in ids], np.intp))


def _counted(
    table: RewardTable,
    weight: Mapping[str, float] | ArrayLike | None,
    group: Mapping[str, str] | Sequence[str] | None,
) -> RewardTable:
    """The table with weights and groups, which are looked up by id or in the order of the people."""
    if weight is not None:
        of = weight if isinstance(weight, Mapping) else _by_id(table.people, np.asarray(weight), "weights")
        table = table.with_weights(of)
    if group is not None:
        table = table.with_groups(group if isinstance(group, Mapping) else _by_id(table.people, group, "groups"))
    return table


def _by_id(people: tuple[str, ...], values: Sequence[Any] | NDArray[Any], what: str) -> dict[str, Any]:
    if np.ndim(values) != 1 or len(values) != len(people):
        raise GustibusError(
            f"{what} have to be one for each of the {len(people)} people, in their order, or a mapping from id; "
            f"{len(values) if np.ndim(values) else 'one'} given"
        )
    return dict(zip(people, values, strict=True))
