"""Evaluating real small models: who is seen, what is revealed, and what the report says."""

from __future__ import annotations

import json

import numpy as np
import pytest

from gustibus.comparisons import Comparisons, GustibusError
from gustibus.evaluation import (
    BaselineModel,
    OneModelPerPerson,
    PersonDeviation,
    Population,
    Report,
    evaluate,
    log_loss,
    measure,
    paired_interval,
    prefix,
    record_log_loss,
    standard_baselines,
)

SHOTS = (0, 2, 8)
FEATURES = np.random.default_rng(99).normal(size=(50, 3))


def features(items):
    return FEATURES[items.response]


def judgements(n_users=60, n_each=24, seed=0, spread=1.5, groups=False):
    rng = np.random.default_rng(seed)
    theta = np.array([0.5, 0.0, 0.0]) + spread * rng.normal(size=(n_users, 3))
    user = rng.permutation(np.repeat(np.arange(n_users), n_each))
    a = rng.integers(0, 50, user.size)
    b = (a + rng.integers(1, 50, user.size)) % 50
    s = ((FEATURES[a] - FEATURES[b]) * theta[user]).sum(axis=1)
    return Comparisons.from_arrays(
        users=[f"u{i:03d}" for i in range(n_users)],
        responses=[f"r{i:02d}" for i in range(50)],
        user=user,
        response_a=a,
        response_b=b,
        outcome=rng.uniform(size=user.size) < 1 / (1 + np.exp(-s)),
        **({"groups": ["north", "south"], "group": user % 2} if groups else {}),
    )


def split_world(**settings):
    """Forty people to fit; a test with further judgements of half of them and with twenty new people."""
    data = judgements(**settings)
    place = np.zeros(len(data), dtype=int)
    for u in range(60):
        rows = np.flatnonzero(data.user == u)
        place[rows] = np.arange(len(rows))
    old = data.user < 40
    train, validation = data.filter(old & (place < 14)), data.filter(old & (place >= 14) & (place < 18))
    return train, validation, data.filter((~old) | ((place >= 18) & (data.user < 20)))


@pytest.fixture(scope="module")
def world():
    return split_world(groups=True)


@pytest.fixture(scope="module")
def model(world):
    return BaselineModel(PersonDeviation(Population("never")), features).fit(*world[:2])


@pytest.fixture(scope="module")
def report(model, world):
    return evaluate(model, world[2], shots=SHOTS)


def test_known_people_are_seen_and_the_others_unseen(report):
    assert set(report["seen"].user_ids) == {f"u{i:03d}" for i in range(20)}
    assert set(report["unseen"][2].user_ids) == {f"u{i:03d}" for i in range(40, 60)}
    assert report.n_left_out == 0


def test_seen_figures_are_those_of_a_plain_prediction(report, model, world):
    seen = world[2].filter(world[2].user < 20)
    p = model.predict(seen).probability
    assert report["seen"].log_loss == pytest.approx(log_loss(p, seen.outcome))
    names = np.where(seen.group == 0, "north", "south")
    expected = measure(p, seen.outcome, user=seen.user, group=names).to_dict()
    assert report["seen"].metrics.to_dict() == pytest.approx(expected)


def test_every_number_of_answers_is_judged_on_the_same_judgements(report):
    first, *rest = report["unseen"].values()
    for scored in rest:
        np.testing.assert_array_equal(scored.outcome, first.outcome)
        np.testing.assert_array_equal(scored.user, first.user)
    assert len(first) == 20 * (24 - max(SHOTS))


def test_no_revealed_answer_is_tested(model, world):
    revealed, tested = [], []

    class Watched:
        """The same model, with a record of what it was given."""

        user_ids = model.user_ids

        def predict(self, data, users=None):
            tested.append(data)
            return model.predict(data, users=users)

        def adapt_users(self, data):
            revealed.append(data)
            return model.adapt_users(data)

    def key(data):
        return {(u, a, b) for u, a, b in zip(data.user, data.response_a, data.response_b, strict=True) if u >= 40}

    report = evaluate(Watched(), world[2], shots=SHOTS)
    duplicates = len(world[2].filter(world[2].user >= 40)) - len(key(world[2]))
    for pool in revealed:
        for data in tested:
            assert len(key(pool) & key(data)) <= duplicates  # the same pair may be judged twice by one person
    assert [np.bincount(pool.user)[40:].tolist() for pool in revealed] == [[2] * 20, [8] * 20]
    assert prefix(revealed[1], 2) == revealed[0]
    assert report["unseen"][8].log_loss > 0


def test_with_no_answers_a_new_person_is_the_population(report):
    np.testing.assert_array_equal(report["unseen"][0].probability, report.baselines["population"]["unseen"].probability)


def test_answers_help_where_people_differ(report):
    unseen = report["unseen"]
    assert unseen[8].log_loss < unseen[2].log_loss < unseen[0].log_loss
    assert unseen[8].paired(unseen[0]).high < 0
    assert report["seen"].paired(report.baselines["population"]["seen"]).high < 0


