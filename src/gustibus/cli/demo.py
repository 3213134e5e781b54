"""``gustibus demo``: a town whose tastes are known, on one page."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gustibus.cli.encoders import open_store
from gustibus.cli.options import Config, Debug, Json, Seed, Store, examples
from gustibus.cli.progress import in_words
from gustibus.cli.session import Session, if_stopped

if TYPE_CHECKING:
    from gustibus.reporting import DemoResult
    from gustibus.reporting.demo_study import DemoStudy

__all__ = ["EXAMPLES", "demo"]

EXAMPLES = examples(
    "gustibus demo",
    "gustibus demo --open                         and look at the page at once",
    "gustibus demo --people 1000 --seed 1 --out town-of-1000",
)

PAGE, ANSWERS = "index.html", "answers.txt"


def demo(
    context: typer.Context,
    out: Annotated[
        Path, typer.Option("--out", metavar="FOLDER", help="Where the page, the judgements and the model go.")
    ] = Path("gustibus-demo"),
    people: Annotated[
        int, typer.Option("--people", min=40, metavar="N", help="How many people live in the town.")
    ] = 400,
    prompts: Annotated[
        int,
        typer.Option(
            "--prompts", min=20, max=252, metavar="N", help="How many questions it asks, with five answers each."
        ),
    ] = 200,
    open_page: Annotated[bool, typer.Option("--open", metavar="", help="Open the page in the browser.")] = False,
    store: Store = None,
    seed: Seed = 0,
    config: Config = None,
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """See it work: a town of people with known tastes judges real sentences; one taste for all against several.

    Takes under two minutes on two cores, most of it to encode a thousand texts, and needs no network.
    """
    session = Session.of(context)
    _refuse_file(out)
    started = time.perf_counter()
    session.note(
        f"A town of {people} people, seed {seed}. This takes one to two minutes; the page goes to {out / PAGE}."
    )
    with session.progress() as bar, if_stopped("What was encoded is kept: run it again and it goes faster."):
        from gustibus.reporting.demo_study import demo_study

        study = demo_study(
            n_people=people, n_prompts=prompts, seed=seed, store=open_store(store, session), progress=bar
        )  # fmt: skip
        bar("writing the page", 0, 1)
        _write(study, out)
        bar("writing the page", 1, 1)
    seconds = time.perf_counter() - started
    session.result(_as_dict(study.result, out, seconds), as_json, lambda: _text(study.result, out, seconds, session))
    if open_page:
        import webbrowser

        webbrowser.open((out / PAGE).resolve().as_uri())


def _refuse_file(out: Path) -> None:
    from gustibus.comparisons import GustibusError

    if out.exists() and not out.is_dir():
        raise GustibusError(f"--out {out} is a file. Name a folder.")


def _write(study: DemoStudy, out: Path) -> None:
    """The page, and what is needed to go on with the town: judgements of seen and new people, and the model."""
    from gustibus.comparisons import write
    from gustibus.reporting import demo_page

    out.mkdir(parents=True, exist_ok=True)
    (out / PAGE).write_text(demo_page(study.result), encoding="utf-8")
    write(study.town.comparisons, out / "judgements.parquet")
    write(study.newcomers.compact(), out / "newcomers.parquet")
    study.model.save(out / "model")
    answers = (response.text for response in study.result.examples[0].responses)
    (out / ANSWERS).write_text("".join(f"{text}\n" for text in answers), encoding="utf-8")


def _text(result: DemoResult, out: Path, seconds: float, session: Session) -> str:
    from gustibus.reporting import demo_table

    parts = [
        session.heading(f"{result.title} (seed {result.seed})"),
        demo_table(result, "accuracy", intervals=False).to_text(),
        demo_table(result, "log loss", intervals=False).to_text(),
        session.fitted(
            "seen: new judgements of people whom the models know; new n: others, after n of their answers.\n"
            "Accuracy: share right, higher is better. Log loss: nats, lower is better. Intervals are on the page."
        ),
        session.fitted(result.lead[-1]),
        f"{in_words(seconds)}. The page: {out / PAGE}",
        _next(result, out, session),
    ]
    return "\n\n".join(parts)


def _next(result: DemoResult, out: Path, session: Session) -> str:
    lines = [
        session.heading("Try it on the town"),
        f"  gustibus info {out}/judgements.parquet",
        f"  gustibus adapt {out}/model {out}/newcomers.parquet",
        f'  gustibus rank {out}/model --responses {out}/{ANSWERS} --prompt "{result.examples[0].prompt}"',
        "",
        session.heading("Then with your own file: user_id, prompt, response_a, response_b, choice (a, b or tie)"),
        *(f"  {step.command}" for step in result.next_steps),
    ]
    return "\n".join(lines)


def _as_dict(result: DemoResult, out: Path, seconds: float) -> dict[str, Any]:
    from gustibus.reporting.demo_result import DemoModel, Scores

    def figures(scores: Scores) -> dict[str, Any]:
        return {"accuracy": _figure(scores.accuracy), "log_loss": _figure(scores.log_loss)}

    def row(model: DemoModel) -> dict[str, Any]:
        new = {str(n): figures(scores) for n, scores in zip(result.shots, model.new, strict=True)}
        return {"name": model.name, "prototypes": model.n_prototypes, "seen": figures(model.seen), "new": new}

    return {
        "page": str(out / PAGE),
        "seed": result.seed,
        "seconds": seconds,
        "seconds_by_stage": dict(result.seconds),
        "headline": result.headline,
        "ceiling": row(result.ceiling),
        "models": [row(model) for model in result.models],
        "settings": dict(result.settings),
    }


def _figure(figure: Any) -> dict[str, float]:
    """An interval, or a number as one without bounds."""
    estimate = getattr(figure, "estimate", figure)
    return {"estimate": estimate, "low": getattr(figure, "low", estimate), "high": getattr(figure, "high", estimate)}
