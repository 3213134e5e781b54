"""``gustibus diagnose``: what kind of preferences a file of judgements holds."""

from __future__ import annotations

import typer

from gustibus.cli import diagnose_cycles
from gustibus.cli.options import examples, prose

__all__ = ["diagnose_app"]

diagnose_app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode="rich",
    help="What kind of preferences judgements show.",
    epilog=examples("gustibus diagnose cycles matches.csv"),
)
diagnose_app.command(
    "cycles", epilog=diagnose_cycles.EXAMPLES, help=prose(diagnose_cycles.diagnose_cycles.__doc__ or "")
)(diagnose_cycles.diagnose_cycles)
