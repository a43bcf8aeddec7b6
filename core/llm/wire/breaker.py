"""A circuit breaker: after failures in a row an endpoint rests, then one request tries whether it is well again."""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta

CLOSED, OPEN, HALF_OPEN = "closed", "open", "half-open"


class Breaker:
    """Closed (all may ask), open (none may), half-open (one may try). Safe to share between threads.

    Pattern: Nygard, Release It!, 2007, "Circuit Breaker".
    """

    def __init__(self, failures: int, seconds: float, clock: Callable[[], datetime]) -> None:
        """`failures` in a row open it for so many `seconds`."""
        self._most = failures
        self._rest = timedelta(seconds=seconds)
        self._clock = clock
        self._lock = threading.Lock()
        self._failed = 0
        self._until: datetime | None = None
        self._trying = False

    @property
    def state(self) -> str:
        """closed, open or half-open."""
        with self._lock:
            if self._until is None:
                return CLOSED
            return OPEN if self._clock() < self._until else HALF_OPEN

    @property
    def failures(self) -> int:
        """In a row, so far."""
        return self._failed

    @property
    def until(self) -> datetime | None:
        """When the rest ends; None while it does not rest."""
        with self._lock:
            return self._until if self._until is not None and self._clock() < self._until else None

    def admits(self) -> bool:
        """Whether a request may go; each one that may must end in `good`, `failed` or `undecided`."""
        with self._lock:
            if self._until is None:
                return True
            if self._clock() < self._until or self._trying:
                return False
            self._trying = True
            return True

    def good(self) -> None:
        """An answer came: all is well."""
        with self._lock:
            self._failed, self._until, self._trying = 0, None, False

    def failed(self) -> None:
        """No answer came, and the endpoint is to blame."""
        with self._lock:
            self._failed += 1
            if self._trying or (self._until is None and self._failed >= self._most):
                self._until = self._clock() + self._rest
            self._trying = False

    def undecided(self) -> None:
        """The request said nothing about the endpoint: cancelled, or refused for what it asked."""
        with self._lock:
            self._trying = False
