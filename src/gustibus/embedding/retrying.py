"""Asking a web service again when it is busy, and giving up in plain words."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Final, Protocol

from gustibus.comparisons import GustibusError

if TYPE_CHECKING:
    import httpx

__all__ = [
    "Attempts",
    "RetryPolicy",
    "ServiceError",
    "Turns",
    "post_json",
    "post_json_async",
    "seconds_asked_for",
    "shown",
]

_WORTH_ANOTHER_TRY = {408, 409, 425, 429}
_SHOWN = 300
_FIXES: Final = {
    401: "Pass api_key=... or set the environment variable that api_key_env names.",
    403: "The key has no right to use this model: use another key or model.",
    404: "Check the address (it usually ends in /v1) and the name of the model.",
    413: "Send shorter texts, or fewer in one request.",
}
_SAME_FOR_ALL: Final = {401, 402, 403, 404, 405}
"""Refusals that say something of the key or the address, not of what was sent."""


class ServiceError(GustibusError):
    """A service that refused a request, or that did not answer as often as it was asked.

    Attributes
    ----------
    same_for_all
        Any other request would meet the same: the key or the address is wrong, nobody is there, or the service asks to
        wait longer than is allowed.
    status
        The HTTP status of a refusal; None for all else.
    """

    def __init__(self, message: str, *, same_for_all: bool = False, status: int | None = None) -> None:
        super().__init__(message)
        self.same_for_all = same_for_all
        self.status = status


@dataclass(frozen=True, kw_only=True)
class RetryPolicy:
    """How often to ask, and how long to wait in between.

    Try i (from 0) is followed by a wait of ``first_wait * 2**i`` seconds, at most ``longest_wait``. A service that
    names a time in ``Retry-After`` is waited for that long instead, and given up on if that exceeds ``longest_wait``.
    """

    tries: int = 6
    first_wait: float = 0.5
    longest_wait: float = 60.0

    def __post_init__(self) -> None:
        if self.tries < 1:
            raise GustibusError(f"tries={self.tries} must be at least 1.")
        if not 0 <= self.first_wait <= self.longest_wait:
            raise GustibusError(
                f"first_wait={self.first_wait} must be between 0 and longest_wait={self.longest_wait} seconds."
            )

    def wait_after(self, failed: int) -> float:
        """Seconds to wait after ``failed`` failures."""
        return float(min(self.first_wait * 2.0 ** (failed - 1), self.longest_wait))


class Attempts:
    """The tries of one request: after each, what to do next.

    Parameters
    ----------
    url
        Where it is sent.
    policy
        How often to try.
    secret
        A key that must not show up in an error, even if the service repeats it.
    """

    def __init__(self, url: str, policy: RetryPolicy, *, secret: str | None) -> None:
        self.url = url
        self.policy = policy
        self.secret = secret
        self.failed = 0

    def answer(self, response: httpx.Response) -> object:
        """The JSON of an answer that succeeded."""
        try:
            answer: object = response.json()
        except ValueError as error:
            raise ServiceError(
                f"{self.url} answered with something that is not JSON: {shown(response.text, self.secret)!r}. "
                "Check that the address is that of an OpenAI-compatible service, e.g. http://localhost:8000/v1."
            ) from error
        return answer

    def wait_after_broken(self, error: httpx.RequestError) -> float:
        """Seconds to wait after a connection that failed."""
        import httpx

        return self._wait(f"{type(error).__name__}: {error}", None, unreachable=isinstance(error, httpx.ConnectError))

    def wait_after_refused(self, response: httpx.Response) -> float:
        """Seconds to wait after an answer that is an error."""
        reason = f"HTTP {response.status_code}: {shown(response.text, self.secret)}"
        if response.status_code not in _WORTH_ANOTHER_TRY and response.status_code < 500:
            raise ServiceError(
                _refused(self.url, response.status_code, reason),
                same_for_all=response.status_code in _SAME_FOR_ALL or response.status_code < 400,
                status=response.status_code,
            )
        return self._wait(reason, seconds_asked_for(response.headers.get("retry-after")), status=response.status_code)

    def _wait(self, reason: str, asked: float | None, *, status: int | None = None, unreachable: bool = False) -> float:
        self.failed += 1
        if asked is not None and asked > self.policy.longest_wait:
            raise ServiceError(
                f"{self.url} asks to wait {asked:.0f} s ({reason}), more than longest_wait="
                f"{self.policy.longest_wait:g}. Run again later (what is stored is kept), or allow a longer wait.",
                same_for_all=True,
                status=status,
            )
        if self.failed >= self.policy.tries:
            raise ServiceError(
                f"{self.url} failed {self.failed} times, the last time with {shown(reason, self.secret)}. Check that "
                "the service runs and is reachable, then run again: what is stored is kept.",
                same_for_all=unreachable,
                status=status,
            )
        return self.policy.wait_after(self.failed) if asked is None else asked


class Turns(Protocol):
    """What has a say in when a request may go out, where several are under way."""

    async def before_try(self) -> None:
        """Return when the request may be sent."""
        ...

    async def after_failure(self, status: int | None, wait: float) -> None:
        """Learn that a try failed (None: without any answer), and how many seconds are waited before the next."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        ...


