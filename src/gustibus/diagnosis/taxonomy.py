"""Why people disagree: prompts that have several good answers, and responses that are hard to tell apart."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gustibus.comparisons import Comparisons, GustibusError
from gustibus.comparisons.arguments import check_comparisons
from gustibus.comparisons.repeats import questions_of
from gustibus.comparisons.wording import counted
from gustibus.diagnosis.disagreement_rate import PairVotes, pair_votes

__all__ = ["CELLS", "CellExample", "Taxonomy", "by_cell", "similarity_of_responses", "taxonomy"]

Floats = NDArray[np.float64]
Result = TypeVar("Result")

CELLS: Final = (
    "agreed prompt, distinct responses",
    "agreed prompt, similar responses",
    "plural prompt, distinct responses",
    "plural prompt, similar responses",
)
"""The cells of the 2 x 2 table, in the order of their codes: 2 x plural + similar."""


@dataclass(frozen=True)
class CellExample:
    """A pair of responses that stands for its cell.

    Attributes
    ----------
    prompt, response_a, response_b
        Texts; the prompt is None where there is none.
    share
        Votes for a.
    n_votes
        All votes.
    similarity
        Of the two responses.
    """

    prompt: str | None
    response_a: str
    response_b: str
    share: float
    n_votes: float
    similarity: float


@dataclass(frozen=True, eq=False, repr=False)
class Taxonomy:
    """Which of the four kinds each of ``M`` judgements is.

    Attributes
    ----------
    plural
        Whether the prompt has several good answers, ``(M,)``.
    similar
        Whether the two responses are hard to tell apart, ``(M,)``.
    known
        Whether there were votes to tell the first by, ``(M,)``; judgements without count in no cell.
    plurality
        The prompt's disagreement, 0 to 1, ``(M,)``; nan where not known.
    similarity
        Of the two responses, ``(M,)``.
    plural_from, similar_from
        From where on a prompt is plural and responses are similar.
    pairs
        Votes of the distinct pairs.
    pair
        Which pair each judgement is about, ``(M,)``.
    """

    plural: NDArray[np.bool_]
    similar: NDArray[np.bool_]
    known: NDArray[np.bool_]
    plurality: Floats
    similarity: Floats
    plural_from: float
    similar_from: float
    pairs: PairVotes
    pair: NDArray[np.intp]

    @property
    def cell(self) -> NDArray[np.intp]:
        """Code of each judgement's cell in :data:`CELLS`, -1 where not known, ``(M,)``."""
        return np.where(self.known, 2 * self.plural + self.similar, -1).astype(np.intp)

    @property
    def names(self) -> list[str | None]:
        """The name of each judgement's cell, None where not known: what ``evaluate(by=...)`` takes."""
        return [None if code < 0 else CELLS[code] for code in self.cell.tolist()]

    @property
    def counts(self) -> dict[str, int]:
        """Judgements in each cell."""
        inside = np.bincount(self.cell[self.known], minlength=len(CELLS))
        return dict(zip(CELLS, inside.tolist(), strict=True))

    @property
    def disagreement(self) -> dict[str, float | None]:
        """Chance that two people who vote on the same pair disagree, by cell; None where no pair has two votes."""
        found: dict[str, float | None] = {}
        for code, name in enumerate(CELLS):
            pairs = np.unique(self.pair[self.cell == code])
            known = pairs[self.pairs.n_votes[pairs] > 1]
            found[name] = self.pairs.pooled(known) if len(known) else None
        return found

    def __repr__(self) -> str:
        cells = ", ".join(f"{name}: {count:,}" for name, count in self.counts.items())
        return f"Taxonomy({cells}; {counted(int((~self.known).sum()), 'judgement')} not known)"

    def examples(self, data: Comparisons, n: int = 2) -> dict[str, list[CellExample]]:
        """The pairs of each cell on which most people voted, those most typical of the cell first among equals.

        Parameters
        ----------
        data
            The judgements the taxonomy was made from.
        n
            Pairs a cell at most.
        """
        if len(data) != len(self.pair):
            raise GustibusError(f"this taxonomy is of {len(self.pair)} judgements, not of {len(data)}")
        found: dict[str, list[CellExample]] = {}
        for code, name in enumerate(CELLS):
            rows = np.flatnonzero(self.cell == code)
            rows = rows[np.unique(self.pair[rows], return_index=True)[1]]
            typical = (1 if code >= 2 else -1) * self.plurality[rows] + (1 if code % 2 else -1) * self.similarity[rows]
            order = np.lexsort((rows, -typical, -self.pairs.n_votes[self.pair[rows]]))
            found[name] = [self._example(data, int(row)) for row in rows[order][:n]]
        return found

    def _example(self, data: Comparisons, row: int) -> CellExample:
        said = data.take([row]).to_rows()[0]
        pair = int(self.pair[row])
        flipped = questions_of(data.take([row])).flipped[0]
        share = float(self.pairs.share[pair])
        return CellExample(
            said.get("prompt"),
            said["response_a"],
            said["response_b"],
            1 - share if flipped else share,
            float(self.pairs.n_votes[pair]),
            float(self.similarity[row]),
        )


