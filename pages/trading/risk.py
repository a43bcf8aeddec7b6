"""Risk: what may be lost, what stands against it, and what stopped trades lately."""

import streamlit as st

from core import charts
from pages.components.look import figure, look
from pages.components.numbers import numbers
from pages.components.risk_measures import (
    backtest_figure,
    stress_figures,
    tail_figures,
    together_figures,
)
from pages.components.risk_reads import binding_of, risk_of, tail_of
from pages.components.risk_state import state_card

st.title("Risk")
view = risk_of(st.session_state.get("risk_book"))
if view.book is None:
    st.info("There is no book yet, so nothing is at risk. A cycle opens one.", icon=":material/lightbulb:")
    st.page_link("pages/trading/cycle.py", label="Run a cycle", icon=":material/play_circle:")
    st.stop()

names = dict(zip(view.books["id"], view.books["world"], strict=True))
book_id = view.book.id
st.selectbox(
    "Book",
    list(names),
    index=list(names).index(book_id),
    format_func=lambda item: names[item],
    key="risk_book",
    help="One book for each clock: live data, each era of the sample, each imported file.",
)
state_card(view)
numbers(view.numbers)
if view.book.clock:
    st.caption(
        f"As of {view.book.clock:%Y-%m-%d %H:%M} UTC, the clock of the book. Limits are set under Settings → Risk."
    )

left, right = st.columns(2)
with left:
    figure(charts.holdings_chart(view.exposures, look()), key="risk_exposure")
with right:
    figure(charts.usage_chart(view.usage, look()), key="risk_usage")
figure(charts.breaker_chart(view.fall, view.breakers, view.events, look()), key="risk_drawdown")

if view.book.positions:
    tail = tail_of(book_id)
    tail_figures(tail)
    together_figures(tail)
    backtest_figure(book_id, tail.chosen)
    stress_figures(tail)
else:
    st.info(
        "Nothing is held: value at risk, correlations and stress appear with the first position.",
        icon=":material/lightbulb:",
    )
    st.page_link("pages/trading/cycle.py", label="Run a cycle", icon=":material/play_circle:")

figure(charts.binding_chart(binding_of(book_id), look()), key="risk_binding")
st.caption(
    "The newest 200 proposals to open. Where all passed, the check with the fullest limit is counted as nearest; a stop is "
    "placed at its limit and is left out."
)
