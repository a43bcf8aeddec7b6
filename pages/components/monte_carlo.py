"""The answer of a simulation: sentence, numbers, figures, and what it cannot show."""

from collections.abc import Callable, Mapping

import streamlit as st

from core import charts
from core.charts.monte_carlo_distribution import QUESTIONS
from core.errors import UnknownId
from core.records import Distribution, MonteCarloRequest
from core.runtime import shared_runtime
from core.store import load
from core.store.jobs import JobState
from core.views import MonteCarloView
from core.views.monte_carlo_export import figures_csv
from pages.components.look import figure, look
from pages.components.numbers import numbers
from pages.components.work import follow_job


def simulation_report(view: MonteCarloView, keep: Callable[[], None] | None = None) -> None:
    """All of one simulation.

    Args:
        keep: stores it; None: it is stored already.
    """
    run, asked = view.run, view.run.request
    suspect = "suspect" in run.headline
    (st.warning if suspect else st.info)(
        run.headline, icon=":material/casino:", title="How bad could it get, and how lucky was the run?"
    )
    st.caption(f":material/replay: {view.recipe}")
    _take_home(view, keep)
    for problem in run.problems:
        st.warning(problem, icon=":material/warning:")
    numbers(view.numbers)
    figure(charts.fan_chart(run.fan, run.step, look(), asked.ruin, asked.goal), key="monte_carlo_fan")
    found = {item.name: item for item in run.distributions}
    limits = {"end": 1.0, "drawdown": -asked.drawdown_limit, "sharpe": 0.0}
    for pair in (("end", "drawdown"), ("under_water", "losing_run"), ("under_water_share", "sharpe")):
        for column, name in zip(st.columns(2), pair, strict=True):
            with column:
                _histogram(found.get(name), name, limits.get(name))
    figure(charts.stress_chart(run.stress, look()), key="monte_carlo_stress")
    st.caption(
        "Bold: return of the actual trades, priced again. Below: share of paths that lose when these are drawn with replacement."
    )
    figure(charts.size_chart(run.sizes, look(), asked.ruin), key="monte_carlo_sizes")
    if run.sizes is not None:
        st.caption(_sizes_caption(view))
    st.subheader("What these paths cannot show")
    st.markdown("\n".join(f"- {line}" for line in run.limits))


def _take_home(view: MonteCarloView, keep: Callable[[], None] | None) -> None:
    """What to do with it: keep it, take its figures, go back to the run."""
    run = view.run
    with st.container(horizontal=True, vertical_alignment="center"):
        if keep is not None and st.button(
            "Keep this simulation", key="monte_carlo_keep", icon=":material/save:",
            help="Store it, to open it again under Simulation, or by its address.",
        ):  # fmt: skip
            keep()
        st.download_button(
            "Figures as CSV", lambda: figures_csv(view), f"monte-carlo-{run.request.backtest_id}-{run.request.method.value}.csv",
            "text/csv", on_click="ignore", icon=":material/table:", help="Percentiles over all paths, the chances, and the run itself.",
        )  # fmt: skip
        st.page_link(
            "pages/research/backtest.py", label="Report of this run", icon=":material/history:",
            query_params={"backtest": run.request.backtest_id}, help="The backtest that the paths are drawn from.",
        )  # fmt: skip


def _histogram(item: Distribution | None, name: str, limit: float | None) -> None:
    figure(charts.distribution_chart(item, look(), limit, QUESTIONS[name]), key=f"monte_carlo_{name}")


def _sizes_caption(view: MonteCarloView) -> str:
    sizes = view.run.sizes
    assert sizes is not None
    how = f"blocks of {sizes.block:.1f} bars" if sizes.step == "bar" else "single trades with replacement"
    words = f"Every size on the same {sizes.paths:,} paths of {sizes.horizon:,} {sizes.step}s, {how}, seed {view.run.request.seed}."
    if sizes.kelly is None:
        return words + " The mean return is not positive, so no size grows: Kelly says stay out."
    return words + (
        f" Kelly: {sizes.kelly:.2f} × the position (mean over variance: {sizes.approximate:.2f}); half of it keeps three "
        "quarters of the growth with far less ruin, and the estimate itself is uncertain."
    )


def open_simulation(job_id: str) -> None:
    """Follow a job, then show what it stored."""
    st.query_params["simulation"] = job_id
    st.rerun()


def kept_simulation(backtest_id: str, kept: Mapping[str, str]) -> str | None:
    """The stored simulation to show, of the address or of the picker; None: the one set in the form.

    Stops the page while the job that makes it runs; says why when it failed.
    """
    asked = st.query_params.get("simulation", "")
    if asked and asked not in kept and _just_ended(asked, backtest_id):
        return asked
    if not kept:
        return None
    options = ["", *kept]
    chosen = st.selectbox(
        "Simulation",
        options,
        index=options.index(asked) if asked in kept else 0,
        format_func=lambda item: f"kept: {kept[item]}" if item else "a new one, as set below",
        key=f"monte_carlo_shown_{asked}",
        help="Simulations of this backtest that were kept; each can be opened again by its address.",
    )
    if chosen:
        st.query_params["simulation"] = chosen
    else:
        st.query_params.pop("simulation", None)
    return chosen or None


def _just_ended(job_id: str, backtest_id: str) -> bool:
    """Whether the job has stored a simulation of this backtest since the kept ones were read."""
    try:
        job = shared_runtime().jobs.read(job_id)
        request = load(MonteCarloRequest, job.arguments.get("request", ""))
    except (UnknownId, ValueError):
        job = None
    if job is None or request.backtest_id != backtest_id:
        st.warning(f"There is no simulation {job_id!r} of this backtest.", icon=":material/info:")
        return False
    return follow_job(job_id).state is JobState.DONE
