"""The figures of cycles say what was found."""

from __future__ import annotations

import numpy as np
import pytest

from gustibus.aggregation import PairWins
from gustibus.comparisons import GustibusError
from gustibus.diagnosis import diagnose_cycles
from gustibus.reporting import cycle_graph, hodge_bars


def circle_of(n: int) -> np.ndarray:
    ahead = (np.arange(n)[None] - np.arange(n)[:, None]) % n
    return np.where(ahead == 0, 0.5, np.where(ahead <= n // 2, 0.7, 0.3))


def test_the_graph_has_every_name_and_the_shares_of_the_cycle() -> None:
    texts = [text.get_text() for text in cycle_graph(circle_of(7), [f"bot {i}" for i in range(7)]).axes[0].texts]
    assert [text for text in texts if text.startswith("bot")] == [f"bot {i}" for i in range(7)]
    assert texts.count("70 %") == 3


def test_without_a_cycle_no_share_is_written() -> None:
    p = np.where(np.triu(np.ones((4, 4)), 1) > 0, 0.8, np.where(np.eye(4) > 0, 0.5, 0.2))
    assert not [text for text in cycle_graph(p, list("abcd")).axes[0].texts if "%" in text.get_text()]


def test_bars_show_each_share_beside_its_null() -> None:
    report = diagnose_cycles(PairWins.from_matrix(np.round(40 * circle_of(5))), n_null=20)
    texts = [text.get_text() for text in hodge_bars(report).axes[0].texts]
    assert f"{report.shares['curl'].share:.3f}" in texts
    assert f"without cycles {report.shares['curl'].null:.3f}" in texts


def test_what_cannot_be_drawn_is_refused() -> None:
    with pytest.raises(GustibusError, match="too many"):
        cycle_graph(circle_of(17), [str(i) for i in range(17)])
    with pytest.raises(GustibusError, match="do not belong"):
        cycle_graph(circle_of(3), ["a", "b"])
