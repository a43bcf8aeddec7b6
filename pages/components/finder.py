"""Finding an asset by its name when its symbol is not at hand."""

import streamlit as st

from core.errors import GlassboxError
from core.runtime import Runtime
from core.views import find_symbols


def symbol_finder(runtime: Runtime) -> None:
    """A small search box: well-known assets at once, all of Yahoo's on request."""
    with st.popover("Find a symbol", icon=":material/search:", width="stretch"):
        text = st.text_input("Name or symbol", key="finder_text", placeholder="apple, euro, bitcoin …")
        if not text:
            st.caption("Type a part of the name; a typing error does no harm.")
            return
        online = st.button(
            "Ask Yahoo too", key="finder_online", help="Looks beyond the built-in list; needs a network."
        )
        try:
            found = find_symbols(runtime.bench, text, online)
        except GlassboxError as err:
            st.warning(str(err), icon=":material/wifi_off:")
            found = find_symbols(runtime.bench, text, False)
        if not found:
            st.caption("Nothing of that name in the built-in list.")
        for listing in found:
            st.button(
                f"**{listing.symbol}** {listing.name}", key=f"finder_{listing.symbol}", width="stretch",
                help=listing.asset_class.value, on_click=_choose, args=(listing.symbol,),
            )  # fmt: skip


def _choose(symbol: str) -> None:
    st.session_state["asset"] = symbol
    st.session_state["finder_text"] = ""
