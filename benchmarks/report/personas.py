"""Tables about people of known personas."""

from __future__ import annotations

from typing import Any

from gustibus.reporting import Column, Table, format_cell

__all__ = ["LINES", "by_number", "personas"]

# Models with a number of prototypes, as they are named in tables and in the figure.
LINES = {"mixture": "mixture of types", "pal-b": "PAL-B", "pal-a": "PAL-A", "low-rank": "low-rank rewards"}
NOTHING = "–"


def personas(result: dict[str, Any]) -> str:
    """The rows of the reference study, accuracy against K, and how fast new people become known."""
    parts = []
    if result.get("rows"):
        parts += [_draws(result["rows"]), _rows(result["rows"]), _by_draw(result["rows"]), _gaps(result["rows"])]
    if result.get("curve"):
        parts += [_draws(result["curve"]), _curve(result["curve"]), _above_known(result["curve"], result["reference"])]
        parts += [_new_people(result["curve"])]
    return "\n\n".join(parts)


def by_number(world: dict[str, Any], model: str) -> dict[int, float]:
    """Accuracy on seen people by number of prototypes."""
    found = {}
    for name, figures in world["models"].items():
        kind, _, number = name.partition(", K = ")
        if kind == model and number:
            found[int(number)] = figures["seen"]["accuracy"]["estimate"]
    return dict(sorted(found.items()))


def _draws(worlds: list[dict[str, Any]]) -> str:
    numbers = [len(world["draws"]) for world in worlds]
    most = max(numbers)
    fewer = sorted({(world["personas"], n) for world, n in zip(worlds, numbers, strict=True) if n < most})
    but = "".join(f"; with {personas} personas {n}" for personas, n in fewer)
    return f"Draws of each world: {most}{but}; each with its own personas, people and fits."


def _world(world: dict[str, Any]) -> str:
    return f"{world['personas']}, {world['people']}, {world['answers']}, {world['features']}"


def _places(figures: dict[str, Any]) -> list[dict[str, Any]]:
    return [figures["seen"], figures["new"]["5"], figures["new"]["20"]]


def _losses(figures: dict[str, Any] | None) -> list[float] | None:
    return None if figures is None else [place["log_loss"]["estimate"] for place in _places(figures)]


def _known(world: dict[str, Any]) -> list[float | None]:
    """Log loss with personas known: seen people, and new ones of whom it has to be found out."""
    known = world["known_types"]
    return [known[where]["log_loss"]["estimate"] if where in known else None for where in ("seen", "5", "20")]


def _three(values: Any) -> str:
    return NOTHING if values is None else "; ".join(format_cell(value) for value in values)


def _rows(worlds: list[dict[str, Any]]) -> str:
    columns: list[str | Column] = [
        "K\\*, people a persona, answers, features", "one taste", "mixture, K = K\\*", "hierarchical", "accuracy",
        "types chosen", "personas known",
    ]  # fmt: skip
    rows = []
    for world in worlds:
        models = world["models"]
        chosen = models.get("hierarchical")
        rows.append(
            [
                _world(world),
                models["bt"]["seen"]["log_loss"]["estimate"],
                _three(_losses(models["mixture"])),
                _three(_losses(chosen)),
                _three(None if chosen is None else [place["accuracy"]["estimate"] for place in _places(chosen)]),
                NOTHING if chosen is None else ", ".join(str(one["types"]) for one in chosen["choices"]),
                _three(_known(world)),
            ]
        )
    return (
        'Log loss of seen people; of new people after 5; after 20 answers. For new people "personas known" knows what '
        "each persona answers, and finds out from these answers who is of which.\n\n"
        + Table(columns, rows).to_markdown()
    )


def _by_draw(worlds: list[dict[str, Any]]) -> str:
    """What the means are made of: some draws carry over to new statements, and some hardly do."""
    rows = []
    for world in worlds:
        of_model = {
            name: world["models"][name] for name in ("bt", "mixture", "hierarchical") if name in world["models"]
        }
        for name, figures in of_model.items():
            found = "; ".join(format_cell(loss) for loss in figures["seen"]["by_seed"])
            chosen_by = "; ".join(format_cell(loss) for loss in figures["validation"]["by_seed"])
            rows.append([_world(world), {"bt": "one taste"}.get(name, name), found, chosen_by])
    columns: list[str | Column] = [
        "K\\*, people a persona, answers, features", "model", "log loss of seen people, by draw",
        "on validation statements",
    ]  # fmt: skip
    return "The same by draw:\n\n" + Table(columns, rows).to_markdown()


