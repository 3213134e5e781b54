"""A model judges pairs over real sockets: what is asked, what comes back, and what is made of it."""

from __future__ import annotations

import asyncio
import json
import sqlite3
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from chat_server import ChatServer, persona, says, shown
from pairs_to_judge import pairs

from gustibus.comparisons import Comparisons, DataWarning, GustibusError, read, vote_shares, write
from gustibus.judging import Persona, judge, plan_judging

TWO = [Persona("nurse", "A nurse."), Persona("sailor", "A sailor.")]


def test_every_pair_is_asked_of_every_persona_in_both_orders(server, endpoint, store):
    judged = judge(pairs(5), endpoint(), TWO, max_requests=100, store=store)

    asked = server.questions()
    expected = {
        (who.text, f"Say {i}", *order)
        for who in TWO
        for i in range(5)
        for order in (("x" * (i + 2), "y"), ("y", "x" * (i + 2)))
    }
    assert len(asked) == 20
    assert set(asked) == expected
    assert judged.report.n_judgements == len(judged.data) == 10
    assert judged.data.user_ids == ["small/nurse", "small/sailor"]
    assert judged.data.source_counts() == {"llm:small": 10}
    assert (judged.data.outcome == 1).all()  # the longer response, whichever way round it was shown
    assert judged.report.orders is not None
    assert (judged.report.orders.n, judged.report.orders.n_same) == (10, 10)
    assert (judged.report.n_first, judged.report.n_second) == (10, 10)
    assert judged.unanswered == []


def test_the_request_says_what_the_protocol_asks(server, endpoint, store):
    judge(pairs(1), endpoint(options={"seed": 3, "temperature": None}), max_requests=2, both_orders=False, store=store)

    (body,) = server.requests
    assert [message["role"] for message in body["messages"]] == ["user"]  # the model as itself has no system message
    assert (body["model"], body["max_tokens"], body["seed"]) == ("small", 16, 3)
    assert "temperature" not in body
    assert "stream" not in body


@pytest.mark.parametrize("options", [{"model": "other"}, {"stream": True}, {"stop": {"END"}}, {"seed": float("nan")}])
def test_options_that_change_the_question_or_are_no_json_are_refused(endpoint, options):
    with pytest.raises(GustibusError, match=r"^options "):
        endpoint(options=options)


def test_a_pair_judged_by_many_people_either_way_round_is_asked_once(server, endpoint, store):
    rows = [
        {"user_id": "ann", "prompt": "p", "response_a": "long one", "response_b": "s", "choice": "a"},
        {"user_id": "ben", "prompt": "p", "response_a": "s", "response_b": "long one", "choice": "a"},
        {"user_id": "ann", "prompt": "q", "response_a": "s", "response_b": "long one", "choice": "tie"},
    ]

    judged = judge(rows, endpoint(), max_requests=10, store=store)

    assert len(server.requests) == 4
    np.testing.assert_array_equal(vote_shares(judged.data).of(Comparisons.from_rows(rows)), [1, 0, 0])


