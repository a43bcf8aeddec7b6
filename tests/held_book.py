"""A book with five positions whose past moves together: what the risk page is tested on."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd

from core.records import Book, EquityPoint, Position, Timeframe
from core.store import Store
from core.store.bars import upsert_bars
from core.store.books import create_book, save_book

CLOCK = datetime(2024, 6, 3, 12, tzinfo=UTC)
SOURCE = "yfinance"
HELD = {
    "BTC-USD": (0.02, 60_000.0), "ETH-USD": (0.25, 3_000.0), "SOL-USD": (-4.0, 150.0),
    "AAPL": (3.0, 190.0), "EURUSD=X": (700.0, 1.08),
}  # fmt: skip
"""Symbol → signed quantity and last price."""


def five_positions(store: Store, bars: int = 4_000, seed: int = 4, world: str = "live") -> Book:
    """Store hourly bars of five assets with one common driver, and a book that holds all of them."""
    rng = np.random.default_rng(seed)
    end = pd.Timestamp(CLOCK) - pd.Timedelta(hours=1)
    index = pd.date_range(end=end, periods=bars, freq="h", name="date").as_unit("us")
    common = rng.standard_t(4, bars) * 0.007
    positions = []
    for place, (symbol, (quantity, price)) in enumerate(HELD.items()):
        own = rng.standard_t(4, bars) * 0.004
        returns = (0.9 - 0.2 * place) * common + own * (0.2 if place > 3 else 1.0)
        close = np.exp(np.cumsum(returns))
        close *= price / close[-1]  # that of every asset is of the clock, also where its market sleeps then
        frame = pd.DataFrame(
            {"open": close, "high": close * 1.001, "low": close * 0.999, "close": close, "volume": 1.0},
            index=index,
        )
        store.write(upsert_bars(symbol, Timeframe.H1, SOURCE, frame[_open(symbol, index)], CLOCK))
        side = 1.0 if quantity > 0 else -1.0
        positions.append(
            Position(
                symbol, "1h", quantity, price * 0.99, 1.0, CLOCK - timedelta(hours=9 + place),
                None if symbol == "AAPL" else price * (1 - side * 0.015), price * (1 + side * 0.03), f"o{place}", price, SOURCE,
            )
        )  # fmt: skip
    value = sum(p.value for p in positions)
    book = Book(f"{world}-held", world, 10_000.0, 9_980.0 - value, tuple(positions), (), CLOCK)
    times = [CLOCK - timedelta(hours=k) for k in range(240, 0, -1)]
    curve = 10_000 * np.exp(np.cumsum(rng.normal(0, 0.0015, 240)))
    curve = np.minimum(curve, 10_300.0)
    points = [EquityPoint(t, float(e), 5_000.0) for t, e in zip(times, curve, strict=True)]
    store.write(create_book(book, CLOCK), save_book(book, (), (), (), points))
    return book


def _open(symbol: str, index: pd.DatetimeIndex) -> np.ndarray:
    """Whether a market is open: coins always, currencies on weekdays, shares from 14 to 20 h UTC on weekdays."""
    weekday = np.asarray(index.dayofweek < 5)
    if symbol == "AAPL":
        return weekday & np.asarray((index.hour >= 14) & (index.hour < 21))
    return weekday if symbol.endswith("=X") else np.ones(len(index), dtype=bool)
