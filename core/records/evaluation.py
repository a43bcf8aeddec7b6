"""What a backtest says about a strategy."""

from dataclasses import dataclass
from datetime import datetime

from core.records.trading import Costs


@dataclass(frozen=True, slots=True)
class Metrics:
    """Textbook figures of one equity curve; None where they are not defined (no trade, no variation)."""

    total_return: float
    cagr: float | None
    volatility: float | None
    """Yearly, of per-bar returns."""
    sharpe: float | None
    """Yearly, risk-free rate 0."""
    sortino: float | None
    calmar: float | None
    max_drawdown: float
    """Negative fraction."""
    trades: int
    win_rate: float | None
    win_rate_low: float | None
    """Wilson 95 % interval."""
    win_rate_high: float | None
    break_even_rate: float | None
    """Win rate below which these wins and losses lose money: L / (W + L)."""
    profit_factor: float | None
    expectancy: float | None
    """Mean net return of a trade."""
    exposure: float
    """Share of bars with a position."""
    turnover: float
    """Traded value over mean equity, a year."""
    holding_bars: float | None
    costs: float
    """Fees and borrow of the closed trades, in the quote currency."""


@dataclass(frozen=True, slots=True)
class BacktestSummary:
    """One backtest without its curves and trades."""

    id: str
    symbol: str
    timeframe: str
    source: str
    strategy: str
    start: datetime
    """Open of the first bar."""
    stop: datetime
    """Open of the last bar."""
    bars: int
    initial_cash: float
    costs: Costs
    metrics: Metrics
    hold: Metrics
    """Buy and hold over the same bars, with the same costs."""
    assumptions: tuple[str, ...]
    warnings: tuple[str, ...]
    seconds: float
