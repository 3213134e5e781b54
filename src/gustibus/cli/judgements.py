"""From the options about judgements to judgements."""

from __future__ import annotations

import re
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gustibus.comparisons import Comparisons

__all__ = ["column_names", "read_judgements", "refuse_rejects_alone"]

_BETWEEN_PAIRS = re.compile(r",(?=\s*\w+\s*=)")


def read_judgements(
    file: Path,
    columns: Sequence[str] | None = None,
    data_format: str | None = None,
    *,
    skip_bad: bool = False,
    rejects: Path | None = None,
    source: Sequence[str] | None = None,
) -> Comparisons:
    """Read a file of judgements as the options say.

    Raises
    ------
    GustibusError
        If the file, or rows of it, cannot be used.
    """
    from gustibus.comparisons import read

    refuse_rejects_alone(rejects, skip_bad)
    names = column_names(columns)
    _refuse_models(file)
    with warnings.catch_warnings():
        if source:  # then the sources are told apart
            warnings.filterwarnings("ignore", r"(?s).*there are judgements of several sources")
        data = read(file, format=data_format, columns=names, skip_bad=skip_bad, rejects=rejects)
    return data.of_source(source).compact() if source else data


def _refuse_models(file: Path) -> None:
    """Say of a folder with a saved model what can be done with it; other folders are refused by whoever reads."""
    if not (file / "config.json").is_file() or not (file / "model.safetensors").is_file():
        return
    from gustibus.comparisons import GustibusError

    raise GustibusError(
        f"{file} is the folder of a saved model, and this verb reads a file of judgements. What was fitted, and how "
        f"well, is described in {file / 'README.md'}; gustibus evaluate {file} FILE measures it on other judgements."
    )


def refuse_rejects_alone(rejects: Path | None, skip_bad: bool) -> None:
    """Refuse a file for rejected rows where none are put aside.

    Raises
    ------
    GustibusError
        If ``rejects`` is given without ``skip_bad``.
    """
    from gustibus.comparisons import GustibusError

    if rejects is not None and not skip_bad:
        raise GustibusError(
            f"--rejects {rejects} names a file for rows that are left out, but none are without --skip-bad. "
            "Add --skip-bad, or leave --rejects out."
        )


def column_names(columns: Sequence[str] | None) -> dict[str, str | None] | None:
    """Field to column from ``["user_id=worker,prompt=question"]``; an empty column leaves a field out.

    Raises
    ------
    GustibusError
        If a part has no ``=``, or a field is given twice.

    Examples
    --------
    >>> column_names(["user_id=worker id,choice=won, really", "prompt="])
    {'user_id': 'worker id', 'choice': 'won, really', 'prompt': None}
    """
    from gustibus.comparisons import GustibusError

    found: dict[str, str | None] = {}
    for text in columns or []:
        for part in _BETWEEN_PAIRS.split(text):
            field, equals, column = (piece.strip() for piece in part.partition("="))
            if not equals or not field:
                raise GustibusError(
                    f"--columns {text!r}: {part.strip()!r} does not say which field it is for. "
                    "Write FIELD=COLUMN, such as --columns user_id=worker,prompt=question."
                )
            if field in found and found[field] != (column or None):
                raise GustibusError(f"--columns gives the field {field!r} two columns: {found[field]} and {column}.")
            found[field] = column or None
    return found or None
