"""Bars for whoever waits: how far work has come, how fast it goes and how long it will take."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Final

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress as RichBars
    from rich.progress import TaskID

    from gustibus.comparisons import Progress

__all__ = ["Lines", "Pace", "in_words", "progress_bar", "under"]

_QUIET_SECONDS: Final = 10.0
"""Where nobody watches a terminal, this long passes between two lines."""


@contextmanager
def progress_bar(file: IO[str] | None = None, *, console: Console | None = None) -> Iterator[Progress]:
    """Show the progress of fitting, embedding and evaluating on standard error.

    On a terminal there is one bar for every stage under way, with rate and time left, and nothing remains of it
    afterwards. Elsewhere (a log, a pipe) a plain line comes now and then.

    Parameters
    ----------
    file
        Where to write instead of standard error.
    console
        A rich console to write to, instead of a file.

    Yields
    ------
    Progress
        To be given as ``progress=``: called as ``progress(stage, done, total)``, a total of 0 meaning unknown.

    Examples
    --------
    >>> import io
    >>> with progress_bar(io.StringIO()) as progress:
    ...     progress("embedding", 10, 100)
    """
    if console is None:
        from rich.console import Console as RichConsole

        console = RichConsole(file=file or sys.stderr)
    if console.is_terminal:
        with _bars(console) as bars:
            yield _Bars(bars)
    else:
        yield Lines(console)


def under(name: str, progress: Progress) -> Progress:
    """The same progress with a name before every stage.

    >>> under("K = 2", lambda stage, done, total: print(stage, done))("fitting", 3, 10)
    K = 2, fitting 3
    """

    def named(stage: str, done: int, total: int, /) -> None:
        progress(f"{name}, {stage}", done, total)

    return named


def in_words(seconds: float) -> str:
    """A span of time as a person would say it.

    >>> in_words(8.2), in_words(95), in_words(4000)
    ('8 s', '1 min 35 s', '1 h 6 min')
    """
    whole = max(round(seconds), 0)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s" if whole % 60 else f"{whole // 60} min"
    return f"{whole // 3600} h {whole % 3600 // 60} min"


@dataclass
class Pace:
    """How fast a stage goes, from what was done since it was first heard of.

    What was there before (vectors in a store, steps of an earlier run) counts as done but not towards the rate.
    """

    started: float
    first: int
    done: int = 0
    total: int = 0

    def rate(self, now: float) -> float | None:
        """Units a second; None while nothing is known."""
        elapsed = now - self.started
        return (self.done - self.first) / elapsed if elapsed > 0 and self.done > self.first else None

    def words(self, now: float) -> str:
        """Such as ``"1,024 of 12,000, 85 a second, 2 min 9 s left"``."""
        parts = [f"{self.done:,} of {self.total:,}" if self.total else f"{self.done:,}"]
        rate = self.rate(now)
        if rate is not None:
            parts.append(_rate_in_words(rate))
            if self.total:
                parts.append(f"{in_words((self.total - self.done) / rate)} left")
        return ", ".join(parts)


def _rate_in_words(rate: float) -> str:
    if rate >= 10:
        return f"{rate:,.0f} a second"
    return f"{rate:.1f} a second" if rate >= 1 else f"{60 * rate:.1f} a minute"


class _Stages:
    """The stages heard of and their paces; one that begins anew gets a new pace."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self.clock = clock
        self.paces: dict[str, Pace] = {}

    def heard(self, stage: str, done: int, total: int) -> tuple[Pace, bool]:
        pace = self.paces.get(stage)
        begins = pace is None or done < pace.done
        if pace is None or begins:
            pace = self.paces[stage] = Pace(self.clock(), done)
        pace.done, pace.total = done, total
        return pace, begins


class Lines:
    """A plain line now and then, by a clock in seconds."""

    def __init__(self, console: Console, clock: Callable[[], float] = time.monotonic) -> None:
        self.console = console
        self.stages = _Stages(clock)
        self.last = clock()

    def __call__(self, stage: str, done: int, total: int, /) -> None:
        pace, _ = self.stages.heard(stage, done, total)
        now = self.stages.clock()
        if now - self.last >= _QUIET_SECONDS:
            self.last = now
            self.console.print(f"{stage}: {pace.words(now)}", markup=False, highlight=False, soft_wrap=True)


class _Bars:
    """One bar for every stage that is under way."""

    def __init__(self, bars: RichBars) -> None:
        self.bars = bars
        self.stages = _Stages(time.monotonic)
        self.tasks: dict[str, TaskID] = {}

    def __call__(self, stage: str, done: int, total: int, /) -> None:
        pace, begins = self.stages.heard(stage, done, total)
        if stage not in self.tasks:
            # What came before is over, or will be heard of again and is then shown again.
            for task in self.tasks.values():
                self.bars.update(task, visible=False)
            self.tasks[stage] = self.bars.add_task(stage, pace=pace)
        elif begins:
            self.bars.reset(self.tasks[stage], pace=pace)
        finished = bool(total) and done >= total
        self.bars.update(self.tasks[stage], completed=done, total=total or None, visible=not finished)


def _bars(console: Console) -> RichBars:
    from rich.progress import BarColumn, ProgressColumn, TextColumn
    from rich.progress import Progress as RichBars
    from rich.text import Text

    class PaceColumn(ProgressColumn):
        def render(self, task: object) -> Text:
            pace: Pace = task.fields["pace"]  # type: ignore[attr-defined]
            return Text(pace.words(time.monotonic()), style="dim", no_wrap=True, overflow="ellipsis")

    return RichBars(
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=16),
        PaceColumn(),
        console=console,
        transient=True,
        refresh_per_second=8,
    )
