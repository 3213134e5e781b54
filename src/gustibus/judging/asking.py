"""Sending questions, several at once, and keeping what comes back."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Protocol

from gustibus.comparisons import GustibusError, Progress
from gustibus.embedding.retrying import ServiceError, post_json_async
from gustibus.judging.answer_store import Answer, AnswerStore
from gustibus.judging.chat_endpoint import ChatEndpoint, answer_of
from gustibus.judging.limits import Budget, BudgetSpent, OneRequest, Traffic

if TYPE_CHECKING:
    import httpx

__all__ = ["Asked", "Requests", "ask"]

_GIVE_UP_AFTER: Final = 5
"""Questions in a row without an answer after which the rest is not tried."""


class Requests(Protocol):
    """What is to be sent: the body of each request, the hash under which its answer is kept, and about its tokens."""

    @property
    def endpoint(self) -> ChatEndpoint:
        """The service."""
        ...

    @property
    def keys(self) -> Sequence[str]:
        """The content hash of each request."""
        ...

    def payload(self, i: int) -> dict[str, object]:
        """The body of request i."""
        ...

    def tokens_about(self, i: int) -> tuple[int, int]:
        """About how many tokens are read, and at most how many are written."""
        ...


@dataclass
class Asked:
    """What became of the questions.

    Attributes
    ----------
    answers
        By key; those of earlier runs too.
    from_store
        Keys of answers that were there before.
    failures
        Key to what went wrong.
    n_requests, n_failed_tries
        Requests sent in this run, and those that ended without an answer.
    seconds
        How long the asking took.
    out_of_budget
        Whether questions are left because the budget was spent.
    """

    answers: dict[str, Answer] = field(default_factory=dict)
    from_store: frozenset[str] = frozenset()
    failures: dict[str, str] = field(default_factory=dict)
    n_requests: int = 0
    n_failed_tries: int = 0
    seconds: float = 0.0
    out_of_budget: bool = False


async def ask(
    questions: Requests, store: AnswerStore, budget: Budget, progress: Progress | None, *, doing: str = "judging"
) -> Asked:
    """Ask what the store does not know yet.

    Raises
    ------
    ServiceError
        If the service cannot be used; what it answered before is kept.
    """
    started = time.monotonic()
    with store.open():
        asked = Asked(store.find(list(dict.fromkeys(questions.keys))))
        asked.from_store = frozenset(asked.answers)
        run = _Run(questions, store, Traffic(budget, questions.endpoint.requests_per_minute), asked, progress, doing)
        try:
            await run.ask_all()
        finally:
            asked.n_requests, asked.seconds = budget.sent, time.monotonic() - started
    return asked


class _Run:
    """The questions under way."""

    def __init__(
        self,
        questions: Requests,
        store: AnswerStore,
        traffic: Traffic,
        asked: Asked,
        progress: Progress | None,
        doing: str,
    ) -> None:
        self.questions = questions
        self.store = store
        self.traffic = traffic
        self.asked = asked
        self.progress = progress
        self.doing = doing
        self.url = questions.endpoint.url + "/chat/completions"
        self.n_distinct = len(set(questions.keys))
        self.failed_in_a_row = 0
        self.error: GustibusError | None = None
        self.bytes_scale = 1.0

    async def ask_all(self) -> None:
        import httpx

        endpoint = self.questions.endpoint
        open_questions = self._open_questions()
        headers = {} if endpoint.key is None else {"Authorization": f"Bearer {endpoint.key}"}
        limits = httpx.Limits(max_connections=endpoint.concurrent, max_keepalive_connections=endpoint.concurrent)
        self._report()
        async with httpx.AsyncClient(headers=headers, timeout=endpoint.timeout, limits=limits) as client:
            try:
                async with asyncio.TaskGroup() as group:
                    for _ in range(endpoint.concurrent):
                        group.create_task(self._work(client, open_questions))
            except ExceptionGroup as several:
                raise several.exceptions[0] from None  # one worker's trouble, such as a full disk, stopped the others
        if self.error is not None:
            raise self.error

    def _open_questions(self) -> Iterator[int]:
        met = set(self.asked.answers)
        for i, key in enumerate(self.questions.keys):
            if key not in met:
                met.add(key)
                yield i

    async def _work(self, client: httpx.AsyncClient, open_questions: Iterator[int]) -> None:
        for i in open_questions:
            if self.traffic.stopped.is_set():
                return
            try:
                await self._ask_one(client, i)
            except BudgetSpent:
                if self.error is None:
                    self.asked.out_of_budget = True
                return
            self._report()

    async def _ask_one(self, client: httpx.AsyncClient, i: int) -> None:
        questions, endpoint, key = self.questions, self.questions.endpoint, self.questions.keys[i]
        tokens_in, tokens_out = questions.tokens_about(i)
        request = OneRequest(self.traffic, endpoint.cost(tokens_in * self.bytes_scale, tokens_out) or 0.0)
        cost: float | None = None
        try:
            body = await post_json_async(
                client, self.url, questions.payload(i), endpoint.retry, secret=endpoint.key, turns=request
            )
            answer = answer_of(body, self.url, endpoint.key)
            self.store.keep(key, answer)
            self.asked.answers[key] = answer
            self.failed_in_a_row = 0
            cost = self._cost_of(answer, tokens_in)
        except ServiceError as error:
            request.failed_tries += 1
            cost = None if error.status is None else 0.0
            self._note_failure(key, error)
        finally:
            self.asked.n_failed_tries += request.failed_tries
            await request.end(cost)

    def _cost_of(self, answer: Answer, tokens_about: int) -> float | None:
        """What the answer cost, where prices are known; estimates of later questions learn from it."""
        if answer.tokens_in is None or answer.tokens_out is None:
            if self.traffic.budget.max_cost is not None and self.error is None:
                self.error = GustibusError(
                    f"{self.url} does not say how many tokens it used, so max_cost cannot be kept. Limit the number of "
                    "requests instead: max_requests=..."
                )
                self.traffic.stopped.set()
            return 0.0
        self.bytes_scale = max(self.bytes_scale, answer.tokens_in / max(tokens_about, 1))
        return self.questions.endpoint.cost(answer.tokens_in, answer.tokens_out) or 0.0

    def _note_failure(self, key: str, error: ServiceError) -> None:
        self.asked.failures[key] = str(error)
        self.failed_in_a_row += 1
        if (error.same_for_all or self.failed_in_a_row >= _GIVE_UP_AFTER) and self.error is None:
            self.error = error
            self.traffic.stopped.set()

    def _report(self) -> None:
        if self.progress is not None:
            self.progress(self.doing, len(self.asked.answers) + len(self.asked.failures), self.n_distinct)
