"""What a table of judgements holds, in numbers and in words."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from gustibus.comparisons.wording import shorten

__all__ = ["Agreement", "Summary"]

_NAMED = 6


@dataclass(frozen=True)
class Agreement:
    """How often two judgements of the same pair say the same.

    Attributes
    ----------
    n_pairs
        Pairs of responses that were judged more than once in this sense.
    n_compared
        Pairs of judgements that can be set side by side.
    share
        Share of those that agree on first, second or tie (a probability above 1/2 counts as first); None if there are
        none.
    chance
        Share that would agree if everybody answered at random with the observed share of ties.
    """

    n_pairs: int
    n_compared: int
    share: float | None
    chance: float


@dataclass(frozen=True)
class Summary:
    """What a table of judgements holds; made by :func:`gustibus.comparisons.summarise`.

    Attributes
    ----------
    n_comparisons, n_users, n_prompts, n_responses, n_items
        Counts of what occurs; an item is a prompt with a response.
    n_without_prompt, n_ties, n_soft, n_with_margin, n_weighted
        Judgements without prompt, ties, probabilities strictly between 0 and 1, with a margin, with a weight not 1.
    per_user
        ``min``, ``q25``, ``median``, ``q75``, ``max`` and ``mean`` of the judgements a person gave.
    n_users_with_five
        People with at least 5 judgements.
    item_uses
        The same quantiles of how often an item was judged.
    n_repeats
        Judgements beyond the first of the same person on the same pair.
    n_contradicted
        Such (person, pair) with answers for both sides.
    self_consistency, between_users
        Agreement of a person with themselves, and of different people.
    n_components, largest_component
        Connected components of the graph whose nodes are items and whose edges are judgements; share of the items in
        the largest.
    n_split_prompts
        Prompts whose responses fall into several components: their scores cannot be compared.
    n_pairs, n_pairs_both_ways
        Distinct unordered pairs of items, and those shown in both orders.
    side
        ``n`` decisive judgements, ``share`` of them for a, and its 95 % interval ``low``, ``high`` (Wilson 1927).
    sources, groups, splits
        Judgements by name.
    first_time, last_time
        ISO 8601, None if no time is known.
    reading
        What a model could learn from these data.
    warnings
        What deserves a look first.
    """

    n_comparisons: int
    n_users: int
    n_prompts: int
    n_responses: int
    n_items: int
    n_without_prompt: int
    n_ties: int
    n_soft: int
    n_with_margin: int
    n_weighted: int
    per_user: dict[str, float]
    n_users_with_five: int
    item_uses: dict[str, float]
    n_repeats: int
    n_contradicted: int
    self_consistency: Agreement
    between_users: Agreement
    n_components: int
    largest_component: float
    n_split_prompts: int
    n_pairs: int
    n_pairs_both_ways: int
    side: dict[str, float]
    sources: dict[str, int]
    groups: dict[str, int]
    splits: dict[str, int]
    first_time: str | None
    last_time: str | None
    reading: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Everything as plain numbers, strings, lists and dicts, ready for JSON."""
        content = asdict(self)
        return content | {"reading": list(self.reading), "warnings": list(self.warnings)}

    def to_text(self) -> str:
        """Everything as a page of plain text."""
        lines = [f"{name:<22} {value}" for name, value in self._rows() if value]
        if self.warnings:
            lines += ["", "Look at this first", *(f"  - {warning}" for warning in self.warnings)]
        return "\n".join([*lines, "", "What a model could learn from it", *(f"  - {line}" for line in self.reading)])

    def _rows(self) -> list[tuple[str, str]]:
        n = self.n_comparisons
        side = self.side
        return [
            ("comparisons", f"{n:,}"),
            ("users", f"{self.n_users:,} ({self.n_users_with_five:,} with 5 answers or more)"),
            ("answers per user", _quantiles(self.per_user)),
            ("prompts", f"{self.n_prompts:,}" + _also(self.n_without_prompt, "judgements have none")),
            ("responses", f"{self.n_responses:,} ({self.n_items:,} items: a prompt with a response)"),
            ("judgements per item", _quantiles(self.item_uses)),
            ("ties", f"{self.n_ties:,} ({self.n_ties / n:.1%})"),
            ("probabilities", f"{self.n_soft:,} ({self.n_soft / n:.1%})" if self.n_soft else ""),
            ("margins", f"{self.n_with_margin:,}" if self.n_with_margin else ""),
            ("weights other than 1", f"{self.n_weighted:,}" if self.n_weighted else ""),
            (
                "side a preferred",
                f"{side['share']:.1%} of {int(side['n']):,} decisive [{side['low']:.1%}, {side['high']:.1%}]"
                if side["n"]
                else "",
            ),
            ("repeated questions", f"{self.n_repeats:,}" + _also(self.n_contradicted, "answered both ways")),
            ("agree with themselves", _agreement(self.self_consistency)),
            ("agree with each other", _agreement(self.between_users)),
            ("connectivity", self._connectivity()),
            ("sources", _counts(self.sources)),
            ("groups", _counts(self.groups)),
            ("splits", _counts(self.splits)),
            ("times", f"{self.first_time} to {self.last_time}" if self.first_time else ""),
        ]

    def _connectivity(self) -> str:
        if self.n_components == 1:
            return "all items are connected by judgements"
        if not self.n_split_prompts:
            return f"{self.n_components:,} components, one for each prompt: nothing falls apart"
        return f"{self.n_components:,} components, {self.largest_component:.1%} of the items in the largest" + (
            f"; {self.n_split_prompts:,} prompts fall apart" if self.n_prompts else ""
        )


def _quantiles(values: dict[str, float]) -> str:
    names = ("min", "q25", "median", "q75", "max")
    return ", ".join(f"{name} {values[name]:,.4g}" for name in names) + f" (mean {values['mean']:,.1f})"


def _also(count: int, what: str) -> str:
    return f" ({count:,} {what})" if count else ""


def _agreement(agreement: Agreement) -> str:
    if agreement.share is None:
        return ""
    return (
        f"{agreement.share:.1%} of {agreement.n_compared:,} twofold judgements of {agreement.n_pairs:,} pairs "
        f"(chance {agreement.chance:.1%})"
    )


def _counts(counts: dict[str, int]) -> str:
    ranked = sorted(counts.items(), key=lambda item: -item[1])
    text = ", ".join(f"{shorten(name, 30)} {count:,}" for name, count in ranked[:_NAMED])
    return text + (f", and {len(ranked) - _NAMED:,} more" if len(ranked) > _NAMED else "")
