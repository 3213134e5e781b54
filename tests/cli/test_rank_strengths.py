"""``gustibus rank FILE --rule bradley-terry``."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from command_line import as_json, invoke, succeed

from gustibus.aggregation import bradley_terry, pair_wins
from gustibus.comparisons import Comparisons, read, write


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("league")
    rng = np.random.default_rng(0)
    a = rng.integers(0, 6, 400)
    b = (a + rng.integers(1, 6, 400)) % 6
    outcome = (rng.random(400) < 1 / (1 + np.exp((b - a) / 2))).astype(float)
    league = Comparisons.from_arrays(
        users=["referee"],
        responses=list("abcdef"),
        user=np.zeros(400, int),
        response_a=a,
        response_b=b,
        outcome=outcome,
    )
    write(league, folder / "league.parquet")
    (folder / "once.csv").write_text("user_id,response_a,response_b,choice\nu,tea,gin,a\n")
    (folder / "apart.csv").write_text(
        "user_id,response_a,response_b,choice\nu,tea,gin,a\nu,tea,gin,b\nu,x,y,a\nu,x,y,b\n"
    )
    (folder / "three.txt").write_text("f\na\nc\n")
    (folder / "stranger.txt").write_text("a\nz\n")
    return folder


def test_strengths_of_a_file_are_those_of_the_function(folder: Path) -> None:
    found = as_json("rank", folder / "league.parquet", "--rule", "bradley-terry")
    ranked = bradley_terry(pair_wins(read(folder / "league.parquet"))).ranked()
    assert [(one["response"], one["score"], one["sd"]) for one in found["ranking"]] == [
        (one.response, pytest.approx(one.score), pytest.approx(one.sd)) for one in ranked
    ]
    assert [one["response"] for one in found["ranking"]] == list("fedcba")
    shown = succeed("rank", folder / "league.parquet", "--rule", "bradley-terry", "--top", "2").stdout
    assert "log-odds, which add up to zero over all 6" in shown


def test_named_responses_are_ranked_by_the_comparisons_among_them(folder: Path) -> None:
    found = as_json("rank", folder / "league.parquet", "--rule", "bradley-terry", "--responses", folder / "three.txt")
    rows = read(folder / "league.parquet").to_rows()
    kept = Comparisons.from_rows([row for row in rows if {row["response_a"], row["response_b"]} <= set("fac")])
    alone = {one.response: one.score for one in bradley_terry(pair_wins(kept)).ranked()}
    assert {one["response"]: one["score"] for one in found["ranking"]} == pytest.approx(alone)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("once.csv",), "'tea' never lost"),
        (("apart.csv",), "2 components"),
        (("league.parquet", "--responses", "stranger.txt"), "never compares 'z'"),
        (("league.parquet", "--ridge", "-1"), "greater than or equal to 0"),
    ],
)
def test_what_cannot_be_ranked_is_refused(folder: Path, arguments: tuple[str, ...], message: str) -> None:
    named = [folder / one if "." in one else one for one in arguments]
    refused = invoke("rank", *named, "--rule", "bradley-terry")
    assert refused.exit_code != 0
    assert message in " ".join(refused.stderr.split())


def test_a_ridge_ranks_what_has_no_finite_strengths(folder: Path) -> None:
    for file in ("once.csv", "apart.csv"):
        assert as_json("rank", folder / file, "--rule", "bradley-terry", "--ridge", "0.5")["ranking"]
    refused = invoke("rank", folder / "once.csv", "--rule", "borda", "--ridge", "0.5")
    assert "--ridge is for the strengths" in refused.stderr
