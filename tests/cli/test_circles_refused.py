"""What ``fit --model gpm``, ``rank --rule`` and ``diagnose cycles`` refuse: each says what is wrong and what to do."""

from __future__ import annotations

from pathlib import Path

import pytest
from command_line import as_json, invoke, succeed

from gustibus.catalog import cycle_world
from gustibus.comparisons import Comparisons, write


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("circles")
    write(cycle_world(length=5, n_users=30, comparisons_per_user=8).comparisons, folder / "five.parquet")
    (folder / "one.txt").write_text("item-0\n")
    (folder / "same.txt").write_text("item-0\nitem-0\n")
    (folder / "two.txt").write_text("item-0\nitem-1\n")
    (folder / "none.txt").write_text("")
    (folder / "once.csv").write_text("user_id,response_a,response_b,choice\nu,tea,gin,a\n")
    (folder / "columns.csv").write_text("x,y\n1,2\n")
    return folder


GPM = ("fit", "{five}", "--encoder", "one-hot", "--out", "{new}", "--model", "gpm")
CYCLIC = ("fit", "{five}", "--encoder", "one-hot", "--out", "{new}", "--model", "scalar-cyclic", "--dimensions", "2")

REFUSED: list[tuple[tuple[str, ...], str]] = [
    ((*GPM, "--dimensions", "3"), "circles lie in planes, which take two dimensions each; give 2, 4, 6"),
    ((*GPM, "--dimensions", "2,3"), "give 2, 4, 6"),
    ((*GPM, "--dimensions", "0"), "not a whole number of at least 1"),
    ((*GPM, "--dimensions", "-2"), "such as --dimensions 2,4,8"),
    ((*GPM, "--dimensions", "2,,4"), "'' is not a whole number"),
    ((*GPM, "--dimensions", "two"), "such as --dimensions 2,4,8"),
    ((*GPM, "--dimensions", "1000000000"), "dimensions must be at most 10,000"),
    ((*GPM, "--dimensions", "2", "--set", "dimensions=4"), "leave one out"),
    ((*GPM, "--dimensions", "2", "--prototypes", "3"), "one taste for all, so --prototypes has no use"),
    ((*GPM, "--dimensions", "2", "--set", "initial_scale=0"), "initial_scale must be positive"),
    ((*GPM, "--dimensions", "2", "--set", "temperature=0"), "temperature must be positive"),
    ((*GPM, "--dimensions", "2", "--set", "gate=sofmax"), "choose one of none, softmax, softmax*k, softplus"),
    ((*GPM, "--dimensions", "2", "--set", "gate=softmax"), "leave gate out; or give every comparison a prompt"),
    ((*GPM, "--dimensions", "2", "--set", "cyclic_ratio=5"), "take --model scalar-cyclic or --model plural-gpm"),
    ((*GPM, "--dimensions", "2", "--set", "unit_norm=maybe"), "Give yes or no"),
    ((*CYCLIC, "--set", "cyclic_ratio=0"), "cyclic_ratio must be positive"),
    (("fit", "{five}", "--model", "plural-gpm", "--set", "gate=softmax"), "'signed' is the gate of plural-gpm"),
    (("fit", "{five}", "--model", "bt", "--dimensions", "2"), "--model bt has no use for --dimensions 2"),
    (("rank", "{five}", "--rule", "reward"), "--rule borda, copeland or lottery, or bradley-terry"),
    (("rank", "{five}", "--rule", "lotery"), "not one of 'reward', 'borda', 'copeland', 'lottery', 'bradley-terry'"),
    (("rank", "{five}", "--rule", "lottery", "--payoff", "odds"), "not one of 'P - 1/2', 'log-odds'"),
    (("rank", "{five}", "--rule", "borda", "--payoff", "log-odds"), "add --rule lottery, or leave --payoff out"),
    (("rank", "{five}", "--rule", "borda", "--responses", "{one}"), "Name two at least"),
    (("rank", "{five}", "--rule", "borda", "--responses", "{same}"), "Name two at least"),
    (("rank", "{five}", "--rule", "borda", "--responses", "{none}"), "holds no response"),
    (("rank", "{five}", "--rule", "borda", "--prompt", "Why?"), "has no prompts at all: leave --prompt out"),
    (("rank", "{five}", "--rule", "borda", "--top", "0"), "greater than or equal to 1"),
    (("rank", "{nowhere}", "--rule", "borda", "--responses", "{two}"), "there is no saved model"),
    (("diagnose", "cycles", "{nowhere}"), "There is no file"),
    (("diagnose", "cycles", "{columns}"), "no column 'response_a'"),
    (("diagnose", "cycles", "{five}", "--null", "5"), "greater than or equal to 20"),
    (("diagnose", "cycles", "{five}", "--null", "many"), "valid integer"),
    (("diagnose", "cycles", "{five}", "--top", "-1"), "greater than or equal to 0"),
    (("diagnose", "cycles", "{five}", "--whose", "maybe"), "not one of 'auto', 'yes', 'no'"),
    (("diagnose", "cycles", "{once}", "--null", "20", "--whose", "yes"), "nobody answered twice"),
]


@pytest.mark.parametrize(("words", "said"), REFUSED, ids=[" ".join(words[:1] + words[-2:]) for words, _ in REFUSED])
def test_it_is_refused_and_said_what_to_do(folder: Path, tmp_path: Path, words: tuple[str, ...], said: str) -> None:
    places = {path.stem: path for path in folder.iterdir()} | {"new": tmp_path / "m", "nowhere": tmp_path / "no"}
    done = invoke(*[word.format(**places) for word in words])
    shown = " ".join(done.stderr.replace("│", " ").split())
    assert (done.exit_code, said in shown) == (2, True), shown
    assert "Traceback" not in shown
    assert not (tmp_path / "m").exists()


def test_of_several_lotteries_the_most_even_is_given_and_it_is_said(tmp_path: Path) -> None:
    tied = Comparisons.from_rows(
        [{"user_id": "u", "response_a": "tea", "response_b": "gin", "choice": choice} for choice in ("a", "b")]
    )
    write(tied, tmp_path / "tied.parquet")
    found = as_json("rank", tmp_path / "tied.parquet", "--rule", "lottery")
    assert [entry["weight"] for entry in found["ranking"]] == [0.5, 0.5]
    assert found["unit"] == "weight in the most even of several maximal lotteries of P - 1/2"
    assert "the most even of several" in succeed("rank", tmp_path / "tied.parquet", "--rule", "lottery").stdout
