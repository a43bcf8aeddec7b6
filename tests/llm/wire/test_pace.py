"""How many requests are under way at once."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import LlmRateLimited
from core.llm.wire.pace import LONGEST_HOLD, START, Pace
from tests.llm.server import FakeLlm, Says, Script
from tests.llm.wire.clocked import GOOD, Clock, in_turn, question, wire_to

Serve = Callable[[Script], FakeLlm]


def nothing() -> None:
    """Nobody wants to stop."""


def round_of(pace: Pace, *seconds: float, crowded: bool = False) -> None:
    """Requests one after the other, each of the same length."""
    for each in seconds:
        with pace.place(nothing) as place:
            if crowded:
                place.overrun()
            else:
                place.good(each, 100, 50)


def test_a_round_of_good_answers_adds_one_and_a_crowd_halves() -> None:
    pace = Pace(8, Clock())
    assert pace.limit == START
    round_of(pace, *[1.0] * 4)
    assert pace.limit == pytest.approx(5)
    round_of(pace, *[1.0] * 5)
    assert pace.limit == pytest.approx(6)
    round_of(pace, 1.0, crowded=True)
    assert pace.limit == pytest.approx(3)
    round_of(pace, *[1.0] * 100)
    assert pace.limit == 8
    for _ in range(10):
        round_of(pace, 1.0, crowded=True)
    assert pace.limit == 1


def test_those_under_way_together_cut_once() -> None:
    pace = Pace(4, Clock())
    with ExitStack() as together:
        for place in [together.enter_context(pace.place(nothing)) for _ in range(4)]:
            place.overrun()
        assert pace.under_way == 4
    assert (pace.limit, pace.under_way) == (2, 0)
    round_of(pace, 1.0, crowded=True)
    assert pace.limit == 1


def test_an_answer_far_slower_than_the_median_is_a_sign_of_a_crowd() -> None:
    pace = Pace(4, Clock())
    round_of(pace, 1.0, 1.1, 0.9, 1.0, 1.0, 2.9)
    assert (pace.limit, pace.latency) == (4, 1.0)
    round_of(pace, 3.5)
    assert pace.limit == 2


def test_nobody_minds_milliseconds() -> None:
    pace = Pace(4, Clock())
    round_of(pace, *[0.01] * 8, 0.9)
    assert pace.limit == 4


def test_long_answers_may_take_longer() -> None:
    pace = Pace(4, Clock())
    round_of(pace, *[1.0] * 8)
    with pace.place(nothing) as place:
        place.good(12.0, 1000, 900)
    assert pace.limit == 4


def test_a_hold_ends_and_never_lasts_for_days() -> None:
    clock = Clock()
    pace = Pace(4, clock)
    pace.hold(30)
    pace.hold(10)
    clock.sleep(20)
    assert pace.held() == 10
    clock.sleep(20)
    assert pace.held() == 0
    pace.hold(1e9)
    assert pace.held() == LONGEST_HOLD


@given(
    st.integers(1, 64),
    st.lists(st.one_of(st.floats(0.001, 100), st.none()), max_size=80),
)
def test_the_limit_stays_between_one_and_the_most(most: int, outcomes: Sequence[float | None]) -> None:
    pace = Pace(most, Clock())
    for seconds in outcomes:
        round_of(pace, seconds or 0.0, crowded=seconds is None)
        assert 1 <= pace.limit <= most
    assert pace.under_way == 0


def test_many_threads_never_exceed_the_setting(serve: Serve) -> None:
    together, first_three = threading.Barrier(3, timeout=30), iter(range(3))

    def script(asked: dict[str, Any]) -> Says:
        if next(first_three, None) is not None:
            together.wait()
        return Says(GOOD)

    fake = serve(script)
    wire = wire_to(fake, concurrency=3)
    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(lambda _: wire.send(question()), range(24)))
    assert [answer.text for answer in answers] == [GOOD] * 24
    assert len(fake.heard) == wire.state().requests == 24
    assert fake.most_at_once == 3
    assert wire.state().in_flight == 0


def test_a_429_halves_the_limit_and_good_answers_bring_it_back(serve: Serve) -> None:
    fake = serve(in_turn(Says("slow down", 429, {"Retry-After": "5"}), Says(GOOD)))
    wire = wire_to(fake, concurrency=4)
    wire.send(question())
    assert wire.state().limit == pytest.approx(2.5)  # halved by the first request, raised by its repetition
    for _ in range(20):
        wire.send(question())
    assert wire.state().limit == 4


def test_all_threads_keep_the_wait_that_one_was_told(serve: Serve) -> None:
    told = threading.Event()

    def script(asked: dict[str, Any]) -> Says:
        first = not told.is_set()
        told.set()
        return Says("slow down", 429, {"Retry-After": "50"}) if first else Says(GOOD)

    clock = Clock()
    wire = wire_to(serve(script), clock, retries=0)
    with pytest.raises(LlmRateLimited):
        wire.send(question())
    assert clock.slept == []
    wire.send(question())
    assert clock.waited == pytest.approx(50)


def test_threads_learn_one_dialect_together(serve: Serve) -> None:
    fake = serve(
        lambda asked: Says("no json_schema here", 400) if "json_schema" in str(asked.get("response_format")) else Says(GOOD)
    )  # fmt: skip
    wire = wire_to(fake, concurrency=8)
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: wire.send(question()), range(32)))
    assert {answer.mode for answer in answers} == {"json_object"}
    assert sum(answer.attempts for answer in answers) == len(fake.heard) <= 32 + 8
    assert wire.state().breaker == "closed"
