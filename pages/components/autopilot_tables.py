"""Tables of the autopilot's page: what the columns mean, and the colours of gains and directions."""

from typing import Any

import pandas as pd
import streamlit as st

from core.charts.palette import direction_colour, direction_label, money_colour
from core.records import Direction
from core.views.autopilot import AutopilotView
from core.views.autopilot_assets import watched_frame
from pages.components.look import look

_TIME = "YYYY-MM-DD HH:mm"
ASSETS = {
    "Asset": st.column_config.TextColumn(help="What it trades.", width=84),
    "Price": st.column_config.NumberColumn(format="%.6g", help="Last price that a cycle or the book has seen, in the quote currency.", width=80),
    "Signal": st.column_config.TextColumn(help="Direction of all sources together in the last cycle.", width=64),
    "Confidence": st.column_config.ProgressColumn(min_value=0.0, max_value=1.0, format="%.2f", help="Of the fused signal, 0 … 1.", width=92),
    "Position": st.column_config.NumberColumn(format="%.6g", help="Units held; negative is short.", width=72),
    "P&L": st.column_config.NumberColumn(format="dollar", help="Profit or loss of the open position, before exit costs.", width=78),
    "Decision": st.column_config.TextColumn(help="How the last cycle ended: ordered, denied by a risk rule, or no trade.", width=82),
    "Last cycle": st.column_config.DatetimeColumn(format=_TIME, timezone="UTC", help="The moment that the last cycle saw, UTC.", width=126),
    "Data trust": st.column_config.ProgressColumn(min_value=0, max_value=100, format="%d", help="Quality of the bars, 0 … 100.", width=88),
    "Passport": st.column_config.LinkColumn(display_text="open", help="Everything that led to the last decision.", width=70),
}  # fmt: skip


def assets_table(view: AutopilotView) -> None:
    """Each asset as its last cycle left it."""
    frame = watched_frame(view.assets)
    frame["Passport"] = ["passport?cycle=" + str(cycle) if cycle else None for cycle in frame.pop("Id")]
    words = {direction.word: direction for direction in Direction}
    signals = [words.get(said) for said in frame["Signal"]]
    frame["Signal"] = [direction_label(one) if one is not None else "–" for one in signals]
    colours = [f"color: {direction_colour(one, look())}" if one is not None else "" for one in signals]
    styled = frame.style.apply(lambda column: colours, subset=["Signal"]).map(_gain, subset=["P&L"])
    st.dataframe(styled, column_config=ASSETS, hide_index=True, key="autopilot_assets_table", placeholder="–")


def _gain(amount: Any) -> str:
    return "" if pd.isna(amount) or amount == 0 else f"color: {money_colour(amount, look())}"
