"""Tables about the members of the family in worlds whose truth is known."""

from __future__ import annotations

from collections import Counter
from typing import Any

from benchmarks.real_people.verdicts import WORTH_NAMING
from benchmarks.recording import interval_of
from gustibus.reporting import Cell, Table, format_cell

__all__ = ["family_worlds", "prior_families", "sample_complexity", "type_recovery"]

CELLS = {"seen": "known people", "0": "new, 0 answers", "5": "new, 5 answers", "20": "new, 20 answers"}
# By the number of answers, about, of an earlier reference study on two types with rewards that are far apart.
RECOVERY_REFERENCE = {"unrelated": {1: 0.2, 2: 0.5, 5: 0.8, 10: 0.98}}
PRIORS = {"logistic-normal": "logistic normal", "particles": "particles"}


def family_worlds(result: dict[str, Any]) -> str:
    """Verdicts, figures of all members, the certificate, and PAL-B's two forms."""
    worlds = result["worlds"]
    verdicts = Table(
        ["world", "its own member", *CELLS.values()],
        [
            [_about(name, world), world["own"]["form"], *(_verdict(world["verdicts"][cell]) for cell in CELLS)]
            for name, world in worlds.items()
        ],
    ).to_markdown()
    parts = [verdicts]
    for cell in ("seen", "5", "20"):
        parts += [f"Log loss above the truth's, {CELLS[cell]}:", _excess(worlds, cell)]
    parts += ["PAL-B, cosine minus linear, everything else equal:", _cosine(worlds)]
    return "\n\n".join([*parts, *_known_maps(worlds), _certificates(worlds), _setting(result)])


def _about(name: str, world: dict[str, Any]) -> str:
    return f"{name}: {world['about']}"


def _verdict(cell: dict[str, Any]) -> str:
    """The verdict with the nearest rival and its difference."""
    differences = {name: interval_of(figure) for name, figure in cell["differences"].items()}
    rival = min(differences, key=lambda name: differences[name].estimate)
    said = cell["verdict"]
    if said == "beaten" and all(differences[name].low > -WORTH_NAMING for name in cell["beaten_by"]):
        said = f"behind by less than {WORTH_NAMING}"
    return f"{said}; {rival} {_signed(differences[rival])}"


def _signed(interval: Any, digits: int = 4) -> str:
    estimate, low, high = (round(x, digits) + 0.0 for x in (interval.estimate, interval.low, interval.high))
    return f"{estimate:+.{digits}f} [{low:+.{digits}f}, {high:+.{digits}f}]"


def _excess(worlds: dict[str, Any], cell: str) -> str:
    """Rows are forms, columns are worlds; the own form of each world is bold."""
    forms = list(dict.fromkeys(form for world in worlds.values() for form in world["models"]))
    ceiling = "seen" if cell == "seen" else "new"
    rows: list[list[Cell]] = []
    for form in forms:
        row: list[Cell] = [form]
        for world in worlds.values():
            figures = world["models"].get(form)
            if figures is None:
                row.append(None)
                continue
            text = format_cell(figures["log_loss"][cell]["estimate"] - world["ceiling"][ceiling])
            row.append(f"**{text}**" if form == world["own"]["form"] else text)
        rows.append(row)
    return Table(["", *worlds], rows).to_markdown()


def _cosine(worlds: dict[str, Any]) -> str:
    rows = []
    for name, world in worlds.items():
        for cell, figures in world.get("cosine_minus_linear", {}).items():
            differences = [_signed(interval_of(figures[what])) for what in ("log_loss", "accuracy")]
            rows.append([name, CELLS[cell], *differences])
    return Table(["world", "", "log loss", "agreement with the truth"], rows).to_markdown()


def _known_maps(worlds: dict[str, Any]) -> list[str]:
    """What is left to lose where the map is known, for worlds in which that was measured."""
    sentences = []
    for name, world in worlds.items():
        if "on_the_true_map" in world:
            left = {n: figure["estimate"] - world["ceiling"]["new"] for n, figure in world["on_the_true_map"].items()}
            sentences.append(
                f"In the world *{name}*, new people who are placed on the true map under a Dirichlet fitted to the "
                f"known people lose {', '.join(format_cell(x) for x in left.values())} above the truth after "
                f"{', '.join(left)} answers."
            )
    return sentences


def _certificates(worlds: dict[str, Any]) -> str:
    found = [world["certificate"] for world in worlds.values() if "certificate" in world]
    if not found:
        return "Certificates have not been measured yet."
    placements = sum(one["placements"] for one in found)
    return (
        f"Linear PAL-B placed new people {placements:,} times, after each of their first 20 answers; the largest "
        f"optimality certificate was {max(one['largest'] for one in found):.1g} (limit {found[0]['limit']:g})."
    )


