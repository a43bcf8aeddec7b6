"""What the models said at one decision: how far, how sure, in which market, and why."""

from collections.abc import Sequence

import streamlit as st

from core import charts
from core.charts.forecast_fan import forecast_fan
from core.instruments import resolve
from core.records import Forecast
from core.views import Passport
from core.views.explain import feature_units, feature_words
from pages.components.forecast_cards import forecast_cards
from pages.components.look import figure, look


def forecasts_of(view: Passport) -> None:
    """Cards, fan, outlook and regime, and the explanation of each horizon; nothing when there was no forecast."""
    report = view.report
    if not report.forecasts:
        return
    st.subheader(
        "Forecasts", help="Probability that the upper, neither or the lower barrier is reached first."
    )
    if report.outlook:
        st.markdown(report.outlook.words)
    if report.regime:
        st.caption(report.regime.words)
    quote = resolve(report.request.symbol).quote
    price = float(view.bars["close"].iloc[-1]) if len(view.bars) else float("nan")
    forecast_cards(report.forecasts, price, quote)
    _reasons(report.forecasts)
    if any(item.quantiles for item in report.forecasts):
        figure(forecast_fan(view.bars, report.forecasts, look(), currency=quote), key="passport_fan")
    figure(charts.forecast_chart(report.forecasts, look(), title=""), key="passport_forecasts")
    tabs = st.tabs([f"{item.horizon}: why {item.target}" for item in report.explanations])
    for tab, item in zip(tabs, report.explanations, strict=True):
        with tab:
            figure(
                charts.shap_waterfall(item, look(), title="", names=feature_words(), units=feature_units()),
                key=f"passport_shap_{item.horizon}",
            )
            st.caption(
                f"Why «{item.target}», the outcome that stands highest above its base rate: exact SHAP of the pooled margin "
                f"before calibration; base plus contributions equal it to {item.additivity_error:.1e}. Model {item.model_id}."
            )
            st.page_link(
                "pages/research/explain.py", label="Question this forecast", icon=":material/psychology_alt:",
                query_params={
                    "cycle": report.id, "horizon": item.horizon, "asset": report.request.symbol,
                    "timeframe": report.request.timeframe.value, "source": report.request.source,
                },
            )  # fmt: skip


def _reasons(forecasts: Sequence[Forecast]) -> None:
    """Why the language model leans as it does; plain text, for a model wrote it."""
    for item in forecasts:
        if item.llm is not None:
            note = " (may remember: counts nothing)" if item.llm.contaminated else ""
            st.text(f"{item.llm.model}, {item.horizon}{note}: {item.llm.reason}", width="stretch")
