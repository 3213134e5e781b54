"""What does the demo's town look like to the model, and what are a few answers worth? The picture of the README.

``python -m benchmarks.town_picture`` runs the demo's study (seed 0, about two minutes), writes its table to
``benchmarks/results/town.json`` and its map and its curve to ``docs/figures/``. The town is semi-synthetic: real texts
and a real encoder, people whose tastes are known.
"""

from __future__ import annotations

from benchmarks.recording import ROOT, Stopwatch, write_result
from gustibus.embedding import EmbeddingStore
from gustibus.reporting import Scores, demo_figures
from gustibus.reporting.demo_study import demo_study

FIGURES = {"map": "town_map.png", "n-shot": "town_answers.png"}


def main() -> None:
    watch = Stopwatch()
    result = demo_study(store=EmbeddingStore()).result
    folder = ROOT / "docs" / "figures"
    folder.mkdir(parents=True, exist_ok=True)
    drawn = demo_figures(result)
    for name, file in FIGURES.items():
        drawn[name].figure.savefig(folder / file, dpi=150, bbox_inches="tight", facecolor="white")
        print(f"drawn: docs/figures/{file}")
    rows = {model.name: model for model in (result.ceiling, *result.models)}
    figures = {
        name: {"seen": _figures(model.seen)}
        | {str(n): _figures(scores) for n, scores in zip(result.shots, model.new, strict=True)}
        for name, model in rows.items()
    }
    path = write_result(
        "town",
        {
            "question": "What does the demo find?",
            "seeds": [result.seed],
            "settings": result.settings,
            "headline": result.headline,
            "figures": figures,
            "seconds": watch.read(),
        },
    )
    print(f"written: {path.relative_to(ROOT)}")


def _figures(scores: Scores) -> dict[str, object]:
    return {"accuracy": scores.accuracy, "log_loss": scores.log_loss}


if __name__ == "__main__":
    main()
