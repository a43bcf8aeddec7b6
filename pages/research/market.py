"""Market: candles, comparison, how far the data can be trusted, and a way in for own files."""

import streamlit as st

from core.runtime import shared_runtime
from pages.components.choices import choice, sample_note
from pages.components.fetching import fetch_button, fetch_progress
from pages.components.import_wizard import import_wizard
from pages.components.market_views import chart_view, compare_view, numbers_view, trust_view
from pages.components.reads import market

VIEWS = ["Chart", "Compare", "Trust and sources", "Numbers", "Import a file"]

runtime = shared_runtime()
chosen = choice()
st.title("Market")
sample_note(chosen, runtime)

picker, count, button = st.columns([5, 2, 2], vertical_alignment="bottom")
shown = picker.segmented_control("View", VIEWS, default=VIEWS[0], key="market_view", bind="query-params")
bars = count.selectbox(
    "Bars",
    [250, 500, 1000, 2500, 10_000, 100_000],
    index=1,
    key="market_bars",
    help="How many of the last bars to use.",
)
with button:
    fetch_button(
        runtime, chosen, "fetch", "Fetch now", "Ask the source for bars that are missing, and for news."
    )
fetch_progress("fetch", chosen)

if shown == "Import a file":
    import_wizard(runtime, chosen)
    st.stop()
if shown == "Compare":
    compare_view(chosen, bars)
    st.stop()
view = market(chosen.symbol, chosen.timeframe, chosen.source, bars)
if view.bars.empty:
    st.info(
        f"No {chosen.timeframe} bars of {chosen.symbol} are stored yet. Press **Fetch now**, import a file, or choose the "
        "sample as source.",
        icon=":material/lightbulb:",
    )
    st.stop()
if view.sample and chosen.source != "sample":
    st.info(
        "No live bars of this are stored yet, so the embedded sample is shown; its clock stands at its last bar. Press "
        "**Fetch now** for today's.",
        icon=":material/inventory_2:",
    )
if shown == "Trust and sources":
    trust_view(view)
elif shown == "Numbers":
    numbers_view(view, chosen)
else:
    chart_view(view, chosen, bars)
