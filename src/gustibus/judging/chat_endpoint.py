"""A service that speaks the OpenAI chat protocol, and what it answered."""

from __future__ import annotations

import json
import math
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from gustibus.comparisons import GustibusError
from gustibus.embedding import RetryPolicy, digest_of
from gustibus.embedding.retrying import ServiceError, shown
from gustibus.embedding.service_address import checked_key, checked_url
from gustibus.judging.answer_store import Answer

__all__ = ["ChatEndpoint", "answer_of"]

_VERSION: Final = 1
_MOST_TOKENS: Final = 2**53

_NOT_OPTIONS: Final = {
    "messages": "the question is what is asked here",
    "model": "the model has an argument of its own",
    "stream": "answers are read whole",
    "n": "each question is asked once",
}


class ChatEndpoint:
    """A model behind an OpenAI-compatible ``/v1/chat/completions``: vLLM, llama.cpp, Ollama, OpenAI and others.

    The key is sent to this service alone, and is never stored, shown, or part of an error.

    Parameters
    ----------
    url
        The service's base address, e.g. ``"http://localhost:8000/v1"``.
    model
        The model's name there.
    api_key
        The key, if the service wants one.
    api_key_env
        The environment variable to take it from. If named, it must be set; if not, ``GUSTIBUS_JUDGE_API_KEY`` is
        looked at.
    api_key_file
        A file that holds the key and nothing else.
    temperature
        0 for the likeliest answer.
    max_tokens
        The longest answer; 16 for a word, 40 for JSON if not given. Models that think aloud need more.
    options
        Further fields of each request, such as ``{"seed": 1}``; None leaves one of ours out.
    revision
        A label of your own for what runs behind the name: change it, and stored answers are not used again.
    price_in, price_out
        What a million tokens read and written cost, in any currency. Without them no cost is stated.
    requests_per_minute
        No more requests than that, evenly spaced.
    concurrent
        Requests under way at once.
    timeout
        Seconds to wait for an answer.
    retry
        How often to try again, and how long to wait in between.

    Raises
    ------
    GustibusError
        For an address that is none or holds a password or a query, a key that is not there or impossible, limits or
        prices out of range, and options that would change what is asked or cannot be written as JSON.

    Examples
    --------
    >>> ChatEndpoint("http://localhost:8000/v1", "my-model", requests_per_minute=60)
    ChatEndpoint('http://localhost:8000/v1', 'my-model')
    """

    def __init__(
        self,
        url: str,
        model: str,
        *,
        api_key: str | None = None,
        api_key_env: str | None = None,
        api_key_file: str | os.PathLike[str] | None = None,
        temperature: float = 0.0,
        max_tokens: int | None = None,
        options: Mapping[str, object] | None = None,
        revision: str | None = None,
        price_in: float | None = None,
        price_out: float | None = None,
        requests_per_minute: float | None = None,
        concurrent: int = 4,
        timeout: float = 60.0,
        retry: RetryPolicy | None = None,
    ) -> None:
        self.url = checked_url(url, "/chat/completions")
        if not isinstance(model, str) or not model.strip():
            raise GustibusError("model is empty. Give the name of the model as the service knows it.")
        for name, value, least, strict in (
            ("temperature", temperature, 0, False),
            ("max_tokens", max_tokens, 1, False),
            ("price_in", price_in, 0, False),
            ("price_out", price_out, 0, False),
            ("requests_per_minute", requests_per_minute, 0, True),
            ("concurrent", concurrent, 1, False),
            ("timeout", timeout, 0, True),
        ):
            if value is not None and not (math.isfinite(value) and (value > least or (value == least and not strict))):
                raise GustibusError(f"{name}={value} must be {'more than' if strict else 'at least'} {least}.")
        if (price_in is None) != (price_out is None):
            raise GustibusError("price_in and price_out go together. Give both, a million tokens each, or neither.")
        self.model = model
        self.temperature = temperature
        self.max_tokens = max_tokens
        self.options = _checked_options(options)
        self.revision = revision
        self.price_in = price_in
        self.price_out = price_out
        self.requests_per_minute = requests_per_minute
        self.concurrent = concurrent
        self.timeout = timeout
        self.retry = retry or RetryPolicy()
        self._key = _key(api_key, api_key_env, api_key_file)

    @property
    def key(self) -> str | None:
        """The key, for the header alone."""
        return self._key

    @property
    def source(self) -> str:
        """What ``source`` says of its judgements: ``"llm:<model>"``."""
        return f"llm:{self.model}"

    def longest_answer(self, form: str) -> int:
        """Tokens that an answer of this form may take."""
        return self.max_tokens or (16 if form == "word" else 40)

    def payload(
        self, messages: Sequence[Mapping[str, str]], form: str, extra: Mapping[str, object]
    ) -> dict[str, object]:
        """The body of one request."""
        body: dict[str, object] = {
            "model": self.model,
            "messages": list(messages),
            "temperature": self.temperature,
            "max_tokens": self.longest_answer(form),
            **extra,
            **self.options,
        }
        return {name: value for name, value in body.items() if value is not None}

    def key_of(self, payload: Mapping[str, object]) -> str:
        """The content hash under which the answer to this request is kept."""
        return digest_of({"version": _VERSION, "url": self.url, "revision": self.revision, "payload": dict(payload)})

    def cost(self, tokens_in: float, tokens_out: float) -> float | None:
        """What these tokens cost at the given prices; None without prices."""
        if self.price_in is None or self.price_out is None:
            return None
        return (tokens_in * self.price_in + tokens_out * self.price_out) / 1e6

    def __repr__(self) -> str:
        return f"ChatEndpoint({self.url!r}, {self.model!r})"


