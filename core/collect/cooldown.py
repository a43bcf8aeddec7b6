"""Leaving a failing source alone for a while."""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta


class CoolDown:
    """Remembers which source failed, why, and until when it is left alone. Safe to share between threads."""

    def __init__(self, seconds: float, clock: Callable[[], datetime]) -> None:
        """`seconds`: rest after a failure, unless the source itself asks for longer."""
        self._rest = timedelta(seconds=seconds)
        self._clock = clock
        self._lock = threading.Lock()
        self._resting: dict[str, tuple[datetime, str]] = {}

    def fail(self, name: str, reason: str, retry_after: float | None = None) -> None:
        """Start the rest of a source; `retry_after` (seconds) lengthens it, at most to an hour."""
        asked = timedelta(seconds=min(retry_after or 0.0, 3600.0))
        with self._lock:
            self._resting[name] = (self._clock() + max(self._rest, asked), reason)

    def resting(self, name: str) -> str | None:
        """Why and until when a source is left alone, as one sentence, or None when it may be asked."""
        with self._lock:
            until, reason = self._resting.get(name, (None, ""))
            if until is None:
                return None
            if self._clock() >= until:
                del self._resting[name]
                return None
        return f"left alone until {until:%H:%M:%S} UTC after it failed: {reason}"

    def clear(self, name: str) -> None:
        """Forget a failure: the source answered."""
        with self._lock:
            self._resting.pop(name, None)
