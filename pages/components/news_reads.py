"""Cached reads of the News page."""

import streamlit as st

from core import views
from core.records import NewsKind, Timeframe
from core.runtime import shared_runtime
from core.store.news import Wanted
from pages.components.choices import Choice
from pages.components.reads import revision


@st.cache_data(max_entries=16, show_spinner="Reading the news …")
def _news(
    symbol: str,
    timeframe: str,
    source: str,
    text: str,
    kinds: tuple[str, ...],
    days: int,
    everything: bool,
    weighed: str,
    at: int,
) -> views.News:
    wanted = Wanted(text=text, kinds=tuple(NewsKind(kind) for kind in kinds), first_of_story=True)
    return views.news(shared_runtime().bench, symbol, Timeframe(timeframe), source, wanted, days, everything)


def news(chosen: Choice, text: str, kinds: tuple[str, ...], days: int, everything: bool) -> views.News:
    """Items about the chosen asset, what sentiment makes of them, mood and sources."""
    settings = shared_runtime().settings
    weighed = settings.llm.model_dump_json() + settings.sentiment.model_dump_json()
    return _news(
        chosen.symbol,
        chosen.timeframe.value,
        chosen.source,
        text,
        kinds,
        days,
        everything,
        weighed,
        revision(),
    )
