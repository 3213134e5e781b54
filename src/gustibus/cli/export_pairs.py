"""``gustibus export-pairs``: people's rewards as preference data to train on."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from gustibus.cli.option_groups import with_option_groups
from gustibus.cli.options import Config, Debug, Json, examples
from gustibus.cli.people_rewards import RewardOptions, RewardSource, rewards_of
from gustibus.cli.sampling_options import SamplingOptions
from gustibus.cli.session import Session

if TYPE_CHECKING:
    from gustibus.comparisons import Comparisons

__all__ = ["EXAMPLES", "export_pairs"]

EXAMPLES = examples(
    "gustibus export-pairs model pairs.jsonl --responses samples.jsonl                 best and worst by borda",
    "gustibus export-pairs model alice.jsonl --responses samples.jsonl --by person --user alice",
    "gustibus export-pairs rewards.csv pairs.parquet --by group --groups people.csv --pairs pareto --least 0.5",
    "gustibus export-pairs rewards.csv pairs.jsonl --by max-min --pairs all --most 4 --to openrlhf",
    "gustibus export-pairs model pairs.jsonl --prompts prompts.txt --endpoint http://localhost:8000/v1 \\",
    "    --model-name m -n 8 --max-requests 4000 --by nash     of a model's own samples",
)


@with_option_groups
def export_pairs(
    context: typer.Context,
    *,
    source: RewardSource,
    target: Annotated[Path, typer.Argument(metavar="OUT", help="jsonl, parquet, json, csv or tsv.")],
    by: Annotated[
        Literal[
            "person",
            "group",
            "mean",
            "borda",
            "nash",
            "alpha",
            "max-min",
            "leximin",
            "group-max-min",
            "copeland",
            "lottery",
            "minimax-regret",
        ],
        typer.Option("--by", help="Whose order: everybody's own, every group's, or a rule's over everybody."),
    ] = "borda",
    pairs: Annotated[
        Literal["best-worst", "all", "pareto"],
        typer.Option(
            "--pairs",
            help="The best against the worst, every pair, or (of people or groups) every pair to which nobody objects.",
        ),
    ] = "best-worst",
    least: Annotated[
        float, typer.Option("--least", min=0, metavar="X", help="Only pairs of a larger margin than this.")
    ] = 0.0,
    most: Annotated[
        int | None,
        typer.Option(
            "--most", min=1, metavar="N", help="At most N pairs of each prompt and person, group or rule: the clearest."
        ),
    ] = None,
    to: Annotated[
        Literal["trl", "openrlhf", "gustibus"],
        typer.Option("--to", help="prompt, chosen and rejected (trl, openrlhf), or judgements."),
    ] = "trl",
    asked: RewardOptions,
    drawn: SamplingOptions,
    config: Config = None,
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """Write preference data to train on: of people, of groups, of an aggregate, or what no group objects to.

    Each row has prompt, chosen and rejected, and beside them the margin in the unit of what they were ordered by, the
    weight of who orders, and who that is. Rewards come from a fitted model or from a table.
    """
    from gustibus.aggregation import export_pairs as pairs_of
    from gustibus.comparisons import GustibusError, write
    from gustibus.comparisons.writing import check_target

    session = Session.of(context)
    check_target(target)
    if source.resolve() == target.resolve():
        raise GustibusError(f"OUT {target} is the file to be read. Name another.")
    rewards = rewards_of(context, session, source, asked, drawn)
    tables = rewards.tables
    made = pairs_of(tables, by, pairs=pairs, least=least, most=most, alpha=asked.alpha)
    write(made, target, format=None if to == "gustibus" else to)
    found: dict[str, Any] = {"file": str(target), "by": by, "pairs": len(made), "prompts": len(tables)}
    found["judges"] = made.n_users
    session.result(found | rewards.account(), as_json, lambda: _said(target, made, len(tables), by))


def _said(target: Path, made: Comparisons, n_prompts: int, by: str) -> str:
    from gustibus.comparisons.wording import counted

    whose = counted(made.n_users, by) if by in ("person", "group") else by
    return f"{target}: {counted(len(made), 'pair')} of {counted(n_prompts, 'prompt')}, by {whose}"
