"""One table of judgements and estimated votes: margins, soft labels, smoothed labels, and synthetic judgements."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from gustibus.comparisons import Comparisons, GustibusError
from gustibus.comparisons.interning import as_vocabulary
from gustibus.comparisons.repeats import questions_of
from gustibus.diagnosis.estimated_votes import EstimatedVotes

__all__ = ["SYNTHETIC", "smoothed_labels", "soft_labels", "synthetic_judgements", "with_disagreement_margins"]

SYNTHETIC = "synthetic"
"""What ``source`` and ``user_id`` of synthetic judgements begin with."""


def with_disagreement_margins(
    data: Comparisons, votes: EstimatedVotes, *, alpha: float = 1.0, clipped: bool = False
) -> Comparisons:
    r"""The same judgements with a margin that is small, or negative, where people are estimated to disagree.

    .. math:: m = \alpha (2 \hat p - 1), \qquad L = -\log \sigma(s - m)

    with :math:`\hat p` the share for the labelled winner and :math:`s` its log-odds. This is **our reading** of
    Padmakumar et al. (2024, arXiv 2412.03822), who add synthetic preference judgements as a margin term: the exact loss
    was not available to us. A margin with a hard label has no finite optimum; it only makes split pairs stop pulling
    sooner. Compare with :func:`soft_labels` on the same votes, whose optimum is :math:`\mathrm{logit}\, \hat p`.

    Parameters
    ----------
    data
        Judgements; a tie has no winner and gets the margin 0.
    votes
        About the same judgements.
    alpha
        Margin of a unanimous vote, in log-odds; >= 0.
    clipped
        Put margins below 0, where most votes are against the label, to 0.

    Returns
    -------
    Comparisons
        With ``margin`` filled, for ``gustibus.fit(..., likelihood="margin")``.

    Raises
    ------
    GustibusError
        If the votes are about other judgements, or alpha is negative.

    Examples
    --------
    >>> row = {"user_id": "u", "response_a": "p", "response_b": "q"}
    >>> data = Comparisons.from_rows([row | {"choice": c} for c in "ab"])
    >>> votes = EstimatedVotes.of([0.75, 0.75], source="judge")
    >>> with_disagreement_margins(data, votes, alpha=2).margin.tolist()
    [1.0, -1.0]
    """
    if not (alpha >= 0 and np.isfinite(alpha)):
        raise GustibusError(f"alpha={alpha}: give the margin of a unanimous vote in log-odds, at least 0")
    margin = alpha * (2 * votes.for_the_label(data) - 1)
    return replace(data, margin=(np.maximum(margin, 0) if clipped else margin).astype(np.float32))


def soft_labels(data: Comparisons, votes: EstimatedVotes) -> Comparisons:
    """The same judgements with the estimated share in place of the label.

    A tie whose share is known is no tie any more.

    Examples
    --------
    >>> data = Comparisons.from_rows([{"user_id": "u", "response_a": "p", "response_b": "q", "choice": "a"}])
    >>> soft_labels(data, EstimatedVotes.of([0.75], source="judge")).outcome.tolist()
    [0.75]
    """
    votes.check(data)
    return replace(data, outcome=votes.share.astype(np.float32), is_tie=np.zeros(len(data), np.bool_))


def smoothed_labels(data: Comparisons, votes: EstimatedVotes) -> Comparisons:
    r"""The same judgements with every label smoothed by as much as votes are against labels on the whole.

    :math:`y \leftarrow (1 - \epsilon) y + \epsilon (1 - y)` with :math:`\epsilon` the weighted mean share against the
    label, at most 1/2: what the votes say of the data as a whole, and nothing about which pairs are split.

    Examples
    --------
    >>> row = {"user_id": "u", "response_a": "p", "response_b": "q"}
    >>> data = Comparisons.from_rows([row | {"choice": c} for c in "ab"])
    >>> smoothed_labels(data, EstimatedVotes.of([0.75, 0.25], source="judge")).outcome.tolist()
    [0.75, 0.25]
    """
    against = 1 - votes.for_the_label(data)
    weight = data.weight.astype(np.float64)
    if not weight.sum() > 0:
        raise GustibusError("no judgement has weight, so there is nothing to smooth")
    epsilon = min(float(weight @ against / weight.sum()), 0.5)
    y = data.outcome.astype(np.float64)
    return replace(data, outcome=((1 - epsilon) * y + epsilon * (1 - y)).astype(np.float32))


def synthetic_judgements(data: Comparisons, votes: EstimatedVotes) -> Comparisons:
    """The votes as judgements of their own, one a distinct pair: never mixed with the others unless you do it.

    Each has the share as its outcome, the number of votes as its weight, and ``source`` and ``user_id``
    ``"synthetic:..."`` with the source of the votes. ``Comparisons.concat([data, synthetic])`` mixes them openly;
    ``data.filter`` by source takes them apart again. Votes of :func:`annotator_votes` are no synthetic votes, and are
    refused.

    Raises
    ------
    GustibusError
        If the votes are about other judgements, or are those of the annotators.

    Examples
    --------
    >>> row = {"response_a": "p", "response_b": "q", "choice": "a"}
    >>> data = Comparisons.from_rows([row | {"user_id": u} for u in "xy"])
    >>> made = synthetic_judgements(data, EstimatedVotes.of([0.75, 0.75], n_votes=4, source="judge"))
    >>> len(made), made.to_rows()[0]["source"], made.weight.tolist(), made.outcome.tolist()
    (1, 'synthetic:judge', [4.0], [0.75])
    """
    votes.check(data)
    if votes.source == "annotators":
        raise GustibusError("these are the annotators' own votes, which are in the data already: nothing is synthetic")
    first = np.sort(np.unique(questions_of(data).pair, return_index=True)[1])
    part = data.take(first)
    zeros, none = np.zeros(len(first), np.int32), np.full(len(first), -1, np.int32)
    name = f"{SYNTHETIC}:{votes.source}"
    return replace(
        part,
        users=as_vocabulary("users", [name]),
        user=zeros,
        groups=as_vocabulary("groups", ()),
        group=none,
        sources=as_vocabulary("sources", [name]),
        source=zeros.astype(np.int8),
        outcome=votes.share[first].astype(np.float32),
        is_tie=np.zeros(len(first), np.bool_),
        margin=np.full(len(first), np.nan, np.float32),
        weight=votes.n_votes[first].astype(np.float32),
    )
