from __future__ import annotations

import socket
import traceback
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import numpy as np
import pytest
from embeddings_server import EmbeddingsServer, changed
from trigram_encoder import TrigramEncoder, texts

from gustibus.comparisons import GustibusError, canonical_messages
from gustibus.embedding import EmbeddingStore, EndpointEncoder, RetryPolicy, encode_items
from local_service import break_off, hang, serving, status

QUICK = RetryPolicy(tries=4, first_wait=0.01, longest_wait=5.0)
KEY = "sk-very-secret-0123456789"


@pytest.fixture
def server(monkeypatch):
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.delenv("GUSTIBUS_EMBEDDINGS_API_KEY", raising=False)
    with serving(EmbeddingsServer) as running:
        yield running


def endpoint(server, **settings):
    return EndpointEncoder(server.url, "small", **{"retry": QUICK, **settings})


def expected(responses):
    return np.stack([TrigramEncoder().vector(text) for text in responses])


def test_vectors_come_back_in_the_order_of_the_texts(server):
    responses = texts(50)

    vectors = endpoint(server, texts_per_request=7).encode(responses)

    # numbers travel as decimal text, which keeps a float32 exactly
    np.testing.assert_array_equal(vectors, expected(responses))
    assert len(server.requests) == 8
    assert sorted(text for one in server.requests for text in one["input"]) == sorted(responses)
    assert {(one["model"], one["encoding_format"]) for one in server.requests} == {("small", "float")}


@pytest.mark.parametrize("address", ["{}", "{}/", "{}/embeddings", "{}/embeddings/"])
def test_the_address_may_be_written_with_or_without_its_end(server, address):
    encoder = EndpointEncoder(address.format(server.url), "small")

    assert encoder.identity == endpoint(server).identity
    assert encoder.encode(["tea"]).shape == (1, 16)


def test_dimensions_and_unit_length_on_request(server):
    vectors = endpoint(server, dimensions=6, normalise=True).encode(texts(3))

    assert server.requests[0]["dimensions"] == 6
    raw = expected(texts(3))[:, :6]
    np.testing.assert_allclose(vectors, raw / np.linalg.norm(raw, axis=1, keepdims=True), atol=1e-6)


def test_a_conversation_is_sent_as_readable_text(server):
    prompt = canonical_messages([{"role": "user", "content": "Tea or coffee?"}])

    endpoint(server).encode_items([prompt], ["Tea."])

    assert server.requests[0]["input"] == ["user: Tea or coffee?\n\nassistant: Tea."]


@pytest.mark.parametrize(
    "failure",
    [status(429), status(500), status(502), status(503), status(504), status(408), break_off],
    ids=["429", "500", "502", "503", "504", "408", "broken off"],
)
def test_passing_failures_are_tried_again(server, failure):
    server.failures = [failure, failure]

    vectors = endpoint(server).encode(texts(3))

    np.testing.assert_array_equal(vectors, expected(texts(3)))
    assert len(server.requests) == 3


def test_a_timeout_is_tried_again(server):
    server.failures = [hang(1.0)]

    vectors = endpoint(server, timeout=0.5).encode(texts(3))

    np.testing.assert_array_equal(vectors, expected(texts(3)))
    assert len(server.requests) >= 2  # a busy machine may be late a second time


def test_waits_grow_from_try_to_try(server):
    server.failures = [status(500)] * 3

    endpoint(server, retry=RetryPolicy(tries=4, first_wait=0.05)).encode(["tea"])

    arrived = [one["at"] for one in server.requests]
    # a sleep is never shorter than asked; it may be longer on a busy machine
    assert all(wait >= least for wait, least in zip(np.diff(arrived), [0.05, 0.1, 0.2], strict=True))


@pytest.mark.parametrize("as_date", [False, True])
def test_the_service_is_waited_for_as_long_as_it_asks(server, as_date):
    when = format_datetime(datetime.now(UTC) + timedelta(seconds=2), usegmt=True)
    server.failures = [status(429, retry_after=when if as_date else "1")]

    endpoint(server).encode(["tea"])

    first, second = (one["at"] for one in server.requests)
    assert second - first >= 0.9  # a date is in whole seconds and may lie up to one second less ahead


