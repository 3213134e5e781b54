from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from gustibus.embedding.token_batches import token_batches


@given(st.lists(st.integers(1, 40), max_size=50), st.integers(1, 100))
def test_batches_cover_every_text_once_and_keep_to_the_budget(lengths, budget):
    batches = [batch.tolist() for batch in token_batches(lengths, budget)]

    assert sorted(i for batch in batches for i in batch) == list(range(len(lengths)))
    for batch in batches:
        assert len(batch) == 1 or len(batch) * max(lengths[i] for i in batch) <= budget


@given(st.lists(st.integers(1, 40), min_size=1, max_size=50), st.integers(1, 100))
def test_texts_come_longest_first(lengths, budget):
    in_order = np.concatenate(list(token_batches(lengths, budget)))

    assert np.all(np.diff(np.array(lengths)[in_order]) <= 0)
