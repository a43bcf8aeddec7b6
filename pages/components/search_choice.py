"""Which finished search is looked at: picked from a list, and kept in the address."""

import streamlit as st

from core.errors import UnknownId
from core.views.search_titles import search_labels
from pages.components.reads import search_view, searches

_KEY = "search_pick"


def pick_search() -> str:
    """The chosen search's id; `?search=` in the address opens one, however old.

    There must be at least one.
    """
    labels, asked = search_labels(searches()), st.query_params.get("search", "")
    if asked and asked not in labels:
        try:
            labels[asked] = f"{search_view(asked).title} · an older search"
        except UnknownId:
            st.warning(
                f"There is no finished search {asked!r}; the newest one is shown.", icon=":material/info:"
            )
    shown = asked if asked in labels else next(iter(labels))
    st.query_params["search"] = st.session_state[_KEY] = shown  # the address leads
    return str(
        st.selectbox(
            "Search", list(labels), format_func=labels.__getitem__, key=_KEY, on_change=_to_address,
            help="Every finished search is kept; the address of this page opens the one shown.",
        )
    )  # fmt: skip


def _to_address() -> None:
    st.query_params["search"] = st.session_state[_KEY]
