"""A signal that asks the process to end, at any moment of its waiting."""

import os
import signal
import sys
from types import FrameType
from typing import Any

import pytest

from core.commands.headless import Asked, signals


@pytest.mark.timeout(60)
@pytest.mark.parametrize("step", range(1, 8))
def test_a_signal_is_heard_whichever_step_of_the_waiting_it_interrupts(step: int) -> None:
    stop, steps = Asked(), 0

    def trace(frame: FrameType, event: str, found: Any) -> Any:
        nonlocal steps
        steps += 1
        if steps == step:
            os.kill(os.getpid(), signal.SIGTERM)
        return trace

    before = sys.gettrace()
    with signals(stop):
        sys.settrace(trace)
        try:
            ended = stop.wait(0.2)
        finally:
            sys.settrace(before)
        assert steps >= step, "the signal was sent"
        assert ended or stop.wait(0), "in time, or a moment after it"


def test_without_a_signal_the_time_ends_it() -> None:
    stop, before = Asked(), signal.getsignal(signal.SIGTERM)
    with signals(stop):
        assert not stop.wait(0.01)
    assert signal.getsignal(signal.SIGTERM) == before
