"""How often a judge calls the responses of each pair a tie."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from gustibus.comparisons import Comparisons, GustibusError
from gustibus.comparisons.arguments import check_comparisons
from gustibus.comparisons.repeats import questions_of

__all__ = ["judged_ties"]


def judged_ties(data: Comparisons, judged: Comparisons) -> NDArray[np.float64]:
    """Share of ties among a judge's verdicts on the pair of each judgement: what :func:`taxonomy` takes.

    One half is a tie as well: that is what is left of a judge's answers that change with the order of the responses.

    Parameters
    ----------
    data
        Judgements, ``M`` of them.
    judged
        A judge's judgements on the same pairs, either way round, such as ``gustibus.judge(...).data``; of several
        personas each counts by its weight.

    Returns
    -------
    ndarray, shape (M,)
        nan where the judge was not asked.

    Raises
    ------
    GustibusError
        If the judge was asked about none of these pairs.

    Examples
    --------
    >>> row = {"user_id": "ann", "prompt": "Tea?", "response_a": "yes", "response_b": "sure", "choice": "a"}
    >>> other = {**row, "response_b": "no"}
    >>> said = [{**row, "user_id": "llm", "choice": "tie"}]
    >>> judged_ties(Comparisons.from_rows([row, other]), Comparisons.from_rows(said))
    array([ 1., nan])
    """
    check_comparisons(data)
    check_comparisons(judged)
    pair = questions_of(Comparisons.concat([data, judged])).pair
    of_data, of_judge = pair[: len(data)], pair[len(data) :]
    n_pairs = int(pair.max()) + 1 if len(pair) else 0
    weight = judged.weight.astype(np.float64)
    asked = np.bincount(of_judge, weight, n_pairs)
    ties = np.bincount(of_judge, weight * (judged.is_tie | (judged.outcome == 0.5)), n_pairs)
    if not (asked[of_data] > 0).any():
        raise GustibusError(
            "the judge was asked about none of these pairs: its prompts and responses must be the same texts. Make its "
            "judgements from these with gustibus.judge."
        )
    with np.errstate(invalid="ignore"):
        return np.asarray((ties / asked)[of_data], np.float64)
