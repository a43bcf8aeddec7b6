"""What spoke for and against a decision: the fused signals, and the texts that were read."""

import streamlit as st

from core import charts
from core.runtime import shared_runtime
from core.views import Passport, headlines_frame
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
    threshold = shared_runtime().settings.signals.threshold
    figure(charts.fusion_chart(fused, threshold, look(), title=""), key="passport_fusion")
    for part in fused.parts:
        st.markdown(f"- **{part.signal.source}**: {part.signal.reason} :gray[{part.note}]")
    if fused.numbers_only is not None and fused.numbers_only != fused.score:
        st.caption(
            f"Without the sources that read text the score is {fused.numbers_only:+.2f} instead of {fused.score:+.2f}.",
            help="Anybody can write text: it moves a position only so far from what the numbers ask for (sentiment.text_cap).",
        )


def news_of(view: Passport) -> None:
    """The texts that the decision knew, with their scores."""
    st.subheader("News and sentiment", help="Only what was published before the decision; newest first.")
    sentiment = view.report.sentiment
    if sentiment is None or not sentiment.items:
        st.info("No headline about this asset was known at that moment; sentiment did not speak.")
        return
    figure(charts.sentiment_chart(sentiment, look(), title=""), key="passport_sentiment")
    st.dataframe(headlines_frame(sentiment), hide_index=True)
