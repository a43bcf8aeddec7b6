"""How many requests may be under way: more while answers come quickly, half as many when the server is overrun."""

import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from statistics import median

from core.llm.message import Check

START = 4
"""Requests at once before anything is known."""
FAR = 3.0
"""Times the median that an answer may take before it counts as a sign of a crowd."""
LONGEST_HOLD = 3600.0
"""Seconds that a server can make everybody wait; then it is asked again."""
NOTICEABLE = 1.0
"""Seconds below which no answer is slow, whatever the median."""
_WINDOW = 32
"""Answers of which the median is taken."""
_ENOUGH = 5
"""Answers that a median needs."""
_OVERHEAD, _READING = 50, 10
"""Tokens for which the way there and back stands, and tokens that are read while one is written: rough, so that long
and short answers can be compared."""
_ROUNDING = 1e-9
"""Three thirds make a whole."""
_GLANCE = 0.1
"""Seconds between two looks at `check`."""


class Place:
    """A request's place among those under way."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.crowded = False
        self.done: tuple[float, float] | None = None
        """Seconds, and seconds per token."""

    def good(self, seconds: float, tokens_in: int, tokens_out: int) -> None:
        """An answer came; how long it took is judged by its length."""
        self.done = (seconds, seconds / (_OVERHEAD + tokens_in / _READING + tokens_out))

    def overrun(self) -> None:
        """The server had too much to do."""
        self.crowded = True


class Pace:
    """Additive increase, multiplicative decrease of the requests under way. Safe to share between threads.

    The limit grows by one for a whole round of good answers and halves on a sign of a crowd (429, time-out, an answer
    far slower than the median); those who entered before a cut do not cut again, as they tell of the same crowd.
    Source: Chiu and Jain, Analysis of the increase and decrease algorithms for congestion avoidance, 1989.
    """

    def __init__(self, most: int, clock: Callable[[], datetime]) -> None:
        """`most` requests at once, whatever the server bears."""
        self._most = most
        self._clock = clock
        self._limit = float(min(START, most))
        self._free = threading.Condition()
        self._under_way = 0
        self._entered = 0
        self._cut_at = 0
        self._again_at: datetime | None = None
        self._paces: deque[float] = deque(maxlen=_WINDOW)
        self._seconds: deque[float] = deque(maxlen=_WINDOW)

    @property
    def limit(self) -> float:
        """Requests at once that are allowed now, 1 … most; the whole part counts."""
        return self._limit

    @property
    def under_way(self) -> int:
        """Requests that are on the wire now."""
        return self._under_way

    @property
    def latency(self) -> float | None:
        """Median seconds of the last answers; None before the first."""
        with self._free:
            return median(self._seconds) if self._seconds else None

    def hold(self, seconds: float) -> None:
        """Let nobody enter for so long: the server asked for it."""
        with self._free:
            until = self._clock() + timedelta(seconds=min(seconds, LONGEST_HOLD))
            self._again_at = max(until, self._again_at or until)

    def held(self) -> float:
        """Seconds until anybody may enter again; 0 when that is now."""
        with self._free:
            if self._again_at is None:
                return 0.0
            return max((self._again_at - self._clock()).total_seconds(), 0.0)

    @contextmanager
    def place(self, check: Check) -> Iterator[Place]:
        """A place under the limit, waited for; `check` is called while waiting."""
        with self._free:
            while self._under_way >= int(self._limit + _ROUNDING):
                check()
                self._free.wait(_GLANCE)
            self._under_way += 1
            self._entered += 1
            taken = Place(self._entered)
        try:
            yield taken
        finally:
            with self._free:
                self._under_way -= 1
                self._learn(taken)
                self._free.notify_all()

    def _learn(self, place: Place) -> None:
        if place.done is not None:
            seconds, pace = place.done
            known = len(self._paces) >= _ENOUGH and seconds > NOTICEABLE
            place.crowded |= known and pace > FAR * median(self._paces)
            self._paces.append(pace)
            self._seconds.append(seconds)
        if place.crowded:
            if place.number > self._cut_at:
                self._limit = max(self._limit / 2, 1.0)
                self._cut_at = self._entered
        elif place.done is not None:
            self._limit = min(self._limit + 1 / int(self._limit + _ROUNDING), float(self._most))
