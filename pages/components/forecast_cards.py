"""A card for each horizon: what it says, what it is worth, and who said it."""

from collections.abc import Sequence

import streamlit as st

from core.records import Forecast
from core.views import ForecastCard, Number
from core.views import forecast_cards as cards_of

_CHANCE = 74
"""Pixels: three beside each other in a card, also on a phone."""


def forecast_cards(forecasts: Sequence[Forecast], price: float, quote: str) -> None:
    """Side by side on a desk, below each other on a phone.

    Args:
        forecasts: of one asset at one moment.
        price: last close, which the returns start from.
        quote: currency of the price.
    """
    if not forecasts:
        st.info("No forecast yet. Run a cycle: it trains the models if need be.", icon=":material/lightbulb:")
        return
    shown = cards_of(forecasts, price, quote)
    for column, card in zip(st.columns(len(shown)), shown, strict=True):
        with column.container(border=True):
            _card(card)


def _card(card: ForecastCard) -> None:
    st.markdown(f"**{card.heading}**")
    st.badge(
        card.claim, color="green" if card.edge else "gray", help=card.claim_meaning,
        icon=":material/verified:" if card.edge else ":material/help:",
    )  # fmt: skip
    with st.container(horizontal=True, gap="small"):
        for number in card.chances:
            st.metric(
                number.label, number.value, number.delta, delta_color="off", delta_arrow="off", help=number.meaning,
                width=_CHANCE,
            )  # fmt: skip
    for line in card.lines:
        _line(line)
    if card.members:
        with st.expander("What each model says by itself", icon=":material/groups:"):
            for member in card.members:
                _line(member)


def _line(number: Number) -> None:
    below = f"  \n:gray[{number.delta}]" if number.delta else ""
    st.markdown(f"**{number.label}** {number.value}{below}", help=number.meaning)