def _gaps(worlds: list[dict[str, Any]]) -> str:
    """Draws of personas differ by more than models do, so that gaps to what can be reached are compared."""
    columns: list[str | Column] = [
        "K\\*, people a persona, answers, features", "not knowing who is of which", "mixture, K = K\\*", "hierarchical",
        "reference study: mixture", "reference study: mixture of Gaussians",
    ]  # fmt: skip
    rows = []
    for world in worlds:
        found = _known(world)[1:]
        seen, new = (world["known_types"][who]["log_loss"]["estimate"] for who in ("seen", "new"))
        least = [seen, new, new]
        reference, models = world["reference"], world["models"]

        def ours(name: str, least: list[float] = least, models: dict[str, Any] = models) -> Any:
            losses = _losses(models.get(name))
            return None if losses is None else [loss - known for loss, known in zip(losses, least, strict=True)]

        known = reference["known types"]
        gaussians = reference["mixture of Gaussians"]
        rows.append(
            [
                _world(world),
                _three([None if loss is None else loss - new for loss in found]),
                _three(ours("mixture")),
                _three(ours("hierarchical")),
                _three([loss - known for loss in reference["mixture"]]),
                _three(None if gaussians is None else [loss - known for loss, _ in gaussians]),
            ]
        )
    return (
        "Log loss above that of people whose persona is known, whose answers nobody has to be placed by:\n\n"
        + Table(columns, rows).to_markdown()
    )


def _curve(worlds: list[dict[str, Any]]) -> str:
    numbers = sorted({k for world in worlds for model in LINES for k in by_number(world, model)})
    columns: list[str | Column] = ["K\\*", "accuracy, seen people", *(f"K = {k}" for k in numbers), "bend"]
    rows: list[list[Any]] = []
    for world in worlds:
        told = str(world["personas"])
        limits, known = world["single_reward"], world["known_types"]["seen"]["accuracy"]["estimate"]
        rows.append([told, "personas known", *_flat(known, numbers), NOTHING])
        if "hierarchical" in world["models"]:
            figures = world["models"]["hierarchical"]
            types = ", ".join(str(one["types"]) for one in figures["choices"])
            estimate = figures["seen"]["accuracy"]["estimate"]
            rows.append([told, f"hierarchical ({types} types)", *_flat(estimate, numbers), NOTHING])
        for model, name in LINES.items():
            accuracy = by_number(world, model)
            if accuracy:
                rows.append([told, name, *(accuracy.get(k) for k in numbers), str(world["bend"][model])])
        rows.append(
            [told, "Bradley-Terry", *_flat(world["models"]["bt"]["seen"]["accuracy"]["estimate"], numbers), "–"]
        )
        rows.append(
            [told, "Bradley-Terry with unlimited people", *_flat(limits["unlimited people"]["accuracy"], numbers), "–"]
        )
        rows.append([told, "best single reward there is", *_flat(limits["any"]["accuracy"], numbers), NOTHING])
    return Table(columns, rows).to_markdown()


def _above_known(worlds: list[dict[str, Any]], reference: dict[str, Any]) -> str:
    """With K = K*: accuracy minus that of known personas, of seen people and of new people after 20 answers."""
    columns: list[str | Column] = ["K\\*", *LINES.values(), "hierarchical"]
    rows = []
    for world in worlds:
        models, known = world["models"], world["known_types"]
        least = [known[who]["accuracy"]["estimate"] for who in ("seen", "new")]
        row = [str(world["personas"])]
        for name in (*(f"{model}, K = {world['personas']}" for model in LINES), "hierarchical"):
            figures = models.get(name)
            if figures is None:
                row.append(NOTHING)
                continue
            found = [place["accuracy"]["estimate"] for place in (figures["seen"], figures["new"]["20"])]
            row.append("; ".join(f"{one - most:+.3f}" for one, most in zip(found, least, strict=True)))
        rows.append(row)
    below = reference["point estimates"]["K = K*: accuracy below that of known groups by at most"]
    return (
        "Accuracy minus that of people whose persona is known, with K = K\\*: seen people; new people after 20 answers."
        f" In {reference['source']} point estimates were below it by at most {below['seen people']}; "
        f"{below['new people after 20']}.\n\n" + Table(columns, rows).to_markdown()
    )


def _flat(value: float, numbers: list[int]) -> list[float | None]:
    """What does not depend on K stands in the first column."""
    return [value, *([None] * (len(numbers) - 1))]


def _new_people(worlds: list[dict[str, Any]]) -> str:
    shots = [n for n in worlds[0]["models"]["bt"]["new"] if n != "0"]
    columns: list[str | Column] = ["K\\*", "accuracy, new people after", *(f"n = {n}" for n in shots)]
    rows = []
    for world in worlds:
        told = str(world["personas"])
        known = world["known_types"]
        found = [known[n]["accuracy"]["estimate"] if n in known else None for n in shots]
        rows.append([told, "personas known, who is of which found", *found])
        names = {"hierarchical": "hierarchical"}
        names |= {f"{model}, K = {told}": f"{name}, K = K\\*" for model, name in LINES.items()}
        names |= {f"{model}, K = 8": f"{name}, K = 8" for model, name in LINES.items()}
        for key, name in names.items():
            if key in world["models"]:
                new = world["models"][key]["new"]
                rows.append([told, name, *(new[n]["accuracy"]["estimate"] for n in shots)])
    return Table(columns, rows).to_markdown()
