"""Ranking by the wins in a file of judgements, without a model."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from gustibus.aggregation import PairWins
    from gustibus.cli.session import Session
    from gustibus.comparisons import Comparisons

__all__ = ["of_prompt", "rank_by_wins"]


def rank_by_wins(
    session: Session,
    judgements: Comparisons,
    file: Path,
    among: Sequence[str] | None,
    prompt: str | None,
    rule: Literal["borda", "copeland", "lottery"],
    payoff: Literal["P - 1/2", "log-odds"],
    top: int | None,
    as_json: bool,
) -> None:
    """Rank what judgements compare, or those responses among it that are named, and show the circle at the top.

    Raises
    ------
    GustibusError
        If there are several prompts and none is chosen, or a response was never compared.
    """
    import numpy as np

    from gustibus.aggregation import condorcet, pair_wins, rank_pairwise
    from gustibus.comparisons import GustibusError

    wins = pair_wins(of_prompt(judgements, file, prompt))
    p, items = wins.probability(), list(wins.items)
    if among is not None:
        place = {item: i for i, item in enumerate(items)}
        unknown = [text for text in among if text not in place]
        if unknown:
            raise GustibusError(f"{file} never compares {unknown[0]!r}. Leave it out, or rank by a fitted model.")
        rows = [place[text] for text in dict.fromkeys(among)]
        p, items = p[np.ix_(rows, rows)], [items[row] for row in rows]
    if len(items) < 2:
        raise GustibusError(
            f"--responses names {items[0]!r} alone, and a rule compares responses with each other. Name two at least."
        )
    n_pairs = len(items) * (len(items) - 1) // 2
    never = n_pairs - _compared(wins, items)
    if never:
        session.warn(f"{never:,} of {n_pairs:,} pairs were never compared and count as even: a rule over all pairs is "
                     "then mostly about who was compared. A fitted model fills such gaps.")  # fmt: skip
    ranked = rank_pairwise(items, p, rule=rule, payoff=payoff)[:top]
    best = condorcet(p)
    winner = None if best.winner is None else items[best.winner]
    circle = [items[i] for i in best.cycle or ()]
    found: dict[str, Any] = {
        "file": str(file),
        "rule": rule,
        "unit": ranked[0].unit,
        "ranking": [
            {"rank": one.rank, "response": one.response, "score": one.score, "weight": one.weight, "index": one.index}
            for one in ranked
        ],
        "condorcet_winner": winner,
        "top": [items[i] for i in best.top],
        "circle": circle or None,
        "pairs_never_compared": never,
    }

    def text() -> str:
        from gustibus.reporting import Table

        table = Table(["rank", "score", "response"], [[one.rank, one.score, one.response] for one in ranked]).to_text()
        if winner is not None:
            end = f"{winner} beats every other one"
        elif circle:
            end = f"nobody beats all others: {' > '.join([*circle, circle[0]])}"
        else:
            end = f"nobody beats all others: {', '.join(items[i] for i in best.top)} tie"
        return f"{session.heading('by the wins in ' + str(file))}\n{table}\nscore: {ranked[0].unit}\n{end}"

    session.result(found, as_json, text)


def of_prompt(judgements: Comparisons, file: Path, prompt: str | None) -> Comparisons:
    """The judgements about one prompt, which has to be named where there are several."""
    import numpy as np

    from gustibus.comparisons import GustibusError

    prompts = judgements.prompts.to_pylist()
    if prompt is not None:
        if not prompts:
            raise GustibusError(f"{file} has no prompts at all: leave --prompt out.")
        if prompt not in prompts:
            raise GustibusError(f"{file} has no prompt {prompt!r}. It has, for example, {prompts[:3]}.")
        at = prompts.index(prompt)
        judgements = judgements.filter((judgements.prompt == at) & (judgements.prompt_b == at))
    elif len(np.unique(np.concatenate([judgements.prompt, judgements.prompt_b]))) > 1:
        raise GustibusError(
            f"{file} holds {len(prompts):,} prompts, whose responses do not compete. Choose one: --prompt TEXT."
        )
    return judgements


def _compared(wins: PairWins, kept: Sequence[str]) -> int:
    """How many pairs of these items were compared."""
    inside = set(kept)
    return sum(wins.items[i] in inside and wins.items[j] in inside for i, j in zip(wins.a, wins.b, strict=True))
