"""What spoke for and against a decision: the fused signals, and the texts that were read."""

import streamlit as st

from core import charts
from core.views import Passport, headlines_frame
from core.views.in_words import markdown
from core.views.weighing import second_opinions, tracks_frame
from pages.components.look import figure, look


def signals_of(view: Passport) -> None:
    """Every source with its weight, contribution and reason; nothing when the cycle ended before them."""
    fused = view.report.fused
    if fused is None:
        return
    st.subheader(
        "Which signals spoke",
        help="Weight × direction × confidence of each source; together they must pass the threshold.",
    )
    figure(charts.fusion_chart(fused, view.threshold, look(), title=""), key="passport_fusion")
    for part in fused.parts:
        st.markdown(f"- **{part.signal.source}**: {part.signal.reason} :gray[{part.note}]")
    if fused.numbers_only is not None and fused.numbers_only != fused.score:
        st.caption(
            f"Without the sources that read text the score is {fused.numbers_only:+.2f} instead of {fused.score:+.2f}.",
            help="Anybody can write text: it moves a position only so far from what the numbers ask for (sentiment.text_cap).",
        )
    for opinion in second_opinions(fused):
        st.markdown(f"**{opinion.label}: {opinion.value}.** {markdown(opinion.meaning)}")
    if fused.tracks:
        with st.expander(
            "How each source has done, and what that made of its weight", icon=":material/balance:"
        ):
            _tracks(view)


def _tracks(view: Passport) -> None:
    fused = view.report.fused
    assert fused is not None
    column = st.column_config
    st.dataframe(
        tracks_frame(fused),
        hide_index=True,
        column_config={
            "source": "Source",
            "prior": column.NumberColumn("Weight set", help="From the settings, scaled to 100 % over all sources.", format="percent"),
            "weight": column.NumberColumn("Weight adapted", help="What the record made of it, within its floor and cap.", format="percent"),
            "gain": column.NumberColumn("Gain", help="Exponentially weighted mean of direction × confidence × net return, in standard deviations of that return.", format="%+.3f"),
            "opinions": column.NumberColumn("Opinions", help="Past opinions whose outcome was known at the moment.", format="localized"),
            "effective": column.NumberColumn("Effective", help="The same as independent observations: those that overlap and old ones count less.", format="%.0f"),
            "note": column.TextColumn("Why", width="large"),
        },
    )  # fmt: skip


def news_of(view: Passport) -> None:
    """The texts that the decision knew, with their scores."""
    st.subheader("News and sentiment", help="Only what was published before the decision; newest first.")
    sentiment = view.report.sentiment
    if sentiment is None or not sentiment.items:
        st.info("No headline about this asset was known at that moment; sentiment did not speak.")
        return
    figure(charts.sentiment_chart(sentiment, look(), title=""), key="passport_sentiment")
    st.dataframe(headlines_frame(sentiment), hide_index=True)
