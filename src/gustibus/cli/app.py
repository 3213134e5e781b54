"""The program ``gustibus``: its verbs, and what becomes of errors."""

from __future__ import annotations

import os
import sys
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from gustibus import __version__
from gustibus.cli import (
    adapt,
    compare,
    convert,
    decide,
    demo,
    disagreement,
    embed,
    evaluate,
    export_pairs,
    fit,
    info,
    judge,
    rank,
    rules,
    score,
)
from gustibus.cli.data import data_app
from gustibus.cli.diagnose import diagnose_app
from gustibus.cli.options import prose
from gustibus.cli.session import Session
from gustibus.cli.store import store_app

__all__ = ["Verbs", "app", "main"]

USER_ERROR, STOPPED = 2, 130

_ABOUT = prose("""Learn what different people prefer, from their pairwise judgements.

One record is one judgement: who judged (user_id), what was compared (prompt, response_a, response_b), and what they
said (choice: a, b, tie, or the probability that a is preferred).""")

_START = """[bold]Start here[/bold]
gustibus demo                                  a town whose tastes are known
gustibus info judgements.parquet               what your file holds
gustibus fit judgements.parquet --out model    learn people's tastes
gustibus fit --help                            every verb explains itself"""


class Verbs(TyperGroup):
    """Turns errors that a person can put right into one message and exit code 2, and Ctrl-C into exit code 130."""

    def invoke(self, ctx: Any) -> Any:
        session = ctx.ensure_object(Session)
        try:
            with session.closing, session.warnings_said():
                return super().invoke(ctx)
        except KeyboardInterrupt as stop:
            session.stopped(" ".join(getattr(stop, "__notes__", ())))
            raise typer.Exit(STOPPED) from None
        except BrokenPipeError:
            raise
        except (ValueError, OSError) as error:
            if session.debug or not _can_be_put_right(error):
                raise
            session.fail(_message(error))
            raise typer.Exit(USER_ERROR) from None


def _can_be_put_right(error: ValueError | OSError) -> bool:
    from gustibus.comparisons import GustibusError

    return isinstance(error, GustibusError) or (isinstance(error, OSError) and error.filename is not None)


def _message(error: ValueError | OSError) -> str:
    if isinstance(error, OSError):
        return f"{error.filename}: {error.strerror}. Check the path and its permissions."
    return str(error)


app = typer.Typer(
    name="gustibus",
    cls=Verbs,
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"gustibus {__version__}")
        raise typer.Exit


@app.callback(help=_ABOUT, epilog=_START)
def about(
    version: Annotated[
        bool,
        typer.Option("--version", metavar="", callback=_version, is_eager=True, help="Print the version and leave."),
    ] = False,
) -> None:
    """Nothing happens before the verb."""


_LOOK, _LEARN, _USE, _KEEP = "Look", "Learn", "Use", "Keep house"
for _panel, _verb, _examples in (
    (_LOOK, demo.demo, demo.EXAMPLES),
    (_LOOK, info.info, info.EXAMPLES),
    (_LOOK, convert.convert, convert.EXAMPLES),
    (_LOOK, disagreement.disagreement, disagreement.EXAMPLES),
    (_LEARN, embed.embed, embed.EXAMPLES),
    (_LEARN, judge.judge, judge.EXAMPLES),
    (_LEARN, compare.compare, compare.EXAMPLES),
    (_LEARN, fit.fit, fit.EXAMPLES),
    (_LEARN, evaluate.evaluate, evaluate.EXAMPLES),
    (_USE, adapt.adapt, adapt.EXAMPLES),
    (_USE, score.score, score.EXAMPLES),
    (_USE, rank.rank, rank.EXAMPLES),
    (_USE, decide.decide, decide.EXAMPLES),
    (_USE, rules.rules, rules.EXAMPLES),
    (_USE, export_pairs.export_pairs, export_pairs.EXAMPLES),
):
    app.command(rich_help_panel=_panel, epilog=_examples, help=prose(_verb.__doc__ or ""))(_verb)
app.add_typer(data_app, name="data", rich_help_panel=_LOOK)
app.add_typer(diagnose_app, name="diagnose", rich_help_panel=_LOOK)
app.add_typer(store_app, name="store", rich_help_panel=_KEEP)


def main() -> None:
    """Run the command line; what ``gustibus`` in a terminal calls."""
    # Threads that wait for each other sleep: on a machine with other work to do this is several times faster.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    try:
        app(prog_name="gustibus")
    except KeyboardInterrupt:
        sys.exit(STOPPED)
