"""Judgements that use every field."""

from __future__ import annotations

import pytest

from gustibus.comparisons import Comparisons


@pytest.fixture
def everything() -> Comparisons:
    """A tie, soft shares, margins, weights, groups, sources, times, splits, two prompts, a conversation, odd texts."""
    talk = [{"role": "user", "content": 'Say "hi"\n\tplease \\ 你好'}]
    return Comparisons.from_rows(
        [
            {
                "user_id": "ann, the first",
                "prompt": "A drink?",
                "response_a": "tea\nwith milk",
                "response_b": 'gin "neat"',
                "choice": "a",
                "margin": 1.5,
                "weight": 0.1,
                "group": "night",
                "source": "human",
                "timestamp": "2024-02-29T12:34:56.789012Z",
                "split": "train",
                "prompt_b": None,
            },
            {
                "user_id": "007",
                "prompt": talk,
                "response_a": " spaces ",
                "response_b": "NA",
                "choice": "tie",
                "source": "human",
                "weight": 1,
                "split": "test",
            },
            {
                "user_id": "null",
                "prompt": "A drink?",
                "response_a": "0.1",
                "response_b": "tea\nwith milk",
                "choice": 1 / 3,
                "weight": 0,
                "source": "human",
                "prompt_b": "Another drink?",
            },
            {
                "user_id": "null",
                "prompt": "A drink?",
                "response_a": "0.1",
                "response_b": "0.1",
                "choice": 0.5,
                "weight": 2,
                "source": "human",
                "prompt_b": "Another drink?",
            },
        ]
    )
