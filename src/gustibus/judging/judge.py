"""``gustibus.judge``: pairs of responses judged by a model behind a chat endpoint."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Literal

from gustibus.comparisons import Comparisons, GustibusError, Progress, read
from gustibus.judging.answer_store import Answer, AnswerStore
from gustibus.judging.asking import Asked, ask
from gustibus.judging.assembling import judged_of
from gustibus.judging.chat_endpoint import ChatEndpoint
from gustibus.judging.judged import Judged, JudgingPlan
from gustibus.judging.limits import Budget
from gustibus.judging.orders import Disagreement
from gustibus.judging.personas import Persona, resolve_personas
from gustibus.judging.questions import Questions, questions_about
from gustibus.judging.wording import AnswerForm, Wording

__all__ = ["judge", "plan_judging"]

Personas = str | os.PathLike[str] | Iterable[Persona] | None


def judge(
    data: Any,
    endpoint: ChatEndpoint,
    personas: Personas = None,
    *,
    max_requests: int | None = None,
    max_cost: float | None = None,
    criterion: str = "Which response is better?",
    answer: AnswerForm = "word",
    both_orders: bool = True,
    disagreement: Disagreement = "soft",
    store: AnswerStore | Literal["default"] = "default",
    progress: Progress | None = None,
) -> Judged:
    """Have a model judge every distinct pair of responses, as each persona, and with the responses both ways round.

    What comes back are judgements like people's, apart from them by their ``source``. They are a model's: how far they
    agree with people is to be measured, not assumed.

    Parameters
    ----------
    data : Comparisons, or anything :func:`gustibus.read` takes
        Judgements whose pairs are asked about; who preferred what is not shown to the model.
    endpoint : ChatEndpoint
        The service and the model.
    personas : path, list of Persona, or None
        Who the model is to judge as: a file (see :func:`gustibus.read_personas`) or a list. None: as itself.
    max_requests : int, optional
        Send no more requests, every try counted. This or ``max_cost`` must be given, so that nobody is surprised by
        what was sent; :func:`gustibus.plan_judging` says how many it would be.
    max_cost : float, optional
        Send no request that could cost more than is left, by the endpoint's prices and an estimate of its tokens that
        learns from the answers.
    criterion : str
        The question about the two responses.
    answer : str
        ``"word"`` or ``"json"``; see :data:`gustibus.judging.AnswerForm`.
    both_orders : bool
        Show each pair both ways round, which cancels a lean to one position. A pair that is not answered both ways by a
        persona is left out.
    disagreement : str
        What becomes of answers that differ with the order: ``"soft"``, their mean (1/2, or 1/4 and 3/4 where one is a
        tie), or ``"tie"``.
    store : AnswerStore or "default"
        Where answers are kept. Nothing that is there is asked again, so the same call goes on after an interruption.
    progress : callable, optional

    Returns
    -------
    Judged
        ``data`` (the judgements), ``unanswered`` (what came instead of one) and ``report``.

    Raises
    ------
    GustibusError
        If there is no limit, pairs have no prompt, a persona has the id of a person, or the service cannot be used;
        what it answered before is kept.

    Warns
    -----
    DataWarning
        If the budget was spent before everything was asked, or answers were not usable.

    Examples
    --------
    With a service on this machine::

        endpoint = gs.ChatEndpoint("http://localhost:8000/v1", "my-model")
        judged = gs.judge("judgements.parquet", endpoint, "personas.txt", max_requests=2000)
        print(judged.report.to_text())
        gs.write(judged.data, "judged.parquet")
    """
    if disagreement not in ("soft", "tie"):
        raise GustibusError(f"disagreement={disagreement!r} is unknown. Use 'soft' or 'tie'.")
    budget = Budget(max_requests, max_cost)
    questions = _questions(data, endpoint, personas, Wording(criterion, answer), both_orders)
    kept = AnswerStore() if store == "default" else store
    if max_requests is None and max_cost is None:
        said = _plan(questions, kept).to_text()
        raise GustibusError(
            f"Nothing was sent: there is no limit. {said} Allow it with max_requests=... or max_cost=..."
        )
    if max_cost is not None and endpoint.price_in is None:
        raise GustibusError(
            "max_cost needs prices: give the endpoint price_in and price_out, what a million tokens cost, or limit the "
            "number of requests with max_requests=..."
        )
    asked = _run(questions, kept, budget, progress)
    return judged_of(questions, asked, disagreement)


def plan_judging(
    data: Any,
    endpoint: ChatEndpoint,
    personas: Personas = None,
    *,
    criterion: str = "Which response is better?",
    answer: AnswerForm = "word",
    both_orders: bool = True,
    store: AnswerStore | Literal["default"] = "default",
) -> JudgingPlan:
    """Say what :func:`gustibus.judge` would send, without sending anything.

    Parameters are those of :func:`gustibus.judge`.

    Examples
    --------
    >>> import tempfile
    >>> rows = [{"user_id": "ann", "prompt": "A drink?", "response_a": "tea", "response_b": "gin", "choice": "a"}]
    >>> endpoint = ChatEndpoint("http://localhost:8000/v1", "my-model", price_in=0.5, price_out=2.0)
    >>> people = [Persona("nurse", "A nurse."), Persona("sailor", "A sailor.")]
    >>> plan = plan_judging(rows, endpoint, people, store=AnswerStore(tempfile.mkdtemp()))
    >>> plan.n_requests, plan.tokens_out
    (4, 64)
    """
    wording = Wording(criterion, answer)
    kept = AnswerStore() if store == "default" else store
    return _plan(_questions(data, endpoint, personas, wording, both_orders), kept)


def _questions(data: Any, endpoint: ChatEndpoint, personas: Personas, wording: Wording, both_orders: bool) -> Questions:
    if not isinstance(endpoint, ChatEndpoint):
        raise GustibusError(f"endpoint must be a ChatEndpoint(url, model), got {type(endpoint).__name__}.")
    comparisons = data if isinstance(data, Comparisons) else read(data)
    return questions_about(comparisons, endpoint, resolve_personas(personas), wording, both_orders=both_orders)


def _plan(questions: Questions, store: AnswerStore) -> JudgingPlan:
    first_of = {key: i for i, key in reversed(list(enumerate(questions.keys)))}
    stored: dict[str, Answer] = {}
    if store.path.exists():
        with store.open():
            stored = store.find(list(first_of))
    tokens = [questions.tokens_about(i) for key, i in first_of.items() if key not in stored]
    tokens_in, tokens_out = (sum(one[side] for one in tokens) for side in (0, 1))
    return JudgingPlan(
        n_pairs=len(questions.pairs),
        n_personas=len(questions.personas),
        n_orders=questions.n_orders,
        n_questions=len(questions),
        n_stored=sum(key in stored for key in questions.keys),
        n_requests=len(tokens),
        tokens_in=tokens_in,
        tokens_out=tokens_out,
        cost=questions.endpoint.cost(tokens_in, tokens_out),
    )


def _run(questions: Questions, store: AnswerStore, budget: Budget, progress: Progress | None) -> Asked:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(ask(questions, store, budget, progress))
    with ThreadPoolExecutor(1) as pool:  # a notebook, where a loop runs already in this thread
        return pool.submit(asyncio.run, ask(questions, store, budget, progress)).result()