def taxonomy(
    data: Comparisons,
    similarity: ArrayLike,
    *,
    plural_from: float | None = None,
    similar_from: float | None = None,
    tie_share: ArrayLike | None = None,
) -> Taxonomy:
    r"""Sort judgements into the two dimensions along which people disagree (Padmakumar et al. 2024, arXiv 2412.03822).

    *Plurality of responses to prompts*: the chance that two people who vote on the same pair of this prompt disagree,

    .. math:: \frac{\sum_i n_i (n_i - 1) d_i}{\sum_i n_i (n_i - 1)}

    with :math:`n_i` votes on pair i and disagreement :math:`d_i` (:func:`pair_votes`), over the *other* pairs of the
    prompt, and over the pair itself only where the prompt has no other with two votes (or there is no prompt): a cell
    then says nothing of a pair's own votes but what its prompt says. *Indistinguishability of responses*: their
    similarity, and how often people or a judge call them a tie. What the paper measured them by was not available to
    us; these measures are ours.

    Parameters
    ----------
    data
        Judgements, several of them about the same pairs.
    similarity
        Of the two responses of each judgement, ``(M,)``, for example :func:`similarity_of_responses`.
    plural_from
        Disagreement from which a prompt is plural; the median over judgements if not given.
    similar_from
        Similarity from which responses are similar; the upper quartile over judgements if not given.
    tie_share
        Share of ties among a judge's verdicts on each judgement's pair, ``(M,)``; responses that are called a tie at
        least half of the time, by the judge or by three or more people of the data, are similar too.

    Raises
    ------
    GustibusError
        If lengths differ, or no pair was judged twice.

    Examples
    --------
    >>> rows = [{"user_id": u, "prompt": p, "response_a": "yes", "response_b": "no", "choice": c}
    ...         for p, said in (("2 + 2 = 4?", "aaaa"), ("Tea?", "abab")) for u, c in zip("wxyz", said)]
    >>> found = taxonomy(Comparisons.from_rows(rows), [0.1] * 8, similar_from=0.5)
    >>> found.counts["agreed prompt, distinct responses"], found.counts["plural prompt, distinct responses"]
    (4, 4)
    """
    check_comparisons(data)
    close = np.asarray(similarity, np.float64)
    if close.shape != (len(data),):
        raise GustibusError(f"similarity has shape {close.shape}, but there are {len(data)} judgements: give one each")
    pairs = pair_votes(data)
    pair = questions_of(data).pair.astype(np.intp)
    plurality = _plurality(data, pairs, pair)
    known = np.isfinite(plurality)
    if not known.any():
        raise GustibusError(
            "no pair of responses was judged twice, so there are no votes to tell plural prompts by. Give judgements "
            "of several people on the same pairs, or add a judge's."
        )
    plural_at = float(np.median(plurality[known])) if plural_from is None else plural_from
    similar_at = float(np.quantile(close, 0.75)) if similar_from is None else similar_from
    # A median of 0 (most prompts are unanimous) would call all of them plural.
    plural = known & (plurality >= plural_at) & (plurality > 0)
    similar = close >= similar_at
    if similar_from is None:  # a quartile of one similarity for all (items told apart by name) would call all similar
        similar &= close > close.min()
    similar |= _called_a_tie(pairs, pair, tie_share)
    return Taxonomy(plural, similar, known, plurality, close, plural_at, similar_at, pairs, pair)


