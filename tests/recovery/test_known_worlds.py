"""Fits beside the truth of small synthetic worlds.

Three seeds gave mean correlations of 0.968 to 0.970 (worst tenth 0.938 to 0.943), gains of 0.087 to 0.096 in accuracy
with lower ends of 0.075 and more, and new people whose cost of not being known had fallen to 0.12 to 0.27 of its start
after 20 answers; the bounds leave room for other machines.
"""

import numpy as np
import pytest

import gustibus as gs
from gustibus.evaluation import Scored, prefix

SETTINGS = {"components": 64, "whiten": True, "dimensions": 8, "user_penalty": 0.3, "prototype_scale": 0.1}


@pytest.fixture(scope="module")
def world():
    return gs.ideal_point_world(n_users=260, n_items=3000, comparisons_per_user=90, held_out_per_user=40, seed=0)


@pytest.fixture(scope="module")
def newcomers(world):
    """Sixty people whom no fit sees."""
    return [f"user-{u:03d}" for u in range(200, 260)]


@pytest.fixture(scope="module")
def train(world, newcomers):
    return world.comparisons.for_users([user for user in world.truth.user_ids if user not in set(newcomers)])


@pytest.fixture(scope="module")
def four(world, train):
    return gs.fit(train, encoder=world.vectors, prototypes=4, seed=0, **SETTINGS)


@pytest.fixture(scope="module")
def one(world, train):
    return gs.fit(train, encoder=world.vectors, prototypes=1, seed=0, **SETTINGS)


def scored(model, data, users=None):
    return Scored.of(data, model.predict(data, users=users).probability)


def test_rewards_of_four_tastes_correlate_with_the_truth_on_held_out_items(world, four):
    held_out = list(world.truth.responses[-500:])
    fitted = four.users.mean @ four.prototype_scores(None, held_out).T

    true = world.truth.rewards(four.user_ids, held_out)

    each = np.array([np.corrcoef(x, y)[0, 1] for x, y in zip(fitted, true, strict=True)])
    assert each.mean() > 0.94
    assert np.sort(each)[:20].mean() > 0.9  # the worst tenth


def test_four_tastes_predict_held_out_answers_better_than_one(world, four, one):
    asked = world.held_out.for_users(list(four.user_ids))

    gain = scored(four, asked).paired(scored(one, asked), "accuracy")

    assert gain.low > 0.05
    assert scored(four, asked).accuracy > world.truth.bayes_accuracy(asked) - 0.04


def test_new_people_come_near_known_ones_after_twenty_answers(world, four, newcomers):
    answers, asked = world.comparisons.for_users(newcomers), world.held_out.for_users(newcomers)
    ceiling = world.truth.bayes_log_loss(asked)
    known = scored(four, world.held_out.for_users(list(four.user_ids)))
    excess_of_known = known.log_loss - world.truth.bayes_log_loss(world.held_out.for_users(list(four.user_ids)))

    excess = {
        n: scored(four, asked, four.adapt_users(prefix(answers, n)) if n else "population").log_loss - ceiling
        for n in (0, 5, 20, 90)
    }

    assert excess[0] > excess[5] > excess[20] > excess[90]
    # What not knowing a person costs beyond what known people cost has fallen to less than half.
    assert excess[20] - excess_of_known < (excess[0] - excess_of_known) / 2
    # With as many answers as known people gave, only chance tells the two apart.
    assert abs(excess[90] - excess_of_known) < 0.03


def test_one_prototype_and_bradley_terry_agree_where_all_share_one_linear_taste():
    """An ideal point far away is a direction: then K = 1 is Bradley-Terry with a linear head.

    It fits a little worse because it has the square of the map to suppress, hence the bound on the difference.
    """
    rng = np.random.default_rng(0)
    features = rng.normal(size=(400, 10))
    reward = features @ rng.normal(size=10) * 0.6
    a = rng.integers(0, 400, 9000)
    b = (a + rng.integers(1, 400, 9000)) % 400
    said = rng.random(9000) < 1 / (1 + np.exp(reward[b] - reward[a]))
    data = gs.Comparisons.from_arrays(
        users=[f"u{u}" for u in range(100)], responses=[f"x{i}" for i in range(400)], user=np.arange(9000) % 100,
        response_a=a, response_b=b, outcome=said.astype(float),
    )  # fmt: skip
    train, test = data.take(np.arange(6000)), data.take(np.arange(6000, 9000))
    items = gs.Vectors([f"x{i}" for i in range(400)], features)

    linear = scored(gs.fit(train, model="bt", encoder=items, item_offsets=False), test)
    ideal = scored(gs.fit(train, prototypes=1, encoder=items, item_offsets=False, dimensions=8), test)

    assert abs(linear.log_loss - ideal.log_loss) < 0.01
    assert abs(linear.accuracy - ideal.accuracy) < 0.01
