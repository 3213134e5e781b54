"""Several models on the same judgements: who wins, what is said, what is kept, and what goes into JSON."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path
from typing import get_args

import numpy as np
import pytest
from people_of_two_kinds import ONE_TASTE, QUICK, SHOTS, judgements

import gustibus as gs
from gustibus.evaluation import Scored, people_split, prefix
from gustibus.fitting import ModelName
from gustibus.study import Trial, free_numbers, model_choices, recommend

MODELS = {"bt": ONE_TASTE, "two tastes": QUICK}
ARGUMENTS = {"seeds": 2, "encoder": "one-hot", "shots": SHOTS, "n_boot": 400}


@pytest.fixture(scope="module")
def data() -> gs.Comparisons:
    return judgements()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("fits")


@pytest.fixture(scope="module")
def found(data: gs.Comparisons, folder: Path) -> gs.Comparison:
    return gs.compare(data, MODELS, folder=folder, **ARGUMENTS)


def written(folder: Path) -> dict[str, int]:
    return {path.name: path.stat().st_mtime_ns for path in folder.iterdir()}


def test_two_kinds_of_people_are_found_to_matter(found: gs.Comparison) -> None:
    assert found.recommendation.model == "two tastes"
    assert found.recommendation.people_matter is True
    assert "people matter here" in found.recommendation.sentence
    # Half the people like the opposite of the others: more than a tenth of a nat, for known people and soon for new.
    assert found["two tastes"].seen.log_loss_change.high < -0.1
    assert found["two tastes"].unseen[5].log_loss_change.high < -0.03


def test_one_kind_of_people_is_found_not_to_matter() -> None:
    alike = gs.compare(judgements(difference=0.0, n_people=40, seed=1), MODELS, **ARGUMENTS | {"seeds": 1})
    assert (alike.recommendation.model, alike.recommendation.people_matter) == ("bt", False)
    assert "people do not matter here" in alike.recommendation.sentence


def test_figures_are_those_of_a_fit_by_hand(data: gs.Comparisons, found: gs.Comparison) -> None:
    split = people_split(data, nmax=5, mint=5, seed=1)
    model = gs.fit(split.train, validation=split.validation, encoder="one-hot", seed=1, **QUICK)
    seen = Scored.of(split.seen_test, model.predict(split.seen_test).probability)
    new = model.predict(split.unseen_test, users=model.adapt_users(prefix(split.unseen_pool, 2))).probability
    assert found["two tastes"].seen.log_loss_by_seed[1] == pytest.approx(seen.log_loss, rel=1e-6)
    by_hand = Scored.of(split.unseen_test, new).log_loss
    assert found["two tastes"].unseen[2].log_loss_by_seed[1] == pytest.approx(by_hand, rel=1e-6)
    numbers = free_numbers(model)
    assert found["two tastes"].shared_numbers == numbers.shared
    assert numbers.total == numbers.shared + model.n_prototypes * len(model.users) - len(model.users)


def test_with_no_answers_new_people_are_the_population(found: gs.Comparison) -> None:
    one_taste = found["bt"].unseen
    # One taste has nothing to learn from answers: equal but for the rounding of single precision.
    losses = [one_taste[n].log_loss.estimate for n in SHOTS]
    assert losses == pytest.approx([losses[0]] * len(SHOTS), rel=1e-7)
    assert found["bt"].seen.log_loss_change is None


def test_a_second_run_fits_nothing_and_says_the_same(data: gs.Comparisons, folder: Path, found: gs.Comparison) -> None:
    before = written(folder)
    assert len(before) == len(MODELS) * 2
    again = gs.compare(data, MODELS, folder=folder, **ARGUMENTS)
    assert written(folder) == before
    assert again.to_json() == found.to_json()


def test_only_what_is_missing_is_fitted(data: gs.Comparisons, folder: Path, found: gs.Comparison) -> None:
    before = written(folder)
    lost = next(name for name in before if name.startswith("two-tastes-seed1"))
    (folder / lost).unlink()
    again = gs.compare(data, MODELS, folder=folder, **ARGUMENTS)
    after = written(folder)
    assert {name for name in after if before[name] != after[name]} == {lost}
    assert again["two tastes"].seen == found["two tastes"].seen


def test_other_settings_data_or_seeds_are_fitted_anew(data: gs.Comparisons, folder: Path, found: gs.Comparison) -> None:
    before = written(folder)
    stronger = {"bt": ONE_TASTE | {"shared_penalty": 100.0}}
    gs.compare(data, stronger, folder=folder, **ARGUMENTS | {"seeds": 1})
    gs.compare(data.filter(data.user != 3), {"bt": ONE_TASTE}, folder=folder, **ARGUMENTS | {"seeds": 1})
    gs.compare(data, {"bt": ONE_TASTE}, folder=folder, **ARGUMENTS | {"seeds": [7]})
    after = written(folder)
    assert len(after) == len(before) + 3
    assert all(after[name] == time for name, time in before.items())


def test_a_kept_fit_is_read_as_it_was_written(folder: Path, found: gs.Comparison, tmp_path: Path) -> None:
    path = next(folder.glob("two-tastes-seed0-*.npz"))
    trial = Trial.load(path)
    assert set(trial.probability) == {"validation", "seen", *SHOTS}
    trial.save(tmp_path / "again.npz")
    again = Trial.load(tmp_path / "again.npz")
    assert all(np.array_equal(again.probability[cell], trial.probability[cell]) for cell in trial.probability)
    assert (again.numbers, again.seconds, again.choices) == (trial.numbers, trial.seconds, trial.choices)
    assert [path.name for path in tmp_path.iterdir()] == ["again.npz"]


@pytest.mark.parametrize("written", [b"", b"no fit", b"PK\x03\x04 cut short"])
def test_a_damaged_fit_is_made_anew(
    data: gs.Comparisons, folder: Path, found: gs.Comparison, tmp_path: Path, written: bytes
) -> None:
    for path in folder.glob("*-seed[01]-*.npz"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    damaged = list(tmp_path.glob("bt-seed0-*.npz"))  # those of other comparisons may stand beside
    for path in damaged:
        path.write_bytes(written)
    with pytest.warns(gs.DataWarning, match="cannot be read, so bt is fitted anew"):
        again = gs.compare(data, MODELS, folder=tmp_path, **ARGUMENTS)
    assert again["bt"].seen == found["bt"].seen
    (mended,) = (path for path in damaged if path.read_bytes() != written)
    assert Trial.load(mended).choices


def test_json_holds_everything(found: gs.Comparison) -> None:
    assert gs.Comparison.from_json(found.to_json()) == found
    plain = json.loads(found.to_json())
    assert plain["rows"][1]["unseen"]["5"]["log_loss"]["estimate"] == found["two tastes"].unseen[5].log_loss.estimate
    with pytest.raises(gs.GustibusError, match="to_json"):
        gs.Comparison.from_json("{}")


def test_the_table_has_a_row_for_every_group_of_people(found: gs.Comparison) -> None:
    assert [(row["model"], row["people"], row["answers"]) for row in found.table][:4] == [
        ("bt", "seen", None), ("bt", "new", 0), ("bt", "new", 2), ("bt", "new", 5),
    ]  # fmt: skip
    assert "two tastes" in found.table.to_text()
    seen = found.table[4]
    assert seen["change"] == pytest.approx(seen["log_loss"] - found.table[0]["log_loss"])


def test_a_model_that_cannot_be_fitted_is_left_out_with_the_reason(data: gs.Comparisons) -> None:
    models = {"bt": ONE_TASTE, "by prompt": {"model": "pal-b"}}
    left = gs.compare(data, models, **ARGUMENTS | {"seeds": 1})
    assert [row.name for row in left.rows] == ["bt"]
    assert "there are no prompts" in left.skipped["by prompt"]
    assert left.recommendation.people_matter is None
    with pytest.raises(gs.GustibusError, match="there are no prompts"):
        left["by prompt"]
    with pytest.raises(gs.GustibusError, match="reference by prompt"):
        gs.compare(data, models, reference="by prompt", **ARGUMENTS | {"seeds": 1})


def test_marks_in_the_split_column_play_no_part(data: gs.Comparisons, found: gs.Comparison) -> None:
    marked = replace(data, split=np.arange(len(data)) % 3)
    again = gs.compare(marked, {"bt": ONE_TASTE}, **ARGUMENTS)
    assert again["bt"].seen == found["bt"].seen


def test_people_are_shown_how_far_it_is(data: gs.Comparisons) -> None:
    heard = []
    gs.compare(
        data, {"bt": ONE_TASTE}, progress=lambda *told: heard.append(told), **ARGUMENTS | {"seeds": 2}
    )  # fmt: skip
    done = [(done, total) for stage, done, total in heard if stage == "models fitted"]
    assert done == [(0, 2), (1, 2), (2, 2)]


def test_the_recommendation_goes_by_validation_judgements_alone(found: gs.Comparison) -> None:
    bt, tastes = found.rows
    better_test = replace(bt, name="other", options={}, seen=tastes.seen)  # its validation log loss is that of bt
    unclear = replace(better_test.validation.log_loss, estimate=0.0, low=-0.1, high=0.1)
    assert recommend([bt, replace(better_test, gain_over_population=unclear)]).model == "bt"
    assert recommend([bt, tastes, replace(better_test, gain_over_population=unclear)]).model == "two tastes"


def test_without_one_taste_for_all_nothing_is_said_about_people(found: gs.Comparison) -> None:
    advice = recommend([found["two tastes"]])
    assert (advice.model, advice.people_matter) == ("two tastes", None)
    assert "not known" in advice.sentence


def test_one_person_alone_is_no_evidence(found: gs.Comparison) -> None:
    bt, tastes = found.rows
    assert tastes.gain_over_population is not None
    alone = replace(tastes.gain_over_population, low=math.nan, high=math.nan, n_users=1)
    assert recommend([bt, replace(tastes, gain_over_population=alone)]).people_matter is False


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ({"shots": (0, 40)}, r"40 \+ 5 answers of a person, and the most that somebody gave is 20"),
        ({"shots": (0, 5, 40)}, r"shots=\(0, 5\) leaves 60 people with enough"),
        ({"shots": ()}, "give numbers of answers"),
        ({"seeds": 0}, "give at least 1"),
        ({"seeds": 2.5}, r"seeds=2\.5: give how many"),
        ({"seeds": ["a"]}, "seed must be a whole number"),
        ({"mint": 0}, "mint must be a whole number of at least 1"),
        ({"n_boot": 0}, "n_boot must be a whole number of at least 1"),
        ({"unseen": 1.0}, r"unseen=1\.0: give the share"),
        ({"unseen": "a"}, "unseen='a': give the share"),
        ({"reference": "pal"}, "reference='pal' is none of the models"),
        ({"models": ["bt", "pall"]}, "model 'pall'"),
        ({"models": ["bt", "bt"]}, "occurs twice"),
        ({"models": ["pal-a:0"]}, "number of prototypes"),
        ({"models": ["hierarchical:8"]}, "hierarchical has no number of prototypes"),
        ({"models": "bt"}, "is one text"),
        ({"models": []}, "no models to compare"),
        ({"models": {" ": {"model": "bt"}}}, "names must be texts"),
        ({"models": {3: {"model": "bt"}}}, "names must be texts"),
        ({"models": {"a": {"protypes": 3}}}, "no setting 'protypes'"),
        ({"models": {"a": {"person": "group"}}}, r"data\.with_groups_as_users"),
    ],
)
def test_mistakes_are_answered_before_anything_is_fitted(
    data: gs.Comparisons, arguments: dict[str, object], reason: str
) -> None:
    with pytest.raises(gs.GustibusError, match=reason):
        gs.compare(data, **{"models": ["bt"], "encoder": "one-hot", "shots": SHOTS} | arguments)


def test_the_whole_family_is_compared_by_default() -> None:
    choices = {choice.name: choice.options for choice in model_choices(None)}
    assert {options["model"] for options in choices.values()} == set(get_args(ModelName))
    assert choices["pal-a-joint"] == {"model": "pal-a", "inference": "joint"}
    assert choices["low-rank-joint"] == {"model": "low-rank", "inference": "joint", "weights": "free"}
    assert choices["low-rank-lattice"] == {"model": "low-rank", "inference": "joint", "prior": "particles"}
    plain = [name for name in choices if not name.endswith(("-joint", "-lattice"))]
    assert all(choices[name] == {"model": name} for name in plain)
    assert model_choices(["low-rank-lattice:3"])[0].options["prototypes"] == 3


def test_a_joint_member_has_a_number_of_prototypes_like_the_others() -> None:
    (choice,) = model_choices(["pal-b-joint:3"])
    assert choice.options == {"model": "pal-b", "inference": "joint", "prototypes": 3}
    with pytest.raises(gs.GustibusError, match="model 'bt-joint'"):
        model_choices(["bt-joint"])


def test_one_taste_of_another_kind_is_recommended_as_one_taste(found: gs.Comparison) -> None:
    bt, tastes = found.rows
    assert tastes.gain_over_population is not None
    network = replace(tastes, name="pair-input", options={"model": "pair-input"})
    advice = recommend([bt, network])
    assert (advice.model, advice.people_matter) == ("pair-input", False)
    assert "one taste for all as well" in advice.sentence
    nothing = replace(tastes.gain_over_population, estimate=0.0, low=-0.1, high=0.1)
    no_better = recommend([bt, replace(network, gain_over_population=nothing)])
    assert (no_better.model, no_better.people_matter) == ("bt", None)
