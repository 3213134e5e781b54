"""Particles: new people are like one of the people already seen, for models that are linear in the weights."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from gustibus.adapting.answers import FloatArray
from gustibus.adapting.atom_prior import WeightedAtoms
from gustibus.comparisons import GustibusError

__all__ = ["ParticlePrior"]


class ParticlePrior(WeightedAtoms):
    r"""A person's weights are one of ``A`` atoms, for models whose log-odds are linear in the weights.

    :math:`P(w = a \mid \text{answers}) \propto \pi_a L(a)`: moments, evidence and predictions are finite sums and
    exact, nothing is drawn and nothing optimised, and people may fall into types, vary together or lie on a line.
    ``Answers`` have one column a prototype, as for every family (``AtomPrior`` is for models that are not linear and
    takes one column an atom). The most probable atom is found by looking at all of them: its certificate is 0.

    Parameters
    ----------
    atoms : (A, K) array
        Weights, each row on the simplex; for example those of seen people, see ``fit_particle_prior``.
    log_mass : (A,) array, optional
        Logarithms of the masses, normalised here; equal masses by default.

    Raises
    ------
    GustibusError
        If shapes disagree, a row is not on the simplex or all masses are zero.

    Examples
    --------
    >>> from gustibus.adapting import Answers, adapt
    >>> prior = ParticlePrior([[1.0, 0.0], [0.0, 1.0]], np.log([0.7, 0.3]))
    >>> adapt(Answers(z=[[2.0, -2.0]], outcome=[0]), prior).mean.round(2)
    array([[0.24, 0.76]])
    """

    family: ClassVar[str] = "particles"
    _certificate: ClassVar[float] = 0.0

    def log_odds(self, z: FloatArray) -> FloatArray:
        """Log-odds ``(..., A)`` of records whose log-odds for each prototype are given, ``(..., K)``."""
        at_atoms: FloatArray = z @ self.atoms.T
        return at_atoms

    def _refuse_other_columns(self, n_columns: int) -> None:
        if n_columns != self.n_prototypes:
            raise GustibusError(
                f"ParticlePrior: z has {n_columns} columns, but the atoms are weights of {self.n_prototypes} "
                "prototypes; give the log-odds of each record for each prototype."
            )

    def _effective(self, mass: FloatArray) -> FloatArray:
        return np.full(len(mass), np.inf)
