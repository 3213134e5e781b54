"""A service on this machine that speaks the OpenAI embeddings protocol, and fails as it is told to."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from trigram_encoder import TrigramEncoder

Failure = Callable[["Handler"], bool]
"""Answers a request in its own way; False lets the service answer as usual."""


class EmbeddingsServer(ThreadingHTTPServer):
    """Vectors are those of :class:`TrigramEncoder`, sent in reverse order with their index.

    Attributes
    ----------
    failures
        What befalls the next requests, one entry each.
    requests
        The bodies that came, with headers and time of arrival.
    """

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.encoder = TrigramEncoder()
        self.failures: list[Failure] = []
        self.requests: list[dict[str, object]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/v1"


class Handler(BaseHTTPRequestHandler):
    server: EmbeddingsServer

    def do_POST(self) -> None:
        self.body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.requests.append({**self.body, "key": self.headers["Authorization"], "at": time.monotonic()})
        if self.path != "/v1/embeddings":
            self.answer({"error": {"message": f"no such path {self.path}"}}, status=404)
        elif not (self.server.failures and self.server.failures.pop(0)(self)):
            self.answer({"object": "list", "model": self.body["model"], "data": self.data()})

    def data(self) -> list[dict[str, object]]:
        width = self.body.get("dimensions", 16)
        vectors = [self.server.encoder.vector(text)[:width].tolist() for text in self.body["input"]]
        return [{"object": "embedding", "index": i, "embedding": one} for i, one in enumerate(vectors)][::-1]

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
        return True

    return fail


def break_off(request: Handler) -> bool:
    """Announce more than is sent, then close the connection."""
    request.send_response(200)
    request.send_header("Content-Length", "100000")
    request.end_headers()
    request.wfile.write(b'{"data": [')
    request.close_connection = True
    return True


def changed(change: Callable[[list[dict[str, object]]], object]) -> Failure:
    """Answer with other data than the right ones."""

    def fail(request: Handler) -> bool:
        request.answer({"data": change(request.data())})
        return True

    return fail


@contextmanager
def serving() -> Iterator[EmbeddingsServer]:
    server = EmbeddingsServer()
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
