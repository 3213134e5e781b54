"""Every ``python`` block of README and docs runs, page by page; every ``gustibus`` command shown exists.

The blocks of a page share one namespace and one temporary folder, as for a reader who types them in order. A shell
block with ``<!-- run -->`` on the line before it is run there too, through the installed program.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import typer
from page_blocks import ROOT, SHELLS, Block, blocks_of, pages

PROGRAM = Path(sys.executable).with_name("gustibus")
PAGES = [pytest.param(page, id=str(page.relative_to(ROOT))) for page in pages() if blocks_of(page)]


def run_python(block: Block, namespace: dict[str, Any]) -> None:
    """Run a block so that tracebacks show the page's own lines."""
    padded = "\n" * (block.line - 1) + block.code
    exec(compile(padded, str(block.page), "exec", dont_inherit=True), namespace)


def run_commands(block: Block) -> None:
    for line, words in block.commands():
        done = subprocess.run([PROGRAM, *words[1:]], capture_output=True, text=True, timeout=300, check=False)
        assert done.returncode == 0, f"{block.page}:{line}: {' '.join(words)}\n{done.stdout}\n{done.stderr}"


@pytest.mark.filterwarnings("ignore::gustibus.comparisons.DataWarning")  # pages show bad data too
@pytest.mark.parametrize("page", PAGES)
def test_the_code_of_a_page_runs(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    blocks = blocks_of(page)
    namespace: dict[str, Any] = {"__name__": page.stem}
    for block in blocks:
        if block.language == "python":
            run_python(block, namespace)
        elif block.language in SHELLS and block.is_run:
            run_commands(block)
    assert blocks


@pytest.mark.parametrize("page", PAGES)
def test_the_commands_of_a_page_exist(page: Path) -> None:
    from gustibus.cli import app

    program = typer.main.get_command(app)
    wrong = [
        f"{block.page}:{line}: {problem}"
        for block in blocks_of(page)
        if block.language in SHELLS
        for line, words in block.commands()
        for problem in unknown_words(program, words[1:])
    ]
    assert wrong == []


def unknown_words(command: Any, words: list[str]) -> list[str]:
    """Verbs and options among the words of a command that the program does not have."""
    words = list(words)
    path = [command.name or "gustibus"]
    while getattr(command, "commands", None) and words and not words[0].startswith("-"):
        verb = words.pop(0)
        if verb not in command.commands:
            return [f"{' '.join(path)} has no verb {verb!r}"]
        command = command.commands[verb]
        path.append(verb)
    known = {"--help", "-h"}.union(*(param.opts + param.secondary_opts for param in command.params))
    given = [word.split("=")[0] for word in words if word.startswith("-") and not word.lstrip("-")[:1].isdigit()]
    return [f"{' '.join(path)} has no option {word}" for word in given if word not in known and word != "-"]


def test_a_misspelt_verb_or_option_is_found() -> None:
    from gustibus.cli import app

    program = typer.main.get_command(app)
    assert unknown_words(program, ["fti", "data.csv"]) == ["gustibus has no verb 'fti'"]
    assert unknown_words(program, ["info", "data.csv", "--jsno"]) == ["gustibus info has no option --jsno"]


def test_an_error_in_a_page_names_its_line(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("# Page\n\n```python\nx = 1\ny = x / 0\n```\n")
    (block,) = blocks_of(page)
    with pytest.raises(ZeroDivisionError) as raised:
        run_python(block, {})
    last = raised.traceback[-1]
    assert (str(last.path), last.lineno + 1) == (str(page), 5)


def test_commands_are_told_from_output_and_comments() -> None:
    text = "<!-- run -->\n```console\n$ gustibus info data.csv \\\n    --json  # all of it\n4 people\n$ ls\n```\n"
    (block,) = blocks_of(ROOT / "page.md", text)
    assert block.is_run
    assert block.commands() == [(3, ["gustibus", "info", "data.csv", "--json"])]