def _setting(result: dict[str, Any]) -> str:
    setting, worlds = result["setting"], result["worlds"]
    seeds = {tuple(world["seeds"]) for world in worlds.values()}
    shown = " or ".join(", ".join(map(str, each)) for each in sorted(seeds))
    return (
        f"Seeds {shown}; in each {setting['seen_people']} known people with {setting['answers']} answers (of them "
        f"{setting['of_them_validation']} for validation), {setting['new_people']} new people, "
        f"{setting['test_judgements_a_person']} test judgements each, {setting['features']} features."
    )


def type_recovery(result: dict[str, Any]) -> str:
    """Adjusted Rand index of the types that EM finds, beside those found by somebody who knows the rewards."""
    rows = []
    for name, world in result["worlds"].items():
        for row in world["table"]:
            fitted, known = (row["adjusted_rand"][who] for who in ("fitted", "known_rewards"))
            rows.append(
                [f"{name} rewards", row["answers"], _mean(fitted), fitted["worst"], _mean(known),
                 RECOVERY_REFERENCE.get(name, {}).get(row["answers"])]
            )  # fmt: skip
    columns = ["two types with", "answers a person", "EM", "worst world", "rewards known", "earlier reference study"]
    setting = result["setting"]
    return (
        Table(columns, rows, digits=2).to_markdown()
        + f"\n\nMean adjusted Rand index over {len(setting['seeds'])} worlds of {setting['people']} people."
    )


def _mean(figure: dict[str, float]) -> str:
    return f"{figure['mean']:.2f} [{figure['low']:.2f}, {figure['high']:.2f}]"


def prior_families(result: dict[str, Any]) -> str:
    """Log loss of new people's next answers under each family of priors, and which family is chosen."""
    rows = []
    for name, world in result["worlds"].items():
        for row in world["table"]:
            if row["answers"] not in (0, 5, 10, 20):
                continue
            losses, differences = row["log_loss"], row["minus_dirichlet"]
            rows.append(
                [name, row["answers"], losses["truth"]["mean"], losses["dirichlet"]["mean"],
                 *(_difference(differences[family]) for family in PRIORS)]
            )  # fmt: skip
    columns = ["people come from", "answers", "true prior", "Dirichlet", *(f"{x} − Dirichlet" for x in PRIORS.values())]
    chosen = [
        [name, ", ".join(f"{family} {n}" for family, n in Counter(world["chosen_by_seed"]).most_common())]
        for name, world in result["worlds"].items()
    ]
    setting = result["setting"]
    return "\n\n".join(
        [
            Table(columns, rows).to_markdown(),
            f"Chosen by held-out answers of the seen people, times out of {len(setting['seeds'])}:",
            Table(["people come from", "chosen"], chosen).to_markdown(),
            f"{setting['seen_people']} seen people with {setting['answers_of_seen_people']} answers each, "
            f"{setting['new_people']} new people with {setting['test_answers']} test answers each, in every world.",
        ]
    )


def _difference(figure: dict[str, Any]) -> str:
    mean, low, high = (round(x, 4) + 0.0 for x in (figure["mean"], *figure["interval"]))
    return f"{mean:+.4f} [{low:+.4f}, {high:+.4f}]"


def sample_complexity(result: dict[str, Any]) -> str:
    """Exponents, and the error after each number of answers."""
    laws = Table(
        ["log loss above the truth's", "n / K", "K", "D", "seen people"],
        [
            [law, *(_exponent(found.get(name)) for name in ("n/K", "K", "D", "seen people"))]
            for law, found in result["excess_log_loss"]["exponents"].items()
        ],
    ).to_markdown()
    sides = Table(
        ["wrong side", "n / K", "K", "D", "seen people"],
        [
            [law, *(_exponent(found.get(name)) for name in ("n/K", "K", "D", "seen people"))]
            for law, found in result["wrong_side"]["exponents"].items()
        ],
    ).to_markdown()
    setting = result["setting"]
    answers = [str(n) for n in setting["answers"]]
    rows = [
        [name, "known" if of_map == "true" else f"from {of_map} people", *(curve[n]["estimate"] for n in answers)]
        for name, maps in result["excess_log_loss"]["curves"].items()
        for of_map, curve in maps.items()
    ]
    curves = Table(["world", "map", *(f"n = {n}" for n in answers)], rows).to_markdown()
    return "\n\n".join(
        [
            "Exponents of power laws (95 % intervals over worlds and people), from one answer a prototype on:",
            laws, sides, "Log loss above the truth's after n answers:", curves,
            f"{len(setting['seeds'])} worlds of each kind, {setting['new_people_a_world']} new people in each with "
            f"{setting['test_judgements_a_person']} test judgements on new items.",
        ]
    )  # fmt: skip


def _exponent(figure: dict[str, Any] | None) -> str | None:
    return None if figure is None else _signed(interval_of(figure), digits=2)
