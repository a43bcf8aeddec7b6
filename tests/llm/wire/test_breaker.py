"""An endpoint that fails is left alone for a while."""

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import JobCancelled, LlmMisconfigured, LlmRateLimited, LlmUnreachable
from core.llm.wire.breaker import CLOSED, HALF_OPEN, OPEN, Breaker
from tests.llm.server import FakeLlm, Says, Script, fake_llm
from tests.llm.wire.clocked import GOOD, START, Clock, always, in_turn, question, wire_to

Serve = Callable[[Script], FakeLlm]


def test_it_opens_rests_tries_and_closes(serve: Serve) -> None:
    clock = Clock()
    fake = serve(always(Says("oops", 503)))
    wire = wire_to(fake, clock, retries=0, breaker_failures=3, breaker_seconds=120)
    for failures in (1, 2, 3):
        assert wire.state().breaker == CLOSED
        with pytest.raises(LlmUnreachable, match="fault of its own"):
            wire.send(question())
        assert wire.state().failures == failures
    state = wire.state()
    assert (state.breaker, state.resting_until) == (OPEN, START + timedelta(seconds=120))

    with pytest.raises(LlmUnreachable, match=r"left alone until 12:02:00 UTC .* fault of its own \(503"):
        wire.send(question())
    assert len(fake.heard) == 3  # nothing was sent

    clock.sleep(120)
    assert wire.state().breaker == HALF_OPEN
    with pytest.raises(LlmUnreachable):
        wire.send(question())
    assert len(fake.heard) == 4  # one trial, and it rests again
    assert wire.state().resting_until == START + timedelta(seconds=240)

    clock.sleep(120)
    fake.script = always(Says(GOOD))
    assert wire.send(question()).text == GOOD
    state = wire.state()
    assert (state.breaker, state.failures, state.resting_until, state.last_error) == (CLOSED, 0, None, "")


def test_repetitions_end_when_it_opens(serve: Serve) -> None:
    fake = serve(always(Says("oops", 503)))
    with pytest.raises(LlmUnreachable):
        wire_to(fake, retries=9, breaker_failures=2).send(question())
    assert len(fake.heard) == 2


def test_a_refused_key_is_told_as_such_also_while_it_rests(serve: Serve) -> None:
    fake = serve(always(Says("no", 401)))
    wire = wire_to(fake, breaker_failures=1)
    for words in ("refuses the key", "left alone until .* refuses the key"):
        with pytest.raises(LlmMisconfigured, match=words):
            wire.send(question())
    assert len(fake.heard) == 1


def test_a_good_answer_between_failures_starts_the_count_anew(serve: Serve) -> None:
    fake = serve(
        in_turn(Says("x", 503), Says("x", 503), Says(GOOD), Says("x", 503), Says("x", 503), Says(GOOD))
    )
    wire = wire_to(fake, breaker_failures=3, retries=2)
    assert [wire.send(question()).attempts for _ in range(2)] == [3, 3]


def test_being_busy_is_no_fault(serve: Serve) -> None:
    fake = serve(always(Says("slow down", 429)))
    wire = wire_to(fake, breaker_failures=1, retries=3)
    with pytest.raises(LlmRateLimited):
        wire.send(question())
    assert (len(fake.heard), wire.state().breaker) == (4, CLOSED)


def test_a_trial_that_is_called_off_leaves_room_for_another() -> None:
    clock, over, trying = Clock(), threading.Event(), threading.Event()

    def script(asked: object) -> Says:
        trying.set()
        over.wait(30)
        return Says(GOOD)

    def check() -> None:
        if trying.is_set():
            raise JobCancelled("Stopped.")

    with fake_llm(always(Says("oops", 503))) as fake:
        wire = wire_to(fake, clock, retries=0, breaker_failures=1, breaker_seconds=60)
        with pytest.raises(LlmUnreachable):
            wire.send(question())
        clock.sleep(60)
        fake.script = script
        with pytest.raises(JobCancelled):
            wire.send(question(), check)
        assert wire.state().breaker == HALF_OPEN
        over.set()
        assert wire.send(question()).text == GOOD


@given(st.lists(st.sampled_from(["good", "failed", "undecided", "wait"]), max_size=60), st.integers(1, 5))
def test_it_never_lets_two_try_at_once_nor_opens_too_early(events: list[str], most: int) -> None:
    clock = Clock()
    breaker = Breaker(most, 10, clock)
    in_a_row = 0
    for event in events:
        if event == "wait":
            clock.sleep(5)
            continue
        state = breaker.state
        admitted = breaker.admits()
        assert admitted == (state != OPEN)
        if not admitted:
            assert breaker.until is not None and breaker.until > clock.now
            continue
        if state == HALF_OPEN:
            assert not breaker.admits()
        getattr(breaker, event)()
        in_a_row = {"good": 0, "failed": in_a_row + 1, "undecided": in_a_row}[event]
        assert (breaker.state == CLOSED) == (in_a_row < most)
