"""What the first cycle would wait for, done beforehand in the background: imports, word lists, compiled kernels."""

import threading

import numpy as np

from core.predict import triple_barrier
from core.sentiment import Lexicon


class WarmUp:
    """Runs once, in a thread of its own, when a page asks for it; what it fails at, the first cycle does and tells."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._lexicon = lexicon

    def start(self) -> None:
        """Begin, unless it has begun before."""
        with self._lock:
            if self._thread is None:
                self._thread = threading.Thread(
                    target=warm, args=(self._lexicon,), name="warm-up", daemon=True
                )
                self._thread.start()


def warm(lexicon: Lexicon) -> None:
    """Load what is slow to load and compile what is compiled."""
    import xgboost  # noqa: F401 (the import is the point)

    from core.execute import warm as warm_core

    lexicon.score("warm")
    levels = np.array([1.0, 1.1, 1.2])
    triple_barrier(levels, levels * 1.1, levels * 0.9, 1)
    warm_core()
