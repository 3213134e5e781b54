"""What every result says about itself: the machine, the versions, the time it took; and where results are kept."""

from __future__ import annotations

import gc
import json
import math
import os
import platform
import re
import time
from importlib.metadata import version
from pathlib import Path
from typing import Any

import gustibus
from gustibus.evaluation import Interval

ROOT = Path(__file__).resolve().parent.parent
RESULTS = ROOT / "benchmarks" / "results"
DATA = ROOT.parent / "shared" / "data"
WORKLOADS = ROOT.parent / "shared" / "workloads"


class Stopwatch:
    """Seconds since it was made: by the clock, and of this process on the processor."""

    def __init__(self) -> None:
        self._started = time.perf_counter(), time.process_time()

    def read(self) -> dict[str, float]:
        """Both, in seconds. On a busy machine the second is the one to compare."""
        wall, cpu = self._started
        return {"wall": round(time.perf_counter() - wall, 2), "cpu": round(time.process_time() - cpu, 2)}


def circumstances() -> dict[str, Any]:
    """The machine and the versions under which something was measured."""
    return {
        "machine": {"cpu": _cpu_model(), "cores": os.cpu_count(), "memory_gib": _memory_gib()},
        "versions": {"python": platform.python_version(), "gustibus": gustibus.__version__}
        | {name: version(name) for name in ("numpy", "scipy", "torch", "pyarrow")},
        "threads": 1,
    }


class MemoryMeter:
    """Resident memory of this process in MiB: what it held when the meter was made, and the most since then.

    Linux forgets the peak on request; where that is refused, the peak is that of the whole process.
    """

    def __init__(self) -> None:
        gc.collect()
        try:
            Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
            self.since_start = False
        except OSError:
            self.since_start = True
        self.before = _status("VmRSS")

    def read(self) -> dict[str, float | bool]:
        """Memory before and at the peak."""
        peak = _status("VmHWM")
        return {"before_mib": self.before, "peak_mib": peak, "peak_is_of_whole_process": self.since_start}


def write_result(name: str, result: dict[str, Any], *, quick: bool = False) -> Path:
    """Write ``results/NAME.json``; quick runs go to ``results/quick/``, which nothing is made from."""
    folder = RESULTS / "quick" if quick else RESULTS
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.json"
    whole = {"benchmark": name} | circumstances() | result
    path.write_text(json.dumps(_plain(whole), indent=1, allow_nan=False) + "\n", encoding="utf-8")
    return path


def read_result(name: str) -> dict[str, Any] | None:
    """A result as it was written, or None if that benchmark has not been run."""
    path = RESULTS / f"{name}.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else None


def interval_of(figure: dict[str, Any]) -> Interval:
    """An interval as it was before it was written."""
    return Interval(figure["estimate"], figure["low"], figure["high"], 0.95, figure["people"])


def _plain(value: Any) -> Any:
    """Numbers rounded to six digits, intervals as objects, what is not known as null."""
    if isinstance(value, Interval):
        bounds = {"estimate": value.estimate, "low": value.low, "high": value.high}
        return _plain(bounds) | {"people": value.n_users}
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if hasattr(value, "item"):
        value = value.item()
    if isinstance(value, float):
        return float(f"{value:.6g}") if math.isfinite(value) else None
    return value


def _cpu_model() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def _memory_gib() -> float:
    return round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30, 1)


def _status(field: str) -> float:
    """A figure of this process in MiB; nan where the system does not tell."""
    try:
        found = re.search(rf"^{field}:\s+(\d+) kB", Path("/proc/self/status").read_text(encoding="ascii"), re.MULTILINE)
    except OSError:
        return math.nan
    return round(int(found[1]) / 1024, 1) if found else math.nan
