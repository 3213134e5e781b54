"""Every model of the family goes through every verb."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, get_args

import numpy as np
import pytest
import yaml
from command_line import as_json, invoke, succeed

from gustibus.cli.family import FAMILY, JOINT, PRESETS, WITH_PEOPLE, WITH_PROTOTYPES
from gustibus.cli.fit_result import Fitted, as_text
from gustibus.cli.session import Session
from gustibus.comparisons import Comparisons, write
from gustibus.fitted import load
from gustibus.fitting import COUNTED, CYCLIC, TAKEN_BY, ModelName

TASTES = ["--prototypes", "2", "--set", "user_penalty=1", "--set", "max_steps=30"]
MIXED = ["--set", "prior=dirichlet"]
SHAPE = ["--set", "dimensions=2"]
SPREAD = ["--set", "prototype_scale=1"]
# Name, options that leave little open, and how new people are placed. With so few validation judgements auto has
# nothing to choose by and takes the hierarchical model.
FITS: dict[str, tuple[str, list[str], str]] = {
    "auto": ("Hierarchical", ["--set", "scale=1", "--set", "types=1", "--set", "validation=0.04"], "approximate"),
    "hierarchical": ("Hierarchical", ["--set", "scale=1", "--set", "types=1"], "approximate"),
    "pal-a": ("PAL-A, K = 2", [*TASTES, *MIXED, *SHAPE, *SPREAD], "exact"),
    "pal-a joint": ("PAL-A, K = 2", [*TASTES, *SHAPE, *SPREAD, "--inference", "joint"], "approximate"),
    "pal-b": ("PAL-B, K = 2", [*TASTES, *MIXED, *SHAPE, "--set", "max_steps=60"], "exact"),
    "low-rank": ("Low-rank, K = 2", [*TASTES, *MIXED], "exact"),
    "low-rank free": ("Low-rank, K = 2", [*TASTES, "--set", "weights=free"], "approximate"),
    "mixture": ("Mixture of types, K = 2", ["--prototypes", "2", "--set", "shared_penalty=1"], "exact"),
    "bt": ("Bradley-Terry", ["--set", "shared_penalty=1"], "exact"),
    "classification": ("Classification reward", [], "exact"),
    "pair-input": ("Pair-input", ["--set", "max_steps=30"], "exact"),
    "gpm": ("General preference", ["--set", "max_steps=30", *SHAPE], "exact"),
    "scalar-cyclic": ("Scalar plus cyclic", ["--set", "max_steps=30", *SHAPE, "--set", "cyclic_ratio=10"], "exact"),
    "plural-gpm": ("Plural general preference, K = 2", [*TASTES, *MIXED, *SHAPE], "exact"),
}
N_ITEMS, N_PROMPTS = 12, 4


@dataclass(frozen=True)
class Files:
    """Judgements with prompts and groups, and the features of both sides."""

    judgements: Path
    newcomers: Path
    features: list[object]
    answers: Path
    person: str


@dataclass(frozen=True)
class Done:
    """A model that ``gustibus fit`` made, and what it printed."""

    model: str
    title: str
    adaptation: str
    place: Path
    printed: dict[str, Any]

    @property
    def one_taste(self) -> bool:
        return self.model not in ("auto", *WITH_PEOPLE)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Files:
    """28 known and 8 new people of two tastes in four groups, twenty answers each."""
    folder = tmp_path_factory.mktemp("every-model")
    rng = np.random.default_rng(0)
    features, asked = rng.normal(size=(N_ITEMS, 3)), rng.normal(size=(N_PROMPTS, 2))
    items, prompts = [f"dish {i}" for i in range(N_ITEMS)], [f"occasion {i}" for i in range(N_PROMPTS)]
    np.savez(folder / "dishes.npz", ids=items, matrix=features)
    np.savez(folder / "occasions.npz", ids=prompts, matrix=asked)
    user = np.repeat(np.arange(36), 20)
    group = user % 4
    taste = np.array([[2.0, 0.0, -1.0], [-1.0, 2.0, 0.0]])[group % 2]
    a = rng.integers(0, N_ITEMS, user.size)
    b = (a + rng.integers(1, N_ITEMS, user.size)) % N_ITEMS
    log_odds = ((features[a] - features[b]) * taste).sum(axis=1)
    data = Comparisons.from_arrays(
        users=[f"person {i}" for i in range(36)], responses=items, prompts=prompts, groups=list("NESW"), user=user,
        group=group, response_a=a, response_b=b, prompt=rng.integers(0, N_PROMPTS, user.size),
        outcome=rng.random(user.size) < 1 / (1 + np.exp(-log_odds)),
    )  # fmt: skip
    write(data.filter(user < 28).compact(), folder / "judgements.parquet")
    write(data.filter(user >= 28).compact(), folder / "newcomers.parquet")
    (folder / "menu.txt").write_text("\n".join(items[:4]))
    tables = ["--vectors", folder / "dishes.npz", "--prompt-vectors", folder / "occasions.npz"]
    return Files(folder / "judgements.parquet", folder / "newcomers.parquet", tables, folder / "menu.txt", "person 0")


@pytest.fixture(scope="module", params=FITS)
def done(request: pytest.FixtureRequest, files: Files, tmp_path_factory: pytest.TempPathFactory) -> Done:
    model = request.param.split()[0]
    title, options, adaptation = FITS[request.param]
    place = tmp_path_factory.mktemp("models") / "model"
    draws = ["--set", "posterior_draws=64"] if model in ("auto", *WITH_PEOPLE) else []
    printed = as_json(
        "fit", files.judgements, *files.features, "--model", model, "--out", place, "--set", "item_offsets=no",
        *draws, *options,
    )  # fmt: skip
    return Done(model, title, adaptation, place, printed["models"][0])


def test_a_fit_says_what_it_is_and_whether_people_are_placed_exactly(done: Done) -> None:
    assert done.printed["name"] == done.title
    assert done.printed["adaptation"].startswith(f"{done.adaptation}: ")
    fitted = load(done.place)
    assert (fitted.name, str(fitted.how_adapted)) == (done.title, done.printed["adaptation"])


def test_a_fit_prints_the_choices_that_its_model_has_and_how_cyclic_it_is_if_it_may_be(done: Done) -> None:
    fitted = load(done.place)
    said = as_text([Fitted(fitted, done.place, 1.0)], {}, Session())
    assert ("Cyclic share" in said) == (done.model in CYCLIC)
    assert ("dimensions" in fitted.summary["choices"]) == (done.model in (*CYCLIC, "pal-a", "pal-b"))
    assert "user_penalty" not in fitted.summary["choices"] or done.model in TAKEN_BY["user_penalty"]


def test_a_model_in_place_of_judgements_is_told_from_other_folders(done: Done) -> None:
    refused = invoke("info", done.place)
    assert refused.exit_code == 2
    assert "is the folder of a saved model" in " ".join(refused.stderr.split())
    assert "README.md" in refused.stderr


def test_the_run_file_has_prototypes_only_where_they_mean_something(done: Done) -> None:
    written = yaml.safe_load((done.place / "run.yaml").read_text())
    assert written["model"] == done.model
    assert ("prototypes" in written) == (done.model in WITH_PROTOTYPES)


def test_known_and_new_people_are_evaluated(done: Done, files: Files) -> None:
    found = as_json("evaluate", done.place, files.newcomers, "--shots", "0,10")
    assert set(found["unseen"]) == {"0", "10"}
    learned = found["unseen"]["0"]["log_loss"] - found["unseen"]["10"]["log_loss"]
    if done.one_taste:
        assert learned == pytest.approx(0, abs=1e-6)
    else:  # what people want here does not hang on the prompt, so PAL-B need not be any good
        assert learned > 0 or done.model == "pal-b"
    known = succeed("evaluate", done.place, files.judgements, "--shots", "0").stdout
    assert "28 people the model knows" in known


def test_new_people_are_placed_or_it_is_said_that_there_is_nothing_to_place(done: Done, files: Files) -> None:
    words = ["adapt", done.place, files.newcomers]
    if done.one_taste:
        refused = invoke(*words)
        assert refused.exit_code == 2
        assert "one taste for all" in refused.stderr
        return
    shown = succeed(*words).stdout
    assert "8 people" in shown
    assert done.adaptation in shown
    copy = done.place.with_name("knows-more")
    found = as_json(*words, "--save-to", copy)
    assert found["adaptation"] == done.adaptation
    assert len(found["people"][0]["weights"]) == load(done.place).n_prototypes
    assert "person 33" in load(copy).user_ids


def test_pairs_are_scored_for_those_who_were_asked(done: Done, files: Files) -> None:
    rows = [json.loads(line) for line in succeed("score", done.place, files.judgements).stdout.splitlines()]
    assert len(rows) == 560
    assert all(row["scored_for"] == row["user_id"] and 0 < row["probability"] < 1 for row in rows)
    right = np.mean([(row["log_odds"] > 0) == (row["choice"] == "a") for row in rows])
    # Each of two tastes is the opposite of the other in one feature; one taste for all knows the common part alone.
    assert right > (0.5 if done.one_taste else 0.6)


def test_responses_are_ranked_by_the_rule_that_the_model_has(done: Done, files: Files) -> None:
    words = ["rank", done.place, "--responses", files.answers, "--prompt", "occasion 1"]
    rule = "borda" if done.model in ("pair-input", *CYCLIC) else "reward"
    for user in ([], ["--user", files.person]):
        found = as_json(*words, *user)
        assert found["rule"] == rule
        assert sorted(one["rank"] for one in found["ranking"]) == [1, 2, 3, 4]
    (heading,) = [line for line in succeed(*words).stdout.splitlines() if line.startswith("rank")]
    assert ("sd" in heading.split()) == (not done.one_taste)
    found = as_json(*words, "--answers", files.newcomers, "--user", "person 31", "--rule", "borda")
    assert found["unit"] == "mean win probability"
    if rule == "borda":
        refused = invoke(*words, "--rule", "reward")
        assert refused.exit_code == 2
        assert "borda" in refused.stderr


def test_the_names_are_those_of_the_library() -> None:
    assert set(FAMILY) == set(get_args(ModelName)) == {name.split()[0] for name in FITS}


def test_options_and_settings_know_the_same_models() -> None:
    assert WITH_PROTOTYPES == COUNTED
    assert TAKEN_BY["inference"] == JOINT


def test_what_has_no_prototypes_refuses_them(files: Files, tmp_path: Path) -> None:
    for model in set(FAMILY) - set(WITH_PROTOTYPES):
        refused = invoke("fit", files.judgements, "--model", model, "--prototypes", "2", "--out", tmp_path / "model")
        assert refused.exit_code == 2
        assert "--prototypes has no use" in refused.stderr
        assert "--model pal-a, pal-b, low-rank, plural-gpm or mixture" in refused.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--model", "mixture", "--preset", "published"], "pal-a, pal-b or gpm"),
        (["--model", "hierarchical", "--inference", "joint"], "pal-a, pal-b or low-rank"),
        (["--set", "person=group"], "--person group"),
        (
            ["--model", "pal-a", "--set", "types=3"],
            "has no use for types=3: leave it out, or take --model hierarchical",
        ),
        (["--model", "bt", "--set", "max_steps=9"], "--model bt has no use for max_steps=9"),
        (["--prototypes", "some"], "whole number"),
        (["--prompt-vectors", "occasions.npz"], "beside --vectors"),
    ],
)
def test_options_that_do_not_go_together_are_refused_with_the_fix(
    files: Files, tmp_path: Path, words: list[str], said: str
) -> None:
    refused = invoke("fit", files.judgements, "--out", tmp_path / "model", *words)
    assert refused.exit_code == 2
    assert said in refused.stderr
    assert not (tmp_path / "model").exists()


def test_the_preset_of_pal_b_is_what_the_paper_used(files: Files, tmp_path: Path) -> None:
    assert set(PRESETS["published"]) == {"pal-a", "pal-b", "gpm"}
    shown = succeed(
        "fit", files.judgements, *files.features, "--model", "pal-b", "--preset", "published", "--prototypes", "2",
        "--set", "max_steps=10", "--set", "evaluate_every=5", "--set", "posterior_draws=32", "--out", tmp_path / "m",
    ).stdout  # fmt: skip
    settings = load(tmp_path / "m").settings
    assert (settings.similarity, settings.hidden, settings.max_steps) == ("cosine", (0, 0), 10)
    assert "approximate: rewards are not linear in people's weights" in shown


@pytest.mark.parametrize(("words", "model"), [(FITS["auto"][1], "auto"), (FITS["pal-a"][1], "pal-a")])
def test_without_a_model_it_is_auto_and_with_a_number_of_tastes_pal_a(
    files: Files, tmp_path: Path, words: list[str], model: str
) -> None:
    succeed("fit", files.judgements, *files.features, *words, "--out", tmp_path / "model")
    assert yaml.safe_load((tmp_path / "model" / "run.yaml").read_text())["model"] == model


def test_the_number_of_tastes_can_be_left_to_people_kept_out_of_the_fit(files: Files, tmp_path: Path) -> None:
    words = ["fit", files.judgements, *files.features, "--model", "mixture", "--prototypes", "auto"]
    shown = succeed(*words, "--out", tmp_path / "model", *FITS["mixture"][1][2:], "--set", "item_offsets=no").stdout
    assert "gain over one taste" in shown
    fitted = load(tmp_path / "model")
    assert fitted.n_prototypes >= 2
    assert f"Mixture of types, K = {fitted.n_prototypes}" in shown
    assert yaml.safe_load((tmp_path / "model" / "run.yaml").read_text())["prototypes"] == "auto"


def test_what_auto_chose_among_is_shown(done: Done) -> None:
    families = [
        {"model": "hierarchical", "validation_log_loss": 0.5, "seconds": 1.0},
        {"model": "bt", "validation_log_loss": 0.6, "gain": -0.1, "standard_error": 0.02, "seconds": 0.1},
        {"model": "mixture", "validation_log_loss": 0.45, "gain": 0.05, "standard_error": 0.01, "seconds": 0.2}
        | {"confirming_gain": 0.04, "confirming_standard_error": 0.02},
    ]
    fitted = load(done.place)
    fitted = replace(fitted, summary=fitted.summary | {"findings": {"families": families}})
    shown = as_text([Fitted(fitted, done.place, 1.3)], {}, Session())
    assert f"{done.title} was chosen" in shown
    assert "0.050 ± 0.010" in shown
    assert "on other judgements" in shown
    assert "0.040 ± 0.020" in shown


@pytest.fixture(scope="module")
def communities(files: Files, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model of the four groups."""
    place = tmp_path_factory.mktemp("groups") / "model"
    options = ["--set", "item_offsets=no", *FITS["hierarchical"][1]]
    words = ["fit", files.judgements, *files.features, "--model", "hierarchical", "--person", "group", *options]
    assert "by 4 groups" in succeed(*words, "--out", place).stdout
    return place


