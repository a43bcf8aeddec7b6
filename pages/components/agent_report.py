"""What a training came to: the verdict, one figure that answers it, and what lies behind."""

import streamlit as st

from core import charts
from core.records import AgentMethod
from core.runtime import shared_runtime
from core.store.agents import points_of_run
from core.views.agent import NAMES, AgentView, inputs_frame, policies_frame, span_words
from pages.components.agent_reads import agent_reasons
from pages.components.look import figure, look

COLUMNS = {
    "Return": st.column_config.NumberColumn(format="%+.1f%%", help="Of equity over the tested bars, net of all costs."),
    "Growth a year": st.column_config.NumberColumn(format="%+.1f%%", help="Log return a year, net."),
    "Sharpe": st.column_config.NumberColumn(format="%.2f", help="Yearly; empty where nothing moved."),
    "Worst fall": st.column_config.NumberColumn(format="%.1f%%", help="Largest fall of equity from its peak."),
    "Turnover": st.column_config.NumberColumn(format="%.1f", help="Traded value over mean equity, a year."),
    "Exposure": st.column_config.NumberColumn(format="%.0f%%", help="Mean absolute exposure, in shares of the largest position."),
    "Costs": st.column_config.NumberColumn(format="%.2f%%", help="Fees, spread, slippage and rent, as a share of the starting equity."),
    "What it does": st.column_config.TextColumn(width="large"),
}  # fmt: skip


def live_curve(run_id: str) -> None:
    """How the seeds learn, while they do."""
    figure(
        charts.agent_curve_chart(points_of_run(shared_runtime().store, run_id), look(), "Do they learn what holds elsewhere?"),
        key="agent_live",
    )  # fmt: skip


def agent_report(view: AgentView) -> None:
    """Verdict, comparison, tested equity, course of learning, reasons, inputs."""
    judged = view.run.judgement
    box = st.success if judged and judged.earned else st.warning
    box(view.words, icon=":material/gavel:")
    for reason in judged.reasons if judged else ():
        st.caption(f"· {reason}")
    st.caption(span_words(view.run))
    for column, number in zip(st.columns(max(1, len(view.numbers))), view.numbers, strict=False):
        column.metric(number.label, number.value, help=number.meaning, border=True)
    if judged is not None:
        figure(
            charts.agent_comparison_chart(judged, NAMES, look(), "Does the agent earn its place?"),
            key="agent_compared",
        )
        figure(
            charts.agent_equity_chart(view.tested, NAMES, look(), "What would have become of the money?"),
            key="agent_equity",
        )
        with st.expander("Every policy in numbers", icon=":material/table:"):
            st.dataframe(
                policies_frame(view.run), column_config=COLUMNS, hide_index=True, key="agent_policies"
            )
    figure(
        charts.agent_curve_chart(view.points, look(), "Did they learn what holds elsewhere?"),
        key="agent_curve",
    )
    _reasons(view)
    with st.expander("What the agents see, and what is simulated how", icon=":material/visibility:"):
        for words in (*view.run.assumptions, *view.run.notes):
            st.caption(f"· {words}")
        st.dataframe(inputs_frame(view.run), hide_index=True, key="agent_inputs")


def _reasons(view: AgentView) -> None:
    st.subheader("Why it would hold what it would", help="At the last bar of the tested part.")
    if not view.run.model_id:
        st.info("The training has not finished, so there is nothing to explain.", icon=":material/lightbulb:")
        return
    if view.run.request.method is AgentMethod.PPO:
        st.info(
            "Networks are not explained exactly; train fitted Q-iteration beside it to compare.",
            icon=":material/lightbulb:",
        )
        return
    found = agent_reasons(view.run.model_id)
    if found is None:
        st.info(
            "The agents' file is gone or the settings name other inputs by now; train them again.",
            icon=":material/lightbulb:",
        )
        return
    figure(
        charts.agent_reasons_chart(found, look(), "What speaks for it, in basis points of equity"),
        key="agent_reasons",
    )
