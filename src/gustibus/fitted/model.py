"""A fitted model as one object: what everything else talks to."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Literal, get_args

import numpy as np
import numpy.typing as npt

from gustibus.adapting import (
    GaussianPrior,
    Prior,
    Tastes,
    adapt,
    adapt_gaussian,
    population_of,
    tastes_of,
)
from gustibus.aggregation import (
    PairRule,
    Payoff,
    Ranked,
    borda,
    rank_pairwise,
    rank_scores,
)
from gustibus.comparisons import Comparisons, GustibusError, Progress, RewardTable, read
from gustibus.comparisons.arguments import check_comparisons, check_progress, check_seed, texts_of
from gustibus.comparisons.wording import counted
from gustibus.embedding import Vectors
from gustibus.fitted.adaptation import Adaptation, adaptation_of
from gustibus.fitted.adapted import AdaptedUser, AdaptedUsers
from gustibus.fitted.answers import answers_of_people, levels_of_records
from gustibus.fitted.calibration import Calibration, calibration_of
from gustibus.fitted.covariates import PeopleCovariates
from gustibus.fitted.deciding import DecidesForMany, Voters, rewards_of_people
from gustibus.fitted.item_rewards import mean_rewards, reward_moments, votes_of
from gustibus.fitted.naming import named
from gustibus.fitted.pairs import Pairs, pairs_of_items, pairs_of_texts
from gustibus.fitted.people import People, Users, people_of
from gustibus.fitted.predicting import Pool, Predictions, predict_pairs
from gustibus.fitted.scorer import Scorer
from gustibus.fitted.taste_count import said_of_tastes
from gustibus.fitted.user_table import UserTable
from gustibus.fitting import FitSettings
from gustibus.likelihoods import Likelihood, Logistic, TieLevels

__all__ = ["FittedModel"]

FloatArray = npt.NDArray[np.float64]
Rule = Literal["reward", "borda", "copeland", "lottery"]


@dataclass(frozen=True, repr=False)
class FittedModel(DecidesForMany):
    """A model with its encoder, its people and the distribution they come from.

    Made by :func:`gustibus.fit` or :func:`gustibus.load`. It is immutable: methods that change who is known return a
    new model that shares everything else. Wherever ``users`` or ``user`` is asked for, give a known id, one id per
    row, an :class:`AdaptedUser`, weights on the prototypes, or None for the population.

    Attributes
    ----------
    scorer : Scorer
        Encoder, feature map, map and item offsets.
    prior : Prior
        The fitted distribution of people's weights; with no answers a person is the population.
    users : UserTable
        The known people.
    settings : FitSettings
        How it was fitted, the seed among it.
    summary : dict
        What was chosen on validation judgements, sizes, seconds, warnings.
    covariates : PeopleCovariates or None
        What numbers known of people say about their tastes, where that helped.
    likelihood : Likelihood
        How answers follow from log-odds, with the parameters that the fit learned.
    tie_levels : TieLevels or None
        How common ties are in each group, where the fit learned that (``tie_by="group"``).
    calibration : Calibration or None
        How predictions are corrected: see :meth:`calibrated`.
    """

    scorer: Scorer
    prior: Prior
    users: UserTable
    settings: FitSettings
    summary: dict[str, Any]
    covariates: PeopleCovariates | None = None
    likelihood: Likelihood = field(default_factory=Logistic)
    tie_levels: TieLevels | None = None
    calibration: Calibration | None = None

    @property
    def name(self) -> str:
        """What was fitted, as people call it: ``PAL-A, K = 4`` or ``Hierarchical``."""
        return named(self.scorer.model)

    @property
    def n_prototypes(self) -> int:
        """K; 1 means one taste for all."""
        return self.scorer.model.n_prototypes

    @property
    def user_ids(self) -> tuple[str, ...]:
        """The known people."""
        return self.users.ids

    @property
    def adaptation(self) -> Literal["exact", "approximate"]:
        """Whether new people are placed exactly; :attr:`how_adapted` says why."""
        return self.how_adapted.kind

    @property
    def how_adapted(self) -> Adaptation:
        """How new people are placed, which hangs on the model and on the prior; prints as a sentence."""
        return adaptation_of(self.scorer.model, self.prior, self.likelihood)

    @property
    def person(self) -> Literal["user", "group"]:
        """Whose tastes are told apart: people's, or those of the groups in the ``group`` column.

        Wherever this model takes judgements, a model of groups reads their ``group`` in place of their ``user_id``.
        """
        return self.settings.person

    @property
    def _one(self) -> str:
        """What somebody is called whose taste is told apart."""
        return "person" if self.person == "user" else "group"

    def as_asked(self, data: Comparisons) -> Comparisons:
        """Judgements under the ids that this model knows: groups in place of people where it was fitted to groups.

        Raises
        ------
        GustibusError
            If this is a model of groups and some judgement has none.
        """
        check_comparisons(data)
        return data.with_groups_as_users() if self.person == "group" else data

    @cached_property
    def population(self) -> Tastes:
        """The fitted distribution of people, as a table of one person about whom nothing is known."""
        return population_of(self.prior)

    def log_odds(
        self,
        prompts: str | Sequence[str | None] | None,
        responses_a: str | Sequence[str],
        responses_b: str | Sequence[str],
        users: Users = None,
        *,
        pool: Pool = "log-odds",
    ) -> FloatArray:
        """Log-odds that a is preferred to b, shape (n,); swapping a and b flips the sign exactly.

        Parameters
        ----------
        prompts : str, None, or a sequence of them
            One prompt for all rows, or one per row.
        responses_a, responses_b : str or sequence of str
        users
            Whose preference; see the class.
        pool : {"log-odds", "vote"}
            For the population: the mean of people's log-odds, or the logit of the share of people who prefer a.
        """
        return self.compare(prompts, responses_a, responses_b, users, pool=pool).log_odds

    def probability(
        self,
        prompts: str | Sequence[str | None] | None,
        responses_a: str | Sequence[str],
        responses_b: str | Sequence[str],
        users: Users = None,
        *,
        pool: Pool = "vote",
    ) -> FloatArray:
        """Probability that a is preferred to b, shape (n,), averaged over what is not known about the person.

        For the population this is by default the share of people who prefer a.
        """
        return self.compare(prompts, responses_a, responses_b, users, pool=pool).probability

    def compare(
        self,
        prompts: str | Sequence[str | None] | None,
        responses_a: str | Sequence[str],
        responses_b: str | Sequence[str],
        users: Users = None,
        *,
        pool: Pool = "vote",
        groups: str | Sequence[str | None] | None = None,
    ) -> Predictions:
        """Log-odds, their standard deviation and probabilities at once, each of shape (n,); with ties, all three.

        Parameters
        ----------
        prompts, responses_a, responses_b, users, pool
            As of :meth:`log_odds`.
        groups : str, or a sequence of str or None, optional
            Whose ties: the group of everybody, or of each row, for a model that learned them by group. Groups that it
            does not know are taken as all are. Default: the groups asked for as ``users`` in a model of groups, else
            as all are.
        """
        first, second = texts_of(responses_a, "responses_a"), texts_of(responses_b, "responses_b")
        if len(first) != len(second):
            raise GustibusError(f"{len(first)} responses a were given beside {len(second)} responses b")
        asked = _per_row(prompts, len(first))
        people = self._people(users, len(first))
        pairs = pairs_of_texts(self.scorer, asked + asked, first + second, len(first))
        return self._predicted(pairs, people, pool, self._levels(groups, users, len(first)))

    def predict(
        self,
        data: Comparisons,
        users: AdaptedUsers | Literal["population"] | None = None,
        *,
        pool: Pool = "vote",
        progress: Progress | None = None,
    ) -> Predictions:
        """Predict a table of comparisons, each for the person who answered it.

        Parameters
        ----------
        data : Comparisons
        users : AdaptedUsers, "population" or None
            None: people who are known as themselves, others as the population. AdaptedUsers: those people as adapted,
            others as the population. "population": everybody as the population.
        pool : {"vote", "log-odds"}
            What the population means.
        """
        check_comparisons(data)
        check_progress(progress)
        people = self._people_of_records(data if users == "population" else self.as_asked(data), users)
        pairs = pairs_of_items(self.scorer, data.items(), progress)
        return self._predicted(pairs, people, pool, levels_of_records(self.tie_levels, data))

    def reward(
        self, prompts: str | Sequence[str | None] | None, responses: str | Sequence[str], users: Users = None
    ) -> FloatArray:
        """Rewards of n responses, shape (n,), in log-odds; comparable only within a prompt and a person."""
        texts = texts_of(responses, "responses")
        asked = _per_row(prompts, len(texts))
        people = self._people(users, len(texts))
        features = self.scorer.features(asked, texts)
        offsets = self.scorer.item_offsets(asked, texts)
        self._needs_rewards()
        known = [] if people.tastes is None else [people.tastes]
        each = np.concatenate([mean_rewards(self.scorer, features, t) for t in [*known, self.population]], axis=1)
        rewards: FloatArray = each[np.arange(len(texts)), people.index] + offsets
        return rewards

    def prototype_scores(
        self, prompts: str | Sequence[str | None] | None, responses: str | Sequence[str]
    ) -> FloatArray:
        """Rewards of n responses to the people who sit at a prototype, shape (n, K), in log-odds."""
        texts = texts_of(responses, "responses")
        asked = _per_row(prompts, len(texts))
        scores = self.scorer.prototype_scores(self.scorer.features(asked, texts))
        return scores + self.scorer.item_offsets(asked, texts)[:, None]

    def win_probabilities(self, prompt: str | None, responses: Sequence[str], user: Users = None) -> FloatArray:
        """Probability that each response to a prompt is preferred to each other, shape (n, n), 1/2 on the diagonal.

        Averaged over what is not known of the person; for the population the shares of people. Rules for choosing
        among the responses start from it, see :mod:`gustibus.aggregation`.
        """
        texts = _pool(responses)
        probability: FloatArray = np.mean(votes_of(self.scorer, prompt, texts, self._one_person(user)), axis=0)
        return probability

    def rank(
        self,
        prompt: str | None,
        responses: Sequence[str],
        user: Users = None,
        *,
        rule: Rule | None = None,
        payoff: Payoff = "P - 1/2",
    ) -> list[Ranked]:
        """Order the responses to one prompt, best first.

        Parameters
        ----------
        prompt : str or None
        responses : sequence of str
        user
            Whose taste; see the class.
        rule : {"reward", "borda", "copeland", "lottery"}
            ``reward``: by reward, centred on these responses (log-odds). ``borda``: by the mean probability of being
            preferred to another of these responses; for the population the mean share of people. ``copeland``: by
            how many of the others are beaten. ``lottery``: by the weight in the maximal lottery, which no response
            beats on average (``.weight``). Default: ``reward`` where the model has rewards, else ``borda``; these
            last three do not need preferences without circles.
        payoff : {"P - 1/2", "log-odds"}
            What the lottery averages; see :func:`gustibus.aggregation.maximal_lottery`.

        Returns
        -------
        list of Ranked
            With ``.response``, ``.score`` and ``.sd``: what is not known about the person, or how much people differ.
        """
        texts = _pool(responses)
        if rule is None:
            rule = "reward" if self.scorer.model.scalar else "borda"
        if rule == "reward":
            self._needs_rewards()
            rewards, covariance = reward_moments(self.scorer, prompt, texts, self._one_person(user))
            centring = np.eye(len(texts)) - 1 / len(texts)
            sd = np.sqrt(np.maximum(np.diag(centring @ covariance @ centring), 0))
            return rank_scores(texts, rewards - rewards.mean(), sd, unit="reward (log-odds, centred on the pool)")
        if rule in get_args(PairRule):
            if len(texts) == 1:
                raise GustibusError(f"rule={rule!r} compares responses with each other and needs at least two")
            if rule != "borda":
                return rank_pairwise(texts, self.win_probabilities(prompt, texts, user), rule=rule, payoff=payoff)
            votes = votes_of(self.scorer, prompt, texts, self._one_person(user))
            per_draw = np.stack([borda(vote) for vote in votes])
            return rank_scores(texts, per_draw.mean(axis=0), per_draw.std(axis=0), unit="mean win probability")
        raise GustibusError(f"rule={rule!r} is not known; use 'reward', 'borda', 'copeland' or 'lottery'")

    def best_of_n(
        self,
        prompt: str | None,
        responses: Sequence[str],
        user: Users = None,
        *,
        rule: Rule | None = None,
    ) -> Ranked:
        """The first of :meth:`rank`: for the population the highest mean reward, or (``borda``) the most votes."""
        return self.rank(prompt, responses, user, rule=rule)[0]

    def rewards_of_people(
        self,
        prompt: str | None,
        responses: Sequence[str],
        users: Voters = None,
        *,
        weight: Mapping[str, float] | npt.ArrayLike | None = None,
        group: Mapping[str, str] | Sequence[str] | None = None,
    ) -> RewardTable:
        """What the responses to one prompt are worth to each person, as one matrix; the ground of every decision.

        Rewards are posterior means, in log-odds. A person's rewards are known up to a constant, so everybody's are
        shifted to have mean 0 over these responses.

        Parameters
        ----------
        prompt : str or None
        responses : sequence of str
        users : sequence of str, AdaptedUsers, AdaptedUser or None
            Known ids, or people who were placed; None: everybody whom the model knows.
        weight : mapping from id to number, or array of shape (U,), optional
            How much each person counts. Default: equally.
        group : mapping from id to name, or sequence of U names, optional

        Raises
        ------
        GustibusError
            The model has no rewards (circles), or somebody is not known.
        """
        return rewards_of_people(self, prompt, _pool(responses), users, weight, group)

    def adapt(self, data: Any, *, seed: int = 0) -> AdaptedUser:
        """Place one new person by their answers.

        Parameters
        ----------
        data : Comparisons, or anything :func:`gustibus.read` takes
            Judgements by one person.
        seed : int
            Of the draws behind the posterior's uncertainty.

        Raises
        ------
        GustibusError
            If the answers are by several people (use :meth:`adapt_users`) or by nobody.
        """
        answers = self.as_asked(data if isinstance(data, Comparisons) else read(data))
        if answers.n_users != 1:
            raise GustibusError(
                f"adapt places one {self._one}, but these answers are by "
                f"{counted(answers.n_users, self._one)}. Use model.adapt_users(data) for several, "
                "or data.for_users(id) for one of them."
            )
        return self.adapt_users(answers, seed=seed)[answers.user_ids[0]]

    def adapt_users(
        self, data: Comparisons, *, user_ids: Sequence[str] | None = None, seed: int = 0, n_draws: int = 512
    ) -> AdaptedUsers:
        """Place many people at once, each by their own answers.

        Parameters
        ----------
        data : Comparisons
            Judgements by any number of people.
        user_ids : sequence of str, optional
            Whom to place; people without answers become the population. Default: everybody in ``data``.
        seed, n_draws : int
            Of the draws behind each posterior's moments.
        """
        data = self.as_asked(data)
        check_seed(seed)
        if isinstance(user_ids, str):
            raise GustibusError(f"user_ids={user_ids!r} is one text. Give a list of ids.")
        ids = tuple(data.user_ids if user_ids is None else user_ids)
        answers = answers_of_people(self.scorer, self.prior, data, ids, self.likelihood, self.tie_levels)
        if self.covariates is not None and isinstance(self.prior, GaussianPrior):
            return AdaptedUsers(ids, adapt_gaussian(answers, self.prior, shift=self.covariates.shift(ids)), self)
        return AdaptedUsers(ids, adapt(answers, self.prior, n_draws=n_draws, seed=seed), self)

    def with_covariates(self, table: Vectors) -> FittedModel:
        """A model that looks people up in another table of covariates when it places them.

        Raises
        ------
        GustibusError
            If the model was fitted without covariates, found no use for them, or to other columns.
        """
        if self.covariates is None:
            raise GustibusError(
                "this model has no use for covariates: it was fitted without them, or they did not help on validation "
                "judgements (summary['choices'] says). Fit with gustibus.fit(..., covariates=...)."
            )
        return replace(self, covariates=self.covariates.with_table(table))

    def calibrated(
        self, validation: Comparisons, method: Literal["temperature", "isotonic"] = "temperature"
    ) -> FittedModel:
        """A model whose probabilities and log-odds are corrected by what these judgements bear out.

        Two maps of log-odds are learned: one for people who are predicted as themselves, from the judgements of those
        whom the model knows, and one for the share of people who prefer a, from all judgements. Both are odd and never
        decrease, so ``s(a, b) = -s(b, a)`` stays exact and no order changes. Rewards and rankings stay as they are, and
        so does the mean of people's log-odds (``pool="log-odds"``), which is no probability. A model that is
        calibrated already is calibrated anew. The maps are saved with the model.

        Parameters
        ----------
        validation : Comparisons
            Judgements that took no part in the fit. Not those of ``fit(validation=...)``: people were placed by them
            too, so the model looks surer of them than it is of others.
        method : {"temperature", "isotonic"}
            One factor (see :func:`gustibus.fitting.fit_temperature`), or a curve (see
            :func:`gustibus.fitting.fit_isotonic`), which wants more judgements.

        Raises
        ------
        GustibusError
            If there are no judgements, or the method is not known.

        Examples
        --------
        >>> import gustibus as gs
        >>> world = gs.ideal_point_world(n_users=20, n_items=40, n_held_out_items=10, seed=0)
        >>> train, held_back = gs.split(world.comparisons, test=0.2, seed=0)
        >>> model = gs.fit(train, model="bt", encoder=world.vectors).calibrated(held_back)
        >>> model.calibration.method
        'temperature'
        """
        return replace(self, calibration=calibration_of(self, validation, method))

    def update_user(self, person: AdaptedUser, more: Comparisons) -> AdaptedUser:
        """A person after further answers; see :meth:`AdaptedUser.update`."""
        more = self.as_asked(more)
        others = [user_id for user_id in more.user_ids if user_id != person.user_id]
        if others:
            raise GustibusError(
                f"this is an update of {person.user_id!r}, but there are answers by {others[0]!r} in it. Give "
                f"data.for_users({person.user_id!r}), and place {others[0]!r} with model.adapt."
            )
        answers = answers_of_people(
            self.scorer, self.prior, more, tuple(more.user_ids), self.likelihood, self.tie_levels
        )
        return AdaptedUser(person.user_id, person.posterior.after(answers), self)

    def with_users(self, people: AdaptedUsers | AdaptedUser) -> FittedModel:
        """A model that also knows these people; whoever was known before is replaced."""
        if not isinstance(people, AdaptedUser | AdaptedUsers):
            raise GustibusError(f"{people!r:.60} is no adapted person. Give what model.adapt or adapt_users returned.")
        everybody = {people.user_id: people} if isinstance(people, AdaptedUser) else dict(people)
        users = self.users
        for user_id, person in everybody.items():
            users = users.with_rows(UserTable.of_person(user_id, person.posterior))
        return replace(self, users=users)

    def forget(self, user_id: str) -> FittedModel:
        """A model that no longer knows a person.

        Their weights are gone. What the shared part learned from their answers stays until the next fit.
        """
        return replace(self, users=self.users.without(user_id))

    def save(self, path: str | os.PathLike[str], *, users: bool = True) -> None:
        """Write the model into a folder: safetensors, config.json and a model card.

        Parameters
        ----------
        path : path-like
            A new or empty folder, or one with a saved model, which is replaced.
        users : bool
            Write the known people as well. Without them the folder can be published.
        """
        from gustibus.fitted.saving import save_model

        save_model(self, path, users=users)

    def save_pretrained(self, path: str | os.PathLike[str], *, users: bool = True) -> None:
        """The same as :meth:`save`, under the name of the Hugging Face ecosystem."""
        self.save(path, users=users)

    @classmethod
    def from_pretrained(cls, path: str | os.PathLike[str]) -> FittedModel:
        """The same as :func:`gustibus.load`."""
        from gustibus.fitted.saving import load_model

        return load_model(path)

    def __repr__(self) -> str:
        found = said_of_tastes(self.summary)
        tastes = "" if found is None else f"; {found}"
        return (
            f"FittedModel({self.name}, {counted(len(self.users), self._one)}, "
            f"encoder {self.scorer.encoder.kind}, adaptation {self.adaptation}{tastes})"
        )

    def _predicted(self, pairs: Pairs, people: People, pool: Pool, level: FloatArray | None) -> Predictions:
        stated = predict_pairs(self.scorer, self.population, pairs, people, pool, self.likelihood, level)
        return stated if self.calibration is None else self.calibration.applied(stated, people, pool)

    def _levels(self, groups: str | Sequence[str | None] | None, users: Users, n_rows: int) -> FloatArray | None:
        """How common ties are in each row, where that hangs on groups."""
        if self.tie_levels is None:
            if groups is not None:
                raise GustibusError(
                    "this model has no use for groups: it was fitted without tie_by='group'. Leave groups out."
                )
            return None
        if groups is None and self.person == "group" and isinstance(users, str | list | tuple):
            groups = users
        each = [groups] * n_rows if groups is None or isinstance(groups, str) else list(groups)
        if len(each) != n_rows:
            raise GustibusError(f"{len(each)} groups were given for {n_rows} rows. Give one group, or one per row.")
        return self.tie_levels.of(each)

    def _people(self, users: Users, n_rows: int) -> People:
        if isinstance(users, AdaptedUser):
            self.check_placed_here(users)
        return people_of(users, self.users, n_rows, on_simplex=not isinstance(self.prior, GaussianPrior))

    def check_placed_here(self, person: AdaptedUser) -> None:
        """Refuse a person who was placed by another model, where the same weights mean something else.

        Raises
        ------
        GustibusError
            If the shared part of that model differs from this one's.
        """
        if not self._is_of_this_map(person.model):
            raise GustibusError(
                f"{person!r} was placed by another model, whose prototypes are not this model's. "
                "Place them with this model's adapt."
            )

    def _is_of_this_map(self, other: FittedModel) -> bool:
        """Whether another model has the same shared part, so that people's weights mean the same."""
        mine, theirs = self.prior.arrays(), other.prior.arrays()
        return (
            other.scorer.factor == self.scorer.factor
            and other.prior.family == self.prior.family
            and all(np.array_equal(mine[name], theirs[name]) for name in mine)
            and (other.settings, other.likelihood, other.tie_levels)
            == (self.settings, self.likelihood, self.tie_levels)
        )

    def _people_of_records(self, data: Comparisons, users: AdaptedUsers | Literal["population"] | None) -> People:
        if users == "population":
            return People.population(len(data))
        vocabulary = data.users.to_pylist()
        if users is None:
            return People(self.users.tastes, self.users.codes(vocabulary)[data.user])
        if isinstance(users, AdaptedUsers):
            position = {user_id: row for row, user_id in enumerate(users.user_ids)}
            row_of_code = np.array([position.get(user_id, -1) for user_id in vocabulary], np.intp)
            return People(tastes_of(users.posteriors), row_of_code[data.user])
        raise GustibusError(f"users must be None, 'population' or AdaptedUsers, got {users!r:.60}")

    def _needs_rewards(self) -> None:
        if not self.scorer.model.scalar:
            raise GustibusError(
                f"model={self.settings.model!r} compares responses and gives none a reward of its own; use log_odds, "
                "or rank with rule='borda', 'copeland' or 'lottery'."
            )

    def _one_person(self, user: Users) -> Tastes:
        """The taste of one person, or of the population."""
        people = self._people(user, 1)
        return self.population if people.tastes is None else people.tastes


def _pool(responses: Sequence[str]) -> list[str]:
    """Responses that are held against each other."""
    if isinstance(responses, str):
        raise GustibusError(f"responses={responses!r:.60} is one text. Give a list of responses to rank.")
    texts = texts_of(responses, "responses")
    if not texts:
        raise GustibusError("there are no responses to rank")
    return texts


def _per_row(prompts: str | Sequence[str | None] | None, n: int) -> list[str | None]:
    if prompts is None or isinstance(prompts, str):
        return [prompts] * n
    if not isinstance(prompts, Iterable):
        raise GustibusError(f"prompts must be a text, None, or one of these per response, got {prompts!r:.60}")
    asked = list(prompts)
    if len(asked) != n:
        raise GustibusError(f"{len(asked)} prompts were given for {n} responses. Give one prompt, or one per response.")
    return asked
