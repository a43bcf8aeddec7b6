"""The four steps as cards: when each comes next, how it went last, and a button to do it now."""

from datetime import datetime, timedelta

import streamlit as st

from core.autopilot.waking import span_words
from core.records import Step
from core.runtime import Runtime
from core.views.autopilot import AutopilotView, StepState
from pages.components.login import doer

FORCED = {
    Step.COLLECT: ("Collect", ":material/download:", "Fetch bars and news of every asset now."),
    Step.PREDICT: ("Forecast", ":material/neurology:", "Make the forecasts of every asset now; stale models train."),
    Step.SIGNALS: ("Decide", ":material/rule:", "Run a whole cycle of every asset now."),
    Step.TRADE: ("Execute", ":material/swap_horiz:", "Look at open orders, stops and targets of the book now."),
}  # fmt: skip
"""Step → label, icon and meaning of its button."""
_WIDE = 204
"""Pixels of a card: four beside each other on a desk, two on a small screen."""


def step_cards(runtime: Runtime, view: AutopilotView) -> None:
    """A card for each step, in the order of a round; they wrap where there is no room."""
    now = runtime.bench.clock()
    with st.container(horizontal=True):
        for step in view.steps:
            with st.container(border=True, width=_WIDE):
                _card(runtime, view, step, now)
    for step in view.steps:
        for run in step.failing:
            rests = (
                f", rests until {run.rests_until:%H:%M:%S} UTC"
                if run.rests_until and run.rests_until > now
                else ""
            )
            st.warning(
                f"**{FORCED[step.step][0]} {run.subject}** failed {_times(run.failures)}{rests}: {run.words}",
                icon=":material/error:",
            )


def _card(runtime: Runtime, view: AutopilotView, step: StepState, now: datetime) -> None:
    label, icon, meaning = FORCED[step.step]
    st.markdown(f"{icon} **{label}** {_badge(step)}")
    st.markdown(f"### {_next(step, now)}", help=step.meaning)
    took = f" in {step.longest:.1f} s" if step.longest is not None else ""
    last = f"last at {step.last:%H:%M:%S}{took}" if step.last else "not yet run"
    st.caption(f"every {_every(step.every_seconds)}  \n{last}")
    if st.button(
        "Now", key=f"autopilot_{step.step.value}", icon=":material/bolt:", width="stretch", help=meaning,
        disabled=view.state is None,
    ):  # fmt: skip
        jobs = runtime.autopilot.force(step.step, *doer(runtime))
        st.toast(f"{label}: {len(jobs)} {'job' if len(jobs) == 1 else 'jobs'} submitted.")


def _badge(step: StepState) -> str:
    if step.busy:
        return f":blue-badge[{step.busy} at work]"
    if step.failing:
        return f":red-badge[{len(step.failing)} failing]"
    return ":green-badge[ok]" if step.done else ""


def _next(step: StepState, now: datetime) -> str:
    if step.next_turn is None:
        return "off"
    left = step.next_turn - now
    return f"in {span_words(left)}" if left.total_seconds() >= 1 else "now"


def _every(seconds: int) -> str:
    return span_words(timedelta(seconds=seconds))


def _times(number: int) -> str:
    return "once" if number == 1 else f"{number} times in a row"
