"""What an earlier reference study reached on the same files with the same protocols: figures to stand beside ours.

Nothing here is computed by this package. `HIERARCHICAL` is about a hierarchical Gaussian model of people with a full
covariance, on the splits of `SPLITS`, with 95 % intervals over people; `MIXTURE_OF_GAUSSIANS` about its mixture on
statements of personas (two or three draws of the world); `POINT_ESTIMATES` about families without uncertainty there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

__all__ = [
    "HIERARCHICAL",
    "MIXTURE_OF_GAUSSIANS",
    "POINT_ESTIMATES",
    "SOURCE",
    "SPLITS",
    "Figure",
    "PeopleFigures",
    "PersonaFigures",
]

SOURCE: Final = "an earlier reference study"
SPLITS: Final = (10, 11, 12)
"""Seeds of the splits behind `HIERARCHICAL`."""


@dataclass(frozen=True)
class Figure:
    """An estimate with its 95 % interval over people."""

    estimate: float
    low: float
    high: float


@dataclass(frozen=True)
class PeopleFigures:
    """One data set: log loss in nats and accuracy of seen people, and of new people after `five` and `most` answers.

    Attributes
    ----------
    most
        The largest number of answers of new people.
    seen, five, last
        (log loss, accuracy); ``last`` after ``most`` answers.
    """

    most: int
    seen: tuple[Figure, Figure]
    five: tuple[Figure, Figure]
    last: tuple[Figure, Figure]

    def cells(self) -> dict[str, tuple[Figure, Figure]]:
        """By where: ``"seen"``, or the number of answers."""
        return {"seen": self.seen, "5": self.five, str(self.most): self.last}


def _people(most: int, *figures: tuple[float, float, float]) -> PeopleFigures:
    seen_loss, seen_right, five_loss, five_right, last_loss, last_right = (Figure(*figure) for figure in figures)
    return PeopleFigures(most, (seen_loss, seen_right), (five_loss, five_right), (last_loss, last_right))


# Each row: log loss and accuracy of seen people, after five answers, after the most.
HIERARCHICAL: Final[dict[str, PeopleFigures]] = {
    "cems": _people(
        10, (0.370, 0.343, 0.398), (0.818, 0.802, 0.834), (0.494, 0.462, 0.525), (0.745, 0.721, 0.771),
        (0.396, 0.364, 0.428), (0.799, 0.777, 0.821),
    ),
    "topmodel": _people(
        10, (0.481, 0.444, 0.520), (0.753, 0.726, 0.783), (0.607, 0.565, 0.647), (0.653, 0.617, 0.692),
        (0.510, 0.465, 0.558), (0.748, 0.712, 0.782),
    ),
    "kidney2": _people(
        20, (0.330, 0.290, 0.380), (0.851, 0.823, 0.873), (0.361, 0.323, 0.406), (0.847, 0.823, 0.868),
        (0.302, 0.257, 0.351), (0.878, 0.853, 0.901),
    ),
    "train": _people(
        10, (0.392, 0.358, 0.429), (0.824, 0.799, 0.848), (0.454, 0.395, 0.516), (0.777, 0.735, 0.818),
        (0.389, 0.340, 0.446), (0.802, 0.761, 0.840),
    ),
    "kidney1": _people(
        10, (0.492, 0.455, 0.532), (0.767, 0.735, 0.799), (0.509, 0.463, 0.555), (0.775, 0.738, 0.812),
        (0.501, 0.454, 0.548), (0.773, 0.734, 0.811),
    ),
    "dices": _people(
        20, (0.418, 0.392, 0.447), (0.813, 0.792, 0.832), (0.440, 0.411, 0.470), (0.791, 0.769, 0.812),
        (0.434, 0.407, 0.463), (0.791, 0.771, 0.812),
    ),
    "popquorn": _people(
        10, (0.531, 0.505, 0.560), (0.742, 0.717, 0.765), (0.503, 0.472, 0.535), (0.751, 0.728, 0.775),
        (0.502, 0.472, 0.535), (0.752, 0.729, 0.776),
    ),
    "movielens": _people(
        20, (0.623, 0.615, 0.630), (0.651, 0.640, 0.662), (0.636, 0.628, 0.644), (0.639, 0.627, 0.650),
        (0.631, 0.622, 0.640), (0.641, 0.629, 0.653),
    ),
    "tulu": _people(
        20, (0.647, 0.620, 0.675), (0.620, 0.571, 0.673), (0.667, 0.651, 0.680), (0.573, 0.546, 0.604),
        (0.667, 0.651, 0.680), (0.573, 0.546, 0.604),
    ),
    "hh_vpl": _people(
        20, (0.685, 0.678, 0.691), (0.552, 0.529, 0.576), (0.686, 0.682, 0.691), (0.555, 0.532, 0.578),
        (0.679, 0.673, 0.685), (0.581, 0.558, 0.604),
    ),
}  # fmt: skip


@dataclass(frozen=True)
class PersonaFigures:
    """One world of personas: log loss in nats, and accuracy where it is known.

    Attributes
    ----------
    personas, answers
        K*, and training statements a person.
    features
        ``"whitened 64"``, ``"raw 64"`` or ``"raw 384"``.
    population, known_types
        Log loss on seen people of one taste for all, and of a fit that is told everybody's persona.
    mixture_em
        Log loss of a mixture of K* Bradley-Terry types: seen people, new people after 5 and after 20 answers.
    mixture_of_gaussians
        (log loss, accuracy) in the same three places; None where it was not run.
    components_chosen
        Whether the number of Gaussians was chosen on validation judgements; otherwise it was K*.
    """

    personas: int
    answers: int
    features: str
    population: float
    known_types: float
    mixture_em: tuple[float, float, float]
    mixture_of_gaussians: tuple[tuple[float, float], ...] | None
    components_chosen: bool = True


MIXTURE_OF_GAUSSIANS: Final = (
    PersonaFigures(
        2, 40, "whitened 64", 0.696, 0.428, (0.431, 0.453, 0.447), ((0.411, 0.826), (0.426, 0.817), (0.426, 0.818))
    ),
    PersonaFigures(
        2, 40, "raw 64", 0.693, 0.365, (0.381, 0.389, 0.378), ((0.358, 0.844), (0.360, 0.849), (0.351, 0.860)), False
    ),
    PersonaFigures(
        4, 40, "whitened 64", 0.641, 0.509, (0.505, 0.548, 0.524), ((0.511, 0.766), (0.541, 0.727), (0.524, 0.764))
    ),
    PersonaFigures(
        4, 40, "raw 64", 0.640, 0.493, (0.495, 0.545, 0.514), ((0.494, 0.771), (0.534, 0.733), (0.509, 0.762)), False
    ),
    PersonaFigures(4, 40, "raw 384", 0.635, 0.455, (0.458, 0.497, 0.472), None),
    PersonaFigures(
        6, 40, "whitened 64", 0.638, 0.566, (0.578, 0.615, 0.598), ((0.577, 0.699), (0.613, 0.662), (0.592, 0.673))
    ),
    PersonaFigures(
        4, 10, "whitened 64", 0.636, 0.494, (0.507, 0.536, 0.487), ((0.504, 0.761), (0.530, 0.741), (0.486, 0.780))
    ),
    PersonaFigures(
        4, 5, "whitened 64", 0.642, 0.531, (0.612, 0.601, 0.608), ((0.586, 0.703), (0.574, 0.712), (0.565, 0.745))
    ),
)

POINT_ESTIMATES: Final = {
    "K = K*: accuracy below that of known groups by at most": {"seen people": 0.02, "new people after 20": 0.035},
    "K = 1 at K* = 2: accuracy": 0.5,
    "K* = 2, new people after 20 under a Dirichlet prior: accuracy": {"K = 2": 0.835, "K = 8": 0.666},
}
"""Whitened 64, 40 training and 20 test statements a person, 40 people a persona, K* from 2 to 6."""
