"""Frames of a backtest as texts, the same on paper as on the page."""

import math
from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd

Text = Callable[[Any], str]
_DASH = "–"


def percent(value: float) -> str:
    """A fraction as per cent."""
    return f"{value * 100:,.2f} %".replace("-", "−") if math.isfinite(value) else _DASH


def number(value: float) -> str:
    """To two decimals."""
    return f"{value:,.2f}".replace("-", "−") if math.isfinite(value) else _DASH


def whole(value: float) -> str:
    """Without decimals."""
    return f"{value:,.0f}".replace("-", "−") if math.isfinite(value) else _DASH


def price(value: float) -> str:
    """To seven significant digits."""
    return f"{value:,.7g}" if math.isfinite(value) else _DASH


def moment(value: pd.Timestamp) -> str:
    """To the minute, UTC."""
    return _DASH if pd.isna(value) else f"{value:%Y-%m-%d %H:%M}"


def as_text(frame: pd.DataFrame, columns: Mapping[str, tuple[str, Text]]) -> pd.DataFrame:
    """The named columns under the names that people read; those that are missing are left out."""
    return pd.DataFrame(
        {
            label: [value if isinstance(value, str) else text(value) for value in frame[name]]
            for name, (label, text) in columns.items()
            if name in frame
        }
    )


_OUTCOME: Mapping[str, tuple[str, Text]] = {
    "trades": ("Trades", whole), "win_rate": ("Won", percent), "win_low": ("from", percent), "win_high": ("to", percent),
    "mean_return": ("Mean trade", percent), "profit_factor": ("Profit factor", number), "pnl": ("P&L", number),
    "holding_bars": ("Bars held", number),
}  # fmt: skip
DRAWDOWNS: Mapping[str, tuple[str, Text]] = {
    "depth": ("Depth", percent), "peak": ("Peak", moment), "trough": ("Trough", moment),
    "recovered": ("Recovered", moment), "falling": ("Bars falling", whole), "lasting": ("Bars below the peak", whole),
}  # fmt: skip
YEARS: Mapping[str, tuple[str, Text]] = {
    "year": ("Year", lambda year: f"{year:.0f}"), "strategy": ("Strategy", percent), "hold": ("Buy and hold", percent),
    "ahead": ("Ahead", percent), "best_month": ("Best month", percent), "worst_month": ("Worst month", percent),
}  # fmt: skip
SIDES: Mapping[str, tuple[str, Text]] = {"side": ("Side", str), **_OUTCOME}
EXITS: Mapping[str, tuple[str, Text]] = {"exit_reason": ("Ended by", str), **_OUTCOME}
REGIMES: Mapping[str, tuple[str, Text]] = {
    "regime": ("Market", str), "share": ("Of the bars", percent), "strategy": ("Strategy", percent),
    "hold": ("Buy and hold", percent), "strategy_sharpe": ("Sharpe", number), "hold_sharpe": ("Sharpe of hold", number),
    **_OUTCOME,
}  # fmt: skip
TRADES: Mapping[str, tuple[str, Text]] = {
    "entry_time": ("Entry (UTC)", moment), "entry_price": ("at", price), "exit_time": ("Exit (UTC)", moment),
    "exit_price": ("at ", price), "quantity": ("Quantity", price), "pnl": ("P&L", number), "return_": ("Return", percent),
    "fees": ("Fees", number), "mae": ("Worst on the way", percent), "mfe": ("Best on the way", percent),
    "bars": ("Bars", whole), "exit_reason": ("Ended by", str),
}  # fmt: skip
