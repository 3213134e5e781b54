"""Several judgements of one pair as the share of votes that each response got."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from gustibus.comparisons.arguments import check_comparisons
from gustibus.comparisons.cautions import warn_of_several_sources
from gustibus.comparisons.errors import GustibusError
from gustibus.comparisons.record import NO_TIMESTAMP, POPULATION
from gustibus.comparisons.repeats import first_of_each_pair, questions_of
from gustibus.comparisons.table import Comparisons
from gustibus.comparisons.wilson import wilson_interval
from gustibus.comparisons.wording import counted

__all__ = ["VoteShares", "vote_shares"]

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False, repr=False)
class VoteShares:
    """How the votes on each of ``n`` pairs of responses fell.

    Attributes
    ----------
    pairs
        One judgement a pair, by the user ``"population"``: outcome = share of the votes for ``response_a``, weight =
        number of votes. ``response_a`` is the one that stood first where the pair was first asked. The source is that
        of the votes, if they all have the same.
    n_votes
        ``(n,)`` people who judged the pair.
    n_ties
        ``(n,)`` of them, those who said that neither is preferred.
    share
        ``(n,)`` share of the votes for ``response_a``, a tie counting half.
    low, high
        ``(n,)`` 95 % interval of the share (Wilson 1927), the votes taken as independent.
    """

    pairs: Comparisons
    n_votes: npt.NDArray[np.int64]
    n_ties: npt.NDArray[np.int64]
    share: Floats
    low: Floats
    high: Floats

    def __len__(self) -> int:
        return len(self.share)

    def __repr__(self) -> str:
        return f"VoteShares({counted(len(self), 'pair')}, {counted(int(self.n_votes.sum()), 'vote')})"

    def at_least(self, n_votes: int) -> VoteShares:
        """The pairs with so many votes or more.

        Examples
        --------
        >>> row = {"user_id": "ann", "response_a": "tea", "response_b": "gin", "choice": "a"}
        >>> shares = vote_shares(Comparisons.from_rows([row, row | {"user_id": "ben"}, row | {"response_b": "ale"}]))
        >>> len(shares), len(shares.at_least(2))
        (2, 1)
        """
        keep = self.n_votes >= n_votes
        columns = {name: getattr(self, name)[keep] for name in ("n_votes", "n_ties", "share", "low", "high")}
        return replace(self, pairs=self.pairs.filter(keep), **columns)

    def of(self, data: Comparisons) -> Floats:
        """The share of votes for ``response_a`` of each of ``M`` judgements, nan where nobody voted on its pair.

        The pair is recognised by its texts, whichever way round it stands, so these may be judgements of others than
        those who voted: people's labels beside a model's votes.

        Returns
        -------
        ``(M,)``

        Examples
        --------
        >>> row = {"user_id": "ann", "response_a": "tea", "response_b": "gin", "choice": "a"}
        >>> votes = Comparisons.from_rows([row, row | {"user_id": "ben", "choice": "tie"}])
        >>> turned = row | {"response_a": "gin", "response_b": "tea"}
        >>> other = Comparisons.from_rows([turned, row | {"response_a": "ale"}])
        >>> vote_shares(votes).of(other).tolist()
        [0.25, nan]
        """
        check_comparisons(data)
        n = len(self)
        questions = questions_of(Comparisons.concat([self.pairs, data]))
        toward_first = np.where(questions.flipped[:n], 1 - self.share, self.share)
        of_pair = np.full(questions.n_pairs, np.nan)
        of_pair[questions.pair[:n]] = toward_first
        found = of_pair[questions.pair[n:]]
        return np.where(questions.flipped[n:], 1 - found, found)


def vote_shares(data: Comparisons) -> VoteShares:
    """Count the votes on each pair of responses.

    A pair is two (prompt, response) items, whichever of them was shown first. Everybody has one vote a pair: who judged
    it several times votes the mean of their answers. A tie is half a vote for each side, a share ``y`` that much of a
    vote. Weights of judgements are not looked at.

    Parameters
    ----------
    data
        Judgements of several people, or of several judges.

    Returns
    -------
    VoteShares
        Pairs in the order in which they were first asked.

    Raises
    ------
    GustibusError
        If there is no judgement.

    Warns
    -----
    DataWarning
        If votes of several sources, such as people and a model, are counted together.

    Examples
    --------
    >>> data = Comparisons.from_rows([
    ...     {"user_id": "ann", "response_a": "tea", "response_b": "gin", "choice": "a"},
    ...     {"user_id": "ben", "response_a": "gin", "response_b": "tea", "choice": "b"},
    ...     {"user_id": "cai", "response_a": "tea", "response_b": "gin", "choice": "tie"},
    ...     {"user_id": "dee", "response_a": "tea", "response_b": "gin", "choice": "b"},
    ... ])
    >>> shares = vote_shares(data)
    >>> shares.share.tolist(), shares.n_votes.tolist(), shares.n_ties.tolist()
    ([0.625], [4], [1])
    >>> round(float(shares.low[0]), 2), round(float(shares.high[0]), 2)
    (0.22, 0.91)
    """
    check_comparisons(data)
    if not len(data):
        raise GustibusError("There is no judgement whose votes could be counted (0 rows). Give data with at least one.")
    questions = questions_of(data)
    warn_of_several_sources("vote_shares counts", data)
    first_row = first_of_each_pair(questions)
    turned = questions.flipped != questions.flipped[first_row[questions.pair]]
    toward_a = np.where(turned, 1 - data.outcome.astype(np.float64), data.outcome.astype(np.float64))
    answers = np.bincount(questions.question, minlength=questions.n_questions)
    vote = np.bincount(questions.question, toward_a, questions.n_questions) / answers
    all_ties = np.bincount(questions.question, data.is_tie, questions.n_questions) == answers
    pair_of_question = np.zeros(questions.n_questions, np.int64)
    pair_of_question[questions.question] = questions.pair
    n_votes = np.bincount(pair_of_question, minlength=questions.n_pairs)
    share = np.clip(np.bincount(pair_of_question, vote, questions.n_pairs) / n_votes, 0, 1)
    n_ties = np.bincount(pair_of_question, all_ties, questions.n_pairs).astype(np.int64)
    order = np.argsort(first_row, kind="stable")
    share, n_votes, n_ties = share[order], n_votes[order], n_ties[order]
    low, high = wilson_interval(share, n_votes)
    pairs = _as_one_voter(data, first_row[order], share, n_votes)
    return VoteShares(pairs=pairs, n_votes=n_votes, n_ties=n_ties, share=share, low=low, high=high)


def _as_one_voter(
    data: Comparisons, rows: npt.NDArray[np.intp], share: Floats, n_votes: npt.NDArray[np.int64]
) -> Comparisons:
    """The first judgement of each pair, made into what all said of it."""
    n, sources = len(rows), np.unique(data.source)
    source = int(sources[0]) if len(sources) == 1 else -1
    return replace(
        data.take(rows),
        users=pa.array([POPULATION], pa.large_string()),
        user=np.zeros(n, np.int32),
        outcome=share.astype(np.float32),
        is_tie=np.zeros(n, bool),
        margin=np.full(n, np.nan, np.float32),
        weight=n_votes.astype(np.float32),
        group=np.full(n, -1, np.int32),
        source=np.full(n, source, np.int8),
        timestamp=np.full(n, NO_TIMESTAMP, np.int64),
        split=np.full(n, -1, np.int8),
    )
