"""The page about what rules would decide: one HTML file that needs nothing else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from gustibus.aggregation import RULES, Decision, Frontier, SocialRule
from gustibus.comparisons import GustibusError
from gustibus.comparisons.wording import counted
from gustibus.reporting.decision_tables import (
    REGRET,
    alike,
    choices_table,
    chosen_words,
    overruled_table,
    rules_summary,
)
from gustibus.reporting.frontier_figure import frontier_figure
from gustibus.reporting.page_parts import PageFigure, figure_beside, masthead, named_list, page, plain_table, record

__all__ = ["rule_sentences", "rules_page"]

_TITLE = "Who decides, and for whom?"
_IN_FULL = 12
_NAMED = 4
_SAME = 5e-4  # what is shown alike
_BOOKS = (
    "Satisfaction is the share of the other responses that the choice beats in a person's eyes: 1 for somebody's "
    "undisputed favourite, 0.5 for a response drawn at random. Worst 10%: mean of the worst-off tenth. Overruled: "
    "share of people who like some response better."
)


def rules_page(
    prompts: Sequence[str | None],
    decisions: Sequence[Mapping[SocialRule, Decision]],
    frontiers: Sequence[Frontier],
    *,
    source: str = "",
) -> str:
    """Write what every rule decides, for one prompt or several, as HTML text.

    Figures are inline SVG that follow the reader's light or dark theme; there is no script, no font and no request to
    anywhere. Equal decisions give equal pages. The page quotes responses and names people. The first dozen prompts are
    shown in full, all of them in the summary.

    Parameters
    ----------
    prompts
        P of them, or None.
    decisions, frontiers
        From :func:`gustibus.aggregation.decide_by_all` and :func:`gustibus.aggregation.frontier`, one for each prompt.
    source
        Where the rewards come from, for the record.

    Raises
    ------
    GustibusError
        If there are not as many of each, none at all, or matplotlib is missing.
    """
    if not len(prompts) == len(decisions) == len(frontiers) or not len(prompts):
        raise GustibusError(
            f"{len(prompts)} prompts, {len(decisions)} decisions and {len(frontiers)} frontiers were given: one each, "
            "and at least one"
        )
    parts = [masthead(_TITLE, rule_sentences(decisions))]
    if len(prompts) > 1:
        title = f"Over {len(prompts)} prompts"
        parts.append(plain_table(title, rules_summary(decisions), note="Means over prompts. " + _BOOKS))
    for i, (prompt, each, found) in enumerate(zip(prompts, decisions, frontiers, strict=True)):
        if i < _IN_FULL:
            parts += _of_prompt(i, prompt, each, found, alone=len(prompts) == 1)
    rules = decisions[0]
    parts.append(named_list("What each rule chooses", ((rule, RULES[rule]) for rule in rules), note=_BOOKS))
    first = next(iter(rules.values()))
    groups = {"groups": ", ".join(map(str, first.ledger.groups))} if first.ledger.groups else {}
    about = {"people": f"{first.ledger.counted:,}", "prompts": f"{len(prompts):,}"} | groups
    parts.append(record({"Data": about | ({"rewards of": source} if source else {})}))
    from gustibus import __version__

    return page(_TITLE, parts, written_by=f"Written by gustibus {__version__}.")


def rule_sentences(decisions: Sequence[Mapping[SocialRule, Decision]]) -> list[str]:
    """What is to be seen at first sight: how far the rules agree, and what the choice among them costs whom.

    Examples
    --------
    >>> from gustibus.aggregation import decide_by_all
    >>> print(rule_sentences([decide_by_all([[3.0, 1.0, -3.0], [3.0, 1.0, -3.0], [-4.0, 1.0, 3.0]])])[0])
    9 rules make 3 different choices for 3 people.
    """
    if len(decisions) == 1:
        (each,) = decisions
        one = next(iter(each.values()))
        n = len({tuple(np.round(other.weight, 6)) for other in each.values()})
        choices = "the same choice" if n == 1 else f"{n} different choices"
        said = [f"{counted(len(each), 'rule')} make {choices} for {counted(one.ledger.counted, 'person')}."]
    else:
        agreed = sum(len({tuple(np.round(one.weight, 6)) for one in each.values()}) == 1 for each in decisions)
        n_rules = counted(len(decisions[0]), "rule")
        on = f"{agreed or 'none'} of them"
        said = [f"{n_rules} choose among the responses to {len(decisions)} prompts; all agree on {on}."]
    if all("borda" in each and "mean" in each for each in decisions):
        differ = sum(each["borda"].response != each["mean"].response for each in decisions)
        of = "Counting heads (borda) and averaging rewards (mean)"
        verdict = f"choose {'differently' if differ else 'the same'}"
        if len(decisions) > 1:
            verdict += f" on {f'{differ} of' if differ else 'all'} {len(decisions)} prompts"
        said.append(f"{of} {verdict}.")
    said += _at_stake(decisions)
    return said


def _at_stake(decisions: Sequence[Mapping[SocialRule, Decision]]) -> list[str]:
    """Between which rules those who have least gain most."""
    grouped = all(one.ledger.groups for each in decisions for one in each.values())
    whose = "worst group" if grouped else "worst-off tenth of the people"
    means, worst = {}, {}
    for rule in decisions[0]:
        books = [each[rule].ledger for each in decisions]
        means[rule] = float(np.mean([one.mean for one in books]))
        worst[rule] = float(np.mean([one.worst_group if grouped else one.worst_decile for one in books]))
    # Of rules that are as good in one respect, those that are best in the other have the credit.
    best, least = _first(means, worst), _first(worst, means)
    if worst[least[0]] - worst[best[0]] < _SAME:
        return [f"What {_listed(best)} {_chooses(best)} is best on average and for the {whose} alike."]
    most, fairest = best[0], least[0]
    return [
        f"Best on average is what {_listed(best)} {_chooses(best)}, with a satisfaction of {means[most]:.3f} "
        f"({worst[most]:.3f} for the {whose}); best for the {whose} is what {_listed(least)} {_chooses(least)}, with "
        f"{worst[fairest]:.3f} ({means[fairest]:.3f} on average)."
    ]


def _first(values: Mapping[SocialRule, float], then: Mapping[SocialRule, float]) -> list[SocialRule]:
    """All rules of the highest value, and among them of the highest other value."""
    highest = [rule for rule in values if values[rule] > max(values.values()) - _SAME]
    return [rule for rule in highest if then[rule] > max(then[one] for one in highest) - _SAME]


def _listed(rules: Sequence[str]) -> str:
    *others, last = map(repr, rules)
    if len(rules) > _NAMED:
        return f"{', '.join(map(repr, rules[:_NAMED]))} and {len(rules) - _NAMED} more"
    return f"{', '.join(others)} and {last}" if others else last


def _chooses(rules: Sequence[str]) -> str:
    return "choose" if len(rules) > 1 else "chooses"


def _of_prompt(
    i: int, prompt: str | None, each: Mapping[SocialRule, Decision], found: Frontier, *, alone: bool
) -> list[str]:
    shown = "" if alone else f", prompt {i + 1}"
    asked = "" if prompt is None else f"{' '.join(prompt.split())[:320]} — "
    whose = "group" if found.who == "group" else "tenth of the people"
    rules, best = max(alike(each), key=lambda one: one[1].ledger.mean)
    line = "the line joins those that no other response beats on both counts."
    if len(found.undominated) == 1:
        line = "one of them is best on both counts."
    drawn = PageFigure(
        f"All, and the worst-off{shown}",
        frontier_figure(found, each),
        f"{asked}To the right: better on average. Up: better for the worst-off {whose}. Each small mark is a response; "
        f"{line} Mixtures give several responses in turn.",
        f"Scatter plot of mean satisfaction against that of the worst-off {whose}. " + " ".join(rule_sentences([each])),
    )
    parts = [
        figure_beside(f"frontier-{i}", drawn),
        plain_table(f"The rules side by side{shown}", choices_table(each, width=44), note=_BOOKS if alone else ""),
    ]
    if best.ledger.overruled:
        table = overruled_table(best, width=60)
        note = f"They lose most by what {_listed(rules)} {_chooses(rules)}, {chosen_words(best, 80)}. {REGRET}"
        parts.append(plain_table(f"Who is overruled{shown}", table, note=note))
    return parts
