"""Who shows wrong secrets has to wait, twice as long each time."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

LONGEST_WAIT = 900.0
"""Seconds that one waits at most."""
_REMEMBERED = 20_000
"""Addresses."""


@dataclass(slots=True)
class _Wrong:
    """Failures of one address in a row."""

    count: int = 0
    until: float = 0.0


@dataclass(slots=True, eq=False)
class Attempts:
    """Failures by address, in memory."""

    clock: Callable[[], datetime]
    _wrong: dict[str, _Wrong] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def wait(self, address: str) -> float:
        """Seconds before an address may try again; 0 when it may now."""
        with self._lock:
            wrong = self._wrong.get(address)
            return max(0.0, wrong.until - self.clock().timestamp()) if wrong else 0.0

    def failed(self, address: str, free: int) -> None:
        """Note a failure; from the `free`-th in a row on, the address waits."""
        with self._lock:
            if len(self._wrong) >= _REMEMBERED:
                self._forget()
            wrong = self._wrong.setdefault(address, _Wrong())
            wrong.count += 1
            if wrong.count >= free:
                wrong.until = self.clock().timestamp() + min(LONGEST_WAIT, 2.0 ** (wrong.count - free))

    def _forget(self) -> None:
        """Drop the older half: a flood from many addresses must not fill the memory."""
        oldest = sorted(self._wrong, key=lambda address: self._wrong[address].until)
        for address in oldest[: len(oldest) // 2]:
            del self._wrong[address]

    def succeeded(self, address: str) -> None:
        """Forget the failures of an address."""
        with self._lock:
            self._wrong.pop(address, None)
