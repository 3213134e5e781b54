from __future__ import annotations

import json

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gustibus.comparisons import GustibusError, canonical_messages, is_conversation, messages
from gustibus.comparisons.conversation_columns import conversations_of
from gustibus.comparisons.text_columns import canonical_vocabulary

text = st.text(max_size=8) | st.sampled_from(
    ['"', "\\", "\n", "\t", "\b\f\r", "\x00\x1f", "\x7f", "\u2028", "🙂", "<b>"]
)
message = st.fixed_dictionaries(
    {"role": st.sampled_from(["user", "assistant"])}, optional={"content": st.none() | text}
)
conversation = st.lists(message, min_size=1, max_size=3)


@given(conversation)
def test_canonical_text_leads_back_to_the_messages(talk: list[dict[str, str | None]]) -> None:
    spelled = canonical_messages(talk)
    assert is_conversation(spelled)
    assert messages(spelled) == [{key: value for key, value in part.items() if value is not None} for part in talk]
    assert canonical_messages(messages(spelled)) == spelled
    assert canonical_messages([dict(reversed(part.items())) for part in talk]) == spelled


@given(st.lists(st.none() | conversation, min_size=1, max_size=5))
def test_a_column_of_conversations_is_spelled_as_one_by_one(talks: list[list[dict[str, str | None]] | None]) -> None:
    kind = pa.list_(pa.struct([("role", pa.string()), ("content", pa.string())]))
    column = pa.chunked_array([pa.array(talks, kind), pa.array(talks[:1], kind)])
    expected = [None if talk is None else canonical_messages(talk) for talk in [*talks, talks[0]]]
    assert conversations_of(column).texts().to_pylist() == expected


def test_messages_with_parts_are_kept_whole() -> None:
    talk = [{"role": "user", "content": [{"type": "text", "text": "Hi"}], "n": 1.5}]
    column = pa.chunked_array([pa.array([talk])])
    assert conversations_of(column).texts().to_pylist() == [canonical_messages(talk)]
    assert json.loads(canonical_messages(talk)) == talk


def test_whole_numbers_and_truth_values_in_messages_are_json() -> None:
    talk = [{"role": "tool", "id": 3, "ok": True, "nothing": None}]
    assert conversations_of(pa.chunked_array([pa.array([talk])])).texts().to_pylist() == [canonical_messages(talk)]


def test_a_message_without_a_role_marks_its_conversation() -> None:
    talks = [[{"role": "user"}], [{"role": "user"}, {"role": None}], [None]]
    kind = pa.list_(pa.struct([("role", pa.string())]))
    assert conversations_of(pa.chunked_array([pa.array(talks, kind)])).malformed.tolist() == [False, True, True]


def test_texts_that_are_conversations_in_other_spelling_become_canonical() -> None:
    loose = '[ {"role":"user",\n "content":"Hi"} ]'
    vocabulary = pa.array([loose, '[{"no": "role"}] "role"', "[{", "plain"])
    assert canonical_vocabulary(vocabulary).to_pylist() == [
        '[{"content":"Hi","role":"user"}]',
        '[{"no": "role"}] "role"',
        "[{",
        "plain",
    ]


def test_what_is_no_conversation_says_so() -> None:
    assert not is_conversation('["role"]')
    assert not is_conversation('[{"role": ')
    with pytest.raises(GustibusError, match="is_conversation"):
        messages("Hello")
    with pytest.raises(GustibusError, match="non-empty list of messages"):
        canonical_messages([])
    with pytest.raises(GustibusError, match="JSON cannot say"):
        canonical_messages([{"role": "user", "content": float("nan")}])
