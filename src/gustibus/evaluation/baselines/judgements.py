"""What a baseline sees: judgements over items with numeric features, as plain arrays."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gustibus.comparisons import Comparisons, GustibusError

__all__ = ["Judgements"]

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Judgements:
    """M judgements over n items with F features: all that the baselines know about the world.

    Make one with `Judgements.of_arrays` or `Judgements.of_comparisons`, which check the shapes.

    Attributes
    ----------
    features
        What is known about each item, shape (n, F).
    item
        Lasting identity of each item, shape (n,), sortable: the same item has the same identity in every table.
    length
        ``log(1 + words)`` of each item's response, shape (n,); nan where not known.
    a, b
        Rows of the two items each judgement compares, shape (M,).
    outcome
        Preference for a in [0, 1]; 1/2 for a tie, shape (M,).
    weight
        Weight of each judgement, not negative, shape (M,).
    user
        Whose judgement it is, shape (M,): ids or codes, the same for one person in every table.
    """

    features: Floats
    item: NDArray[np.generic]
    length: Floats
    a: NDArray[np.intp]
    b: NDArray[np.intp]
    outcome: Floats
    weight: Floats
    user: NDArray[np.generic]

    @classmethod
    def of_arrays(
        cls,
        features: ArrayLike,
        a: ArrayLike,
        b: ArrayLike,
        outcome: ArrayLike,
        user: ArrayLike,
        *,
        weight: ArrayLike | None = None,
        item: ArrayLike | None = None,
        length: ArrayLike | None = None,
    ) -> Judgements:
        """Judgements from arrays; see the attributes for the shapes.

        Parameters
        ----------
        features, a, b, outcome, user
            As the attributes.
        weight
            Default: 1 each.
        item
            Default: the row number, which is right as long as all tables share `features`.
        length
            Default: not known.

        Raises
        ------
        GustibusError
            Shapes disagree, a row number has no item, or values are out of range.

        Examples
        --------
        >>> Judgements.of_arrays([[1.0], [0.0]], a=[0, 1], b=[1, 0], outcome=[1, 0.5], user=["ann", "bob"]).n_features
        1
        """
        phi, y = np.asarray(features, dtype=np.float64), np.asarray(outcome, dtype=np.float64)
        m, n = len(y), len(phi)
        made = cls(
            features=phi,
            item=np.arange(n) if item is None else np.asarray(item),
            length=np.full(n, np.nan) if length is None else np.asarray(length, dtype=np.float64),
            a=np.asarray(a, dtype=np.intp),
            b=np.asarray(b, dtype=np.intp),
            outcome=y,
            weight=np.ones(m) if weight is None else np.asarray(weight, dtype=np.float64),
            user=np.asarray(user),
        )
        if phi.ndim != 2 or made.item.shape != (n,) or made.length.shape != (n,):
            raise GustibusError(
                f"features {phi.shape}, item {made.item.shape} and length {made.length.shape} need one row per item"
            )
        for name in ("a", "b", "outcome", "weight", "user"):
            if getattr(made, name).shape != (m,):
                raise GustibusError(f"{name} has shape {getattr(made, name).shape}, but there are {m} judgements")
        rows = np.concatenate([made.a, made.b])
        if np.any((rows < 0) | (rows >= n)):
            raise GustibusError(f"a and b must be rows of the {n} items, 0 to {n - 1}")
        if not np.all(np.isfinite(phi)):
            raise GustibusError(f"{int((~np.isfinite(phi)).sum())} features are not finite: fill or drop those items")
        if np.any(~((y >= 0) & (y <= 1))) or np.any(~(made.weight >= 0)):
            raise GustibusError("outcomes must be in [0, 1] and weights not negative")
        return made

    @classmethod
    def of_comparisons(cls, data: Comparisons, features: ArrayLike) -> Judgements:
        """Judgements from a table and one row of features for each of ``data.items()``.

        Items are identified by their texts and people by their ids, so judgements of different tables go together.

        Parameters
        ----------
        data
            The table.
        features
            Shape (n, F), row i for item i of ``data.items()``.

        Examples
        --------
        >>> data = Comparisons.from_arrays(users=["ann"], responses=["tea", "gin"], user=[0], response_a=[0],
        ...                                response_b=[1], outcome=[1.0])
        >>> judgements = Judgements.of_comparisons(data, [[1.0, 0.0], [0.0, 1.0]])
        >>> judgements.difference().tolist(), judgements.user.tolist()
        ([[1.0, -1.0]], ['ann'])
        """
        items = data.items()
        responses = items.response_texts()
        keys = [
            hashlib.blake2b(f"{prompt!r}\0{response}".encode(errors="surrogatepass"), digest_size=8).digest()
            for prompt, response in zip(items.prompt_texts(), responses, strict=True)
        ]
        ids = np.asarray(data.users.to_pylist(), dtype=np.str_)
        return cls.of_arrays(
            features,
            items.a,
            items.b,
            data.outcome,
            ids[data.user],
            weight=data.weight,
            item=np.frombuffer(b"".join(keys), dtype=np.uint64),
            length=np.log1p([len(text.split()) for text in responses]),
        )

    def __len__(self) -> int:
        return len(self.outcome)

    @property
    def n_features(self) -> int:
        """Number of features F."""
        return int(self.features.shape[1])

    def difference(self) -> Floats:
        """``phi(a) - phi(b)`` of every judgement, shape (M, F)."""
        return np.asarray(self.features[self.a] - self.features[self.b])

    def take(self, rows: ArrayLike) -> Judgements:
        """Some of the judgements, by position or mask; the items stay."""
        index = np.asarray(rows)
        index = index if index.size else np.zeros(0, dtype=np.intp)
        parts = {name: getattr(self, name)[index] for name in ("a", "b", "outcome", "weight", "user")}
        return replace(self, **parts)
