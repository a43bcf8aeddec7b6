"""Real bars for the features, and what may be known beside them."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.features import Context, Reference, ScoredNews
from tests.seeded import seeded_bars


@pytest.fixture(scope="session")
def sample_bars() -> pd.DataFrame:
    """Real half-hourly bars of the embedded sample."""
    path = Path(__file__).resolve().parents[2] / "data" / "sample" / "btc_usd_30m.parquet"
    return (
        pd.read_parquet(path).set_index("date")[["open", "high", "low", "close", "volume"]].astype("float64")
    )


@pytest.fixture(scope="session")
def make_context() -> Callable[..., Context]:
    """(bars, seed) → a headline every five bars or so, some at the very second of a close, and another market."""

    def make(bars: pd.DataFrame, seed: int = 0) -> Context:
        rng = np.random.default_rng(seed)
        opened = pd.DatetimeIndex(bars.index).as_unit("us").asi8
        first, last = opened[0] - 30 * 86_400_000_000, opened[-1] + 90 * 86_400_000_000
        anywhere = rng.integers(first, last, size=(last - first) // 18_000_000_000)
        at_closes = opened[:: max(len(opened) // 20, 1)]
        published = np.sort(np.concatenate((anywhere, at_closes)))
        news = ScoredNews(published, rng.uniform(-1.0, 1.0, len(published)), int(first))
        return Context(
            news, Reference("REF", seeded_bars(len(bars), seed + 77)["close"].set_axis(bars.index))
        )

    return make
