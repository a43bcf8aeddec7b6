"""What the Agent page reads; cached until something is committed."""

import streamlit as st

from core.records import AgentExplanation, Timeframe
from core.runtime import shared_runtime
from core.views.agent import AgentView, agent_list, agent_view


def agents_known(symbol: str, timeframe: Timeframe) -> dict[str, str]:
    """Id → label of every training of a series, newest first."""
    return _agents_known(symbol, timeframe, shared_runtime().store.revision)


def agent_of_run(run_id: str) -> AgentView:
    """One training."""
    return _agent_of_run(run_id, shared_runtime().store.revision)


def agent_reasons(model_id: str) -> AgentExplanation | None:
    """Why the agents would hold what they would, at the last bar of their test; None for networks."""
    return _agent_reasons(model_id)


@st.cache_data(max_entries=50, show_spinner=False)
def _agents_known(symbol: str, timeframe: Timeframe, revision: int) -> dict[str, str]:
    return agent_list(shared_runtime().bench, symbol, timeframe)


@st.cache_data(max_entries=20, show_spinner=False)
def _agent_of_run(run_id: str, revision: int) -> AgentView:
    return agent_view(shared_runtime().bench, run_id)


@st.cache_data(max_entries=20, show_spinner="Asking the trees why …")
def _agent_reasons(model_id: str) -> AgentExplanation | None:
    from core.pipeline.agent_reasons import reasons_of  # brings the trees

    return reasons_of(shared_runtime().bench, model_id)
