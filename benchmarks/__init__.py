"""Measurements of gustibus against baselines, ceilings and the truth, each a small program.

``python -m benchmarks`` runs all of them and writes the tables of the README and of ``docs/results/`` from their
results; ``python -m benchmarks.NAME --help`` tells about one. Every program computes on one thread, so that figures do
not depend on the number of cores and seconds can be compared.
"""

import os

for _library in ("OMP", "OPENBLAS", "MKL"):
    os.environ[f"{_library}_NUM_THREADS"] = "1"
