"""Regimes and volatility of the chosen asset, as a part of the Models page."""

import streamlit as st

from core.charts.regimes import regime_history_chart, state_probability_chart
from core.charts.volatility import MODEL_WORDS, past_volatility_chart, qlike_chart, term_structure_chart
from core.views.regimes import Regimes, RegimesView, VolatilityOutlook
from pages.components.choices import Choice
from pages.components.look import figure, look
from pages.components.numbers import numbers
from pages.components.regime_reads import regimes

_SPANS = {"250": 250, "500": 500, "1000": 1000, "all": None}


def regimes_and_volatility(chosen: Choice) -> None:
    """The regimes through time, and volatility with its record."""
    view = regimes(chosen)
    if view.refusal:
        st.info(view.refusal, icon=":material/lightbulb:")
    if view.regimes is not None:
        _regimes(view, view.regimes)
    if view.volatility is not None:
        _volatility(view.volatility)


def _regimes(view: RegimesView, known: Regimes) -> None:
    st.subheader(
        "Regime",
        help="A hidden Markov model tells by return, range and straightness of each bar which of a few manners the market is in.",
    )
    numbers(known.numbers)
    st.write(known.state.words)
    span = st.segmented_control(
        "Bars shown",
        list(_SPANS),
        default="500",
        key="regime_span",
        help="The newest bars; all are those after the fit.",
    )
    figure(
        regime_history_chart(
            view.bars, known.probabilities, known.state.kinds, known.changes, _SPANS[span or "500"], look()
        ),
        key="regime_history",
    )
    st.caption(known.provenance)
    left, right = st.columns(2)
    with left:
        figure(state_probability_chart(known.state, known.names, look()), key="regime_now")
    with right:
        st.markdown(
            "**What is each regime like?**",
            help="Moments of the bars that the fit gave to each state. The names follow from them: volatile, when returns spread at least 1.75 times as wide as in all other states; trend, when the price comes at least 1.25 times as straight as a random walk or drifts more than chance moves it; otherwise range.",
        )
        _table(known)


def _table(known: Regimes) -> None:
    column = st.column_config
    st.dataframe(
        known.table,
        hide_index=True,
        column_config={
            "regime": "Regime",
            "share": column.NumberColumn("Share", format="percent", help="Of the bars that the fit saw."),
            "volatility": column.NumberColumn("Volatility", format="percent", help="Standard deviation of log returns, a year."),
            "drift": column.NumberColumn("Drift a visit", format="percent", help="Mean log return of a bar times the bars of an average visit. Rarely different from chance."),
            "straightness": column.NumberColumn("Straightness", format="%.2f", help="Efficiency over 20 bars (Kaufman): way made / way gone, 0 to 1. A random walk has about 0.22."),
            "autocorrelation": column.NumberColumn("Autocorrelation", format="%.2f", help="Of a return with the one before: below 0 the price leans back, above 0 it goes on."),
            "lasts": column.NumberColumn("Lasts", format="%.0f bars", help="How long a visit lasts on average: 1 / (1 − probability of staying)."),
        },
    )  # fmt: skip


def _volatility(ahead: VolatilityOutlook) -> None:
    st.subheader(
        "Volatility", help="How far the price may move, whichever way; easier to foresee than the way itself."
    )
    numbers(ahead.numbers)
    left, right = st.columns(2)
    with left:
        figure(term_structure_chart(ahead.forecasts, ahead.usual, look()), key="volatility_ahead")
    with right:
        figure(qlike_chart(ahead.forecasts, look()), key="volatility_scores")
        st.caption(
            "QLIKE is 0 for a perfect forecast and punishes one that is too low more than one that is too high. Each model was "
            "refitted at four points of the past and scored on the bars after; the best one speaks."
        )
    names = [item.horizon for item in ahead.forecasts]
    picked = (
        st.segmented_control(
            "Horizon",
            names,
            default=names[0],
            key="volatility_horizon",
            help="Whose past forecasts are drawn.",
        )
        or names[0]
    )
    place = names.index(picked)
    spoken = ahead.forecasts[place]
    figure(past_volatility_chart(ahead.past[place], spoken.model, spoken.bars, look()), key="volatility_past")
    st.caption(
        f"Drawn: {MODEL_WORDS[spoken.model]}, the best of this horizon. Each point was forecast with parameters from the bars before."
    )
