"""A service on this machine that speaks a protocol of OpenAI, keeps what it was asked, and fails as it is told to."""

from __future__ import annotations

import json
import threading
import time
from abc import abstractmethod
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, TypeVar

Failure = Callable[[Any], bool]
"""Answers a request in its own way; False lets the service answer as usual."""


class LocalService(ThreadingHTTPServer):
    """Answers every request with what its handler says.

    Attributes
    ----------
    failures
        What befalls the next requests, one entry each.
    requests
        The bodies that came, with header and time of arrival.
    most_at_once
        The largest number of requests that were under way together.
    seconds
        How long each answer takes.
    """

    daemon_threads = True
    request_queue_size = 128
    handler: type[Handler]

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), self.handler)
        self.failures: list[Failure] = []
        self.requests: list[dict[str, Any]] = []
        self.most_at_once = self.under_way = 0
        self.seconds = 0.0
        self.lock = threading.Lock()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/v1"

    def handle_error(self, *_: object) -> None:
        pass  # a client that hung up


class Handler(BaseHTTPRequestHandler):
    """Takes one request; ``path_served`` and :meth:`usual` make the protocol."""

    server: LocalService
    protocol_version = "HTTP/1.1"
    path_served: str

    @abstractmethod
    def usual(self) -> dict[str, object]:
        """What is answered if nothing goes wrong."""

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
            if self.path != self.path_served:
                self.answer({"error": {"message": f"no such path {self.path}"}}, status=404)
            elif failure is None or not failure(self):
                self.answer(self.usual())
        finally:
            with server.lock:
                server.under_way -= 1

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
    request.wfile.write(b'{"object": [')
    request.close_connection = True
    return True


Service = TypeVar("Service", bound=LocalService)


@contextmanager
def serving(service: type[Service]) -> Iterator[Service]:
    """A service of this kind while the block runs."""
    server = service()
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
