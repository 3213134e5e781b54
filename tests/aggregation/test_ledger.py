"""The books of a decision against loops over people."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import expit

from gustibus.aggregation import ledger_of
from gustibus.comparisons import GustibusError


@pytest.fixture
def people() -> tuple[np.ndarray, np.ndarray, list[str]]:
    rng = np.random.default_rng(0)
    return rng.normal(size=(40, 5)) * 2, rng.exponential(size=40), [f"g{i % 3}" for i in range(40)]


def satisfaction_of(reward: np.ndarray, mixture: np.ndarray) -> list[float]:
    """Mean probability that what is given is preferred to another response."""
    found = []
    for row in reward:
        wins = [np.mean([expit(row[i] - row[j]) for j in range(len(row)) if j != i]) for i in range(len(row))]
        found.append(float(np.dot(wins, mixture)))
    return found


@pytest.mark.parametrize("decision", [2, [0.5, 0.0, 0.25, 0.25, 0.0]])
def test_every_figure_is_what_a_loop_finds(
    people: tuple[np.ndarray, np.ndarray, list[str]], decision: int | list[float]
) -> None:
    reward, weight, group = people
    mixture = np.eye(5)[decision] if isinstance(decision, int) else np.array(decision)
    books = ledger_of(reward, decision, weight, group=group, people=[f"p{i}" for i in range(40)])
    satisfied, share = np.array(satisfaction_of(reward, mixture)), weight / weight.sum()
    np.testing.assert_allclose(books.satisfaction, satisfied)
    assert books.mean == pytest.approx(share @ satisfied)
    assert (books.worst, books.worst_person) == (pytest.approx(satisfied.min()), f"p{satisfied.argmin()}")
    for name in set(group):
        here = np.array([one == name for one in group])
        assert books.groups[name] == pytest.approx(np.average(satisfied[here], weights=weight[here]))
    assert books.worst_group == min(books.groups.values()) == books.groups[books.worst_group_name]
    gets = reward @ mixture
    for j in range(5):
        assert books.prefer[j] == pytest.approx(share[reward[:, j] > gets + 1e-9].sum())
    np.testing.assert_allclose(books.regret, reward.max(axis=1) - gets, atol=1e-12)
    first = books.overruled[0]
    assert first.regret == books.regret.max()
    assert first.person == f"p{books.regret.argmax()}"
    assert first.favourite == reward[books.regret.argmax()].argmax()
    assert len(books.overruled) == 10


def test_the_worst_decile_is_a_tenth_of_the_weight() -> None:
    """Ten people of whom the first two get least: with equal weights the worst tenth is the first alone."""
    reward = np.stack([np.linspace(-4, 4, 10), np.zeros(10)], axis=1)
    books = ledger_of(reward, 0)
    assert books.worst_decile == pytest.approx(books.satisfaction[0])
    half = ledger_of(reward, 0, [0.5, *[1.0] * 9])
    inside = (0.5 * half.satisfaction[0] + 0.45 * half.satisfaction[1]) / 0.95
    assert half.worst_decile == pytest.approx(inside)


def test_who_does_not_count_is_not_the_worst() -> None:
    books = ledger_of([[9.0, -9.0], [1.0, 0.0]], 1, [0, 1], people=["ghost", "ann"])
    assert books.worst_person == "ann"
    assert [one.person for one in books.overruled] == ["ann"]
    assert books.overruled_share == 1.0


def test_a_favourite_of_all_overrules_nobody() -> None:
    books = ledger_of([[1.0, 0.0], [2.0, 2.0]], 0)
    assert books.overruled == ()
    assert books.overruled_share == 0.0
    assert books.prefer.tolist() == [0.0, 0.0]


def test_what_is_no_decision_is_refused() -> None:
    reward = np.zeros((2, 3))
    for wrong in (3, -1, [0.5, 0.5], [0.5, 0.2, 0.2], [1.5, -0.5, 0.0], 1.0):
        with pytest.raises(GustibusError, match=r"decision is"):
            ledger_of(reward, wrong)
    with pytest.raises(GustibusError, match="1 ids for 2 people"):
        ledger_of(reward, 0, people=["x"])
    with pytest.raises(GustibusError, match="3 groups for 2 people"):
        ledger_of(reward, 0, group=["x"] * 3)
