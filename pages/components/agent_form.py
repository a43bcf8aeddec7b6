"""What is to be trained."""

import streamlit as st

from core.records import AgentMethod
from core.runtime import Runtime
from pages.components.choices import Choice

METHODS = {
    AgentMethod.FQI: "Fitted Q-iteration (trees, ready to use)",
    AgentMethod.PPO: "PPO (a network; needs requirements-deep.txt)",
}


def agent_form(runtime: Runtime, chosen: Choice, opened: bool) -> dict[str, str]:
    """The form; arguments of the job when it was sent, else empty."""
    usual = runtime.settings.agent
    with (
        st.expander("Train agents", expanded=opened, icon=":material/smart_toy:"),
        st.form("agent_form", border=False),
    ):
        method = st.radio(
            "Method", list(METHODS), format_func=METHODS.__getitem__, horizontal=True, key="agent_method",
            help="Fitted Q-iteration learns values by extremely randomised trees (Ernst, Geurts & Wehenkel 2005).",
        )  # fmt: skip
        left, middle, right, button = st.columns([1, 1, 1, 1], vertical_alignment="bottom")
        seeds = left.number_input(
            "Seeds", 1, 100, usual.seeds, key="agent_seeds",
            help="Agents that learn alike but for chance. Ten or more show how much is luck; fewer are not believed.",
        )  # fmt: skip
        iterations = middle.number_input(
            "Iterations",
            1,
            500,
            usual.iterations,
            key="agent_iterations",
            help="Of fitted Q-iteration, for each seed.",
        )
        steps = right.number_input(
            "Steps", 1000, 10_000_000, usual.steps, 1000, key="agent_steps", help="Of PPO, for each seed."
        )
        sent = button.form_submit_button(
            "Train", type="primary", icon=":material/model_training:", width="stretch"
        )
    if not sent:
        return {}
    return {
        "symbol": chosen.symbol, "timeframe": chosen.timeframe.value, "source": chosen.source, "method": method.value,
        "seeds": str(seeds), "iterations": str(iterations), "steps": str(steps),
    }  # fmt: skip
