"""Which stored result is looked at: picked from a list, and kept in the address."""

from collections.abc import Callable, Mapping

import streamlit as st

from core.errors import UnknownId
from core.views.backtest import run_labels
from core.views.search_titles import search_labels
from pages.components.reads import backtest, backtests, search_view, searches


def pick_backtest() -> str:
    """The chosen backtest's id; there must be at least one."""
    return _pick(
        "backtest", run_labels(backtests()), lambda item: f"{backtest(item).title} · an older run", "run"
    )


def pick_search() -> str:
    """The chosen finished search's id; there must be at least one."""
    return _pick(
        "search", search_labels(searches()), lambda item: f"{search_view(item).title} · an older search", "finished search"
    )  # fmt: skip


def _pick(name: str, newest: Mapping[str, str], older: Callable[[str], str], what: str) -> str:
    """One of the newest, or the one that the address names, however old.

    Args:
        name: of the parameter in the address.
        newest: id → label.
        older: the label of one that is not among them.
        what: one is, in words.
    """
    key, labels, asked = f"{name}_pick", dict(newest), st.query_params.get(name, "")
    if asked and asked not in labels:
        try:
            labels[asked] = older(asked)
        except UnknownId:
            st.warning(
                f"There is no {name} {asked!r} any more; the newest one is shown.", icon=":material/info:"
            )
    shown = asked if asked in labels else next(iter(labels))
    st.query_params[name] = st.session_state[key] = shown  # the address leads

    def to_address() -> None:
        st.query_params[name] = st.session_state[key]

    return str(
        st.selectbox(
            name.capitalize(), list(labels), format_func=labels.__getitem__, key=key, on_change=to_address,
            help=f"Every {what} is kept; the address of this page opens the one shown.",
        )
    )  # fmt: skip
