"""Whoever asks to stop is heard wherever the wire waits."""

import threading
from collections.abc import Callable

import pytest

from core.errors import JobCancelled
from core.llm.wire.waiting import pause
from tests.llm.server import FakeLlm, Says, Script, fake_llm
from tests.llm.wire.clocked import GOOD, Clock, always, in_turn, question, wire_to

Serve = Callable[[Script], FakeLlm]


class Stop:
    """A check that raises once it is told to."""

    def __init__(self) -> None:
        self.now = threading.Event()

    def __call__(self) -> None:
        if self.now.is_set():
            raise JobCancelled("Stopped on request.")


class StoppingClock(Clock):
    """Asks to stop after so many slices of sleep."""

    def __init__(self, stop: Stop, slices: int) -> None:
        super().__init__()
        self._stop, self._slices = stop, slices

    def sleep(self, seconds: float) -> None:
        super().sleep(seconds)
        if len(self.slept) >= self._slices:
            self._stop.now.set()


def test_before_anything_is_sent(serve: Serve) -> None:
    stop = Stop()
    stop.now.set()
    fake = serve(always(Says(GOOD)))
    with pytest.raises(JobCancelled):
        wire_to(fake).send(question(), stop)
    assert fake.heard == []


@pytest.mark.parametrize("headers", [{"Retry-After": "50"}, {}])
def test_during_the_wait_before_a_repetition(serve: Serve, headers: dict[str, str]) -> None:
    stop = Stop()
    clock = StoppingClock(stop, slices=3)
    fake = serve(in_turn(Says("slow down", 429, headers), Says(GOOD)))
    with pytest.raises(JobCancelled):
        wire_to(fake, clock).send(question(), stop)
    assert (len(fake.heard), len(clock.slept)) == (1, 3)
    assert clock.waited < 1


def test_while_another_holds_the_only_place() -> None:
    stop, begun, over = Stop(), threading.Event(), threading.Event()

    def script(asked: object) -> Says:
        begun.set()
        over.wait(20)
        return Says(GOOD)

    with fake_llm(script) as fake:
        wire = wire_to(fake, concurrency=1)
        first = threading.Thread(target=wire.send, args=(question(),))
        first.start()
        assert begun.wait(20)
        looks = 0

        def check() -> None:
            nonlocal looks
            looks += 1
            if looks == 3:
                stop.now.set()
            stop()

        with pytest.raises(JobCancelled):
            wire.send(question(), check)
        assert len(fake.heard) == 1
        over.set()
        first.join(20)
        assert wire.send(question()).text == GOOD  # the place is free again


def test_while_the_model_writes() -> None:
    stop, over = Stop(), threading.Event()

    def script(asked: object) -> Says:
        stop.now.set()
        over.wait(20)
        return Says(GOOD)

    with fake_llm(script) as fake:
        wire = wire_to(fake, retries=5)
        with pytest.raises(JobCancelled):
            wire.send(question(), stop)  # comes back though the answer is not there
        over.set()
        assert (len(fake.heard), wire.state().in_flight) == (1, 0)
        assert wire.state().failures == 0


def test_a_pause_ends_on_time_and_is_cut_into_slices() -> None:
    clock, looks = Clock(), [0]

    def check() -> None:
        looks[0] += 1

    pause(1.1, check, clock.sleep)
    assert clock.waited == pytest.approx(1.1)
    assert (len(clock.slept), looks[0]) == (6, 7)
    pause(0, check, clock.sleep)
    assert len(clock.slept) == 6
