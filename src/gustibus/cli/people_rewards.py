"""What responses are worth to people, of a fitted model or from a file, as the options say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gustibus.cli.encoders import load_with
from gustibus.cli.judgements import column_names
from gustibus.cli.response_lines import read_pools
from gustibus.cli.session import Session

if TYPE_CHECKING:
    from gustibus.comparisons import RewardTable

__all__ = [
    "Alpha",
    "FromModel",
    "GroupsFile",
    "People",
    "PromptText",
    "ResponsesFile",
    "RewardColumns",
    "RewardSource",
    "WeightsFile",
    "reward_tables",
]

PEOPLE = "Whose tastes"

RewardSource = Annotated[
    Path,
    typer.Argument(
        metavar="MODEL|FILE",
        help="The folder of a fitted model; or a table of rewards (parquet, jsonl, csv, tsv): user_id, response, "
        "reward, and perhaps prompt, group, weight.",
    ),
]
ResponsesFile = Annotated[
    str | None,
    typer.Option(
        "--responses",
        metavar="FILE|-",
        help="Of a model: the responses, one a line: texts, or JSON (texts, or objects with response, and with prompt "
        "where there are several); - is standard input.",
    ),
]
PromptText = Annotated[
    str | None,
    typer.Option(
        "--prompt",
        metavar="TEXT",
        help="What the responses answer, where the model needs to know it; of a table, only this prompt.",
    ),
]
People = Annotated[
    list[str] | None,
    typer.Option(
        "--user",
        metavar="ID",
        help="Only these people; may be repeated. [dim]default: everybody[/dim]",
        rich_help_panel=PEOPLE,
    ),
]
GroupsFile = Annotated[
    Path | None,
    typer.Option("--groups", metavar="FILE", help="People's groups: columns user_id, group.", rich_help_panel=PEOPLE),
]
WeightsFile = Annotated[
    Path | None,
    typer.Option(
        "--weights",
        metavar="FILE",
        help="How much people count: columns user_id, weight. [dim]default: equally[/dim]",
        rich_help_panel=PEOPLE,
    ),
]
Alpha = Annotated[
    float,
    typer.Option(
        "--alpha", metavar="X", help="Of the rule alpha: 0 is the mean, -inf the worst-off person, inf the best-off."
    ),
]
RewardColumns = Annotated[
    list[str] | None,
    typer.Option(
        "--columns",
        metavar="FIELD=COLUMN,...",
        help="Where a table's names differ: user_id=worker,reward=score. An empty column leaves a field out.",
    ),
]


@dataclass(frozen=True)
class FromModel:
    """What is needed to ask a model."""

    responses: str | None
    store: str | None
    vectors: Path | None
    prompt_vectors: Path | None
    allow_download: bool


def reward_tables(
    session: Session,
    source: Path,
    asked: FromModel,
    *,
    prompt: str | None,
    people: Sequence[str] | None,
    groups: Path | None,
    weights: Path | None,
    columns: Sequence[str] | None,
) -> list[RewardTable]:
    """One table of rewards a prompt.

    Raises
    ------
    GustibusError
        If the model or the file cannot be used, or does not hold what is asked for.
    """
    from gustibus.comparisons import GustibusError, read_groups, read_rewards, read_weights

    group_of = None if groups is None else read_groups(groups)
    weight_of = None if weights is None else read_weights(weights)
    if source.is_dir():
        tables = _of_model(session, source, asked, prompt, people)
    else:
        if asked.responses is not None or asked.vectors is not None or asked.prompt_vectors is not None:
            raise GustibusError(
                f"{source} is a table of rewards, which says itself what the responses are: leave --responses, "
                "--vectors and --prompt-vectors out, or give the folder of a fitted model."
            )
        tables = list(read_rewards(source, columns=column_names(columns)))
        if prompt is not None:
            prompts = [table.prompt for table in tables]
            tables = [table for table in tables if table.prompt == prompt]
            if prompts == [None]:
                raise GustibusError(f"{source} names no prompts, so it has one pool of responses: leave --prompt out.")
            if not tables:
                raise GustibusError(
                    f"{source} has no rewards for the prompt {prompt!r:.60}. It has {len(prompts)}, such as "
                    f"{prompts[0]!r:.60}; leave --prompt out for all of them."
                )
        if people:
            tables = [table.for_people(people) for table in tables]
    for table in tables:
        if len(table.responses) < 2:
            raise GustibusError(
                f"{_named(table.prompt)} one response: a decision needs at least two to choose from. Give "
                "more, or leave that prompt out."
            )
    if group_of is not None:
        tables = [table.with_groups(group_of) for table in tables]
    if weight_of is not None:
        tables = [table.with_weights(weight_of) for table in tables]
    return tables


def _of_model(
    session: Session, folder: Path, asked: FromModel, prompt: str | None, people: Sequence[str] | None
) -> list[RewardTable]:
    from gustibus.comparisons import GustibusError

    if asked.responses is None:
        raise GustibusError("--responses is missing: name a file with one response a line, or - for standard input.")
    pools = read_pools(asked.responses, prompt)
    model = load_with(
        folder,
        session,
        store=asked.store,
        vectors=asked.vectors,
        prompts=asked.prompt_vectors,
        allow_download=asked.allow_download,
    )
    return [model.rewards_of_people(one, texts, people or None) for one, texts in pools]


def _named(prompt: str | None) -> str:
    from gustibus.comparisons.wording import shorten

    return "there is" if prompt is None else f"the prompt {shorten(prompt)} has"
