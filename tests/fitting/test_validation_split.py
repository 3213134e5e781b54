"""Which judgements are kept for choosing."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from gustibus.fitting import validation_mask


@given(
    counts=st.lists(st.integers(1, 40), min_size=1, max_size=8), share=st.floats(0.05, 0.45), seed=st.integers(0, 99)
)
def test_each_person_gives_their_share_and_those_with_few_answers_none(
    counts: list[int], share: float, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    user = rng.permutation(np.repeat(np.arange(len(counts)), counts))
    mask = validation_mask(user, share, seed)
    for person, count in enumerate(counts):
        expected = max(1, int(np.floor(share * count))) if count >= 6 else 0
        assert mask[user == person].sum() == expected


def test_equal_seeds_draw_the_same_judgements() -> None:
    user = np.repeat(np.arange(20), 10)
    assert np.array_equal(validation_mask(user, 0.1, 3), validation_mask(user, 0.1, 3))
    assert not np.array_equal(validation_mask(user, 0.1, 3), validation_mask(user, 0.1, 4))
