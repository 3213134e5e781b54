"""From answers to judgements, and an account of what was asked and what came back."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict

import numpy as np

from gustibus.comparisons import Comparisons, caution
from gustibus.comparisons.wording import counted
from gustibus.judging.asking import Asked
from gustibus.judging.judged import Judged, JudgingReport
from gustibus.judging.orders import Disagreement, combined, order_report
from gustibus.judging.questions import Questions, user_id_of
from gustibus.judging.usage import usage_of
from gustibus.judging.wording import Verdict

__all__ = ["judged_of"]


def judged_of(questions: Questions, asked: Asked, disagreement: Disagreement) -> Judged:
    """Read the answers strictly, combine those about one pair, and account for everything.

    Warns
    -----
    DataWarning
        If the budget was spent before everything was asked, or answers were not usable.
    """
    verdicts = [_verdict(questions, asked, key) for key in questions.keys]
    n = questions.n_orders
    together = [verdicts[start : start + n] for start in range(0, len(verdicts), n)]
    outcomes = [None if None in one else combined([v for v in one if v], disagreement) for one in together]
    report = _report(questions, asked, verdicts, together, [outcome is not None for outcome in outcomes])
    if asked.out_of_budget:
        caution(
            f"the budget was spent before everything was asked: {counted(report.n_not_asked, 'question')} are left. "
            "The same call with a higher limit goes on."
        )
    lost = report.n_unparsable + report.n_refused + report.n_failed
    if lost:
        caution(
            f"{lost:,} of {counted(report.n_questions, 'question')} have no usable answer: {report.n_unparsable:,} "
            f"unparsable, {report.n_refused:,} refused, {report.n_failed:,} failed. They are in judged.unanswered."
        )
    return Judged(_data(questions, outcomes), _unanswered(questions, asked, verdicts), report)


def _verdict(questions: Questions, asked: Asked, key: str) -> Verdict | None:
    answer = asked.answers.get(key)
    if answer is None:
        return None
    cut_off = answer.finish_reason == "length"
    return questions.wording.verdict(answer.text, refusal=answer.is_refusal, cut_off=cut_off)


def _data(questions: Questions, outcomes: list[tuple[float, bool] | None]) -> Comparisons:
    kept = [(divmod(i, len(questions.personas)), outcome) for i, outcome in enumerate(outcomes) if outcome is not None]
    pair = np.array([place[0] for place, _ in kept], dtype=np.intp)
    pairs = questions.pairs.take(pair)
    return Comparisons.from_arrays(
        users=[user_id_of(questions.endpoint, persona) for persona in questions.personas],
        prompts=pairs.prompts,
        responses=pairs.responses,
        sources=[questions.endpoint.source],
        user=np.array([place[1] for place, _ in kept], dtype=np.intp),
        prompt=pairs.prompt,
        response_a=pairs.response_a,
        response_b=pairs.response_b,
        outcome=np.array([outcome for _, (outcome, _) in kept], dtype=np.float32),
        is_tie=np.array([is_tie for _, (_, is_tie) in kept], dtype=bool),
        source=np.zeros(len(kept), np.int8),
    ).compact()


def _unanswered(questions: Questions, asked: Asked, verdicts: list[Verdict | None]) -> list[dict[str, str | None]]:
    found = []
    for i, (key, verdict) in enumerate(zip(questions.keys, verdicts, strict=True)):
        failure = asked.failures.get(key)
        if verdict not in ("unparsable", "refused") and failure is None:
            continue
        pair, persona, turned = questions.place(i)
        prompt, a, b = questions.texts[pair]
        found.append(
            {
                "prompt": prompt,
                "response_a": a,
                "response_b": b,
                "persona": questions.personas[persona].id,
                "shown_first": "b" if turned else "a",
                "reason": "failed" if verdict is None else verdict,
                "text": failure if verdict is None else asked.answers[key].text,
            }
        )
    return found


def _report(
    questions: Questions,
    asked: Asked,
    verdicts: list[Verdict | None],
    together: list[list[Verdict | None]],
    is_judged: list[bool],
) -> JudgingReport:
    counts = Counter(verdicts)
    failed = sum(key in asked.failures for key in questions.keys)
    usage = usage_of(questions.keys, asked, questions.endpoint)
    per_persona = Counter(i % len(questions.personas) for i, judged in enumerate(is_judged) if judged)
    complete = [[verdict for verdict in one if verdict is not None] for one in together if None not in one]
    return JudgingReport(
        source=questions.endpoint.source,
        n_pairs=len(questions.pairs),
        n_personas=len(questions.personas),
        n_questions=len(questions),
        n_judgements=sum(is_judged),
        n_first=counts["first"],
        n_second=counts["second"],
        n_tie=counts["tie"],
        n_unparsable=counts["unparsable"],
        n_refused=counts["refused"],
        n_failed=failed,
        n_not_asked=counts[None] - failed,
        orders=order_report(complete) if questions.both_orders else None,
        per_persona={persona.id: per_persona[i] for i, persona in enumerate(questions.personas)},
        **asdict(usage),
    )
