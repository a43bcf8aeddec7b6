"""The lower half of the News page: the items, mood and attention, and where items came from."""

import streamlit as st

from core import charts
from core.views import News
from pages.components.look import figure, look

_TIME = "YYYY-MM-DD HH:mm"


def items_table(items) -> None:  # type: ignore[no-untyped-def]
    """One row a story; its link opens the source."""
    column = st.column_config
    st.dataframe(
        items,
        hide_index=True,
        height=420,
        column_order=["time", "score", "title", "source", "outlets", "kind", "symbols", "language", "words", "dated", "url"],
        column_config={
            "time": column.DatetimeColumn("Published (UTC)", format=_TIME, timezone="UTC", help="Of an undated item: when we first saw it."),
            "score": column.NumberColumn("Score", format="%+.2f", help="Finance lexicon, −1 bad to 1 good; empty where the text is not English or is a rating."),
            "title": column.TextColumn("Title", width="large"),
            "source": "Source",
            "outlets": column.NumberColumn("Items", help="How many items tell this story; only the first is listed and counted."),
            "kind": "Kind",
            "symbols": column.TextColumn("Assets", help="Watched assets that the text names."),
            "language": column.TextColumn("Language", help="As the source declares it, or as recognised."),
            "words": column.TextColumn("Words that moved it", help="Change of the score when the word is left out."),
            "dated": column.CheckboxColumn("Dated", help="Not ticked: the source gave no date that can be read."),
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
