"""What came of asking a model for responses, and an account of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, overload

from gustibus.comparisons.wording import counted
from gustibus.judging.usage import Usage

__all__ = ["Sampled", "Samples", "SamplingReport"]


@dataclass(frozen=True)
class Sampled:
    """What a model answered to one prompt.

    Attributes
    ----------
    prompt
        What was asked.
    samples
        Its answers, as often as they came; without refusals, empty ones, and those that were cut off.
    n_lost
        Samples that are not among them.
    """

    prompt: str
    samples: tuple[str, ...]
    n_lost: int

    @property
    def responses(self) -> tuple[str, ...]:
        """The distinct answers, in order: what ``model.rank``, ``best_of_n`` and ``decide`` take."""
        return tuple(dict.fromkeys(self.samples))


@dataclass(frozen=True)
class SamplingReport:
    """What was asked for, what came, and what it cost.

    Attributes
    ----------
    model
        The model's name at the service.
    n_prompts, n_samples
        Prompts, and samples of all of them that were asked for.
    n_kept, n_distinct
        Samples that can be chosen among, and how many of those are different answers to a prompt.
    n_refused, n_empty, n_cut_off, n_failed, n_not_asked
        Samples that cannot: refused; without words; cut off at the longest answer; no answer after all tries; left by
        the budget.
    reasons
        What went wrong with those that failed: a few, each once.
    usage
        Requests, tokens and cost.
    """

    model: str
    n_prompts: int
    n_samples: int
    n_kept: int
    n_distinct: int
    n_refused: int
    n_empty: int
    n_cut_off: int
    n_failed: int
    n_not_asked: int
    reasons: tuple[str, ...]
    usage: Usage

    @property
    def n_lost(self) -> int:
        """Samples that cannot be chosen among."""
        return self.n_samples - self.n_kept

    def lost_words(self) -> str:
        """What became of the samples that cannot be chosen among; nothing where there are none."""
        counts = {
            "refused": self.n_refused,
            "empty": self.n_empty,
            "cut off": self.n_cut_off,
            "failed": self.n_failed,
            "not asked for, because the budget was spent": self.n_not_asked,
        }
        return ", ".join(f"{n:,} {what}" for what, n in counts.items() if n)

    def to_text(self) -> str:
        """The report in words."""
        lost = self.lost_words()
        of = f"{counted(self.n_kept, 'sample')} of {self.model}, {self.n_distinct:,} of them different"
        to = f" ({counted(self.n_samples, 'sample')} asked for, of {counted(self.n_prompts, 'prompt')}"
        lines = [f"{of}{to}{': ' + lost if lost else ''}).", self.usage.to_text("samples drawn")]
        return "\n".join(lines + [f"Failed: {reason}" for reason in self.reasons])

    def to_dict(self) -> dict[str, Any]:
        """The report as JSON-able values."""
        values = asdict(self)
        return {name: value for name, value in values.items() if name != "usage"} | asdict(self.usage)


@dataclass(frozen=True)
class Samples(Sequence[Sampled]):
    """The samples of each prompt, in the order of the prompts.

    Attributes
    ----------
    drawn
        One entry a prompt.
    report
        The account.
    """

    drawn: tuple[Sampled, ...]
    report: SamplingReport = field(compare=False)

    def __len__(self) -> int:
        return len(self.drawn)

    @overload
    def __getitem__(self, place: int) -> Sampled: ...
    @overload
    def __getitem__(self, place: slice) -> tuple[Sampled, ...]: ...
    def __getitem__(self, place: int | slice) -> Sampled | tuple[Sampled, ...]:
        return self.drawn[place]
