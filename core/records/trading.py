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
    STOP = "stop"
    LIMIT = "limit"


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
