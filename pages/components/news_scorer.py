"""The section of the News page that says how good the offline scorer is, and lets one try it."""

import streamlit as st

from core import charts
from core.sentiment.measuring import LABELS
from pages.components.look import figure, look
from pages.components.numbers import numbers
from pages.components.scorer_reads import scorer, tried

_EXAMPLE = "Ethereum falls while bitcoin holds its gains"


def scorer_section(symbol: str = "") -> None:
    """Accuracy with its interval, the confusion matrix, and a sentence to try; `symbol`: the asset it is read for."""
    st.subheader(
        "How good is the offline scorer?",
        help="Headlines are scored by their words when no language model is configured, and beside it when one is.",
    )
    record = scorer()
    numbers(record.numbers)
    left, right = st.columns([3, 2])
    with left:
        figure(charts.confusion_chart(LABELS, record.quality.confusion, look()), key="scorer_confusion")
    with right:
        _try(symbol)
    st.caption(record.words)


def _try(symbol: str) -> None:
    text = st.text_input(
        "Try a sentence", value=_EXAMPLE, key="scorer_text", max_chars=300,
        help=f"Read {'for ' + symbol if symbol else 'as a whole'}; nothing of it is stored or sent anywhere.",
    )  # fmt: skip
    if not text.strip():
        st.info("Type a headline to see its score and the words that make it.", icon=":material/lightbulb:")
        return
    found = tried(text, symbol)
    score, about = st.columns(2)
    score.metric(
        "Score", f"{found.score:+.2f}".replace("-", "−"), found.label, delta_color="off", delta_arrow="off", border=True,
        help="−1 bad for the price … 1 good; within ±0.05 it counts as neutral.",
    )  # fmt: skip
    if found.relevance is not None:
        about.metric(
            "Relevance", f"{100 * found.relevance:.0f} %", symbol, delta_color="off", delta_arrow="off", border=True,
            help="100 %: the sentence is about the asset; little where it only speaks of its sector or of others.",
        )  # fmt: skip
    if found.words.empty:
        st.caption("No word of it moves the score.")
        return
    st.dataframe(
        found.words,
        hide_index=True,
        column_config={
            "word": "Word",
            "effect": st.column_config.NumberColumn(
                "Effect", format="%+.2f", help="How much the score falls when the word is left out."
            ),
        },
    )
