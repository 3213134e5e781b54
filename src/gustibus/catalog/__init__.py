"""Data to begin with: published data sets by name, and synthetic worlds with a known truth."""

from gustibus.catalog.aspect_cycles import AspectCycles, aspect_cycles
from gustibus.catalog.cycle_worlds import condorcet_world, cycle_world, plural_world, spinning_top_world
from gustibus.catalog.ideal_point_truth import IdealPointTruth
from gustibus.catalog.ideal_point_world import IdealPointWorld, ideal_point_world
from gustibus.catalog.pairwise_truth import PairwiseTruth
from gustibus.catalog.pairwise_world import CyclicWorld
from gustibus.catalog.payoff_world import payoff_world
from gustibus.catalog.prompt_world import PromptWorld, prompt_world
from gustibus.catalog.published import (
    DATASETS,
    Citation,
    PublishedData,
    embedded_samples,
    load_aspects,
    load_dataset,
    load_people,
)
from gustibus.catalog.shared_reward_truth import SharedRewardTruth
from gustibus.catalog.shared_reward_world import SharedRewardWorld, Types, shared_reward_world
from gustibus.catalog.town import Styles, Tastes, Town, town
from gustibus.catalog.truth import expected_accuracy, expected_log_loss

__all__ = [
    "AspectCycles",
    "aspect_cycles",
    "Citation",
    "CyclicWorld",
    "DATASETS",
    "IdealPointTruth",
    "IdealPointWorld",
    "PairwiseTruth",
    "PromptWorld",
    "PublishedData",
    "SharedRewardTruth",
    "SharedRewardWorld",
    "Styles",
    "Tastes",
    "Town",
    "Types",
    "condorcet_world",
    "cycle_world",
    "embedded_samples",
    "expected_accuracy",
    "expected_log_loss",
    "ideal_point_world",
    "load_aspects",
    "load_dataset",
    "load_people",
    "payoff_world",
    "plural_world",
    "prompt_world",
    "shared_reward_world",
    "spinning_top_world",
    "town",
]
