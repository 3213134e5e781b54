"""What is wrong or odd about people, answers and weights is said, at the line that called gustibus."""

from __future__ import annotations

import warnings
from dataclasses import replace

import numpy as np
import pytest

from gustibus.comparisons import Comparisons, DataWarning, GustibusError
from gustibus.embedding import Vectors
from gustibus.evaluation import evaluate
from gustibus.fitted import FittedModel, fit, fit_family

ITEMS = [f"item {i}" for i in range(12)]
FEATURES = np.random.default_rng(0).normal(size=(12, 3))
ENCODER = Vectors(ITEMS, FEATURES, names=["price", "size", "age"])


def judgements(n_people: int, per_person: int = 20) -> Comparisons:
    """People who want two different things."""
    rng = np.random.default_rng(1)
    user = np.repeat(np.arange(n_people), per_person)
    a = rng.integers(0, 12, user.size)
    b = (a + rng.integers(1, 12, user.size)) % 12
    log_odds = (FEATURES[a] - FEATURES[b]) @ [2.0, 0.0, 0.0] * np.where(user % 2, 1, -1)
    return Comparisons.from_arrays(
        users=[f"u{i}" for i in range(n_people)], responses=ITEMS, user=user, response_a=a, response_b=b,
        groups=["g"], group=np.zeros(user.size, int), outcome=rng.random(user.size) < 1 / (1 + np.exp(-log_odds)),
    )  # fmt: skip


def test_margins_cannot_be_learned_from_where_no_judgement_has_one() -> None:
    with pytest.raises(GustibusError, match=r"there is no margin among \d+ training judgements"):
        fit(judgements(12), model="bt", likelihood="margin", encoder=ENCODER)
    some = replace(judgements(12), margin=np.where(np.arange(240) % 2, 1.0, np.nan).astype(np.float32))
    fit(some, model="bt", likelihood="margin", encoder=ENCODER, shared_penalty=1.0)


@pytest.fixture(scope="module")
def types() -> FittedModel:
    return fit(judgements(12), model="mixture", prototypes=2, shared_penalty=1.0, encoder=ENCODER)


def rows_of(data: Comparisons) -> list[dict[str, object]]:
    return [{k: v for k, v in row.items() if v is not None} for row in data.to_rows()]


# Answers of somebody else


def test_an_update_by_somebody_else_is_refused_with_both_names(types: FittedModel) -> None:
    data = judgements(4)
    ann = types.adapt(data.for_users("u0"))
    for other in (data.for_users("u1"), data, [{"user_id": "u1", **rows_of(data)[0]} | {"user_id": "u1"}]):
        with pytest.raises(GustibusError, match="update of 'u0', but there are answers by 'u1'"):
            ann.update(other)
        with pytest.raises(GustibusError, match=r"'u0'.*'u1'"):
            types.update_user(ann, data.for_users("u1"))
    assert ann.update(data.for_users("u0").take([0])).n_answers == ann.n_answers + 1


def test_a_group_is_updated_by_answers_of_its_people() -> None:
    model = fit(judgements(6), model="hierarchical", person="group", scale=1.0, types=1, encoder=ENCODER)
    group = model.adapt(judgements(2))
    assert group.update(judgements(2).take([0, 1])).n_answers == group.n_answers + 2


def test_one_persons_rows_are_adapted_to_without_a_warning(types: FittedModel) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error", DataWarning)
        assert types.adapt(rows_of(judgements(1).take(range(6)))).n_answers == 6


# Too few people


@pytest.mark.parametrize("model", ["pal-a", "low-rank", "mixture"])
def test_more_tastes_than_people_are_refused_with_what_would_do(model: str) -> None:
    with pytest.raises(GustibusError, match=r"50 tastes cannot .* by the answers of 5 people.*prototypes=5 or fewer"):
        fit(judgements(5), model=model, prototypes=50, encoder=ENCODER)  # type: ignore[arg-type]
    with pytest.raises(GustibusError, match=r"answers of 1 person. Take model='bt'"):
        fit(judgements(1), model=model, encoder=ENCODER)  # type: ignore[arg-type]


def test_one_person_alone_is_warned_of_and_auto_takes_one_taste() -> None:
    one = judgements(1, 40)
    with pytest.warns(DataWarning, match="by one person.*take model='bt'"):
        fit(one, model="hierarchical", types=1, scale=1.0, encoder=ENCODER)
    with pytest.warns(DataWarning, match="by one person.*Bradley-Terry"):
        chosen, family = fit_family(one, encoder=ENCODER)
    assert list(family) == ["bt"]
    assert chosen.name == "Bradley-Terry"
    # What this person wants is what the model predicts, not even odds.
    assert chosen.log_odds(None, ITEMS[:6], ITEMS[6:]).std() > 0.5


# Weights


