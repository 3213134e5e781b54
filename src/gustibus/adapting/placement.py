"""What a prior family finds out about people from their answers: the numbers behind every posterior."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gustibus.adapting.answers import FloatArray, IntArray
from gustibus.comparisons import caution

__all__ = ["ENOUGH_DRAWS", "Placement"]

ENOUGH_DRAWS = 50.0
"""Effective draws below which a posterior's moments are called rough."""


@dataclass(frozen=True, eq=False)
class Placement:
    """Summaries of ``U`` people's posteriors; the names are those of ``Posteriors``, where they are explained.

    Attributes
    ----------
    map_weights, mean, mean_log_weights : (U, K)
    covariance : (U, K, K)
    certificate, log_evidence, effective_draws : (U,)
    atom_mass : (U, A) or None
    """

    map_weights: FloatArray
    mean: FloatArray
    covariance: FloatArray
    certificate: FloatArray
    log_evidence: FloatArray
    effective_draws: FloatArray
    mean_log_weights: FloatArray
    atom_mass: FloatArray | None = None

    def warn_of_few_draws(self, n_answers: IntArray) -> None:
        """Say whose uncertainty is rough, on behalf of the function that was called; atoms are their user's choice."""
        few = np.flatnonzero(self.effective_draws < ENOUGH_DRAWS)
        if few.size and self.atom_mass is None:
            worst = int(few[np.argmin(self.effective_draws[few])])
            caution(
                f"adapt: the posteriors of {few.size} of {len(self.mean)} people rest on fewer than "
                f"{ENOUGH_DRAWS:.0f} effective draws (person {worst}: {self.effective_draws[worst]:.1f} from "
                f"{n_answers[worst]} answers); their most probable weights are exact, their uncertainty is "
                "rough. Give a larger n_draws."
            )
