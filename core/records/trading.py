"""What happens in a book: orders, fills, positions, trades."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Side(StrEnum):
    """Which way an order goes."""

    BUY = "buy"
    SELL = "sell"


class OrderType(StrEnum):
    """How an order seeks its price."""

    MARKET = "market"
    LIMIT = "limit"
    STOP = "stop"
    STOP_LIMIT = "stop_limit"
    TRAILING_STOP = "trailing_stop"


class TimeInForce(StrEnum):
    """How long an order works: until cancelled, at its first open only, or until the day of its first bar ends."""

    GTC = "gtc"
    IOC = "ioc"
    DAY = "day"


class OrderStatus(StrEnum):
    """Life of an order: DENIED by our risk rules, REJECTED by the venue."""

    SUBMITTED = "SUBMITTED"
    ACCEPTED = "ACCEPTED"
    DENIED = "DENIED"
    REJECTED = "REJECTED"
    PARTIALLY_FILLED = "PARTIALLY_FILLED"
    FILLED = "FILLED"
    CANCELED = "CANCELED"
    EXPIRED = "EXPIRED"


class ExitReason(StrEnum):
    """Why a position was closed."""

    STOP_LOSS = "stop_loss"
    TRAILING_STOP = "trailing_stop"
    TAKE_PROFIT = "take_profit"
    SIGNAL = "signal"
    TIME_LIMIT = "time_limit"
    RISK_HALT = "risk_halt"
    MANUAL = "manual"


@dataclass(frozen=True, slots=True)
class Costs:
    """What trading costs, as fractions of price (0.001 = 10 basis points)."""

    fee: float
    """Commission per side on the traded value."""
    half_spread: float
    """Half the bid-ask spread, paid on market and stop fills."""
    slippage: float
    """Further adverse move on market and stop fills."""
    borrow: float
    """Yearly cost of being short, on the value held."""
    maker: float | None = None
    """Commission of limit orders and targets; None: as `fee`."""
    minimum_fee: float = 0.0
    """Least commission of a fill, in quote currency."""
    volatility_slippage: float = 0.0
    """Further slippage, in standard deviations of a bar's return."""
    impact: float = 0.0
    """Y of the square-root law: Y × volatility × √(units / volume), both of one bar; 0: orders do not move the market."""
    participation: float = 0.0
    """Largest share of the last bar's volume that one bar fills; 0: every order finds its volume."""
    funding: float = 0.0
    """Yearly rate that a long pays and a short receives on the value held (perpetual futures)."""
    ticks: bool = False
    """Whether levels are rounded to the asset's tick."""

    @property
    def looks_back(self) -> bool:
        """Whether the volatility or the volume of the bars before matters."""
        return self.volatility_slippage > 0 or self.impact > 0 or self.participation > 0

    @property
    def free(self) -> bool:
        """Whether trading costs nothing at all."""
        return not (
            self.fee
            or self.half_spread
            or self.slippage
            or self.minimum_fee
            or self.volatility_slippage
            or self.impact
        )


@dataclass(frozen=True, slots=True)
class Order:
    """One order; its id is made from the cycle, so sending it twice is one order."""

    id: str
    cycle_id: str
    symbol: str
    side: Side
    type: OrderType
    quantity: float
    """Units of the base, always positive."""
    stop: float | None
    """Bracket: stop as a fraction from the fill price."""
    target: float | None
    reduce_only: bool
    status: OrderStatus
    submitted_at: datetime
    reason: str
    filled: float = 0.0
    average: float | None = None
    """Average fill price."""
    fee: float = 0.0
    timeframe: str = "1h"
    """Of the bars that fill it and manage its bracket; the position inherits both."""
    data_source: str = ""
    """Where those bars come from, e.g. yfinance."""
    limit: float | None = None
    """Worst price of a limit or stop-limit order."""
    trigger: float | None = None
    """Level of a stop or stop-limit order, and of a trailing one since it works; None once it has been reached."""
    offset: float | None = None
    """Distance of a trailing stop order, as a fraction of price."""
    time_in_force: TimeInForce = TimeInForce.GTC
    life: int | None = None
    """Bars that it may work; None for no end."""
    delay: int = 0
    """Bars until it reaches the market."""
    trail: float | None = None
    """Trailing stop of what it opens, as a fraction of the best price."""
    break_even: float | None = None
    """Gain, as a fraction of the entry price, from which the stop of what it opens moves to the entry price."""
    time_limit: int | None = None
    """Bars after which what it opens is closed."""
    age: int = 0
    """Bars that it has worked."""
    day: int | None = None
    """Number of the day of its first bar, for an order for the day."""
    exit_reason: ExitReason = ExitReason.SIGNAL
    """What a position that it closes is said to be closed for."""
    remaining: float | None = None
    """Units still to fill; None before the first fill."""
    met: datetime | None = None
    """Open time of the last bar whose open it met."""
    opened: bool = False
    """Whether a part of it has opened what is held: the rest is cancelled when that leaves by its own stop or target."""
    hit: int = 0
    """In that bar: −1 it had not reached the market, 0 the open did not reach it, 1 or 2 the open did."""
    managed_until: datetime | None = None
    """Close of the last bar that it was held against."""


