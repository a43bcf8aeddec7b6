"""The state of the system, why, and the two things that a person can do about it."""

import streamlit as st

from core.errors import GlassboxError
from core.pipeline.risk_state import halt, reset
from core.records import RiskEvent, SystemState
from core.runtime import shared_runtime
from core.views.risk import RiskView
from pages.components.frame import explain

_LOOK = {
    SystemState.ACTIVE: (st.success, ":material/check_circle:"),
    SystemState.REDUCING: (st.warning, ":material/trending_down:"),
    SystemState.HALTED: (st.error, ":material/pan_tool:"),
}
_ORIGIN = "risk page"


def state_card(view: RiskView) -> None:
    """State, reason and buttons of a book."""
    assert view.book is not None
    state, book_id = view.state, view.book.id
    show, icon = _LOOK[state.state]
    left, right = st.columns([4, 1], vertical_alignment="center")
    with left:
        show(f"{state.reason} {view.meaning}".strip(), icon=icon, title=f"The system is {state.state.value}")
    with right:
        if state.state is SystemState.HALTED:
            with st.popover("Reset …", width="stretch"):
                st.write(
                    "The book may open positions again. Its peak restarts from the equity of now, and its losses in a row from nothing."
                )
                _act(book_id, "reset")
        else:
            with st.popover("Halt …", width="stretch"):
                st.write(
                    "Nothing is opened until a person resets it. What is held keeps its stops and targets."
                )
                _act(book_id, "halt")
    if state.cooling_until is not None and state.moment is not None and state.moment < state.cooling_until:
        st.warning(
            f"{state.losing_streak} trades were lost in a row: nothing is opened until {state.cooling_until:%Y-%m-%d %H:%M} UTC.",
            icon=":material/hourglass_top:",
        )
    if view.events:
        with st.expander(f"Risk log, {len(view.events)} entries", icon=":material/history:"):
            for event in view.events[:50]:
                _logged(event)


def _act(book_id: str, what: str) -> None:
    """A form with a name, a reason and a button that is only pressed on purpose."""
    with st.form(f"risk_{what}", border=False):
        who = st.text_input("Your name", key=f"risk_{what}_who", help="Kept in the risk log and the audit trail.")  # fmt: skip
        why = st.text_input("Why", key=f"risk_{what}_why")
        sure = st.checkbox(f"Yes, {what} this book", key=f"risk_{what}_sure")
        if not st.form_submit_button(f"{what.capitalize()} the book", type="primary"):
            return
    if not sure:
        st.warning(f"Tick the box to {what} the book.")
        return
    try:
        (halt if what == "halt" else reset)(shared_runtime().bench, book_id, who, why, _ORIGIN)
    except GlassboxError as err:
        explain(err)
        return
    st.rerun()


def _logged(event: RiskEvent) -> None:
    st.caption(
        f"**{event.kind.value}** · {event.at:%Y-%m-%d %H:%M} UTC · {event.before.value} → {event.after.value} · by {event.who}: "
        f"{event.reason}"
    )
