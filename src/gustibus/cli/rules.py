"""``gustibus rules``: what every rule would decide, side by side."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gustibus.cli.option_groups import with_option_groups
from gustibus.cli.options import Config, Debug, Json, examples
from gustibus.cli.people_rewards import RewardOptions, RewardSource, rewards_of
from gustibus.cli.row_files import check_row_file
from gustibus.cli.sampling_options import SamplingOptions
from gustibus.cli.session import Session

if TYPE_CHECKING:
    from gustibus.aggregation import Decision, SocialRule
    from gustibus.comparisons import RewardTable

__all__ = ["EXAMPLES", "rules"]

WRITE = "What to write"
_IN_FULL = 3

EXAMPLES = examples(
    'gustibus rules model --prompt "What shall we cook?" --responses dishes.txt',
    "gustibus rules rewards.csv --groups people.csv --html rules.html",
    "gustibus rules rewards.csv --prompt dinner --figure frontier.png",
    "gustibus rules rewards.parquet --weights census.csv --json > rules.json",
)


@with_option_groups
def rules(
    context: typer.Context,
    *,
    source: RewardSource,
    asked: RewardOptions,
    drawn: SamplingOptions,
    html: Annotated[
        Path | None,
        typer.Option(
            "--html", metavar="PATH", help="Write everything as one page, with figures.", rich_help_panel=WRITE
        ),
    ] = None,
    figure: Annotated[
        Path | None,
        typer.Option(
            "--figure",
            metavar="PATH",
            help="Draw what rules choose, for all against the worst-off group (or tenth): png, svg or pdf.",
            rich_help_panel=WRITE,
        ),
    ] = None,
    config: Config = None,
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """Show what every rule would choose for many people, and what that gives to whom.

    A line is a rule: its choice, the satisfaction of all on average, of the worst-off person, tenth and group, and the
    share of people who like another response better. A table with several prompts gets a summary over them.
    """
    from gustibus.aggregation import decide_by_all
    from gustibus.comparisons import GustibusError

    session = Session.of(context)
    for path, kinds, option in ((html, (".html", ".htm"), "--html"), (figure, (".png", ".svg", ".pdf"), "--figure")):
        if path is not None:
            check_row_file(path, kinds, option)
    rewards = rewards_of(context, session, source, asked, drawn)
    tables = rewards.tables
    if figure is not None and len(tables) > 1:
        raise GustibusError(
            f"--figure draws one prompt, and {source} has {len(tables)}. Name one with --prompt, or take --html."
        )
    decisions = [
        decide_by_all(
            table.reward,
            table.weight,
            people=table.people,
            group=table.group,
            alpha=asked.alpha,
            responses=table.responses,
        )
        for table in tables
    ]
    _write(session, tables, decisions, str(source), html, figure)
    found: dict[str, Any] = {
        "source": str(source),
        "prompts": [
            {"prompt": table.prompt, "rules": [one.to_dict() for one in each.values()]}
            for table, each in zip(tables, decisions, strict=True)
        ],
    }
    session.result(found | rewards.account(), as_json, lambda: _text(tables, decisions, session))


def _write(
    session: Session,
    tables: list[RewardTable],
    decisions: list[dict[SocialRule, Decision]],
    source: str,
    html: Path | None,
    figure: Path | None,
) -> None:
    if html is None and figure is None:
        return
    from gustibus.aggregation import frontier
    from gustibus.reporting import frontier_figure, rules_page

    frontiers = [frontier(table.reward, table.weight, group=table.group) for table in tables]
    if html is not None:
        page = rules_page([table.prompt for table in tables], decisions, frontiers, source=source)
        html.write_text(page, encoding="utf-8")
        session.note(f"The page is {html}. It quotes responses and names people.")
    if figure is not None:
        frontier_figure(frontiers[0], decisions[0]).savefig(figure)
        session.note(f"The figure is {figure}.")


def _text(tables: list[RewardTable], decisions: list[dict[SocialRule, Decision]], session: Session) -> str:
    from gustibus.comparisons.wording import counted
    from gustibus.reporting.decision_tables import rules_summary, rules_table
    from gustibus.reporting.rules_page import rule_sentences

    room = max(session.stdout.width - 71, 9) if session.stdout.is_terminal else 40
    parts = []
    if len(tables) > 1:
        heading = session.heading(f"Over {len(tables)} prompts")
        parts.append(f"{heading}\n{rules_summary(decisions).to_text()}")
    for table, each in list(zip(tables, decisions, strict=True))[:_IN_FULL]:
        people = counted(next(iter(each.values())).ledger.counted, "person")
        about = f"{people}, {len(table.responses):,} responses"
        heading = session.heading(f"{' '.join(table.prompt.split())}: {about}" if table.prompt else about)
        parts.append(f"{heading}\n{rules_table(each, width=room).to_text()}")
    if len(tables) > _IN_FULL:
        parts.append(f"... and {len(tables) - _IN_FULL} more prompts: --json and --html have them, --prompt names one.")
    return "\n\n".join([*parts, *(session.fitted(sentence) for sentence in rule_sentences(decisions))])
