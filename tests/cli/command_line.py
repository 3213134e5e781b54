"""The command line as tests call it, and the small world they call it on."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from typer.testing import CliRunner, Result

from gustibus.cli import app

QUICK = ["dimensions=2", "prototype_scale=0.1", "user_penalty=1", "item_offsets=no", "max_steps=60"]


@dataclass(frozen=True)
class World:
    """Files of judgements and features, and what is in them."""

    folder: Path
    judgements: Path
    newcomers: Path
    features: Path
    seen: tuple[str, ...]
    new: tuple[str, ...]
    responses: tuple[str, ...]


def invoke(*words: object, **options: Any) -> Result:
    """Run ``gustibus`` with these words, standard output and error apart."""
    return CliRunner().invoke(app, [str(word) for word in words], prog_name="gustibus", **options)


def succeed(*words: object, **options: Any) -> Result:
    """The same, and it must end well."""
    done = invoke(*words, **options)
    assert done.exit_code == 0, f"{done.stdout}\n{done.stderr}\n{done.exception!r}"
    return done


def as_json(*words: object, **options: Any) -> Any:
    """What ``--json`` prints."""
    return json.loads(succeed(*words, "--json", **options).stdout)