def test_a_service_that_asks_for_too_long_is_given_up_on(server):
    server.failures = [status(429, retry_after="3600")]

    with pytest.raises(GustibusError, match=r"asks to wait 3600 s.*longest_wait=5"):
        endpoint(server).encode(["tea"])
    assert len(server.requests) == 1


def test_tries_are_limited(server):
    server.failures = [status(503, message="the model is loading")] * 9

    with pytest.raises(GustibusError, match=r"failed 4 times.*HTTP 503.*the model is loading.*run again"):
        endpoint(server).encode(["tea"])
    assert len(server.requests) == 4


def test_a_service_that_is_not_there_is_explained():
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unused.getsockname()[1]}/v1"

    with pytest.raises(GustibusError, match=r"failed 2 times.*ConnectError.*Check that the service runs"):
        EndpointEncoder(url, "small", retry=RetryPolicy(tries=2, first_wait=0.01)).encode(["tea"])


@pytest.mark.parametrize(
    ("code", "fix"),
    [
        (400, "Correct the request"),
        (401, "Pass api_key=.* or set the environment variable"),
        (403, "another key or model"),
        (404, "usually ends in /v1"),
        (413, "fewer in one request"),
        (301, "Give the address that it points to"),
    ],
)
def test_refusals_are_not_repeated_and_name_a_fix(server, code, fix):
    server.failures = [status(code, message="no, because")]

    with pytest.raises(GustibusError, match=rf"HTTP {code}.*no, because.*{fix}"):
        endpoint(server).encode(["tea"])
    assert len(server.requests) == 1


def with_first(**changes):
    return lambda data: [{**data[0], **changes}, *data[1:]]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda data: data[:-1], "3 texts were sent, 2 vectors came back"),
        (lambda data: [*data, data[0]], "3 texts were sent, 4 vectors came back"),
        (lambda data: "nothing", "no list 'data'"),
        (lambda data: [1, 2, 3], "no list 'data' of objects"),
        (with_first(index=1), "'index' does not number"),
        (with_first(index=7), "'index' does not number"),
        (with_first(index=None), "'index' does not number"),
        (with_first(index=True), "'index' does not number"),
        (with_first(embedding=[1.0, 2.0]), r"unequal lengths \(2 to 16\)"),
        (with_first(embedding=[]), "no list of numbers"),
        (with_first(embedding="AAAA"), "no list of numbers"),
        (with_first(embedding=["1.0"] * 16), "no list of numbers"),
        (with_first(embedding=[None] * 16), "no list of numbers"),
        (with_first(embedding=[[1.0]] * 16), "no list of numbers"),
        (with_first(embedding=[float("nan")] * 16), "not finite"),
        (with_first(embedding=[1e39] * 16), "not finite"),
    ],
)
def test_answers_against_the_protocol_are_refused(server, change, message):
    server.failures = [changed(change)]

    with pytest.raises(GustibusError, match=f"did not answer as the OpenAI embeddings protocol asks.*{message}"):
        endpoint(server).encode(texts(3))


def test_an_answer_that_is_not_json_is_explained(server):
    def page(request):
        request.answer("<html>Welcome</html>")
        return True

    server.failures = [page]

    with pytest.raises(GustibusError, match=r"not JSON: '<html>Welcome</html>'"):
        endpoint(server).encode(["tea"])


def test_vectors_whose_length_changes_between_requests_are_refused(server):
    shorter = changed(lambda data: [{**one, "embedding": one["embedding"][:5]} for one in data])
    server.failures = [lambda request: False, shorter]

    with pytest.raises(GustibusError, match="vectors of 5 dimensions after vectors of 16"):
        endpoint(server, texts_per_request=2).encode(texts(4))


def test_dimensions_that_the_service_does_not_give_are_refused(server):
    server.failures = [changed(lambda data: [{**one, "embedding": [1.0] * 16} for one in data])]

    with pytest.raises(GustibusError, match="vectors of 16 dimensions after vectors of 8"):
        endpoint(server, dimensions=8).encode(["tea"])


