"""The fenced code of a page: its language, where it stands, and whether it is to be run."""

from __future__ import annotations

import re
import shlex
import textwrap
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
FENCE = re.compile(r"^(?P<indent> *)(?P<ticks>`{3,}|~{3,})\s*(?P<info>[^`]*)$")
SHELLS = {"console", "bash", "sh", "shell"}


@dataclass(frozen=True)
class Block:
    """One fenced block.

    Attributes
    ----------
    page : Path
    line : int
        Of its first line of code, counted from 1.
    language : str
    is_run : bool
        Whether ``<!-- run -->`` stands on the line before its fence.
    code : str
    """

    page: Path
    line: int
    language: str
    is_run: bool
    code: str

    @property
    def place(self) -> str:
        return f"{self.page.relative_to(ROOT)}:{self.line}"

    def commands(self) -> list[tuple[int, list[str]]]:
        """Line and words of each ``gustibus`` command of a shell block; other commands and output are left out."""
        found = []
        with_prompts = "\n$ " in f"\n{self.code}"  # then the other lines are output
        lines = iter(enumerate(self.code.splitlines(), self.line))
        for number, line in lines:
            typed = line.strip()
            if with_prompts and not typed.startswith("$ "):
                continue
            while typed.endswith("\\"):
                typed = typed[:-1] + " " + next(lines)[1].strip()
            words = shlex.split(typed.removeprefix("$ "), comments=True)
            if words[:1] == ["gustibus"]:
                found.append((number, words))
        return found


def pages() -> list[Path]:
    """The README and every page of the documentation."""
    return [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


def blocks_of(page: Path, text: str | None = None) -> list[Block]:
    """The fenced blocks of a page, in order.

    Raises
    ------
    ValueError
        If a fence is never closed, or says more than the language, which not every reader of Markdown understands.
    """
    found = []
    lines = iter(enumerate((page.read_text(encoding="utf-8") if text is None else text).splitlines(), 1))
    before = ""
    for number, line in lines:
        opening = FENCE.match(line)
        if opening is None:
            before = line.strip()
            continue
        body: list[str] = []
        for _, inner in lines:
            if inner.strip() == opening["ticks"]:
                break
            body.append(inner)
        else:
            raise ValueError(f"{page}:{number}: this block is never closed")
        language = opening["info"].strip()
        if " " in language:
            raise ValueError(f"{page}:{number}: say the language alone on the fence, not {language!r}")
        code = textwrap.dedent("\n".join(body)) + "\n"
        found.append(Block(page, number + 1, language, before == "<!-- run -->", code))
        before = ""
    return found
