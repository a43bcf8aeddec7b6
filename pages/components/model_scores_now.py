"""What the models say now: the forecasts of the newest cycle of the chosen series."""

import streamlit as st

from core.charts.forecast_fan import forecast_fan
from core.charts.outlook import outlook_chart
from pages.components.choices import Choice
from pages.components.forecast_cards import forecast_cards
from pages.components.look import figure, look
from pages.components.model_scores_reads import latest_forecasts


def now_view(chosen: Choice) -> None:
    """Cards of each horizon, whether they agree, and where the price may go."""
    latest = latest_forecasts(chosen)
    if latest is None:
        st.info(
            f"No cycle of {chosen.symbol} {chosen.timeframe} has forecast anything yet. Run one: it takes the models from the shelf, or "
            "trains them, and forecasts every horizon.",
            icon=":material/lightbulb:",
        )
        st.page_link("pages/trading/cycle.py", label="Run a cycle", icon=":material/play_circle:")
        return
    report = latest.report
    forecast_cards(report.forecasts, latest.price, latest.quote)
    figure(forecast_fan(latest.bars, report.forecasts, look(), currency=latest.quote), key="models_fan")
    figure(outlook_chart(report.forecasts, report.outlook, look()), key="models_outlook")
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(
            f"Forecast at {report.as_of:%Y-%m-%d %H:%M} UTC from bars of {report.data_source}, last close {latest.price:,.8g} {latest.quote}."
        )
        st.page_link(
            "pages/trading/passport.py",
            label="Passport of this cycle",
            icon=":material/badge:",
            query_params={"cycle": report.id},
        )
        st.page_link("pages/trading/cycle.py", label="Forecast again", icon=":material/play_circle:")
