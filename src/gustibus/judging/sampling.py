"""Several responses of a model behind a chat endpoint, for somebody to choose from."""

from __future__ import annotations

import asyncio
from collections import Counter
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
from gustibus.judging.sampled import Sampled, Samples, SamplingReport
from gustibus.judging.usage import usage_of

__all__ = ["sample_responses"]

_BYTES_A_TOKEN: Final = 4
_LONGEST: Final = 512
_REASONS: Final = 3


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
) -> Samples:
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

    Returns
    -------
    One :class:`Sampled` a prompt, in their order, and in ``.report`` what was asked for, what came and what it cost.

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
    report = _report(asked_for, drawn, found)
    if report.n_lost:
        caution(
            f"{report.n_lost:,} of {counted(report.n_samples, 'sample')} are missing: {report.lost_words()}."
            + (" The same call with a higher limit goes on." if report.n_not_asked else "")
        )
    return Samples(drawn, report)


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
    if isinstance(n, bool) or not isinstance(n, int) or n < 1:
        raise GustibusError(f"n is {n!r}: ask for at least one sample of each prompt, a whole number.")
    if n > 1 and not endpoint.temperature > 0:
        raise GustibusError(
            "the temperature is 0, so that all samples would be the same. Give the endpoint temperature=0.8 or so."
        )
    return endpoint


def _sampled(asked_for: _Samples, prompt: int, found: Asked) -> Sampled:
    mine = asked_for.keys[prompt * asked_for.n : (prompt + 1) * asked_for.n]
    kept = [found.answers[key].text or "" for key in mine if _lost(key, found) is None]
    return Sampled(asked_for.prompts[prompt], tuple(text.strip() for text in kept), asked_for.n - len(kept))


def _lost(key: str, found: Asked) -> str | None:
    """Why a sample cannot be chosen, or None."""
    answer = found.answers.get(key)
    if answer is None:
        return "failed" if key in found.failures else "not asked"
    if answer.is_refusal:
        return "refused"
    if answer.finish_reason == "length":
        return "cut off"
    return None if answer.text and answer.text.strip() else "empty"


def _report(asked_for: _Samples, drawn: Sequence[Sampled], found: Asked) -> SamplingReport:
    lost = Counter(_lost(key, found) for key in asked_for.keys)
    return SamplingReport(
        model=asked_for.endpoint.model,
        n_prompts=len(drawn),
        n_samples=len(asked_for.keys),
        n_kept=lost[None],
        n_distinct=sum(len(one.responses) for one in drawn),
        n_refused=lost["refused"],
        n_empty=lost["empty"],
        n_cut_off=lost["cut off"],
        n_failed=lost["failed"],
        n_not_asked=lost["not asked"],
        reasons=tuple(dict.fromkeys(found.failures.values()))[:_REASONS],
        usage=usage_of(asked_for.keys, found, asked_for.endpoint),
    )


def _run(asked_for: _Samples, store: AnswerStore, budget: Budget, progress: Progress | None) -> Asked:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(ask(asked_for, store, budget, progress, doing="sampling"))
    with ThreadPoolExecutor(1) as pool:  # a notebook, where a loop runs already in this thread
        return pool.submit(asyncio.run, ask(asked_for, store, budget, progress, doing="sampling")).result()
