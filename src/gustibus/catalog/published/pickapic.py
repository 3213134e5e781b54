"""Pick-a-Pic: people choose between two images made from their prompt.

Source: Kirstain et al. (2023), arXiv 2305.01569.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from gustibus.catalog.published.description import Citation, PublishedData
from gustibus.catalog.published.records import Plan, Record, Row, Wish

__all__ = ["PICKAPIC_V1", "PICKAPIC_V2", "choices_of_images"]

_CHOICES: Final = {"1": "a", "0": "b", "0.5": "tie"}


def choices_of_images(records: Sequence[Record], wish: Wish) -> Plan:
    """What people chose; a response is the id of an image."""

    def rows_of(record: Record) -> Iterable[Row]:
        if not record.flag("has_label"):
            return record.without("no choice")
        said = {"user_id": record.text("user_id"), "prompt": record.text("caption"), "source": "human"}
        said |= {"choice": record.one_of(_CHOICES, "label_0"), "timestamp": record.get("created_at")}
        return record.pair(record.text("image_0_uid"), record.text("image_1_uid"), said)

    return Plan("gustibus", rows_of)


PICKAPIC_V1: Final = PublishedData(
    name="pickapic-v1",
    title="Pick-a-Pic v1",
    hub="yuvalkirstain/pickapic_v1_no_images",
    files={
        "train": ("data/train-*.parquet",),
        "validation": ("data/validation-*.parquet",),
        "test": ("data/test-*.parquet",),
    },
    columns={
        "user_id": "who judged",
        "caption": "the prompt",
        "image_0_uid": "the first image",
        "image_1_uid": "the second image",
        "label_0": "1 if the first image was preferred, 0 if the second, 0.5 for a tie",
        "has_label": "whether anything was said",
        "created_at": "when",
    },
    labels="real",
    about="People chose between two images made from their own prompt, or said that neither is better. A response is "
    "the id of an image; the images are not in this repository. Rows without a choice are left out, and so are the "
    "parts validation_unique and test_unique, which repeat rows of the others. Vectors of the images under these ids "
    "are for gs.read_vectors; those of ramya-ml/pickapic-embeds (OpenCLIP H/14), which name no images, are for "
    "gs.embedded_samples.",
    n_people=None,
    licence="none stated on the hub",
    non_commercial=False,
    citation=Citation("Kirstain et al.", 2023, "Pick-a-Pic", "2305.01569"),
    size="615,259 judgements",
    revision="a3592a4f2e6adb7646ef56f3bb18e2968348a163",
    to_verify=(
        "how many people judged",
        "that the repository without images has the columns of the one with images",
        "the files of vectors, whose layout is told from the code that reads them",
    ),
    may_lack=("created_at",),
)
"""Version 1."""

PICKAPIC_V2: Final = replace(
    PICKAPIC_V1,
    name="pickapic-v2",
    title="Pick-a-Pic v2",
    hub="yuvalkirstain/pickapic_v2_no_images",
    size="about a million judgements",
    revision="main",
    to_verify=(*PICKAPIC_V1.to_verify, "the revision: of its last commit only the beginning, f125b6f, is known"),
)
"""Version 2: more of the same."""
