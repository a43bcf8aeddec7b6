"""Answers that are the same for everybody: made anew for a few, shared by a crowd, and handed out without a thread."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass
from typing import Any

from fastapi import Request, Response
from fastapi.routing import APIRoute

BURST = 10
"""Answers to one question in a row that are always made anew."""
A_SECOND = 1.0
"""Answers to it a second after that; whoever asks in between gets the last one, a second old at most."""
YOUNG = 0.5
"""Seconds that an answer serves while nothing is written: times on a clock move on by themselves."""
MOST, LARGEST = 64, 512_000
"""Questions whose answers are kept, and bytes of one that is."""


@dataclass(slots=True)
class _Kept:
    """The last answer to one question."""

    headers: list[tuple[bytes, bytes]]
    body: bytes
    revision: int
    made: float
    left: float
    """Answers that may still be made at once, as of `filled`."""
    filled: float

    def response(self) -> Response:
        copy = Response(self.body)
        copy.raw_headers = list(self.headers)
        return copy

    def fill(self, now: float) -> None:
        self.left = min(float(BURST), self.left + (now - self.filled) * A_SECOND)
        self.filled = now


class SharedAnswers:
    """The answers of one application. For its event loop alone: of a few who ask the same at once, one is answered and the
    others wait for it; a crowd gets the last answer meanwhile."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """`clock` in seconds."""
        self._clock = clock
        self._kept: OrderedDict[Hashable, _Kept] = OrderedDict()
        self._making: dict[Hashable, asyncio.Lock] = {}

    async def of(
        self, question: Hashable, revision: Callable[[], int], make: Callable[[], Awaitable[Response]]
    ) -> Response:
        """The answer to a question.

        Args:
            question: what is asked, with everything that the answer depends on.
            revision: of the store; an answer of an older one is only for a crowd.
            make: makes it anew; what is not a plain 200 is never kept.
        """
        if (kept := self._good_enough(question, revision())) is not None:
            return kept.response()
        lock = self._making.setdefault(question, asyncio.Lock())
        try:
            async with lock:
                if (kept := self._good_enough(question, revision())) is not None:
                    return kept.response()
                return await self._made(question, revision(), make)
        finally:
            if not lock.locked() and self._making.get(question) is lock:
                del self._making[question]

    def forget(self) -> None:
        """Something was changed: the next answers are made anew."""
        self._kept.clear()

    def _good_enough(self, question: Hashable, revision: int) -> _Kept | None:
        kept, now = self._kept.get(question), self._clock()
        if kept is None:
            return None
        kept.fill(now)
        fresh = kept.revision == revision and now - kept.made < YOUNG
        return kept if fresh or kept.left < 1.0 else None

    async def _made(
        self, question: Hashable, revision: int, make: Callable[[], Awaitable[Response]]
    ) -> Response:
        """A new answer; `revision` was read before, so that what is written meanwhile makes it old."""
        before = self._kept.get(question)
        if before is not None:
            before.left -= 1.0
        made = await make()
        body, now = getattr(made, "body", None), self._clock()
        if made.status_code != 200 or not isinstance(body, bytes) or len(body) > LARGEST:
            self._kept.pop(question, None)
            return made
        left, filled = (before.left, before.filled) if before else (BURST - 1.0, now)
        self._kept[question] = _Kept(list(made.raw_headers), body, revision, now, left, filled)
        self._kept.move_to_end(question)
        while len(self._kept) > MOST:
            self._kept.popitem(last=False)
        return made


class SharedRoute(APIRoute):
    """A reading whose answer depends on the path, the query and the store alone. Who may not read is refused first."""

    def get_route_handler(self) -> Callable[[Request], Any]:
        """The handler, behind the shared answers of its application."""
        make = super().get_route_handler()

        async def answer(request: Request) -> Response:
            await request.app.state.door.enter(request)
            store = request.state.runtime.store
            question = (store, request.url.path, request.url.query)
            shared: SharedAnswers = request.app.state.shared
            return await shared.of(question, lambda: store.revision, lambda: make(request))

        return answer


class ActingRoute(APIRoute):
    """Changes something: what was answered before is forgotten."""

    def get_route_handler(self) -> Callable[[Request], Any]:
        """The handler; whatever comes of it, the next readings are made anew."""
        act = super().get_route_handler()

        async def answer(request: Request) -> Response:
            try:
                return await act(request)
            finally:
                request.app.state.shared.forget()

        return answer
