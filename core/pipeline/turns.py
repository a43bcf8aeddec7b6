"""One at a time for each key: whoever comes second finds what the first has stored."""

import threading
from collections.abc import Hashable, Iterator
from contextlib import contextmanager

CYCLES = "paper cycles"
"""Key of the paper cycle under way: all assets of a world trade one book, so each begins with what the one before has
left, at a clock that has gone on. Taken before BOOKS."""
BOOKS = "paper books"
"""Key of whoever moves a paper book, from reading it to storing it: nobody thinks meanwhile, or a stop would wait."""


class Turns:
    """A lock for each key in use, forgotten when nobody holds or awaits it."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._locks: dict[Hashable, tuple[threading.RLock, int]] = {}

    @contextmanager
    def alone(self, key: Hashable) -> Iterator[None]:
        """Hold the key's turn inside the block; the same thread may enter again."""
        with self._guard:
            lock, users = self._locks.get(key, (threading.RLock(), 0))
            self._locks[key] = (lock, users + 1)
        try:
            with lock:
                yield
        finally:
            with self._guard:
                lock, users = self._locks.pop(key)
                if users > 1:
                    self._locks[key] = (lock, users - 1)

    def taken(self, key: Hashable) -> bool:
        """Whether somebody holds or awaits the key's turn at this moment."""
        with self._guard:
            return key in self._locks
