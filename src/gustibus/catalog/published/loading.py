"""Published data sets by name: ``load_dataset("prism")``."""

from __future__ import annotations

import difflib
import os
from collections.abc import Sequence
from pathlib import Path

from gustibus.catalog.published.description import PublishedData
from gustibus.catalog.published.finding import files_at, files_on_hub
from gustibus.catalog.published.reading import PublishedRecords, judgements, read_records
from gustibus.catalog.published.records import Wish
from gustibus.catalog.published.shelf import converter_of, dataset_named
from gustibus.comparisons import Comparisons, GustibusError
from gustibus.comparisons.arguments import check_seed
from gustibus.comparisons.caution import caution
from gustibus.comparisons.formats import Derivation

__all__ = ["load_aspects", "load_dataset"]

_DERIVES = ("prism", "ultrafeedback", "helpsteer2")


def load_dataset(
    name: str,
    *,
    path: str | os.PathLike[str] | None = None,
    aspect: str | None = None,
    download: bool = False,
    revision: str | None = None,
    pairs_per_user: int | None = None,
    personas: Sequence[str] | None = None,
    people_each: int = 10,
    statements_each: int = 50,
    seed: int = 0,
    skip_bad: bool = False,
    rejects: str | os.PathLike[str] | None = None,
) -> Comparisons:
    """Judgements of a published data set.

    Nothing is fetched unless ``download=True``: without it the files are those at ``path``, or those in the local
    cache of the Hugging Face hub. ``DATASETS[name]`` says what is real, derived or simulated, who judged, which licence
    holds and what to cite; the judgements' ``source`` says it for each.

    Parameters
    ----------
    name
        One of ``gustibus.catalog.DATASETS``.
    path
        A file or a folder with the files as published (parquet, jsonl, csv or json; text also gzipped).
    aspect
        Which of several aspects; the first that the description names if not given. :func:`load_aspects` reads all.
    download
        Fetch the files from the hub, at the description's revision.
    revision
        Another commit, branch or tag of the repository.
    pairs_per_user
        Where pairs are derived from ratings or choices: keep at most so many of each person, drawn at random.
    personas
        Of the data set personas alone: which take part, by name; None takes all that are there.
    people_each, statements_each
        Of personas alone: how many people have each persona, and how many statements each is asked.
    seed
        Of draws.
    skip_bad, rejects
        Keep the good records and write the others, with reasons, to ``rejects``; see :func:`gustibus.read`.

    Returns
    -------
    Comparisons

    Raises
    ------
    BadRows
        If records cannot be used and ``skip_bad`` is False.
    GustibusError
        If the data set, the aspect or the files are not there; the message has the command that fetches them.

    Warns
    -----
    DataWarning
        If the licence forbids commercial use, or records are left out.

    Examples
    --------
    >>> import json, tempfile, pathlib
    >>> shown = {"user_id": "ann", "conversation_id": "c1", "turn": 0, "user_prompt": "A drink?"}
    >>> rated = [{"model_response": "tea", "score": 80, "if_chosen": True},
    ...          {"model_response": "gin", "score": 30, "if_chosen": False}]
    >>> file = pathlib.Path(tempfile.mkdtemp()) / "utterances.jsonl"
    >>> _ = file.write_text("\\n".join(json.dumps(shown | answer) for answer in rated))
    >>> import warnings
    >>> with warnings.catch_warnings():
    ...     warnings.simplefilter("ignore")  # the answers of models are not for commercial use
    ...     load_dataset("prism", path=file)
    Comparisons(1 judgement, 1 user, 1 prompt, 2 responses)
    """
    check_seed(seed)
    data = dataset_named(name)
    wish = Wish(
        _aspect(data, aspect), people_each, statements_each, None if personas is None else tuple(personas), seed
    )
    _refuse_strange_settings(data, wish, pairs_per_user)
    found = _records(data, path, download=download, revision=revision)
    target = _rejects(data, found, skip_bad, rejects)
    return _converted(data, found, wish, Derivation(pairs_per_user, seed), skip_bad, target)


