"""A service on this machine that speaks the OpenAI chat protocol, judges by a rule, and fails as it is told to."""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Failure = Callable[["Handler"], bool]
"""Answers a request in its own way; False lets the service answer as usual."""


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


class ChatServer(ThreadingHTTPServer):
    """Answers by ``rule``; counts a token for every four bytes read.

    Attributes
    ----------
    rule
        From the body of a request to the text of the answer.
    failures
        What befalls the next requests, one entry each.
    requests
        The bodies that came, with header and time of arrival.
    most_at_once
        The largest number of requests that were under way together.
    seconds
        How long each answer takes.
    usage
        Whether answers say how many tokens they took.
    """

    daemon_threads = True
    request_queue_size = 128

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.rule: Callable[[dict[str, Any]], str] = longer_wins
        self.failures: list[Failure] = []
        self.requests: list[dict[str, Any]] = []
        self.most_at_once = self.under_way = 0
        self.seconds = 0.0
        self.usage = True
        self.lock = threading.Lock()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/v1"

    def questions(self) -> list[tuple[str, str, str, str]]:
        """Persona, prompt and the two responses as shown, of every request that came."""
        return [(persona(body), *shown(body)) for body in self.requests]

    def handle_error(self, *_: object) -> None:
        pass  # a client that hung up


class Handler(BaseHTTPRequestHandler):
    server: ChatServer
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        self.body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        server = self.server
        with server.lock:
            server.requests.append({**self.body, "key": self.headers["Authorization"], "at": time.monotonic()})
            server.under_way += 1
            server.most_at_once = max(server.most_at_once, server.under_way)
            failure = server.failures.pop(0) if server.failures else None
        try:
            time.sleep(server.seconds)
            if self.path != "/v1/chat/completions":
                self.answer({"error": {"message": f"no such path {self.path}"}}, status=404)
            elif failure is None or not failure(self):
                self.answer(self.completion(server.rule(self.body)))
        finally:
            with server.lock:
                server.under_way -= 1

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

    def answer(self, content: object, *, status: int = 200, headers: dict[str, str] | None = None) -> None:
        body = content.encode() if isinstance(content, str) else json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


def status(code: int, *, message: str = "not now", **headers: str) -> Failure:
    """Answer with an error; ``retry_after`` becomes the header ``Retry-After``."""

    def fail(request: Handler) -> bool:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        request.answer({"error": {"message": message}}, status=code, headers=named)
        return True

    return fail


def hang(seconds: float) -> Failure:
    """Answer too late."""

    def fail(request: Handler) -> bool:
        time.sleep(seconds)
        request.close_connection = True
        return True

    return fail


def break_off(request: Handler) -> bool:
    """Announce more than is sent, then close the connection."""
    request.send_response(200)
    request.send_header("Content-Length", "100000")
    request.end_headers()
    request.wfile.write(b'{"choices": [')
    request.close_connection = True
    return True


def instead(content: object) -> Failure:
    """Answer with another body."""

    def fail(request: Handler) -> bool:
        request.answer(content)
        return True

    return fail


def says(text: str | None, *, finish: str = "stop", **message: object) -> Failure:
    """Answer as the protocol asks, with another text."""

    def fail(request: Handler) -> bool:
        request.answer(request.completion(text, finish=finish, **message))
        return True

    return fail


@contextmanager
def serving() -> Iterator[ChatServer]:
    server = ChatServer()
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
