"""What is known of many people's weights, in the forms in which predictions use it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import numpy.typing as npt

from gustibus.adapting.answers import FloatArray, IntArray
from gustibus.adapting.averages import NormalMixtures
from gustibus.adapting.logistic import sigmoid
from gustibus.adapting.mean_logistic import mean_sigmoid
from gustibus.comparisons import GustibusError

__all__ = ["AtomTastes", "MomentTastes", "NormalTastes", "PairMoments", "Tastes", "tastes_from_arrays"]

Array32 = npt.NDArray[np.float32]
_CHUNK = 1 << 14


@dataclass(frozen=True)
class PairMoments:
    """What is known of n log-odds.

    Attributes
    ----------
    log_odds, variance : (n,)
        Posterior mean and variance.
    probability, against : (n,)
        ``E sigma(s)`` and ``E sigma(-s)``; they sum to 1, and both are given so that neither loses its digits.
    """

    log_odds: FloatArray
    variance: FloatArray
    probability: FloatArray
    against: FloatArray

    @classmethod
    def joined(cls, parts: Sequence[PairMoments]) -> PairMoments:
        """Several in a row."""
        if not parts:
            return cls(*(np.zeros(0) for _ in range(4)))
        return cls(
            *(np.concatenate([getattr(part, name) for part in parts]) for name in cls.__dataclass_fields__),
        )


class Tastes(ABC):
    """Distributions over the weights of U people.

    Attributes
    ----------
    kind : str
        Name of the form, for saving.
    """

    kind: ClassVar[str]

    @property
    @abstractmethod
    def n_people(self) -> int:
        """U."""

    @property
    @abstractmethod
    def mean(self) -> FloatArray:
        """Mean weights ``(U, K)``."""

    @abstractmethod
    def covariance(self, person: int) -> FloatArray:
        """Covariance of one person's weights ``(K, K)``."""

    @abstractmethod
    def pairs(self, z: FloatArray, who: IntArray, offset: FloatArray) -> PairMoments:
        """Log-odds ``o_i + w . z_i`` of n pairs, each for the person ``who``.

        Parameters
        ----------
        z : (n, K) array
            What every weight is multiplied by.
        who : (n,) array of int
        offset : (n,) array
        """

    @abstractmethod
    def normals(self, z: FloatArray, who: IntArray, offset: FloatArray) -> NormalMixtures:
        """The same pairs as distributions of their log-odds, over which anything can be averaged."""

    @abstractmethod
    def draws(self, person: int, n: int, seed: int) -> FloatArray:
        """Weights ``(n, K)`` that one person may have."""

    @abstractmethod
    def take(self, people: IntArray) -> Tastes:
        """Only these people, in this order."""

    @abstractmethod
    def with_people(self, other: Tastes) -> Tastes:
        """These people and then those of another table of the same kind."""

    @abstractmethod
    def arrays(self) -> dict[str, npt.NDArray[np.generic]]:
        """What has to be stored."""

    def _same_kind(self, other: Tastes) -> None:
        if type(other) is not type(self):
            raise GustibusError(
                f"people known by {self.kind} cannot stand beside people known by {other.kind}: they were placed by "
                "different models. Place them with this model's adapt."
            )


@dataclass(frozen=True, eq=False)
class MomentTastes(Tastes):
    """Weights known by their mean and covariance; log-odds are taken as normal.

    Attributes
    ----------
    means : (U, K)
    covariances : (U, K, K)
    """

    kind: ClassVar[str] = "moments"
    means: Array32
    covariances: Array32

    @property
    def n_people(self) -> int:
        return len(self.means)

    @property
    def mean(self) -> FloatArray:
        return self.means.astype(np.float64)

    def covariance(self, person: int) -> FloatArray:
        covariance: FloatArray = self.covariances[person].astype(np.float64)
        return covariance

    def pairs(self, z: FloatArray, who: IntArray, offset: FloatArray) -> PairMoments:
        parts = []
        for rows in _chunks(len(z)):
            means, spreads = self.means[who[rows]], self.covariances[who[rows]]
            s = offset[rows] + np.einsum("nk,nk->n", z[rows], means)
            v = np.maximum(np.einsum("nj,njk,nk->n", z[rows], spreads, z[rows]), 0.0)
            parts.append(PairMoments(s, v, mean_sigmoid(s, v), mean_sigmoid(-s, v)))
        return PairMoments.joined(parts)

    def normals(self, z: FloatArray, who: IntArray, offset: FloatArray) -> NormalMixtures:
        found = self.pairs(z, who, offset)
        return NormalMixtures(np.ones((len(z), 1)), found.log_odds[:, None], found.variance[:, None])

    def draws(self, person: int, n: int, seed: int) -> FloatArray:
        """Normal draws around the mean, clipped to the simplex."""
        values, vectors = np.linalg.eigh(self.covariance(person))
        noise = np.random.default_rng(seed).standard_normal((n, len(values)))
        drawn = np.maximum(self.mean[person] + noise @ (vectors * np.sqrt(np.maximum(values, 0))).T, 0)
        result: FloatArray = drawn / drawn.sum(axis=1, keepdims=True)
        return result

    def take(self, people: IntArray) -> MomentTastes:
        return MomentTastes(self.means[people], self.covariances[people])

    def with_people(self, other: Tastes) -> MomentTastes:
        self._same_kind(other)
        assert isinstance(other, MomentTastes)
        return MomentTastes(
            np.concatenate([self.means, other.means]), np.concatenate([self.covariances, other.covariances])
        )

    def arrays(self) -> dict[str, npt.NDArray[np.generic]]:
        return {"means": self.means, "covariances": self.covariances}


