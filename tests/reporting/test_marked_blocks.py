"""Only the marked block changes, and broken marks are named."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gustibus.comparisons import GustibusError
from gustibus.reporting import marked_block, replace_marked_block

PAGE = "# A\n\n<!-- results:one -->\nold\n<!-- /results:one -->\n\nB <!-- results:two --><!-- /results:two --> C\n"


def test_everything_outside_the_block_stays():
    new = replace_marked_block(PAGE, "one", "| x |\n")
    assert new == PAGE.replace("\nold\n", "\n\n| x |\n\n")
    assert replace_marked_block(PAGE, "two", "2").endswith("B <!-- results:two -->\n\n2\n\n<!-- /results:two --> C\n")


@given(st.text(alphabet="abc |\n\\1", max_size=30))
def test_replacing_twice_is_replacing_once(text):
    once = replace_marked_block(PAGE, "one", text)
    assert replace_marked_block(once, "one", text) == once
    assert marked_block(once, "one") == text.strip("\n")
    assert marked_block(once, "two") == ""


@pytest.mark.parametrize(
    ("page", "reason"),
    [
        ("nothing", "opened 0 times and closed 0 times"),
        ("<!-- results:one -->", "opened 1 times and closed 0 times"),
        (PAGE + PAGE, "opened 2 times"),
        ("<!-- /results:one --><!-- results:one -->", "closed before it is opened"),
    ],
)
def test_broken_marks_are_named(page, reason):
    with pytest.raises(GustibusError, match=reason):
        replace_marked_block(page, "one", "x")


def test_generated_text_must_not_hold_marks():
    with pytest.raises(GustibusError, match="holds a mark itself"):
        replace_marked_block(PAGE, "one", "<!-- results:two -->")


def test_names_are_plain():
    with pytest.raises(GustibusError, match="no name of a block"):
        replace_marked_block(PAGE, "o.e", "x")