def test_a_vector_of_zeros_has_no_unit_length(server):
    server.failures = [changed(with_first(embedding=[0.0] * 16))]

    with pytest.raises(GustibusError, match="vector of zeros"):
        endpoint(server, normalise=True).encode(["tea"])


def test_the_key_comes_from_the_argument_or_the_environment(server, monkeypatch):
    endpoint(server).encode(["tea"])
    monkeypatch.setenv("GUSTIBUS_EMBEDDINGS_API_KEY", "from-environment\n")
    endpoint(server).encode(["tea"])
    endpoint(server, api_key=KEY).encode(["tea"])
    endpoint(server, api_key_env="ANOTHER").encode(["tea"])

    assert [one["key"] for one in server.requests] == [None, "Bearer from-environment", f"Bearer {KEY}", None]


@pytest.mark.parametrize(
    "failure", [status(401, message=f"wrong key {KEY}"), status(500, message=f"crashed with {KEY}")]
)
def test_the_key_is_in_no_error_even_if_the_service_repeats_it(server, failure):
    server.failures = [failure] * 4

    with pytest.raises(GustibusError) as caught:
        endpoint(server, api_key=KEY).encode(["tea"])

    assert KEY not in "".join(traceback.format_exception(caught.value))
    assert "[key]" in str(caught.value)


@pytest.mark.parametrize("key", ["two words", "line\nbreak", "schlüssel", ""])
def test_an_impossible_key_is_refused_without_showing_it(key):
    with pytest.raises(GustibusError, match="api_key holds no valid key") as caught:
        EndpointEncoder("http://localhost/v1", "small", api_key=key)

    assert not key or key not in str(caught.value)


def test_the_key_is_no_part_of_identity_config_or_description(server):
    with_key, without = endpoint(server, api_key=KEY), endpoint(server)

    assert with_key.identity == without.identity
    assert KEY not in f"{with_key.config()} {with_key!r}"


@pytest.mark.parametrize(
    "url", ["http://me:hunter2@localhost/v1", "http://localhost/v1?key=hunter2", "http://localhost/v1#hunter2"]
)
def test_an_address_that_may_hold_a_secret_is_refused_without_showing_it(url):
    with pytest.raises(GustibusError, match="'localhost' holds a user, password") as caught:
        EndpointEncoder(url, "small")

    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize("url", ["localhost:8000/v1", "ftp://localhost/v1", "http://", ""])
def test_what_is_no_web_address_is_refused(url):
    with pytest.raises(GustibusError, match="is no web address"):
        EndpointEncoder(url, "small")


def test_identity_follows_what_changes_the_numbers(server):
    settings = [{}, {"dimensions": 4}, {"normalise": True}, {"item_text": "response"}, {"revision": "May"}]

    identities = {endpoint(server, **one).identity for one in settings}

    assert len(identities | {EndpointEncoder(server.url, "large").identity}) == len(settings) + 1
    assert endpoint(server, timeout=1.0, texts_per_request=2).identity in identities


def test_what_a_failing_service_answered_before_is_kept_and_not_asked_again(server, tmp_path):
    encoder = endpoint(server, texts_per_request=5, retry=RetryPolicy(tries=1))
    store = EmbeddingStore(tmp_path, write_every=3600.0)
    server.failures = [lambda request: False, lambda request: False, status(500)]
    with pytest.raises(GustibusError, match="what is stored is kept"):
        encode_items(encoder, [None] * 20, texts(20), store=store)

    vectors = encode_items(encoder, [None] * 20, texts(20), store=store)

    np.testing.assert_array_equal(vectors, expected(texts(20)))
    assert [len(one["input"]) for one in server.requests] == [5, 5, 5, 5, 5]


def test_impossible_settings_are_refused():
    with pytest.raises(GustibusError, match="tries=0 must be at least 1"):
        RetryPolicy(tries=0)
    with pytest.raises(GustibusError, match="first_wait=9"):
        RetryPolicy(first_wait=9, longest_wait=1)
    with pytest.raises(GustibusError, match="texts_per_request=0 must be at least 1"):
        EndpointEncoder("http://localhost/v1", "small", texts_per_request=0)
