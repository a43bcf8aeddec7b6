"""The answer of a simulation: sentence, numbers, figures, and what it cannot show."""

from collections.abc import Mapping

import streamlit as st

from core import charts
from core.errors import UnknownId
from core.records import Distribution, MonteCarloRequest
from core.runtime import shared_runtime
from core.store import load
from core.store.jobs import JobState
from core.views import MonteCarloView
from pages.components.look import figure, look
from pages.components.work import job_end, job_progress


def simulation_report(view: MonteCarloView) -> None:
    """All of one simulation."""
    run, asked = view.run, view.run.request
    suspect = "suspect" in run.headline
    (st.warning if suspect else st.info)(
        run.headline, icon=":material/casino:", title="How bad could it get, and how lucky was the run?"
    )
    st.caption(f":material/replay: {view.recipe}")
    for problem in run.problems:
        st.warning(problem, icon=":material/warning:")
    for row in (view.numbers[:4], view.numbers[4:]):
        for column, number in zip(st.columns(4), row, strict=False):
            column.metric(
                number.label, number.value, number.delta, delta_color="off", delta_arrow="off", help=number.meaning, border=True
            )  # fmt: skip
    figure(charts.fan_chart(run.fan, run.step, look(), asked.ruin, asked.goal), key="monte_carlo_fan")
    found = {item.name: item for item in run.distributions}
    limits = {"end": 1.0, "drawdown": -asked.drawdown_limit, "sharpe": 0.0}
    for pair in (("end", "drawdown"), ("under_water", "losing_run"), ("under_water_share", "sharpe")):
        for column, name in zip(st.columns(2), pair, strict=True):
            with column:
                _histogram(found.get(name), name, limits.get(name))
    sizes, stress = st.columns(2)
    with sizes:
        figure(charts.size_chart(run.sizes, look(), asked.ruin), key="monte_carlo_sizes")
        if run.sizes is not None:
            st.caption(_sizes_caption(view))
    with stress:
        figure(charts.stress_chart(run.stress, look()), key="monte_carlo_stress")
        st.caption(
            "Bold: return of the actual trades, priced again. Below: share of paths that lose when these are drawn with replacement."
        )
    st.subheader("What these paths cannot show")
    st.markdown("\n".join(f"- {line}" for line in run.limits))


def _histogram(item: Distribution | None, name: str, limit: float | None) -> None:
    figure(charts.distribution_chart(item, look(), limit), key=f"monte_carlo_{name}")


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
    if job.active:
        _follow(job_id)
        st.stop()
    job_end(job)
    return job.state is JobState.DONE


@st.fragment(run_every=0.4)
def _follow(job_id: str) -> None:
    """Progress until the simulation is stored."""
    job = shared_runtime().jobs.read(job_id)
    if job.active:
        job_progress(job, key="monte_carlo_cancel")
    else:
        st.rerun()
