"""A report in tabs: one screen, one question. Only the open tab is drawn."""

from collections.abc import Callable

import streamlit as st

from core import charts
from core.records import BacktestSummary
from core.report.backtest_html import bracket, profit
from core.signals import STRATEGIES
from core.views.backtest import BacktestView
from core.views.backtest_export import trades_csv
from pages.components.backtest_compare import compare_tab
from pages.components.backtest_tables import (
    drawdowns_table,
    figures_table,
    outcome_table,
    regimes_table,
    trades_table,
    years_table,
)
from pages.components.backtest_trades import trades_chart
from pages.components.backtest_verdict import doubts, edge_card, refusal_card
from pages.components.look import figure, look
from pages.components.numbers import numbers
from pages.components.reads import backtest_html


def report(view: BacktestView) -> None:
    """Verdict, doubts, numbers, tabs, downloads; of a refused run the reason and the downloads."""
    st.subheader(view.title)
    if view.what:
        st.markdown(view.what)
    st.caption(view.setup)
    _take_home(view)
    if view.summary.refusal:
        refusal_card(view.summary)
    else:
        if view.summary.verdict is not None:
            edge_card(view.summary.verdict)
        doubts(view.summary)
        numbers(view.numbers)
        tabs = st.tabs(list(_TABS), key="backtest_tab", on_change="rerun")
        for tab, draw in zip(tabs, _TABS.values(), strict=True):
            if tab.open:
                with tab:
                    draw(view)
    with st.expander("What was assumed", icon=":material/rule:"):
        st.markdown("\n".join(f"- {line}" for line in view.summary.assumptions))


def _take_home(view: BacktestView) -> None:
    """Downloads, and the pages that ask the next questions of this run."""
    run, asked = view.summary.id, view.summary
    with st.container(horizontal=True, vertical_alignment="center"):
        st.download_button(
            "Report as HTML", lambda: backtest_html(run), f"backtest-{run}.html", "text/html", on_click="ignore",
            icon=":material/description:", help="One file with every figure in it; opens without this app and without a network.",
        )  # fmt: skip
        st.download_button(
            "Trades as CSV", lambda: trades_csv(view), f"backtest-{run}.csv", "text/csv", on_click="ignore",
            icon=":material/table:", help="All closed trades, times in UTC.", disabled=view.trades.empty,
        )  # fmt: skip
        if not asked.refusal:
            st.page_link(
                "pages/research/monte_carlo.py", label="Monte Carlo of this run", icon=":material/casino:",
                query_params={"backtest": run}, help="How bad could it get, and how lucky was the run?",
            )  # fmt: skip
        if not asked.refusal and asked.strategy in STRATEGIES:
            st.button(
                "Vary its parameters", icon=":material/travel_explore:", key="backtest_vary", on_click=_take_along, args=(asked,),
                help="A search over the parameters on the same bars: is it a plateau, or a lucky cell?",
            )  # fmt: skip
    if st.session_state.pop("backtest_to_vary", False):
        st.switch_page("pages/research/optimise.py", query_params={"setup": "open"})


def _take_along(asked: BacktestSummary) -> None:
    """Choose what the run was made with, for the page that varies it."""
    st.session_state.update(
        asset=asked.symbol, timeframe=asked.timeframe, search_strategy=asked.strategy, backtest_to_vary=True
    )


def _result(view: BacktestView) -> None:
    beside = st.toggle(
        "Beside buy and hold", True, key="backtest_beside", help="Off: the strategy alone, on its own scale."
    )
    hold = view.curves["hold"] if beside else None
    figure(charts.equity_chart(view.curves["equity"], hold, look(), view.summary.quote), "backtest_equity")
    figures_table(view.metrics)
    st.caption(view.interval_words)


def _trades(view: BacktestView) -> None:
    trades_chart(view)
    trades_table(view.trades, view.summary.quote)


def _returns(view: BacktestView) -> None:
    figure(charts.monthly_returns_chart(view.curves["equity"], look()), "backtest_months")
    years_table(view.years)
    left, right = st.columns(2)
    with left:
        figure(charts.trade_returns_chart(view.trades["return_"], look()), "backtest_returns")
    with right:
        figure(charts.holding_time_chart(view.trades, look()), "backtest_holding")


def _over_time(view: BacktestView) -> None:
    figure(charts.rolling_sharpe_chart(view.rolling, view.window, look()), "backtest_rolling")
    st.markdown("**The deepest drawdowns**")
    drawdowns_table(view.drawdowns)
    if "exposure" in view.curves:
        figure(charts.exposure_chart(view.curves["exposure"], view.turnover, look()), "backtest_exposure")


def _exits(view: BacktestView) -> None:
    figure(charts.excursion_chart(view.trades, *bracket(view.summary), look()), "backtest_excursions")
    st.caption(
        "Only prices certainly seen while the trade was open count: the bar of the exit up to its open, and the exit."
    )
    outcome_table(view.exits, "exit_reason", "Ended by", view.summary.quote)


def _markets(view: BacktestView) -> None:
    figure(charts.regime_chart(view.regimes, look()), "backtest_regimes")
    regimes_table(view.regimes, view.summary.quote)
    st.caption(
        "Market: tercile of the volatility of 48 bars among all before, and whether the close is above its mean of 200 "
        "bars. Both are known at the close before; nothing later is read."
    )
    st.markdown("**Long and short**")
    outcome_table(view.sides, "side", "Side", view.summary.quote)


def _costs(view: BacktestView) -> None:
    summary = view.summary
    figure(charts.costs_chart(summary.costs_paid, profit(summary), look(), summary.quote), "backtest_costs")


def _neighbours(view: BacktestView) -> None:
    summary = view.summary
    figure(
        charts.neighbours_chart(summary.neighbours, summary.metrics.total_return, look()),
        "backtest_neighbours",
    )
    st.caption(
        "Each neighbour is a full run with one parameter a tenth away (at least 1 bar), and counts as a trial."
    )


_TABS: dict[str, Callable[[BacktestView], None]] = {
    "Result": _result, "Trades": _trades, "Returns": _returns, "Over time": _over_time, "Stops and targets": _exits,
    "Markets and sides": _markets, "Costs": _costs, "Neighbours": _neighbours, "Compare": compare_tab,
}  # fmt: skip
