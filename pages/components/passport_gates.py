"""The way of a decision through the gates, and what became of it."""

import streamlit as st

from core.views import Passport
from core.views.gates import GateState
from core.views.in_words import markdown
from core.views.number import Number, money, percent, price
from pages.components.numbers import numbers
from pages.components.passport_reads import outcome_found

_LOOK = {
    GateState.PASSED: (":material/check:", "green"),
    GateState.STOPPED: (":material/block:", "orange"),
    GateState.IDLE: (":material/remove:", "gray"),
    GateState.BEYOND: (":material/more_horiz:", "gray"),
}


def gates_of(view: Passport) -> None:
    """A badge a gate, in order; nothing where no opening was at stake."""
    if not view.gates:
        return
    with st.container(horizontal=True):
        for step in view.gates:
            icon, color = _LOOK[step.state]
            st.badge(f"**{step.gate}** {markdown(step.value)}", icon=icon, color=color, help=step.meaning)  # type: ignore[arg-type]
    if view.gate == "filled":
        return
    st.caption(f"It ended at the gate «{view.gate}»; what stands behind it was not reached.")


def outcome_of(view: Passport) -> None:
    """What the trade made, or what the trade that was stopped would have made under the same exits."""
    if view.report.decision is None:
        return
    found = outcome_found(view.report.id)
    st.markdown(
        f"**{'What became of it' if found.made else 'What it would have become'}:** {markdown(found.words)}"
    )
    if not found.counts or found.pnl is None:
        return
    whose = (
        "" if found.made else " that was stopped would have made under the same stop, target and time limit"
    )
    shown = [
        Number("P&L", money(found.pnl), f"What the trade{whose or ' made'}, after all costs."),
        Number("Return", percent(found.return_), "P&L over the value at entry."),
        Number("Entry", price(found.entry_price), "Price of the fill, half-spread and slippage included."),
    ]
    if found.exit_price is not None:
        ended = found.exit_reason.replace("_", " ")
        shown.append(Number("Exit", price(found.exit_price), f"Price at which it ended: {ended}."))
    numbers(shown)
