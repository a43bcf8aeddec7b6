"""Which look the figures take, and the one way a figure is put on a page."""

import plotly.graph_objects as go
import streamlit as st

from core.charts import Look


def look() -> Look:
    """Light or dark, as the browser shows the page now."""
    return Look.DARK if st.context.theme.type == "dark" else Look.LIGHT


def figure(chart: go.Figure, key: str, alt: str) -> None:
    """Draw a figure with the app's settings; `alt` says in words what it shows."""
    st.plotly_chart(
        chart,
        key=key,
        alt=alt,
        theme=None,
        config={"displaylogo": False, "scrollZoom": True, "displayModeBar": "hover"},
    )
