"""A small demo result with figures that a test can recognise."""

import numpy as np

from gustibus.evaluation import Interval
from gustibus.reporting import (
    DemoMap,
    DemoModel,
    DemoResult,
    Example,
    ExampleResponse,
    NextStep,
    Scores,
)

SHOTS = (0, 2, 10)


def interval(value, half=0.01):
    return Interval(value, value - half, value + half, level=0.95, n_users=30)


def scores(accuracy, log_loss):
    return Scores(interval(accuracy), interval(log_loss, 0.02))


def model(name, seen, new, k=None):
    return DemoModel(name, scores(*seen), tuple(scores(*pair) for pair in new), k)


def small_result(**changes):
    rng = np.random.default_rng(0)
    weights = rng.dirichlet([0.4, 0.4, 0.4], 30)
    prototypes = np.array([[2.0, 0, 0, 0], [-1, 2, 0, 0], [-1, -2, 0.5, 0]])
    y = (rng.random(400) < 0.5).astype(float)
    parts = {
        "title": "A village & its <tastes>",
        "lead": ("Thirty people judged.", "They disagree."),
        "shots": SHOTS,
        "ceiling": DemoModel("best possible", Scores(0.861, 0.312), (Scores(0.859, 0.314),) * 3),
        "models": (
            model("Bradley-Terry", (0.701, 0.561), [(0.702, 0.562)] * 3),
            model("PAL-A, K = 1", (0.703, 0.563), [(0.704, 0.564)] * 3, 1),
            model("PAL-A, K = 3", (0.823, 0.391), [(0.698, 0.571), (0.754, 0.482), (0.811, 0.407)], 3),
        ),
        "headline": "PAL-A, K = 3",
        "taste_map": DemoMap(
            rng.standard_normal((50, 4)) * 1.5, prototypes, weights @ prototypes, weights, weights, ("x", "y", "z")
        ),
        "reliability": {"Bradley-Terry": (np.full(400, 0.5), y), "PAL-A, K = 3": (np.clip(y, 0.1, 0.9), y)},
        "taste_names": ("1 · brisk", "2 · warm", "3 · careful"),
        "examples": (
            Example(
                'How do I cook "soup"?',
                (
                    ExampleResponse("Slowly & <gently>.", "short, warm", (0.2, 0.9, 0.55)),
                    ExampleResponse("Boil it.", "", (0.8, 0.1, 0.45)),
                ),
            ),
        ),
        "next_steps": (NextStep("gustibus info mine.csv", "Look at your file."),),
        "settings": {"people": "30"},
        "versions": {"gustibus": "0.1.0"},
        "seconds": {"fits": 2.25, "vectors": 1.5},
        "seed": 7,
        "true_number": 3,
    }
    return DemoResult(**(parts | changes))
