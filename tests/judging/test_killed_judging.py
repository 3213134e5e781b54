"""Processes that are killed while they ask, and processes that ask at once."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

SCRIPT = Path(__file__).with_name("judge_in_process.py")


def start(url: str, store: Path, n: int) -> subprocess.Popen[str]:
    command = [sys.executable, str(SCRIPT), url, str(store), str(n)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=dict(os.environ))


def test_a_run_killed_again_and_again_asks_nothing_twice_but_what_was_under_way(server, tmp_path):
    n, concurrent, rng = 300, 4, random.Random(0)
    server.seconds = 0.01
    kills = 0
    for _ in range(2):
        process = start(server.url, tmp_path, n)
        assert process.stdout is not None
        process.stdout.readline()  # the run is about to ask
        time.sleep(rng.uniform(0.05, 0.25))
        process.send_signal(signal.SIGKILL)
        process.communicate(timeout=30)
        kills += process.returncode == -signal.SIGKILL
    assert kills == 2
    assert len(server.requests) < 2 * n, "the runs must have been killed while they asked"

    process = start(server.url, tmp_path, n)
    out, errors = process.communicate(timeout=120)

    assert process.returncode == 0, errors
    assert out.split()[-1] == str(n)  # judgements
    asked = server.questions()
    assert len(set(asked)) == 2 * n
    assert len(asked) <= 2 * n + kills * concurrent


def test_two_processes_share_a_store(server, tmp_path):
    processes = [start(server.url, tmp_path, 40) for _ in range(2)]

    for process in processes:
        out, errors = process.communicate(timeout=120)
        assert process.returncode == 0, errors
        assert out.split()[-1] == "40"
