"""A running service, and a store for its answers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from chat_server import ChatServer

from gustibus.embedding import RetryPolicy
from gustibus.judging import AnswerStore, ChatEndpoint
from local_service import serving


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[ChatServer]:
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.delenv("GUSTIBUS_JUDGE_API_KEY", raising=False)
    with serving(ChatServer) as running:
        yield running


@pytest.fixture
def endpoint(server: ChatServer) -> Callable[..., ChatEndpoint]:
    def made(**settings: object) -> ChatEndpoint:
        quick = RetryPolicy(tries=4, first_wait=0.01, longest_wait=5.0)
        return ChatEndpoint(server.url, "small", **{"retry": quick, **settings})  # type: ignore[arg-type]

    return made


@pytest.fixture
def store(tmp_path: Path) -> AnswerStore:
    return AnswerStore(tmp_path / "answers")
