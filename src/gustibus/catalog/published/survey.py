"""What published data sets say of the people who judged, as covariates: ``load_people("prism")``."""

from __future__ import annotations

import difflib
import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from gustibus.catalog.published.description import PublishedData
from gustibus.catalog.published.finding import files_at, files_on_hub
from gustibus.catalog.published.prism import PRISM
from gustibus.catalog.published.reading import read_records
from gustibus.catalog.published.records import Record
from gustibus.catalog.published.shelf import dataset_named
from gustibus.comparisons import GustibusError
from gustibus.comparisons.bad_rows import BadRow, describe
from gustibus.comparisons.formats.nested import UnusableRecord
from gustibus.embedding import Vectors

__all__ = ["PRISM_SURVEY", "load_people"]

_UNSAID: Final = ("", "prefer not to say", "unknown")

_ANSWERS: Final[Mapping[str, tuple[str, ...]]] = {
    "age": ("age",),
    "gender": ("gender",),
    "education": ("education",),
    "employment_status": ("employment_status",),
    "marital_status": ("marital_status",),
    "english_proficiency": ("english_proficiency",),
    "lm_familiarity": ("lm_familiarity",),
    "lm_frequency_use": ("lm_frequency_use",),
    "religion": ("religion", "simplified"),
    "ethnicity": ("ethnicity", "simplified"),
    "birth_region": ("location", "birth_region"),
    "reside_region": ("location", "reside_region"),
}
"""What is asked once, and where the answer is."""

_RATED: Final = "stated_prefs"

PRISM_SURVEY: Final = replace(
    PRISM,
    name="prism-survey",
    title="the survey of PRISM",
    files={"": ("survey.jsonl",)},
    columns={
        "user_id": "who answered",
        **{".".join(path): "what they said, in the survey's words" for path in _ANSWERS.values()},
        _RATED: "how important eight traits of a language model are to them, 0 to 100",
    },
    about="What people said of themselves before they judged.",
    n_people=1500,
    size="1,500 people",
    aspects=("survey",),
    to_verify=("the names inside religion, ethnicity and location",),
    may_lack=(*dict.fromkeys(path[0] for path in _ANSWERS.values()), _RATED),
)
"""The file of PRISM in which people say who they are."""

_SURVEYS: Final[Mapping[str, PublishedData]] = {"prism": PRISM_SURVEY}


def load_people(
    name: str,
    *,
    path: str | os.PathLike[str] | None = None,
    answers: Sequence[str] | None = None,
    download: bool = False,
    revision: str | None = None,
) -> Vectors:
    """What a published data set says of the people who judged, for ``gustibus.fit(covariates=...)``.

    PRISM asked people about themselves before they judged (Kirk et al. 2024, arXiv 2404.16019): ``age``, ``gender``,
    ``education``, ``employment_status``, ``marital_status``, ``english_proficiency``, ``lm_familiarity``,
    ``lm_frequency_use``, ``religion``, ``ethnicity``, ``birth_region``, ``reside_region``, in words, and
    ``stated_prefs``, how important eight traits of a language model are to them. Words become columns of zeros and ones
    (see :func:`people_table`); "prefer not to say" is as if nothing had been said.

    Parameters
    ----------
    name
        "prism".
    path
        The file ``survey.jsonl`` or the folder it is in; otherwise it is looked for as :func:`load_dataset` does.
    answers
        Which of these answers; all that are there if not given.
    download, revision
        See :func:`load_dataset`.

    Returns
    -------
    Vectors
        One row a person, named columns.

    Raises
    ------
    GustibusError
        If the data set has no such file, the file or an answer is not there, or a record names no person.

    Examples
    --------
    >>> import json, pathlib, tempfile
    >>> file = pathlib.Path(tempfile.mkdtemp()) / "survey.jsonl"
    >>> said = [{"user_id": "ann", "age": "25-34 years old", "stated_prefs": {"creativity": 80, "safety": 20}},
    ...         {"user_id": "ben", "age": "Prefer not to say", "stated_prefs": {"creativity": 10, "safety": 90}}]
    >>> _ = file.write_text("\\n".join(map(json.dumps, said)))
    >>> people = load_people("prism", path=file)
    >>> people.ids, people.names
    (('ann', 'ben'), ('age=25-34 years old', 'stated_prefs:creativity', 'stated_prefs:safety'))
    """
    from gustibus.fitted import people_table  # which brings tensors along

    data = _survey_of(name)
    wanted = _wanted(answers)
    if path is not None and (download or revision is not None):
        raise GustibusError("path= names files that are here, so download= and revision= have no use beside it.")
    files = files_on_hub(data, download=download, revision=revision) if path is None else files_at(data, path)
    found = read_records(data, files)
    if found.broken:
        wrong = [BadRow(line.row, "line", line.text, line.reason, line.fix) for line in found.broken[:5]]
        raise GustibusError(f"{found.name}: {describe(wrong, len(found.broken))}")
    rows: list[dict[str, Any]] = []
    for record, number in zip(found.records, found.rows, strict=True):
        try:
            rows.append({"user_id": record.text("user_id")} | _answers_of(record, wanted))
        except UnusableRecord as error:
            raise GustibusError(f"{found.name}: record {number:,} {error.reason}. {error.fix}") from error
    said = [key for key in dict.fromkeys(key for row in rows for key in row) if any(row.get(key) for row in rows)]
    if answers is not None:
        lacking = [one for one in wanted if not any(key == one or key.startswith(f"{one}:") for key in said)]
        if lacking:
            raise GustibusError(f"{found.name}: nobody said anything about {lacking[0]!r}. Leave it out of answers=.")
    return people_table({key: [row.get(key) for row in rows] for key in said})


def _survey_of(name: str) -> PublishedData:
    if name not in _SURVEYS:
        known = dataset_named(name).name
        raise GustibusError(
            f"{known} says nothing of the people who judged; {', '.join(_SURVEYS)} does. Make a table of what you "
            "know yourself with gustibus.people_table(...)."
        )
    return _SURVEYS[name]


def _wanted(answers: Sequence[str] | None) -> tuple[str, ...]:
    known = (*_ANSWERS, _RATED)
    if answers is None:
        return known
    if isinstance(answers, str) or not isinstance(answers, Sequence) or not answers:
        raise GustibusError(f'answers={answers!r}: give a list of names, such as answers=["age", "gender"].')
    for one in answers:
        if one not in known:
            near = difflib.get_close_matches(str(one), known, n=1)
            meant = f" Did you mean {near[0]!r}?" if near else ""
            raise GustibusError(f"The survey has no answer {one!r}.{meant} It has: {', '.join(known)}.")
    return tuple(answers)


def _answers_of(record: Record, wanted: Sequence[str]) -> dict[str, Any]:
    """What a person said, one entry a column; ratings are numbers, all else is words."""
    said: dict[str, Any] = {}
    for answer in wanted:
        if answer != _RATED:
            value = record.get(*_ANSWERS[answer])
            text = "" if value is None else str(value).strip()
            said[answer] = None if text.lower() in _UNSAID else text
            continue
        rated = record.get(_RATED)
        for trait, value in rated.items() if isinstance(rated, Mapping) else ():
            if isinstance(value, int | float) and not isinstance(value, bool) and not trait.startswith("other"):
                said[f"{_RATED}:{trait}"] = float(value)
    return said
