"""Halting trading and releasing it, each only after a second look."""

import streamlit as st

from core.autopilot.halting import halt_trading, release_trading
from core.errors import GlassboxError
from core.runtime import Runtime
from core.views.autopilot import AutopilotView
from pages.components.frame import explain
from pages.components.login import doer

_ASKED = "autopilot_asked"
"""In the session: which question is open, so that a page that is drawn again meanwhile keeps it open."""


def halt_button(runtime: Runtime, view: AutopilotView) -> None:
    """HALT while trading may open something, else release."""
    if view.halted:
        st.button("Release …", key="autopilot_release", icon=":material/lock_open:", width="stretch", type="primary",
                  help="Let the books open positions again.", on_click=_ask, args=("release",))  # fmt: skip
    else:
        st.button("HALT …", key="autopilot_halt", icon=":material/pan_tool:", width="stretch", disabled=not view.books,
                  help="Open nothing more until you release it; what is held stays guarded." if view.books
                  else "There is no book yet, so nothing can be halted.", on_click=_ask, args=("halt",))  # fmt: skip
    asked = st.session_state.get(_ASKED)
    if asked == "halt" and not view.halted:
        _halt(runtime, view)
    elif asked == "release" and view.halted:
        _release(runtime, view)


def _ask(what: str = "") -> None:
    st.session_state[_ASKED] = what


@st.dialog("Halt trading?", icon=":material/pan_tool:", on_dismiss=_ask)
def _halt(runtime: Runtime, view: AutopilotView) -> None:
    worlds = " and ".join(book.world for book in view.books)
    st.markdown(
        f"The book of **{worlds}** will be **HALTED**: nothing is opened until somebody releases it, and "
        "orders that wait to open something are taken back. Stops, targets and trailing stops are watched on, and the "
        "autopilot goes on collecting and deciding."
    )
    why = st.text_input("Why", key="autopilot_halt_why", max_chars=200,
                        help="Kept in the risk log and the audit trail.")  # fmt: skip
    _answer(runtime, "Halt trading", why, halts=True)


@st.dialog("Release trading?", icon=":material/lock_open:", on_dismiss=_ask)
def _release(runtime: Runtime, view: AutopilotView) -> None:
    for book in view.halted:
        st.markdown(f"**{book.world}**: {book.reason}")
    st.markdown(
        "Positions may be opened again. The peak restarts from the equity of now, and losses in a row from nothing."
    )
    why = st.text_input("Why", key="autopilot_release_why", max_chars=200,
                        help="Kept in the risk log and the audit trail.")  # fmt: skip
    _answer(runtime, "Release trading", why, halts=False)


def _answer(runtime: Runtime, label: str, why: str, halts: bool) -> None:
    yes, no = st.columns(2)
    if no.button("Cancel", key="autopilot_halt_no", width="stretch"):
        _ask()
        st.rerun()
    if not yes.button(label, key="autopilot_halt_yes", type="primary", width="stretch"):
        return
    act = halt_trading if halts else release_trading
    who, origin = doer(runtime)
    try:
        act(runtime.bench, runtime.autopilot.state, who, why, origin)
    except GlassboxError as err:
        explain(err)
        return
    _ask()
    st.rerun()
