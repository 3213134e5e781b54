"""What the page on fitting says is tried is what is tried."""

from __future__ import annotations

import pytest
from page_blocks import ROOT

from gustibus.fitting import feature_choices, fit, taste_search, validation_split

PAGE = (ROOT / "docs" / "fitting.md").read_text(encoding="utf-8")


def in_words(values: tuple[float, ...]) -> str:
    return ", ".join(f"{value:g}" for value in values)


@pytest.mark.parametrize(
    ("setting", "values"),
    [
        ("`components`", feature_choices.COMPONENTS),
        ("`item_offsets`, `offset_penalty`", taste_search.OFFSET_PENALTIES),
        ("`dimensions`", taste_search.DIMENSIONS),
        ("`prototype_scale`", taste_search.PROTOTYPE_SCALES),
        ("`user_penalty`", taste_search.USER_PENALTIES),
        ("`shared_penalty`", (taste_search.SHARED_PENALTY,)),
    ],
)
def test_the_values_that_are_tried_are_stated(setting: str, values: tuple[float, ...]) -> None:
    (row,) = [line for line in PAGE.splitlines() if line.startswith(f"| {setting} |")]
    assert in_words(values) in row.split("|")[3]


def test_the_limits_of_choosing_are_stated() -> None:
    assert f"Beyond {taste_search.MAX_SEARCH_JUDGEMENTS:,} judgements" in PAGE
    assert f"up to {feature_choices.MAX_NUMERIC_COLUMNS} numeric columns" in PAGE
    assert (validation_split.MIN_JUDGEMENTS, fit.RECURRING, fit.FEW_ANSWERS) == (6, 4, 5)
