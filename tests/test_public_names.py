"""The names of the package itself: complete, lazy, and the same for people, type checkers and the reference."""

from __future__ import annotations

import importlib
import pkgutil
import re
from pathlib import Path

import pytest
import typer

import gustibus

ROOT = Path(__file__).parents[1]
ROOMS = sorted(module.name for module in pkgutil.iter_modules(gustibus.__path__) if module.ispkg)


def test_every_public_name_is_there_and_listed() -> None:
    for name in gustibus.__all__:
        assert getattr(gustibus, name) is not None
        assert name in dir(gustibus)


def test_public_names_are_those_of_the_rooms() -> None:
    offered = {name for room in ROOMS for name in importlib.import_module(f"gustibus.{room}").__all__}
    assert set(gustibus.__all__) - {"__version__"} <= offered


def test_names_that_a_type_checker_sees_are_those_that_are_loaded() -> None:
    assert set(gustibus._ROOM_OF_NAME) == set(gustibus.__all__) - {"__version__"}
    for name, room in gustibus._ROOM_OF_NAME.items():
        assert getattr(gustibus, name) is getattr(importlib.import_module(f"gustibus.{room}"), name)


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'fti'"):
        gustibus.fti  # noqa: B018


@pytest.mark.parametrize("room", ROOMS)
def test_the_reference_shows_every_public_name_of_a_room(room: str) -> None:
    page = (ROOT / "docs" / "reference" / f"{room}.md").read_text(encoding="utf-8")
    shown = [line.removeprefix(f"::: gustibus.{room}.") for line in page.splitlines() if line.startswith("::: ")]
    # A function with a file of its own name is shown by its whole path, because the file would be shown otherwise.
    names = [name.rpartition(".")[2] for name in shown]
    assert sorted(names) == sorted(importlib.import_module(f"gustibus.{room}").__all__)


def test_the_front_page_of_the_reference_lists_every_name_of_the_package() -> None:
    page = (ROOT / "docs" / "reference" / "index.md").read_text(encoding="utf-8")
    listed = re.findall(r"\[`(\w+)`\]\[gustibus\.([\w.]+)\]", page)
    assert sorted(name for name, _ in listed) == sorted(set(gustibus.__all__) - {"__version__"})
    for name, path in listed:
        assert path.split(".")[0] == gustibus._ROOM_OF_NAME[name]
        assert path.split(".")[-1] == name


def test_the_documentation_shows_every_verb_and_its_options() -> None:
    from gustibus.cli import app

    page = (ROOT / "docs" / "command-line.md").read_text(encoding="utf-8")
    verbs = typer.main.get_command(app).commands.items()
    spoken = [
        f"{verb} {inner}" if inner else verb for verb, command in verbs for inner in getattr(command, "commands", [""])
    ]
    assert spoken
    assert [verb for verb in spoken if f"<!-- options: {verb} -->" not in page] == []
