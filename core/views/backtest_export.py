"""A stored backtest as files."""

import pandas as pd

from core.pipeline import Workbench
from core.views.backtest import BacktestView, backtest, backtest_bars

_COLUMNS = (
    "symbol", "quantity", "entry_time", "entry_price", "exit_time", "exit_price", "exit_reason", "fees", "pnl", "return_",
    "bars", "mae", "mfe", "regime",
)  # fmt: skip


def backtest_html(bench: Workbench, backtest_id: str) -> str:
    """The report as one HTML file that fetches nothing.

    Raises:
        UnknownId: no such backtest.
    """
    from core.report import backtest_page  # brings plotly's own script

    return backtest_page(backtest(bench, backtest_id), backtest_bars(bench, backtest_id))


def trades_csv(view: BacktestView) -> str:
    """All closed trades; times in UTC (ISO 8601), fractions as fractions, `regime` by its number in core.evaluate.report.REGIMES."""
    trades = view.trades[[name for name in _COLUMNS if name in view.trades]]
    times = {
        name: pd.DatetimeIndex(trades[name]).strftime("%Y-%m-%dT%H:%M:%SZ")
        for name in ("entry_time", "exit_time")
    }
    return trades.assign(**times).to_csv(index=False)
