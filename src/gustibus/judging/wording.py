"""What the model is asked, and what counts as an answer."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Final, Literal

from gustibus.comparisons import GustibusError, is_conversation, messages
from gustibus.embedding.rendering import render_messages
from gustibus.judging.personas import Persona

__all__ = ["AnswerForm", "Verdict", "Wording"]

AnswerForm = Literal["word", "json"]
"""``"word"``: exactly A, B or TIE; ``"json"``: exactly ``{"choice": "A"}``, with a JSON schema sent along."""

Verdict = Literal["first", "second", "tie", "refused", "unparsable"]
"""What an answer says of the two responses in the order shown."""

_MEANING: Final[dict[str, Verdict]] = {"A": "first", "B": "second", "TIE": "tie"}
_HOW: Final[dict[str, str]] = {
    "word": "Answer with exactly one word: A, B, or TIE if neither is better. Write nothing else.",
    "json": 'Answer with JSON alone: {"choice": "A"}, {"choice": "B"}, or {"choice": "TIE"} if neither is better.',
}
_SCHEMA: Final = {
    "type": "json_schema",
    "json_schema": {
        "name": "judgement",
        "strict": True,
        "schema": {
            "type": "object",
            "properties": {"choice": {"type": "string", "enum": list(_MEANING)}},
            "required": ["choice"],
            "additionalProperties": False,
        },
    },
}
_REFUSAL: Final = re.compile(
    r"\W*(i['’]?m (very )?sorry|i am (very )?sorry|sorry|i apologi[sz]e|i can['’]?t|i cannot|i can not|i am unable|"
    r"i['’]?m unable|i am not able|i['’]?m not able|i won['’]?t|i will not|as an ai)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Wording:
    """How the question is put.

    Attributes
    ----------
    criterion
        The question itself.
    form
        The form of the answer; see :data:`AnswerForm`.
    """

    criterion: str = "Which response is better?"
    form: AnswerForm = "word"

    def __post_init__(self) -> None:
        if self.form not in _HOW:
            raise GustibusError(f"answer={self.form!r} is unknown. Use 'word' or 'json'.")
        if not isinstance(self.criterion, str) or not self.criterion.strip():
            raise GustibusError("criterion is empty. Ask something, such as 'Which response is better?'.")

    def messages(self, persona: Persona, prompt: str, first: str, second: str) -> list[dict[str, str]]:
        """The chat messages: who judges, if anybody in particular, and the question with the two responses.

        Examples
        --------
        >>> asked = Wording().messages(Persona("nurse", "A nurse."), "A drink?", "tea", "gin")
        >>> [message["role"] for message in asked]
        ['system', 'user']
        >>> print(asked[1]["content"])
        <prompt>
        A drink?
        </prompt>
        <BLANKLINE>
        <response_A>
        tea
        </response_A>
        <BLANKLINE>
        <response_B>
        gin
        </response_B>
        <BLANKLINE>
        Which response is better? Answer with exactly one word: A, B, or TIE if neither is better. Write nothing else.
        """
        parts = [("prompt", prompt), ("response_A", first), ("response_B", second)]
        shown = [f"<{name}>\n{_plain(text)}\n</{name}>" for name, text in parts]
        question = "\n\n".join([*shown, f"{self.criterion} {_HOW[self.form]}"])
        asked = [{"role": "user", "content": question}]
        if persona.text:
            who = f"Judge as the following person would, by their taste and not by yours.\n\n{persona.text}"
            asked.insert(0, {"role": "system", "content": who})
        return asked

    def payload(self) -> dict[str, object]:
        """What the form of the answer adds to a request."""
        return {"response_format": _SCHEMA} if self.form == "json" else {}

    def verdict(self, text: str | None, *, refusal: bool = False, cut_off: bool = False) -> Verdict:
        """What an answer says; nothing is guessed.

        White space around the answer does not matter, everything else does. An answer that is none of the three, or
        was cut off at its largest length, is ``"unparsable"``, unless the service marks it as a refusal or it begins
        with the words of one ("I'm sorry", "I cannot", "As an AI", ...).

        Examples
        --------
        >>> wording = Wording()
        >>> [wording.verdict(text) for text in ("A", " TIE\\n", "a", "A.", "I cannot judge that.", None)]
        ['first', 'tie', 'unparsable', 'unparsable', 'refused', 'unparsable']
        >>> Wording(form="json").verdict('{"choice": "B"}')
        'second'
        """
        if refusal:
            return "refused"
        if text is None:
            return "unparsable"
        said = text.strip() if self.form == "word" else _choice_of(text)
        if said in _MEANING and not cut_off:
            return _MEANING[said]
        return "refused" if _REFUSAL.match(text) else "unparsable"


def _plain(text: str) -> str:
    return render_messages(messages(text)) if is_conversation(text) else text


def _choice_of(text: str) -> str:
    """The choice in an object that holds nothing else, each name once; empty where it is no such object."""
    try:
        pairs = json.loads(text, object_pairs_hook=list)
    except (ValueError, RecursionError):
        return ""
    one = pairs[0] if isinstance(pairs, list) and len(pairs) == 1 else None
    return one[1] if isinstance(one, tuple) and one[0] == "choice" and isinstance(one[1], str) else ""
