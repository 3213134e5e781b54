"""A fitted model as one object: what everything else talks to."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from gustibus.adapting import Answers, AtomPrior, DirichletPrior, adapt
from gustibus.aggregation import Ranked, borda, rank_scores, vote_matrix
from gustibus.comparisons import Comparisons, GustibusError, Items, Progress, read
from gustibus.fitted.adapted import AdaptedUser, AdaptedUsers
from gustibus.fitted.people import People, Users, people_of
from gustibus.fitted.predicting import Pairs, Pool, Predictions, predict_pairs, prior_draws
from gustibus.fitted.scorer import Scorer
from gustibus.fitted.user_table import UserTable
from gustibus.fitting import FitSettings

__all__ = ["FittedModel"]

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, repr=False)
class FittedModel:
    """A model with its encoder, its people and the distribution they come from.

    Made by :func:`gustibus.fit` or :func:`gustibus.load`. It is immutable: methods that change who is known return a
    new model that shares everything else. Wherever ``users`` or ``user`` is asked for, give a known id, one id per
    row, an :class:`AdaptedUser`, weights on the prototypes, or None for the population.

    Attributes
    ----------
    scorer : Scorer
        Encoder, feature map, map and item offsets.
    prior : DirichletPrior
        The fitted distribution of people's weights; with no answers a person is the population.
    users : UserTable
        The known people.
    settings : FitSettings
        How it was fitted, the seed among it.
    summary : dict
        What was chosen on validation judgements, sizes, seconds, warnings.
    """

    scorer: Scorer
    prior: DirichletPrior
    users: UserTable
    settings: FitSettings
    summary: dict[str, Any]

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
        """Whether new people are placed at the certified optimum, or by reweighting draws from the prior."""
        return "exact" if self.scorer.model.linear_in_weights else "approximate"

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
    ) -> Predictions:
        """Log-odds, their standard deviation and probabilities at once, each of shape (n,)."""
        first = [responses_a] if isinstance(responses_a, str) else list(responses_a)
        second = [responses_b] if isinstance(responses_b, str) else list(responses_b)
        if len(first) != len(second):
            raise GustibusError(f"{len(first)} responses a were given beside {len(second)} responses b")
        asked = _per_row(prompts, len(first))
        people = self._people(users, len(first))
        pairs = self._pairs_of_texts(asked + asked, first + second, len(first))
        return predict_pairs(self.scorer, self.prior, pairs, people, pool)

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
        items = data.items()
        pairs = self._pairs_of_items(items, progress)
        return predict_pairs(self.scorer, self.prior, pairs, self._people_of_records(data, users), pool)

    def reward(
        self, prompts: str | Sequence[str | None] | None, responses: str | Sequence[str], users: Users = None
    ) -> FloatArray:
        """Rewards of n responses, shape (n,), in log-odds; comparable only within a prompt and a person."""
        texts = [responses] if isinstance(responses, str) else list(responses)
        asked = _per_row(prompts, len(texts))
        people = self._people(users, len(texts))
        features = self.scorer.features(asked, texts)
        offsets = self.scorer.item_offsets(asked, texts)
        weights = np.concatenate([people.mean, self.prior.mean[None]])
        each = self.scorer.rewards_at(features, weights)
        rewards: FloatArray = each[np.arange(len(texts)), people.index] + offsets
        return rewards

    def prototype_scores(
        self, prompts: str | Sequence[str | None] | None, responses: str | Sequence[str]
    ) -> FloatArray:
        """Rewards of n responses to the people who sit at a prototype, shape (n, K), in log-odds."""
        texts = [responses] if isinstance(responses, str) else list(responses)
        asked = _per_row(prompts, len(texts))
        scores = self.scorer.prototype_scores(self.scorer.features(asked, texts))
        return scores + self.scorer.item_offsets(asked, texts)[:, None]

    def rank(
        self,
        prompt: str | None,
        responses: Sequence[str],
        user: Users = None,
        *,
        rule: Literal["reward", "borda"] = "reward",
    ) -> list[Ranked]:
        """Order the responses to one prompt, best first.

        Parameters
        ----------
        prompt : str or None
        responses : sequence of str
        user
            Whose taste; see the class.
        rule : {"reward", "borda"}
            ``reward``: by reward, centred on these responses (log-odds). ``borda``: by the mean probability of being
            preferred to another of these responses; for the population the mean share of people.

        Returns
        -------
        list of Ranked
            With ``.response``, ``.score`` and ``.sd``: what is not known about the person, or how much people differ.
        """
        texts = list(responses)
        if not texts:
            raise GustibusError("there are no responses to rank")
        rewards, covariance = self._reward_moments(prompt, texts, user)
        if rule == "reward":
            centring = np.eye(len(texts)) - 1 / len(texts)
            spread = centring @ covariance @ centring
            sd = np.sqrt(np.maximum(np.diag(spread), 0))
            return rank_scores(texts, rewards - rewards.mean(), sd, unit="reward (log-odds, centred on the pool)")
        if rule == "borda":
            if len(texts) == 1:
                raise GustibusError("rule='borda' compares responses with each other and needs at least two")
            people = self._people(user, 1)
            draws = self._draws(people)
            features = self.scorer.features([prompt] * len(texts), texts)
            offsets = self.scorer.item_offsets([prompt] * len(texts), texts)
            each = self.scorer.rewards_at(features, draws).T + offsets
            per_draw = np.stack([borda(vote_matrix(reward[None])) for reward in each])
            return rank_scores(texts, per_draw.mean(axis=0), per_draw.std(axis=0), unit="mean win probability")
        raise GustibusError(f"rule={rule!r} is not known; use 'reward' or 'borda'")

    def best_of_n(
        self,
        prompt: str | None,
        responses: Sequence[str],
        user: Users = None,
        *,
        rule: Literal["reward", "borda"] = "reward",
    ) -> Ranked:
        """The first of :meth:`rank`: for the population the highest mean reward, or (``borda``) the most votes."""
        return self.rank(prompt, responses, user, rule=rule)[0]

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
        answers = data if isinstance(data, Comparisons) else read(data)
        if answers.n_users != 1:
            raise GustibusError(
                f"adapt places one person, but these answers are by {answers.n_users}. "
                "Use model.adapt_users(data) for several, or data.for_users(id) for one of them."
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
        ids = tuple(data.user_ids if user_ids is None else user_ids)
        answers = self._answers(data, ids)
        return AdaptedUsers(ids, adapt(answers, self._prior_of_people, n_draws=n_draws, seed=seed), self)

    def update_user(self, person: AdaptedUser, more: Comparisons) -> AdaptedUser:
        """A person after further answers; see :meth:`AdaptedUser.update`."""
        answers = self._answers(more, tuple(more.user_ids))
        posterior = person.posterior.update(answers.z, answers.outcome, answers.offset, answers.weight)
        return AdaptedUser(person.user_id, posterior, self)

    def with_users(self, people: AdaptedUsers | AdaptedUser) -> FittedModel:
        """A model that also knows these people; whoever was known before is replaced."""
        everybody = {people.user_id: people} if isinstance(people, AdaptedUser) else dict(people)
        added = UserTable.of_people({user_id: person.posterior for user_id, person in everybody.items()})
        return replace(self, users=self.users.with_rows(added))

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
        return (
            f"FittedModel({self.settings.model}, {self.n_prototypes} prototypes, {len(self.users)} people, "
            f"encoder {self.scorer.encoder.kind})"
        )

    def _pairs_of_texts(self, prompts: list[str | None], responses: list[str], n_first: int) -> Pairs:
        features, offsets, row = self._distinct(prompts, responses)
        return Pairs(features, offsets, row[:n_first], row[n_first:])

    def _pairs_of_items(self, items: Items, progress: Progress | None = None) -> Pairs:
        features, offsets, row = self._distinct(items.prompt_texts(), items.response_texts(), progress)
        return Pairs(features, offsets, row[items.a], row[items.b])

    def _distinct(
        self, prompts: Sequence[str | None], responses: Sequence[str], progress: Progress | None = None
    ) -> tuple[npt.NDArray[np.float32], FloatArray, npt.NDArray[np.intp]]:
        """Features and offsets of the distinct items in the order of their texts, and the row of each item there.

        A matrix product may round a row differently at another place. In one fixed order the same items always get the
        same numbers, so swapping a and b flips the sign of log-odds to the last digit.
        """
        keys = [
            (prompt is not None, prompt or "", response) for prompt, response in zip(prompts, responses, strict=True)
        ]
        position = {key: row for row, key in enumerate(sorted(set(keys)))}
        asked = [prompt if given else None for given, prompt, _ in position]
        texts = [response for _, _, response in position]
        row = np.array([position[key] for key in keys], np.intp).reshape(-1)
        return self.scorer.features(asked, texts, progress), self.scorer.item_offsets(asked, texts), row

    def _people(self, users: Users, n_rows: int) -> People:
        if isinstance(users, AdaptedUser) and not self._is_of_this_map(users.model):
            raise GustibusError(
                f"{users!r} was placed by another model, whose prototypes are not this model's. "
                "Place them with this model's adapt."
            )
        return people_of(users, self.users, n_rows, self.n_prototypes)

    def _is_of_this_map(self, other: FittedModel) -> bool:
        """Whether another model has the same shared part, so that people's weights mean the same."""
        return (
            other.scorer.factor == self.scorer.factor
            and np.array_equal(other.prior.alpha, self.prior.alpha)
            and other.settings == self.settings
        )

    def _people_of_records(self, data: Comparisons, users: AdaptedUsers | Literal["population"] | None) -> People:
        if users == "population":
            return people_of(None, self.users, len(data), self.n_prototypes)
        vocabulary = data.users.to_pylist()
        if users is None:
            row_of_code = self.users.codes(vocabulary)
            moments = self.users.mean, self.users.covariance
        elif isinstance(users, AdaptedUsers):
            position = {user_id: row for row, user_id in enumerate(users.user_ids)}
            row_of_code = np.array([position.get(user_id, -1) for user_id in vocabulary], np.intp)
            moments = users.posteriors.mean.astype(np.float32), users.posteriors.covariance.astype(np.float32)
        else:
            raise GustibusError(f"users must be None, 'population' or AdaptedUsers, got {users!r:.60}")
        mean, covariance = (moment.astype(np.float64) for moment in moments)
        return People(mean, covariance, row_of_code[data.user])

    @property
    def _prior_of_people(self) -> DirichletPrior | AtomPrior:
        """The fitted prior, or draws from it where rewards are not linear in the weights."""
        return self.prior if self.scorer.model.linear_in_weights else AtomPrior(prior_draws(self.prior))

    def _answers(self, data: Comparisons, ids: tuple[str, ...]) -> Answers:
        """The answers of these people: per-prototype log-odds, or log-odds under each atom of the prior."""
        pairs = self._pairs_of_items(data.items())
        position = {user_id: row for row, user_id in enumerate(ids)}
        code = np.array([position.get(user_id, -1) for user_id in data.users.to_pylist()], np.intp)[data.user]
        rows = np.flatnonzero(code >= 0)
        a, b = pairs.a[rows], pairs.b[rows]
        if self.scorer.model.linear_in_weights:
            scores = self.scorer.prototype_scores(pairs.features)
        else:
            scores = self.scorer.rewards_at(pairs.features, prior_draws(self.prior))
        return Answers(
            z=scores[a] - scores[b],
            offset=pairs.offsets[a] - pairs.offsets[b],
            outcome=data.outcome[rows].astype(np.float64),
            weight=data.weight[rows].astype(np.float64),
            user=code[rows],
            n_users=len(ids),
        )

    def _reward_moments(self, prompt: str | None, texts: list[str], user: Users) -> tuple[FloatArray, FloatArray]:
        """Mean (n,) and covariance (n, n) of the rewards of some responses."""
        people = self._people(user, 1)
        features = self.scorer.features([prompt] * len(texts), texts)
        offsets = self.scorer.item_offsets([prompt] * len(texts), texts)
        if self.scorer.model.linear_in_weights:
            scores = self.scorer.prototype_scores(features)
            known = people.index[0] >= 0
            mean = people.mean[0] if known else self.prior.mean
            covariance = people.covariance[0] if known else self.prior.covariance
            return scores @ mean + offsets, scores @ covariance @ scores.T
        each = self.scorer.rewards_at(features, self._draws(people))
        return each.mean(axis=1) + offsets, np.cov(each)

    def _draws(self, people: People) -> FloatArray:
        """Draws of one person's weights by matched moments, or of the population from the prior, shape (m, K)."""
        if people.index[0] < 0 or self.n_prototypes == 1:
            return prior_draws(self.prior)
        return _moment_matched_draws(people.mean[0], people.covariance[0])


def _moment_matched_draws(mean: FloatArray, covariance: FloatArray, n: int = 512) -> FloatArray:
    """Points on the simplex around ``mean``: normal draws with the given covariance, clipped and renormalised."""
    rng = np.random.default_rng(0)
    values, vectors = np.linalg.eigh(covariance)
    draws = mean + rng.standard_normal((n, len(mean))) @ (vectors * np.sqrt(np.maximum(values, 0))).T
    draws = np.maximum(draws, 0)
    result: FloatArray = draws / draws.sum(axis=1, keepdims=True)
    return result


def _per_row(prompts: str | Sequence[str | None] | None, n: int) -> list[str | None]:
    if prompts is None or isinstance(prompts, str):
        return [prompts] * n
    asked = list(prompts)
    if len(asked) != n:
        raise GustibusError(f"{len(asked)} prompts were given for {n} responses. Give one prompt, or one per response.")
    return asked
