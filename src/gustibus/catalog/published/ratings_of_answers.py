"""Ratings of answers by a judge who has no name: UltraFeedback and HelpSteer2."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from gustibus.catalog.published.description import Citation, PublishedData
from gustibus.catalog.published.records import Plan, Record, Row, Wish

__all__ = ["HELPSTEER2", "HELPSTEER2_PREFERENCE", "ULTRAFEEDBACK", "attributes", "completions", "strengths"]

_OVERALL: Final = ("fine-grained_score", "overall_score")
_NOTHING: Final = ("N/A", "NA", "")
_NO_VALID_ANSWER: Final = -100


def completions(records: Sequence[Record], wish: Wish) -> Plan:
    """The ratings of the four answers to an instruction (UltraFeedback)."""

    def rows_of(record: Record) -> Iterable[Row]:
        prompt = record.text("instruction")
        for place in range(len(record.list_at("completions"))):
            at = ("completions", place)
            path = (*at, wish.aspect) if wish.aspect in _OVERALL else (*at, "annotations", wish.aspect, "Rating")
            rating = record.get(*path)
            if rating is None or (isinstance(rating, str) and rating.strip() in _NOTHING):
                record.without("an answer without this rating")
                continue
            answer = record.get(*at, "response")
            if not isinstance(answer, str) or not answer.strip():
                record.without("an empty answer")
                continue
            said = {"user_id": "gpt-4", "prompt": prompt, "response": answer, "source": "llm"}
            yield said | {"rating": record.number(*path)}

    return Plan("ratings", rows_of)


def attributes(records: Sequence[Record], wish: Wish) -> Plan:
    """The ratings of one attribute (HelpSteer2)."""

    def rows_of(record: Record) -> Iterable[Row]:
        said = {"user_id": "annotators", "prompt": record.text("prompt"), "response": record.text("response")}
        return (said | {"rating": record.number(wish.aspect), "source": "human", "split": record.split},)

    return Plan("ratings", rows_of)


def strengths(records: Sequence[Record], wish: Wish) -> Plan:
    """Which of two answers is better, and by how much (HelpSteer2-Preference)."""

    def rows_of(record: Record) -> Iterable[Row]:
        strength = record.number("preference_strength")
        if strength == _NO_VALID_ANSWER:
            return record.without("neither answer is valid")
        if strength not in range(-3, 4):
            record.fail(("preference_strength",), strength, "is no whole number from -3 to 3", "Write one of these.")
        said = {"user_id": "annotators", "prompt": record.text("prompt"), "source": "human", "margin": abs(strength)}
        said["choice"] = "tie" if strength == 0 else "a" if strength < 0 else "b"
        said["split"] = record.get("split") or record.split
        return record.pair(record.text("response_1"), record.text("response_2"), said)

    return Plan("gustibus", rows_of)


ULTRAFEEDBACK: Final = PublishedData(
    name="ultrafeedback",
    title="UltraFeedback",
    hub="openbmb/UltraFeedback",
    files={"": ("*.jsonl",)},
    columns={
        "instruction": "the prompt",
        "completions[].response": "the answers of four models",
        "completions[].fine-grained_score": "the mean of the four aspects",
        "completions[].overall_score": "1 to 10, of the critique",
        "completions[].annotations.ASPECT.Rating": "1 to 5, or N/A; the aspects are those below",
    },
    labels="derived",
    about="GPT-4 rated four answers to each instruction; nobody was asked. The judge is the one user, gpt-4. Pairs are "
    "derived from ratings of answers to the same instruction; answers rated N/A are left out.",
    n_people=0,
    licence="MIT",
    non_commercial=False,
    citation=Citation("Cui et al.", 2023, "UltraFeedback", "2310.01377"),
    aspects=(*_OVERALL, "instruction_following", "honesty", "truthfulness", "helpfulness"),
    size="256 thousand rated answers",
    revision="40b436560ca83a8dba36114c22ab3c66e43f6d5e",
    to_verify=("the licence on the hub (that of its code is MIT)",),
)
"""Ratings by GPT-4."""

HELPSTEER2: Final = PublishedData(
    name="helpsteer2",
    title="HelpSteer2",
    hub="nvidia/HelpSteer2",
    files={"train": ("train.jsonl.gz",), "validation": ("validation.jsonl.gz",)},
    columns={
        "prompt": "the prompt; of several turns, with their marks",
        "response": "the answer",
        "helpfulness, correctness, coherence, complexity, verbosity": "0 to 4 each",
    },
    labels="derived",
    about="People rated two answers to each prompt; what is published is one figure an attribute, without who gave it. "
    "The one user is annotators. Pairs are derived from the two ratings.",
    n_people=0,
    licence="CC-BY-4.0",
    non_commercial=False,
    citation=Citation("Wang et al.", 2024, "HelpSteer2", "2406.08673"),
    aspects=("helpfulness", "correctness", "coherence", "complexity", "verbosity"),
    size="21,362 rated answers",
    revision="990b2711a36180dd19d9c94b8627844866f8982a",
)
"""Ratings by people who are not named."""

HELPSTEER2_PREFERENCE: Final = PublishedData(
    name="helpsteer2-preference",
    title="HelpSteer2-Preference",
    hub="nvidia/HelpSteer2",
    files={"": ("preference/preference.jsonl.gz",)},
    columns={
        "prompt": "the prompt",
        "response_1": "the first answer",
        "response_2": "the second answer",
        "preference_strength": "-3 (the first is much better) to 3 (the second is)",
        "split": "train or val",
    },
    labels="real",
    about="People compared two answers; published are the strength that the most alike of them agree on, without who "
    "said it. The one user is annotators, the margin the strength. Rows of strength -100 (neither is valid) are left "
    "out.",
    n_people=0,
    licence="CC-BY-4.0",
    non_commercial=False,
    citation=Citation("Wang et al.", 2024, "HelpSteer2-Preference", "2410.01257"),
    size="",
    revision="990b2711a36180dd19d9c94b8627844866f8982a",
    to_verify=("its size",),
    may_lack=("split",),
)
"""Comparisons by people who are not named."""
