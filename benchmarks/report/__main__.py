"""Write the tables of ``README.md``, ``docs/results.md`` and other pages, and the figures, from measured results.

``python -m benchmarks.report`` measures nothing; what has not been measured yet is named and its block left as it is.
"""

from __future__ import annotations

from benchmarks.recording import ROOT, read_result
from benchmarks.report import (
    adaptation,
    covariates,
    family,
    family_on_people,
    group_audit,
    hmc_check,
    known_worlds,
    personas,
    personas_figure,
    reading,
    real_people,
    sample_complexity_figure,
    settings,
    tastes_count,
)
from benchmarks.report.figure import draw
from gustibus.reporting import replace_marked_block

FIGURE = ROOT / "docs" / "figures" / "real_people.png"
PERSONAS_FIGURE = ROOT / "docs" / "figures" / "personas.png"
COMPLEXITY_FIGURE = ROOT / "docs" / "figures" / "sample_complexity.png"

OF_THEIR_OWN_PAGE = (("covariates", "docs/covariates.md", covariates.full),)


def main() -> None:
    blocks: dict[str, tuple[str | None, str]] = {}  # of README.md, if it has one, and of docs/results.md
    people = real_people.results()
    if people:
        blocks["real_people"] = None, real_people.full(people)
    whole_family = read_result("family_on_people")
    if whole_family is not None:
        blocks["family_on_people"] = family_on_people.short(whole_family), family_on_people.full(whole_family)
        draw(whole_family, FIGURE)
        print(f"drawn: {FIGURE.relative_to(ROOT)}")
    for name, short, full in (
        ("ideal_point_world", known_worlds.world_short, known_worlds.world_full),
        ("adaptation", adaptation.short, adaptation.full),
        ("town", known_worlds.town, known_worlds.town),
        ("million", known_worlds.million, known_worlds.million),
    ):
        result = read_result(name)
        if result is None:
            print(f"not measured yet: {name}; run python -m benchmarks.{name}")
        else:
            blocks[name] = short(result), full(result)
    for name, full in (
        ("family_worlds", family.family_worlds),
        ("type_recovery", family.type_recovery),
        ("personas", personas.personas),
        ("tastes_count", tastes_count.tastes_count),
        ("tastes_from_truth", tastes_count.from_truth),
        ("sample_complexity", family.sample_complexity),
        ("prior_families", family.prior_families),
        ("hmc_check", hmc_check.full),
        ("openings", family_on_people.openings),
        ("chosen_settings", settings.chosen_settings),
        ("group_audit", group_audit.group_audit),
        ("reading", reading.reading),
    ):
        result = read_result(name)
        if result is None:
            print(f"not measured yet: {name}")
            continue
        blocks[name] = None, full(result)
        if name == "personas" and result.get("curve"):
            personas_figure.draw(result, PERSONAS_FIGURE)
        if name == "sample_complexity":
            sample_complexity_figure.draw(result, COMPLEXITY_FIGURE)
    for name, page, full in OF_THEIR_OWN_PAGE:
        result = read_result(name)
        if result is None:
            print(f"not measured yet: {name}")
            continue
        path = ROOT / page
        text = replace_marked_block(path.read_text(encoding="utf-8"), name, full(result))
        path.write_text(text, encoding="utf-8")
        print(f"written: {name} in {page}")
    for page, version in (("README.md", 0), ("docs/results.md", 1)):
        path = ROOT / page
        text = path.read_text(encoding="utf-8")
        written = {name: versions[version] for name, versions in blocks.items() if versions[version] is not None}
        for name, block in written.items():
            text = replace_marked_block(text, name, block)
        path.write_text(text, encoding="utf-8")
        print(f"written: {', '.join(written)} in {page}")


if __name__ == "__main__":
    main()
