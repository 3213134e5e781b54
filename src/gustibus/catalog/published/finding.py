"""Where the files of a published data set are: in a folder, in the local cache of the hub, or to be fetched."""

from __future__ import annotations

import fnmatch
import os
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from gustibus.catalog.published.description import PublishedData
from gustibus.comparisons import GustibusError
from gustibus.comparisons.file_reading import kind_of_file

__all__ = ["PublishedFile", "files_at", "files_on_hub"]


@dataclass(frozen=True)
class PublishedFile:
    """One file of a data set.

    Attributes
    ----------
    path
        Where it is.
    name
        What messages call it.
    split
        train, validation or test; None where the publication does not say.
    """

    path: Path
    name: str
    split: str | None


def files_at(data: PublishedData, path: str | os.PathLike[str]) -> list[PublishedFile]:
    """The files of a data set at a path: a file whatever its name, or those in a folder that are named as published.

    A file may have another suffix than the published one.

    Raises
    ------
    GustibusError
        If nothing is there, or no file of the folder is named as published.
    """
    place = Path(path).expanduser()
    if not place.is_dir():
        return [PublishedFile(place, str(place), _split_of(data, place.name) or None)]
    found = []
    for file in sorted(place.rglob("*")):
        inside = file.relative_to(place).as_posix()
        split = _split_of(data, inside) if file.is_file() and _is_table(file) else None
        if split is not None:
            found.append(PublishedFile(file, str(file), split or None))
    if not found:
        there = sorted(file.relative_to(place).as_posix() for file in place.rglob("*") if file.is_file())
        holds = f"It holds {', '.join(there[:5])}{' ...' if len(there) > 5 else ''}." if there else "It is empty."
        raise GustibusError(
            f"No file of {data.name} is in the folder {place}. {holds} As published they are named "
            f"{', '.join(data.patterns)} (parquet, jsonl, csv or json). Rename them, or name one file: path=..."
        )
    return found


def files_on_hub(data: PublishedData, *, download: bool, revision: str | None) -> list[PublishedFile]:
    """The files of a data set in the local cache of the hub, fetched into it only with ``download``.

    Raises
    ------
    GustibusError
        If they are not there and are not to be, or cannot be, fetched.
    """
    try:
        import httpx
        from huggingface_hub import snapshot_download
    except ImportError as error:
        raise GustibusError(
            f'To look for {data.name} in the cache of the hub, pip install "huggingface_hub"; or name the files you '
            "have: path=..."
        ) from error
    try:
        folder = snapshot_download(
            data.hub,
            repo_type="dataset",
            revision=revision or data.revision,
            allow_patterns=list(data.patterns),
            local_files_only=not download,
        )
    except (OSError, ValueError, httpx.HTTPError) as error:
        raise GustibusError(_not_there(data, revision, error if download else None)) from error
    found = [file for file in sorted(Path(folder).rglob("*")) if file.is_file()]
    if not any(_split_of(data, file.relative_to(folder).as_posix()) is not None for file in found):
        raise GustibusError(_not_there(data, revision, None))
    return files_at(data, folder)


def _not_there(data: PublishedData, revision: str | None, error: Exception | None) -> str:
    have = "If you have its files, name them: path=... (--path)."
    if error is not None:
        reason = str(error).strip().split("\n")[0].rstrip(".")
        return (
            f"{data.name} could not be fetched from {data.hub}: {reason}. On a machine with a network (and "
            f"without HF_HUB_OFFLINE) type: {data.fetch_command(revision)}\n{have}"
        )
    return (
        f"{data.name} is not in the local cache of the hub, and nothing is fetched unasked. Fetch it "
        f"({data.size or 'size not stated'}; licence: {data.licence}) with:\n"
        f"  {data.fetch_command(revision)}\n"
        f"or with download=True (gustibus data get {data.name} --allow-download). {have}"
    )


def _split_of(data: PublishedData, inside: str) -> str | None:
    """The split of a file by its name, "" for none; None if it is not a file of this data set.

    The folders must fit where the file lies in one that the patterns name; a file may also lie at the top.
    """
    file = PurePosixPath(inside)
    stem = file.name.partition(".")[0]
    for split, patterns in data.files.items():
        for pattern in map(PurePosixPath, patterns):
            wanted = pattern.name.partition(".")[0]
            named = fnmatch.fnmatchcase(stem, wanted) or stem == wanted.rstrip("*").rstrip("-") != ""
            says_its_split = wanted != "*" or len(data.files) == 1
            at_top = len(file.parts) == 1 and says_its_split
            if named and (at_top or fnmatch.fnmatchcase(str(file.parent), str(pattern.parent))):
                return split
    for split, names in data.other_releases.items():
        if any(fnmatch.fnmatchcase(stem, name) for name in names):
            return split
    return None


def _is_table(path: Path) -> bool:
    try:
        kind_of_file(path)
    except GustibusError:
        return False
    return True
