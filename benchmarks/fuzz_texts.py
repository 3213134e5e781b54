"""A coverage-guided fuzz run of the readers of text files: csv, JSON lines and JSON.

Atheris (``pip install atheris``, not among the dependencies) changes bytes, keeps the inputs that reach new lines of
gustibus, and goes on from these. Nothing but a ``GustibusError`` may come of them, and no row may be lost: where each
row is one judgement, an independent count of the rows is that of judgements and rows put aside.
Writes benchmarks/results/fuzz_texts.json.

Run: python -m benchmarks.fuzz_texts [--minutes 5] [--seed 0]   (minutes by the clock)
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import tempfile
import warnings
from collections import Counter
from pathlib import Path
from typing import Final

KINDS: Final = (".csv", ".jsonl", ".json", ".tsv")
LITTLE: Final = 50
_STATUS: Final = re.compile(r"cov: (\d+) ft: (\d+) corp: (\d+)")
_DONE: Final = re.compile(r"Done (\d+) runs")


def seeds_into(folder: Path) -> None:
    """The sound example of every format in every kind of text: its kind as the first byte, then the file."""
    from benchmarks.fuzz_readers import examples, written

    for name, rows in examples().items():
        for number, kind in enumerate(KINDS):
            path = folder / f"{name}{kind}"
            if written(rows, kind, path):
                path.write_bytes(bytes([number]) + path.read_bytes())


def fuzz(corpus: Path, counts: Path, seconds: int, seed: int) -> None:
    """Fuzz in this process, which ends with it."""
    import atheris  # type: ignore[import-not-found]

    with atheris.instrument_imports(include=["gustibus"], enable_loader_override=False):
        import gustibus as gs
        from gustibus.comparisons import file_reading, formats, interpreting, reading  # noqa: F401
    from benchmarks.fuzz_readers import format_of, refuse_lost_rows

    warnings.simplefilter("ignore")
    place = Path(tempfile.mkdtemp())
    seen: Counter[str] = Counter()

    def one(data: bytes) -> None:
        seen["inputs"] += 1
        if seen["inputs"] % LITTLE == 0:  # the fuzzer ends the process without a word
            counts.write_text(json.dumps(seen))
        kind = KINDS[data[0] % len(KINDS)] if data else ".csv"
        path = place / f"file{kind}"
        path.write_bytes(data[1:])
        rejects = place / "rejects.jsonl"
        rejects.unlink(missing_ok=True)
        try:
            found = gs.read(path, skip_bad=True, rejects=rejects)
        except gs.GustibusError:
            return
        n_rejects = rejects.read_bytes().count(b"\n") if rejects.exists() else 0
        seen["read"] += 1
        seen["rows put aside"] += n_rejects > 0
        seen["rows counted"] += refuse_lost_rows(path, kind, format_of(path), len(found), n_rejects)

    options = [f"-max_total_time={seconds}", f"-seed={seed}", "-max_len=4096", "-timeout=30", "-print_final_stats=1"]
    atheris.Setup([sys.argv[0], *options, str(corpus)], one)
    atheris.Fuzz()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=5.0)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--corpus", type=Path, help="fuzz in this process, from the inputs in this folder")
    parser.add_argument("--counts", type=Path, default=Path("counts.json"), help="where that process writes its counts")
    options = parser.parse_args()
    seconds = round(60 * options.minutes)
    if options.corpus is not None:
        fuzz(options.corpus, options.counts, seconds, options.seed)
        return
    from benchmarks.recording import Stopwatch, write_result  # imports gustibus, which is to be instrumented above

    watch = Stopwatch()
    with tempfile.TemporaryDirectory() as folder:
        corpus, counts = Path(folder) / "corpus", Path(folder) / "counts.json"
        corpus.mkdir()
        seeds_into(corpus)
        n_seeds = len(list(corpus.iterdir()))
        words = [sys.executable, "-m", "benchmarks.fuzz_texts", "--corpus", str(corpus), "--counts", str(counts)]
        words += ["--seed", str(options.seed), "--minutes", str(options.minutes)]
        done = subprocess.run(words, capture_output=True, text=True, errors="replace", cwd=folder, check=False)
        seen = json.loads(counts.read_text()) if counts.exists() else {}
    status, runs = _STATUS.findall(done.stderr), _DONE.search(done.stderr)
    result = {
        "seed": options.seed,
        "seconds": watch.read()["wall"],
        "inputs_to_begin_with": n_seeds,
        "runs": int(runs[1]) if runs else None,
        "coverage_at_first": int(status[0][0]) if status else None,
        "coverage": int(status[-1][0]) if status else None,
        "inputs_kept": int(status[-1][2]) if status else None,
        "seen": seen,
        "wrong": None if done.returncode == 0 else done.stderr[-3000:],
    }
    print(json.dumps(result, indent=1))
    write_result("fuzz_texts", result)
    if done.returncode:
        sys.exit(1)


if __name__ == "__main__":
    main()
