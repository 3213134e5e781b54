"""A service that is busy, slow, broken, gone or wrong: what is tried again, what is given up, and what stays."""

from __future__ import annotations

import random
import socket
import time
import traceback

import pytest
from chat_server import instead, says
from pairs_to_judge import pairs

from gustibus.comparisons import DataWarning, GustibusError
from gustibus.embedding import RetryPolicy
from gustibus.judging import AnswerStore, ChatEndpoint, judge
from local_service import break_off, hang, status

KEY = "sk-very-secret-0123456789"


def says_after(seconds: float):
    def late(request: object) -> bool:
        time.sleep(seconds)
        return False

    return late


@pytest.mark.parametrize(
    "failure",
    [status(429), status(500), status(502), status(503), status(504), status(408), break_off],
    ids=["429", "500", "502", "503", "504", "408", "cut off half-way"],
)
def test_passing_failures_are_tried_again_and_counted(server, endpoint, store, failure):
    server.failures = [failure, failure]

    judged = judge(pairs(2), endpoint(concurrent=1), max_requests=20, store=store)

    assert judged.report.n_judgements == 2
    assert (judged.report.n_requests, judged.report.n_failed_tries) == (6, 2) == (len(server.requests), 2)


def test_a_late_answer_is_asked_for_again(server, endpoint, store):
    server.failures = [hang(1.0)]

    judged = judge(pairs(1), endpoint(concurrent=1, timeout=0.5), max_requests=20, store=store)

    assert judged.report.n_judgements == 1
    assert judged.report.n_failed_tries >= 1  # a busy machine may be late a second time


def test_every_try_counts_towards_the_limit(server, endpoint, store):
    server.failures = [status(500)] * 3

    with pytest.warns(DataWarning, match="budget was spent"):
        judged = judge(pairs(2), endpoint(concurrent=1), max_requests=4, store=store)

    assert len(server.requests) == judged.report.n_requests == 4
    assert judged.report.n_from_store == 0
    assert judged.report.n_first + judged.report.n_second == 1


def test_a_busy_service_is_left_alone_by_all_for_as_long_as_it_says(server, endpoint, store):
    slow = says_after(0.3)  # so that what was under way beside the first ends when the client has long read its answer
    server.failures = [status(429, retry_after="0.9"), slow, slow]

    judge(pairs(6), endpoint(concurrent=3), max_requests=20, store=store)

    first = server.requests[0]["at"]
    early = [one for one in server.requests if one["at"] - first < 0.89]
    assert len(early) <= 3
    assert len(server.requests) == 13


def test_a_service_that_asks_for_too_long_a_wait_ends_the_run(server, endpoint, store):
    server.failures = [lambda request: False, status(429, retry_after="3600")]

    with pytest.raises(GustibusError, match=r"asks to wait 3600 s.*what is stored is kept"):
        judge(pairs(5), endpoint(concurrent=1), max_requests=20, store=store)

    assert len(server.requests) == 2
    assert judge(pairs(5), endpoint(), max_requests=20, store=store).report.n_from_store == 1


def test_requests_are_spaced_evenly(server, endpoint, store):
    judge(pairs(5), endpoint(requests_per_minute=1200, concurrent=8), max_requests=20, store=store)

    times = [one["at"] for one in server.requests]
    # ten requests, 50 ms from each to the next; a single one may be late, none may be early beyond the clock's error
    assert times[-1] - times[0] >= 9 * 0.05 - 0.03


def test_no_more_are_under_way_than_allowed(server, endpoint, store):
    server.seconds = 0.03

    judge(pairs(10), endpoint(concurrent=3), max_requests=20, store=store)

    assert 2 <= server.most_at_once <= 3


