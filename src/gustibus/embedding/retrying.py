"""Asking a web service again when it is busy, and giving up in plain words."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from gustibus.comparisons import GustibusError

if TYPE_CHECKING:
    import httpx

__all__ = ["RetryPolicy", "post_json", "seconds_asked_for"]

_WORTH_ANOTHER_TRY = {408, 409, 425, 429}
_SHOWN = 300


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
    GustibusError
        If the service refuses the request, or still fails after all tries.
    """
    import httpx

    for failed in range(1, policy.tries + 1):
        asked: float | None = None
        try:
            response = client.post(url, json=dict(payload))
        except httpx.TransportError as error:
            reason = f"{type(error).__name__}: {error}"
        else:
            if response.is_success:
                return _json_of(response, url, secret)
            reason = f"HTTP {response.status_code}: {_shown(response.text, secret)}"
            if response.status_code not in _WORTH_ANOTHER_TRY and response.status_code < 500:
                raise GustibusError(_refused(url, response.status_code, reason))
            asked = seconds_asked_for(response.headers.get("retry-after"))
        if asked is not None and asked > policy.longest_wait:
            raise GustibusError(
                f"{url} asks to wait {asked:.0f} s ({reason}), more than longest_wait={policy.longest_wait:g}. "
                "Run again later (what is stored is kept), or allow a longer wait."
            )
        if failed < policy.tries:
            time.sleep(policy.wait_after(failed) if asked is None else asked)
    raise GustibusError(
        f"{url} failed {policy.tries} times, the last time with {_shown(reason, secret)}. Check that the service runs "
        "and is reachable, then run again: what is stored is kept."
    )


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


def _json_of(response: httpx.Response, url: str, secret: str | None) -> object:
    try:
        answer: object = response.json()
    except ValueError as error:
        raise GustibusError(
            f"{url} answered with something that is not JSON: {_shown(response.text, secret)!r}. "
            "Check that the address is that of an OpenAI-compatible service, e.g. http://localhost:8000/v1."
        ) from error
    return answer


def _refused(url: str, status: int, reason: str) -> str:
    fixes = {
        401: "Pass api_key=... or set the environment variable that api_key_env names.",
        403: "The key has no right to use this model: use another key or model.",
        404: "Check the address (it usually ends in /v1) and the name of the model.",
        413: "Use a smaller texts_per_request, or shorter texts.",
    }
    if 300 <= status < 400:
        return f"{url} redirects ({reason}). Give the address that it points to."
    return f"{url} refused the request with {reason}. {fixes.get(status, 'Correct the request as the message says.')}"


def _shown(text: str, secret: str | None) -> str:
    """The beginning of a message, without the secret."""
    if secret:
        text = text.replace(secret, "[key]")
    text = " ".join(text.split())
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "…"
