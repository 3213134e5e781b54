"""Ranking by Bradley-Terry strengths of what a file of judgements compares, without a model."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gustibus.cli.rank_wins import of_prompt

if TYPE_CHECKING:
    from gustibus.aggregation import PairWins
    from gustibus.cli.session import Session
    from gustibus.comparisons import Comparisons

__all__ = ["rank_by_strengths"]


def rank_by_strengths(
    session: Session,
    judgements: Comparisons,
    file: Path,
    among: Sequence[str] | None,
    prompt: str | None,
    ridge: float,
    top: int | None,
    as_json: bool,
) -> None:
    """Rank what judgements compare, or those responses among it that are named, by how strong they are.

    Raises
    ------
    GustibusError
        If there are several prompts and none is chosen, a response was never compared, comparisons leave several
        components, or strengths are infinite.
    """
    from gustibus.aggregation import bradley_terry, pair_wins

    wins = pair_wins(of_prompt(judgements, file, prompt))
    if among is not None:
        wins = _among(wins, among, file)
    found = bradley_terry(wins, ridge=ridge)
    ranked = found.ranked()[:top]
    result: dict[str, Any] = {
        "file": str(file),
        "rule": "bradley-terry",
        "unit": "log-odds",
        "ridge": ridge,
        "ranking": [
            {"rank": one.rank, "response": one.response, "score": one.score, "sd": one.sd, "index": one.index}
            for one in ranked
        ],
        "log_likelihood": found.log_likelihood,
        "judgements": float(wins.n.sum()),
        "pairs": len(wins.a),
    }

    def text() -> str:
        from gustibus.reporting import Table

        rows = [[one.rank, one.score, one.sd, one.response] for one in ranked]
        table = Table(["rank", "score", "sd", "response"], rows).to_text()
        return (
            f"{session.heading('by Bradley-Terry strengths in ' + str(file))}\n{table}\n"
            f"score: log-odds, which add up to zero over all {len(wins.items):,}; sd: standard error"
        )

    session.result(result, as_json, text)


def _among(wins: PairWins, among: Sequence[str], file: Path) -> PairWins:
    """The pairs of which both are named."""
    import numpy as np

    from gustibus.aggregation import PairWins
    from gustibus.comparisons import GustibusError

    named = list(dict.fromkeys(among))
    place = {item: i for i, item in enumerate(named)}
    number = np.array([place.get(item, -1) for item in wins.items])
    a, b = number[wins.a], number[wins.b]
    kept = (a >= 0) & (b >= 0)
    met = set(a[kept]) | set(b[kept])
    for item in named:
        if item not in wins.items:
            raise GustibusError(f"{file} never compares {item!r}. Leave it out.")
    for i, item in enumerate(named):
        if i not in met:
            raise GustibusError(f"{file} never compares {item!r} with another of those named. Leave it out.")
    low, high = np.minimum(a, b)[kept], np.maximum(a, b)[kept]
    turned = (a > b)[kept]
    won, lost = wins.wins_a[kept], wins.wins_b[kept]
    return PairWins(tuple(named), low, high, np.where(turned, lost, won), np.where(turned, won, lost), wins.ties[kept])
