"""What people said of themselves, from files with the columns of PRISM's survey made for these tests."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from published_files import utterance, write_lines

import gustibus as gs

pytestmark = pytest.mark.filterwarnings("ignore::gustibus.comparisons.DataWarning")


def person(user_id: str | None, age: str = "25-34 years old", **about: Any) -> dict[str, Any]:
    """One record of the survey."""
    said = {"user_id": user_id, "survey_only": False, "age": age, "gender": "Female", "education": "Vocational"}
    nested = {
        "religion": {"self_described": "none", "categorised": "Agnostic", "simplified": "No Affiliation"},
        "location": {"birth_country": "Peru", "birth_region": "Americas", "reside_region": "Europe"},
        "stated_prefs": {"creativity": 80, "safety": 20, "other": 3, "other_text": "wit"},
        "lm_usecases": {"research": 1},
    }
    return said | nested | about


def test_words_become_columns_and_ratings_stay_numbers(tmp_path: Path) -> None:
    other = person("ben", "65+ years old", gender="Male", stated_prefs={"creativity": 5, "safety": 95})
    people = gs.load_people("prism", path=write_lines(tmp_path / "survey.jsonl", [person("ann"), other]))
    assert people.ids == ("ann", "ben")
    assert people.names is not None
    at = {name: people.matrix[:, column].tolist() for column, name in enumerate(people.names)}
    assert at["age=25-34 years old"] == [1, 0]
    assert at["gender=Male"] == [0, 1]
    assert at["religion=No Affiliation"] == [1, 1]
    assert at["reside_region=Europe"] == [1, 1]
    assert at["stated_prefs:safety"] == [20, 95]
    assert not any("other" in name or "usecases" in name for name in people.names)


def test_an_answer_that_was_refused_is_no_answer(tmp_path: Path) -> None:
    rows = [person("ann"), person("ben", "Prefer not to say"), person("cat", None)]  # type: ignore[arg-type]
    people = gs.load_people("prism", path=write_lines(tmp_path / "survey.jsonl", rows), answers=["age"])
    assert people.names == ("age=25-34 years old",)
    assert people.matrix[:, 0].tolist() == [1, 0, 0]


@pytest.mark.parametrize(
    ("rows", "options", "said"),
    [
        ([person(None)], {}, "record 1 has in column 'user_id' (missing), which is missing"),
        ([person("ann"), person("ann")], {}, "'ann' stands in 2 rows"),
        ([person("ann")], {"answers": ["agee"]}, "Did you mean 'age'"),
        ([person("ann")], {"answers": "age"}, 'answers=["age", "gender"]'),
        ([person("ann")], {"answers": ["ethnicity"]}, "nobody said anything about 'ethnicity'"),
        ([{"name": "ann"}], {}, "has no column 'user_id'"),
    ],
)
def test_a_wrong_survey_is_refused_with_the_fix(
    tmp_path: Path, rows: list[dict[str, Any]], options: dict[str, Any], said: str
) -> None:
    with pytest.raises(gs.GustibusError) as raised:
        gs.load_people("prism", path=write_lines(tmp_path / "survey.jsonl", rows), **options)
    assert said in str(raised.value)


def test_a_data_set_without_a_survey_says_what_has_one() -> None:
    with pytest.raises(gs.GustibusError, match="hh says nothing of the people who judged; prism does"):
        gs.load_people("hh", path="x.jsonl")
    with pytest.raises(gs.GustibusError, match="Did you mean 'prism'"):
        gs.load_people("prsim", path="x.jsonl")


def test_the_survey_goes_with_the_judgements_into_a_fit(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    names = [f"u{i}" for i in range(60)]
    likes_long = rng.random(60) < 0.5
    rows = [
        utterance(name, 0, f"Question {q}?", f"{kind} answer {q}", int(rng.integers(50, 100)), True)
        | {"conversation_id": f"{name}-{q}", "score": 90 if (kind == "long") == likes else 10}
        for name, likes in zip(names, likes_long, strict=True)
        for q in rng.integers(0, 20, 6)
        for kind in ("long", "short")
    ]
    write_lines(tmp_path / "utterances.jsonl", rows)
    ages = ["65+ years old" if likes else "18-24 years old" for likes in likes_long]
    write_lines(tmp_path / "survey.jsonl", [person(name, age) for name, age in zip(names, ages, strict=True)])
    data = gs.load_dataset("prism", path=tmp_path)
    people = gs.load_people("prism", path=tmp_path, answers=["age"])
    responses = data.responses.to_pylist()
    vectors = gs.Vectors(responses, [[float(text.startswith("long"))] for text in responses])
    options: dict[str, Any] = {"model": "hierarchical", "encoder": vectors, "types": 1, "item_offsets": False}
    model = gs.fit(data, covariates=people, **options)
    assert model.summary["choices"]["covariate_penalty"] is not None
