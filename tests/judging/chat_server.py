"""A service on this machine that speaks the OpenAI chat protocol, judges by a rule, and fails as it is told to."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from local_service import Failure, Handler, LocalService


def shown(body: dict[str, Any]) -> tuple[str, str, str]:
    """Prompt and the two responses in the order shown."""
    question = body["messages"][-1]["content"]
    found = [
        re.search(rf"<{tag}>\n(.*?)\n</{tag}>", question, re.DOTALL) for tag in ("prompt", "response_A", "response_B")
    ]
    prompt, first, second = (match.group(1) for match in found if match is not None)
    return prompt, first, second


def persona(body: dict[str, Any]) -> str:
    """Whom the model was asked to be, in words; empty for itself."""
    first = body["messages"][0]
    return first["content"].split("\n\n", 1)[1] if first["role"] == "system" else ""


def longer_wins(body: dict[str, Any]) -> str:
    """A judge without a lean: the longer response, whichever way round."""
    _, first, second = shown(body)
    return "TIE" if len(first) == len(second) else "A" if len(first) > len(second) else "B"


class Chat(Handler):
    """Answers by the rule of its service."""

    server: ChatServer
    path_served = "/v1/chat/completions"

    def usual(self) -> dict[str, object]:
        return self.completion(self.server.rule(self.body))

    def completion(self, text: str | None, *, finish: str = "stop", **message: object) -> dict[str, object]:
        n_bytes = sum(len(one["content"].encode()) for one in self.body["messages"])
        whole: dict[str, object] = {
            "id": "chatcmpl-1",
            "object": "chat.completion",
            "model": self.body["model"],
            "choices": [
                {"index": 0, "message": {"role": "assistant", "content": text, **message}, "finish_reason": finish}
            ],
        }
        if self.server.usage:
            tokens = (-(-n_bytes // 4), len(text or "") // 4 + 1)
            whole["usage"] = {"prompt_tokens": tokens[0], "completion_tokens": tokens[1], "total_tokens": sum(tokens)}
        return whole


class ChatServer(LocalService):
    """Answers by ``rule``; counts a token for every four bytes read.

    Attributes
    ----------
    rule
        From the body of a request to the text of the answer.
    usage
        Whether answers say how many tokens they took.
    """

    handler = Chat

    def __init__(self) -> None:
        super().__init__()
        self.rule: Callable[[dict[str, Any]], str] = longer_wins
        self.usage = True

    def questions(self) -> list[tuple[str, str, str, str]]:
        """Persona, prompt and the two responses as shown, of every request that came."""
        return [(persona(body), *shown(body)) for body in self.requests]


def instead(content: object) -> Failure:
    """Answer with another body."""

    def fail(request: Chat) -> bool:
        request.answer(content)
        return True

    return fail


def says(text: str | None, *, finish: str = "stop", **message: object) -> Failure:
    """Answer as the protocol asks, with another text."""

    def fail(request: Chat) -> bool:
        request.answer(request.completion(text, finish=finish, **message))
        return True

    return fail
