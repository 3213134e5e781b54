"""Options to have a model behind a chat service write the responses that are chosen among."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gustibus.cli.response_lines import read_prompts
from gustibus.cli.service_options import ServiceOptions
from gustibus.cli.session import Session, if_stopped

if TYPE_CHECKING:
    from gustibus.judging import Samples

__all__ = ["SAMPLES", "SamplingOptions", "draw_samples"]

SAMPLES = "A model's own samples, in place of --responses"


@dataclass(frozen=True)
class SamplingOptions:
    """Which model is asked for how many responses to which prompts."""

    endpoint: Annotated[
        str | None,
        typer.Option(
            "--endpoint",
            metavar="URL",
            help="Draw the responses from a model: base address of an OpenAI-compatible chat service, such as "
            "http://localhost:8000/v1.",
            rich_help_panel=SAMPLES,
        ),
    ] = None
    model_name: Annotated[
        str | None,
        typer.Option("--model-name", metavar="NAME", help="The model's name there.", rich_help_panel=SAMPLES),
    ] = None
    samples: Annotated[
        int,
        typer.Option("-n", "--samples", min=1, metavar="N", help="Samples of each prompt.", rich_help_panel=SAMPLES),
    ] = 8
    prompts: Annotated[
        str | None,
        typer.Option(
            "--prompts",
            metavar="FILE|-",
            help="Several prompts in place of --prompt, one a line: texts, or JSON (texts, message lists, or objects "
            "with prompt).",
            rich_help_panel=SAMPLES,
        ),
    ] = None
    system: Annotated[
        str | None,
        typer.Option(
            "--system", metavar="TEXT", help="What the model is told before each prompt.", rich_help_panel=SAMPLES
        ),
    ] = None
    temperature: Annotated[
        float,
        typer.Option("--temperature", metavar="T", help="Above 0, so that samples differ.", rich_help_panel=SAMPLES),
    ] = 1.0
    sample_seed: Annotated[
        int,
        typer.Option(
            "--sample-seed", min=0, metavar="N", help="Of the first sample; each has its own.", rich_help_panel=SAMPLES
        ),
    ] = 0
    sample_store: Annotated[
        Path | None,
        typer.Option(
            "--sample-store",
            metavar="FOLDER",
            help="Where samples are kept, so that none is drawn twice. "
            "[dim]default: ~/.cache/gustibus/judgements[/dim]",
            rich_help_panel=SAMPLES,
        ),
    ] = None
    service: ServiceOptions = field(default_factory=ServiceOptions)

    def check(self, responses: str | None, prompt: str | None) -> None:
        """Refuse options that do not go together, before anything is loaded or sent.

        Raises
        ------
        GustibusError
            Responses come from nowhere or from two places, the model has no name, or nobody says what to ask.
        """
        from gustibus.comparisons import GustibusError

        if self.endpoint is None:
            alone = {"--model-name": self.model_name, "--prompts": self.prompts, "--system": self.system}
            if given := next((name for name, value in alone.items() if value is not None), None):
                raise GustibusError(f"{given} is about a model's own samples: name its service with --endpoint URL.")
            if responses is None:
                raise GustibusError(
                    "--responses is missing: name a file with one response a line, or - for standard input; or have a "
                    "model write them, with --endpoint URL --model-name NAME."
                )
            return
        if responses is not None:
            raise GustibusError("--responses and --endpoint exclude each other: responses are read, or drawn.")
        if self.model_name is None:
            raise GustibusError(f"--model-name is missing: name the model that answers at {self.endpoint}.")
        if (prompt is None) == (self.prompts is None):
            raise GustibusError("A model answers to something: give --prompt TEXT, or --prompts FILE for several.")


def draw_samples(context: typer.Context, session: Session, drawn: SamplingOptions, prompt: str | None) -> Samples:
    """The samples of each prompt, with an account of them on standard error.

    Raises
    ------
    GustibusError
        Nothing can be sent, the service fails, or no sample of any prompt can be used.
    """
    from gustibus.comparisons import GustibusError
    from gustibus.judging import AnswerStore, sample_responses

    assert drawn.endpoint is not None
    assert drawn.model_name is not None
    texts = [prompt or ""] if drawn.prompts is None else read_prompts(drawn.prompts)
    with session.progress() as bar, if_stopped("What was drawn so far is kept: run the same command to go on."):
        found = sample_responses(
            drawn.service.chat_endpoint(context, drawn.endpoint, drawn.model_name, drawn.temperature),
            texts,
            drawn.samples,
            seed=drawn.sample_seed,
            system=drawn.system,
            max_requests=drawn.service.max_requests,
            max_cost=drawn.service.max_cost,
            store=AnswerStore(drawn.sample_store),
            progress=bar,
        )
    session.note(found.report.to_text())
    if not found.report.n_kept:
        raise GustibusError(f"There is no response to choose from: {found.report.lost_words()}.")
    return found
