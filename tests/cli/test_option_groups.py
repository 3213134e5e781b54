"""Options declared once are options of every verb that takes them, and reach it as one value."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated

import pytest
import typer
from typer.testing import CliRunner

from gustibus.cli.option_groups import with_option_groups


@dataclass(frozen=True)
class Milk:
    oats: Annotated[bool, typer.Option("--oats", help="Of oats.")] = False


@dataclass(frozen=True)
class Order:
    drink: Annotated[str, typer.Argument(help="What.")]
    cups: Annotated[int, typer.Option("--cups", "-c", min=1)] = 2
    milk: Milk = field(default_factory=Milk)


@pytest.fixture
def program() -> typer.Typer:
    app = typer.Typer()

    @app.command()
    @with_option_groups
    def serve(context: typer.Context, *, order: Order, loud: Annotated[bool, typer.Option("--loud")] = False) -> None:
        """Serve it."""
        assert context.info_name
        print(order, loud)  # noqa: T201

    return app


def test_groups_and_groups_within_them_are_options(program: typer.Typer) -> None:
    done = CliRunner().invoke(program, ["tea", "-c", "3", "--oats", "--loud"])
    assert done.stdout.strip() == "Order(drink='tea', cups=3, milk=Milk(oats=True)) True"
    plain = CliRunner().invoke(program, ["gin"])
    assert plain.stdout.strip() == "Order(drink='gin', cups=2, milk=Milk(oats=False)) False"
    said = CliRunner().invoke(program, ["--help"]).stdout
    assert "Serve it." in said
    assert all(option in said for option in ("--cups", "--oats", "--loud", "drink"))


def test_what_is_missing_or_too_small_is_said_as_of_any_verb(program: typer.Typer) -> None:
    assert CliRunner().invoke(program, []).exit_code == 2
    refused = CliRunner().invoke(program, ["tea", "-c", "0"])
    assert refused.exit_code == 2
    assert "--cups" in refused.stderr