def post_json(
    client: httpx.Client, url: str, payload: Mapping[str, object], policy: RetryPolicy, *, secret: str | None
) -> object:
    """Post JSON and return the JSON answer, trying again on 429, 5xx, timeouts and broken connections.

    Parameters
    ----------
    secret
        A key that must not show up in an error, even if the service repeats it.

    Raises
    ------
    ServiceError
        If the service refuses the request, or still fails after all tries.
    """
    import httpx

    attempts = Attempts(url, policy, secret=secret)
    while True:
        try:
            response = client.post(url, json=dict(payload))
        except httpx.RequestError as error:
            wait = attempts.wait_after_broken(error)
        else:
            if response.is_success:
                return attempts.answer(response)
            wait = attempts.wait_after_refused(response)
        time.sleep(wait)


async def post_json_async(
    client: httpx.AsyncClient,
    url: str,
    payload: Mapping[str, object],
    policy: RetryPolicy,
    *,
    secret: str | None,
    turns: Turns,
) -> object:
    """What :func:`post_json` does, among others that ask the same service at the same time.

    Parameters
    ----------
    turns
        Asked before every try, told of every failure, and how waiting is done.

    Raises
    ------
    ServiceError
        As :func:`post_json`; and whatever ``turns`` raises.
    """
    import httpx

    attempts = Attempts(url, policy, secret=secret)
    while True:
        await turns.before_try()
        try:
            response = await client.post(url, json=dict(payload))
        except httpx.RequestError as error:
            status, wait = None, attempts.wait_after_broken(error)
        else:
            if response.is_success:
                return attempts.answer(response)
            status, wait = response.status_code, attempts.wait_after_refused(response)
        await turns.after_failure(status, wait)
        await turns.sleep(wait)


def seconds_asked_for(retry_after: str | None) -> float | None:
    """The seconds that a ``Retry-After`` header asks for, as a number or a date; None without a readable header.

    >>> seconds_asked_for("7"), seconds_asked_for("Wed, 21 Oct 2015 07:28:00 GMT"), seconds_asked_for("soon")
    (7.0, 0.0, None)
    """
    if retry_after is None:
        return None
    try:
        seconds = float(retry_after)
    except ValueError:
        try:
            when = parsedate_to_datetime(retry_after)
        except ValueError:
            return None
        seconds = (when.replace(tzinfo=when.tzinfo or UTC) - datetime.now(UTC)).total_seconds()
    return max(seconds, 0.0) if seconds < float("inf") else None


def _refused(url: str, status: int, reason: str) -> str:
    if 300 <= status < 400:
        return f"{url} redirects ({reason}). Give the address that it points to."
    return f"{url} refused the request with {reason}. {_FIXES.get(status, 'Correct the request as the message says.')}"


def shown(text: str, secret: str | None) -> str:
    """The beginning of a message, without the secret.

    >>> shown("wrong key  k-17", "k-17")
    'wrong key [key]'
    """
    if secret:
        text = text.replace(secret, "[key]")
    text = " ".join(text.split())
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "…"
