"""An evaluation says how predictions stand to vote shares, where people judged the same pairs."""

from __future__ import annotations

import json

import numpy as np
import pytest

from gustibus.comparisons import Comparisons, vote_shares
from gustibus.evaluation import BaselineModel, PersonDeviation, Report, evaluate, share_correlation

FEATURES = np.random.default_rng(0).normal(size=(24, 3))


def judgements(seed=0, n_users=60, n_each=40):
    """Sixty people judge pairs of 24 responses, so that each of 276 pairs has about nine votes."""
    rng = np.random.default_rng(seed)
    taste = np.array([1.0, 0.5, 0.0]) + rng.normal(size=(n_users, 3))
    user = np.repeat(np.arange(n_users), n_each)
    a = rng.integers(0, 24, user.size)
    b = (a + rng.integers(1, 24, user.size)) % 24
    s = ((FEATURES[a] - FEATURES[b]) * taste[user]).sum(axis=1)
    return Comparisons.from_arrays(
        users=[f"u{i}" for i in range(n_users)], responses=[f"r{i}" for i in range(24)], user=user,
        response_a=a, response_b=b, outcome=rng.uniform(size=user.size) < 1 / (1 + np.exp(-s)),
    )  # fmt: skip


@pytest.fixture(scope="module")
def model_and_test():
    data = judgements()
    place, known = np.arange(len(data)) % 40, data.user < 40
    model = BaselineModel(PersonDeviation(ridge=1.0), lambda items: FEATURES[items.response])
    return model.fit(data.filter(known & (place < 20))), data.filter((known & (place >= 20)) | ~known)


@pytest.fixture(scope="module")
def report(model_and_test) -> Report:
    return evaluate(*model_and_test, shots=(0, 5), n_boot=200)


def test_the_population_is_scored_on_every_pair_with_several_votes(report, model_and_test):
    model, test = model_and_test
    votes = vote_shares(test).at_least(2)
    found = report.votes["population"]
    assert len(found) == len(votes) > 100
    p = model.predict(votes.pairs, users="population").probability
    assert found.metrics.correlation == pytest.approx(share_correlation(p, votes.share))


def test_the_voters_are_predicted_as_themselves_in_the_mean(report, model_and_test):
    model, test = model_and_test
    seen = test.filter(test.user < 40)
    own, votes = model.predict(seen).probability, vote_shares(seen)
    pair = int(np.argmax(votes.n_votes))
    a, b = votes.pairs.response_a[pair], votes.pairs.response_b[pair]
    straight = (seen.response_a == a) & (seen.response_b == b)
    turned = (seen.response_a == b) & (seen.response_b == a)
    by_user = {u: np.mean(np.where(turned, 1 - own, own)[(straight | turned) & (seen.user == u)])
               for u in np.unique(seen.user[straight | turned])}  # fmt: skip
    found = report.votes["people"]
    several = np.flatnonzero(votes.n_votes >= 2).tolist()
    assert found.probability[several.index(pair)] == pytest.approx(np.mean(list(by_user.values())), abs=1e-6)
    assert found.metrics.correlation > report.votes["population"].metrics.correlation


def test_the_table_and_the_json_have_them(report):
    table = report.votes_table
    assert [row["predictor"] for row in table] == ["population", "people"]
    assert table[0]["ceiling"] > table[0]["correlation_low"]
    assert table[1]["ceiling"] is None
    assert "distance to shares" in table.to_text()
    written = json.loads(report.to_json())["votes"]
    assert set(written) == {"population", "people"}
    assert written["people"]["share_error"] is None
    assert len(written["population"]["reliability"]["low"]) == len(written["population"]["reliability"]["predicted"])
    assert written["population"]["n_clusters"] == written["population"]["n_pairs"]


def test_pooled_reports_keep_pairs_whole(report, model_and_test):
    again = evaluate(*model_and_test, shots=(0, 5), seed=1, n_boot=200)
    pooled = Report.pool([report, again]).votes["population"]
    assert len(pooled) == 2 * len(report.votes["population"])
    assert pooled.n_clusters == report.votes["population"].n_clusters


def test_judgements_of_different_pairs_have_no_such_section(model_and_test):
    model, test = model_and_test
    first = np.unique(np.sort(np.stack([test.response_a, test.response_b]), axis=0), axis=1, return_index=True)[1]
    few = evaluate(model, test.filter(np.isin(np.arange(len(test)), first)), shots=(), n_boot=50)
    assert few.votes == {}
    assert few.votes_table == []
    assert json.loads(few.to_json())["votes"] == {}
