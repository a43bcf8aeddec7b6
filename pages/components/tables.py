"""Tables that several pages show: what the columns mean, in which unit, and what an empty one says."""

import pandas as pd
import streamlit as st

_TIME = "YYYY-MM-DD HH:mm"


def positions_table(positions: pd.DataFrame) -> None:
    """Open positions."""
    if positions.empty:
        st.info("Nothing is held. A cycle whose confidence passes the threshold opens a position.")
        return
    column = st.column_config
    st.dataframe(
        positions,
        hide_index=True,
        column_config={
            "symbol": "Asset",
            "quantity": column.NumberColumn("Quantity", help="Units held; negative is short.", format="%.6g"),
            "entry_price": column.NumberColumn("Entry", help="Average fill price, costs included.", format="%.2f"),
            "last_price": column.NumberColumn("Last", help="Close of the last bar.", format="%.2f"),
            "stop": column.NumberColumn("Stop", help="Sold here to limit the loss.", format="%.2f"),
            "target": column.NumberColumn("Target", help="Sold here to take the profit.", format="%.2f"),
            "value": column.NumberColumn("Value", help="Quantity × last price.", format="dollar"),
            "share": column.NumberColumn("Share", help="Value as a share of equity.", format="percent"),
            "unrealised": column.NumberColumn("Unrealised", help="Profit if closed at the last price, before exit costs.", format="dollar"),
            "opened_at": column.DatetimeColumn("Opened (UTC)", format=_TIME, timezone="UTC"),
        },
    )  # fmt: skip


def trades_table(trades: pd.DataFrame) -> None:
    """Closed round trips."""
    if trades.empty:
        st.info("No trade has been closed yet. Stops, targets and opposite signals close positions.")
        return
    column = st.column_config
    st.dataframe(
        trades,
        hide_index=True,
        column_order=[
            "symbol", "quantity", "entry_time", "entry_price", "exit_time", "exit_price", "exit_reason", "fees", "pnl", "return_",
        ],
        column_config={
            "symbol": "Asset",
            "quantity": column.NumberColumn("Quantity", help="Negative was short.", format="%.6g"),
            "entry_time": column.DatetimeColumn("Entry (UTC)", format=_TIME, timezone="UTC"),
            "entry_price": column.NumberColumn("Entry price", format="%.2f"),
            "exit_time": column.DatetimeColumn("Exit (UTC)", format=_TIME, timezone="UTC"),
            "exit_price": column.NumberColumn("Exit price", format="%.2f"),
            "exit_reason": column.TextColumn("Why it ended"),
            "fees": column.NumberColumn("Fees", help="Both sides, and borrow cost.", format="dollar"),
            "pnl": column.NumberColumn("P&L", help="Net of all costs.", format="dollar"),
            "return_": column.NumberColumn("Return", help="P&L over the value at entry.", format="percent"),
        },
    )  # fmt: skip


def cycles_table(cycles: pd.DataFrame, key: str) -> None:
    """Cycles; a click on a row opens its passport."""
    if cycles.empty:
        st.info("No cycle yet.")
        return
    column = st.column_config
    picked = st.dataframe(
        cycles,
        hide_index=True,
        key=key,
        on_select="rerun",
        selection_mode="single-row",
        column_order=["as_of", "symbol", "timeframe", "verdict", "confidence", "words", "source", "seconds"],
        column_config={
            "as_of": column.DatetimeColumn("Decided at (UTC)", help="The moment the cycle saw.", format=_TIME, timezone="UTC"),
            "symbol": "Asset",
            "timeframe": "Bars",
            "verdict": column.TextColumn("Verdict", help="ordered, denied by a risk rule, no_trade, or failed"),
            "confidence": column.NumberColumn("Confidence", help="Agreement of the weighted signals, 0 to 1.", format="%.2f"),
            "words": column.TextColumn("In words", width="large"),
            "source": "Source",
            "seconds": column.NumberColumn("Seconds", format="%.2f"),
        },
    )  # fmt: skip
    rows = picked["selection"]["rows"] if picked else []
    if rows:
        st.switch_page("pages/trading/passport.py", query_params={"cycle": str(cycles.iloc[rows[0]]["id"])})
    st.caption("Select a row to open its passport.")


def checks_table(checks: pd.DataFrame) -> None:
    """Risk checks with number and limit."""
    column = st.column_config
    st.dataframe(
        checks,
        hide_index=True,
        column_config={
            "passed": column.TextColumn("Verdict"),
            "name": "Check",
            "value": column.TextColumn("Number"),
            "limit": column.TextColumn("Limit"),
            "meaning": column.TextColumn("In words", width="large"),
        },
    )
