"""The data folder: ``GUSTIBUS_DATA``, or ``shared/data`` beside the project."""

import os
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

# The loaders live with the benchmarks, which are not installed.
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))


@pytest.fixture(scope="session")
def data_folder():
    """Where the real data sets are; without them tests are skipped, but fail where CI=true."""
    folder = Path(os.environ.get("GUSTIBUS_DATA") or ROOT.parent / "shared" / "data")
    if folder.is_dir():
        return folder
    message = f"the real data sets are not at {folder}; set GUSTIBUS_DATA to their folder"
    if os.environ.get("CI", "").lower() == "true":
        pytest.fail(message)
    pytest.skip(message)