def load_aspects(
    name: str,
    *,
    path: str | os.PathLike[str] | None = None,
    download: bool = False,
    revision: str | None = None,
    pairs_per_user: int | None = None,
    seed: int = 0,
    skip_bad: bool = False,
    rejects: str | os.PathLike[str] | None = None,
) -> dict[str, Comparisons]:
    """Judgements of every aspect of a published data set, one table an aspect.

    Parameters
    ----------
    name, path, download, revision, pairs_per_user, seed, skip_bad, rejects
        See :func:`load_dataset`; every aspect has its own file of rejects, with its name before the suffix.

    Returns
    -------
    dict
        Aspect to Comparisons, in the order of the description.

    Raises
    ------
    BadRows, GustibusError
        See :func:`load_dataset`.

    Examples
    --------
    >>> import json, tempfile, pathlib
    >>> rated = [{"prompt": "A drink?", "response": drink, "helpfulness": good, "correctness": 4, "coherence": 4,
    ...           "complexity": 1, "verbosity": long} for drink, good, long in (("tea", 4, 0), ("gin", 1, 2))]
    >>> file = pathlib.Path(tempfile.mkdtemp()) / "train.jsonl"
    >>> _ = file.write_text("\\n".join(map(json.dumps, rated)))
    >>> tables = load_aspects("helpsteer2", path=file)
    >>> {aspect: float(table.outcome[0]) for aspect, table in tables.items()}
    {'helpfulness': 1.0, 'correctness': 0.5, 'coherence': 0.5, 'complexity': 0.5, 'verbosity': 0.0}
    """
    check_seed(seed)
    data = dataset_named(name)
    _refuse_strange_settings(data, Wish(data.aspects[0]), pairs_per_user)
    found = _records(data, path, download=download, revision=revision)
    target = _rejects(data, found, skip_bad, rejects)
    tables = {}
    for aspect in data.aspects:
        own = None if target is None else target.with_name(f"{target.stem}.{aspect}{target.suffix}")
        tables[aspect] = _converted(
            data, found, Wish(aspect, seed=seed), Derivation(pairs_per_user, seed), skip_bad, own
        )
    return tables


def _aspect(data: PublishedData, aspect: str | None) -> str:
    if aspect is None:
        return data.aspects[0]
    if aspect not in data.aspects:
        near = difflib.get_close_matches(aspect, data.aspects, n=1, cutoff=0.4)
        meant = f" Did you mean {near[0]!r}?" if near else ""
        raise GustibusError(f"{data.name} has no aspect {aspect!r}.{meant} It has: {', '.join(data.aspects)}.")
    return aspect


def _refuse_strange_settings(data: PublishedData, wish: Wish, pairs_per_user: int | None) -> None:
    usual = Wish(wish.aspect, seed=wish.seed)
    if data.name != "personas" and wish != usual:
        raise GustibusError(
            "personas, people_each and statements_each make the people of the data set personas. Leave them out for "
            f"{data.name}."
        )
    if pairs_per_user is not None and data.name not in _DERIVES:
        raise GustibusError(f"In {data.name} every record is a judgement: leave pairs_per_user out.")


def _records(
    data: PublishedData, path: str | os.PathLike[str] | None, *, download: bool, revision: str | None
) -> PublishedRecords:
    if path is not None and (download or revision is not None):
        raise GustibusError("path= names files that are here, so download= and revision= have no use beside it.")
    files = files_on_hub(data, download=download, revision=revision) if path is None else files_at(data, path)
    if data.non_commercial:
        caution(f"{data.title}: {data.licence}. Parts of it must not be used commercially. Cite {data.citation}.")
    return read_records(data, files)


def _rejects(
    data: PublishedData, found: PublishedRecords, skip_bad: bool, rejects: str | os.PathLike[str] | None
) -> Path | None:
    if rejects is not None:
        return Path(rejects)
    if skip_bad and found.path is None:
        raise GustibusError(
            f'{data.name} comes from several files: say where rejected records go, rejects="rejects.jsonl".'
        )
    return None if found.path is None else found.path.with_name(found.path.name + ".rejects.jsonl")


def _converted(
    data: PublishedData,
    found: PublishedRecords,
    wish: Wish,
    derivation: Derivation,
    skip_bad: bool,
    rejects: Path | None,
) -> Comparisons:
    plan = converter_of(data)(found.records, wish)
    return judgements(data, found, plan, derivation=derivation, skip_bad=skip_bad, rejects=rejects)
