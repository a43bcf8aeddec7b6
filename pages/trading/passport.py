"""Passport: one decision, with everything that led to it."""

import streamlit as st

from core import charts
from pages.components.look import figure, look
from pages.components.passport_calls import calls_of
from pages.components.passport_flip import flip_of
from pages.components.passport_forecasts import forecasts_of
from pages.components.passport_gates import gates_of
from pages.components.passport_market import market_of
from pages.components.passport_replay import replay_of
from pages.components.passport_risk import risk_of
from pages.components.passport_sizing import sizing_of
from pages.components.passport_sources import news_of, signals_of
from pages.components.passport_validation import validation_of
from pages.components.passport_words import words_of
from pages.components.reads import cycles, passport
from pages.components.stages import stage_rows
from pages.components.verdict import verdict_card

st.title("Trade passport")
known = cycles(limit=100)
known = known[known["verdict"].isin(["ordered", "denied", "no_trade", "failed"])]
if known.empty:
    st.info("A passport belongs to a decision, and none was made yet.", icon=":material/lightbulb:")
    st.page_link("pages/trading/cycle.py", label="Run a cycle", icon=":material/play_circle:")
    st.stop()

labels = {
    str(row.id): f"{row.symbol} {row.timeframe} · {row.as_of:%Y-%m-%d %H:%M} UTC · {row.verdict} · {row.id}"
    for row in known.itertuples()
}
wanted = st.query_params.get("cycle")
ids = list(dict.fromkeys([*([wanted] if wanted else []), *labels]))
cycle_id = st.selectbox(
    "Decision", ids, format_func=lambda item: labels.get(item, item), key=f"passport_cycle_{wanted}"
)
st.query_params["cycle"] = cycle_id

view = passport(cycle_id)
report = view.report
st.caption(
    f"Cycle {report.id} of {report.request.symbol}, {report.request.timeframe} bars from {report.data_source or '–'}; "
    f"it saw nothing after {report.as_of:%Y-%m-%d %H:%M} UTC."
)
verdict_card(view)
gates_of(view)
words_of(view)
flip_of(view)

market_of(view)
signals_of(view)
forecasts_of(view)
news_of(view)
calls_of(view)
sizing_of(view)
validation_of(view)
risk_of(view)

with st.expander("Stages of this cycle", icon=":material/timeline:"):
    figure(charts.stage_chart(report.stages, look(), title=""), key="passport_stages")
    stage_rows(report.stages, running=False)
    replay_of(view)
