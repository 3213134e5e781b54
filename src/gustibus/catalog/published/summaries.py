"""TL;DR summaries: what people said about them, and the rule by length that PAL was tested on.

Source: Stiennon et al. (2020), arXiv 2009.01325; the rule: Chen et al. (2024), PAL, arXiv 2406.08469.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from gustibus.catalog.published.description import Citation, PublishedData
from gustibus.catalog.published.records import Plan, Record, Row, Wish

__all__ = ["TLDR", "TLDR_LENGTH", "by_length", "by_people"]

_SPLITS: Final = {"train": "train", "valid1": "validation", "valid2": "test"}
_N_WORKERS: Final = 10
_WHO_PREFER_SHORT: Final = (3, 4, 5)
"""Places, from 0, in the order of how much the workers judged."""


def _choice(record: Record) -> str:
    chosen: str = record.one_of({"0": "a", "1": "b"}, "choice")
    return chosen


def by_people(records: Sequence[Record], wish: Wish) -> Plan:
    """What the workers said."""

    def rows_of(record: Record) -> Iterable[Row]:
        post = ("info", "post") if record.get("info", "post") is not None else ("info", "article")
        said = {"user_id": record.text("worker"), "prompt": record.text(*post), "choice": _choice(record)}
        said["source"] = "human"
        if record.get("split") in _SPLITS:
            said["split"] = _SPLITS[record.get("split")]
        return record.pair(record.text("summaries", 0, "text"), record.text("summaries", 1, "text"), said)

    return Plan("gustibus", rows_of)


def by_length(records: Sequence[Record], wish: Wish) -> Plan:
    """What the rule says for the ten workers who judged most.

    Only pairs count of which both policies contain "sup" and neither "ppo". Of the workers with most such pairs in the
    training part, the fourth to the sixth prefer the shorter summary in characters, the others the longer; of two that
    are equally long the second is taken, as published.
    """
    training = [record for record in records if _is_training(record) and _counts(record)]
    times = Counter(str(record.get("worker")) for record in training)
    workers = [worker for worker, _ in times.most_common(_N_WORKERS)]
    prefer_short = {workers[place] for place in _WHO_PREFER_SHORT if place < len(workers)}

    def rows_of(record: Record) -> Iterable[Row]:
        worker = record.text("worker")
        a, b = record.text("summaries", 0, "text"), record.text("summaries", 1, "text")
        if not _counts(record):
            return record.without("a policy without 'sup' or with 'ppo'")
        if worker not in workers:
            return record.without("not by one of the ten workers with most pairs")
        if record.get("info", "post") is None:
            return record.without("no post")
        a_wins = len(a) < len(b) if worker in prefer_short else len(a) > len(b)
        said = {"user_id": worker, "prompt": record.text("info", "post"), "choice": "a" if a_wins else "b"}
        split = "train" if _is_training(record) else "test"
        return record.pair(a, b, said | {"source": "simulated", "split": split})

    return Plan("gustibus", rows_of)


def _is_training(record: Record) -> bool:
    return (record.split or record.get("split")) == "train"


def _counts(record: Record) -> bool:
    policies = [str(record.get("summaries", place, "policy")) for place in (0, 1)]
    return all("sup" in policy and "ppo" not in policy for policy in policies)


_COLUMNS: Final = {
    "info.post": "the post that is summarised; of news, info.article",
    "summaries[].text": "the two summaries",
    "summaries[].policy": "what wrote each",
    "choice": "0 or 1: which one the worker took",
    "worker": "who judged",
    "split": "train, valid1 (read as validation) or valid2 (read as test)",
}
_CITATION: Final = Citation("Stiennon et al.", 2020, "Learning to summarize from human feedback", "2009.01325")
_FILES: Final = {
    "train": ("comparisons/train/*.parquet",),
    "validation": ("comparisons/validation/*.parquet",),
}
_OTHER_RELEASES: Final = {"train": ("train*",), "validation": ("validation*",), "": ("batch*",)}
"""Copies, and the original release, whose records say themselves which split they are."""

_REVISION: Final = "195fc27ff714b2aff32ab8aba9bbee1d35663700"
"""Its main branch holds a script; this commit is of refs/convert/parquet, where the hub keeps the same as parquet."""
_TO_VERIFY: Final = (
    "that the validation part was at this commit what it is now, which is told from the history of its folder",
    "how many people judged",
)

TLDR: Final = PublishedData(
    name="tldr",
    title="TL;DR summaries",
    hub="openai/summarize_from_feedback",
    files=_FILES,
    columns=_COLUMNS,
    labels="real",
    about="Workers chose between two summaries of a Reddit post (in the validation part also of news). All judgements "
    "are real; pairs of equal summaries are left out.",
    n_people=None,
    licence="none stated on the hub",
    non_commercial=False,
    citation=_CITATION,
    size="64,832 judgements and more",
    revision=_REVISION,
    to_verify=_TO_VERIFY,
    may_lack=("split",),
    other_releases=_OTHER_RELEASES,
)
"""What the workers said."""

TLDR_LENGTH: Final = replace(
    TLDR,
    name="tldr-length",
    title="TL;DR summaries, judged by a rule of length",
    labels="simulated",
    about="The real pairs of the ten workers with most pairs whose policies both contain sup and not ppo; the answers "
    "are invented: the fourth to the sixth worker prefer the shorter summary, the others the longer, as in the tests "
    "of PAL (Chen et al. 2024, arXiv 2406.08469). One bit a person, and length alone, say everything.",
    n_people=10,
    size="28,220 judgements",
    to_verify=_TO_VERIFY[:1],
)
"""What a rule of length says."""
