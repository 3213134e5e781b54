"""What people see: tables, figures and pages. Figures need ``gustibus[plots]``."""

from gustibus.reporting.compare_page import compare_page
from gustibus.reporting.compare_tables import compare_table, cost_table
from gustibus.reporting.cycle_figures import cycle_graph, hodge_bars
from gustibus.reporting.cycle_plane import cycle_plane
from gustibus.reporting.decision_tables import decisions_table, rules_summary, rules_table
from gustibus.reporting.demo_figures import demo_figures
from gustibus.reporting.demo_page import demo_page
from gustibus.reporting.demo_result import DemoMap, DemoModel, DemoResult, Example, ExampleResponse, NextStep, Scores
from gustibus.reporting.demo_tables import demo_table
from gustibus.reporting.disagreement_figures import majorities_figure, null_figure, strength_figure
from gustibus.reporting.disagreement_page import disagreement_page
from gustibus.reporting.disagreement_tables import kinds_table, strata_table
from gustibus.reporting.frontier_figure import frontier_figure
from gustibus.reporting.inline_svg import THEME_VARIABLES, inline_svg
from gustibus.reporting.marked_blocks import marked_block, replace_marked_block
from gustibus.reporting.n_shot_curve import Curve, n_shot_curve
from gustibus.reporting.page_parts import PageFigure
from gustibus.reporting.prototype_curve import prototype_curve
from gustibus.reporting.reliability import reliability_diagram, wilson_interval
from gustibus.reporting.rules_page import rule_sentences, rules_page
from gustibus.reporting.tables import Cell, Column, Table, format_cell
from gustibus.reporting.taste_map import taste_map
from gustibus.reporting.taste_plane import TastePlane, place_tastes, taste_plane
from gustibus.reporting.vote_reliability import vote_reliability_diagram

__all__ = [
    "Cell",
    "Column",
    "Curve",
    "DemoMap",
    "DemoModel",
    "DemoResult",
    "Example",
    "ExampleResponse",
    "NextStep",
    "PageFigure",
    "Scores",
    "THEME_VARIABLES",
    "Table",
    "TastePlane",
    "compare_page",
    "compare_table",
    "cost_table",
    "cycle_graph",
    "cycle_plane",
    "decisions_table",
    "demo_figures",
    "demo_page",
    "demo_table",
    "disagreement_page",
    "format_cell",
    "frontier_figure",
    "hodge_bars",
    "inline_svg",
    "kinds_table",
    "majorities_figure",
    "marked_block",
    "n_shot_curve",
    "null_figure",
    "place_tastes",
    "prototype_curve",
    "reliability_diagram",
    "replace_marked_block",
    "rule_sentences",
    "rules_page",
    "rules_summary",
    "rules_table",
    "strata_table",
    "strength_figure",
    "taste_map",
    "taste_plane",
    "vote_reliability_diagram",
    "wilson_interval",
]
