"""Data to begin with: published data sets by name, and synthetic worlds with a known truth."""

from gustibus.catalog.ideal_point_truth import IdealPointTruth
from gustibus.catalog.ideal_point_world import IdealPointWorld, ideal_point_world
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
    "DATASETS",
    "Citation",
    "IdealPointTruth",
    "IdealPointWorld",
    "PromptWorld",
    "PublishedData",
    "SharedRewardTruth",
    "SharedRewardWorld",
    "Styles",
    "Tastes",
    "Town",
    "Types",
    "embedded_samples",
    "expected_accuracy",
    "expected_log_loss",
    "ideal_point_world",
    "load_aspects",
    "load_dataset",
    "load_people",
    "prompt_world",
    "shared_reward_world",
    "town",
]
