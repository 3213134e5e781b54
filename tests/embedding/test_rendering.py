from __future__ import annotations

import pytest

from gustibus.comparisons import GustibusError, canonical_messages
from gustibus.embedding.rendering import conversation_of, render_item

ASKED = canonical_messages([{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Name a fruit."}])
ANSWERED = canonical_messages([{"role": "assistant", "content": "A pear."}])


def test_plain_texts_are_joined_by_an_empty_line():
    assert render_item("Name a fruit.", "A pear.") == "Name a fruit.\n\nA pear."
    assert render_item(None, "A pear.") == "A pear."


def test_the_response_alone_can_be_rendered():
    assert render_item("Name a fruit.", "A pear.", item_text="response") == "A pear."
    assert render_item(ASKED, ANSWERED, item_text="response") == "A pear."


@pytest.mark.parametrize("response", ["A pear.", ANSWERED])
def test_a_conversation_is_rendered_as_paragraphs_with_roles(response):
    rendered = render_item(ASKED, response)

    assert rendered == "system: Be brief.\n\nuser: Name a fruit.\n\nassistant: A pear."


def test_a_plain_prompt_beside_a_conversation_is_the_users_turn():
    assert conversation_of("Name a fruit.", ANSWERED) == [
        {"role": "user", "content": "Name a fruit."},
        {"role": "assistant", "content": "A pear."},
    ]


def test_text_that_only_looks_like_json_stays_as_it_is():
    assert render_item(None, '["role"]') == '["role"]'


def test_text_parts_are_read_and_other_parts_refused():
    parts = canonical_messages([{"role": "user", "content": [{"type": "text", "text": "Name a fruit."}]}])
    picture = canonical_messages([{"role": "user", "content": [{"type": "image", "url": "pear.png"}]}])

    assert render_item(parts, "A pear.") == "user: Name a fruit.\n\nassistant: A pear."
    with pytest.raises(GustibusError, match=r"part of type 'image'.*Vectors"):
        render_item(picture, "A pear.")


def test_a_message_without_content_shows_what_else_it_holds():
    call = canonical_messages([{"role": "assistant", "tool_calls": [{"name": "pick"}]}])

    assert render_item("Name a fruit.", call) == 'user: Name a fruit.\n\nassistant: {"tool_calls": [{"name": "pick"}]}'
