"""Write the tables of ``README.md`` and of the pages in ``docs``, and the figures, from measured results.

``python -m benchmarks.report`` measures nothing; what has not been measured yet is named and its block left as it is. A
block goes to whichever page has its marks.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from benchmarks.recording import ROOT, read_result
from benchmarks.report import (
    adaptation,
    calibration,
    covariates,
    cycles,
    deciding,
    disagreement,
    family,
    fuzzing,
    going_round,
    group_audit,
    hmc_check,
    judging,
    known_worlds,
    openings,
    pair_strengths,
    personas,
    personas_figure,
    planted_disagreement,
    planted_figure,
    reading,
    real_people,
    real_people_figure,
    reference_splits,
    sample_complexity_figure,
    settings,
    tastes_count,
    ties,
    ties_by_group,
)
from gustibus.reporting import replace_marked_block

Written = Callable[[dict[str, Any]], str]

IN_DOCS: dict[str, tuple[str, Written]] = {
    # block: (result it is made from, how)
    "real_people": ("real_people", real_people.full),
    "chosen_settings": ("real_people", settings.chosen_settings),
    "real_people_reference": ("real_people_reference", reference_splits.full),
    "openings": ("openings", openings.openings),
    "town": ("town", known_worlds.town),
    "ideal_point_world": ("ideal_point_world", known_worlds.world_full),
    "family_worlds": ("family_worlds", family.family_worlds),
    "group_audit": ("group_audit", group_audit.group_audit),
    "type_recovery": ("type_recovery", family.type_recovery),
    "tastes_count": ("tastes_count", tastes_count.tastes_count),
    "tastes_from_truth": ("tastes_from_truth", tastes_count.from_truth),
    "sample_complexity": ("sample_complexity", family.sample_complexity),
    "personas": ("personas", personas.personas),
    "adaptation": ("adaptation", adaptation.full),
    "adaptation_kernel": ("adaptation", adaptation.kernel),
    "one_more_answer": ("adaptation", adaptation.one_more_answer),
    "prior_families": ("prior_families", family.prior_families),
    "hmc_check": ("hmc_check", hmc_check.full),
    "million": ("million", known_worlds.million),
    "pair_strengths": ("pair_strengths", pair_strengths.full),
    "reading": ("reading", reading.reading),
    "reading_parts": ("reading", reading.parts),
    "reading_ways": ("reading_ways", reading.ways),
    "fuzz_readers": ("fuzz_readers", fuzzing.readers),
    "fuzz_texts": ("fuzz_texts", fuzzing.texts),
    "covariates": ("covariates", covariates.full),
    "calibration": ("calibration", calibration.full),
    "cycles_games": ("hodge", going_round.games),
    "cycles_rates": ("hodge", going_round.rates),
    "cycles_whose": ("whose_cycles", going_round.whose),
    "cycles_answers": ("answer_tests", going_round.answers),
    "cycles_contest": ("circle_contest", going_round.contest),
    "cycles_plural": ("plural_circles", going_round.plural),
    "decisions_scale": ("decisions", deciding.scale),
    "decisions_real": ("decisions", deciding.real),
    "decisions_differ": ("decisions", deciding.differ),
    "ties": ("ties", ties.full),
    "ties_by_group": ("ties_by_group", ties_by_group.full),
    "judge_smollm2": ("judge_smollm2", judging.judge_smollm2),
    "cycles": ("cycles", cycles.cycles),
    "disagreement": ("disagreement", disagreement.full),
    "planted_disagreement": ("planted_disagreement", planted_disagreement.full),
}
IN_README: dict[str, tuple[str, Written]] = {
    "real_people": ("real_people", real_people.short),
    "town": ("town", known_worlds.town),
    "ideal_point_world": ("ideal_point_world", known_worlds.world_short),
    "adaptation": ("adaptation", adaptation.short),
    "decisions": ("decisions", deciding.short),
    "million": ("million", known_worlds.million),
}
FIGURES = {
    "real_people": real_people_figure.draw,
    "personas": personas_figure.draw,
    "sample_complexity": sample_complexity_figure.draw,
    "planted_disagreement": planted_figure.draw,
}


def main() -> None:
    for name, draw in FIGURES.items():
        result = read_result(name)
        if result is not None and (name != "personas" or result.get("curve")):
            path = ROOT / "docs" / "figures" / f"{name}.png"
            draw(result, path)
            print(f"drawn: {path.relative_to(ROOT)}")
    write_blocks(IN_README, ["README.md"])
    write_blocks(IN_DOCS, sorted(str(path.relative_to(ROOT)) for path in (ROOT / "docs").rglob("*.md")))


def write_blocks(blocks: dict[str, tuple[str, Written]], pages: list[str]) -> None:
    """Replace the blocks of these pages; every block has to be on one of them.

    Raises
    ------
    LookupError
        A block is on none of the pages.
    """
    texts = {page: (ROOT / page).read_text(encoding="utf-8") for page in pages}
    for name, (result_name, write) in blocks.items():
        holding = [page for page, text in texts.items() if f"<!-- results:{name} -->" in text]
        if not holding:
            raise LookupError(f"no page has the block {name}: put <!-- results:{name} --> and its end where it belongs")
        result = read_result(result_name)
        if result is None:
            print(f"not measured yet: {result_name}; run python -m benchmarks.{result_name}")
            continue
        for page in holding:
            texts[page] = replace_marked_block(texts[page], name, write(result))
            print(f"written: {name} in {page}")
    for page, text in texts.items():
        if text != (ROOT / page).read_text(encoding="utf-8"):
            (ROOT / page).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