def test_standard_baselines_stand_in_their_order_where_people_differ(world):
    told = []
    models = standard_baselines(*world[:2], features, progress=lambda stage, done, total: told.append((done, total)))
    assert told[-1] == (7, 7)
    reports = {name: evaluate(model, world[2], shots=SHOTS) for name, model in models.items()}
    population, deviation = reports["population"], reports["population + deviation per person"]
    assert all(
        row["difference_high"] < 0
        for row in deviation.paired(population)
        if row["answers"] != 0 and row["metric"] == "log_loss"
    )
    for people in ("seen", "unseen"):
        names = reports["shuffled ids"]
        scored = names["seen"] if people == "seen" else names["unseen"][8]
        # names that mean nothing gain nothing, from known people or from new ones
        assert scored.paired(names.baselines["population"][people]).high > -0.01
    assert abs(reports["side"]["seen"].log_loss - np.log(2)) < 0.02


def test_length_is_a_baseline_only_where_lengths_differ(world):
    train, validation, _ = world
    longer = Comparisons.from_rows([row | {"response_a": row["response_a"] + " more"} for row in train.to_rows()])
    look = lambda items: FEATURES[[int(text[1:3]) for text in items.response_texts()]]  # noqa: E731
    assert "length" not in standard_baselines(train, validation, look)
    assert "length" in standard_baselines(longer, validation, look)


def test_intervals_pair_over_users(report):
    seen, population = report["seen"], report.baselines["population"]["seen"]
    losses = [record_log_loss(scored.probability, scored.outcome) for scored in (seen, population)]
    ours, theirs = seen.paired(population), paired_interval(*losses, seen.user)
    assert (ours.estimate, ours.low, ours.high) == pytest.approx((theirs.estimate, theirs.low, theirs.high))
    interval = seen.interval("worst_decile_accuracy")
    assert interval.low <= interval.estimate <= interval.high
    assert interval.estimate == pytest.approx(seen.metrics.worst_decile_accuracy)
    assert seen.interval("macro_brier").estimate == pytest.approx(seen.metrics.macro_brier)


def test_per_user_figures_are_under_their_ids(report, world):
    scored = report["unseen"][8]
    by_user = scored.per_user("accuracy")
    assert by_user.user.tolist() == sorted(scored.user_ids)
    assert by_user.macro == pytest.approx(scored.metrics.macro_accuracy)
    np.testing.assert_array_equal(by_user.weight, 16)


def test_groups_are_scored_by_name(report):
    assert report["seen"].metrics.worst_group in ("north", "south")
    assert report["seen"].metrics.worst_group_log_loss >= report["seen"].log_loss


def test_the_table_has_model_and_population_for_all_people(report):
    rows = [(row["people"], row["answers"], row["predictor"]) for row in report.table]
    assert rows == [
        ("seen", None, "population"),
        ("seen", None, "model"),
        ("unseen", None, "population"),
        *(("unseen", n, "model") for n in SHOTS),
    ]
    assert report.table[1]["change"] == pytest.approx(report.table[1]["log_loss"] - report.table[0]["log_loss"])
    text = report.table.to_text().splitlines()
    assert len(text) == len(rows) + 1
    assert f"{report['seen'].log_loss:.3f} [" in text[2]


def test_json_is_complete_and_names_nobody_unless_asked(report):
    plain, named = report.to_json(), report.to_json(per_user=True)
    found = json.loads(plain)
    assert found["unseen"]["2"]["log_loss"] == report["unseen"][2].log_loss
    assert found["seen"]["intervals"]["log_loss"]["low"] == report["seen"].interval("log_loss").low
    assert found["baselines"]["population"]["seen"]["accuracy"] > 0
    assert "u041" not in plain
    assert "u041" in named


def test_unknown_figures_are_null_in_json():
    data = judgements(n_users=1)
    model = BaselineModel(Population("never"), features).fit(data)
    report = evaluate(model, data, shots=())
    assert json.loads(report.to_json())["seen"]["intervals"]["log_loss"]["low"] is None
    assert "one person" not in report.table.to_text()


def test_paired_reports_compare_two_models_on_the_same_people(report, world):
    own = evaluate(BaselineModel(OneModelPerPerson(), features).fit(*world[:2]), world[2], shots=SHOTS)
    rows = own.paired(report)
    assert [(row["people"], row["answers"], row["metric"]) for row in rows][:2] == [
        ("seen", None, "log_loss"),
        ("seen", None, "accuracy"),
    ]
    assert own["unseen"][0].log_loss == pytest.approx(np.log(2))  # nothing is learned from others
    back = report.paired(own)
    assert back[0]["difference"] == pytest.approx(-rows[0]["difference"])
    assert "difference" in rows.to_text()


def test_reports_on_other_judgements_are_not_compared(report, model, world):
    with pytest.raises(GustibusError, match="same shots"):
        report.paired(evaluate(model, world[2], shots=(0, 2)))
    with pytest.raises(GustibusError, match="different records"):
        report.paired(evaluate(model, world[2], shots=SHOTS, seed=5))


