"""Who is worst off decides: against brute force."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from gustibus.aggregation import leximin, max_min

rewards = arrays(np.float64, st.tuples(st.integers(1, 5), st.integers(2, 5)), elements=st.integers(-4, 4).map(float))


@given(reward=rewards)
def test_leximin_is_the_order_of_sorted_lists(reward: np.ndarray) -> None:
    keys = [tuple(-np.sort(column)) for column in reward.T]
    # Larger is better in every place, so the negated lists are sorted ascending; ties keep their order.
    assert leximin(reward).tolist() == sorted(range(len(keys)), key=lambda i: keys[i])
    assert max_min(reward)[leximin(reward)[0]] == max_min(reward).max()


def test_weights_only_say_who_counts() -> None:
    reward = [[0.0, -9.0], [1.0, 2.0]]
    assert leximin(reward, [0, 1]).tolist() == [1, 0]
    assert max_min(reward, [0, 5]).tolist() == [1.0, 2.0]
