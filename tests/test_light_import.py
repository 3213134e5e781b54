"""Nothing heavy on the way in: what is loaded is measured in a fresh process, by name and not by time."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = {
    "torch", "scipy", "pyarrow", "transformers", "tokenizers", "pandas", "polars", "datasets", "matplotlib", "rich",
    "typer", "httpx", "yaml", "safetensors", "huggingface_hub", "sklearn",
}  # fmt: skip
SLOW = {"torch", "scipy", "transformers", "pandas", "polars", "datasets", "matplotlib", "sklearn"}


def loaded_by(code: str, *arguments: str) -> set[str]:
    """Top-level packages that a fresh process has loaded after some code."""
    report = "import sys; print('loaded:', *{name.partition('.')[0] for name in sys.modules})"
    done = subprocess.run(
        [sys.executable, "-c", f"import atexit; atexit.register(lambda: exec({report!r}))\n{code}", *arguments],
        capture_output=True,
        text=True,
        check=True,
    )
    return set(done.stdout.rpartition("loaded:")[2].split())


def test_importing_the_package_loads_nothing_heavier_than_numpy() -> None:
    assert loaded_by("import gustibus; dir(gustibus); gustibus.__version__") & HEAVY == set()


def test_reading_judgements_loads_no_tensors() -> None:
    code = "import gustibus; gustibus.read([dict(user_id='u', response_a='x', response_b='y', choice='a')])"
    # Arrow itself loads pandas where it is installed.
    assert loaded_by(code) & (SLOW - {"pandas"}) == set()


def test_what_needs_arrays_only_loads_no_tensors() -> None:
    rooms = (
        "import gustibus.adapting, gustibus.aggregation, gustibus.comparisons, gustibus.evaluation, gustibus.reporting"
    )
    assert loaded_by(rooms) & {"torch", "transformers", "pandas", "matplotlib"} == set()


def test_deciding_by_a_table_of_rewards_loads_no_tensors(tmp_path: Path) -> None:
    """``decide`` and ``rules`` in the terminal, and ``rules`` on a page, which draws."""
    file, page = tmp_path / "rewards.csv", tmp_path / "rules.html"
    file.write_text("user_id,response,reward\nann,tea,1\nann,gin,0\nbob,tea,-1\nbob,gin,2\n")
    run = "from gustibus.cli import main; main()"
    for words in (["decide", str(file)], ["rules", str(file)]):
        assert loaded_by(run, *words) & {"torch", "transformers", "matplotlib", "sklearn", "datasets"} == set()
    assert "torch" not in loaded_by(run, "rules", str(file), "--html", str(page))
    assert page.exists()


@pytest.mark.parametrize("arguments", [["--help"], ["fit", "--help"], ["--version"]], ids=" ".join)
def test_help_loads_nothing_slow(arguments: list[str]) -> None:
    loaded = loaded_by("from gustibus.cli import main; main()", *arguments)
    assert "typer" in loaded
    assert loaded & (SLOW | {"pyarrow"}) == set()
