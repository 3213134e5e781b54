"""Who the model is asked to be: personas, from a file or made in place."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from gustibus.comparisons import GustibusError
from gustibus.comparisons.file_reading import read_file

__all__ = ["Persona", "read_personas", "resolve_personas"]

_ID_NAMES: Final = ("id", "persona_id", "user_id", "name")
_TEXT_NAMES: Final = ("persona", "text", "description")


@dataclass(frozen=True)
class Persona:
    """Somebody whom a model is asked to judge as.

    Attributes
    ----------
    id
        A short name; the judgements are those of the user ``"<model>/<id>"``.
    text
        Who that is, in words for the model. Empty: the model judges as itself.

    Examples
    --------
    >>> Persona("nurse", "A nurse of 50 who wants plain words and no risk.").id
    'nurse'
    """

    id: str
    text: str = ""

    def __post_init__(self) -> None:
        if not isinstance(self.id, str) or not isinstance(self.text, str):
            raise GustibusError(f"a persona needs texts for id and text, got {self.id!r:.60} and {self.text!r:.60}.")
        if not self.id.strip():
            raise GustibusError(
                "a persona has an empty id. Give each a short name: Persona('nurse', 'A nurse who ...')."
            )


def read_personas(path: str | os.PathLike[str]) -> list[Persona]:
    """Read personas from a file.

    Parameters
    ----------
    path
        ``.txt``: one persona a line, called ``1``, ``2``, ... by line; empty lines are skipped. Or jsonl, csv, tsv,
        json or parquet with a column ``persona`` (or ``text``, ``description``) and, if wanted, ``id`` (or
        ``persona_id``, ``user_id``, ``name``).

    Raises
    ------
    GustibusError
        If the file is not there or holds no persona, a text is missing, or two personas have the same id or text.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> file = pathlib.Path(tempfile.mkdtemp()) / "personas.txt"
    >>> _ = file.write_text("A nurse who wants plain words.\\nA lawyer who wants every detail.\\n")
    >>> [(one.id, one.text) for one in read_personas(file)]
    [('1', 'A nurse who wants plain words.'), ('2', 'A lawyer who wants every detail.')]
    """
    file = Path(path)
    if file.suffix.lower() == ".txt":
        return _checked(str(file), _from_lines(file))
    raw = read_file(file)
    if raw.broken:
        line = raw.broken[0]
        raise GustibusError(f"{file}: row {line.row}, {line.text[:60]!r} {line.reason}. {line.fix}")
    columns: dict[str, list[Any]] = {name: raw.table[name].to_pylist() for name in raw.table.column_names}
    text_name = next((name for name in _TEXT_NAMES if name in columns), None)
    if text_name is None:
        raise GustibusError(
            f"{file} has no column 'persona' that says who judges. It has: {', '.join(map(repr, columns)) or 'none'}. "
            "Rename the one that does, or write one persona a line into a .txt file."
        )
    id_name = next((name for name in _ID_NAMES if name in columns), None)
    texts = columns[text_name]
    ids = columns[id_name] if id_name is not None else list(range(1, len(texts) + 1))
    for row, (one, text) in enumerate(zip(ids, texts, strict=True), 1):
        for name, value in ((id_name or "id", one), (text_name, text)):
            if value is None or not str(value).strip():
                raise GustibusError(f"{file}: row {row} has no {name}. Give every persona one, or leave the row out.")
    return _checked(str(file), [Persona(str(one), str(text)) for one, text in zip(ids, texts, strict=True)])


def resolve_personas(given: str | os.PathLike[str] | Iterable[Persona] | None) -> list[Persona]:
    """Personas from a file or a list; None is the model as itself, called ``"itself"``.

    >>> resolve_personas(None)
    [Persona(id='itself', text='')]
    """
    if given is None:
        return [Persona("itself")]
    if isinstance(given, str | os.PathLike):
        return read_personas(given)
    personas = list(given)
    if not all(isinstance(one, Persona) for one in personas):
        raise GustibusError("personas must be a file or a list of Persona('id', 'who that is').")
    return _checked("personas", personas)


def _from_lines(file: Path) -> list[Persona]:
    try:
        lines = file.read_text(encoding="utf-8-sig").splitlines()
    except FileNotFoundError as error:
        raise GustibusError(f"There is no file {file}. Check the path of the personas.") from error
    except UnicodeDecodeError as error:
        raise GustibusError(f"{file} is not UTF-8 text ({error.reason}). Save it as UTF-8.") from error
    return [Persona(str(number), line.strip()) for number, line in enumerate(lines, 1) if line.strip()]


def _checked(source: str, personas: list[Persona]) -> list[Persona]:
    if not personas:
        raise GustibusError(f"{source}: there is no persona. Write at least one, or leave personas out.")
    by_id: dict[str, Persona] = {}
    by_text: dict[str, Persona] = {}
    for one in personas:
        if one.id in by_id:
            raise GustibusError(f"{source}: two personas are called {one.id!r}. Give each an id of its own.")
        if one.text in by_text:
            raise GustibusError(
                f"{source}: the personas {by_text[one.text].id!r} and {one.id!r} have the same text, so that their "
                "answers would count twice. Leave one out."
            )
        by_id[one.id] = by_text[one.text] = one
    return personas
