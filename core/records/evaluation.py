"""What a backtest says about a strategy."""

from dataclasses import dataclass
from datetime import datetime

from core.records.significance import EdgeVerdict, MetricIntervals
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
class CostSplit:
    """What trading cost over a whole run, in the quote currency; the parts sum to the total."""

    fee: float
    half_spread: float
    slippage: float
    """With impact, where that is modelled."""
    borrow: float

    @property
    def total(self) -> float:
        """All of it."""
        return self.fee + self.half_spread + self.slippage + self.borrow


@dataclass(frozen=True, slots=True)
class Neighbour:
    """The same run with one parameter a step away."""

    parameter: str
    value: float
    total_return: float
    sharpe: float | None
    """Yearly."""
    trades: int


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
    title: str = ""
    """The strategy's name as people read it."""
    parameters: str = "{}"
    """JSON of what the strategy was given."""
    profile: str = "{}"
    """JSON of the risk profile: size, stop, target and what else manages a position."""
    quote: str = "USD"
    """Currency of every amount."""
    refusal: str = ""
    """Why no number is shown; empty when the numbers may be read. `metrics` mean nothing when it is not empty."""
    verdict: EdgeVerdict | None = None
    intervals: MetricIntervals | None = None
    costs_paid: CostSplit | None = None
    neighbours: tuple[Neighbour, ...] = ()
    trust: float | None = None
    """Data-quality score of the bars, 0 … 100."""
    bars_per_year: float = 8760.0
