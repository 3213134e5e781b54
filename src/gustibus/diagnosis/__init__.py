"""What disagreement is about: estimated votes and margins, kinds of disagreement, noise or taste."""

from gustibus.diagnosis.agreement import PersonAgreement
from gustibus.diagnosis.cross_fit import CrossFitted, Fit, PopulationModel, cross_fit, fits_of, folds_of
from gustibus.diagnosis.disagreement import Disagreement, DisagreementCell, disagreement
from gustibus.diagnosis.disagreement_rate import PairVotes, disagreement_rate, pair_votes
from gustibus.diagnosis.estimated_votes import (
    EstimatedVotes,
    annotator_votes,
    binomial_sd,
    ensemble_votes,
    population_votes,
)
from gustibus.diagnosis.margins import (
    SYNTHETIC,
    smoothed_labels,
    soft_labels,
    synthetic_judgements,
    with_disagreement_margins,
)
from gustibus.diagnosis.noise_or_taste import NoiseOrTaste, Verdict, noise_or_taste
from gustibus.diagnosis.preference_strength import (
    PreferenceStrength,
    StrengthStratum,
    preference_strength,
    with_strength_margins,
)
from gustibus.diagnosis.taxonomy import CELLS, CellExample, Taxonomy, by_cell, similarity_of_responses, taxonomy

__all__ = [
    "Disagreement",
    "DisagreementCell",
    "disagreement",
    "with_strength_margins",
    "preference_strength",
    "noise_or_taste",
    "Verdict",
    "StrengthStratum",
    "PreferenceStrength",
    "PersonAgreement",
    "NoiseOrTaste",
    "CELLS",
    "SYNTHETIC",
    "CellExample",
    "CrossFitted",
    "EstimatedVotes",
    "Fit",
    "PairVotes",
    "PopulationModel",
    "Taxonomy",
    "annotator_votes",
    "binomial_sd",
    "by_cell",
    "cross_fit",
    "disagreement_rate",
    "ensemble_votes",
    "fits_of",
    "folds_of",
    "pair_votes",
    "population_votes",
    "similarity_of_responses",
    "smoothed_labels",
    "soft_labels",
    "synthetic_judgements",
    "taxonomy",
    "with_disagreement_margins",
]
