from __future__ import annotations

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from gustibus.comparisons.shared_prefix import shared_lengths, split_texts

words = st.lists(st.sampled_from(["a", "bb", " ", "\n", "é", "🙂", "\n\nAssistant:", "x" * 150]), max_size=12).map(
    "".join
)


def split_one(chosen: str | None, rejected: str | None) -> tuple[str | None, ...]:
    parts = split_texts(pa.array([chosen], pa.large_string()), pa.array([rejected], pa.large_string()))
    return tuple(part.to_pylist()[0] for part in parts)


@given(st.lists(st.tuples(st.binary(max_size=300), st.binary(max_size=300)), max_size=5))
def test_shared_lengths_are_those_of_the_common_prefix(pairs: list[tuple[bytes, bytes]]) -> None:
    pairs = [*pairs, *((a, a + b) for a, b in pairs)]
    flat = [np.frombuffer(b"".join(side), np.uint8) for side in ([a for a, _ in pairs], [b for _, b in pairs])]
    starts = [
        np.cumsum([0, *(len(text) for text in side)])[:-1] for side in ([a for a, _ in pairs], [b for _, b in pairs])
    ]
    limit = np.array([min(len(a), len(b)) for a, b in pairs], np.int64)
    expected = [
        next((i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b))) for a, b in pairs
    ]
    assert shared_lengths(flat[0], starts[0], flat[1], starts[1], limit).tolist() == expected


@given(words, words, words)
def test_prompt_and_rest_make_the_text_again_and_no_word_is_cut(prompt: str, a: str, b: str) -> None:
    chosen, rejected = prompt + a, prompt + b
    found, rest_a, rest_b = split_one(chosen, rejected)
    assert (found or "") + (rest_a or "") == chosen
    assert (found or "") + (rest_b or "") == rejected
    if found is not None:
        assert found.strip(" \n")
        assert found.endswith((" ", "\n", ":"))
        assert rest_a
        assert rest_b


def test_a_dialogue_is_cut_at_its_last_shared_turn() -> None:
    talk = "\n\nHuman: Hi\n\nAssistant: Hello\n\nHuman: Tea?\n\nAssistant:"
    assert split_one(talk + " I do", talk + " I do not") == (talk, " I do", " I do not")


def test_answers_that_begin_alike_keep_their_first_words_when_there_is_a_turn() -> None:
    prompt, a, b = split_one("\n\nHuman: x\n\nAssistant: Yes, tea", "\n\nHuman: x\n\nAssistant: Yes, gin")
    assert prompt == "\n\nHuman: x\n\nAssistant:"
    assert (a, b) == (" Yes, tea", " Yes, gin")


def test_texts_that_share_nothing_have_no_prompt() -> None:
    assert split_one("tea", "gin") == (None, "tea", "gin")
    assert split_one("teapot", "teacup") == (None, "teapot", "teacup")
    assert split_one(None, "gin") == (None, None, "gin")


def test_many_rows_are_split_like_few() -> None:
    rows = [(f"question {i} yes", f"question {i} no") for i in range(20_000)]
    prompt, a, b = split_texts(*(pa.array(side, pa.large_string()) for side in zip(*rows, strict=True)))
    assert prompt.to_pylist() == [f"question {i} " for i in range(20_000)]
    assert set(a.to_pylist()) == {"yes"}
    assert set(b.to_pylist()) == {"no"}