@dataclass(frozen=True, eq=False)
class AtomTastes(Tastes):
    """Weights that are one of A atoms, the same for everybody, with a mass for each person.

    Attributes
    ----------
    mass : (U, A)
        Rows sum to 1.
    atoms : (A, K)
    """

    kind: ClassVar[str] = "atoms"
    mass: Array32
    atoms: FloatArray

    @property
    def n_people(self) -> int:
        return len(self.mass)

    @property
    def mean(self) -> FloatArray:
        result: FloatArray = self.mass.astype(np.float64) @ self.atoms
        return result

    def covariance(self, person: int) -> FloatArray:
        mass = self.mass[person].astype(np.float64)
        centred = self.atoms - mass @ self.atoms
        result: FloatArray = (centred * mass[:, None]).T @ centred
        return result

    def pairs(self, z: FloatArray, who: IntArray, offset: FloatArray) -> PairMoments:
        return self.pairs_at_atoms(z @ self.atoms.T, who, offset)

    def pairs_at_atoms(self, each: FloatArray, who: IntArray, offset: FloatArray) -> PairMoments:
        """The same from the log-odds at every atom, ``(n, A)``, which may be any function of the weights."""
        parts = []
        for rows in _chunks(len(each)):
            s, mass = each[rows] + offset[rows, None], self.mass[who[rows]].astype(np.float64)
            mass /= mass.sum(axis=1, keepdims=True)
            mean = np.einsum("na,na->n", mass, s)
            variance = np.einsum("na,na->n", mass, (s - mean[:, None]) ** 2)
            shares = (np.einsum("na,na->n", mass, sigmoid(signed)) for signed in (s, -s))
            parts.append(PairMoments(mean, variance, *shares))
        return PairMoments.joined(parts)

    def normals(self, z: FloatArray, who: IntArray, offset: FloatArray) -> NormalMixtures:
        return self.normals_at_atoms(z @ self.atoms.T, who, offset)

    def normals_at_atoms(self, each: FloatArray, who: IntArray, offset: FloatArray) -> NormalMixtures:
        """The same from the log-odds at every atom, ``(n, A)``."""
        mass = self.mass[who].astype(np.float64)
        return NormalMixtures(mass / mass.sum(axis=1, keepdims=True), each + offset[:, None], np.zeros_like(each))

    def draws(self, person: int, n: int, seed: int) -> FloatArray:
        mass = self.mass[person].astype(np.float64)
        chosen = np.random.default_rng(seed).choice(len(mass), size=n, p=mass / mass.sum())
        drawn: FloatArray = self.atoms[chosen]
        return drawn

    def take(self, people: IntArray) -> AtomTastes:
        return AtomTastes(self.mass[people], self.atoms)

    def with_people(self, other: Tastes) -> AtomTastes:
        self._same_kind(other)
        assert isinstance(other, AtomTastes)
        return AtomTastes(np.concatenate([self.mass, other.mass]), self.atoms)

    def arrays(self) -> dict[str, npt.NDArray[np.generic]]:
        return {"mass": self.mass, "atoms": self.atoms}


