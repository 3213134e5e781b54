"""Tables, figure and page of decisions say what the decisions are."""

from __future__ import annotations

import numpy as np
import pytest

from gustibus.aggregation import decide_by_all, frontier, ledger_of
from gustibus.comparisons import GustibusError
from gustibus.reporting import decisions_table, frontier_figure, rule_sentences, rules_page, rules_summary, rules_table

RNG = np.random.default_rng(3)
REWARD = RNG.normal(size=(30, 6)) + RNG.normal(size=6)
GROUPS = ["a" if i % 4 else "b" for i in range(30)]
NAMES = [f"response <{i}>" for i in range(6)]


def test_the_frontier_is_what_no_response_beats_on_both_counts() -> None:
    for group in (None, GROUPS):
        found = frontier(REWARD, group=group)
        books = [ledger_of(REWARD, y, group=group) for y in range(6)]
        worst = [one.worst_group if group else one.worst_decile for one in books]
        np.testing.assert_allclose(found.mean, [one.mean for one in books], atol=1e-12)
        np.testing.assert_allclose(found.worst, worst, atol=1e-12)
        both = np.stack([found.mean, worst], axis=1)
        beaten = [((both >= one).all(axis=1) & (both > one).any(axis=1)).any() for one in both]
        kept = set(np.flatnonzero(np.logical_not(beaten)).tolist())
        assert set(found.undominated) == kept
        assert list(found.mean[list(found.undominated)]) == sorted(found.mean[list(kept)], reverse=True)


def test_borda_and_the_worst_off_group_choose_on_the_ends_of_the_frontier() -> None:
    found = frontier(REWARD, group=GROUPS)
    chosen = decide_by_all(REWARD, group=GROUPS, rules=["borda", "group-max-min"])
    assert found.mean[chosen["borda"].response] == found.mean.max()
    assert found.worst[chosen["group-max-min"].response] == found.worst.max()


def test_a_table_has_one_line_a_rule_and_groups_only_where_there_are_any() -> None:
    plain, grouped = decide_by_all(REWARD), decide_by_all(REWARD, group=GROUPS)
    assert "worst group" not in rules_table(plain).to_text()
    lines = rules_table(grouped).cells()
    assert [line[0] for line in lines] == list(grouped)
    assert [line[4] for line in lines] == [f"{one.ledger.worst_group:.3f}" for one in grouped.values()]


def test_the_summary_is_the_mean_over_prompts() -> None:
    each = [decide_by_all(REWARD), decide_by_all(REWARD[:, ::-1] * 2)]
    rows = {row[0]: row for row in rules_summary(each).rows}
    assert rows["nash"][1] == pytest.approx(np.mean([one["nash"].ledger.mean for one in each]))
    assert rows["borda"][-1] == 1.0
    below = decisions_table([one["nash"] for one in each], ["first", None]).rows
    assert [row[0] for row in below] == ["first", "(none)", "mean"]


def test_the_figure_marks_every_response_and_every_choice() -> None:
    chosen = decide_by_all(REWARD, group=GROUPS, responses=NAMES)
    axes = frontier_figure(frontier(REWARD, group=GROUPS), chosen).axes[0]
    distinct = {tuple(np.round(one.weight, 6)) for one in chosen.values()}
    assert len(axes.collections) == 1 + len(distinct)
    assert axes.get_ylabel() == "worst-off group (win rate)"


def test_the_page_stands_alone_and_is_the_same_for_the_same_decisions() -> None:
    chosen, found = decide_by_all(REWARD, group=GROUPS, responses=NAMES), frontier(REWARD, group=GROUPS)
    page = rules_page(["What?", None], [chosen, chosen], [found, found], source="here")
    assert page == rules_page(["What?", None], [chosen, chosen], [found, found], source="here")
    assert "response &lt;" in page
    assert "<script" not in page
    assert "http" not in page.replace("http://www.w3.org", "")
    assert page.count("<svg") == 2
    ids = [part.split('"')[0] for part in page.split(' id="')[1:]]
    assert len(ids) == len(set(ids))


def test_sentences_name_who_gains_by_another_rule() -> None:
    rewards = [[3.0, 1.0, -3.0], [3.0, 1.0, -3.0], [-4.0, 1.0, 3.0]]
    said = rule_sentences([decide_by_all(rewards, rules=["mean", "borda", "max-min"])])
    assert said[1] == "Counting heads (borda) and averaging rewards (mean) choose differently."
    assert "best for the worst-off tenth of the people is what 'mean' and 'max-min' choose" in said[2]


def test_counts_that_do_not_fit_are_refused() -> None:
    with pytest.raises(GustibusError, match="one each"):
        rules_page([None], [], [])
    with pytest.raises(GustibusError, match="one each"):
        decisions_table([], [])
