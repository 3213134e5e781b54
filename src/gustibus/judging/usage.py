"""What a run of questions used: requests, tokens, money."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from gustibus.comparisons.wording import counted
from gustibus.judging.answer_store import Answer
from gustibus.judging.asking import Asked
from gustibus.judging.chat_endpoint import ChatEndpoint

__all__ = ["Usage", "usage_of"]


@dataclass(frozen=True)
class Usage:
    """Requests, tokens and cost of one run.

    Attributes
    ----------
    n_from_store
        Questions that were answered before this run.
    n_requests, n_failed_tries
        Requests sent in this run, every try counted, and those of them that failed.
    tokens_in, tokens_out
        As the service counted them in this run's answers.
    n_without_usage
        This run's answers for which it did not.
    cost
        Of these tokens; None without prices or where the service did not count all. Failed tries are not in it.
    tokens_in_before, tokens_out_before
        The same of the answers that were there before.
    seconds
        How long the asking took.
    """

    n_from_store: int
    n_requests: int
    n_failed_tries: int
    tokens_in: int
    tokens_out: int
    n_without_usage: int
    cost: float | None
    tokens_in_before: int
    tokens_out_before: int
    seconds: float

    def to_text(self, what: str) -> str:
        """The account in words; ``what`` names the questions that were answered before, such as "questions answered".

        Examples
        --------
        >>> print(Usage(3, 5, 0, 400, 90, 0, 0.25, 0, 0, 1.0).to_text("samples drawn"))
        5 requests sent in this run (0 failed), 3 samples drawn before it. 400 tokens in, 90 out, cost 0.25.
        """
        unsaid = f" ({counted(self.n_without_usage, 'answer')} without a count)" if self.n_without_usage else ""
        tokens = f"{self.tokens_in:,} tokens in, {self.tokens_out:,} out{unsaid}"
        if self.cost is None:
            account = f"{tokens}; no cost is stated {'where a count is missing' if unsaid else 'without prices'}."
        else:
            account = f"{tokens}, cost {self.cost:,.4g}."
        sent = f"{counted(self.n_requests, 'request')} sent in this run ({self.n_failed_tries:,} failed)"
        return f"{sent}, {self.n_from_store:,} {what} before it. {account}"


def usage_of(keys: Iterable[str], asked: Asked, endpoint: ChatEndpoint) -> Usage:
    """The account of questions with these keys."""
    new = [answer for key, answer in asked.answers.items() if key not in asked.from_store]
    before = [answer for key, answer in asked.answers.items() if key in asked.from_store]
    without_usage = sum(answer.tokens_in is None or answer.tokens_out is None for answer in new)
    tokens_in, tokens_out = _tokens(new)
    tokens_in_before, tokens_out_before = _tokens(before)
    return Usage(
        n_from_store=sum(key in asked.from_store for key in keys),
        n_requests=asked.n_requests,
        n_failed_tries=asked.n_failed_tries,
        tokens_in=tokens_in,
        tokens_out=tokens_out,
        n_without_usage=without_usage,
        cost=None if without_usage else endpoint.cost(tokens_in, tokens_out),
        tokens_in_before=tokens_in_before,
        tokens_out_before=tokens_out_before,
        seconds=asked.seconds,
    )


def _tokens(answers: list[Answer]) -> tuple[int, int]:
    return sum(answer.tokens_in or 0 for answer in answers), sum(answer.tokens_out or 0 for answer in answers)
