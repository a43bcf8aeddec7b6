"""Bars and orders written by hand."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

import pandas as pd
import pytest

from core.execute import Series
from core.instruments import resolve
from core.records import Order, OrderStatus, OrderType, Side, Timeframe

NOON = datetime(2024, 1, 1, 12, tzinfo=UTC)


@pytest.fixture
def noon() -> datetime:
    """Open time of the first bar that `hourly` makes."""
    return NOON


@pytest.fixture
def hourly() -> Callable[..., Series]:
    """(rows of open-high-low-close, symbol, start) → a series of hourly bars."""

    def make(
        rows: Sequence[Sequence[float]], symbol: str = "BTC-USD", start: datetime = NOON,
        next_open: tuple[datetime, float] | None = None,
    ) -> Series:  # fmt: skip
        index = pd.DatetimeIndex(
            [start + timedelta(hours=i) for i in range(len(rows))], name="date", tz="UTC"
        ).as_unit("us")
        bars = pd.DataFrame(
            list(rows), columns=["open", "high", "low", "close"], index=index, dtype="float64"
        )
        return Series(resolve(symbol), Timeframe.H1, bars.assign(volume=1.0), next_open)

    return make


@pytest.fixture
def order() -> Callable[..., Order]:
    """A market order: signed quantity, time, and what else differs."""

    def make(
        quantity: float, at: datetime = NOON, symbol: str = "BTC-USD", id: str = "o1", **more: object
    ) -> Order:
        fields: dict[str, object] = {
            "stop": None,
            "target": None,
            "reduce_only": False,
            "type": OrderType.MARKET,
        } | more
        return Order(
            id=id, cycle_id="c", symbol=symbol, side=Side.BUY if quantity > 0 else Side.SELL, quantity=abs(quantity),
            status=OrderStatus.SUBMITTED, submitted_at=at, reason="test", **fields,
        )  # type: ignore[arg-type]  # fmt: skip

    return make
