"""What is known of people, on the command line: in fit, in adapt, in evaluate."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from command_line import as_json, invoke, succeed

from gustibus.comparisons import Comparisons, write
from gustibus.fitted import load

N_PEOPLE, N_KNOWN, N_ITEMS = 140, 100, 40
OPTIONS = ["--model", "hierarchical", "--set", "scale=0.5", "--set", "types=1", "--set", "item_offsets=no"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Old people like what is sweet, young ones what is bitter; shirts say nothing."""
    place = tmp_path_factory.mktemp("known")
    rng = np.random.default_rng(0)
    age, shirt = rng.normal(50, 15, N_PEOPLE), rng.choice(["red", "blue"], N_PEOPLE)
    rows = [f"person {i},{age[i]:.0f},{shirt[i]}" for i in range(N_PEOPLE)]
    (place / "people.csv").write_text("\n".join(["user_id,age,shirt", *rows]) + "\n")
    newcomers = [row for row in rows if int(row.split(",")[0].split()[1]) >= N_KNOWN]
    (place / "newcomers.csv").write_text("\n".join(["user_id,age,shirt", *newcomers]) + "\n")
    items = rng.normal(size=(N_ITEMS, 2))
    np.savez(place / "dishes.npz", ids=[f"dish {i}" for i in range(N_ITEMS)], matrix=items)
    likes = np.column_stack([1.5 * (age - 50) / 15, -1.5 * (age - 50) / 15]) + rng.normal(0, 0.5, (N_PEOPLE, 2))
    user = np.repeat(np.arange(N_PEOPLE), 16)
    a = rng.integers(0, N_ITEMS, user.size)
    b = (a + rng.integers(1, N_ITEMS, user.size)) % N_ITEMS
    log_odds = ((items[a] - items[b]) * likes[user]).sum(axis=1)
    data = Comparisons.from_arrays(
        users=[f"person {i}" for i in range(N_PEOPLE)], responses=[f"dish {i}" for i in range(N_ITEMS)], user=user,
        response_a=a, response_b=b, outcome=rng.random(user.size) < 1 / (1 + np.exp(-log_odds)),
    )  # fmt: skip
    write(data.filter(user < N_KNOWN).compact(), place / "judgements.parquet")
    write(data.filter(user >= N_KNOWN).compact(), place / "newcomers.parquet")
    for name, covariates in (("told", ["--covariates", place / "people.csv"]), ("untold", [])):
        succeed(
            "fit", place / "judgements.parquet", "--vectors", place / "dishes.npz", *covariates, *OPTIONS,
            "--out", place / name,
        )  # fmt: skip
    return place


def test_new_people_are_known_before_they_answer(folder: Path) -> None:
    told, untold = (
        as_json("evaluate", folder / name, folder / "newcomers.parquet", "--shots", "0,2")["unseen"]
        for name in ("told", "untold")
    )
    gains = [untold[n]["log_loss"] - told[n]["log_loss"] for n in ("0", "2")]
    assert gains[0] > 0.1
    assert gains[1] > 0.0


def test_a_fit_can_be_repeated_from_its_file(folder: Path) -> None:
    assert "covariates" in (folder / "told" / "run.yaml").read_text()
    assert load(folder / "told").covariates is not None


def test_newcomers_bring_their_own_table(folder: Path) -> None:
    load(folder / "told").save(folder / "public", users=False)
    alone = as_json("adapt", folder / "public", folder / "newcomers.parquet")["people"]
    known = as_json("adapt", folder / "public", folder / "newcomers.parquet", "--covariates", folder / "newcomers.csv")[
        "people"
    ]
    with_all = as_json("adapt", folder / "told", folder / "newcomers.parquet")["people"]
    weights = [np.array([person["weights"] for person in people]) for people in (alone, known, with_all)]
    assert np.abs(weights[0] - weights[1]).max() > 0.05
    np.testing.assert_allclose(weights[1], weights[2], atol=1e-5)


def test_a_model_that_has_no_use_for_them_says_so(folder: Path) -> None:
    refused = invoke("adapt", folder / "untold", folder / "newcomers.parquet", "--covariates", folder / "people.csv")
    assert refused.exit_code != 0
    assert "has no use for covariates" in refused.stderr
    refused = invoke(
        "fit", folder / "judgements.parquet", "--vectors", folder / "dishes.npz", "--model", "bt",
        "--covariates", folder / "people.csv", "--out", folder / "never",
    )  # fmt: skip
    assert refused.exit_code != 0
    assert "covariates are taken by --model hierarchical" in " ".join(refused.stderr.split())
    assert not (folder / "never").exists()


def test_a_fit_says_whether_covariates_were_taken(folder: Path) -> None:
    told = ["fit", folder / "judgements.parquet", "--vectors", folder / "dishes.npz", *OPTIONS]
    shown = succeed(*told, "--covariates", folder / "people.csv", "--out", folder / "said").stdout
    assert "covariates" in shown
    assert "no covariates" not in shown
