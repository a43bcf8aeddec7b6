"""The one door to every provider: how often it may be asked, when it is left alone, and a record of each call.

What was asked and how it went is kept by the caller (`keep`) and handed back at the next start (`past`), so that
rate limits and rests survive a restart.
"""

import threading
import time
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from core.collect.source import Limit
from core.errors import BadData, NeedsKey, RateLimited, SourceError, Unreachable
from core.records import SourceCall

Answer = TypeVar("Answer")

OK = "ok"
REMEMBERED = timedelta(days=1)
"""Longest window of a limit."""

_REST_AFTER = (RateLimited, Unreachable, BadData, NeedsKey)
"""Failures of the provider itself; an unknown symbol is none."""
_LONGEST_REST = 3600.0


@dataclass(frozen=True, slots=True)
class Allowance:
    """How much of a limit is left."""

    limit: Limit
    left: int
    again_at: datetime | None
    """When the next call is allowed; None while some are left."""


class Gate:
    """Counts calls, spaces them and rests a failing provider. Safe to share between threads."""

    def __init__(
        self,
        rest_seconds: float,
        clock: Callable[[], datetime],
        past: Iterable[SourceCall] = (),
        keep: Callable[[SourceCall], None] | None = None,
        hide: Callable[[str], str] = str,
    ) -> None:
        """`rest_seconds`: rest after a failure, unless the provider asks for longer; `past`: calls of the last day,
        of earlier processes too; `keep`: told of each call; `hide`: takes secrets out of what a provider says."""
        self._rest = rest_seconds
        self._clock = clock
        self._keep = keep
        self._hide = hide
        self._lock = threading.Lock()
        self._asked: dict[str, list[datetime]] = defaultdict(list)
        self._resting: dict[str, tuple[datetime, str]] = {}
        for call in sorted(past, key=lambda call: call.at):
            self._asked[call.source].append(call.at)
            self._rest_or_clear(call)

    def ask(
        self,
        source: str,
        limits: Sequence[Limit],
        question: Callable[[], Answer],
        size: Callable[[Answer], int] = lambda answer: 1,
    ) -> Answer:
        """Put one question when it is allowed, and remember how it went.

        Raises:
            RateLimited: our own limit is used up; Unreachable: the provider rests after a failure. Nothing was asked.
            SourceError: what the question raised.
        """
        at = self._enter(source, limits)
        begun = time.perf_counter()
        try:
            answer = question()
        except SourceError as err:
            err.args = tuple(self._hide(part) if isinstance(part, str) else part for part in err.args)
            self._note(source, at, begun, type(err).__name__, 0, str(err), self._rest_of(err))
            raise
        self._note(source, at, begun, OK, size(answer), "", None)
        return answer

    def resting(self, source: str) -> str | None:
        """Why and until when a provider is left alone, as one sentence, or None when it may be asked."""
        with self._lock:
            until, reason = self._resting.get(source, (None, ""))
            if until is None:
                return None
            if self._clock() >= until:
                del self._resting[source]
                return None
        return f"left alone until {until:%H:%M:%S} UTC after it failed: {reason}"

    def allowance(self, source: str, limits: Sequence[Limit]) -> tuple[Allowance, ...]:
        """How much of each limit is left now."""
        with self._lock:
            return self._allowance(source, limits, self._clock())

    def _allowance(self, source: str, limits: Sequence[Limit], now: datetime) -> tuple[Allowance, ...]:
        asked, found = self._asked[source], []
        for limit in limits:
            window = timedelta(seconds=limit.seconds)
            within = asked[bisect_right(asked, now - window) :]
            left = max(limit.calls - len(within), 0)
            found.append(Allowance(limit, left, None if left else within[-limit.calls] + window))
        return tuple(found)

    def _enter(self, source: str, limits: Sequence[Limit]) -> datetime:
        """Count a call, or refuse it."""
        why = self.resting(source)
        if why:
            raise Unreachable(why)
        with self._lock:
            now = self._clock()
            used_up = [item for item in self._allowance(source, limits, now) if item.again_at is not None]
            if used_up:
                latest = max(used_up, key=lambda item: item.again_at or now)
                wait = ((latest.again_at or now) - now).total_seconds()
                raise RateLimited(
                    f"{latest.limit.calls} questions in {_span(latest.limit.seconds)} are allowed and were asked; "
                    f"the next one may be in {_span(max(wait, 1.0))}",
                    wait,
                )
            asked = self._asked[source]
            asked.append(now)
            del asked[: bisect_right(asked, now - REMEMBERED)]
            return now

    def _rest_of(self, err: SourceError) -> datetime | None:
        if not isinstance(err, _REST_AFTER):
            return None
        asked = err.retry_after if isinstance(err, RateLimited) and err.retry_after else 0.0
        return self._clock() + timedelta(seconds=max(self._rest, min(asked, _LONGEST_REST)))

    def _note(
        self,
        source: str,
        at: datetime,
        begun: float,
        outcome: str,
        rows: int,
        reason: str,
        rest: datetime | None,
    ) -> None:
        call = SourceCall(source, at, time.perf_counter() - begun, outcome, rows, reason, rest)
        with self._lock:
            self._rest_or_clear(call)
        if self._keep is not None:
            self._keep(call)

    def _rest_or_clear(self, call: SourceCall) -> None:
        if call.rest_until is not None:
            self._resting[call.source] = (call.rest_until, call.reason)
        elif call.outcome == OK:
            self._resting.pop(call.source, None)


def _span(seconds: float) -> str:
    for length, unit in ((86400, "day"), (3600, "hour"), (60, "minute")):
        if seconds >= length:
            count = round(seconds / length)
            return f"{count} {unit}{'s' if count > 1 else ''}"
    return f"{seconds:.0f} seconds"