@pytest.mark.parametrize("weight", [1e12, 1e-12])
@pytest.mark.parametrize("model", ["bt", "hierarchical", "mixture"])
def test_weights_of_another_scale_are_refused_with_the_fix(model: str, weight: float) -> None:
    data = judgements(6)
    scaled = replace(data, weight=np.full(len(data), weight, np.float32))
    with pytest.raises(GustibusError, match=r"weights average 1e[+-]12.*Divide all weights by their mean"):
        fit(scaled, model=model, encoder=ENCODER, **({"prototypes": 2} if model == "mixture" else {}))  # type: ignore[arg-type]


def test_odd_weights_are_warned_of_and_usual_ones_are_not() -> None:
    data = judgements(6)
    usual = np.random.default_rng(0).uniform(0.1, 5.0, len(data)).astype(np.float32)
    few = np.where(np.arange(len(data)) < 2, 100, 1).astype(np.float32)
    with pytest.warns(DataWarning, match="weights average 1e\\+03"):
        fit(replace(data, weight=np.full(len(data), 1e3, np.float32)), model="bt", encoder=ENCODER)
    with pytest.warns(DataWarning, match=r"120 judgements count as 5.0"):
        fit(replace(data, weight=few), model="bt", encoder=ENCODER)
    with warnings.catch_warnings():
        warnings.filterwarnings("error", message=".*weights.*")
        fit(replace(data, weight=usual), model="bt", encoder=ENCODER)


# Features


def test_features_that_are_the_same_for_all_items_are_named() -> None:
    flat = FEATURES.copy()
    flat[:, 1] = 7.0
    with pytest.warns(DataWarning, match=r"1 column of the vectors is the same for all 12 items \('size'\)"):
        fit(judgements(4), model="bt", encoder=Vectors(ITEMS, flat, names=["price", "size", "age"]))
    with pytest.warns(DataWarning, match="all 12 items have the same features.*table of vectors"):
        fit(judgements(4), model="bt", encoder=Vectors(ITEMS, np.ones((12, 2))))


def test_vectors_of_prompts_must_be_ids_and_a_matrix() -> None:
    with pytest.raises(GustibusError, match=r"Vectors was given. Give \(vectors.ids, vectors.matrix\)"):
        Vectors(ITEMS, FEATURES, prompts=ENCODER)  # type: ignore[arg-type]
    with pytest.raises(GustibusError, match=r"dict was given. Give \(prompt_ids, prompt_matrix\)"):
        Vectors(ITEMS, FEATURES, prompts={})  # type: ignore[arg-type]
    with pytest.raises(GustibusError, match="sequence of ids"):
        Vectors(5, FEATURES)  # type: ignore[arg-type]


# Evaluation


def test_shots_that_nobody_new_can_have_are_said(types: FittedModel) -> None:
    data = judgements(14)
    with pytest.warns(DataWarning, match=r"nobody who is new.*505 answers.*the most is 20.*Lower shots"):
        report = evaluate(types, data, shots=(500,), n_boot=10)
    assert report.n_left_out == 2
    assert not report.unseen
    with warnings.catch_warnings():
        warnings.simplefilter("error", DataWarning)
        assert evaluate(types, data, shots=(0, 5), n_boot=10).unseen


# Words


def test_one_person_is_said_in_the_singular(types: FittedModel) -> None:
    one = fit(judgements(1), model="bt", encoder=ENCODER)
    assert ", 1 person, " in repr(one)
    assert ", 12 people, " in repr(types)
    assert repr(types.adapt_users(judgements(1))) == "AdaptedUsers(1 person)"
    assert "by 1 person," in repr(evaluate(one, judgements(1), shots=(), n_boot=10)["seen"])


def test_warnings_point_at_the_line_that_called_and_are_said_once() -> None:
    with pytest.warns(DataWarning) as caught:
        fit(judgements(6, 4), model="hierarchical", encoder=ENCODER)
    assert {warning.filename for warning in caught} == {__file__}
    said = [str(warning.message) for warning in caught]
    assert len(said) == len(set(said))
    assert any("can be kept for validation" in text for text in said)


# Judgements of people and of a model


def test_a_fit_to_several_sources_says_so_and_to_one_does_not() -> None:
    rows = rows_of(judgements(6))
    half = len(rows) // 2
    mixed = Comparisons.from_rows(
        [row | {"source": "human"} for row in rows[:half]] + [row | {"source": "llm:m"} for row in rows[half:]]
    )

    with pytest.warns(DataWarning, match=rf"fit learns from .*several sources.*'human': {half}, 'llm:m': {half}"):
        model = fit(mixed, model="bt", encoder=ENCODER)
    assert any("several sources" in text for text in model.summary["warnings"])
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        fit(mixed.of_source("human"), model="bt", encoder=ENCODER)
    assert not any("several sources" in str(warning.message) for warning in caught)
    with pytest.warns(DataWarning, match=r"evaluate scores .*several sources"):
        evaluate(model, mixed, shots=())
