"""The lower half of the News page: the items, mood and attention, and where items came from."""

import streamlit as st

from core import charts
from core.views import News
from pages.components.look import figure, look

_TIME = "YYYY-MM-DD HH:mm"


_ORDER = [
    "time", "score", "scorer", "lexicon", "title", "confidence", "relevance", "weight", "event", "horizon", "reason", "source",
    "outlets", "flags", "kind", "symbols", "language", "words", "dated", "url",
]  # fmt: skip
_OF_MODEL = ("event", "horizon", "reason")


def items_table(items) -> None:  # type: ignore[no-untyped-def]
    """One row a story; its link opens the source."""
    column = st.column_config
    said = bool(items["reason"].astype(bool).any())
    st.dataframe(
        items,
        hide_index=True,
        height=420,
        column_order=[name for name in _ORDER if said or name not in _OF_MODEL],
        column_config={
            "time": column.DatetimeColumn("Published (UTC)", format=_TIME, timezone="UTC", help="Of an undated item: when we first saw it."),
            "score": column.NumberColumn("Score", format="%+.2f", help="Of whoever counts, −1 bad to 1 good: the language model where it is on record, else the lexicon; empty where nobody could read it."),
            "scorer": column.TextColumn("Scored by", help="The language model's name, or lexicon."),
            "lexicon": column.NumberColumn("Lexicon", format="%+.2f", help="The lexicon's score, beside the model's; empty where the text is not English or is a rating."),
            "title": column.TextColumn("Title", width="large", help="Without hidden characters."),
            "confidence": column.NumberColumn("Confidence", format="%.2f", help="How sure the scorer is, 0 to 1. The lexicon is at 1, at 0.5 where the text is odd, at 0 where it cannot read the language."),
            "relevance": column.NumberColumn("Relevance", format="%.2f", help="How much the text is about the chosen asset, 0 to 1."),
            "weight": column.NumberColumn("Share", format="percent", help="Share in the sentiment of its kind now, after time decay, source, outlets, relevance, confidence and cap; empty outside a cycle's reach."),
            "event": column.TextColumn("Event", help="What sort of event the language model read."),
            "horizon": column.TextColumn("Matters", help="How long it matters: short (hours to days), medium (weeks), long (months)."),
            "reason": column.TextColumn("Why", width="medium", help="The language model's reason, in its words."),
            "source": "Source",
            "outlets": column.NumberColumn("Items", help="How many items tell this story; only the first is listed and counted."),
            "flags": column.TextColumn("Odd", help="What is odd about the text. With instructions, homoglyphs or encoded parts it is not shown to a model and counts half."),
            "kind": "Kind",
            "symbols": column.TextColumn("Assets", help="Watched assets that the text names."),
            "language": column.TextColumn("Language", help="As the source declares it, or as recognised."),
            "words": column.TextColumn("Words that moved it", help="Change of the lexicon's score when the word is left out."),
            "dated": column.CheckboxColumn("Dated", help="Not ticked: the source gave no date that can be read; backtests leave it out."),
            "url": column.LinkColumn("Link", display_text="open"),
        },
    )  # fmt: skip


def mood_section(view: News) -> None:
    """Fear & Greed, what is searched for, and figures about the asset."""
    st.subheader(
        "Mood and attention",
        help="Readings that sources publish about the market and the asset; no cycle trades on them yet.",
    )
    if view.mood.empty and view.trending.empty and view.figures.empty:
        st.info(
            "The sample has no readings of mood."
            if view.sample
            else "No reading is stored yet: press **Fetch news**.",
            icon=":material/lightbulb:",
        )
        return
    left, right = st.columns([3, 2])
    with left:
        figure(charts.mood_chart(view.mood, look()), key="mood_chart")
    with right:
        _readings("Searched for most at CoinGecko", view.trending, ["value", "symbol", "time"], "Rank")
        _readings(
            f"About {view.instrument.symbol}",
            view.figures,
            ["name", "value", "words", "source", "time"],
            "Value",
        )


def _readings(title: str, table, order: list[str], value: str) -> None:  # type: ignore[no-untyped-def]
    if table.empty:
        return
    st.markdown(f"**{title}**")
    column = st.column_config
    st.dataframe(
        table, hide_index=True, column_order=order,
        column_config={
            "name": "What", "value": column.NumberColumn(value, format="localized"), "words": "In words",
            "symbol": "Asset", "source": "Source", "time": column.DatetimeColumn("At (UTC)", format=_TIME, timezone="UTC"),
        },
    )  # fmt: skip


def sources_section(view: News) -> None:
    """Does each source answer, what is stored of it, and until when."""
    column = st.column_config
    with st.expander("Where the items come from", icon=":material/rss_feed:"):
        st.dataframe(
            view.providers,
            hide_index=True,
            column_order=["source", "state", "last_success", "last_reason", "left"],
            column_config={
                "source": "Source",
                "state": column.TextColumn("State", width="medium"),
                "last_success": column.DatetimeColumn("Last answer (UTC)", format=_TIME, timezone="UTC"),
                "last_reason": column.TextColumn("Why it failed last", width="medium"),
                "left": column.TextColumn("Limit left", help="Questions that may still be asked."),
            },
        )
        if view.facets.empty:
            st.caption("Nothing is stored yet.")
            return
        st.dataframe(
            view.facets, hide_index=True,
            column_config={
                "source": "Source", "kind": "Kind", "items": column.NumberColumn("Items", format="localized"),
                "first": column.DatetimeColumn("First (UTC)", format=_TIME, timezone="UTC"),
                "last": column.DatetimeColumn("Last (UTC)", format=_TIME, timezone="UTC"),
                "undated": "Undated",
                "fetched_at": column.DatetimeColumn("Last new item (UTC)", format=_TIME, timezone="UTC"),
            },
        )  # fmt: skip
        st.caption(
            "What was fetched is kept for good: feeds hold only their newest items. The Health page shows each source's answers."
        )
