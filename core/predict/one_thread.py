"""Small matrix products on one thread.

What is fitted here is too small to share out: while other fits run beside it, idle threads of the matrix library spin
and cost six times the work, and sums would depend on how many there are. Their number is a switch of the whole
process, so those who want it off are counted: the first to come turns it, the last to go turns it back.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Lock
from typing import Any


class _Switch:
    def __init__(self) -> None:
        self._lock = Lock()
        self._held = 0
        self._limits: Any = None

    def take(self) -> None:
        import scipy.linalg  # noqa: F401 (brings a matrix library of its own, which must be there to be limited)
        from threadpoolctl import threadpool_limits

        with self._lock:
            if self._held == 0:
                self._limits = _elsewhere(lambda: threadpool_limits(1, user_api="blas"))
            self._held += 1

    def leave(self) -> None:
        with self._lock:
            self._held -= 1
            if self._held == 0:
                _elsewhere(self._limits.restore_original_limits)
                self._limits = None


def _elsewhere(turn: Callable[[], Any]) -> Any:
    """Do it in a thread that ends: threadpoolctl hears only the thread that turned the switch first while that lives."""
    with ThreadPoolExecutor(1) as brief:
        return brief.submit(turn).result()


_SWITCH = _Switch()


@contextmanager
def one_thread() -> Iterator[None]:
    """While inside, numpy and scipy multiply matrices on one thread; may be nested and entered from many threads."""
    _SWITCH.take()
    try:
        yield
    finally:
        _SWITCH.leave()
