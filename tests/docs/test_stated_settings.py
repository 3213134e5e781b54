"""What the page on fitting says is tried is what is tried."""

from __future__ import annotations

import importlib.util
import inspect
import re
from typing import get_args

import pytest
from page_blocks import ROOT

from gustibus.fitting import FitSettings, ModelName, defaults

PAGE = (ROOT / "docs" / "fitting.md").read_text(encoding="utf-8")
CHOOSING = (ROOT / "docs" / "choosing-a-model.md").read_text(encoding="utf-8")


def in_words(values: tuple[float, ...]) -> str:
    return ", ".join(f"{value:g}" for value in values)


@pytest.mark.parametrize(
    ("setting", "values"),
    [
        ("`components`", defaults.COMPONENTS),
        ("`item_offsets`, `offset_penalty`", defaults.TASTE_OFFSET_PENALTIES),
        ("`dimensions`", defaults.DIMENSIONS),
        ("`prototype_scale`", defaults.PROTOTYPE_SCALES),
        ("`cyclic_ratio`", defaults.CYCLIC_RATIOS),
        ("`scale`", defaults.SCALES),
        ("`types`", (1, *defaults.TYPES)),
        ("`user_penalty`", defaults.USER_PENALTIES),
        ("`shared_penalty`", (defaults.TASTE_SHARED_PENALTY,)),
    ],
)
def test_the_values_that_are_tried_are_stated(setting: str, values: tuple[float, ...]) -> None:
    (row,) = [line for line in PAGE.splitlines() if line.startswith(f"| {setting} |")]
    assert in_words(values) in row.split("|")[3]


def test_every_setting_of_which_values_are_tried_is_in_the_table() -> None:
    paragraph = r"^ {4}(\w[\w, ]*?) : [^\n]*\n((?:(?: {8}[^\n]*)?\n)+)"
    documented = re.findall(paragraph, (inspect.getdoc(FitSettings) or "").replace("\n", "\n    "), re.MULTILINE)
    tried = {name for names, about in documented for name in names.split(", ") if re.search(r"\btried\b", about)}
    first_cells = [line.split("|")[1] for line in PAGE.splitlines() if line.startswith("| `")]
    assert len(tried) >= 11
    assert tried <= {name for cell in first_cells for name in re.findall(r"`(\w+)`", cell)}


def test_the_limits_of_choosing_are_stated() -> None:
    assert f"Beyond {defaults.MAX_SEARCH_JUDGEMENTS:,} judgements" in PAGE
    assert f"up to {defaults.MAX_NUMERIC_COLUMNS} numeric columns" in PAGE
    assert "twice or more on average" in PAGE
    assert f'Up to {defaults.ENOUGH_QUESTIONS}, `"hierarchical"` keeps other questions out' in PAGE
    assert (defaults.MIN_JUDGEMENTS, defaults.RECURRING, defaults.FEW_ANSWERS) == (6, 2, 5)


def test_the_page_on_models_shows_every_default_with_its_reason() -> None:
    spec = importlib.util.spec_from_file_location("fitting_defaults", ROOT / "docs" / "fitting_defaults.py")
    assert spec is not None
    assert spec.loader is not None
    pages = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(pages)

    shown = pages.on_page_markdown(CHOOSING)

    assert "<!-- defaults -->" not in shown
    for name, value in vars(defaults).items():
        if name.isupper():
            assert f"| `{name}` | {pages.in_words(value)} | " in shown


def test_every_model_is_on_the_page_on_models() -> None:
    rows = [line.split("|")[1].strip() for line in CHOOSING.splitlines() if line.startswith('| `"')]
    for model in set(get_args(ModelName)) - {"auto"}:
        assert rows.count(f'`"{model}"`') == 2  # what it is, and how it is fitted


def test_the_front_page_links_every_guide_and_the_results() -> None:
    contents = (ROOT / "mkdocs.yml").read_text(encoding="utf-8").partition("nav:")[2]
    guides = re.findall(r": ([\w-]+\.md)$", contents, re.MULTILINE)
    front = (ROOT / "docs" / "index.md").read_text(encoding="utf-8")
    assert len(guides) > 20
    assert [page for page in guides if page != "index.md" and f"]({page})" not in front] == []


def test_what_is_tried_stands_in_one_module() -> None:
    elsewhere = [
        f"{path.name}: {line}"
        for path in sorted((ROOT / "src" / "gustibus" / "fitting").glob("*.py"))
        if path.name != "defaults.py"
        for line in path.read_text(encoding="utf-8").splitlines()
        if re.match(r"[A-Z][A-Z_]+(: [^=]+)? = \(\d", line)  # a grid
    ]
    assert elsewhere == []
