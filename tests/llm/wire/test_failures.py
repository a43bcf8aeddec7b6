"""Every way in which a server can fail to answer, through the real client."""

import json
import traceback
from collections.abc import Callable
from datetime import timedelta
from email.utils import format_datetime
from typing import Any

import pytest

from core.errors import (
    LlmError,
    LlmMalformed,
    LlmMisconfigured,
    LlmRateLimited,
    LlmTruncated,
    LlmUnreachable,
)
from core.llm.wire import bounded
from tests.llm.server import FakeLlm, Says, Script, fake_llm
from tests.llm.wire.clocked import GOOD, KEY, START, Clock, always, in_turn, mode_of, question, wire_to

Serve = Callable[[Script], FakeLlm]


def said_by(err: BaseException) -> str:
    """All that a log or a page could show of an error, its origins included."""
    return "".join(traceback.format_exception(err)) + repr(err) + repr(vars(err))


@pytest.mark.parametrize(
    ("says", "kind", "words"),
    [
        (Says("Incorrect API key: " + KEY, 401), LlmMisconfigured, "refuses the key (401): set or correct GLASSBOX_KEYS__LLM"),
        (Says(f"no access with {KEY}", 403), LlmMisconfigured, "no access (403, it says: no access with …"),
        (Says("model not found", 404), LlmMisconfigured, "does not know the model fake-model or the address (404"),
        (Says("fake-model is not a valid model ID", 400), LlmMisconfigured, "does not know the model fake-model"),
        (Says("insufficient_quota", 429), LlmRateLimited, "no money left (429)"),
        (Says("Insufficient credits", 402), LlmRateLimited, "no money left (402)"),
        (Says("This model's maximum context length is 8192 tokens", 400), LlmTruncated, "longer than fake-model"),
        (Says("the request exceeds the available context size", 400), LlmTruncated, "longer than fake-model"),
        (Says("too large", 413), LlmTruncated, "longer than fake-model"),
        (Says(body="<html>Sign in</html>"), LlmMisconfigured, "no chat completion: correct llm.base_url"),
        (Says(body="<html>Sign in</html>", headers={"Content-Type": "text/html"}), LlmMisconfigured, "no chat completion"),
        (Says(body="[1, 2]"), LlmMisconfigured, "no chat completion"),
        (Says(body='"words"'), LlmMisconfigured, "no chat completion"),
    ],
    ids=lambda value: str(value.status or value.body) if isinstance(value, Says) else "",
)  # fmt: skip
def test_what_repeating_cannot_heal_is_told_at_once(
    says: Says, kind: type[LlmError], words: str, serve: Serve
) -> None:
    fake = serve(always(says))
    with pytest.raises(kind) as caught:
        wire_to(fake, clock := Clock()).send(question())
    assert words in str(caught.value)
    assert clock.slept == []
    assert caught.value.attempts == len(fake.heard)
    assert len(fake.heard) == 1
    assert set(fake.keys) == {f"Bearer {KEY}"}
    assert KEY not in said_by(caught.value)
    assert str(caught.value).count("\n") == 0


@pytest.mark.parametrize(
    "says",
    [
        Says("boom", 500),
        Says("overloaded", 503),
        Says("bad gateway", 502),
        Says("slow down", 429),
        Says("slow down", 429, {"Retry-After": "7"}),
        Says(GOOD, cut=True),
        Says(GOOD, choices=False),
        Says(body='{"error": {"message": "provider down", "code": 502}}'),
        Says(body='{"choices": [{"index": 0}]}'),
    ],
    ids=lambda says: f"{says.status} {says.headers or says.body or ('cut' if says.cut else '')}",
)
def test_what_may_pass_is_tried_again(says: Says, serve: Serve) -> None:
    clock = Clock()
    fake = serve(in_turn(says, Says(GOOD)))
    wire = wire_to(fake, clock)
    answer = wire.send(question())
    assert (answer.text, answer.finish) == (GOOD, "stop")
    assert answer.attempts == len(fake.heard) == 2
    assert wire.state().last_error == ""
    fake = serve(always(says))
    wire = wire_to(fake, Clock(), retries=2, breaker_failures=100)
    with pytest.raises((LlmUnreachable, LlmRateLimited)) as caught:
        wire.send(question())
    tried_modes = 2 if says.status == 500 else 0
    assert len(fake.heard) == 3 + tried_modes
    assert wire.state().last_error == str(caught.value)
    assert KEY not in said_by(caught.value)


def test_a_wait_that_is_asked_for_is_kept(serve: Serve) -> None:
    clock = Clock()
    fake = serve(in_turn(Says("slow down", 429, {"Retry-After": "7"}), Says(GOOD)))
    wire_to(fake, clock).send(question())
    assert 7 <= clock.waited <= 7.5


