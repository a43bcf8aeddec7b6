"""What a run of the autopilot without a screen does around the trading: it waits, tells, and lets itself be asked."""

import argparse
import logging
import math
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import timedelta
from queue import Empty, SimpleQueue
from types import FrameType
from typing import TYPE_CHECKING

from core.runtime import Runtime

if TYPE_CHECKING:
    import socket

    from core.api.serving import Traffic

LAST_JOBS = 60.0
"""Seconds that jobs under way have to end by themselves; then they are asked to stop at their next step."""
_LOOK = 0.5
"""Seconds between two looks whether somebody switched it off."""
log = logging.getLogger(__name__)


class Asked:
    """Whether a signal asked the process to end. An Event would hang where the signal interrupts its own `wait`."""

    def __init__(self) -> None:
        self._queue: SimpleQueue[None] = SimpleQueue()  # its put may interrupt its get

    def set(self) -> None:
        """It did."""
        self._queue.put(None)

    def wait(self, seconds: float | None) -> bool:
        """Until it does, or the time is over; whether it did. None waits without end."""
        try:
            self._queue.get(timeout=seconds)
        except Empty:
            return False
        return True


def wait(opened: Runtime, traffic: "Traffic | None", stop: Asked, span: timedelta | None) -> None:
    """Until a signal, the end of the time, or somebody's switching it off, who hears the answer first."""
    on = time.monotonic()
    until = math.inf if span is None else on + span.total_seconds()
    while not stop.wait(min(_LOOK, max(0.0, until - time.monotonic()))):
        if (now := time.monotonic()) >= until:
            return
        if opened.schedule.turning:
            on = now
        elif traffic is None or traffic.quiet or now - on > LAST_JOBS:
            log.info("switched off: ending what is under way")
            return
    log.info("asked to stop: ending what is under way")


def door(opened: Runtime, options: argparse.Namespace) -> "AbstractContextManager[socket.socket | None]":
    """The socket of REST, before anything is traded: a port that is taken is told at once."""
    if options.no_rest:
        return nullcontext()
    from core.api.serving import allowed, listening  # brings FastAPI
    from core.store.tokens import read_tokens

    address = allowed(options.address, bool(read_tokens(opened.store)))
    if address != options.address:
        log.warning(
            "REST listens on %s instead of %s, because no token exists: start again once there is one",
            address,
            options.address,
        )
    return listening(address, options.port)


def rest(
    opened: Runtime, door: "socket.socket | None"
) -> "AbstractContextManager[Traffic] | AbstractContextManager[None]":
    """REST at that socket, while the block lasts."""
    if door is None:
        return nullcontext()
    from core.api.serving import serving

    return serving(opened, door)


@contextmanager
def alerts(opened: Runtime) -> Iterator[None]:
    """Tell what happens meanwhile, as the server does."""
    from core.alerts.watching import Watcher

    stop = threading.Event()
    watcher = threading.Thread(target=Watcher(lambda: opened.bench).run, args=(stop,), name="alerts")
    watcher.start()
    try:
        yield
    finally:
        stop.set()
        watcher.join()


@contextmanager
def signals(stop: Asked) -> Iterator[None]:
    """Tell it when the process is asked to end; what was there before is put back."""

    def asked(number: int, frame: FrameType | None) -> None:
        stop.set()

    before = {number: signal.signal(number, asked) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
