"""MultiPref: every pair judged by four people, in four aspects.

Source: Miranda et al. (2024), arXiv 2410.19133.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from gustibus.catalog.published.description import Citation, PublishedData
from gustibus.catalog.published.records import Plan, Record, Row, Wish

__all__ = ["MULTIPREF", "pairs_judged_by_four"]

_KINDS: Final = ("normal", "expert")
_MEANING: Final = {
    "A-is-clearly-better": ("a", 2.0),
    "A-is-slightly-better": ("a", 1.0),
    "Tie": ("tie", 0.0),
    "B-is-slightly-better": ("b", 1.0),
    "B-is-clearly-better": ("b", 2.0),
}


def pairs_judged_by_four(records: Sequence[Record], wish: Wish) -> Plan:
    """What each annotator said about one aspect; the group says whether they are an expert."""

    def rows_of(record: Record) -> Iterable[Row]:
        prompt = record.text("text")
        a, b = record.text("completion_a"), record.text("completion_b")
        for kind in _KINDS:
            column = f"{kind}_worker_annotations"
            for place in range(len(record.list_at(column))):
                path = (column, place, f"{wish.aspect}_pref")
                if record.get(*path) is None:
                    record.without("an annotator who said nothing about this aspect")
                    continue
                choice, margin = record.one_of(_MEANING, *path)
                who = {"user_id": record.text(column, place, "evaluator"), "group": kind, "source": "human"}
                yield from record.pair(a, b, who | {"prompt": prompt, "choice": choice, "margin": margin})

    return Plan("gustibus", rows_of)


MULTIPREF: Final = PublishedData(
    name="multipref",
    title="MultiPref",
    hub="allenai/multipref",
    files={"": ("data/train-*",)},
    columns={
        "text": "the prompt",
        "completion_a": "the first answer",
        "completion_b": "the second answer",
        "normal_worker_annotations[]": "what two crowd workers said",
        "expert_worker_annotations[]": "what two experts of the subject said",
        "..[].evaluator": "who said it",
        "..[].ASPECT_pref": "A-is-clearly-better, A-is-slightly-better, Tie, B-is-slightly-better, B-is-clearly-better",
    },
    labels="real",
    about="Two crowd workers and two experts judged each pair, in four aspects. All judgements are real; the margin is "
    "2 for clearly and 1 for slightly better, and the group is normal or expert.",
    n_people=None,
    licence="ODC-BY",
    non_commercial=False,
    citation=Citation("Miranda et al.", 2024, "Hybrid Preferences", "2410.19133"),
    aspects=("overall", "helpful", "truthful", "harmless"),
    size="about 40 thousand judgements",
    revision="12910233a0238a997ebe425656e9dfed7b0ff031",
    to_verify=("how many people judged, of whom its card gives no number",),
)
"""Four judgements a pair."""