def test_a_wait_may_be_a_date(serve: Serve) -> None:
    clock = Clock()
    date = format_datetime(START + timedelta(seconds=30), usegmt=True)
    fake = serve(in_turn(Says("busy", 503, {"Retry-After": date}), Says(GOOD)))
    wire_to(fake, clock).send(question())
    assert 30 <= clock.waited <= 30.5


def test_a_finer_wait_comes_first(serve: Serve) -> None:
    clock = Clock()
    headers = {"Retry-After": "9", "retry-after-ms": "1500"}
    fake = serve(in_turn(Says("slow down", 429, headers), Says(GOOD)))
    wire_to(fake, clock).send(question())
    assert 1.5 <= clock.waited <= 2.0


@pytest.mark.parametrize("asked", ["soon", "", "-5", "1e9", "Thu, 99 Foo 2026"])
def test_a_wait_that_cannot_be_read_is_ours(asked: str, serve: Serve) -> None:
    clock = Clock()
    fake = serve(in_turn(Says("slow down", 429, {"Retry-After": asked}), Says(GOOD)))
    wire_to(fake, clock).send(question())
    assert 1 <= clock.waited <= 2  # one second and up to one more


def test_waits_of_ours_grow(serve: Serve) -> None:
    clock = Clock()
    fake = serve(always(Says("slow down", 429)))
    with pytest.raises(LlmRateLimited):
        wire_to(fake, clock, retries=3).send(question())
    assert 1 + 2 + 4 <= clock.waited <= 1 + 2 + 4 + 3


def test_nobody_waits_for_minutes_and_nobody_asks_meanwhile(serve: Serve) -> None:
    clock = Clock()
    fake = serve(in_turn(Says("slow down", 429, {"Retry-After": "600"}), Says(GOOD)))
    wire = wire_to(fake, clock)
    for _ in range(2):
        with pytest.raises(LlmRateLimited, match=r"slow down for 600"):
            wire.send(question())
    assert (len(fake.heard), clock.waited) == (1, 0)
    clock.sleep(600)
    assert wire.send(question()).text == GOOD


def test_a_late_answer_is_none() -> None:
    with fake_llm(always(Says(GOOD, delay=30))) as fake:
        with pytest.raises(LlmUnreachable, match=r"did not answer within 0\.3 seconds: raise"):
            wire_to(fake, timeout_seconds=0.3, retries=1).send(question())
        assert len(fake.heard) == 2


def test_nobody_listens() -> None:
    with fake_llm(always(Says(GOOD))) as fake:
        address = fake.base_url
    clock = Clock()
    with pytest.raises(LlmUnreachable, match=r"127\.0\.0\.1:\d+ cannot be reached \(no connection\): see"):
        wire_to(address, clock, retries=1).send(question())
    assert clock.waited >= 1


def test_an_answer_of_megabytes_is_not_read_to_its_end(monkeypatch: pytest.MonkeyPatch, serve: Serve) -> None:
    monkeypatch.setattr(bounded, "MAX_BYTES", 100_000)
    fake = serve(always(Says("a" * 5_000_000)))
    with pytest.raises(LlmMalformed, match=r"sends more than any answer"):
        wire_to(fake).send(question())
    assert len(fake.heard) == 1


@pytest.mark.parametrize(
    "odd",
    [
        {"choices": [{"message": {"role": "assistant", "content": None}, "finish_reason": None}]},
        {"choices": [{"message": {"content": [1, 2]}}], "usage": {"prompt_tokens": "many"}},
        {"choices": [{"message": {"content": ""}}], "usage": None},
    ],
)
def test_missing_parts_of_an_answer_are_borne(odd: dict[str, Any], serve: Serve) -> None:

    fake = serve(always(Says(body=json.dumps(odd))))
    answer = wire_to(fake).send(question())
    assert (answer.text, answer.finish, answer.tokens_out) == ("", "stop", 0)
    assert answer.tokens_in > 0  # counted by us


def test_no_state_and_no_repr_shows_the_key(serve: Serve) -> None:
    fake = serve(always(Says(f"what is {KEY}", 500)))
    wire = wire_to(fake, retries=0)
    with pytest.raises(LlmUnreachable) as caught:
        wire.send(question())
    assert "it says: what is …" in str(caught.value)
    shown = repr(wire) + repr(wire.endpoint) + repr(wire.state()) + str(wire._line) + said_by(caught.value)
    assert KEY not in shown


def test_the_first_model_that_the_server_lists_is_taken(serve: Serve) -> None:
    fake = serve(always(Says(GOOD)))
    wire = wire_to(fake, model="")
    assert wire.state().model == ""
    wire.send(question())
    assert [heard["model"] for heard in fake.heard] == ["fake-model"]
    assert wire.models() == ("fake-model",)
    assert mode_of(fake.heard[0]) == "json_schema"