def test_pooling_draws_keeps_people_whole(model, world):
    reports = [evaluate(model, world[2], shots=SHOTS, seed=seed) for seed in range(3)]
    pooled = Report.pool(reports)
    assert len(pooled["unseen"][2]) == 3 * len(reports[0]["unseen"][2])
    assert len(pooled["unseen"][2].user_ids) == 20
    means = [scored["unseen"][2].log_loss for scored in reports]
    assert pooled["unseen"][2].log_loss == pytest.approx(np.mean(means))
    # three draws of the same people do not make the interval three times as sure
    width, single = (i.high - i.low for i in (pooled["unseen"][2].interval(), reports[0]["unseen"][2].interval()))
    assert width > 0.6 * single
    with pytest.raises(GustibusError, match="differ in their shots"):
        Report.pool([reports[0], evaluate(model, world[2], shots=(0,))])


def test_renaming_and_reordering_vocabularies_change_nothing(world):
    train, validation, test = world
    one, other = (
        evaluate(BaselineModel(PersonDeviation(Population("never")), look).fit(*parts[:2]), parts[2], shots=SHOTS)
        for look, parts in (
            (features, world),
            (
                lambda items: FEATURES[[int(text[1:]) for text in items.response_texts()]],
                tuple(part.take(np.argsort(-part.user, kind="stable")).compact() for part in (train, validation, test)),
            ),
        )
    )
    assert other["unseen"][8].log_loss == pytest.approx(one["unseen"][8].log_loss, abs=1e-6)
    assert other["seen"].metrics.macro_log_loss == pytest.approx(one["seen"].metrics.macro_log_loss, abs=1e-6)


def test_people_with_too_few_answers_are_counted_and_left_out(model, world):
    test = world[2]
    short = prefix(test.filter(test.user >= 50), 12)
    report = evaluate(model, Comparisons.concat([test.filter(test.user < 50), short]), shots=SHOTS)
    assert report.n_left_out == 10
    assert len(report["unseen"][0].user_ids) == 10


def test_progress_counts_up_to_its_total(model, world):
    told = []
    evaluate(model, world[2], shots=SHOTS, progress=lambda stage, done, total: told.append((done, total)))
    assert told == [(i + 1, 6) for i in range(6)]


def test_equal_seeds_reveal_the_same_answers(model, world, report):
    assert evaluate(model, world[2], shots=SHOTS).to_json() == report.to_json()
    assert evaluate(model, world[2], shots=SHOTS, seed=1)["unseen"][2].log_loss != report["unseen"][2].log_loss


def test_reliability_of_the_report_sums_to_all_records(report):
    assert report["seen"].reliability().n_records.sum() == len(report["seen"])


def test_what_is_not_there_is_refused_with_a_fix(model, world, report):
    test = world[2]
    only_seen, only_new = evaluate(model, test.filter(test.user < 20)), test.filter(test.user >= 40)
    with pytest.raises(GustibusError, match="hold out users"):
        only_seen["unseen"]
    with pytest.raises(GustibusError, match="nobody in the test data is known"):
        evaluate(model, only_new, shots=SHOTS)["seen"]
    with pytest.raises(GustibusError, match="nobody to test"):
        evaluate(model, only_new, shots=(0, 20))
    with pytest.raises(GustibusError, match="test data are empty"):
        evaluate(model, test.take([]))
    with pytest.raises(GustibusError, match="cannot be negative"):
        evaluate(model, test, shots=(-1,))
    with pytest.raises(GustibusError, match="use one of log_loss"):
        report["seen"].interval("ece")
    with pytest.raises(GustibusError, match="is not known"):
        report["new"]
    with pytest.raises(GustibusError, match="nothing to pool"):
        Report.pool([])


def test_labels_break_every_figure_down(model, world):
    test = world[2]
    labels = ["even" if number % 2 == 0 else "odd" for number in range(len(test))]
    labels[0] = None
    found = evaluate(model, test, shots=SHOTS, by=labels)
    assert list(found.parts) == ["even", "odd"]
    for cell, whole in (("seen", found.seen), (2, found.unseen[2])):
        parts = [part.seen if cell == "seen" else part.unseen[2] for part in found.parts.values()]
        assert abs(sum(map(len, parts)) - len(whole)) <= 1
    odd = np.array([label == "odd" for label in labels])
    alone = evaluate(model, test.filter(odd), shots=())
    assert found.parts["odd"]["seen"].metrics == alone["seen"].metrics
    assert str(found.parts["odd"]["seen"].interval("log_loss")) == str(alone["seen"].interval("log_loss"))
    assert {row["part"] for row in found.parts_table} == {"even", "odd"}
    assert set(json.loads(found.to_json())["parts"]["odd"]["unseen"]) == {"0", "2", "8"}
    pooled = Report.pool([found, found])
    assert len(pooled.parts["odd"]["seen"]) == 2 * len(found.parts["odd"]["seen"])
    with pytest.raises(GustibusError, match="one label for each"):
        evaluate(model, test, by=labels[1:])
    with pytest.raises(GustibusError, match="one label for each"):
        evaluate(model, test, by="taxonomy")
