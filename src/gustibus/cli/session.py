"""What a verb says, and where: results on standard output, everything else on standard error."""

from __future__ import annotations

import json
import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import cached_property
from typing import TYPE_CHECKING, Any, TextIO

import typer

from gustibus.cli.spelling import as_typed

if TYPE_CHECKING:
    from rich.console import Console

    from gustibus.comparisons import Progress

__all__ = ["Session", "if_stopped", "json_ready"]


class Session:
    """One run of the command line.

    Attributes
    ----------
    debug
        Show tracebacks, and the warnings of other libraries.
    closing
        What is to be closed when the run ends.
    """

    def __init__(self) -> None:
        self.debug = False
        self.closing = ExitStack()
        self._warned: set[str] = set()

    @classmethod
    def of(cls, context: typer.Context) -> Session:
        """The session of the run that a verb belongs to."""
        session = context.find_root().ensure_object(cls)
        assert isinstance(session, cls)
        return session

    @cached_property
    def stderr(self) -> Console:
        """For people: notes, warnings, bars."""
        from rich.console import Console

        return Console(stderr=True, highlight=False, markup=False, emoji=False)

    @cached_property
    def stdout(self) -> Console:
        """For results."""
        from rich.console import Console

        return Console(highlight=False, markup=False, emoji=False)

    def note(self, text: str) -> None:
        """A remark that is no result."""
        self._say(text, style="dim")

    def hint(self, text: str) -> None:
        """What to do next."""
        self._say(text)

    def warn(self, text: str) -> None:
        """A warning, said once however often it is given."""
        if text not in self._warned:
            self._warned.add(text)
            self._say(as_typed(text), label="warning:", style="yellow")

    def fail(self, text: str) -> None:
        """What went wrong, before the run ends."""
        self._say(as_typed(text), label="error:", style="red")

    def stopped(self, text: str) -> None:
        """What becomes of work that was interrupted."""
        self._say(text, label="stopped.", style="yellow")

    def _say(self, text: str, *, label: str = "", style: str = "") -> None:
        from rich.text import Text

        line = Text.assemble((label + " ", f"bold {style}"), (text, style)) if label else Text(text, style=style)
        self.stderr.print(line, soft_wrap=not self.stderr.is_terminal)

    def result(self, value: Any, as_json: bool, text: Callable[[], str]) -> None:
        """The result on standard output: as one JSON document, or in words."""
        if as_json:
            self.print(json.dumps(json_ready(value), ensure_ascii=False, indent=2, allow_nan=False))
        else:
            self.print(text())

    def print(self, text: str) -> None:
        """Lines on standard output, exactly as they are."""
        sys.stdout.write(text + "\n")
        sys.stdout.flush()

    def fitted(self, text: str) -> str:
        """Text whose lines are broken between words on a terminal, under what they began with."""
        if not self.stdout.is_terminal:
            return text
        import re
        import textwrap

        lines = []
        for line in text.splitlines():
            begins = re.match(r"\s*(- |\S+( \S+)*  +)?", line)
            indent = " " * min(begins.end() if begins else 0, 30)
            lines += textwrap.wrap(line, self.stdout.width, subsequent_indent=indent) or [""]
        return "\n".join(lines)

    def heading(self, text: str) -> str:
        """A line that stands out on a terminal."""
        return typer.style(text, bold=True) if self.stdout.is_terminal and not self.stdout.no_color else text

    @contextmanager
    def progress(self) -> Iterator[Progress]:
        """Bars on standard error while work is under way."""
        from gustibus.cli.progress import progress_bar

        with progress_bar(console=self.stderr) as bar:
            yield bar

    @contextmanager
    def warnings_said(self) -> Iterator[None]:
        """Say warnings about data as one line each; keep those of other libraries for ``--debug``."""
        with warnings.catch_warnings():
            plainly = warnings.showwarning

            def show(
                message: Warning | str,
                category: type[Warning],
                filename: str,
                lineno: int,
                file: TextIO | None = None,
                line: str | None = None,
            ) -> None:
                if any(kind.__name__ == "DataWarning" for kind in category.__mro__):
                    self.warn(str(message))
                elif self.debug:
                    plainly(message, category, filename, lineno, file, line)

            warnings.showwarning = show
            yield


@contextmanager
def if_stopped(what_then: str) -> Iterator[None]:
    """Say how to go on if the work inside is interrupted."""
    try:
        yield
    except KeyboardInterrupt as stop:
        stop.add_note(what_then)
        raise


def json_ready(value: Any) -> Any:
    """The value with arrays as lists, and None for what is not a finite number.

    >>> json_ready({"a": float("nan"), "b": (1, 2.5)})
    {'a': None, 'b': [1, 2.5]}
    """
    if hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, dict):
        return {str(key): json_ready(entry) for key, entry in value.items()}
    if isinstance(value, (list, tuple)):
        return [json_ready(entry) for entry in value]
    if isinstance(value, float) and (value != value or value in (float("inf"), float("-inf"))):
        return None
    return value