def test_a_model_of_groups_goes_through_every_verb(communities: Path, files: Files) -> None:
    assert load(communities).person == "group"
    assert set(load(communities).user_ids) == set("NESW")
    found = as_json("evaluate", communities, files.newcomers, "--audit-groups")
    assert found["seen"]["n_users"] == 8
    assert 0 < found["group_audit"]["p_value"] <= 1
    assert "Groups, against" in succeed("evaluate", communities, files.newcomers, "--audit-groups").stdout
    rows = [json.loads(line) for line in succeed("score", communities, files.newcomers).stdout.splitlines()]
    assert all(row["scored_for"] == row["group"] for row in rows)
    as_west = as_json("score", communities, files.newcomers, "--user", "W")["comparisons"]
    assert {row["scored_for"] for row in as_west} == {"W"}
    assert "4 groups, weight on each direction" in succeed("adapt", communities, files.newcomers).stdout
    menu = ["rank", communities, "--responses", files.answers]
    assert as_json(*menu, "--user", "N")["user"] == "N"
    assert as_json(*menu, "--user", "N", "--answers", files.newcomers)["user"] == "N"


def test_pairs_without_groups_are_scored_for_the_population(communities: Path, tmp_path: Path) -> None:
    pairs = tmp_path / "pairs.csv"
    pairs.write_text("response_a,response_b\ndish 0,dish 1\n")
    done = succeed("score", communities, pairs)
    assert json.loads(done.stdout)["scored_for"] == "population"
    assert "No comparison has a group" in done.stderr


def test_only_a_model_of_groups_can_be_audited_for_groups(files: Files, tmp_path: Path) -> None:
    succeed("fit", files.judgements, *files.features, "--model", "bt", "--out", tmp_path / "bt")
    refused = invoke("evaluate", tmp_path / "bt", files.newcomers, "--audit-groups")
    assert refused.exit_code == 2
    assert "--person group" in refused.stderr
