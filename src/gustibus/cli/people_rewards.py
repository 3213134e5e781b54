"""What responses are worth to people, of a fitted model or from a file, as the options say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

from gustibus.cli.encoders import load_with
from gustibus.cli.judgements import column_names
from gustibus.cli.options import AllowDownload, NewPromptVectors, NewVectors, Store
from gustibus.cli.response_lines import read_pools
from gustibus.cli.sampling_options import SamplingOptions, draw_samples
from gustibus.cli.session import Session

if TYPE_CHECKING:
    from gustibus.comparisons import RewardTable
    from gustibus.fitted import FittedModel
    from gustibus.judging import SamplingReport

__all__ = ["RewardOptions", "RewardSource", "Rewards", "rewards_of"]

PEOPLE = "Whose tastes"

RewardSource = Annotated[
    Path,
    typer.Argument(
        metavar="MODEL|FILE",
        help="The folder of a fitted model; or a table of rewards (parquet, jsonl, csv, tsv): user_id, response, "
        "reward, and perhaps prompt, group, weight.",
    ),
]


@dataclass(frozen=True)
class RewardOptions:
    """Whose rewards of which responses: what every verb asks that decides for many."""

    responses: Annotated[
        str | None,
        typer.Option(
            "--responses",
            metavar="FILE|-",
            help="Of a model: the responses, one a line: texts, or JSON (texts, or objects with response, and with "
            "prompt where there are several); - is standard input.",
        ),
    ] = None
    prompt: Annotated[
        str | None,
        typer.Option(
            "--prompt",
            metavar="TEXT",
            help="What the responses answer, where the model needs to know it; of a table, only this prompt.",
        ),
    ] = None
    alpha: Annotated[
        float,
        typer.Option(
            "--alpha",
            metavar="X",
            help="Of the rule alpha: 0 is the mean, -inf the worst-off person, inf the best-off.",
        ),
    ] = -1.0
    people: Annotated[
        list[str] | None,
        typer.Option(
            "--user",
            metavar="ID",
            help="Only these people; may be repeated. [dim]default: everybody[/dim]",
            rich_help_panel=PEOPLE,
        ),
    ] = None
    groups: Annotated[
        Path | None,
        typer.Option(
            "--groups", metavar="FILE", help="People's groups: columns user_id, group.", rich_help_panel=PEOPLE
        ),
    ] = None
    weights: Annotated[
        Path | None,
        typer.Option(
            "--weights",
            metavar="FILE",
            help="How much people count: columns user_id, weight. [dim]default: equally[/dim]",
            rich_help_panel=PEOPLE,
        ),
    ] = None
    columns: Annotated[
        list[str] | None,
        typer.Option(
            "--columns",
            metavar="FIELD=COLUMN,...",
            help="Where a table's names differ: user_id=worker,reward=score. An empty column leaves a field out.",
        ),
    ] = None
    scale: Annotated[
        float,
        typer.Option(
            "--scale",
            metavar="X",
            help="Divide a table's rewards by X: ratings into log-odds, so that X more wins 73 times of 100.",
        ),
    ] = 1.0
    vectors: NewVectors = None
    prompt_vectors: NewPromptVectors = None
    store: Store = None
    allow_download: AllowDownload = False


class Rewards(NamedTuple):
    """One table of rewards a prompt, and an account of the samples where a model wrote the responses."""

    tables: list[RewardTable]
    samples: SamplingReport | None

    def account(self) -> dict[str, Any]:
        """What a verb's JSON says of the samples."""
        return {} if self.samples is None else {"samples": self.samples.to_dict()}


