"""The page about where people disagree: one HTML file that needs nothing else."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

import numpy as np

from gustibus.comparisons.wording import counted
from gustibus.reporting.disagreement_figures import majorities_figure, null_figure, strength_figure
from gustibus.reporting.disagreement_tables import kinds_table, strata_table
from gustibus.reporting.page_parts import PageFigure, figure_beside, masthead, page, plain_table, record
from gustibus.reporting.tables import Table, format_cell

if TYPE_CHECKING:
    from gustibus.diagnosis import CellExample, Disagreement, DisagreementCell, NoiseOrTaste

__all__ = ["disagreement_page"]

_TITLE = "Where do people disagree?"
_LONGEST = 320
_PEOPLE_SHOWN = 8


def disagreement_page(found: Disagreement) -> str:
    """Write what :func:`gustibus.disagreement` found as HTML text.

    Figures are inline SVG that follow the reader's light or dark theme; there is no script, no font and no request to
    anywhere. Equal findings give equal pages. The page quotes responses and names people.

    Parameters
    ----------
    found
        From :func:`gustibus.disagreement`.

    Raises
    ------
    GustibusError
        If matplotlib is missing.
    """
    parts = [masthead(_TITLE, found.sentences)]
    if len(found.majorities):
        parts.append(figure_beside("majorities", _majorities(found)))
    if found.cells:
        parts += [_kinds(found), _examples(found.cells)]
    parts.append(figure_beside("strength", _strength(found), turned=True))
    parts.append(
        plain_table(
            "Strata of strength",
            strata_table(found),
            note="Agreed with: share of the labels that the ensemble would have given. Doubtful: share where zero is "
            "within two standard deviations over models. A low strength is a wrong label, a hard question, or the "
            "taste of a few; nothing was relabelled.",
        )
    )
    for key, taste in (("people", found.taste), ("groups", found.groups)):
        if taste is not None and taste.verdict != "too few to tell":
            parts += [figure_beside(f"null-{key}", _null(taste)), _people(taste)]
    parts.append(_record(found))
    from gustibus import __version__

    return page(_TITLE, parts, written_by=f"Written by gustibus {__version__}.")


def _majorities(found: Disagreement) -> PageFigure:
    n = len(found.majorities)
    unanimous = float(np.mean(found.majorities >= 1 - 1e-9))
    narrow = float(np.mean(found.majorities < 0.7 - 1e-9))
    words = f"{unanimous:.0%} of them are unanimous, {narrow:.0%} have less than 70% on the larger side."
    return PageFigure(
        "How votes fall",
        majorities_figure(found),
        f"{counted(n, 'pair')} with three votes or more: {words} One label from such a pair hides that.",
        f"Bar chart of {n} pairs by the share of votes for the larger side. {words}",
    )


def _strength(found: Disagreement) -> PageFigure:
    mean = found.strength.mean[np.isfinite(found.strength.mean)]
    against = float(np.mean(mean < 0)) if len(mean) else 0.0
    models = counted(found.crossed.n_models, "model")
    words = f"{against:.0%} of the labels go against the ensemble."
    return PageFigure(
        "How strong preferences are",
        strength_figure(found),
        f"The mean log-odds for what was labelled as preferred, by {models} that had not seen the {found.crossed.by}. "
        f"{words} Left of the dashed line it would have labelled the other.",
        f"Histogram of preference strength with the lowest {found.low:.0%} marked. {words}",
    )


def _null(taste: NoiseOrTaste) -> PageFigure:
    whose = "person" if taste.by == "user" else "group"
    words = (
        f"Low-strength judgements agree with the others of their {whose} {abs(taste.statistic):.1f} standard "
        f"deviations {'more' if taste.statistic >= 0 else 'less'} than chance has it; {taste.agreement:.0%} of them "
        "are what the others point to, "
        f"{taste.agreement_by_chance:.0%} by chance."
    )
    title = "Noise or taste?" if taste.by == "user" else "Noise, or the taste of groups?"
    verdict = {"taste": "Partly taste", "noise": "No sign of taste"}.get(taste.verdict, "")
    return PageFigure(
        title,
        null_figure(taste),
        f"{verdict} (p = {taste.p_value:.3f}). {words} Slips agree with nothing; a consistent minority does.",
        f"Histogram of agreement under permuted authors with the observed value marked. {words}",
    )


def _kinds(found: Disagreement) -> str:
    assert found.kinds is not None
    note = (
        "A prompt is plural where two people disagree on its other pairs at least "
        f"{found.kinds.plural_from:.0%} of the time, responses are similar from {found.kinds.similar_from:.2f} on or "
        "where half of the verdicts are ties. Correlation, Brier score and debiased calibration error compare held-out "
        "probabilities with the shares of the votes. The ceiling estimates what the true shares would correlate, the "
        "votes being few; with few pairs it is rough, and a correlation above it says no more than one at it."
    )
    return plain_table("Four kinds of judgements", kinds_table(found), note=note)


def _examples(cells: tuple[DisagreementCell, ...]) -> str:
    shown = "".join(
        f'<div class="example"><p class="note">{escape(cell.name)}</p>{_pair(cell.examples[0])}</div>'
        for cell in cells
        if cell.examples
    )
    return (
        '<section class="card long" aria-labelledby="examples"><h2 id="examples">An example of each</h2>'
        f"{shown}</section>"
    )


def _pair(example: CellExample) -> str:
    asked = "" if example.prompt is None else f"<h3>{escape(_short(example.prompt))}</h3>"
    sides = ((example.response_a, example.share), (example.response_b, 1 - example.share))
    best = max(share for _, share in sides)
    of_a = round(100 * example.share)  # that of b is the rest, so that the two make a hundred
    percents = (of_a, 100 - of_a)
    listed = "".join(
        f'<li><blockquote>{escape(_short(text))}</blockquote><dl class="likes"><div'
        f"{' class=favourite' if share == best and best > 0.5 else ''}><dt>of {example.n_votes:.0f} votes</dt>"
        f'<dd class="line"><i style="width:{percent}%;--tint:var(--figure-1,#0072b2)"></i></dd>'
        f'<dd class="share">{percent}%</dd></div></dl></li>'
        for (text, share), percent in zip(sides, percents, strict=True)
    )
    return f'{asked}<ul class="responses">{listed}</ul>'


def _short(text: str) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= _LONGEST else plain[:_LONGEST].rstrip() + " …"


def _people(taste: NoiseOrTaste) -> str:
    whose = "person" if taste.by == "user" else "group"
    columns = [whose, "judgements", "of low strength", "of these as the others point", "consistency", "with the rest"]
    rows = [
        [one.user_id, one.n_judgements, one.n_low, one.agreement, one.z, one.with_the_others]
        for one in taste.people[:_PEOPLE_SHOWN]
    ]
    return plain_table(
        f"Most consistent against the rest: {'people' if taste.by == 'user' else 'groups'}",
        Table(columns, rows, digits=2),
        note="Consistency: how much more than chance somebody's departures point the same way, in standard "
        "deviations; among many, two or three is nothing special. With the rest: 1 answers as everybody does, -1 the "
        "other way round.",
    )


def _record(found: Disagreement) -> str:
    ensemble = {
        "models": str(found.crossed.n_models),
        "held out by": found.crossed.by,
        "seed": str(found.seed),
        "authors permuted within": found.taste.within,
        "permutations": str(len(found.taste.null)),
    }
    data = {name: f"{size:,}" for name, size in found.about.items()} | {"ties": f"{found.tie_share:.1%}"}
    beside: dict[str, str] = {}
    if found.votes is not None:
        beside = {
            "correlation": f"{format_cell(found.votes.correlation)} (ceiling {format_cell(found.votes.ceiling)})",
            "Brier score": format_cell(found.votes.brier),
            "ECE, debiased": format_cell(found.votes.ece_debiased),
            "AUROC for disagreement": format_cell(found.votes.disagreement_auroc),
        }
    parts = {"Data": data, "Ensemble": ensemble}
    return record(parts | ({"Held out, against all votes": beside} if beside else {}))
