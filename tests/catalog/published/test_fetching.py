"""``--allow-download`` asks the hub for the files of a data set and for nothing else."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hub_in_process import hub
from published_files import utterance

from gustibus.catalog import DATASETS

COMMIT = DATASETS["prism"].revision
PROGRAM = Path(sys.executable).with_name("gustibus")


def test_a_download_fetches_the_named_files_of_the_revision_and_reads_them(tmp_path: Path) -> None:
    pytest.importorskip("huggingface_hub")
    rows = [utterance("ann", 0, "A drink?", drink, score, score > 50) for drink, score in (("tea", 80), ("gin", 30))]
    content = "\n".join(map(json.dumps, rows)).encode()
    with hub("HannahRoseKirk/prism-alignment", COMMIT, "utterances.jsonl", content) as (address, asked):
        environment = {key: value for key, value in os.environ.items() if not key.startswith("HF_")}
        environment |= {"HF_ENDPOINT": address, "HF_HOME": str(tmp_path), "HF_HUB_DISABLE_XET": "1", "NO_PROXY": "*"}
        words = ["data", "get", "prism", "--allow-download", "--json"]
        done = subprocess.run(
            [PROGRAM, *words], capture_output=True, text=True, env=environment, timeout=120, check=False
        )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["read"]["rating"]["judgements"] == 1
    assert f"/api/datasets/HannahRoseKirk/prism-alignment/tree/{COMMIT}" in asked
    assert f"/datasets/HannahRoseKirk/prism-alignment/resolve/{COMMIT}/utterances.jsonl" in asked
    cache = tmp_path / "hub" / "datasets--HannahRoseKirk--prism-alignment"
    assert (cache / "snapshots" / COMMIT / "utterances.jsonl").read_bytes() == content
