"""Which stored backtest is looked at: picked from a list, and kept in the address."""

import streamlit as st

from core.errors import UnknownId
from core.views.backtest import run_labels
from pages.components.reads import backtest, backtests

_KEY = "backtest_pick"


def pick_backtest() -> str:
    """The chosen backtest's id; `?backtest=` in the address opens one, however old.

    There must be at least one.
    """
    labels, asked = run_labels(backtests()), st.query_params.get("backtest", "")
    if asked and asked not in labels:
        try:
            view = backtest(asked)
            labels[asked] = f"{view.title} · an older run"
        except UnknownId:
            st.warning(
                f"There is no backtest {asked!r} any more; the newest one is shown.", icon=":material/info:"
            )
    shown = asked if asked in labels else next(iter(labels))
    st.query_params["backtest"] = st.session_state[_KEY] = shown  # the address leads
    return str(
        st.selectbox(
            "Backtest", list(labels), format_func=labels.__getitem__, key=_KEY, on_change=_to_address,
            help="Every run is kept; the address of this page opens the one shown.",
        )
    )  # fmt: skip


def _to_address() -> None:
    st.query_params["backtest"] = st.session_state[_KEY]
