"""News: what was written about an asset, how it sounds, and what the price did."""

import streamlit as st

from core import charts
from core.records import NewsKind
from core.runtime import shared_runtime
from core.views import MOST_NEWS
from pages.components.choices import choice, sample_note
from pages.components.fetching import fetch_button, fetch_progress
from pages.components.look import figure, look
from pages.components.news_mood import mood_now
from pages.components.news_reads import news
from pages.components.news_scorer import scorer_section
from pages.components.news_tables import items_table, mood_section, sources_section
from pages.components.numbers import numbers

runtime = shared_runtime()
chosen = choice()
st.title("News")
sample_note(chosen, runtime)

words, kinds, span, scope, button = st.columns([4, 3, 2, 2, 2], vertical_alignment="bottom")
text = words.text_input(
    "Search", key="news_text", placeholder='etf approval -rumour "spot bitcoin"', bind="query-params",
    help="Every word and every \"phrase\" must be there, in any form (rally finds rallies); -word must not.",
)  # fmt: skip
chosen_kinds = kinds.pills(
    "Kinds",
    [kind.value for kind in NewsKind],
    selection_mode="multi",
    key="news_kinds",
    help="None chosen: all.",
)
days = span.selectbox("Days", [3, 7, 30, 90, 365, 3650], index=2, key="news_days", help="How far back.")
everything = scope.toggle("All assets", key="news_all", help="Also items that do not name the chosen asset.")
with button:
    fetch_button(
        runtime, chosen, "news", "Fetch news", "Ask every source that is due. Each keeps its own pace."
    )
fetch_progress("news", chosen)

view = news(chosen, text, tuple(chosen_kinds), days, everything)
numbers(view.numbers)
mood_now(view, runtime, chosen, days)
if view.items.empty:
    st.info(
        "Nothing fits. Widen the days, take words out of the search, or press **Fetch news**."
        if text or len(view.facets)
        else "No news is stored yet. Press **Fetch news**, or choose the sample as source.",
        icon=":material/lightbulb:",
    )
else:
    figure(charts.news_chart(view.bars, view.items, look(), mood=view.mood), key="news_chart")
    if view.truncated:
        st.caption(f"The newest {MOST_NEWS} are shown; narrow the search to see others.")
    items_table(view.items)
mood_section(view)
scorer_section(chosen.symbol)
sources_section(view)
