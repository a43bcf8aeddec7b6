from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd
import pytest

from core.records import (
    Action,
    Attribution,
    CycleReport,
    CycleRequest,
    Decision,
    Direction,
    Explanation,
    Fill,
    Forecast,
    FusedSignal,
    Mode,
    Proposal,
    Side,
    Signal,
    SignalWeight,
    Timeframe,
    Verdict,
)

AS_OF = datetime(2019, 6, 3, 12, tzinfo=UTC)


def bars_of(close, start="2019-06-01", freq="1h") -> pd.DataFrame:
    close = np.asarray(close, dtype="float64")
    index = pd.date_range(start, periods=len(close), freq=freq, tz="UTC", name="date").as_unit("us")
    opened = np.concatenate([close[:1], close[:-1]])
    return pd.DataFrame(
        {
            "open": opened,
            "high": np.maximum(opened, close) + 1.0,
            "low": np.minimum(opened, close) - 1.0,
            "close": close,
            "volume": np.arange(1.0, len(close) + 1),
        },
        index=index,
    )


def report_of(
    quantity: float, price: float = 100.0, fill: float | None = None, as_of: datetime = AS_OF
) -> CycleReport:
    action = Action.OPEN if quantity else Action.HOLD
    proposal = Proposal(action, "BTC-USD", quantity, price, 0.02, 0.04, 0.4, "reason")
    verdict = Verdict.ORDERED if quantity else Verdict.NO_TRADE
    side = Side.BUY if quantity > 0 else Side.SELL
    fills = (
        () if fill is None else (Fill("o", "BTC-USD", side, abs(quantity), fill, price, 0.1, as_of, "entry"),)
    )
    return CycleReport(
        id="c", request=CycleRequest("BTC-USD", Timeframe.H1, "sample", as_of, Mode.PAPER), as_of=as_of, world="w",
        book_id="b", data_source="sample", stages=(), quality=None, sentiment=None, forecasts=(), explanations=(),
        fused=None, decision=Decision(proposal, verdict, (), "In words."), order=None, fills=fills,
        started_at=as_of, seconds=0.5,
    )  # fmt: skip


@pytest.fixture
def as_of() -> datetime:
    """The moment that every record of these tests lives at."""
    return AS_OF


@pytest.fixture
def make_bars():
    """Closes → hourly bars from 2019-06-01, each one open to high and low."""
    return bars_of


@pytest.fixture
def make_report():
    """Quantity (0 holds), price, fill → a cycle with a stop at 2 % and a target at 4 %."""
    return report_of


@pytest.fixture
def bars() -> pd.DataFrame:
    return bars_of(100 + np.sin(np.arange(80)))


@pytest.fixture
def forecasts() -> tuple[Forecast, ...]:
    until = AS_OF - timedelta(days=1)
    return (
        Forecast("short", 6, 0.5, 0.2, 0.3, 0.4, 0.2, 0.4, 0.02, 900, True, "m1", until),
        Forecast("long", 96, 0.1, 0.1, 0.8, 0.3, 0.3, 0.4, -0.01, 800, False, "m2", until),
    )


@pytest.fixture
def explanation() -> Explanation:
    steps = [0.5, -0.4] + [0.01 * k for k in range(13, 0, -1)]
    named = tuple(
        Attribution(f"feature_{k}", None if k == 2 else 1.5 * k, step) for k, step in enumerate(steps)
    )
    return Explanation("short", "up", 0.1, 0.1 + sum(steps), 0.0, named, "m1")


@pytest.fixture
def fused() -> FusedSignal:
    def part(source: str, way: Direction, weight: float, confidence: float) -> SignalWeight:
        signal = Signal(source, way, 0.5, confidence, "short", "because <b>")
        return SignalWeight(signal, weight, weight * way * confidence, "note")

    parts = (part("sma_cross", Direction.UP, 0.5, 0.6), part("rsi", Direction.DOWN, 0.5, 0.2))
    return FusedSignal(Direction.UP, 0.2, 0.2, parts, 0.5, "one up, one down")
