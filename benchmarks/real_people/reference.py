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
    "topmodel": {
        "population": {"log_loss": 0.675, "accuracy": 0.587},
        "family": "low-rank free, K = 8; new people: ridge deviation per person",
        "seen": {"log_loss": 0.488, "accuracy": 0.753},
        "unseen": {"5": {"log_loss": 0.600, "accuracy": 0.667}, "10": {"log_loss": 0.524, "accuracy": 0.731}},
    },
    "train": {
        "population": {"log_loss": 0.594, "accuracy": 0.696},
        "family": "mixture of Bradley-Terry types, K = 8; new people: low-rank",
        "seen": {"log_loss": 0.461, "accuracy": 0.780},
        "unseen": {"5": {"log_loss": 0.490, "accuracy": 0.785}, "10": {"log_loss": 0.413, "accuracy": 0.789}},
    },
    "movielens": {
        "population": {"log_loss": 0.637, "accuracy": 0.637},
        "family": "ridge deviation per person",
        "seen": {"log_loss": 0.624, "accuracy": 0.650},
        "unseen": {"5": {"log_loss": 0.636, "accuracy": 0.637}, "20": {"log_loss": 0.634, "accuracy": 0.640}},
    },
    "dices": {
        "population": {"log_loss": 0.430, "accuracy": 0.805},
        "family": "ridge deviation per person",
        "seen": {"log_loss": 0.421, "accuracy": 0.809},
        "unseen": {"5": {"log_loss": 0.441, "accuracy": 0.788}, "20": {"log_loss": 0.434, "accuracy": 0.795}},
    },
    "popquorn": {
        "population": {"log_loss": 0.518, "accuracy": 0.743},
        "family": "none",
        "seen": {"log_loss": 0.536, "accuracy": 0.735},
        "unseen": {"5": {"log_loss": 0.508, "accuracy": 0.757}, "10": {"log_loss": 0.509, "accuracy": 0.757}},
    },
    "tulu": {
        "population": {"log_loss": 0.662, "accuracy": 0.594},
        "family": "none",
        "seen": {"log_loss": 0.646, "accuracy": 0.618},
        "unseen": {"5": {"log_loss": 0.667, "accuracy": 0.575}, "20": {"log_loss": 0.662, "accuracy": 0.575}},
    },
    "hh_vpl": {
        "population": {"log_loss": 0.690, "accuracy": 0.540},
        "family": "none",
        "seen": {"log_loss": 0.687, "accuracy": 0.540},
        "unseen": {"5": {"log_loss": 0.687, "accuracy": 0.559}, "20": {"log_loss": 0.684, "accuracy": 0.570}},
    },
}
