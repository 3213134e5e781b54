"""Progress bars: one stage at a time on a terminal, a plain line now and then elsewhere."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from gustibus.cli.progress import Lines, Pace, in_words, progress_bar


def test_where_nobody_watches_quick_work_says_nothing() -> None:
    log = io.StringIO()
    with progress_bar(log) as progress:
        for done in range(100):
            progress("embedding", done, 100)
    assert log.getvalue() == ""


def test_where_nobody_watches_long_work_says_a_plain_line_now_and_then() -> None:
    now = [0.0]
    log = io.StringIO()
    progress = Lines(Console(file=log), clock=lambda: now[0])
    for done in range(0, 121, 10):
        progress("embedding", done, 120)
        now[0] += 2.5
    lines = log.getvalue().splitlines()
    assert lines[0] == "embedding: 40 of 120, 4.0 a second, 20 s left"
    assert len(lines) == 3


def test_a_terminal_gets_bars_and_keeps_nothing_of_them() -> None:
    screen = io.StringIO()
    console = Console(file=screen, force_terminal=True, width=100)
    with progress_bar(console=console) as progress:
        progress("choosing", 3, 0)
        progress("fitting", 10, 600)
        console.print("a warning")
    shown = screen.getvalue()
    assert "fitting" in shown
    assert "a warning" in shown
    assert shown.endswith("\x1b[2K")  # the bar's line is erased last


def test_a_stage_that_was_there_before_does_not_count_towards_the_rate() -> None:
    pace = Pace(started=0.0, first=900, done=950, total=1000)
    assert pace.rate(10.0) == 5.0
    assert pace.words(10.0) == "950 of 1,000, 5.0 a second, 10 s left"


def test_an_unknown_total_has_a_rate_but_no_end() -> None:
    assert Pace(started=0.0, first=0, done=3, total=0).words(60.0) == "3, 3.0 a minute"


@pytest.mark.parametrize(
    ("seconds", "words"), [(0.2, "0 s"), (59.7, "1 min"), (3599, "59 min 59 s"), (7300, "2 h 1 min")]
)
def test_spans_of_time_read_well(seconds: float, words: str) -> None:
    assert in_words(seconds) == words