def _checked_options(options: Mapping[str, object] | None) -> dict[str, object]:
    """Further fields of a request, none of which is one that the question stands on."""
    given = dict(options or {})
    for name, why in _NOT_OPTIONS.items():
        if name in given:
            raise GustibusError(f"options hold {name!r}, but {why}. Leave it out.")
    try:
        json.dumps(given, allow_nan=False)
    except (TypeError, ValueError) as error:
        raise GustibusError(
            f"options {given!r:.80} cannot be written as JSON ({error}). Give texts and numbers."
        ) from error
    return given


def answer_of(body: object, url: str, secret: str | None = None) -> Answer:
    """The answer in the body of a service's reply.

    Raises
    ------
    ServiceError
        If it is not what the OpenAI chat protocol asks; what came instead is quoted.

    Examples
    --------
    >>> body = {"choices": [{"message": {"content": "A"}, "finish_reason": "stop"}],
    ...         "usage": {"prompt_tokens": 90, "completion_tokens": 1}}
    >>> answer_of(body, "http://localhost/v1/chat/completions")
    Answer(text='A', is_refusal=False, finish_reason='stop', tokens_in=90, tokens_out=1)
    """
    choices = body.get("choices") if isinstance(body, Mapping) else None
    choice = choices[0] if isinstance(choices, list) and choices else None
    message = choice.get("message") if isinstance(choice, Mapping) else None
    if not isinstance(body, Mapping) or not isinstance(choice, Mapping) or not isinstance(message, Mapping):
        raise ServiceError(
            f"{url} did not answer as the OpenAI chat protocol asks, with choices[0].message, but with "
            f"{shown(str(body), secret)!r}. Check that the address is that of a chat service."
        )
    content, refusal, finish = message.get("content"), message.get("refusal"), choice.get("finish_reason")
    usage = body.get("usage")
    counts: Mapping[str, Any] = usage if isinstance(usage, Mapping) else {}
    said = content if isinstance(content, str) else None
    refused = isinstance(refusal, str) and bool(refusal)
    text = refusal if refused and not said else said
    return Answer(
        text=None if text is None else _storable(text, secret),
        is_refusal=refused or finish == "content_filter",
        finish_reason=_storable(finish, secret) if isinstance(finish, str) else None,
        tokens_in=_count(counts.get("prompt_tokens")),
        tokens_out=_count(counts.get("completion_tokens")),
    )


def _storable(text: str, secret: str | None) -> str:
    """Text that can be written as UTF-8, without the secret."""
    if secret:
        text = text.replace(secret, "[key]")
    return text.encode("utf-8", "backslashreplace").decode()


def _count(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < _MOST_TOKENS else None


def _key(given: str | None, variable: str | None, file: str | os.PathLike[str] | None) -> str | None:
    if sum(one is not None for one in (given, variable, file)) > 1:
        raise GustibusError("api_key, api_key_env and api_key_file exclude each other. Give one of them.")
    if given is not None:
        return checked_key(given, "api_key")
    if file is not None:
        try:
            return checked_key(Path(file).read_text(encoding="utf-8"), f"the file {file}")
        except (OSError, UnicodeDecodeError) as error:
            reason = error.strerror if isinstance(error, OSError) else "not UTF-8 text"
            raise GustibusError(
                f"the key cannot be read from {file} ({reason}). Check the path of api_key_file."
            ) from None
    name = variable or "GUSTIBUS_JUDGE_API_KEY"
    value = os.environ.get(name)
    if value:
        return checked_key(value, f"the environment variable {name}")
    if variable is not None:
        raise GustibusError(f"the environment variable {variable} is not set. Put the key there, or name another one.")
    return None
