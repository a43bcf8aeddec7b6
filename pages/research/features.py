"""Features: what the models are told of a market, in words, with units, and proof that none of it is the future."""

import streamlit as st

from core.runtime import shared_runtime
from pages.components.choices import choice, sample_note
from pages.components.features import feature_table, leak_button, one_feature, pick_feature
from pages.components.features_reads import feature_view
from pages.components.numbers import numbers

runtime = shared_runtime()
chosen = choice()
st.title("Features")
st.caption(
    "Models do not see prices; they see these numbers, each computed from bars that had closed and from what had been "
    "published by then. What is not known is null."
)
sample_note(chosen, runtime)

count = st.segmented_control(
    "Bars", [250, 500, 1000, 2500, 10_000], default=500, key="feature_bars", format_func=lambda n: f"{n:,}",
    help="How many of the last bars to show. As many more before them warm the features up.",
)  # fmt: skip
view = feature_view(chosen, count or 500)
if view.bars.empty:
    st.info(
        f"No {chosen.timeframe} bars of {chosen.symbol} are stored yet. Fetch or import them on the Market page, or choose the "
        "sample as source.",
        icon=":material/lightbulb:",
    )
    st.page_link("pages/research/market.py", label="Fetch bars", icon=":material/candlestick_chart:")
    st.stop()
numbers(view.numbers)
name = pick_feature()
one_feature(view, name)
leak_button(chosen)
feature_table(view, chosen)
