"""What disagreement is about: estimated votes and margins, kinds of disagreement, noise or taste."""

from gustibus.diagnosis.agreement import PersonAgreement
from gustibus.diagnosis.answer_tests import AnswerTests, answer_tests
from gustibus.diagnosis.cross_fit import CrossFitted, Fit, PopulationModel, cross_fit, fits_of, folds_of
from gustibus.diagnosis.cycle_report import CycleReport, ShareWithNull, TopCycle
from gustibus.diagnosis.cycles import diagnose_cycles
from gustibus.diagnosis.disagreement import Disagreement, DisagreementCell, disagreement
from gustibus.diagnosis.disagreement_rate import PairVotes, disagreement_rate, pair_votes
from gustibus.diagnosis.estimated_votes import (
    EstimatedVotes,
    annotator_votes,
    binomial_sd,
    ensemble_votes,
    population_votes,
)
from gustibus.diagnosis.hodge import Flow, HodgeParts, hodge
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
from gustibus.diagnosis.verdicts import judged_ties
from gustibus.diagnosis.whose_verdict import CycleVerdict, PairedTest, WithinOrBetween, within_or_between_test
from gustibus.diagnosis.within_or_between import CANDIDATES, within_or_between

__all__ = [
    "CANDIDATES",
    "CELLS",
    "AnswerTests",
    "CellExample",
    "CrossFitted",
    "CycleReport",
    "CycleVerdict",
    "Disagreement",
    "DisagreementCell",
    "EstimatedVotes",
    "Fit",
    "Flow",
    "HodgeParts",
    "NoiseOrTaste",
    "PairVotes",
    "PairedTest",
    "PersonAgreement",
    "PopulationModel",
    "PreferenceStrength",
    "SYNTHETIC",
    "ShareWithNull",
    "StrengthStratum",
    "Taxonomy",
    "TopCycle",
    "Verdict",
    "WithinOrBetween",
    "annotator_votes",
    "binomial_sd",
    "answer_tests",
    "by_cell",
    "cross_fit",
    "diagnose_cycles",
    "disagreement",
    "disagreement_rate",
    "ensemble_votes",
    "fits_of",
    "folds_of",
    "hodge",
    "judged_ties",
    "noise_or_taste",
    "pair_votes",
    "population_votes",
    "preference_strength",
    "similarity_of_responses",
    "smoothed_labels",
    "soft_labels",
    "synthetic_judgements",
    "taxonomy",
    "with_disagreement_margins",
    "with_strength_margins",
    "within_or_between",
    "within_or_between_test",
]
