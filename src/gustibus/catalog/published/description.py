"""What a published data set is: where it is, what its columns hold, who judged, and under which terms."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

__all__ = ["Citation", "Labels", "PublishedData"]

Labels = Literal["real", "derived", "simulated"]
"""Said by people about pairs; made from ratings or by a model; or invented by a rule."""


@dataclass(frozen=True)
class Citation:
    """The paper to cite.

    Attributes
    ----------
    authors, year, title
        As they stand on it.
    arxiv
        Its arXiv id, "" if there is none.
    """

    authors: str
    year: int
    title: str
    arxiv: str = ""

    def __str__(self) -> str:
        where = f", arXiv {self.arxiv}" if self.arxiv else ""
        return f"{self.authors} ({self.year}), {self.title}{where}"


@dataclass(frozen=True)
class PublishedData:
    """One published data set.

    Attributes
    ----------
    name
        What :func:`load_dataset` calls it.
    title
        What people call it.
    hub
        Its repository among the data sets of the Hugging Face hub.
    files
        Split to the patterns of its files in that repository; the split "" is none.
    revision
        The commit that is read; "main" where no commit is pinned, which ``to_verify`` then says.
    columns
        The columns that are read (a dot goes into a record, ``[]`` into a list), and what each holds.
    other_releases
        Split to the names of files with the same columns from elsewhere than the hub, wherever they lie in a folder.
    may_lack
        Those of them without which it can be read as well.
    labels
        Whether what is said is real, derived or simulated.
    about
        The same in words: who judged what, and what is derived or left out.
    n_people
        How many people judged; 0 if it does not say who did, None if the number is not known before it is read.
    licence
        Its name, or "none stated".
    non_commercial
        Whether a part of it must not be used commercially.
    citation
        What to cite.
    aspects
        What was judged, each a table of its own; the first unless another is named.
    size
        How large it is, in words; "" if that is not known.
    to_verify
        What of this description could not be checked against the publication.
    """

    name: str
    title: str
    hub: str
    files: Mapping[str, tuple[str, ...]]
    columns: Mapping[str, str]
    labels: Labels
    about: str
    n_people: int | None
    licence: str
    non_commercial: bool
    citation: Citation
    aspects: tuple[str, ...] = ("preference",)
    size: str = ""
    revision: str = "main"
    to_verify: tuple[str, ...] = ()
    may_lack: tuple[str, ...] = ()
    other_releases: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def patterns(self) -> tuple[str, ...]:
        """The patterns of all its files."""
        return tuple(pattern for patterns in self.files.values() for pattern in patterns)

    @property
    def top_columns(self) -> tuple[str, ...]:
        """The columns of its tables that are read, without what is inside them.

        Examples
        --------
        >>> from gustibus.catalog import DATASETS
        >>> DATASETS["ultrafeedback"].top_columns
        ('instruction', 'completions')
        """
        names = (re.split(r"[.\[]", name.strip())[0] for key in self.columns for name in key.split(","))
        return tuple(dict.fromkeys(name for name in names if name))

    def people(self) -> str:
        """How many people judged, in words."""
        if self.n_people is None:
            return "not stated"
        if not self.n_people and self.labels == "simulated":
            return "invented"
        return f"{self.n_people:,}" if self.n_people else "none named"

    def fetch_command(self, revision: str | None = None) -> str:
        """What to type into a terminal to fetch its files into the local cache of the hub.

        Examples
        --------
        >>> from gustibus.catalog import DATASETS
        >>> print(DATASETS["prism"].fetch_command("main"))
        hf download HannahRoseKirk/prism-alignment --repo-type dataset --revision main --include "utterances.jsonl"
        """
        include = " ".join(f'--include "{pattern}"' for pattern in self.patterns)
        return f"hf download {self.hub} --repo-type dataset --revision {revision or self.revision} {include}"
