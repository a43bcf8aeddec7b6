"""What the first cycle would wait for, done beforehand in the background: imports, word lists, compiled kernels."""

import threading

import numpy as np

from core.predict import Horizon, triple_barrier
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
    import scipy.stats  # noqa: F401 (the import is the point)
    import xgboost  # noqa: F401

    from core.execute import warm as warm_core
    from core.patterns import warm as warm_patterns
    from core.trees import warm as warm_trees

    lexicon.score("warm")
    levels = np.array([1.0, 1.1, 1.2])
    triple_barrier(levels, levels * 1.1, levels * 0.9, 1)
    warm_core()
    warm_trees()
    warm_patterns()
    _warm_regimes()


def _warm_signals() -> None:
    """Tracks, adapted weights and the trades of the meta-model."""
    from core.settings import SignalSettings
    from core.signals.meta import Exits, trade_outcomes
    from core.signals.weights import adapted, tracks_at

    one = np.array([1])
    tracks = tracks_at([np.array([0.5, 0.5])], [1], one, np.array([0]), 10.0)
    adapted(np.ones((1, 1)), tracks, SignalSettings())
    trade_outcomes(np.array([0]), one, np.ones((2, 4)), Exits(0.1, 0.1, 1, 0.0, 0.0, 0.0))


def _warm_regimes() -> None:
    """Regimes and volatility of a made-up market, as small as both take it."""
    import pandas as pd

    from core.predict.regimes import BARS_NEEDED, WINDOW, fit_regimes, regime_probabilities
    from core.predict.volatility import fit_volatility

    rng = np.random.default_rng(0)
    close = 100.0 * np.exp(np.cumsum(rng.normal(0.0, 0.01, BARS_NEEDED)))
    wick = 1.0 + rng.uniform(0.0, 0.01, BARS_NEEDED)
    index = pd.date_range("2020-01-01", periods=BARS_NEEDED, freq="h", tz="UTC")
    bars = pd.DataFrame(
        {"open": close, "high": close * wick, "low": close / wick, "close": close, "volume": 1.0}, index=index
    )
    model = fit_regimes(bars, 2, 1, 0)
    if model is not None:
        regime_probabilities(model, bars, np.array([WINDOW]))
    fit_volatility(bars, (Horizon("short", 4),))
