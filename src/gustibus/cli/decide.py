"""``gustibus decide``: one response for many people, by a rule with a name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from gustibus.cli.option_groups import with_option_groups
from gustibus.cli.options import Config, Debug, Json, examples
from gustibus.cli.people_rewards import RewardOptions, RewardSource, rewards_of
from gustibus.cli.sampling_options import SamplingOptions
from gustibus.cli.session import Session

if TYPE_CHECKING:
    from gustibus.aggregation import Decision
    from gustibus.comparisons import RewardTable

__all__ = ["EXAMPLES", "decide"]

EXAMPLES = examples(
    'gustibus decide model --prompt "What shall we cook?" --responses dishes.txt',
    'gustibus decide model --prompt "What shall we cook?" --endpoint http://localhost:8000/v1 --model-name m \\',
    "    -n 8 --max-requests 8 --rule nash                     the best of 8 samples of a model, for everybody",
    "gustibus decide model --responses dishes.txt --rule max-min                the least bad for whom it is worst",
    "gustibus decide rewards.csv --rule group-max-min --groups people.csv",
    "gustibus decide rewards.csv --rule alpha --alpha -2 --columns user_id=worker,reward=score",
    "gustibus decide rewards.parquet --rule minimax-regret --json > decisions.json",
)


@with_option_groups
def decide(
    context: typer.Context,
    *,
    source: RewardSource,
    rule: Annotated[
        Literal[
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
        typer.Option(
            "--rule",
            help="Mean reward; mean win rate (borda); its geometric mean (nash); a mean that leans to the worst-off "
            "(alpha); the worst-off person, alone (max-min) or with the next ones (leximin); the worst-off group; "
            "majorities (copeland); a mixture no response beats by majority (lottery), or of least regret.",
        ),
    ] = "borda",
    asked: RewardOptions,
    drawn: SamplingOptions,
    config: Config = None,
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """Choose one response for many people, and say who gains and who loses.

    Satisfaction is the share of the other responses that the choice beats in a person's eyes. No rule is right for all
    purposes: gustibus rules shows all of them side by side. A table with several prompts gets one decision each.
    """
    from gustibus.aggregation import decide as decide_by

    session = Session.of(context)
    rewards = rewards_of(context, session, source, asked, drawn)
    tables = rewards.tables
    decisions = [
        decide_by(
            table.reward,
            rule,
            table.weight,
            people=table.people,
            group=table.group,
            alpha=asked.alpha,
            responses=table.responses,
        )
        for table in tables
    ]
    found: dict[str, Any] = {
        "source": str(source),
        "rule": rule,
        "decisions": [{"prompt": table.prompt} | one.to_dict() for table, one in zip(tables, decisions, strict=True)],
    }
    session.result(found | rewards.account(), as_json, lambda: _text(tables, decisions, session))


def _text(tables: list[RewardTable], decisions: list[Decision], session: Session) -> str:
    from gustibus.aggregation import RULES
    from gustibus.reporting.decision_tables import decisions_table

    rule = decisions[0].rule
    about = f"{rule}: {RULES[rule]}"
    if len(decisions) == 1:
        return f"{_one(tables[0].prompt, decisions[0], session)}\n\n{session.fitted(about)}"
    room = max((session.stdout.width - 56) // 2, 12) if session.stdout.is_terminal else 40
    table = decisions_table(decisions, [table.prompt for table in tables], width=room)
    return f"{session.heading(f'{len(decisions)} decisions by {rule}')}\n{table.to_text()}\n\n{session.fitted(about)}"


def _one(prompt: str | None, decision: Decision, session: Session) -> str:
    from gustibus.comparisons.wording import counted
    from gustibus.reporting.decision_tables import REGRET, chosen_words, overruled_table, responses_table, tied_words

    room = max(session.stdout.width - 56, 20) if session.stdout.is_terminal else None
    books = decision.ledger
    asked = f"{' '.join(prompt.split())}\n" if prompt else ""
    other = tied_words(decision, room)
    tied = f" (tied with {other})" if decision.tied else f" (or {other} that is as good)" if other else ""
    gains = [
        f"mean satisfaction  {books.mean:.3f}",
        f"worst person       {books.worst:.3f}  {books.worst_person}",
        f"worst decile       {books.worst_decile:.3f}",
    ]
    if books.groups:
        gains.append(f"worst group        {books.worst_group:.3f}  {books.worst_group_name}")
    gains.append(f"overruled          {books.overruled_share:.1%} of people like another response better")
    parts = [
        session.heading(f"{asked}{decision.rule} chooses {chosen_words(decision, room)}{tied}"),
        responses_table(decision, width=room).to_text(),
        "",
        session.heading(f"For {counted(books.counted, 'person')}"),
        *gains,
    ]
    if books.overruled:
        parts += ["", session.heading("Who loses most"), overruled_table(decision, width=room).to_text()]
        parts += ["", session.fitted(REGRET)]
    return "\n".join(parts)
