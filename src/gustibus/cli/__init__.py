"""The command line: one file a verb, thin; whatever is heavy is imported when a verb needs it."""

from gustibus.cli.app import app, main
from gustibus.cli.progress import progress_bar

__all__ = ["app", "main", "progress_bar"]
