"""How many numbers a model has learned from data."""

from __future__ import annotations

from dataclasses import dataclass

from gustibus.fitted import FittedModel

__all__ = ["FreeNumbers", "free_numbers"]


@dataclass(frozen=True)
class FreeNumbers:
    """Numbers that a fit chose.

    Attributes
    ----------
    shared
        Of what all people have in common: maps, prototypes, item offsets.
    each_person
        Of one person: K - 1 weights of a mixture, K free ones, 0 where all are alike.
    people
        Number of known people.
    """

    shared: int
    each_person: int
    people: int

    @property
    def total(self) -> int:
        """All of them."""
        return self.shared + self.each_person * self.people


def free_numbers(model: FittedModel) -> FreeNumbers:
    """Count what a model has learned; the scale of features, which nobody fits to answers, does not count.

    Examples
    --------
    >>> from gustibus.fitted.fit import fit
    >>> rows = [{"user_id": f"u{i % 9}", "response_a": "tea", "response_b": "milk", "choice": "a" if i % 3 else "b"}
    ...         for i in range(450)]
    >>> free_numbers(fit(rows, model="bt", encoder="one-hot", item_offsets=False))
    FreeNumbers(shared=2, each_person=0, people=9)
    """
    shared = sum(int(parameter.numel()) for parameter in model.scorer.model.parameters())
    if model.scorer.offsets is not None:
        shared += len(model.scorer.offsets.values)
    k = model.n_prototypes
    on_simplex = getattr(model.scorer.model, "weights_on_simplex", True)
    return FreeNumbers(shared, k - 1 if on_simplex else k, len(model.users))
