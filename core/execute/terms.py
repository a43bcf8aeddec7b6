"""From costs and conventions as people write them to the terms that the matching core takes."""

from typing import NamedTuple

import numpy as np
import pandas as pd

from core.errors import InputError
from core.execute.layout import CRYPTO_TICKS, M_DAY, MARKET_COLUMNS, STOCK_TICKS, Terms, calm_market
from core.records import AssetClass, Costs, Instrument, Timeframe

MEMORY = 50
"""Bars from which volatility and mean volume are taken."""


class FillConvention(NamedTuple):
    """What engines decide differently about the same bars; see docs/fills.md."""

    entry_live: bool = True
    """Stop and target are live on the bar whose open fills the entry."""
    from_signal: bool = False
    """Stop and target are counted from the close that decided, not from the fill."""
    exit_first: bool = True
    """An exit that waits at the open precedes the stop and the target of that bar."""
    touch: bool = False
    """A limit or target fills when the price touches it; else only when it trades through."""
    whole_bar: bool = False
    """Stop and target are judged on the bar as a whole, the stop first, wherever it opens; with `exit_first` off, an
    order that waits at an open is dropped when the bar reaches either."""
    slip_in: float = 1.0
    """Multiples of half-spread and slippage paid on market entries …"""
    slip_out: float = 1.0
    """… on market and stop exits …"""
    slip_target: float = 0.0
    """… and on targets."""


OURS = FillConvention()
AS_BACKTESTING_PY = FillConvention(from_signal=True, touch=True, whole_bar=True, slip_out=0.0)
"""backtesting.py 0.6.6: its whole `spread` is paid on entries; so half_spread stands for its spread."""
AS_VECTORBT = FillConvention(entry_live=False, exit_first=False, touch=True, whole_bar=True, slip_target=1.0)
"""vectorbt 1.2.0, its `from_signals` at the open with shifted signals."""


def terms_for(
    costs: Costs, instrument: Instrument, timeframe: Timeframe, fills: FillConvention = OURS
) -> Terms:
    """Costs of one asset at one timeframe as the core takes them: rents for one bar, plain floats."""
    yearly = instrument.bars_per_year(timeframe)
    return Terms(
        fee=float(costs.fee),
        maker=float(costs.fee if costs.maker is None else costs.maker),
        minimum=float(costs.minimum_fee),
        half_spread=float(costs.half_spread),
        slippage=float(costs.slippage),
        by_sigma=float(costs.volatility_slippage),
        impact=float(costs.impact),
        participation=float(costs.participation),
        borrow=float(costs.borrow / yearly),
        funding=float(costs.funding / yearly),
        lot=float(instrument.lot),
        tick=_tick(instrument) if costs.ticks else 0.0,
        entry_live=bool(fills.entry_live),
        from_signal=bool(fills.from_signal),
        exit_first=bool(fills.exit_first),
        touch=bool(fills.touch),
        whole_bar=bool(fills.whole_bar),
        slip_in=float(fills.slip_in),
        slip_out=float(fills.slip_out),
        slip_target=float(fills.slip_target),
    )


def _tick(instrument: Instrument) -> float:
    by_price = {AssetClass.STOCK: STOCK_TICKS, AssetClass.CRYPTO: CRYPTO_TICKS}
    return by_price.get(instrument.asset_class) or float(instrument.tick(1.0))


def market_rows(
    bars: pd.DataFrame, costs: Costs, symbol: str, by_day: bool = False, one_more: bool = False
) -> np.ndarray:
    """What was known of the market before each bar: (n, MARKET_COLUMNS), or one row when nothing asks for it.

    Args:
        bars: close and volume, index date; volatility and mean volume come from the MEMORY bars before each.
        costs: whether volatility or volume matters.
        symbol: for the message.
        by_day: orders for the day are about.
        one_more: also a row for the bar after the last.

    Raises:
        InputError: volume is asked for and the bars have none.
    """
    asks_volume = costs.impact > 0 or costs.participation > 0
    if not (asks_volume or costs.volatility_slippage > 0 or by_day) or not len(bars):
        return calm_market()
    volume = bars["volume"].to_numpy(dtype=float)
    if asks_volume and not volume.any():
        raise InputError(
            f"The bars of {symbol} have no volume, so market impact and a share of volume cannot be computed: "
            "set both to 0 for this asset."
        )
    from core.execute.liquidity import liquidity

    rows = np.zeros((len(bars) + one_more, MARKET_COLUMNS))
    liquidity(bars["close"].to_numpy(dtype=float), volume, MEMORY, rows)
    index = pd.DatetimeIndex(bars.index)
    rows[: len(bars), M_DAY] = index.tz_convert("UTC").as_unit("s").asi8 // 86_400
    return rows
