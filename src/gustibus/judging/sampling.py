"""Several responses of a model behind a chat endpoint, for somebody to choose from."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from typing import Final, Literal

from gustibus.comparisons import GustibusError, Progress, caution, is_conversation, messages
from gustibus.comparisons.wording import counted
from gustibus.judging.answer_store import AnswerStore
from gustibus.judging.asking import Asked, ask
from gustibus.judging.chat_endpoint import ChatEndpoint
from gustibus.judging.limits import Budget

__all__ = ["Sampled", "sample_responses"]

_BYTES_A_TOKEN: Final = 4
_LONGEST: Final = 512


@dataclass(frozen=True)
class Sampled:
    """What a model answered to one prompt.

    Attributes
    ----------
    prompt
        What was asked.
    samples
        Its answers, as often as they came; without refusals, empty ones, and those that were cut off.
    n_lost
        Samples that are not among them.
    """

    prompt: str
    samples: tuple[str, ...]
    n_lost: int

    @property
    def responses(self) -> tuple[str, ...]:
        """The distinct answers, in order: what ``model.rank``, ``best_of_n`` and ``decide`` take."""
        return tuple(dict.fromkeys(self.samples))


def sample_responses(
    endpoint: ChatEndpoint,
    prompts: Sequence[str],
    n: int,
    *,
    seed: int = 0,
    system: str | None = None,
    max_requests: int | None = None,
    max_cost: float | None = None,
    store: AnswerStore | Literal["default"] = "default",
    progress: Progress | None = None,
) -> tuple[Sampled, ...]:
    """Draw n responses to each prompt from a model, to choose among for a person or for everybody.

    Sample i of a prompt is asked for with ``seed + i`` in the request, and is kept under it: the same call asks nothing
    twice, and goes on after an interruption.

    Parameters
    ----------
    endpoint : ChatEndpoint
        The service and the model, with a ``temperature`` above 0. ``max_tokens`` is 512 if not given.
    prompts : sequence of str
        Texts, or message lists in the spelling of :func:`gustibus.comparisons.canonical_messages`.
    n : int
        Samples of each prompt.
    seed : int
        Of the first sample.
    system : str, optional
        What the model is told before each prompt.
    max_requests, max_cost : optional
        Limits as in :func:`gustibus.judge`; one of them must be given.
    store : AnswerStore or "default"
        Where samples are kept.
    progress : callable, optional

    Raises
    ------
    GustibusError
        There is no limit, the temperature is 0, an argument cannot be used, or the service fails; what it answered
        before is kept.

    Warns
    -----
    DataWarning
        Samples are missing: refused, empty, cut off, failed, or not asked for because the budget was spent.

    Examples
    --------
    With a service on this machine::

        endpoint = gs.ChatEndpoint("http://localhost:8000/v1", "my-model", temperature=0.9)
        (drawn,) = gs.judging.sample_responses(endpoint, ["What shall I cook?"], 8, max_requests=8)
        model.best_of_n(drawn.prompt, drawn.responses, user="alice").response
        model.decide(drawn.prompt, drawn.responses, "nash").chosen
    """
    asked_for = _Samples(_checked(endpoint, prompts, n), tuple(prompts), n, seed, system)
    if max_requests is None and max_cost is None:
        raise GustibusError(
            f"Nothing was sent: there is no limit. This asks for {counted(len(asked_for.keys), 'sample')}: allow it "
            f"with max_requests={len(asked_for.keys)}, or give max_cost=..."
        )
    if max_cost is not None and endpoint.price_in is None:
        raise GustibusError("max_cost needs prices: give the endpoint price_in and price_out, or take max_requests=...")
    budget = Budget(max_requests, max_cost)
    found = _run(asked_for, AnswerStore() if store == "default" else store, budget, progress)
    drawn = tuple(_sampled(asked_for, i, found) for i in range(len(asked_for.prompts)))
    lost = sum(one.n_lost for one in drawn)
    if lost:
        why = "the budget was spent" if found.out_of_budget else "refused, empty, cut off or failed"
        caution(f"{lost:,} of {counted(len(asked_for.keys), 'sample')} are missing: {why}.")
    return drawn


@dataclass(frozen=True, eq=False)
class _Samples:
    """One request for every prompt and sample, in this nesting."""

    endpoint: ChatEndpoint
    prompts: tuple[str, ...]
    n: int
    seed: int
    system: str | None

    def payload(self, i: int) -> dict[str, object]:
        prompt, draw = divmod(i, self.n)
        extra = {"max_tokens": self.endpoint.max_tokens or _LONGEST, "seed": self.seed + draw}
        return self.endpoint.payload(self._messages(prompt), "word", extra)

    @cached_property
    def keys(self) -> list[str]:
        return [self.endpoint.key_of(self.payload(i)) for i in range(len(self.prompts) * self.n)]

    def tokens_about(self, i: int) -> tuple[int, int]:
        said = self._messages(i // self.n)
        n_bytes = sum(len(one["content"].encode("utf-8", "replace")) for one in said)
        return -(-n_bytes // _BYTES_A_TOKEN), self.endpoint.max_tokens or _LONGEST

    def _messages(self, prompt: int) -> list[dict[str, str]]:
        text = self.prompts[prompt]
        before = [] if self.system is None else [{"role": "system", "content": self.system}]
        if is_conversation(text):
            return [*before, *({"role": one["role"], "content": str(one["content"])} for one in messages(text))]
        return [*before, {"role": "user", "content": text}]


def _checked(endpoint: ChatEndpoint, prompts: Sequence[str], n: int) -> ChatEndpoint:
    if not isinstance(endpoint, ChatEndpoint):
        raise GustibusError(f"endpoint must be a ChatEndpoint(url, model), got {type(endpoint).__name__}.")
    if isinstance(prompts, str) or not prompts or not all(isinstance(one, str) and one.strip() for one in prompts):
        raise GustibusError(f"prompts={prompts!r:.60} is no list of texts. Give one prompt or more in a list.")
    if n < 1:
        raise GustibusError(f"n is {n}: ask for at least one sample of each prompt.")
    if n > 1 and not endpoint.temperature > 0:
        raise GustibusError(
            "the temperature is 0, so that all samples would be the same. Give the endpoint temperature=0.8 or so."
        )
    return endpoint


def _sampled(asked_for: _Samples, prompt: int, found: Asked) -> Sampled:
    mine = asked_for.keys[prompt * asked_for.n : (prompt + 1) * asked_for.n]
    answers = [found.answers[key] for key in mine if key in found.answers]
    kept = [
        one.text.strip()
        for one in answers
        if one.text and one.text.strip() and not one.is_refusal and one.finish_reason != "length"
    ]
    return Sampled(asked_for.prompts[prompt], tuple(kept), asked_for.n - len(kept))


def _run(asked_for: _Samples, store: AnswerStore, budget: Budget, progress: Progress | None) -> Asked:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(ask(asked_for, store, budget, progress, doing="sampling"))
    with ThreadPoolExecutor(1) as pool:  # a notebook, where a loop runs already in this thread
        return pool.submit(asyncio.run, ask(asked_for, store, budget, progress, doing="sampling")).result()
