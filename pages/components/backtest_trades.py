"""The trades on the candles: a range that is moved, zoomed or dragged, and only that range is sent."""

from typing import Any

import streamlit as st

from core import charts
from core.charts import FIGURE_CONFIG
from core.records import Timeframe
from core.views.backtest import BacktestView
from core.views.backtest_range import Shown, around_trade, bar_numbers, dragged, shifted, whole, zoomed
from pages.components.look import look
from pages.components.reads import backtest_bars


@st.fragment
def trades_chart(view: BacktestView) -> None:
    """Range controls and the figure of that range."""
    bars = backtest_bars(view.summary.id)
    if bars.empty:
        st.info(
            "The bars of this run were not kept. Run it again to see its trades on the chart.",
            icon=":material/info:",
        )
        return
    key = f"backtest_range_{view.summary.id}"
    everything = whole(bars.index)
    shown: Shown = st.session_state.setdefault(key, everything)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        _press(
            "Whole run",
            ":material/fit_width:",
            key,
            everything,
            "All bars, joined into as many candles as fit.",
        )
        _press("", ":material/chevron_left:", key, shifted(bars.index, shown, -0.5), "Half a screen back.")
        _press("", ":material/chevron_right:", key, shifted(bars.index, shown, 0.5), "Half a screen on.")
        _press("", ":material/zoom_in:", key, zoomed(bars.index, shown, 0.4), "Closer.")
        _press("", ":material/zoom_out:", key, zoomed(bars.index, shown, 2.5), "Further away.")
        if len(view.trades):
            st.number_input(
                "Go to trade", 1, len(view.trades), None, key=f"{key}_trade", width=150, placeholder=f"1 … {len(view.trades)}",
                on_change=_go, args=(key, view, bars.index), help="Shows the bars around the trade of that number, counted from the first.",
            )  # fmt: skip
    st.slider(
        "Range shown (UTC)", *everything, key=key, step=Timeframe(view.summary.timeframe).delta, format="YYYY-MM-DD HH:mm",
        help="Drag its ends, or drag over the chart itself to zoom into that part.",
    )  # fmt: skip
    numbers = bar_numbers(bars.index, shown)
    chart = charts.backtest_trades_chart(
        bars, view.trades, view.curves["equity"], numbers, look(), view.summary.quote
    )
    selected = f"{key}_{numbers[0]}_{numbers[1]}"
    st.plotly_chart(
        chart, key=selected, alt=str(chart.layout.meta), theme=None, config=dict(FIGURE_CONFIG),
        on_select=lambda: _drag(key, selected, everything), selection_mode="box",
    )  # fmt: skip


def _press(label: str, icon: str, key: str, target: Shown, meaning: str) -> None:
    st.button(label, key=f"{key}_{icon}", icon=icon, help=meaning, on_click=_show, args=(key, target))


def _show(key: str, target: Shown) -> None:
    st.session_state[key] = target


def _go(key: str, view: BacktestView, index: Any) -> None:
    if number := st.session_state[f"{key}_trade"]:
        _show(key, around_trade(index, view.trades, number))


def _drag(key: str, selected: str, everything: Shown) -> None:
    """Zoom into what was dragged over."""
    boxes = st.session_state[selected]["selection"]["box"]
    if boxes and len(boxes[0]["x"]) == 2:
        _show(key, dragged(boxes[0]["x"], everything))
