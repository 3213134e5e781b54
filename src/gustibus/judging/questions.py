"""The questions that pairs, personas and orders make."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np

from gustibus.comparisons import Comparisons, GustibusError
from gustibus.comparisons.arguments import check_comparisons
from gustibus.comparisons.repeats import first_of_each_pair, questions_of
from gustibus.comparisons.wording import counted
from gustibus.judging.chat_endpoint import ChatEndpoint
from gustibus.judging.personas import Persona
from gustibus.judging.wording import Wording

__all__ = ["Questions", "questions_about"]

_BYTES_A_TOKEN: Final = 4
"""A rule of thumb for English text."""


@dataclass(frozen=True, eq=False)
class Questions:
    """One question for every pair, persona and order, in this nesting; question i shows ``response_a`` first if even.

    Attributes
    ----------
    pairs
        Distinct pairs of responses, one judgement each, whose choice does not matter.
    personas
        Who is asked.
    endpoint, wording
        What is asked, and how.
    both_orders
        Whether each pair is shown both ways round.
    """

    pairs: Comparisons
    personas: Sequence[Persona]
    endpoint: ChatEndpoint
    wording: Wording
    both_orders: bool = True

    @property
    def n_orders(self) -> int:
        """1 or 2."""
        return 2 if self.both_orders else 1

    def __len__(self) -> int:
        return len(self.pairs) * len(self.personas) * self.n_orders

    def place(self, i: int) -> tuple[int, int, bool]:
        """Pair, persona, and whether ``response_b`` is shown first."""
        rest, order = divmod(i, self.n_orders)
        pair, persona = divmod(rest, len(self.personas))
        return pair, persona, bool(order)

    @cached_property
    def texts(self) -> list[tuple[str, str, str]]:
        """Prompt, ``response_a`` and ``response_b`` of each pair."""
        table = self.pairs.to_table().select(["prompt", "response_a", "response_b"])
        return list(zip(*(column.to_pylist() for column in table.columns), strict=True))

    def payload(self, i: int) -> dict[str, object]:
        """The body of question i."""
        pair, persona, turned = self.place(i)
        prompt, first, second = self.texts[pair]
        if turned:
            first, second = second, first
        messages = self.wording.messages(self.personas[persona], prompt, first, second)
        return self.endpoint.payload(messages, self.wording.form, self.wording.payload())

    @cached_property
    def keys(self) -> list[str]:
        """The content hash of each question."""
        return [self.endpoint.key_of(self.payload(i)) for i in range(len(self))]

    def tokens_about(self, i: int) -> tuple[int, int]:
        """About how many tokens question i has (bytes of text divided by four), and at most how many its answer."""
        pair, persona, _ = self.place(i)
        texts = (*self.texts[pair], self.personas[persona].text)
        n_bytes = sum(len(text.encode("utf-8", "replace")) for text in texts) + self._frame_bytes
        return -(-n_bytes // _BYTES_A_TOKEN), self.endpoint.longest_answer(self.wording.form)

    @cached_property
    def _frame_bytes(self) -> int:
        empty = self.wording.messages(Persona("x", "x"), "", "", "")
        return sum(len(message["content"].encode()) for message in empty)


def questions_about(
    data: Comparisons, endpoint: ChatEndpoint, personas: Sequence[Persona], wording: Wording, *, both_orders: bool
) -> Questions:
    """What is to be asked about the distinct pairs of some judgements.

    Raises
    ------
    GustibusError
        If there is no judgement, pairs lack a prompt or answer different prompts, or a persona has a person's id.
    """
    check_comparisons(data)
    if not len(data):
        raise GustibusError("There is no pair to ask about (0 judgements). Give data with at least one.")
    pairs = data.take(np.sort(first_of_each_pair(questions_of(data))))
    without = int((pairs.prompt < 0).sum())
    if without:
        raise GustibusError(
            f"{without:,} of {counted(len(pairs), 'pair')} have no prompt, so that a model cannot know what the "
            "responses answer. Give all a prompt (a short description of the task will do), or leave them out: "
            "data.filter(data.prompt >= 0)."
        )
    apart = int((pairs.prompt != pairs.prompt_b).sum())
    if apart:
        raise GustibusError(
            f"{apart:,} of {counted(len(pairs), 'pair')} compare responses to different prompts, which cannot be asked "
            "so. Leave them out: data.filter(data.prompt == data.prompt_b)."
        )
    people = set(data.user_ids)
    for one in personas:
        name = next((name for name in (one.id, user_id_of(endpoint, one)) if name in people), None)
        if name is not None:
            raise GustibusError(
                f"the persona {one.id!r} has the id of somebody who judged ({name!r}), so that its answers would pass "
                "for theirs. Give the persona another id, or leave its earlier judgements out of the data: "
                "data.of_source(...)."
            )
    return Questions(pairs, personas, endpoint, wording, both_orders)


def user_id_of(endpoint: ChatEndpoint, persona: Persona) -> str:
    """The user whom a persona's judgements are given to."""
    return f"{endpoint.model}/{persona.id}"