def rewards_of(
    context: typer.Context, session: Session, source: Path, asked: RewardOptions, drawn: SamplingOptions
) -> Rewards:
    """One table of rewards a prompt.

    Raises
    ------
    GustibusError
        If the model or the file cannot be used, or does not hold what is asked for.
    """
    from dataclasses import replace

    from gustibus.comparisons import GustibusError, read_groups, read_weights

    if not 0 < asked.scale < float("inf"):
        raise GustibusError(f"--scale {asked.scale:g}: rewards are divided by a number above 0.")
    group_of = None if asked.groups is None else read_groups(asked.groups)
    weight_of = None if asked.weights is None else read_weights(asked.weights)
    made = _of_model(context, session, source, asked, drawn) if source.is_dir() else _of_file(source, asked, drawn)
    tables = []
    for table in made.tables:
        if len(table.responses) < 2:
            raise GustibusError(
                f"{_named(table.prompt)} one response: a decision needs at least two to choose from. Give more, or "
                "leave that prompt out."
            )
        if group_of is not None:
            table = table.with_groups(group_of)
        if weight_of is not None:
            table = table.with_weights(weight_of)
        tables.append(replace(table, reward=table.reward / asked.scale))
    return Rewards(tables, made.samples)


def _of_file(source: Path, asked: RewardOptions, drawn: SamplingOptions) -> Rewards:
    """Everybody's rewards as they stand in a table."""
    from gustibus.comparisons import GustibusError, read_rewards

    of_models = (asked.responses, asked.vectors, asked.prompt_vectors, drawn.endpoint)
    if any(given is not None for given in of_models):
        raise GustibusError(
            f"{source} is a table of rewards, which says itself what the responses are: leave --responses, --endpoint, "
            "--vectors and --prompt-vectors out, or give the folder of a fitted model."
        )
    drawn.check("a table", None)
    tables = list(read_rewards(source, columns=column_names(asked.columns)))
    if asked.prompt is not None:
        prompts = [table.prompt for table in tables]
        tables = [table for table in tables if table.prompt == asked.prompt]
        if prompts == [None]:
            raise GustibusError(f"{source} names no prompts, so it has one pool of responses: leave --prompt out.")
        if not tables:
            raise GustibusError(
                f"{source} has no rewards for the prompt {asked.prompt!r:.60}. It has {len(prompts)}, such as "
                f"{prompts[0]!r:.60}; leave --prompt out for all of them."
            )
    if asked.people:
        tables = [table.for_people(asked.people) for table in tables]
    return Rewards(tables, None)


def _of_model(
    context: typer.Context, session: Session, folder: Path, asked: RewardOptions, drawn: SamplingOptions
) -> Rewards:
    """Rewards by a fitted model, of responses that are read or drawn; nothing is drawn before the model is ready."""
    drawn.check(asked.responses, asked.prompt)
    pools = [] if asked.responses is None else read_pools(asked.responses, asked.prompt)
    model = load_with(
        folder,
        session,
        store=asked.store,
        vectors=asked.vectors,
        prompts=asked.prompt_vectors,
        allow_download=asked.allow_download,
    )
    voters = asked.people or None
    report = None
    if asked.responses is None:
        _check_voters(model, voters)
        samples = draw_samples(context, session, drawn, asked.prompt)
        report = samples.report
        pools = [(one.prompt, list(one.responses)) for one in samples]
        if len(pools) > 1:
            pools = _with_a_choice(pools)
    return Rewards([model.rewards_of_people(one, texts, voters) for one, texts in pools], report)


def _check_voters(model: FittedModel, people: Sequence[str] | None) -> None:
    """Refuse what no rewards can be had for, before anything is paid."""
    from gustibus.fitted.deciding import check_voters

    check_voters(model, people)


def _with_a_choice(pools: list[tuple[str | None, list[str]]]) -> list[tuple[str | None, list[str]]]:
    """The prompts to which two different responses came; the others are said to be left out."""
    from gustibus.comparisons import GustibusError, caution
    from gustibus.comparisons.wording import counted, shorten

    kept = [(prompt, texts) for prompt, texts in pools if len(texts) > 1]
    left = [prompt for prompt, texts in pools if len(texts) < 2]
    if not kept:
        raise GustibusError("No prompt has two different samples to choose from: raise --samples or --temperature.")
    if left:
        without = f"{counted(len(left), 'prompt')} without two different samples to choose from"
        caution(f"Left out: {without}, such as {shorten(left[0])}.")
    return kept


def _named(prompt: str | None) -> str:
    from gustibus.comparisons.wording import shorten

    return "there is" if prompt is None else f"the prompt {shorten(prompt)} has"
