"""Waiting that can be called off."""

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

from core.llm.message import Check

Value = TypeVar("Value")
_SLICE = 0.2
"""Seconds between two looks at `check`."""


def pause(seconds: float, check: Check, sleep: Callable[[float], None]) -> None:
    """Sleep so long, with a look at `check` now and then."""
    left = seconds
    while left > 0:
        check()
        sleep(min(left, _SLICE))
        left -= _SLICE
    check()


def attended(question: Callable[[], Value], check: Check) -> Value:
    """What `question` returns or raises; it is left to itself when `check` raises meanwhile.

    A blocked read cannot be broken off from outside: the thread goes on until its own time-out, and nobody listens.
    """
    asked = _Asked(question)
    threading.Thread(target=asked.run, name="llm request", daemon=True).start()
    while not asked.over.wait(_SLICE):
        check()
    if asked.error is not None:
        raise asked.error
    return asked.value


class _Asked(Generic[Value]):
    value: Value

    def __init__(self, question: Callable[[], Value]) -> None:
        self._question = question
        self.error: BaseException | None = None
        self.over = threading.Event()

    def run(self) -> None:
        try:
            self.value = self._question()
        except BaseException as err:  # noqa: BLE001  raised again where it is waited for
            self.error = err
        finally:
            self.over.set()
