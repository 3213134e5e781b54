from __future__ import annotations

import pytest

torch = pytest.importorskip("torch")

from gustibus.embedding.pooling import pool  # noqa: E402

STATES = torch.tensor([[1.0, 10.0], [2.0, 20.0], [6.0, 60.0]])
JUNK = torch.full((2, 2), float("nan"))
EXPECTED = {"mean": [3.0, 30.0], "last": [6.0, 60.0], "cls": [1.0, 10.0]}


@pytest.mark.parametrize("pooling", ["mean", "last", "cls"])
@pytest.mark.parametrize("side", ["left", "right"])
def test_padding_on_either_side_plays_no_part_even_if_it_is_not_finite(pooling, side):
    parts, ones, zeros = [STATES, JUNK], torch.ones(3), torch.zeros(2)
    hidden = torch.cat(parts if side == "right" else parts[::-1])
    mask = torch.cat([ones, zeros] if side == "right" else [zeros, ones]).long()

    pooled = pool(hidden[None], mask[None], pooling)

    assert pooled.tolist() == [EXPECTED[pooling]]


def test_half_precision_states_are_pooled_in_single_precision():
    hidden = torch.full((1, 4096, 1), 40000.0, dtype=torch.float16)  # their sum is far beyond float16

    pooled = pool(hidden, torch.ones((1, 4096), dtype=torch.long), "mean")

    assert pooled.dtype == torch.float32
    assert pooled.item() == pytest.approx(40000.0)
