"""What came of asking a model: judgements, answers without one, and an account of both."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from gustibus.comparisons import Comparisons, GustibusError
from gustibus.comparisons.wording import counted
from gustibus.judging.orders import OrderReport
from gustibus.judging.usage import Usage

__all__ = ["Judged", "JudgingPlan", "JudgingReport"]


@dataclass(frozen=True)
class JudgingPlan:
    """What would be asked.

    Attributes
    ----------
    n_pairs, n_personas, n_orders
        What the questions are made of.
    n_questions
        Their product.
    n_stored
        Questions whose answer is there already.
    n_requests
        Requests that would be sent, if none had to be repeated.
    tokens_in, tokens_out
        About how many tokens these would be (bytes of text divided by four, a rule of thumb), and at most how many the
        answers.
    cost
        About what they would cost at most; None without prices.
    """

    n_pairs: int
    n_personas: int
    n_orders: int
    n_questions: int
    n_stored: int
    n_requests: int
    tokens_in: int
    tokens_out: int
    cost: float | None

    def to_text(self) -> str:
        """The plan in words."""
        made = f"{counted(self.n_pairs, 'pair')} x {counted(self.n_personas, 'persona')}"
        orders = " x 2 orders" if self.n_orders == 2 else ""
        cost = "" if self.cost is None else f", costing about {self.cost:,.4g} at most"
        return (
            f"{made}{orders} = {counted(self.n_questions, 'question')}, {self.n_stored:,} answered before: "
            f"{counted(self.n_requests, 'request')} to send, about {self.tokens_in:,} tokens in and at most "
            f"{self.tokens_out:,} out{cost}."
        )

    def to_dict(self) -> dict[str, Any]:
        """The plan as JSON-able values."""
        return asdict(self)


@dataclass(frozen=True)
class JudgingReport:
    """What was asked, what came back, and what it cost.

    Attributes
    ----------
    source
        ``"llm:<model>"``.
    n_pairs, n_personas, n_questions
        What was to be asked; a question is a pair, a persona and an order.
    n_judgements
        Pairs and personas with a judgement: all their questions were answered.
    n_first, n_second, n_tie
        Answers for the response shown first, for the one shown second, for neither.
    n_unparsable, n_refused, n_failed, n_not_asked
        Questions without a usable answer: neither A, B nor TIE; refused; no answer after all tries; left by the budget.
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
    orders
        What the order of the two responses did; None if one order was asked.
    per_persona
        Persona to its number of judgements.
    seconds
        How long the asking took.
    """

    source: str
    n_pairs: int
    n_personas: int
    n_questions: int
    n_judgements: int
    n_first: int
    n_second: int
    n_tie: int
    n_unparsable: int
    n_refused: int
    n_failed: int
    n_not_asked: int
    n_from_store: int
    n_requests: int
    n_failed_tries: int
    tokens_in: int
    tokens_out: int
    n_without_usage: int
    cost: float | None
    tokens_in_before: int
    tokens_out_before: int
    orders: OrderReport | None
    per_persona: Mapping[str, int]
    seconds: float

    @property
    def parse_rate(self) -> float:
        """Share of the answers that are exactly A, B or TIE; nan without answers."""
        said = self.n_first + self.n_second + self.n_tie
        answers = said + self.n_unparsable + self.n_refused
        return said / answers if answers else float("nan")

    def to_text(self) -> str:
        """The report in words."""
        said = self.n_first + self.n_second + self.n_tie
        lines = [
            f"{counted(self.n_judgements, 'judgement')} of {counted(self.n_pairs, 'pair')} by "
            f"{counted(self.n_personas, 'persona')}, source {self.source!r}.",
            f"{counted(self.n_questions, 'question')}: {said:,} answered ({self.n_first:,} for the response shown "
            f"first, {self.n_second:,} for the second, {self.n_tie:,} ties), {self.n_unparsable:,} unparsable, "
            f"{self.n_refused:,} refused, {self.n_failed:,} failed, {self.n_not_asked:,} not asked.",
        ]
        if self.orders is not None and self.orders.n:
            share, low, high = self.orders.consistency
            lines.append(
                f"Shown both ways round, {share:.0%} ({low:.0%} to {high:.0%}) get the same answer; in "
                f"{self.orders.n_always_first:,} of {self.orders.n:,} the first position won both times, in "
                f"{self.orders.n_always_second:,} the second, in {self.orders.n_half:,} it was a tie one way only."
            )
        lines.append(self._usage().to_text("questions answered"))
        return "\n".join(lines)

    def _usage(self) -> Usage:
        return Usage(**{one.name: getattr(self, one.name) for one in fields(Usage)})

    def to_dict(self) -> dict[str, Any]:
        """The report as JSON-able values, with the rates."""
        values = asdict(self) | {"parse_rate": self.parse_rate}
        if self.orders is not None:
            share, low, high = self.orders.consistency
            rates = {"consistency": share, "consistency_low": low, "consistency_high": high}
            values["orders"] |= rates | {"position_bias": self.orders.position_bias}
        return values


@dataclass(frozen=True, eq=False, repr=False)
class Judged:
    """Judgements of a model, and what else it said.

    Attributes
    ----------
    data
        One judgement for every pair and persona all of whose questions were answered: user ``"<model>/<persona>"``,
        source ``"llm:<model>"``.
    unanswered
        One dict for each question without a usable answer: ``prompt``, ``response_a``, ``response_b``, ``persona``,
        ``shown_first`` (a or b), ``reason`` (unparsable, refused or failed), and ``text``, what came instead.
    report
        The account.
    """

    data: Comparisons
    unanswered: Sequence[Mapping[str, str | None]]
    report: JudgingReport

    def write_unanswered(self, path: str | os.PathLike[str]) -> None:
        """Write ``unanswered`` as JSON lines.

        Raises
        ------
        GustibusError
            If the file cannot be written.
        """
        try:
            with Path(path).open("w", encoding="utf-8", newline="\n") as file:
                file.writelines(json.dumps(dict(one), ensure_ascii=False) + "\n" for one in self.unanswered)
        except OSError as error:
            raise GustibusError(
                f"The questions without an answer cannot be written to {path} ({error.strerror}). Name a file in a "
                "writable folder."
            ) from error

    def __repr__(self) -> str:
        return f"Judged({self.data!r}, {len(self.unanswered):,} unanswered)"
