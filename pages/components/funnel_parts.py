"""Parts of the funnel page: its filter and its tables."""

from datetime import UTC, datetime, time

import pandas as pd
import streamlit as st

from core.pipeline.funnel import MEANING, FunnelFilter
from core.views.funnel import FunnelChoices

_ANY = "all"
_TIME = "YYYY-MM-DD HH:mm"


def funnel_filter(known: FunnelChoices) -> FunnelFilter:
    """Asset, source, book and time, side by side; every choice narrows all that the page shows."""
    asset, source, book, since, until = st.columns([2, 2, 3, 2, 2])
    symbol = asset.selectbox(
        "Asset", [_ANY, *known.symbols], key="funnel_symbol", help="Only cycles of this asset."
    )
    spoke = source.selectbox(
        "Spoke", [_ANY, *known.sources], key="funnel_source",
        help="Only cycles in which this strategy, forecast or mood had an opinion with a weight.",
    )  # fmt: skip
    book_id = book.selectbox(
        "Book", [_ANY, *known.books], key="funnel_book", format_func=lambda one: known.books.get(one, one),
        help="Only cycles of this paper account; its world is the clock that it lives by.",
    )  # fmt: skip
    first = since.date_input("From", None, key="funnel_since", help="Decided on this day or later (UTC).")
    last = until.date_input("Until", None, key="funnel_until", help="Decided on this day or earlier (UTC).")
    return FunnelFilter(
        None if symbol == _ANY else symbol,
        None if spoke == _ANY else spoke,
        datetime.combine(first, time.min, UTC) if first else None,
        datetime.combine(last, time.max, UTC) if last else None,
        None if book_id == _ANY else book_id,
    )


def verdicts(gates: pd.DataFrame) -> None:
    """A sentence a gate that stopped something: whether it was right."""
    told = [row for row in gates.to_dict("records") if row["stopped"]]
    if told:
        st.markdown("\n".join(f"- **{row['gate']}**: {row['words']}" for row in told))


def gates_table(gates: pd.DataFrame) -> None:
    """A row a gate."""
    column = st.column_config
    st.dataframe(
        gates, hide_index=True, key="funnel_gates",
        column_order=["gate", "reached", "stopped", "share", "judged", "open", "pnl", "low", "high"],
        column_config={
            "gate": column.TextColumn("Gate", help="\n".join(f"- **{gate}**: {why}" for gate, why in MEANING.items())),
            "reached": column.NumberColumn("Came", help="Cycles that reached this gate.", format="localized"),
            "stopped": column.NumberColumn("Stopped", help="Cycles that ended here.", format="localized"),
            "share": column.NumberColumn("Share", help="Stopped, of those that came.", format="percent"),
            "judged": column.NumberColumn("Judged", help="Stopped trades with a profit or loss by now."),
            "open": column.NumberColumn("Open", help="Of those, trades that have reached neither stop nor target nor time limit: marked at the last known bar."),
            "pnl": column.NumberColumn("Would have made", help="Sum over the stopped trades, net of all costs.", format="dollar"),
            "low": column.NumberColumn("From", help="Lower end of the 95 % interval; empty where there is none.", format="dollar"),
            "high": column.NumberColumn("To", help="Upper end.", format="dollar"),
        },
    )  # fmt: skip


def stopped_table(stopped: pd.DataFrame) -> None:
    """Stopped trades, newest first; a click on a row opens its passport."""
    if stopped.empty:
        st.info("Nothing was stopped in what the filter leaves.")
        return
    column = st.column_config
    picked = st.dataframe(
        stopped, hide_index=True, key="funnel_stopped", on_select="rerun", selection_mode="single-row", height=320 if len(stopped) > 8 else "auto",
        column_order=["as_of", "symbol", "gate", "side", "pnl", "return_", "outcome", "reason"],
        column_config={
            "as_of": column.DatetimeColumn("Decided at (UTC)", help="The moment the cycle saw.", format=_TIME, timezone="UTC"),
            "symbol": "Asset",
            "gate": column.TextColumn("Stopped at"),
            "side": column.TextColumn("Wanted", help="A dash: nobody asked for a trade."),
            "pnl": column.NumberColumn("Would have made", help="Net of all costs; empty where there was no trade to judge.", format="dollar"),
            "return_": column.NumberColumn("Return", help="Of the value at entry.", format="percent"),
            "outcome": column.TextColumn("What would have become of it", width="large"),
            "reason": column.TextColumn("Why it was stopped", width="large"),
        },
    )  # fmt: skip
    rows = picked["selection"]["rows"] if picked else []
    if rows:
        st.switch_page("pages/trading/passport.py", query_params={"cycle": str(stopped.iloc[rows[0]]["id"])})
    st.caption("Select a row to open its passport.")
