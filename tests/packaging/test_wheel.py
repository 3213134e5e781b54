"""The wheel and the source archive, as somebody gets them who installs gustibus."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "gustibus"
HERE = "import sys, gustibus; from pathlib import Path; print(Path(gustibus.__file__).parent)"


def python(*arguments: str, folder: Path, **environment: str) -> str:
    """What a fresh process prints, started in a folder where nothing of the project lies."""
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built from the source archive, so that both are whole."""
    folder = tmp_path_factory.mktemp("dist")
    python("-m", "build", "--no-isolation", "--outdir", str(folder), str(ROOT), folder=folder)
    assert len(list(folder.glob("gustibus-*.tar.gz"))) == 1
    (wheel,) = folder.glob("gustibus-*.whl")
    return wheel


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the installed wheel alone; other packages come from the environment of the tests."""
    folder = tmp_path_factory.mktemp("installed")
    python(
        "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--target", str(folder), str(wheel), folder=folder
    )
    return folder


def test_the_wheel_has_all_files_of_the_package_and_no_others(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        packed = {name.removeprefix("gustibus/") for name in archive.namelist() if name.startswith("gustibus/")}
    written = {str(path.relative_to(SOURCE)) for path in SOURCE.rglob("*") if path.is_file()}
    assert packed == {name for name in written if "__pycache__" not in name}
    assert {"py.typed", "catalog/town_texts/phrases.toml"} <= packed


def test_the_wheel_carries_licence_and_readme(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        (metadata,) = (archive.read(name).decode() for name in names if name.endswith(".dist-info/METADATA"))
    assert any(name.endswith("licenses/LICENSE") for name in names)
    assert "License-Expression: Apache-2.0" in metadata
    assert "# gustibus" in metadata


def test_the_installed_package_works_from_its_own_files(installed: Path, tmp_path: Path) -> None:
    fit = """
rows = [{"user_id": f"u{i % 8}", "response_a": "tea", "response_b": "milk", "choice": "ab"[i % 2]} for i in range(80)]
model = gustibus.fit(rows, model="bt", encoder="one-hot")
print(len(gustibus.town(n_people=2, n_prompts=3, comparisons_per_person=4).comparisons), model.n_prototypes)
"""
    printed = python("-c", HERE + fit, folder=tmp_path, PYTHONPATH=str(installed)).splitlines()
    assert Path(printed[0]) == installed / "gustibus"
    assert printed[1] == "8 1"


def test_the_installed_program_answers(installed: Path, tmp_path: Path) -> None:
    program = installed / "bin" / "gustibus"
    assert "judgements.parquet" in python(str(program), "--help", folder=tmp_path, PYTHONPATH=str(installed))
