"""The card that leads a report: evidence of an edge, none, or cannot tell yet, and why."""

import streamlit as st

from core.records import BacktestSummary, EdgeKind, EdgeVerdict

_BOX = {
    EdgeKind.EVIDENCE: (st.success, ":material/verified:"),
    EdgeKind.NONE: (st.warning, ":material/block:"),
    EdgeKind.UNCLEAR: (st.info, ":material/hourglass_empty:"),
}


def edge_card(verdict: EdgeVerdict) -> None:
    """The verdict with its three reasons and how much more data would settle it."""
    box, icon = _BOX[verdict.kind]
    lines = [*(f"- {reason}" for reason in verdict.reasons), "", f"*{verdict.more_data}*"]
    box("\n".join(lines), title=verdict.headline, icon=icon)


def refusal_card(summary: BacktestSummary) -> None:
    """Why there is no number."""
    st.error(summary.refusal, title="No figures are shown", icon=":material/report:")


def doubts(summary: BacktestSummary) -> None:
    """What is suspicious, in one box."""
    if summary.warnings:
        st.warning(
            "\n".join(f"- {line}" for line in summary.warnings),
            title="Before you believe it", icon=":material/warning:",
        )  # fmt: skip
