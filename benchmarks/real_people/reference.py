"""Figures that an earlier reference study reached on the same files with the same protocol.

They come from small prototypes and are constants here: nothing in this package computes them. Split seeds: the
population 0 to 4; the families 10 to 12 (UKP: 0 to 4). The family was fixed before these splits were looked at.
"""

from __future__ import annotations

from typing import Any

__all__ = ["REFERENCE"]

REFERENCE: dict[str, dict[str, Any]] = {
    "cems": {
        "population": {"log_loss": 0.643, "accuracy": 0.633},
        "family": "low-rank free, K = 8",
        "seen": {"log_loss": 0.374, "accuracy": 0.812},
        "unseen": {"5": {"log_loss": 0.520, "accuracy": 0.739}, "10": {"log_loss": 0.436, "accuracy": 0.789}},
    },
    "kidney1": {
        "population": {"log_loss": 0.555, "accuracy": 0.758},
        "family": "mixture of Bradley-Terry types",
        "seen": {"log_loss": 0.519, "accuracy": 0.767},
        "unseen": {"5": {"log_loss": 0.527, "accuracy": 0.777}, "10": {"log_loss": 0.514, "accuracy": 0.778}},
    },
    "kidney2": {
        "population": {"log_loss": 0.487, "accuracy": 0.790},
        "family": "PAL-A, K = 4 to 8",
        "seen": {"log_loss": 0.334, "accuracy": 0.858},
        "unseen": {"5": {"log_loss": 0.376, "accuracy": 0.841}, "20": {"log_loss": 0.318, "accuracy": 0.871}},
    },
    "ukp": {
        "population": {"log_loss": 0.542, "accuracy": 0.721},
        "family": "mixture of Bradley-Terry types",
        "seen": {"log_loss": 0.539, "accuracy": 0.723},
        "unseen": {"5": {"log_loss": 0.547, "accuracy": 0.715}, "20": {"log_loss": 0.545, "accuracy": 0.716}},
    },
}
