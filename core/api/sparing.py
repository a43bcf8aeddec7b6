"""Costly readings that many ask for: done anew for a few, shared by a crowd."""

import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Generic, TypeVar

from fastapi import Depends, Request

if TYPE_CHECKING:
    from core.store import Store
    from core.views.autopilot import AutopilotView

Value = TypeVar("Value")
BURST = 10
"""Readings in a row that are always done anew."""
A_SECOND = 2.0
"""Readings a second after that; whoever asks in between gets the last one, half a second old at most."""


class Sparing(Generic[Value]):
    """One kind of reading. Safe to share between threads: of those that ask at once, one reads and the others wait."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """`clock` in seconds."""
        self._clock = clock
        self._lock = threading.Lock()
        self._kept: tuple[Store, int, Value] | None = None
        self._left, self._asked, self._read = float(BURST), clock(), 0.0

    def of(self, store: "Store", read: Callable[[], Value]) -> Value:
        """What `read` says of a store, or said of it a moment ago."""
        with self._lock:
            now = self._clock()
            self._left = min(float(BURST), self._left + (now - self._asked) * A_SECOND)
            self._asked = now
            if self._kept is not None and self._kept[0] is store and self._will_do(store, self._kept[1], now):
                return self._kept[2]
            self._left -= 1.0
            revision = store.revision  # before: what is written meanwhile makes it old
            value = read()
            self._kept, self._read = (store, revision, value), now
            return value

    def _will_do(self, store: "Store", revision: int, now: float) -> bool:
        """Whether the last reading is good enough: it is this one's turn to wait, or nothing was written since."""
        unchanged = revision == store.revision and now - self._read < 1.0 / A_SECOND
        return self._left < 1.0 or unchanged


async def _view(request: Request) -> "Sparing[AutopilotView]":
    found: Sparing[AutopilotView] = request.app.state.view
    return found


SharedView = Annotated["Sparing[AutopilotView]", Depends(_view)]
"""What the autopilot does, which several questions tell parts of."""