@dataclass(frozen=True, slots=True)
class Fill:
    """One execution."""

    order_id: str
    symbol: str
    side: Side
    quantity: float
    price: float
    """Paid or received, after half-spread and slippage."""
    reference: float
    """Price before costs: the open, the stop or the target level."""
    fee: float
    time: datetime
    """Open time of the bar it happened in."""
    reason: str
    """entry, or an ExitReason."""
    spread: float = 0.0
    """What half the spread took, in quote currency."""
    slippage: float = 0.0
    """What slippage and market impact took."""


@dataclass(frozen=True, slots=True)
class Position:
    """What is held of one symbol."""

    symbol: str
    timeframe: str
    """Of the bars that manage its stop and target."""
    quantity: float
    """Signed: negative is short."""
    entry_price: float
    entry_fee: float
    opened_at: datetime
    stop: float | None
    """Price level."""
    target: float | None
    order_id: str
    last_price: float
    data_source: str = ""
    """Where the bars that manage it come from."""
    managed_until: datetime | None = None
    """Close of the last bar that its stop and target were held against; None before the first."""
    trail: float | None = None
    break_even: float | None = None
    best: float | None = None
    """Best price since the entry."""
    bars_left: int | None = None
    """Until its time limit; None for none."""
    trailed: bool = False
    """Whether the trailing stop has moved the stop."""
    leaving: ExitReason | None = None
    """An exit that could not be filled whole; its rest leaves at the next opens."""
    opened_within: bool = False
    """Whether it was opened between the open and the close of its first bar."""
    met: datetime | None = None
    """Open time of the last bar whose open it met."""

    @property
    def value(self) -> float:
        """Signed market value in the quote currency."""
        return self.quantity * self.last_price

    @property
    def unrealised(self) -> float:
        """Profit or loss if closed at the last price, before exit costs and after the entry fee."""
        return self.quantity * (self.last_price - self.entry_price) - self.entry_fee


@dataclass(frozen=True, slots=True)
class Trade:
    """One round trip."""

    symbol: str
    quantity: float
    """Signed."""
    entry_time: datetime
    entry_price: float
    exit_time: datetime
    exit_price: float
    fees: float
    """Entry and exit fee and borrow."""
    pnl: float
    """Net of all costs, in the quote currency."""
    return_: float
    """pnl over the value at entry."""
    exit_reason: ExitReason
    entry_order_id: str


@dataclass(frozen=True, slots=True)
class BarUse:
    """Units of an asset that one bar has filled, against a limit on the share of volume."""

    symbol: str
    bar: datetime
    """Open time."""
    units: float


@dataclass(frozen=True, slots=True)
class Book:
    """A paper account at one moment."""

    id: str
    world: str
    """Which clock it lives by: live, or the era of a data set, e.g. sample-crypto-2019."""
    initial_cash: float
    cash: float
    positions: tuple[Position, ...]
    orders: tuple[Order, ...]
    """Working orders only."""
    clock: datetime | None
    """Last moment that the book has lived through; it never goes back."""
    done: tuple[str, ...] = ()
    """Orders completed at `clock`; sent again they change nothing, and older ones the clock refuses."""
    used: tuple[BarUse, ...] = ()
    """The last bar of each asset in which something was filled."""

    @property
    def equity(self) -> float:
        """Cash plus the signed value of the positions."""
        return self.cash + sum(p.value for p in self.positions)

    def position(self, symbol: str) -> Position | None:
        """The open position of a symbol, or None."""
        return next((p for p in self.positions if p.symbol == symbol), None)


@dataclass(frozen=True, slots=True)
class EquityPoint:
    """Equity of a book at one time."""

    time: datetime
    equity: float
    cash: float
