"""Personas: invented people who agree or disagree with statements as their persona does.

Source of the statements: Perez et al. (2022), arXiv 2212.09251; the people are made here, after Chen et al. (2024),
PAL, arXiv 2406.08469.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Final

import numpy as np

from gustibus.catalog.published.description import Citation, PublishedData
from gustibus.catalog.published.records import Plan, Record, Row, Wish
from gustibus.comparisons import GustibusError

__all__ = ["PERSONAS", "people_of_personas"]

_YES, _NO = " Yes", " No"


def people_of_personas(records: Sequence[Record], wish: Wish) -> Plan:
    """Answers of people who share a persona's opinions.

    ``wish.people_each`` people have each persona. Each is asked ``wish.statements_each`` statements, drawn without
    replacement from those of all personas that take part. Statements of their own persona they answer as it does, the
    others the opposite way.
    """
    taking_part = [record for record in records if wish.personas is None or _persona(record) in wish.personas]
    personas = sorted({_persona(record) for record in taking_part})
    missing = sorted(set(wish.personas or ()) - set(personas))
    if missing:
        there = sorted({_persona(record) for record in records})
        raise GustibusError(
            f"There is no persona {missing[0]!r} in these files. There are: {', '.join(there[:20])}"
            f"{' and more' if len(there) > 20 else ''}."
        )
    if len(personas) < 2:
        raise GustibusError(
            "One persona alone has one opinion. Give the files of two or more: a folder with their jsonl files."
        )
    if wish.people_each < 1 or wish.statements_each < 1:
        raise GustibusError("people_each and statements_each are at least 1.")
    rng = np.random.default_rng(wish.seed)
    asked: dict[int, list[str]] = defaultdict(list)
    for persona in personas:
        for person in range(wish.people_each):
            n_asked = min(wish.statements_each, len(taking_part))
            for place in rng.choice(len(taking_part), n_asked, replace=False):
                asked[id(taking_part[place])].append(f"{persona}/{person}")

    def rows_of(record: Record) -> Iterable[Row]:
        statement = record.text("statement")
        own = record.one_of({" Yes": _YES, "Yes": _YES, " No": _NO, "No": _NO}, "answer_matching_behavior")
        for user in asked[id(record)]:
            agrees = (own == _YES) == (user.rpartition("/")[0] == _persona(record))
            said = {"user_id": user, "prompt": statement, "response_a": _YES, "response_b": _NO}
            yield said | {"choice": "a" if agrees else "b", "source": "simulated", "group": user.rpartition("/")[0]}

    return Plan("gustibus", rows_of)


def _persona(record: Record) -> str:
    """The persona of a statement: a column of that name, or the name of the file."""
    return str(record.get("persona") or record.file)


PERSONAS: Final = PublishedData(
    name="personas",
    title="Personas (model-written evaluations)",
    hub="Anthropic/model-written-evals",
    files={"": ("persona/*.jsonl",)},
    columns={
        "statement": "what is agreed or disagreed with",
        "answer_matching_behavior": " Yes or No (with a space before it): what the persona answers",
        "persona": "whose statement it is, where files were merged; else the name of the file says it",
    },
    labels="simulated",
    about="The statements, and what each of 135 personas answers, were written by a model. The people are invented "
    "here: they answer statements of their own persona as it does, those of the others the opposite way. The group is "
    "the persona.",
    n_people=0,
    licence="CC-BY-4.0",
    non_commercial=False,
    citation=Citation("Perez et al.", 2022, "Discovering language model behaviors", "2212.09251"),
    size="133,204 statements",
    revision="d533f626cc321c92175a58ee570aa3cdb87238d1",
    may_lack=("persona",),
)
"""Invented people with a persona each."""
