"""One GET against a loopback server that misbehaves in every way."""

import time
import traceback
from datetime import UTC, datetime

import pytest

from core.collect.wire.hosts import is_known
from core.collect.wire.http import get, get_json, wait_seconds
from core.errors import BadData, NeedsKey, NotFound, RateLimited, SourceError, Unreachable
from tests.collect.loopback import Loopback, Reply

KEY = "secret-key-of-mine"
NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)


def ask(url: str, timeout: float = 2.0, **options):
    return get(
        url, params={"apikey": KEY}, headers={"X-Key": KEY}, timeout=timeout, name="The source", **options
    )


def failure(url: str, timeout: float = 2.0, **options) -> SourceError:
    with pytest.raises(SourceError) as caught:
        ask(url, timeout, **options)
    told = "".join(traceback.format_exception(caught.value))
    assert KEY not in told, "neither the message nor what it was raised from holds the key"
    assert "127.0.0.1" not in str(caught.value) and "The source" in str(caught.value)
    return caught.value


def test_an_answer_has_status_headers_in_any_case_and_body(loopback: Loopback) -> None:
    loopback.on("/x", Reply(b"\x00\xff", headers={"ETag": '"v1"'}))
    answer = ask(f"{loopback.url}/x")
    assert (answer.status, answer.headers["etag"], answer.body) == (200, '"v1"', b"\x00\xff")
    _, query, headers = loopback.asked[0]
    assert query == {"apikey": KEY} and headers["X-Key"] == KEY and "Glassbox" in headers["User-Agent"]


def test_unchanged_since_last_time_is_an_answer_without_body(loopback: Loopback) -> None:
    loopback.on("/x", Reply("", 304))
    assert ask(f"{loopback.url}/x").status == 304


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, NotFound), (404, NotFound), (410, NotFound), (422, NotFound), (401, NeedsKey), (403, NeedsKey),
        (429, RateLimited), (500, Unreachable), (502, Unreachable), (503, Unreachable), (504, Unreachable),
        (408, Unreachable), (451, Unreachable), (204, Unreachable),
    ],
)  # fmt: skip
def test_a_status_means_one_error(loopback: Loopback, status: int, kind: type[SourceError]) -> None:
    loopback.on("/x", Reply("" if status == 204 else f"no, {KEY}", status))
    assert type(failure(f"{loopback.url}/x")) is kind


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("17", 17.0),
        (" 17 ", 17.0),
        ("0", 0.0),
        ("Sat, 21 Nov 2026 09:02:00 GMT", 120.0),
        ("Sat, 21 Nov 2026 08:00:00 GMT", 0.0),
        ("Sat, 21 Nov 2026 11:02:00 +0200", 120.0),
        ("", None),
        ("soon", None),
        ("-5", None),
        ("²", None),
        ("Sat, 99 Nov 2026 09:02:00 GMT", None),
        ("Sat, 21 Nov 99999999999 09:02:00 GMT", None),
    ],
)
def test_retry_after_is_seconds_or_a_date(header: str, seconds: float | None) -> None:
    assert wait_seconds(header, NOW) == seconds


def test_a_rate_limit_tells_how_long_to_wait(loopback: Loopback) -> None:
    loopback.on("/x", Reply("", 429, {"Retry-After": "77"}))
    assert failure(f"{loopback.url}/x").retry_after == 77
    loopback.on("/x", Reply("", 429))
    assert failure(f"{loopback.url}/x").retry_after is None


def test_silence_ends_at_the_deadline(loopback: Loopback) -> None:
    loopback.on("/x", Reply("{}", delay=5))
    begun = time.monotonic()
    error = failure(f"{loopback.url}/x", timeout=0.3)
    assert type(error) is Unreachable and "0.3 seconds" in str(error) and time.monotonic() - begun < 1


def test_a_trickle_of_bytes_ends_at_the_deadline(loopback: Loopback) -> None:
    """Each byte comes in time, the whole does not."""
    loopback.on("/x", Reply("x" * 100, pace=0.1))
    begun = time.monotonic()
    error = failure(f"{loopback.url}/x", timeout=0.4)
    assert type(error) is Unreachable and "0.4 seconds" in str(error) and time.monotonic() - begun < 1


def test_a_trickle_that_stops_ends_at_the_deadline(loopback: Loopback) -> None:
    loopback.on("/x", Reply("xx", pace=0.25))
    begun = time.monotonic()
    assert type(failure(f"{loopback.url}/x", timeout=0.3)) is Unreachable
    assert time.monotonic() - begun < 0.45, (
        "the time-out of the socket starts anew with each byte, the deadline not"
    )


def test_a_cut_body_is_no_answer(loopback: Loopback) -> None:
    loopback.on("/x", Reply('{"a": 1, "b": 2}', cut=True))
    assert type(failure(f"{loopback.url}/x")) is Unreachable


def test_a_body_beyond_the_limit_is_not_read_to_its_end(loopback: Loopback) -> None:
    loopback.on("/x", Reply("x" * 200_000))
    assert len(ask(f"{loopback.url}/x", max_bytes=200_000).body) == 200_000
    assert type(failure(f"{loopback.url}/x", max_bytes=199_999)) is BadData


def test_a_refused_connection_and_an_unknown_host_are_unreachable(loopback: Loopback) -> None:
    assert type(failure("http://127.0.0.1:9/x")) is Unreachable
    assert type(failure("http://no-such-host.invalid/x")) is Unreachable
    assert not is_known("no-such-host.invalid", 2.0) and is_known("127.0.0.1", 2.0)
    assert not is_known("a" * 300, 2.0), "a name that cannot be one"


def test_redirects_are_followed_within_one_deadline(loopback: Loopback) -> None:
    loopback.on("/old", Reply("", 302, {"Location": "/new"}))
    loopback.on("/new", Reply("here"))
    assert ask(f"{loopback.url}/old").body == b"here"
    loopback.on("/old", Reply("", 302, {"Location": "/old"}, delay=0.12))
    begun = time.monotonic()
    assert type(failure(f"{loopback.url}/old", timeout=0.3)) is Unreachable
    assert time.monotonic() - begun < 0.6
    loopback.on("/old", Reply("", 302, {"Location": "/old"}))
    assert type(failure(f"{loopback.url}/old")) is Unreachable


def test_a_redirect_is_not_followed_where_the_request_holds_a_key(loopback: Loopback) -> None:
    loopback.on("/old", Reply("", 302, {"Location": "/new"}))
    assert type(failure(f"{loopback.url}/old", redirects=False)) is Unreachable
    assert loopback.count("/new") == 0


@pytest.mark.parametrize("body", ["<html></html>", "", '{"a": ', b"\xff\xfe", "[" * 200_000])
def test_what_is_no_json_is_bad_data(loopback: Loopback, body: str | bytes) -> None:
    loopback.on("/x", Reply(body))
    with pytest.raises(BadData):
        get_json(f"{loopback.url}/x", timeout=2.0, name="The source")


def test_json_is_read(loopback: Loopback) -> None:
    loopback.on("/x", Reply({"a": [1, None]}))
    assert get_json(f"{loopback.url}/x", timeout=2.0, name="The source") == {"a": [1, None]}
