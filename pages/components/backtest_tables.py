"""Tables of a report: what the columns mean, in which unit."""

from typing import Any

import pandas as pd
import streamlit as st

_TIME = "YYYY-MM-DD HH:mm"


def figures_table(metrics: pd.DataFrame) -> None:
    """Every figure with its interval beside buy and hold."""
    column = st.column_config
    st.dataframe(
        metrics,
        hide_index=True,
        height="content",
        column_config={
            "figure": column.TextColumn("Figure", width=115),
            "strategy": column.TextColumn("Strategy", width=75),
            "interval": column.TextColumn("95 % interval", width=140, help="How far the figure may lie from the truth, by what these bars hold."),
            "hold": column.TextColumn("Buy and hold", width=100, help="All cash into the asset at the first open, same costs."),
            "meaning": column.TextColumn("Meaning", width="large"),
        },
    )  # fmt: skip


def years_table(years: pd.DataFrame) -> None:
    """Each year beside holding."""
    column = st.column_config
    st.dataframe(
        years,
        hide_index=True,
        column_config={
            "year": column.NumberColumn("Year", format="%d"),
            "strategy": column.NumberColumn("Strategy", format="percent"),
            "hold": column.NumberColumn("Buy and hold", format="percent"),
            "ahead": column.NumberColumn("Ahead", format="percent", help="Strategy less buy and hold."),
            "best_month": column.NumberColumn("Best month", format="percent"),
            "worst_month": column.NumberColumn("Worst month", format="percent"),
        },
    )


def drawdowns_table(drawdowns: pd.DataFrame) -> None:
    """The deepest falls from a peak."""
    if drawdowns.empty:
        st.info("The equity never fell below a former peak.")
        return
    column = st.column_config
    st.dataframe(
        drawdowns,
        hide_index=True,
        placeholder="not yet",
        column_config={
            "depth": column.NumberColumn("Depth", format="percent"),
            "peak": column.DatetimeColumn("Peak (UTC)", format=_TIME, timezone="UTC"),
            "trough": column.DatetimeColumn("Trough (UTC)", format=_TIME, timezone="UTC"),
            "recovered": column.DatetimeColumn("Recovered (UTC)", format=_TIME, timezone="UTC", help="«not yet»: not until the end of the run."),
            "falling": column.NumberColumn("Bars falling", format="localized", help="From the peak to the trough."),
            "lasting": column.NumberColumn("Bars below", format="localized", help="From the peak until it was reached again."),
        },
    )  # fmt: skip


def outcome_table(groups: pd.DataFrame, name: str, label: str, quote: str) -> None:
    """Trades in groups."""
    if groups.empty:
        st.info("No trade was closed.")
        return
    shown = groups.assign(**{name: groups[name].str.replace("_", " ")})
    st.dataframe(shown, hide_index=True, placeholder="–", column_config={name: label, **_outcome(quote)})


def regimes_table(regimes: pd.DataFrame, quote: str) -> None:
    """What each kind of market brought."""
    if regimes.empty:
        return
    column = st.column_config
    st.dataframe(
        regimes,
        hide_index=True,
        placeholder="–",
        column_order=[
            "regime", "share", "strategy", "hold", "strategy_sharpe", "hold_sharpe", "trades", "win_rate", "mean_return",
            "profit_factor", "pnl",
        ],
        column_config={
            "regime": column.TextColumn("Market", help="Volatility among all before, and trend."),
            "share": column.NumberColumn("Of the bars", format="percent"),
            "strategy": column.NumberColumn("Strategy", format="percent", help="Compound return of these bars together."),
            "hold": column.NumberColumn("Buy and hold", format="percent"),
            "strategy_sharpe": column.NumberColumn("Sharpe", format="%.2f", help="A year, over these bars."),
            "hold_sharpe": column.NumberColumn("Sharpe of hold", format="%.2f"),
            **_outcome(quote),
        },
    )  # fmt: skip


def trades_table(trades: pd.DataFrame, quote: str) -> None:
    """Closed round trips, numbered as the chart counts them."""
    if trades.empty:
        st.info("No trade was closed. Choose another strategy, a longer range or a larger size.")
        return
    column = st.column_config
    reasons = trades["exit_reason"].str.replace("_", " ")
    numbered = trades.assign(number=range(1, len(trades) + 1), exit_reason=reasons)
    st.dataframe(
        numbered,
        hide_index=True,
        column_order=[
            "number", "entry_time", "entry_price", "exit_time", "exit_price", "quantity", "pnl", "return_", "exit_reason",
            "bars", "mae", "mfe", "fees",
        ],
        column_config={
            "number": column.NumberColumn("No.", format="%d", help="As «Go to trade» counts."),
            "entry_time": column.DatetimeColumn("Entry (UTC)", format=_TIME, timezone="UTC"),
            "entry_price": column.NumberColumn(f"Entry ({quote})", format="%.6g"),
            "exit_time": column.DatetimeColumn("Exit (UTC)", format=_TIME, timezone="UTC"),
            "exit_price": column.NumberColumn(f"Exit ({quote})", format="%.6g"),
            "quantity": column.NumberColumn("Quantity", help="Negative was short.", format="%.6g"),
            "pnl": column.NumberColumn(f"P&L ({quote})", help="Net of all costs.", format="%.2f"),
            "return_": column.NumberColumn("Return", help="P&L over the value at entry.", format="percent"),
            "exit_reason": column.TextColumn("Ended by"),
            "bars": column.NumberColumn("Bars", help="From entry to exit.", format="%d"),
            "mae": column.NumberColumn("Worst", help="Worst price on the way, from the entry (MAE).", format="percent"),
            "mfe": column.NumberColumn("Best", help="Best price on the way, from the entry (MFE).", format="percent"),
            "fees": column.NumberColumn(f"Fees ({quote})", help="Both sides, and borrow.", format="%.2f"),
        },
    )  # fmt: skip


def _outcome(quote: str) -> dict[str, Any]:
    column = st.column_config
    return {
        "trades": column.NumberColumn("Trades", format="%d"),
        "win_rate": column.NumberColumn(
            "Won", format="percent", help="Share of the trades with a gain after costs."
        ),
        "win_low": column.NumberColumn(
            "Won, low", format="percent", help="Wilson 95 % interval of the share won."
        ),
        "win_high": column.NumberColumn(
            "Won, high", format="percent", help="Wilson 95 % interval of the share won."
        ),
        "mean_return": column.NumberColumn("Mean trade", format="percent", help="After costs."),
        "profit_factor": column.NumberColumn(
            "Profit factor", format="%.2f", help="Profits over losses; a dash: no loss, or no trade."
        ),
        "pnl": column.NumberColumn(f"P&L ({quote})", format="%.2f"),
        "holding_bars": column.NumberColumn("Bars held", format="%.1f"),
    }
