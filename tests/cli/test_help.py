"""Help comes at once, explains itself, and loads nothing heavy."""

from __future__ import annotations

import subprocess
import sys

import pytest
from command_line import invoke, succeed

VERBS = ["demo", "info", "convert", "disagreement", "embed", "compare", "fit", "evaluate", "adapt", "score", "rank"]
HEAVY = ("torch", "pyarrow", "scipy", "numpy", "transformers", "matplotlib", "pandas", "yaml")


def test_help_names_every_verb_and_where_to_start() -> None:
    shown = succeed("--help").stdout
    assert all(verb in shown for verb in [*VERBS, "store"])
    assert "Start here" in shown


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_has_examples_that_begin_with_the_program(verb: str) -> None:
    shown = succeed(verb, "--help").stdout
    examples = shown[shown.index("Examples") :]
    assert examples.count(f"gustibus {verb}") >= 2
    assert "--json" in shown
    assert "--config" in shown


@pytest.mark.parametrize("words", [["--help"], ["fit", "--help"], ["--version"], ["store", "prune", "--help"]])
def test_help_loads_nothing_heavy(words: list[str]) -> None:
    code = (
        "import sys\nfrom gustibus.cli import app\n"
        f"try:\n    app({words!r})\nexcept SystemExit:\n    pass\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr.strip() == "[]"


def test_no_words_at_all_show_the_help() -> None:
    assert "Start here" in invoke().output


def test_a_misspelt_verb_is_answered_with_the_right_one() -> None:
    done = invoke("evalute")
    assert done.exit_code == 2
    assert "evaluate" in done.stderr


def test_the_version_is_printed() -> None:
    from gustibus import __version__

    assert succeed("--version").stdout == f"gustibus {__version__}\n"
