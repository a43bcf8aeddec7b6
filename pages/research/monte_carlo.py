"""Monte Carlo: how bad could it get, and how lucky was the run?"""

import streamlit as st

from core.records import MonteCarloRequest
from core.runtime import shared_runtime
from core.store import dump
from pages.components.monte_carlo import kept_simulation, open_simulation, simulation_report
from pages.components.monte_carlo_form import request_form
from pages.components.picking import pick_backtest
from pages.components.reads import (
    backtest,
    backtests,
    monte_carlo,
    monte_carlo_at_once,
    monte_carlo_runs,
    monte_carlo_source,
    stored_monte_carlo,
)

runtime = shared_runtime()
st.title("Monte Carlo")
st.caption(
    "One backtest is one path of many that could have been. Here thousands of others are drawn from the same returns or "
    "trades: how deep they fall, how long they stay down, how often they are ruined, and where the run lies among them."
)
if backtests().empty:
    st.info(
        "No backtest yet, so there is nothing to draw paths from. Run one first; it takes about a second.",
        icon=":material/lightbulb:",
    )
    st.page_link("pages/research/backtest.py", label="Run a backtest", icon=":material/history:")
    st.stop()

picked = pick_backtest()
if refusal := backtest(picked).summary.refusal:
    st.error(
        refusal, title="This run shows no figures, so nothing is drawn from it", icon=":material/report:"
    )
    st.stop()
shown = kept_simulation(picked, monte_carlo_runs(picked))
if shown:
    simulation_report(stored_monte_carlo(shown))
    st.stop()
found = monte_carlo_source(picked)
request = request_form(picked, found.bar_returns, found.trades)
words = dump(MonteCarloRequest, request)
arguments = {"request": words, "symbol": found.summary.symbol}


def keep() -> None:
    """Run it as a job, which stores it, and show that."""
    open_simulation(runtime.jobs.submit("montecarlo", arguments, key=words))


if monte_carlo_at_once(found, request):
    simulation_report(monte_carlo(words), keep)
else:
    st.info(
        "This is much to compute, or a model to fit: it runs in the background for some seconds.",
        icon=":material/hourglass:",
    )
    if st.button("Run the simulation", type="primary", icon=":material/casino:", key="monte_carlo_run"):
        keep()
