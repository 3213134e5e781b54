"""Predictions against votes with intervals over prompts."""

from __future__ import annotations

import numpy as np
import pytest

from gustibus.comparisons import Comparisons, GustibusError, vote_shares
from gustibus.evaluation import ScoredVotes


def drawn(rng, *, n_prompts=80, pairs=8, votes=5, sure=1.0, lean=0.5, n_boot=300):
    """Pairs whose log-odds share a lean of their prompt; the predictor knows their own part, `sure` times as large."""
    prompt = np.repeat(np.arange(n_prompts), pairs)
    own = rng.normal(scale=1.2, size=prompt.size)
    truth = 1 / (1 + np.exp(-own - lean * rng.normal(size=n_prompts)[prompt]))
    predicted = 1 / (1 + np.exp(-sure * own))
    n = np.full(prompt.size, votes)
    return ScoredVotes(predicted, rng.binomial(votes, truth) / votes, n, 0 * n, prompt, n_boot=n_boot)


def test_resamples_are_what_measuring_each_of_them_gives():
    scored = drawn(np.random.default_rng(0), n_boot=4)
    rng = np.random.default_rng(scored.seed)
    picked = rng.integers(0, 80, (4, 80))
    for draw, clusters in enumerate(picked):
        rows = np.concatenate([np.flatnonzero(scored.cluster == c) for c in clusters])
        again = scored.where(np.ones(len(scored), bool))
        again = ScoredVotes(
            *(getattr(again, n)[rows] for n in ("probability", "share", "n_votes", "n_ties", "cluster"))
        )
        for name in ("log_loss", "brier", "correlation", "rank_correlation", "ceiling", "disagreement_auroc"):
            assert scored._resampled[name][draw] == pytest.approx(getattr(again.metrics, name)), name
        assert np.sqrt(scored._resampled["share_error"][draw]) == pytest.approx(again.metrics.share_error)


def test_intervals_hold_the_figures_of_all_prompts():
    """150 repeats: a share of them near .95 has a standard error of .018. The bootstrap itself falls short by .01."""
    everything = drawn(np.random.default_rng(1), n_prompts=20_000, sure=2.0).metrics
    assert everything.calibration_error > 0.05
    repeats = [drawn(np.random.default_rng(100 + i), sure=2.0, n_boot=200) for i in range(150)]
    for metric in (
        "brier",
        "correlation",
        "rank_correlation",
        "disagreement_auroc",
        "share_error",
        "calibration_error",
    ):
        truth, found = getattr(everything, metric), [one.interval(metric) for one in repeats]
        assert 0.89 <= np.mean([one.low <= truth <= one.high for one in found]) <= 0.99, metric


def test_a_predictor_that_is_right_on_average_is_no_further_off_than_by_chance():
    inside = [drawn(np.random.default_rng(100 + i), lean=0.0).chance for i in range(60)]
    assert np.mean([band.ece <= band.high for band in inside]) > 0.9
    too_sure = drawn(np.random.default_rng(3), sure=2.0).chance
    assert too_sure.ece > too_sure.high
    assert too_sure.p_value < 0.01


def test_with_few_prompts_many_votes_still_tell_a_predictor_that_is_too_sure():
    """Too few prompts to draw signs for: shares are drawn with as many votes as there were."""
    few = [
        drawn(np.random.default_rng(i), n_prompts=20, pairs=10, votes=40, lean=0.0, sure=sure).chance
        for i in range(20)
        for sure in (1.0, 2.0)
    ]
    assert np.mean([band.ece <= band.high for band in few[::2]]) > 0.8
    assert all(band.p_value < 0.01 for band in few[1::2])


def test_paired_differences_cancel_what_prompts_have_in_common():
    rng = np.random.default_rng(4)
    scored = drawn(rng)
    better = ScoredVotes(scored.share * 0.3 + scored.probability * 0.7, *list(vars(scored).values())[1:8])
    gain = better.paired(scored, "correlation")
    alone = scored.interval("correlation")
    assert gain.low > 0
    assert gain.high - gain.low < alone.high - alone.low
    assert better.paired(better, "brier").estimate == 0.0


def test_pairs_stand_beside_their_votes_with_prompts_as_clusters():
    row = {"response_a": "tea", "response_b": "gin"}
    rows = [
        row | {"user_id": user, "prompt": prompt, "choice": choice}
        for prompt in ("morning", "evening")
        for user, choice in (("ann", "a"), ("bob", "b"), ("cid", "tie"))
    ]
    votes = vote_shares(Comparisons.from_rows([*rows, rows[0] | {"prompt": "noon"}]))
    scored = ScoredVotes.of(votes, [0.6, 0.4, 0.9])
    assert len(scored) == scored.n_clusters == 2
    assert scored.metrics.n_votes == 6
    assert scored.n_ties.tolist() == [1, 1]
    assert len(ScoredVotes.pool([scored, scored])) == 4
    assert ScoredVotes.pool([scored, scored]).n_clusters == 2


def test_without_prompts_every_pair_is_its_own_cluster():
    rows = [
        {"user_id": user, "response_a": a, "response_b": "gin", "choice": "a"} for a in ("tea", "ale") for user in "xy"
    ]
    assert ScoredVotes.of(vote_shares(Comparisons.from_rows(rows)), [0.6, 0.4]).n_clusters == 2


def test_one_prompt_has_no_interval():
    scored = drawn(np.random.default_rng(5), n_prompts=1)
    assert np.isnan(scored.interval("brier").low)
    assert np.isnan(scored.paired(scored, "brier").high)


@pytest.mark.parametrize(
    ("call", "part"),
    [
        (lambda s: s.interval("ece"), "has no interval here"),
        (lambda s: s.paired(s, "calibration_error"), "has no paired interval"),
        (lambda s: s.paired(s.where(s.share > 0.5), "brier"), "different pairs"),
        (lambda s: s.where([True]), "select at least one pair"),
        (lambda s: ScoredVotes.pool([]), "nothing to pool"),
    ],
)
def test_what_makes_no_sense_is_refused(call, part):
    with pytest.raises(GustibusError, match=part):
        call(drawn(np.random.default_rng(6), n_prompts=5))


def test_single_votes_are_no_shares():
    rows = [{"user_id": "ann", "response_a": "tea", "response_b": "gin", "choice": "a"}]
    with pytest.raises(GustibusError, match="judged by two people"):
        ScoredVotes.of(vote_shares(Comparisons.from_rows(rows)), [0.5])
