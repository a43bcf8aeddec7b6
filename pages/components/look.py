"""Which look the figures take, and the one way a figure is put on a page."""

import plotly.graph_objects as go
import streamlit as st

from core.charts import FIGURE_CONFIG, Look


def look() -> Look:
    """Light or dark, as the browser shows the page now."""
    return Look(st.context.theme.type or "light")


def figure(chart: go.Figure, key: str) -> None:
    """Draw a figure; what it shows is also told in words, for those who cannot see it."""
    st.plotly_chart(chart, key=key, alt=str(chart.layout.meta or ""), theme=None, config=dict(FIGURE_CONFIG))
