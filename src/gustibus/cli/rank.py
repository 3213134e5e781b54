"""``gustibus rank``: the responses to one prompt in the order in which somebody would like them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

import typer

from gustibus.cli.encoders import load_with
from gustibus.cli.judgements import read_judgements
from gustibus.cli.option_groups import with_option_groups
from gustibus.cli.options import (
    AllowDownload,
    Columns,
    Config,
    DataFormat,
    Debug,
    Json,
    NewPromptVectors,
    NewVectors,
    Seed,
    Store,
    examples,
)
from gustibus.cli.rank_strengths import rank_by_strengths
from gustibus.cli.rank_wins import rank_by_wins
from gustibus.cli.response_lines import read_responses
from gustibus.cli.sampling_options import SamplingOptions, draw_samples
from gustibus.cli.session import Session

if TYPE_CHECKING:
    from gustibus.aggregation import Ranked
    from gustibus.comparisons import Comparisons
    from gustibus.fitted import AdaptedUser, FittedModel

__all__ = ["EXAMPLES", "rank"]

_NO_SD: Final = 1e-9

EXAMPLES = examples(
    'gustibus rank model --prompt "What shall I cook?" --responses answers.txt --user alice',
    'printf "tea\\nmilk\\n" | gustibus rank model --responses -',
    "gustibus rank model --responses answers.jsonl --answers bob.jsonl --rule borda",
    'gustibus rank model --prompt "What shall I cook?" --user alice --top 1 -n 16 --max-requests 16 \\',
    "    --endpoint http://localhost:8000/v1 --model-name m            best of 16 samples of a model, for her",
    "gustibus rank model --responses answers.txt --rule lottery           when preferences may go in circles",
    "gustibus rank matches.csv --rule copeland                            by the wins in a file, without a model",
    "gustibus rank matches.csv --rule bradley-terry --top 10              strengths with their standard errors",
)


@with_option_groups
def rank(
    context: typer.Context,
    *,
    model: Annotated[
        Path,
        typer.Argument(
            metavar="MODEL|FILE", help="The folder of a fitted model; or judgements, to rank what they compare by wins."
        ),
    ],
    responses: Annotated[
        str | None,
        typer.Option(
            "--responses",
            metavar="FILE|-",
            help="The responses, one a line: texts, or JSON (texts, or objects with response); - is standard input. "
            "[dim]default, of judgements: all that they compare[/dim]",
        ),
    ] = None,
    prompt: Annotated[
        str | None,
        typer.Option("--prompt", metavar="TEXT", help="What the responses answer, where the model needs to know it."),
    ] = None,
    user: Annotated[
        str | None, typer.Option("--user", metavar="ID", help="Whose taste. [dim]default: the population's[/dim]")
    ] = None,
    answers: Annotated[
        Path | None,
        typer.Option("--answers", metavar="FILE", help="Judgements of somebody new, who is placed by them first."),
    ] = None,
    rule: Annotated[
        Literal["reward", "borda", "copeland", "lottery", "bradley-terry"] | None,
        typer.Option(
            "--rule",
            help="By reward, or by what is preferred to what: mean probability of being preferred to another of these "
            "(borda), how many of the others are beaten (copeland), weight in the lottery that none of them beats "
            "(lottery); judgements alone, by strengths that allow for whom each one met (bradley-terry). [dim]default: "
            "reward where the model has rewards, else borda[/dim]",
        ),
    ] = None,
    payoff: Annotated[
        Literal["P - 1/2", "log-odds"] | None,
        typer.Option(
            "--payoff",
            help="What the lottery averages: win probabilities, or log-odds. [dim]default: P - 1/2[/dim]",
        ),
    ] = None,
    ridge: Annotated[
        float | None,
        typer.Option(
            "--ridge",
            min=0.0,
            help="Draws the strengths of bradley-terry together: needed where something never lost or never won. "
            "[dim]default: 0[/dim]",
        ),
    ] = None,
    top: Annotated[int | None, typer.Option("--top", min=1, metavar="N", help="Show only the best N.")] = None,
    drawn: SamplingOptions,
    columns: Columns = None,
    data_format: DataFormat = None,
    vectors: NewVectors = None,
    prompt_vectors: NewPromptVectors = None,
    store: Store = None,
    allow_download: AllowDownload = False,
    seed: Seed = 0,
    config: Config = None,
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """Order responses to a prompt, best first, for one person or for the population.

    The standard deviation says how much is not known about the person; for the population, how much people differ;
    a model with one taste for all has none.
    Judgements in place of a model are counted: what they compare is ranked by its wins.
    """
    from gustibus.comparisons import GustibusError

    session = Session.of(context)
    if payoff is not None and rule != "lottery":
        raise GustibusError(
            f"--payoff {payoff!r} says what the lottery averages, and no lottery was asked for: add --rule lottery, or "
            "leave --payoff out."
        )
    if ridge is not None and rule != "bradley-terry":
        raise GustibusError("--ridge is for the strengths of --rule bradley-terry: add that, or leave --ridge out.")
    averaged = payoff or "P - 1/2"
    if model.is_file():
        if rule == "reward" or user is not None or answers is not None or drawn.endpoint is not None:
            raise GustibusError(
                f"{model} holds judgements, which are ranked by wins: --rule borda, copeland or lottery, or "
                "bradley-terry, without --user, --answers and --endpoint. Give the folder of a fitted model for "
                "anybody's rewards."
            )
        among = None if responses is None else read_responses(responses)
        judgements = read_judgements(model, columns, data_format)
        if rule == "bradley-terry":
            rank_by_strengths(session, judgements, model, among, prompt, ridge or 0.0, top, as_json)
            return
        rank_by_wins(session, judgements, model, among, prompt, rule or "borda", averaged, top, as_json)
        return
    if rule == "bradley-terry":
        raise GustibusError(
            f"--rule bradley-terry ranks what judgements compare, and {model} is a fitted model, which has "
            "rewards or win probabilities of its own: name a file of judgements, or use --rule reward, borda, copeland "
            "or lottery."
        )
    drawn.check(responses, prompt)
    if drawn.prompts is not None:
        raise GustibusError("rank is for one prompt: give --prompt TEXT. gustibus decide takes --prompts.")
    texts = [] if responses is None else read_responses(responses)
    fitted = load_with(
        model, session, store=store, vectors=vectors, prompts=prompt_vectors, allow_download=allow_download
    )
    who: str | AdaptedUser | None = user
    if answers is not None:
        who = _place(fitted, read_judgements(answers, columns, data_format), answers, user, seed)
    account: dict[str, Any] = {}
    if responses is None:
        if user is not None and answers is None:
            fitted.users.row(user)  # nothing is drawn for nobody
        (sampled,) = (samples := draw_samples(context, session, drawn, prompt))
        texts, account = list(sampled.responses), {"samples": samples.report.to_dict()}
    rule = rule or ("reward" if fitted.scorer.model.scalar else "borda")
    ranked = fitted.rank(prompt, texts, who, rule=rule, payoff=averaged)[:top]
    name = "the population" if who is None else user or getattr(who, "user_id", "")
    found: dict[str, Any] = {
        "model": str(model),
        "user": None if who is None else name,
        "rule": rule,
        "unit": ranked[0].unit,
        "ranking": [
            {"rank": one.rank, "response": one.response, "score": one.score, "sd": one.sd, "index": one.index}
            for one in ranked
        ],
    }
    circle: list[str] = []
    if rule != "reward":
        from gustibus.aggregation import condorcet

        top_of_all = condorcet(fitted.win_probabilities(prompt, texts, who))
        circle = [texts[one] for one in top_of_all.cycle or ()]
        found["condorcet_winner"] = None if top_of_all.winner is None else texts[top_of_all.winner]
        found["circle"] = circle or None
    session.result(found | account, as_json, lambda: _text(ranked, circle, prompt, str(name), session))


def _place(fitted: FittedModel, judgements: Comparisons, answers: Path, user: str | None, seed: int) -> AdaptedUser:
    from gustibus.comparisons import GustibusError

    data = fitted.as_asked(judgements)
    if user is not None:
        data = data.for_users(user)
    if data.n_users != 1:
        raise GustibusError(
            f"{answers} has answers by {data.n_users} {'people' if fitted.person == 'user' else 'groups'} "
            f"({', '.join(data.user_ids[:5])}...). "
            "Say whose with --user ID."
        )
    return fitted.adapt(data, seed=seed)


def _text(ranked: list[Ranked], circle: list[str], prompt: str | None, name: str, session: Session) -> str:
    from gustibus.reporting import Table

    room = max(session.stdout.width - 24, 20) if session.stdout.is_terminal else None
    with_sd = any(one.sd > _NO_SD for one in ranked)  # nan under some rules, 0 where everybody has one taste
    rows = [[one.rank, one.score, *([one.sd] if with_sd else []), _short(one.response, room)] for one in ranked]
    asked = f"{_short(prompt, room)}\n" if prompt else ""
    table = Table(["rank", "score", *(["sd"] if with_sd else []), "response"], rows).to_text()
    goes_round = ""
    if circle:
        beats = " > ".join(_short(one, 40) for one in [*circle, circle[0]])
        goes_round = f"\nNone is preferred to all others; they go in a circle: {beats}"
    heading = session.heading(asked + "as " + name + " would like it")
    return f"{heading}\n{table}\nscore: {ranked[0].unit}{goes_round}"


def _short(text: str, room: int | None) -> str:
    line = " ".join(text.split())
    return line if room is None or len(line) <= room else line[: room - 1] + "…"