def test_a_question_that_fails_is_counted_and_listed_and_the_rest_goes_on(server, endpoint, store):
    server.failures = [lambda request: False, status(400, message="too long"), instead({"error": "overloaded"})]

    with pytest.warns(DataWarning, match="2 failed"):
        judged = judge(pairs(4), endpoint(concurrent=1), max_requests=20, both_orders=False, store=store)

    assert (judged.report.n_failed, judged.report.n_judgements) == (2, 2)
    refused, wrong = judged.unanswered
    assert (refused["reason"], wrong["reason"]) == ("failed", "failed")
    assert "HTTP 400" in str(refused["text"])
    assert "too long" in str(refused["text"])
    assert "overloaded" in str(wrong["text"])
    again = judge(pairs(4), endpoint(), max_requests=20, both_orders=False, store=store)
    assert (again.report.n_requests, again.report.n_judgements) == (2, 4)  # failures are not kept, so asked again


@pytest.mark.parametrize(
    "content",
    [
        "<html>Welcome</html>", "", "null", "[]", {}, {"choices": []}, {"choices": [{}]}, {"choices": "A"},
        {"choices": [{"message": "A"}]}, {"choices": [{"text": "A"}]},
    ],
    ids=repr,
)  # fmt: skip
def test_five_answers_against_the_protocol_in_a_row_end_the_run(server, endpoint, store, content):
    server.failures = [instead(content)] * 50

    with pytest.raises(GustibusError, match=r"not JSON|did not answer as the OpenAI chat protocol asks"):
        judge(pairs(20), endpoint(concurrent=1), max_requests=100, store=store)
    assert len(server.requests) == 5


def test_a_service_that_breaks_down_ends_the_run_and_what_it_answered_is_kept(server, endpoint, store):
    server.failures = [lambda request: False] * 3 + [status(500)] * 100

    with pytest.raises(GustibusError, match=r"failed 4 times.*HTTP 500.*run again"):
        judge(pairs(20), endpoint(concurrent=1), max_requests=1000, store=store)

    server.failures = []
    asked_before = len(server.requests)
    judged = judge(pairs(20), endpoint(), max_requests=1000, store=store)
    assert judged.report.n_from_store == 3
    assert len(server.requests) - asked_before == 37


@pytest.mark.parametrize(
    ("code", "fix"),
    [
        (401, "Pass api_key"),
        (403, "another key or model"),
        (404, "usually ends in /v1"),
        (301, "address that it points to"),
    ],
)
def test_a_wrong_key_or_address_ends_the_run_at_once(server, endpoint, store, code, fix):
    server.failures = [status(code, message="no, because")] * 100

    with pytest.raises(GustibusError, match=rf"HTTP {code}.*no, because.*{fix}"):
        judge(pairs(20), endpoint(concurrent=1), max_requests=100, store=store)
    assert len(server.requests) == 1


def test_a_wrong_path_is_explained(server, store):
    with pytest.raises(GustibusError, match=r"HTTP 404.*usually ends in /v1"):
        judge(pairs(3), ChatEndpoint(server.url.removesuffix("/v1"), "small"), max_requests=100, store=store)


def test_nobody_there_is_explained_after_the_tries_of_one_question(store):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unused.getsockname()[1]}/v1"
    gone = ChatEndpoint(url, "small", retry=RetryPolicy(tries=2, first_wait=0.01), concurrent=1)

    with pytest.raises(GustibusError, match=r"failed 2 times.*ConnectError.*Check that the service runs"):
        judge(pairs(20), gone, max_requests=100, store=store)


@pytest.mark.parametrize("failure", [status(401, message=f"bad {KEY}"), status(500, message=f"crash {KEY}")])
def test_the_key_is_in_no_error_even_if_the_service_repeats_it(server, endpoint, store, failure):
    server.failures = [failure] * 100

    with pytest.raises(GustibusError) as caught:
        judge(pairs(3), endpoint(api_key=KEY, concurrent=1), max_requests=100, store=store)

    assert KEY not in "".join(traceback.format_exception(caught.value))
    assert "[key]" in str(caught.value)


# Where the key comes from


