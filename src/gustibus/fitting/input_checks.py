"""What is looked at before a fit: embeddings, judgements, weights, and whether there are people enough."""

from __future__ import annotations

from typing import Final

import numpy as np

from gustibus.comparisons import GustibusError, caution
from gustibus.comparisons.wording import counted
from gustibus.fitting.defaults import FEW_ANSWERS
from gustibus.fitting.fit_inputs import FitInputs
from gustibus.fitting.records import Judgements
from gustibus.fitting.setting_uses import COUNTED
from gustibus.fitting.settings import FitSettings
from gustibus.likelihoods import Margin, TieLikelihood

__all__ = ["check_fit", "check_weights"]

WITH_COVARIATES: Final = ("hierarchical", "auto")
"""Models that have a use for what is known of people."""

MOST_MARGIN: Final = 1000.0
"""In log-odds, beyond which fits do not come to an end."""

LEAST_WEIGHT: Final = 1e-6
"""Mean weight beyond which, or beyond its inverse, no fit is tried."""

ODD_WEIGHT: Final = 1e-2
"""The same for a warning: regularisation is a hundred times too strong or too weak."""

FEWEST_ALIKE: Final = 10
"""Judgements of equal weight that would tell as much, below which a warning is due."""


def check_fit(inputs: FitInputs, settings: FitSettings) -> None:
    """Refuse what no fit can learn from; warn of what it can hardly learn from.

    Parameters
    ----------
    inputs : FitInputs
    settings : FitSettings

    Raises
    ------
    GustibusError
    """
    judgements, embeddings = inputs.judgements, inputs.embeddings
    if len(judgements) == 0:
        raise GustibusError("there is nothing to fit: the comparisons are empty")
    if not judgements.weight[~judgements.validation].sum() > 0:
        raise GustibusError("all training judgements have weight 0; give some of them a positive weight")
    if judgements.validation.any() and not judgements.weight[judgements.validation].sum() > 0:
        raise GustibusError(
            f"all {int(judgements.validation.sum())} validation judgements have weight 0, so nothing can be chosen by "
            "them; give some of them a positive weight, or leave out judgements of weight 0"
        )
    if (inputs.prompt_embeddings is not None) != settings.prompts_apart:
        asked = "model='pal-b'" if settings.model == "pal-b" else f"gate={settings.gate!r}"
        instead = "model='pal-a'" if settings.model == "pal-b" else "gate='none'"
        raise GustibusError(
            f"{asked} needs prompt_embeddings, one row an item; use {instead} where there are no prompts"
            if settings.prompts_apart
            else f"model={settings.model!r} does not keep prompts apart; leave prompt_embeddings out"
        )
    if inputs.covariates is not None and settings.model not in WITH_COVARIATES:
        raise GustibusError(
            f"model={settings.model!r} has no use for what is known of people; covariates are taken by model="
            f"{' and model='.join(map(repr, WITH_COVARIATES))}"
        )
    _check_margins(judgements, settings)
    _check_ties(judgements, settings)
    finite = np.isfinite(embeddings).all(axis=1)
    if inputs.prompt_embeddings is not None:
        finite &= np.isfinite(inputs.prompt_embeddings).all(axis=1)
    if not finite.all():
        raise GustibusError(
            f"item {int(np.flatnonzero(~finite)[0])} has features that are not finite numbers "
            f"({int((~finite).sum())} such items in all). Correct or leave out these items."
        )
    if not settings.one_taste:
        _check_people(judgements, settings)


def _check_margins(judgements: Judgements, settings: FitSettings) -> None:
    """Refuse a likelihood of margins where no judgement that is learned from has one."""
    likelihood = settings.make_likelihood()
    if not isinstance(likelihood, Margin):
        return
    training = judgements.take(~judgements.validation)
    if training.margin is None or np.isnan(training.margin).all():
        raise GustibusError(
            "likelihood='margin' learns from how much better the preferred response is, and there is no margin among "
            f"{counted(len(training), 'training judgement')}. Fill in the column 'margin', or use "
            "likelihood='logistic'."
        )

    largest = float(np.nanmax(np.abs(likelihood.of(training.margin[~training.is_tie])), initial=0.0))
    if largest > MOST_MARGIN:
        raise GustibusError(
            f"likelihood='margin': the largest margin is {largest:.3g} log-odds, which no response can lead by. Give a "
            "smaller scale, such as likelihood='margin:0.1', or write smaller numbers into the column 'margin'."
        )


def _check_ties(judgements: Judgements, settings: FitSettings) -> None:
    """Refuse ties that the likelihood holds for impossible."""
    likelihood = settings.make_likelihood()
    if not isinstance(likelihood, TieLikelihood) or not likelihood.learned or likelihood.tie_share > 0:
        return
    n_ties = int(judgements.is_tie.sum())
    if n_ties:
        raise GustibusError(
            f"likelihood={likelihood.name!r}: {likelihood} gives ties no probability, and "
            f"{counted(n_ties, 'judgement')} of {len(judgements):,} are ties; give a "
            "larger parameter, or leave it out and the fit learns it"
        )


def check_weights(judgements: Judgements) -> None:
    """Refuse weights that are far from those of judgements that count like any other, warn of odd ones.

    Every ridge, prior and penalty counts in judgements, so weights of another scale switch it off or drown the data.

    Parameters
    ----------
    judgements : Judgements
        With positive weights among them.

    Raises
    ------
    GustibusError
        If positive weights average more than a million, or less than a millionth.
    """
    positive = judgements.weight[judgements.weight > 0]
    mean = float(positive.mean())
    rescale = (
        "a weight of 1 is one judgement, and regularisation counts in judgements. Divide all weights by their mean: "
        "dataclasses.replace(data, weight=data.weight / data.weight.mean())."
    )
    if not LEAST_WEIGHT <= mean <= 1 / LEAST_WEIGHT:
        raise GustibusError(f"the weights average {mean:.2g}, but {rescale}")
    if not ODD_WEIGHT <= mean <= 1 / ODD_WEIGHT:
        caution(f"the weights average {mean:.2g}, but {rescale}")
    alike = float(positive.sum() ** 2 / (positive**2).sum())
    if alike < FEWEST_ALIKE <= len(positive) / 10:
        caution(
            f"weights differ so much (from {positive.min():.2g} to {positive.max():.2g}) that {len(positive):,} "
            f"judgements count as {alike:.1f}: a few decide everything. Check the column weight."
        )


def _check_people(judgements: Judgements, settings: FitSettings) -> None:
    n_people = len(np.unique(judgements.user))
    if settings.model in COUNTED and settings.prototypes != "auto" and settings.n_prototypes > n_people:
        raise GustibusError(
            f"{settings.n_prototypes} tastes cannot be told apart by the answers of "
            f"{counted(n_people, 'person' if settings.person == 'user' else 'group')}. "
            + (f"Ask for prototypes={n_people} or fewer, or take" if n_people > 1 else "Take")
            + " model='bt', which is one taste for all."
        )
    if n_people == 1 and settings.model == "hierarchical":
        caution(
            "all judgements are by one person, which does not tell what others want: predictions for the population, "
            "and with it for anybody else, may stay near even (log-odds near 0). To predict others, take model='bt'."
        )
    counts = np.bincount(judgements.user, minlength=judgements.n_users)
    typical = float(np.median(counts[counts > 0]))
    if typical < FEW_ANSWERS:
        caution(
            f"people gave {typical:g} answers each (median); below {FEW_ANSWERS} their tastes can hardly be told "
            "apart. Compare with model='bt', and collect more answers per person rather than more people."
        )
