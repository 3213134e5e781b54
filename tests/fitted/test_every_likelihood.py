"""Every model with every likelihood that it takes: fit, adapt, update, save, load, predict."""

from __future__ import annotations

from itertools import product
from pathlib import Path
from typing import get_args

import numpy as np
import pytest
from small_fits import DATA, FAST, PARAMETERS, fitted

import gustibus as gs
from gustibus.fitting import LIKELIHOOD_USES, ModelName
from gustibus.likelihoods import Flip, Hinge, likelihood_of
from gustibus.models import WithVariances

MODELS = [name for name in get_args(ModelName) if name != "auto"]
PAIRS = [pair for pair in product(MODELS, LIKELIHOOD_USES) if LIKELIHOOD_USES[pair[1]][pair[0]].kind != "refused"]


def test_all_models_are_here() -> None:
    assert set(FAST) == set(MODELS)


@pytest.mark.filterwarnings("ignore::gustibus.DataWarning")
@pytest.mark.parametrize(("model", "name"), PAIRS, ids=str)
def test_every_pair_of_the_table_fits_adapts_predicts_and_is_saved(model: str, name: str, tmp_path: Path) -> None:
    made = fitted(model, PARAMETERS.get(name, name))
    predictions = made.predict(DATA)
    assert np.isfinite(predictions.log_odds).all()
    assert (predictions.three_way is not None) == likelihood_of(name).ties
    new = DATA.for_users(["u3"])
    person = made.adapt(new)
    first, rest = new.take(np.arange(5)), new.take(np.arange(5, len(new)))
    in_two = made.adapt(first).update(rest)
    assert in_two.n_answers == person.n_answers == len(new)
    np.testing.assert_allclose(in_two.weights, person.weights, atol=1e-5)
    if isinstance(made.likelihood, Flip | Hinge) and made.n_prototypes > 1:
        assert made.adaptation == "approximate"
        assert "logistic" in str(made.how_adapted)
    made.save(tmp_path / "model")
    again = gs.load(tmp_path / "model")
    assert (again.likelihood, again.settings, again.name) == (made.likelihood, made.settings, made.name)
    np.testing.assert_array_equal(again.predict(DATA).probability, predictions.probability)
    assert ("likelihood" in (tmp_path / "model" / "README.md").read_text()) == (name != "logistic")
    assert isinstance(made.scorer.model, WithVariances) == (name == "mean-variance")
