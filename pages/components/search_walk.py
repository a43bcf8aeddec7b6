"""A walk-forward's own part of the report."""

import streamlit as st

from core.charts.search_walk import parameter_course, walk_curve, window_chart
from core.runtime import shared_runtime
from core.views.search import SearchView, backtest_arguments
from core.views.search_titles import cell_words
from pages.components.look import figure, look


def walk_report(view: SearchView) -> None:
    """Stitched curve, windows, choices."""
    walked = view.summary.walk_forward
    if walked is None or view.curve is None:
        return
    beside = st.toggle(
        "Beside buy and hold", True, key="walk_beside", help="Off: the strategy alone, on its own scale."
    )
    figure(walk_curve(view.curve, view.windows, look(), beside=beside), key="walk_curve")
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
        placeholder="–",
        column_order=[
            "window", "train_start", "test_start", "test_stop", "parameters", "return_in", "return_out", "sharpe_in",
            "sharpe_out", "drawdown_out", "trades_out",
        ],
        column_config={
            "window": column.NumberColumn("No.", width=45),
            "train_start": column.DateColumn("Searched from", help="The search ends before the test begins."),
            "test_start": column.DateColumn("Tested from"),
            "test_stop": column.DateColumn("to", width=90),
            "parameters": column.TextColumn("Chosen", help="The plateau of the window's search.", width=130),
            "return_in": column.NumberColumn("Return in", format="percent", help="Of the search (in sample)."),
            "return_out": column.NumberColumn("out", format="percent", help="Return of the test (out of sample)."),
            "sharpe_in": column.NumberColumn("Sharpe in", format="%.2f", help="Yearly, of the search (in sample)."),
            "sharpe_out": column.NumberColumn("out", format="%.2f", help="Yearly Sharpe ratio of the test (out of sample)."),
            "drawdown_out": column.NumberColumn("Drawdown", format="percent", help="Worst of the test."),
            "trades_out": column.NumberColumn("Trades", format="%d", help="Closed in the test."),
        },
    )  # fmt: skip
