"""The past of what a book holds, at common moments: what its measures are read off."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd

from core.instruments import resolve
from core.pipeline import Workbench
from core.pipeline.at_hand import known_bars
from core.pipeline.risk_context import bars_per_day, closes_beside
from core.records import Book, Holding, Position, Timeframe
from core.tables import closed_bars

FEWEST = 30
"""Common returns without which positions cannot be held against each other."""
_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, eq=False)
class HeldHistory:
    """Closes of everything held that has a past, at the bar ends that all of it has."""

    symbols: tuple[str, ...] = ()
    """The largest position first."""
    closes: pd.DataFrame = field(default_factory=pd.DataFrame)
    """Index: end of the bar, UTC; a column for each of `symbols`; no gaps."""
    weights: np.ndarray = field(default_factory=lambda: np.empty(0))
    """Signed shares of equity, in the order of `symbols`."""
    timeframe: Timeframe = Timeframe.H1
    bars_per_day: float = 24.0
    problems: tuple[str, ...] = ()

    @property
    def step(self) -> int:
        """Bars in a day, at least one."""
        return max(1, round(self.bars_per_day))

    def days(self, bars: int | None = None) -> np.ndarray:
        """Simple returns over one day at every bar end, (n, k); those of the last `bars` bars only."""
        closes = self.closes.to_numpy()
        closes = closes if bars is None else closes[-(bars + 1) :]
        if len(closes) <= self.step:
            return np.empty((0, len(self.symbols)))
        moves: np.ndarray = closes[self.step :] / closes[: -self.step] - 1.0
        return moves

    def book_days(self, bars: int | None = None) -> np.ndarray:
        """Returns over one day of the book as it stands now, (n,); what has no past moves with the largest position."""
        total: np.ndarray = self.days(bars) @ self.weights
        return total

    def ends(self, span: str) -> pd.DataFrame:
        """Last closes of each calendar `D` or `W` (UTC), indexed by its last day."""
        if self.closes.empty:
            return self.closes
        index = pd.DatetimeIndex(self.closes.index) - pd.Timedelta(seconds=1)  # midnight ends the day before
        return self.closes.set_axis(index).resample(span).last().dropna()


def held_history(bench: Workbench, book: Book) -> HeldHistory:
    """Bars that had closed at the book's clock, of every position, at the ends that all of them have.

    The bars are those that manage each position; where they differ in length, the longest give the moments.
    """
    if not book.positions or book.clock is None or not book.equity > 0:
        return HeldHistory()
    series = {p.symbol: _bars(bench, p, book.clock) for p in book.positions}
    known = [p for p in book.positions if len(series[p.symbol]) > FEWEST]
    known.sort(key=lambda position: -abs(position.value))
    missing = [p for p in book.positions if p not in known]
    if not known:
        words = f"None of the positions has {FEWEST} stored bars: fetch their history on the Market page."
        return HeldHistory(problems=(words,))
    base = max(known, key=lambda p: (Timeframe(p.timeframe).seconds, -_per_day(p)))
    closes = _together(series, base, known)
    if len(closes) <= FEWEST:
        words = "The positions have no moments in common at which all of them have a price, so nothing is read off their past."
        return HeldHistory(problems=(words,))
    weights = np.array([p.value for p in known]) / book.equity
    weights[0] += sum(abs(p.value) for p in missing) / book.equity * (np.sign(weights[0]) or 1.0)
    problems = (
        f"{', '.join(p.symbol for p in missing)} has too little stored history; it is taken to move with "
        f"{known[0].symbol}, the way that hurts.",
    ) if missing else ()  # fmt: skip
    return HeldHistory(
        tuple(p.symbol for p in known), closes, weights, Timeframe(base.timeframe), _per_day(base), problems
    )


def holdings(book: Book, history: HeldHistory, bars: int) -> tuple[Holding, ...]:
    """The positions as stress looks at them; deviations of a day over the last `bars` bars."""
    days = history.days(bars)
    spread = dict(zip(history.symbols, days.std(axis=0, ddof=1), strict=True)) if len(days) > 1 else {}
    return tuple(
        Holding(
            p.symbol,
            resolve(p.symbol).asset_class,
            p.value,
            float(spread[p.symbol]) if p.symbol in spread else None,
            _stop_distance(p),
        )
        for p in book.positions
    )


def _bars(bench: Workbench, position: Position, clock: datetime) -> pd.DataFrame:
    """The position's own bars that had closed."""
    timeframe = Timeframe(position.timeframe)
    stop = clock - timeframe.delta + timedelta(microseconds=1)
    bars = known_bars(bench, resolve(position.symbol), timeframe, position.data_source, _LONG_AGO, stop)
    return closed_bars(bars, timeframe, clock)


def _together(series: Mapping[str, pd.DataFrame], base: Position, known: Sequence[Position]) -> pd.DataFrame:
    """Closes at the ends of the base's bars, as the risk checks align them; only where all have one."""
    timeframe, index = Timeframe(base.timeframe), series[base.symbol].index
    columns = {
        p.symbol: closes_beside(index, timeframe, series[p.symbol], Timeframe(p.timeframe)) for p in known
    }
    return pd.DataFrame(columns, index=pd.DatetimeIndex(index) + pd.Timedelta(timeframe.delta)).dropna()


def _per_day(position: Position) -> float:
    return bars_per_day(resolve(position.symbol), Timeframe(position.timeframe))


def _stop_distance(position: Position) -> float | None:
    if position.stop is None or not position.last_price > 0:
        return None
    return max(0.0, (position.last_price - position.stop) / position.last_price * np.sign(position.quantity))
