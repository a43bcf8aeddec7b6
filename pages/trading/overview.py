"""Overview: the book, what it holds, what was decided last, and what to do first."""

import streamlit as st

from core import charts
from core.collect import LIVE
from core.pipeline.trading import start_new_book
from core.runtime import shared_runtime
from pages.components.look import figure, look
from pages.components.reads import overview
from pages.components.tables import cycles_table, positions_table, trades_table

runtime = shared_runtime()
view = overview(st.session_state.get("overview_book"))

st.title("Overview")
if view.book is None:
    st.markdown(
        "Glassbox runs a paper account that you can see through. Three steps to the first decision:\n\n"
        "1. Choose an asset in the sidebar. The source *sample* works offline; *auto* fetches live prices.\n"
        "2. Open **Run cycle** and press the button: data, sentiment, forecasts, signals, decision, risk, order.\n"
        "3. Open the **Passport** of the decision and question it."
    )
    if st.button("Run the first cycle", key="overview_first", type="primary", icon=":material/play_circle:"):
        st.switch_page("pages/trading/cycle.py")
    st.stop()

names = dict(zip(view.books["id"], view.books["world"], strict=True))
left, right = st.columns([3, 1], vertical_alignment="bottom")
left.selectbox(
    "Book",
    list(names),
    index=list(names).index(view.book.id),
    format_func=lambda book_id: f"{names[book_id]}",
    key="overview_book",
    help="One book for each clock: live data, each era of the sample, each imported file.",
)
with right.popover("Start a new book", icon=":material/restart_alt:", width="stretch"):
    st.write(
        f"The book of {view.book.world} is put aside with its history, and a new one begins with "
        f"${runtime.settings.initial_cash:,.0f}. Use this to travel back in time."
    )
    if st.button("Start a new book", key="overview_new_book", type="primary"):
        start_new_book(runtime.bench, view.book.world)
        st.session_state.pop("overview_book", None)
        st.rerun()

for column, number in zip(st.columns(len(view.numbers)), view.numbers, strict=True):
    column.metric(number.label, number.value, number.delta, help=number.meaning, border=True)
if view.apart:
    st.warning(view.apart, icon=":material/history:")
if view.book.clock:
    st.caption(f"The book has lived until {view.book.clock:%Y-%m-%d %H:%M} UTC.")

st.subheader("Equity", help="Value of the account after each closed bar, marked at the last close.")
figure(
    charts.equity_chart(view.equity, None, look(), currency="USD", title=""),
    key="overview_equity",
)

st.subheader("Open positions")
positions_table(view.positions)
working = view.book.orders
if working:
    st.caption(
        "Waiting for the next open: "
        + ", ".join(f"{order.side} {order.quantity:.6g} {order.symbol}" for order in working)
    )
if (
    view.book.world == LIVE
    and (len(view.positions) or working)
    and st.button(
        "Bring the book up to date",
        key="overview_settle",
        icon=":material/update:",
        help="Fetch the bars that closed since and apply them: open orders fill, stops and targets are checked.",
    )
):
    runtime.jobs.submit("settle", {"world": view.book.world}, key=view.book.world)
    st.toast("The book is being brought up to date.")

st.subheader("Last decisions")
cycles_table(view.cycles, key="overview_cycles")
st.subheader("Closed trades")
trades_table(view.trades)
