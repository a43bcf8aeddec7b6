"""The door of the pages: open on this machine alone, locked everywhere else."""

import streamlit as st
from streamlit.errors import StreamlitSecretNotFoundError

from core.addresses import is_loopback
from core.passwords import right_password
from core.runtime import Runtime


def let_in(runtime: Runtime) -> None:
    """Go on when nobody has to sign in, or somebody has; else ask, and end the page here."""
    bound = str(st.config.get_option("server.address") or "0.0.0.0")
    if is_loopback(bound) or st.session_state.get("signed_in"):
        return
    if _has_oidc():  # OpenID Connect, by Streamlit itself
        if st.user.is_logged_in:
            return
        st.title("Glassbox")
        st.button("Sign in", on_click=st.login, type="primary", icon=":material/login:", key="login_oidc")
        st.stop()
    kept = runtime.settings.login.password
    st.title("Glassbox")
    if not kept:
        st.error(
            f"The server is bound to {bound}, so others can reach it, and there is no password. Set one with "
            "`python -m core password`, or bind it to 127.0.0.1 again.",
            icon=":material/lock:",
        )
        st.stop()
    _ask(runtime, kept)
    st.stop()


def caller() -> str:
    """The address of whoever looks at the page."""
    return st.context.ip_address or "this machine"


def _has_oidc() -> bool:
    try:
        return "auth" in st.secrets
    except StreamlitSecretNotFoundError:
        return False


def _ask(runtime: Runtime, kept: str) -> None:
    address = caller()
    with st.form("login_form", width=420):
        typed = st.text_input("Password", type="password", key="login_password")
        sent = st.form_submit_button("Sign in", type="primary", icon=":material/login:")
    if not sent:
        return
    if (left := runtime.attempts.wait(address)) > 0:
        st.error(f"Too many wrong passwords: wait {left:.0f} seconds.", icon=":material/timer:")
        return
    if right_password(typed, kept):
        runtime.attempts.succeeded(address)
        st.session_state["signed_in"] = True
        st.rerun()
    runtime.attempts.failed(address, runtime.settings.login.failures)
    st.error("That is not the password.", icon=":material/block:")
