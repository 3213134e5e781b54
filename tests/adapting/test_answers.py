import gc
import weakref

import numpy as np
import pytest
from simulated_people import hard_problem

from gustibus.adapting import Answers
from gustibus.comparisons import GustibusError

Z = np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])
OUTCOME = [1.0, 0.0, 0.5]


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"z": [[1.0, np.nan]], "outcome": [1]}, r"z is nan at index \(0, 1\)"),
        ({"z": [[1.0, np.inf]], "outcome": [1]}, "z is inf"),
        ({"z": Z, "outcome": [1, 0, 1.2]}, "outcome is 1.2 in record 2"),
        ({"z": Z, "outcome": [1, 0, np.nan]}, "outcome is nan"),
        ({"z": Z, "outcome": [1, 0]}, r"outcome has shape \(2,\), but z has 3 records"),
        ({"z": Z, "outcome": OUTCOME, "weight": [1, -1, 1]}, "weight is -1.0 in record 1"),
        ({"z": Z, "outcome": OUTCOME, "offset": [0, np.inf, 0]}, "offset is inf"),
        ({"z": Z, "outcome": OUTCOME, "user": [0, 1, 2], "n_users": 2}, "user is 2 in record 2"),
        ({"z": Z, "outcome": OUTCOME, "user": [0, -1, 0]}, "user is -1 in record 1"),
        ({"z": Z, "outcome": OUTCOME, "user": [0.0, 1.0, 1.0]}, "integer codes"),
        ({"z": [1.0, 2.0], "outcome": [1, 0]}, r"\(M, K\)"),
        ({"z": [["a", "b"]], "outcome": [1]}, "cannot be read as numbers"),
    ],
)
def test_bad_answers_are_refused_with_the_record_and_the_fix(columns, message):
    with pytest.raises(GustibusError, match=message):
        Answers(**columns)


def test_answers_cannot_be_changed_from_outside():
    z = Z.copy()
    answers = Answers(z=z, outcome=OUTCOME)
    z[0, 0] = 100.0
    assert answers.z[0, 0] == 1.0
    with pytest.raises(ValueError, match="read-only"):
        answers.z[0, 0] = 2.0


def test_sorting_by_person_keeps_the_order_of_each_persons_records():
    answers = Answers(z=Z, outcome=OUTCOME, user=[1, 0, 1], n_users=3)
    assert answers.by_user.z[:, 0].tolist() == [3.0, 1.0, 5.0]
    assert answers.starts.tolist() == [0, 1, 3, 3]
    assert answers.of_user(2).n_answers.tolist() == [0]


def test_taking_people_renumbers_them_in_the_given_order():
    answers, _ = hard_problem(np.random.default_rng(3), n_users=5)
    taken = answers.take_users([4, 1])
    assert taken.n_users == 2
    np.testing.assert_array_equal(taken.z[taken.user == 0], answers.z[answers.user == 4])
    np.testing.assert_array_equal(taken.weight[taken.user == 1], answers.weight[answers.user == 1])


def test_appending_other_people_or_prototypes_is_refused():
    with pytest.raises(GustibusError, match="differ in people or prototypes"):
        Answers(z=Z, outcome=OUTCOME).append(Answers(z=[[1.0]], outcome=[1]))


def test_a_person_who_does_not_exist_is_refused():
    with pytest.raises(GustibusError, match="no person 1"):
        Answers(z=Z, outcome=OUTCOME).of_user(1)


def test_chunks_cover_everybody_once_within_the_budget():
    answers = Answers(z=np.ones((60, 2)), outcome=np.ones(60), user=np.repeat(np.arange(20), 3), n_users=25)
    ranges = list(answers.chunks(doubles_per_record=10, doubles_per_user=1, budget=100))
    assert [user for first, stop in ranges for user in range(first, stop)] == list(range(25))
    assert all(10 * answers.n_answers[first:stop].sum() + stop - first <= 100 for first, stop in ranges)


def test_answers_are_freed_with_their_last_use():
    answers = Answers(z=Z, outcome=OUTCOME, user=[0, 1, 2])
    assert answers.by_user is answers
    gone = weakref.ref(answers)
    gc.disable()  # a million people are streamed in chunks: a chunk must not wait for the collector of cycles
    try:
        del answers
        assert gone() is None
    finally:
        gc.enable()
