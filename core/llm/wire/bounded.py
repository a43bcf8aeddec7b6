"""A body that neither grows nor lasts without end.

Import it inside the function that asks: httpx2 is slow to load.
"""

import time
from collections.abc import Iterator
from typing import Any

import httpx2

MAX_BYTES = 4_000_000
"""Of one answer; no answer that was asked for comes near."""
MOST_SQUEEZED = 40_000
"""The same for a body that comes compressed though nobody asked for that: it may swell a hundredfold."""


class TooMuch(Exception):
    """The body is longer than any answer."""


class TooLate(Exception):
    """The body trickles."""


def bound(response: httpx2.Response, seconds: float) -> None:
    """Let the body of a response that has just begun take so many seconds, and so many bytes."""
    squeezed = response.headers.get("content-encoding", "identity") != "identity"
    ends = time.monotonic() + seconds
    response.stream = _Bounded(response.stream, MOST_SQUEEZED if squeezed else MAX_BYTES, ends)


class _Bounded(httpx2.SyncByteStream):
    def __init__(self, inner: Any, most: int, ends: float) -> None:
        self._inner = inner
        self._most = most
        self._ends = ends

    def __iter__(self) -> Iterator[bytes]:
        size = 0
        for piece in self._inner:
            size += len(piece)
            if size > self._most:
                raise TooMuch
            if time.monotonic() > self._ends:
                raise TooLate
            yield piece

    def close(self) -> None:
        """Give the connection back."""
        self._inner.close()