def test_conversations_are_shown_as_readable_text(server, endpoint, store):
    prompt = [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Hello!"}]
    row = {"user_id": "ann", "prompt": prompt, "response_a": "Long answer", "response_b": "No", "choice": "a"}

    judge([row], endpoint(), max_requests=2, both_orders=False, store=store)

    assert shown(server.requests[0]) == ("user: Hi\n\nassistant: Hello!", "Long answer", "No")


# Orders


def test_a_judge_that_always_takes_the_first_position_has_no_preference(server, endpoint, store):
    server.rule = lambda body: "A"

    judged = judge(pairs(6), endpoint(), max_requests=100, store=store)

    assert (judged.data.outcome == 0.5).all()
    assert not judged.data.is_tie.any()
    assert judged.report.orders.n_always_first == 6
    assert judged.report.orders.position_bias == 1.0
    assert judged.report.orders.consistency[0] == 0.0


def test_answers_that_change_with_the_order_are_ties_on_request(server, endpoint, store):
    server.rule = lambda body: "B"

    judged = judge(pairs(6), endpoint(), max_requests=100, disagreement="tie", store=store)

    assert judged.data.is_tie.all()
    assert judged.report.orders.position_bias == -1.0


def test_a_tie_one_way_and_a_preference_the_other_are_three_quarters(server, endpoint, store):
    server.rule = lambda body: "A" if len(shown(body)[1]) > 1 else "TIE"

    judged = judge(pairs(2), endpoint(), max_requests=100, store=store)

    assert judged.data.outcome.tolist() == [0.75, 0.75]
    assert judged.report.orders.n_half == 2


def test_one_order_is_enough_on_request(server, endpoint, store):
    server.rule = lambda body: "A"

    judged = judge(pairs(3), endpoint(), max_requests=100, both_orders=False, store=store)

    assert len(server.requests) == 3
    assert (judged.data.outcome == 1).all()
    assert judged.report.orders is None


# Answers that are none


def test_only_the_three_words_are_answers_and_all_else_is_kept(server, endpoint, store):
    said = ["A", "a", "A.", "Response A", "", "**B**", "TIE\n", "I prefer A", None, "AB"]
    server.failures = [says(text) for text in said]

    with pytest.warns(DataWarning, match="8 of 10 questions have no usable answer: 8 unparsable, 0 refused, 0 failed"):
        judged = judge(pairs(10), endpoint(concurrent=1), max_requests=100, both_orders=False, store=store)

    assert [row["choice"] for row in judged.data.to_rows()] == ["a", "tie"]
    assert judged.report.n_unparsable == 8
    assert judged.report.parse_rate == 0.2
    assert [one["text"] for one in judged.unanswered] == [text for text in said if text not in ("A", "TIE\n")]
    assert {one["reason"] for one in judged.unanswered} == {"unparsable"}


def test_an_answer_that_was_cut_off_is_none(server, endpoint, store):
    server.failures = [says("A", finish="length")]

    with pytest.warns(DataWarning, match="1 unparsable"):
        judge(pairs(1), endpoint(), max_requests=9, both_orders=False, store=store)


def test_refusals_are_kept_apart(server, endpoint, store):
    server.failures = [
        says(None, refusal="I will not say."),
        says("", finish="content_filter"),
        says("I'm sorry, but I can't help with that."),
        says("I’m sorry."),
        says("As an AI, I have no preference."),
        says("Both are fine."),
    ]

    with pytest.warns(DataWarning, match="1 unparsable, 5 refused"):
        judged = judge(pairs(6), endpoint(concurrent=1), max_requests=100, both_orders=False, store=store)

    assert len(judged.data) == 0
    assert (judged.report.n_refused, judged.report.n_unparsable) == (5, 1)
    assert [one["reason"] for one in judged.unanswered] == ["refused"] * 5 + ["unparsable"]
    assert judged.unanswered[0]["text"] == "I will not say."


def test_a_pair_that_is_answered_one_way_only_is_no_judgement(server, endpoint, store):
    server.failures = [says("A"), says("hm")]

    with pytest.warns(DataWarning, match="1 of 4 questions"):
        judged = judge(pairs(2), endpoint(concurrent=1), max_requests=100, store=store)

    assert judged.report.n_judgements == len(judged.data) == 1
    (lost,) = judged.unanswered
    assert (lost["prompt"], lost["persona"], lost["shown_first"]) == ("Say 0", "itself", "b")


def test_json_answers_are_asked_for_and_read_as_strictly(server, endpoint, store):
    said = ['{"choice": "A"}', ' {"choice":"TIE"}\n', "A", '{"choice": "a"}', '{"choice": "A", "why": "x"}', "[" * 9999]
    said += ['{"choice": "A", "choice": "B"}', '["choice", "A"]', '[["choice", "A"]]', '```json\n{"choice": "A"}\n```']
    server.failures = [says(text) for text in said]

    with pytest.warns(DataWarning, match="8 unparsable"):
        judged = judge(
            pairs(10), endpoint(concurrent=1), answer="json", max_requests=100, both_orders=False, store=store
        )

    assert [row["choice"] for row in judged.data.to_rows()] == ["a", "tie"]
    schema = server.requests[0]["response_format"]["json_schema"]["schema"]
    assert schema["properties"]["choice"]["enum"] == ["A", "B", "TIE"]


def test_what_was_not_answered_is_written_to_a_file(server, endpoint, store, tmp_path):
    server.failures = [says("Schön?\n\ud800")]
    with pytest.warns(DataWarning):
        judged = judge(pairs(1), endpoint(), max_requests=9, both_orders=False, store=store)

    judged.write_unanswered(tmp_path / "lost.jsonl")

    (line,) = (tmp_path / "lost.jsonl").read_text(encoding="utf-8").splitlines()
    assert json.loads(line)["text"] == "Schön?\n\\ud800"


# Plans, budgets, cost


def test_a_plan_sends_nothing_and_says_what_would_be_sent(server, endpoint, store):
    priced = endpoint(price_in=2.0, price_out=10.0)

    plan = plan_judging(pairs(5), priced, TWO, store=store)

    assert server.requests == []
    assert not store.path.exists()
    assert (plan.n_questions, plan.n_stored, plan.n_requests, plan.tokens_out) == (20, 0, 20, 20 * 16)
    judged = judge(pairs(5), priced, TWO, max_requests=20, store=store)
    # this service counts a token for four bytes, as the estimate does; rounding is per message there
    assert plan.tokens_in == pytest.approx(judged.report.tokens_in, rel=0.02)
    assert plan.cost == pytest.approx((plan.tokens_in * 2 + plan.tokens_out * 10) / 1e6)
    after = plan_judging(pairs(6), priced, TWO, store=store)
    assert (after.n_questions, after.n_stored, after.n_requests) == (24, 20, 4)


def test_without_a_limit_nothing_is_sent_and_the_number_is_said(server, endpoint, store):
    with pytest.raises(GustibusError, match=r"Nothing was sent.*5 pairs x 2 personas x 2 orders = 20 questions"):
        judge(pairs(5), endpoint(), TWO, store=store)

    assert server.requests == []


def test_a_limit_of_requests_is_never_passed_and_the_next_call_goes_on(server, endpoint, store):
    with pytest.warns(DataWarning, match="budget was spent.*13 questions are left"):
        first = judge(pairs(5), endpoint(), TWO, max_requests=7, store=store)

    assert len(server.requests) == first.report.n_requests == 7
    assert first.report.n_not_asked == 13
    second = judge(pairs(5), endpoint(), TWO, max_requests=13, store=store)
    assert len(server.requests) == 20
    assert len(set(server.questions())) == 20  # nothing was asked twice
    assert (second.report.n_requests, second.report.n_from_store, second.report.n_judgements) == (13, 7, 10)


def test_what_is_spent_stays_below_the_limit(server, endpoint, store):
    priced = endpoint(price_in=1.0, price_out=1.0)
    whole = plan_judging(pairs(20), priced, store=store).cost

    with pytest.warns(DataWarning, match="budget was spent"):
        judged = judge(pairs(20), priced, max_cost=whole / 2, store=store)

    assert 0 < judged.report.cost <= whole / 2
    # answers are shorter than allowed, so that more than half of the questions fit into half the largest cost
    assert judged.report.n_not_asked < judged.report.n_questions / 2
    assert judged.report.cost == (judged.report.tokens_in + judged.report.tokens_out) / 1e6


def test_a_cost_limit_is_refused_where_the_service_counts_no_tokens(server, endpoint, store):
    server.usage = False

    with pytest.raises(GustibusError, match=r"does not say how many tokens.*max_requests"):
        judge(pairs(20), endpoint(price_in=1, price_out=1, concurrent=1), max_cost=1.0, store=store)
    assert len(server.requests) == 1


def test_tokens_that_are_not_counted_are_not_invented(server, endpoint, store):
    server.usage = False

    judged = judge(pairs(2), endpoint(price_in=1, price_out=1), max_requests=10, store=store)

    assert (judged.report.tokens_in, judged.report.n_without_usage, judged.report.cost) == (0, 4, None)
    assert "no cost is stated where a count is missing" in judged.report.to_text()


def test_a_second_call_asks_nothing_and_reports_what_was_paid_before(server, endpoint, store):
    first = judge(pairs(3), endpoint(price_in=1, price_out=1), max_requests=10, store=store)

    second = judge(pairs(3), endpoint(price_in=1, price_out=1), max_requests=10, store=store)

    assert len(server.requests) == 6
    assert second.data == first.data
    assert (second.report.n_requests, second.report.cost, second.report.n_from_store) == (0, 0.0, 6)
    assert second.report.tokens_in_before == first.report.tokens_in


@pytest.mark.parametrize(
    "change",
    [
        {"criterion": "Which is funnier?"},
        {"personas": [Persona("itself", "A clown.")]},
        {"temperature": 0.5},
        {"revision": "May"},
        {"answer": "json"},
        {"options": {"seed": 1}},
    ],
    ids=lambda change: next(iter(change)),
)
def test_whatever_changes_the_question_is_asked_anew(server, endpoint, store, change):
    judge(pairs(2), endpoint(), max_requests=10, store=store)
    server.rule = lambda body: '{"choice": "A"}' if "response_format" in body else "A"
    settings = {name: change[name] for name in ("temperature", "revision", "options") if name in change}
    arguments = {name: value for name, value in change.items() if name not in settings}

    judge(pairs(2), endpoint(**settings), max_requests=10, store=store, **arguments)

    assert len(server.requests) == 8


@pytest.mark.parametrize("limit", [{"max_requests": 0}, {"max_cost": 0.0}, {"max_requests": -1}])
def test_a_budget_of_nothing_is_refused(server, endpoint, store, limit):
    with pytest.raises(GustibusError, match=r"lets nothing be asked.*plan_judging"):
        judge(pairs(1), endpoint(price_in=1, price_out=1), store=store, **limit)
    assert server.requests == []


def test_a_cost_limit_needs_prices(endpoint, store):
    with pytest.raises(GustibusError, match="max_cost needs prices"):
        judge(pairs(1), endpoint(), max_cost=1.0, store=store)


# Data and personas that do not do


def test_pairs_without_prompts_are_refused(server, endpoint, store):
    row = {"user_id": "ann", "response_a": "tea", "response_b": "gin", "choice": "a"}

    with pytest.raises(GustibusError, match="1 of 2 pairs have no prompt"):
        judge(Comparisons.from_rows([row, row | {"prompt": "p"}]), endpoint(), max_requests=1, store=store)
    assert server.requests == []


def test_responses_to_different_prompts_are_refused(endpoint, store):
    row = {"user_id": "ann", "prompt": "p", "prompt_b": "q", "response_a": "tea", "response_b": "gin", "choice": "a"}

    with pytest.raises(GustibusError, match="different prompts"):
        judge([row], endpoint(), max_requests=1, store=store)


@pytest.mark.parametrize("user", ["nurse", "small/nurse"])
def test_a_persona_with_the_id_of_a_person_is_refused(endpoint, store, user):
    row = {"user_id": user, "prompt": "p", "response_a": "tea", "response_b": "gin", "choice": "a"}

    with pytest.raises(GustibusError, match=f"persona 'nurse' has the id of somebody who judged \\('{user}'\\)"):
        judge([row], endpoint(), TWO, max_requests=1, store=store)


def test_people_and_a_model_in_one_table_are_told_apart(server, endpoint, store):
    people = pairs(4)
    judged = judge(people, endpoint(), TWO, max_requests=16, store=store)

    both = Comparisons.concat([people, judged.data])

    assert both.source_counts() == {"human": 4, "llm:small": 8}
    assert vote_shares(both.of_source("human")).share.tolist() == [0.0] * 4
    assert vote_shares(both.of_source("llm:small")).share.tolist() == [1.0] * 4


def test_judgements_survive_writing_and_reading(server, endpoint, store, tmp_path):
    server.rule = lambda body: "A" if persona(body) == "A nurse." else "TIE"
    judged = judge(pairs(3), endpoint(), TWO, max_requests=100, store=store)

    write(judged.data, tmp_path / "judged.parquet")

    assert read(tmp_path / "judged.parquet") == judged.data
    assert {row["choice"] for row in judged.data.to_rows()} == {0.5, "tie"}


def test_it_works_inside_a_running_loop_as_in_a_notebook(server, endpoint, store):
    async def cell() -> Any:
        return judge(pairs(2), endpoint(), max_requests=10, store=store)

    assert asyncio.run(cell()).report.n_judgements == 2


def test_progress_is_told_of_every_question(server, endpoint, store):
    heard: list[tuple[str, int, int]] = []

    judge(pairs(3), endpoint(concurrent=1), max_requests=10, store=store, progress=lambda *report: heard.append(report))

    assert heard == [("judging", done, 6) for done in range(7)]


def test_wrong_arguments_are_explained(endpoint, store):
    with pytest.raises(GustibusError, match="endpoint must be a ChatEndpoint"):
        judge(pairs(1), "http://localhost/v1", max_requests=1)  # type: ignore[arg-type]
    with pytest.raises(GustibusError, match="disagreement='mean' is unknown"):
        judge(pairs(1), endpoint(), max_requests=1, disagreement="mean", store=store)  # type: ignore[arg-type]
    with pytest.raises(GustibusError, match="answer='xml' is unknown"):
        judge(pairs(1), endpoint(), max_requests=1, answer="xml", store=store)  # type: ignore[arg-type]
    with pytest.raises(GustibusError, match="criterion is empty"):
        plan_judging(pairs(1), endpoint(), criterion=" ", store=store)


# The store


def test_keys_and_texts_are_not_in_the_store(server, endpoint, store, tmp_path):
    key = "sk-very-secret-0123456789"
    server.rule = lambda body: f"echo {key}"

    with pytest.warns(DataWarning):
        judged = judge(pairs(2), endpoint(api_key=key), TWO, max_requests=100, store=store)

    assert server.requests[0]["key"] == f"Bearer {key}"
    kept = b"".join(path.read_bytes() for path in store.path.iterdir())
    assert key.encode() not in kept
    assert b"Say 0" not in kept
    assert b"A nurse" not in kept
    assert {one["text"] for one in judged.unanswered} == {"echo [key]"}


def test_a_damaged_store_is_explained_and_left_alone(endpoint, store):
    store.path.mkdir(parents=True)
    file = store.path / "answers.sqlite"
    file.write_bytes(b"this is no database, however long it may be" * 100)

    with pytest.raises(GustibusError, match=r"cannot be used.*not a database.*move it away"):
        judge(pairs(1), endpoint(), max_requests=2, store=store)
    assert file.read_bytes().startswith(b"this is no database")


def test_a_store_of_another_version_is_refused(endpoint, store):
    store.path.mkdir(parents=True)
    with sqlite3.connect(store.path / "answers.sqlite") as connection:
        connection.execute("PRAGMA user_version = 7")

    with pytest.raises(GustibusError, match="another version of gustibus"):
        judge(pairs(1), endpoint(), max_requests=2, store=store)


def test_a_store_that_cannot_be_made_is_explained(endpoint, tmp_path):
    from gustibus.judging import AnswerStore

    (tmp_path / "file").write_text("x")
    with pytest.raises(GustibusError, match="is a file"):
        AnswerStore(tmp_path / "file")
    with pytest.raises(GustibusError, match="cannot be used"):
        judge(pairs(1), endpoint(), max_requests=2, store=AnswerStore(tmp_path / "file" / "inner"))


def test_the_default_store_is_beside_that_of_the_vectors(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from gustibus.judging import AnswerStore

    monkeypatch.setenv("GUSTIBUS_CACHE", str(tmp_path))
    assert AnswerStore().path == tmp_path / "judgements"


def test_a_run_without_trouble_warns_of_nothing(server: ChatServer, endpoint: Any, store: Any) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        judged = judge(pairs(2), endpoint(), max_requests=10, store=store)
    assert len(judged.data) == 2
    assert len(judged.unanswered) == 0