def _plurality(data: Comparisons, pairs: PairVotes, pair: NDArray[np.intp]) -> Floats:
    """Disagreement over the other pairs of each judgement's prompt, else over its own pair; nan without any."""
    own, own_weight = np.nan_to_num(pairs.disagreement) * pairs.weight, pairs.weight
    prompt_of = np.full(len(own), -1, np.intp)
    prompt_of[pair] = np.where(data.prompt == data.prompt_b, data.prompt, -1)
    asked = prompt_of >= 0
    n = max(len(data.prompts), 1)
    total = np.bincount(prompt_of[asked], own[asked], n)
    weight = np.bincount(prompt_of[asked], own_weight[asked], n)
    others = np.where(asked, total[prompt_of] - own, 0.0)
    others_weight = np.where(asked, weight[prompt_of] - own_weight, 0.0)
    use_others = others_weight > 1e-9
    top, bottom = np.where(use_others, others, own), np.where(use_others, others_weight, own_weight)
    with np.errstate(invalid="ignore", divide="ignore"):
        found = np.where(bottom > 0, top / bottom, np.nan)
    return np.asarray(np.clip(found, 0, 1)[pair])


def _called_a_tie(pairs: PairVotes, pair: NDArray[np.intp], tie_share: ArrayLike | None) -> NDArray[np.bool_]:
    people = ((pairs.tie_share >= 0.5) & (pairs.n_votes >= 3))[pair]
    if tie_share is None:
        return np.asarray(people)
    judge = np.asarray(tie_share, np.float64)
    if judge.shape != pair.shape:
        raise GustibusError(f"tie_share has shape {judge.shape}, but there are {len(pair)} judgements: give one each")
    return np.asarray(people | (judge >= 0.5))


def similarity_of_responses(data: Comparisons, vectors: ArrayLike) -> Floats:
    """Cosine of the two responses of each judgement, ``(M,)``; 0 where one of them is the zero vector.

    Parameters
    ----------
    data
        Judgements.
    vectors
        One row for each of ``data.items()``, ``(n_items, D)``, for example the embeddings of the responses without
        their prompt.

    Examples
    --------
    >>> data = Comparisons.from_rows([{"user_id": "u", "response_a": "p", "response_b": "q", "choice": "a"}])
    >>> similarity_of_responses(data, [[1.0, 0.0], [1.0, 1.0]]).round(3).tolist()
    [0.707]
    """
    check_comparisons(data)
    items = data.items()
    matrix = np.asarray(vectors, np.float64)
    if matrix.ndim != 2 or len(matrix) != len(items):
        raise GustibusError(f"vectors have shape {matrix.shape}, but there are {len(items)} items: give a row for each")
    length = np.linalg.norm(matrix, axis=1, keepdims=True)
    unit = np.divide(matrix, length, out=np.zeros_like(matrix), where=length > 0)
    return np.asarray(np.einsum("nd,nd->n", unit[items.a], unit[items.b]))


def by_cell(
    found: Taxonomy, metric: Callable[..., Result], *columns: ArrayLike, at_least: int = 1
) -> Mapping[str, Result | None]:
    """Any metric in each cell of the taxonomy.

    Parameters
    ----------
    found
        The taxonomy of ``M`` judgements.
    metric
        Takes the columns, each cut to the judgements of a cell: for example :func:`gustibus.evaluation.brier`.
    *columns
        Arrays of length ``M``.
    at_least
        Cells with fewer judgements get None.

    Examples
    --------
    >>> from gustibus.evaluation import accuracy
    >>> rows = [{"user_id": u, "response_a": "yes", "response_b": "no", "choice": "a"} for u in "xy"]
    >>> found = taxonomy(Comparisons.from_rows(rows), [0.9, 0.9], similar_from=0.5)
    >>> by_cell(found, accuracy, [0.9, 0.8], [1.0, 0.0])["agreed prompt, similar responses"]
    0.5
    """
    arrays = [np.asarray(column) for column in columns]
    for position, array in enumerate(arrays):
        if array.shape[:1] != found.cell.shape:
            raise GustibusError(
                f"column {position} has shape {array.shape}, but the taxonomy is of {len(found.cell)} judgements"
            )
    masks = {name: found.cell == code for code, name in enumerate(CELLS)}
    return {
        name: metric(*(array[mask] for array in arrays)) if mask.sum() >= max(at_least, 1) else None
        for name, mask in masks.items()
    }
