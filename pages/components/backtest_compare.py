"""Several runs beside each other."""

import streamlit as st

from core import charts
from core.views.backtest import BacktestView, run_labels
from pages.components.look import figure, look
from pages.components.reads import backtests, compared_runs


def compare_tab(view: BacktestView) -> None:
    """This run and others: equity curves from 100, and a table."""
    labels = run_labels(backtests())
    labels.pop(view.summary.id, None)
    if not labels:
        st.info("This is the only run. Run another one to compare it.", icon=":material/lightbulb:")
        return
    others = st.multiselect(
        "Compare with", list(labels), format_func=lambda key: labels[key], max_selections=6,
        key="backtest_compare", placeholder="Choose up to six runs",
    )  # fmt: skip
    if not others:
        st.info("Choose one or more runs above.", icon=":material/lightbulb:")
        return
    both = compared_runs((view.summary.id, *others))
    if both.note:
        st.warning(both.note, icon=":material/warning:")
    figure(charts.compared_runs_chart(both.equity, look()), "backtest_compared")
    column = st.column_config
    st.dataframe(
        both.table,
        hide_index=True,
        placeholder="–",
        column_config={
            "run": column.TextColumn("Run", width=260, help="Numbered as in the figure."),
            "total_return": column.NumberColumn("Return", format="percent", help="After costs."),
            "hold": column.NumberColumn("Buy and hold", format="percent"),
            "cagr": column.NumberColumn("Growth a year", format="percent"),
            "sharpe": column.NumberColumn("Sharpe", format="%.2f", help="A year, risk-free rate 0."),
            "max_drawdown": column.NumberColumn("Worst drawdown", format="percent"),
            "trades": column.NumberColumn("Trades", format="%d"),
            "win_rate": column.NumberColumn("Won", format="percent"),
            "verdict": column.TextColumn("Verdict", width=85, help="Of an edge: evidence, no evidence, or not to be told yet."),
            "tried": column.NumberColumn(
                "Tried", format="%d", width=55,
                help="Different configurations ever run on this asset and timeframe: the more, the better the best looks by luck alone.",
            ),
        },
    )  # fmt: skip
