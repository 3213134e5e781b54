"""Options about a chat service: how it is reached, how much may be sent to it, what it costs."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gustibus.cli.run_file import merged_pairs

if TYPE_CHECKING:
    from gustibus.judging import ChatEndpoint

__all__ = ["LIMITS", "SERVICE", "ServiceOptions"]

SERVICE, LIMITS = "Service", "Limits"


@dataclass(frozen=True)
class ServiceOptions:
    """What every verb asks that talks to a chat service."""

    max_requests: Annotated[
        int | None,
        typer.Option(
            "--max-requests",
            metavar="N",
            help="Send no more. This or --max-cost must be given.",
            rich_help_panel=LIMITS,
        ),
    ] = None
    max_cost: Annotated[
        float | None,
        typer.Option("--max-cost", metavar="SUM", help="Spend no more, by the prices.", rich_help_panel=LIMITS),
    ] = None
    price_in: Annotated[
        float | None,
        typer.Option("--price-in", metavar="PRICE", help="Of a million tokens read.", rich_help_panel=LIMITS),
    ] = None
    price_out: Annotated[
        float | None,
        typer.Option("--price-out", metavar="PRICE", help="Of a million tokens written.", rich_help_panel=LIMITS),
    ] = None
    requests_per_minute: Annotated[
        float | None,
        typer.Option("--requests-per-minute", metavar="N", help="No faster than that.", rich_help_panel=LIMITS),
    ] = None
    concurrent: Annotated[
        int, typer.Option("--concurrent", metavar="N", help="Requests under way at once.", rich_help_panel=LIMITS)
    ] = 4
    api_key_env: Annotated[
        str | None,
        typer.Option(
            "--api-key-env",
            metavar="NAME",
            help="The environment variable that holds the key. [dim]default: GUSTIBUS_JUDGE_API_KEY, if set[/dim]",
            rich_help_panel=SERVICE,
        ),
    ] = None
    api_key_file: Annotated[
        Path | None,
        typer.Option("--api-key-file", metavar="PATH", help="A file that holds it.", rich_help_panel=SERVICE),
    ] = None
    max_tokens: Annotated[
        int | None,
        typer.Option(
            "--max-tokens",
            metavar="N",
            help="The longest answer. [dim]default: 512 of a response; 16 of a judgement, in JSON 40[/dim]",
            rich_help_panel=SERVICE,
        ),
    ] = None
    options: Annotated[
        list[str] | None,
        typer.Option(
            "--option",
            metavar="NAME=JSON",
            help="A further field of each request, such as top_p=0.9; null leaves one of ours out. May be repeated.",
            rich_help_panel=SERVICE,
        ),
    ] = None
    timeout: Annotated[
        float, typer.Option("--timeout", metavar="SECONDS", help="For one answer.", rich_help_panel=SERVICE)
    ] = 60.0
    tries: Annotated[
        int,
        typer.Option("--tries", metavar="N", help="How often a request that fails is sent.", rich_help_panel=SERVICE),
    ] = 6

    def chat_endpoint(self, context: typer.Context, url: str, model: str, temperature: float) -> ChatEndpoint:
        """The service at an address."""
        from gustibus.embedding import RetryPolicy
        from gustibus.judging import ChatEndpoint

        return ChatEndpoint(
            url,
            model,
            api_key_env=self.api_key_env,
            api_key_file=self.api_key_file,
            temperature=temperature,
            max_tokens=self.max_tokens,
            options=_fields(merged_pairs(context, "options", self.options)),
            price_in=self.price_in,
            price_out=self.price_out,
            requests_per_minute=self.requests_per_minute,
            concurrent=self.concurrent,
            timeout=self.timeout,
            retry=RetryPolicy(tries=self.tries),
        )


def _fields(pairs: list[str]) -> dict[str, object]:
    """``["seed=1"]`` as ``{"seed": 1}``."""
    from gustibus.comparisons import GustibusError

    found: dict[str, object] = {}
    for pair in pairs:
        name, equals, text = pair.partition("=")
        if not equals or not name.strip():
            raise GustibusError(f"--option {pair!r} has no value. Write --option NAME=JSON, such as --option seed=1.")
        try:
            found[name.strip()] = json.loads(text)
        except ValueError as error:
            if text.lstrip()[:1] in ("{", "[", '"'):
                raise GustibusError(
                    f"--option {pair!r} is not JSON: {error}. Correct it, or quote it as a text."
                ) from error
            found[name.strip()] = text
    return found
