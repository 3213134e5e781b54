"""The study of real people: one quick split is kept, read again and told; verdicts follow the intervals."""

import re
from dataclasses import replace

import numpy as np
import pytest
from benchmarks.real_people.baselines import DEVIATION, OWN, POPULATION, TRIVIAL
from benchmarks.real_people.datasets import load
from benchmarks.real_people.figures import of_data_set
from benchmarks.real_people.one_split import AUTO, SHUFFLED, fit_split, read_split
from benchmarks.real_people.protocol import load_for_study
from benchmarks.real_people.verdicts import new_people, verdict
from benchmarks.recording import _plain
from benchmarks.report import real_people

from gustibus.evaluation import Interval, people_split

pytestmark = [pytest.mark.real, pytest.mark.filterwarnings("ignore::gustibus.comparisons.DataWarning")]

QUICK = {"max_steps": 5, "prototypes": 2, "dimensions": 2, "user_penalty": 1.0, "types": 1, "item_offsets": False}


def interval(estimate, half=0.01):
    return Interval(estimate, estimate - half, estimate + half, 0.95, 50)


@pytest.mark.parametrize(
    ("against_one_taste", "against_shuffled", "said"),
    [
        (interval(-0.2), interval(-0.2), "tastes differ a lot"),
        (interval(-0.2), interval(-0.03), "tastes differ"),
        (interval(-0.2), interval(-0.005, 0.001), "tastes differ a little"),
        (interval(-0.2), interval(-0.005, 0.01), "no difference found"),  # a better fit of what people share
        (interval(-0.001, 0.0005), interval(-0.2), "no difference found"),  # not worth naming
        (interval(0.02), interval(-0.2), "telling people apart does harm"),
    ],
)
def test_the_verdict_needs_both_intervals_and_takes_the_smaller_gain(against_one_taste, against_shuffled, said):
    nothing = (interval(-0.001), interval(-0.001))
    assert verdict((against_one_taste, against_shuffled), nothing) == said


def test_what_only_the_ridge_deviation_finds_is_said():
    nothing, found = (interval(-0.001), interval(-0.2)), (interval(-0.02), interval(-0.03))
    assert verdict(nothing, found) == "tastes differ, but auto misses it"


def test_new_people_are_better_predicted_from_where_on_they_always_are():
    yes, no = (interval(-0.1), interval(-0.1)), (interval(-0.1), interval(0.0))
    told = {"seen": yes, "0": yes, "1": no, "2": yes, "10": yes}
    assert new_people(told) == "from 2 answers on"
    assert new_people(told | {"1": yes}) == "before the first answer"
    assert new_people(told | {"10": no}) == "not within 10 answers"


def test_new_people_are_followed_as_far_as_people_gave(data_folder):
    assert load("kidney2", data_folder).shots == (0, 1, 2, 5, 10, 20)
    assert load_for_study("kidney2", data_folder).shots == (0, 1, 2, 5, 10, 20, 30)
    assert load_for_study("kidney1", data_folder).shots == load("kidney1", data_folder).shots == (0, 1, 2, 5, 10)
    most = load_for_study("dices", data_folder)
    assert most.shots[-1] == 50
    pool = people_split(most.comparisons, most.nmax, most.mint, seed=0).unseen_pool
    assert set(np.unique(pool.user, return_counts=True)[1]) == {50}


@pytest.fixture(scope="module")
def kept(data_folder, tmp_path_factory):
    whole, path = load_for_study("kidney1", data_folder), tmp_path_factory.mktemp("kept") / "kidney1-0.npz"
    data = replace(whole, comparisons=whole.comparisons.for_users(whole.comparisons.user_ids[:45]), nmax=5)
    fit_split(data, 0, path, **QUICK)
    return data, path


def test_a_kept_split_holds_every_member_in_every_cell(kept):
    data, path = kept
    about, predictions = read_split(path)
    members = {key.partition("|")[0] for key in predictions}
    assert {"hierarchical", "bt", "mixture", "pal-a", "pal-a, joint", "low-rank, joint", SHUFFLED} == members
    assert set(about["choices"]) == members
    assert about["chosen"] in members
    n_cells = 1 + len(data.shots)
    assert len(predictions) == n_cells * len(members)
    assert not path.with_suffix(".tmp").exists()


def test_figures_come_from_what_is_kept_and_every_block_can_be_written(kept):
    data, path = kept
    found = of_data_set(data, {0: path})
    for name, cell in found["cells"].items():
        beside = {AUTO, SHUFFLED, DEVIATION, OWN} if name not in ("seen", "0") else {AUTO, POPULATION, *TRIVIAL}
        assert beside - {"length"} <= set(cell["figures"])  # patients have no length
        assert cell["figures"][AUTO]["log_loss"].estimate > 0
        assert cell["best_or_tied"] == (cell["auto_against"][cell["best_single"]].low <= 0)
    assert found["chosen"]["pal-a"]["prior"]
    result = _plain({"seeds": [0], "data_sets": {"kidney1": found}})
    assert found["verdict"] in real_people.short(result)
    for table in re.split(r"\n\n", real_people.full(result)):
        widths = {line.count("|") for line in table.splitlines() if line.startswith("|")}
        assert len(widths) <= 1  # every row of a table has its cells