def test_the_key_comes_from_the_argument_a_file_or_the_environment(server, endpoint, store, monkeypatch, tmp_path):
    (tmp_path / "key").write_text("from-file\n")
    monkeypatch.setenv("MINE", "from-mine")
    for i, settings in enumerate([{}, {"api_key": KEY}, {"api_key_file": tmp_path / "key"}, {"api_key_env": "MINE"}]):
        judge(pairs(1), endpoint(revision=str(i), **settings), max_requests=1, both_orders=False, store=store)
    monkeypatch.setenv("GUSTIBUS_JUDGE_API_KEY", "from-default")
    judge(pairs(1), endpoint(revision="last"), max_requests=1, both_orders=False, store=store)

    keys = [None, f"Bearer {KEY}", "Bearer from-file", "Bearer from-mine", "Bearer from-default"]
    assert [one["key"] for one in server.requests] == keys


def test_keys_that_cannot_be_are_explained_without_showing_them(endpoint, tmp_path):
    with pytest.raises(GustibusError, match="environment variable NOT_SET_ANYWHERE is not set"):
        endpoint(api_key_env="NOT_SET_ANYWHERE")
    with pytest.raises(GustibusError, match=r"cannot be read from .*nowhere"):
        endpoint(api_key_file=tmp_path / "nowhere")
    with pytest.raises(GustibusError, match="exclude each other"):
        endpoint(api_key=KEY, api_key_env="X")
    (tmp_path / "key").write_text("two words")
    with pytest.raises(GustibusError, match="holds no valid key") as caught:
        endpoint(api_key_file=tmp_path / "key")
    assert "two words" not in str(caught.value)


def test_the_key_is_no_part_of_what_an_endpoint_says_of_itself(endpoint):
    assert KEY not in repr(endpoint(api_key=KEY))


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"temperature": -1}, "temperature=-1 must be at least 0"),
        ({"max_tokens": 0}, "max_tokens=0 must be at least 1"),
        ({"requests_per_minute": 0}, "requests_per_minute=0 must be more than 0"),
        ({"concurrent": 0}, "concurrent=0 must be at least 1"),
        ({"timeout": float("nan")}, "timeout=nan must be more than 0"),
        ({"price_in": 1.0}, "price_in and price_out go together"),
    ],
)
def test_impossible_settings_are_refused(endpoint, settings, message):
    with pytest.raises(GustibusError, match=message):
        endpoint(**settings)


@pytest.mark.parametrize("url", ["localhost:8000/v1", "ftp://localhost/v1", "http://", "", "http://[::1/v1"])
def test_what_is_no_web_address_is_refused(url):
    with pytest.raises(GustibusError, match="is no web address"):
        ChatEndpoint(url, "small")


def test_an_address_with_a_password_is_refused_without_showing_it():
    with pytest.raises(GustibusError, match="holds a user, password") as caught:
        ChatEndpoint("http://me:hunter2@localhost/v1", "small")
    assert "hunter2" not in str(caught.value)


def test_answers_of_a_slow_service_come_in_any_order(server, endpoint, store):
    rng = random.Random(0)
    server.failures = [says_after(rng.uniform(0, 0.05)) for _ in range(24)]

    judged = judge(pairs(12), endpoint(concurrent=6), max_requests=100, store=store)

    assert (judged.data.outcome == 1).all()
    assert [row["prompt"] for row in judged.data.to_rows()] == [f"Say {i}" for i in range(12)]


def test_an_empty_answer_without_usage_is_kept_as_such(server, endpoint, store):
    server.usage = False
    server.failures = [says(None)]

    with pytest.warns(DataWarning, match="1 unparsable"):
        judged = judge(pairs(1), endpoint(), max_requests=1, both_orders=False, store=store)
    assert judged.unanswered[0]["text"] is None
    with pytest.warns(DataWarning, match="1 unparsable"):
        judge(pairs(1), endpoint(), max_requests=1, both_orders=False, store=AnswerStore(store.path))
    assert len(server.requests) == 1