@dataclass(frozen=True, eq=False)
class NormalTastes(Tastes):
    r"""Weights that are normal, or a mixture of C normals, with any covariance below a common one.

    Person u has under component c the covariance :math:`R (I - Q_{uc}' Q_{uc}) R'`: the prior's covariance ``R R'``
    less what their answers explain. ``Q`` has no more rows than they gave answers, which keeps many people with many
    coefficients small.

    Attributes
    ----------
    mass : (U, C)
        Rows sum to 1.
    means : (U, C, K)
    root : (K, K)
        R.
    rows : (N, K)
        The rows of all ``Q`` in order of (person, component).
    starts : (U C + 1,)
        Where each ``Q`` starts in ``rows``.
    """

    kind: ClassVar[str] = "normal"
    mass: Array32
    means: Array32
    root: FloatArray
    rows: Array32
    starts: npt.NDArray[np.int64]

    @property
    def n_people(self) -> int:
        return len(self.mass)

    @property
    def n_components(self) -> int:
        """C."""
        return int(self.mass.shape[1])

    @property
    def mean(self) -> FloatArray:
        result: FloatArray = np.einsum("uc,uck->uk", self.mass, self.means).astype(np.float64)
        return result

    def explained(self, person: int, component: int) -> FloatArray:
        """``Q`` of one person and component."""
        at = person * self.n_components + component
        return self.rows[self.starts[at] : self.starts[at + 1]].astype(np.float64)

    def covariance_within(self, person: int, component: int) -> FloatArray:
        """Covariance of one person's weights under one component."""
        q = self.explained(person, component)
        result: FloatArray = self.root @ (np.eye(len(self.root)) - q.T @ q) @ self.root.T
        return result

    def covariance(self, person: int) -> FloatArray:
        mass, means = self.mass[person].astype(np.float64), self.means[person].astype(np.float64)
        centred = means - mass @ means
        total: FloatArray = (centred * mass[:, None]).T @ centred
        for component, share in enumerate(mass):
            total = total + share * self.covariance_within(person, component)
        return total

    def pairs(self, z: FloatArray, who: IntArray, offset: FloatArray) -> PairMoments:
        return self._mixed(self.normals(z, who, offset))

    def normals(self, z: FloatArray, who: IntArray, offset: FloatArray) -> NormalMixtures:
        shape = (len(z), self.n_components)
        means, variances = np.empty(shape), np.empty(shape)
        for rows in _chunks(len(z)):
            means[rows] = np.einsum("nk,nck->nc", z[rows], self.means[who[rows]]) + offset[rows, None]
        whitened = z @ self.root
        variances[:] = np.einsum("nk,nk->n", whitened, whitened)[:, None]
        order = np.argsort(who, kind="stable")
        people, first, count = np.unique(who[order], return_index=True, return_counts=True)
        for person, start, n in zip(people, first, count, strict=True):
            at = order[start : start + n]
            for component in range(self.n_components):
                q = self.explained(int(person), component)
                if len(q):
                    variances[at, component] -= ((whitened[at] @ q.T) ** 2).sum(axis=1)
        mass = self.mass[who].astype(np.float64)
        return NormalMixtures(mass / mass.sum(axis=1, keepdims=True), means, np.maximum(variances, 0.0))

    def _mixed(self, found: NormalMixtures) -> PairMoments:
        mass, means, variances = found.mass, found.mean, found.variance
        mean = np.einsum("nc,nc->n", mass, means)
        variance = np.einsum("nc,nc->n", mass, variances + (means - mean[:, None]) ** 2)
        shares = (np.einsum("nc,nc->n", mass, mean_sigmoid(sign * means, variances)) for sign in (1.0, -1.0))
        return PairMoments(mean, variance, *shares)

    def draws(self, person: int, n: int, seed: int) -> FloatArray:
        rng = np.random.default_rng(seed)
        mass = self.mass[person].astype(np.float64)
        component = np.sort(rng.choice(len(mass), size=n, p=mass / mass.sum()))
        drawn = np.empty((n, len(self.root)))
        for c in np.unique(component):
            values, vectors = np.linalg.eigh(self.covariance_within(person, int(c)))
            mine = component == c
            noise = rng.standard_normal((int(mine.sum()), len(values)))
            drawn[mine] = self.means[person, c] + noise @ (vectors * np.sqrt(np.maximum(values, 0))).T
        return rng.permutation(drawn)

    def take(self, people: IntArray) -> NormalTastes:
        c = self.n_components
        at = (np.asarray(people)[:, None] * c + np.arange(c)).reshape(-1)
        lengths = np.diff(self.starts)[at]
        rows = np.concatenate([np.zeros(0, np.intp), *(np.arange(self.starts[i], self.starts[i + 1]) for i in at)])
        starts = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
        return NormalTastes(self.mass[people], self.means[people], self.root, self.rows[rows], starts)

    def with_people(self, other: Tastes) -> NormalTastes:
        self._same_kind(other)
        assert isinstance(other, NormalTastes)
        return NormalTastes(
            np.concatenate([self.mass, other.mass]),
            np.concatenate([self.means, other.means]),
            self.root,
            np.concatenate([self.rows, other.rows]),
            np.concatenate([self.starts, self.starts[-1] + other.starts[1:]]),
        )

    def arrays(self) -> dict[str, npt.NDArray[np.generic]]:
        return {
            "mass": self.mass,
            "means": self.means,
            "root": self.root,
            "rows": self.rows,
            "starts": self.starts,
        }


def tastes_from_arrays(kind: str, arrays: dict[str, npt.NDArray[np.generic]]) -> Tastes:
    """People as :meth:`Tastes.arrays` stored them."""
    kinds: dict[str, type[Tastes]] = {made.kind: made for made in (MomentTastes, AtomTastes, NormalTastes)}
    if kind not in kinds:
        raise GustibusError(f"people of kind {kind!r} are not known; this version knows {', '.join(kinds)}")
    return kinds[kind](**arrays)


def _chunks(n: int) -> Iterator[slice]:
    for start in range(0, n, _CHUNK):
        yield slice(start, start + _CHUNK)
