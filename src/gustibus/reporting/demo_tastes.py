"""What the demo shows of a fitted model's tastes: their map, their names, and what they would pick."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray

from gustibus.catalog import Town
from gustibus.fitted import FittedModel
from gustibus.models import IdealPoint
from gustibus.reporting.archetypes import archetypes
from gustibus.reporting.demo_result import DemoMap, Example, ExampleResponse

__all__ = ["ShownTastes"]

Floats = NDArray[np.float64]

_EXAMPLES: Final = 3


@dataclass(frozen=True, eq=False)
class ShownTastes:
    """The tastes of a fitted model as the page shows them: as kinds of people.

    Its prototypes are the corners of a simplex around the people, often far outside; these are its archetypes (see
    :func:`archetypes`), corners near which there is somebody.

    Attributes
    ----------
    map
        Positions of responses, tastes and people.
    names
        Each taste with the true one whose likings correlate most with its own, within prompts.
    examples
        Prompts on which the tastes are of different minds.
    """

    map: DemoMap
    names: tuple[str, ...]
    examples: tuple[Example, ...]

    @classmethod
    def of(cls, model: FittedModel, here: Town) -> ShownTastes:
        """Read the tastes off a fitted ideal point model of the town's people."""
        ideal = model.scorer.model
        assert isinstance(ideal, IdealPoint)
        with torch.no_grad():
            features = model.scorer.features(here.styles.prompts, here.styles.responses)
            # Scores are multiplied by the factor, so that a squared distance on the map is a reward in log-odds.
            unit = float(np.sqrt(model.scorer.factor))
            responses = unit * ideal.positions(torch.from_numpy(features)).double().numpy()
            prototypes = unit * ideal.prototype_positions().double().numpy()
        weights = model.users.mean.astype(np.float64)
        people = weights @ prototypes
        found = archetypes(people, model.n_prototypes)
        row_of = {user_id: row for row, user_id in enumerate(here.truth.user_ids)}
        true_weights = here.weights[[row_of[user_id] for user_id in model.user_ids]]
        liking = model.prototype_scores(here.styles.prompts, here.styles.responses) @ (found.mixtures @ weights).T
        return cls(
            DemoMap(responses, found.positions, people, found.weights, true_weights, here.tastes.names),
            _names(liking, here),
            _examples(liking, here),
        )


def _names(liking: Floats, here: Town) -> tuple[str, ...]:
    true = _within_prompts(here.liking(here.styles.responses).T, here)
    correlation = _unit(_within_prompts(liking, here)).T @ _unit(true)
    return tuple(f"taste {k + 1}, {here.tastes.names[nearest]}" for k, nearest in enumerate(correlation.argmax(1)))


def _examples(liking: Floats, here: Town) -> tuple[Example, ...]:
    """The prompts on which the tastes are most decidedly of different minds, with everybody's favourites.

    With rewards r in log-odds, somebody of taste k finds response j the best of those shown with probability
    ``exp(r_kj) / sum_i exp(r_ki)`` (Luce 1959).
    """
    candidates = []
    for prompt, rows in _rows_by_prompt(here).items():
        favourites = list(dict.fromkeys(liking[rows].argmax(0).tolist()))
        shown = rows[favourites]
        shares = _softmax(liking[shown])
        candidates.append(((len(favourites), float(shares.max(0).mean())), prompt, shown, shares))
    candidates.sort(key=lambda candidate: candidate[0], reverse=True)
    return tuple(
        Example(
            prompt,
            tuple(
                ExampleResponse(text, here.styles.describe(text), tuple(map(float, liked)))
                for text, liked in zip((here.styles.responses[row] for row in shown), shares, strict=True)
            ),
        )
        for _, prompt, shown, shares in candidates[:_EXAMPLES]
    )


def _rows_by_prompt(here: Town) -> dict[str, NDArray[np.intp]]:
    rows: dict[str, list[int]] = {}
    for row, prompt in enumerate(here.styles.prompts):
        rows.setdefault(prompt, []).append(row)
    return {prompt: np.array(found, dtype=np.intp) for prompt, found in rows.items()}


def _within_prompts(scores: Floats, here: Town) -> Floats:
    """Scores ``(n, K)`` less their mean over the responses to the same prompt."""
    centred = scores.copy()
    for rows in _rows_by_prompt(here).values():
        centred[rows] -= centred[rows].mean(0)
    return centred


def _unit(columns: Floats) -> Floats:
    unit: Floats = columns / np.maximum(np.linalg.norm(columns, axis=0), 1e-12)
    return unit


def _softmax(scores: Floats) -> Floats:
    """Down each column."""
    raised = np.exp(scores - scores.max(0))
    shares: Floats = raised / raised.sum(0)
    return shares
