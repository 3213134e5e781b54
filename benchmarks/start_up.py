"""How long it takes until something happens: importing the package, asking the program for help.

Starts fresh processes and writes benchmarks/results/start_up.json; a quarter of a minute.

Run: python -m benchmarks.start_up
"""

from __future__ import annotations

import resource
import statistics
import subprocess
import sys
import time
from pathlib import Path

from benchmarks.recording import write_result

RUNS = 11
PROGRAM = str(Path(sys.executable).with_name("gustibus"))
COMMANDS = {
    "python alone": [sys.executable, "-c", "pass"],
    "import gustibus": [sys.executable, "-c", "import gustibus"],
    "gustibus --version": [PROGRAM, "--version"],
    "gustibus --help": [PROGRAM, "--help"],
    "gustibus fit --help": [PROGRAM, "fit", "--help"],
}


def seconds_of(command: list[str]) -> tuple[float, float]:
    """Seconds of one run, by the clock and on the processor."""
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    wall, after = time.perf_counter() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    figures = {}
    for name, command in COMMANDS.items():
        seconds_of(command)  # the first run compiles and warms the disk's cache
        wall, cpu = zip(*(seconds_of(command) for _ in range(RUNS)), strict=True)
        figures[name] = {
            "wall_median": round(statistics.median(wall), 3),
            "wall_best": round(min(wall), 3),
            "cpu_median": round(statistics.median(cpu), 3),
            "cpu_best": round(min(cpu), 3),
        }
        print(f"{name:22s} {figures[name]['wall_median']:.2f} s, {figures[name]['cpu_median']:.2f} s on the processor")
    write_result("start_up", {"runs": RUNS, "seconds": figures})


if __name__ == "__main__":
    main()
