"""The fit alone, in a process of its own, from files: so that the memory it reports is its own.

``python -m benchmarks.million.one_fit FOLDER RESULT`` reads the judgements and vectors that ``__main__`` wrote.
"""

from __future__ import annotations

import json
import resource
import sys
from pathlib import Path

import numpy as np

import gustibus as gs
from benchmarks.recording import MemoryMeter, Stopwatch
from gustibus.cli.progress import progress_bar
from gustibus.evaluation import Scored


def main(folder: Path, result: Path) -> None:
    reading = Stopwatch()
    data = gs.read(folder / "judgements.parquet")
    seconds_reading = reading.read()
    vectors = gs.Vectors(json.loads((folder / "items.json").read_text()), np.load(folder / "vectors.npy"))
    memory, watch = MemoryMeter(), Stopwatch()
    with progress_bar() as progress:
        model = gs.fit(data, encoder=vectors, prototypes=4, seed=0, progress=progress)
    figures = {
        "seconds": watch.read(),
        "seconds_reading": seconds_reading,
        "seconds_by_part": model.summary["seconds"],
        "memory_of_fit": memory.read(),
        "peak_of_process_mib": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1),
        "feature_matrix_mib": round(vectors.matrix.nbytes / 2**20, 1),
        "choices": model.summary["choices"],
        "trials": len(model.summary["trials"]),
    }
    held_out = gs.read(folder / "held_out.parquet")
    watch = Stopwatch()
    scored = {
        "model": Scored.of(held_out, model.predict(held_out).probability),
        "population": Scored.of(held_out, model.predict(held_out, users="population").probability),
    }
    figures["seconds_predicting"] = watch.read()
    for name, one in scored.items():
        figures[name] = {"accuracy": vars(one.interval("accuracy")), "log_loss": vars(one.interval("log_loss"))}
    result.write_text(json.dumps(figures))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
