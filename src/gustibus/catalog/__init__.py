"""Synthetic worlds with a known truth: one of vectors (:func:`ideal_point_world`), and a town that judges texts."""

from gustibus.catalog.ideal_point_truth import IdealPointTruth, expected_accuracy, expected_log_loss
from gustibus.catalog.ideal_point_world import IdealPointWorld, ideal_point_world
from gustibus.catalog.town import Styles, Tastes, Town, town

__all__ = [
    "IdealPointTruth",
    "IdealPointWorld",
    "Styles",
    "Tastes",
    "Town",
    "expected_accuracy",
    "expected_log_loss",
    "ideal_point_world",
    "town",
]
