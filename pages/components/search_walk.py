"""A walk-forward's own part of the report."""

import streamlit as st

from core.charts.search_walk import parameter_course, walk_curve, window_chart
from core.runtime import shared_runtime
from core.views.search import SearchView, backtest_arguments, cell_words
from pages.components.look import figure, look


def walk_report(view: SearchView) -> None:
    """Stitched curve, windows, choices."""
    walked = view.summary.walk_forward
    if walked is None or view.curve is None:
        return
    figure(walk_curve(view.curve, view.windows, look()), key="walk_curve")
    left, right = st.columns(2)
    with left:
        figure(window_chart(view.windows, view.numbers[0].value, look()), key="walk_windows")
    with right:
        figure(parameter_course(view.windows, view.choices, look()), key="walk_parameters")
    last = walked.windows[-1]
    if last.parameters:
        st.markdown(f"**Last choice**: {cell_words(last.parameters)}")
        if st.button("Backtest this cell", icon=":material/history:", key="walk_backtest", help="Runs the last choice over all dates, with the full report. Its past is no longer out of sample."):  # fmt: skip
            job = shared_runtime().jobs.submit("backtest", backtest_arguments(view.summary, last.parameters))
            st.switch_page("pages/research/backtest.py", query_params={"job": job})
    windows_table(view)


def windows_table(view: SearchView) -> None:
    """A row for each window."""
    column = st.column_config
    st.dataframe(
        view.windows,
        hide_index=True,
        column_config={
            "window": column.NumberColumn("Window", width="small"),
            "train_start": column.DateColumn("Search from"),
            "train_stop": column.DateColumn("to"),
            "test_start": column.DateColumn("Test from"),
            "test_stop": column.DateColumn("to "),
            "parameters": column.TextColumn(
                "Chosen", help="The plateau of the window's search.", width="medium"
            ),
            "return_in": column.NumberColumn("Return, searched", format="percent"),
            "return_out": column.NumberColumn("Return, tested", format="percent"),
            "sharpe_in": column.NumberColumn("Sharpe, searched", format="%.2f"),
            "sharpe_out": column.NumberColumn("Sharpe, tested", format="%.2f"),
            "drawdown_out": column.NumberColumn("Drawdown, tested", format="percent"),
            "trades_out": column.NumberColumn("Trades, tested", format="%d"),
            "cells": column.NumberColumn("Cells", help="Cells that the search ran.", format="%d"),
        },
    )
