"""What a stopped trade would have made is what the paper book makes of the same order."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.execute import Series, advance, new_book, submit
from core.instruments import resolve
from core.pipeline.hypothetical import StoppedTrade, lane_of
from core.pipeline.hypothetical import outcome_on as on_lane
from core.pipeline.trading import managed
from core.records import Costs, Order, OrderStatus, OrderType, Side, Timeframe
from core.records.ledgers import OutcomeState, TradeOutcome
from core.settings import RiskSettings
from tests.seeded import seeded_bars

COSTS = Costs(0.001, 0.0002, 0.0003, 0.03, 0.001)
DEAR = replace(COSTS, impact=1.0, volatility_slippage=0.1, minimum_fee=0.5, funding=0.05)
BARS = seeded_bars(400, 3)


def outcome_on(trade: StoppedTrade, bars: pd.DataFrame) -> TradeOutcome:
    return on_lane(trade, lane_of(bars))


INSTRUMENT, CASH = resolve("BTC-USD"), 1_000_000.0


def trade_at(row: int, units: float, risk: RiskSettings, costs: Costs = COSTS) -> StoppedTrade:
    moment = BARS.index[row].to_pydatetime()
    return StoppedTrade("BTC-USD", Timeframe.H1, "sample", moment, units, 0.02, 0.04, risk, costs, CASH)


def by_the_book(trade: StoppedTrade, steps: int) -> tuple[float, bool, str, float | None]:
    """P&L, whether it is closed, why, and the exit price, of a real paper book that lives over the same bars."""
    order = managed(
        Order(
            "o1", "c1", trade.symbol, Side.BUY if trade.units > 0 else Side.SELL, OrderType.MARKET, abs(trade.units),
            trade.stop, trade.target, False, OrderStatus.ACCEPTED, trade.as_of, "", timeframe="1h", data_source="sample",
        ),
        trade.risk,
    )  # fmt: skip
    book = submit(new_book("b", "w", CASH), order)
    end = (BARS.index[-1] + timedelta(hours=1)).to_pydatetime()
    times = [trade.as_of + (end - trade.as_of) * k / steps for k in range(1, steps + 1)]
    trades = []
    for until in [time.replace(minute=0, second=0, microsecond=0) for time in times[:-1]] + [end]:
        lived = advance(book, {trade.symbol: Series(INSTRUMENT, Timeframe.H1, BARS)}, until, trade.costs)
        book, trades = lived.book, [*trades, *lived.trades]
    reason = trades[-1].exit_reason.value if trades and not book.positions else ""
    return book.equity - CASH, not book.positions, reason, trades[-1].exit_price if trades else None


@given(
    row=st.integers(2, 398), units=st.sampled_from([0.5, -0.5, 2.0, -1.25]), stop=st.floats(0.002, 0.05),
    target=st.floats(0.002, 0.08), trail=st.sampled_from([0.0, 0.01]), even=st.sampled_from([0.0, 0.01]),
    limit=st.sampled_from([0, 1, 7]), costs=st.sampled_from([COSTS, DEAR]), steps=st.integers(1, 5),
)  # fmt: skip
def test_a_stopped_trade_makes_what_a_book_makes_of_the_same_order(
    row: int, units: float, stop: float, target: float, trail: float, even: float, limit: int, costs: Costs, steps: int
) -> None:  # fmt: skip
    risk = RiskSettings(trailing_stop=trail, break_even=even, time_limit=limit)
    trade = replace(trade_at(row, units, risk, costs), stop=stop, target=target)
    found = outcome_on(trade, BARS)
    pnl, closed, reason, left = by_the_book(trade, steps)
    assert found.pnl == pytest.approx(pnl, abs=1e-6)
    assert (found.state is OutcomeState.CLOSED) == closed
    assert found.exit_reason == reason
    if closed:
        assert found.exit_price == left
    assert not found.made


def test_a_moment_within_a_bar_waits_for_the_next_open() -> None:
    trade = replace(
        trade_at(100, 1.0, RiskSettings()), as_of=BARS.index[100].to_pydatetime() + timedelta(minutes=20)
    )
    assert outcome_on(trade, BARS).entry_time == BARS.index[101].to_pydatetime()


def test_nothing_later_than_the_bars_is_told() -> None:
    """Bars added at the end change an open trade only."""
    risk = RiskSettings()
    for row in (50, 120, 200):
        whole = outcome_on(trade_at(row, 1.0, risk), BARS)
        for stop in (row + 1, row + 5, 399):
            part = outcome_on(trade_at(row, 1.0, risk), BARS.iloc[:stop])
            assert part == whole or part.state is OutcomeState.OPEN


@pytest.mark.parametrize(
    ("row", "bars", "state"),
    [
        (100, BARS.iloc[:100], OutcomeState.WAITING),
        (100, BARS.iloc[:0], OutcomeState.UNKNOWN),
        (0, BARS, OutcomeState.UNKNOWN),
    ],
)
def test_what_is_not_known_is_said(row: int, bars: pd.DataFrame, state: OutcomeState) -> None:
    found = outcome_on(trade_at(row, 1.0, RiskSettings()), bars)
    assert found.state is state
    assert found.pnl is None and found.words.endswith(".")


def test_what_the_cash_would_not_carry_is_refused() -> None:
    trade = replace(trade_at(100, 50.0, RiskSettings()), cash=10.0)
    assert outcome_on(trade, BARS).state is OutcomeState.REFUSED


def test_the_words_tell_money_and_end() -> None:
    rising = BARS.iloc[:110].copy()
    rising[["open", "high", "low", "close"]] = np.tile(np.linspace(100.0, 120.0, 110)[:, None], 4)
    rising["high"] += 0.2
    found = outcome_on(
        replace(trade_at(50, 1.0, RiskSettings()), as_of=rising.index[50].to_pydatetime()), rising
    )
    assert isinstance(found, TradeOutcome)
    assert found.exit_reason == "take_profit"
    assert "by its target" in found.words and "after costs" in found.words
    assert found.entry_time == datetime.fromtimestamp(rising.index[50].timestamp(), UTC)
