"""Who looks at a page: nobody has to say on this machine, everybody has to elsewhere.

A password is asked for by the gate before the server (core/login), so nothing of a page is served without it; here its
cookie is looked at again on every rerun, because a page that is open outlives its login. OpenID Connect is Streamlit's.
"""

from urllib.parse import quote, urlsplit

import streamlit as st

from core.login.asking import must_sign_in
from core.login.gate import COOKIE
from core.login.outside import admitted, identity
from core.login.signing import OWNER, begin_outside_login, log_out
from core.runtime import Runtime
from core.store.logins import login_of
from pages.components.secrets import has_oidc


def let_in(runtime: Runtime) -> None:
    """Go on when nobody has to sign in, or somebody has; else say where, and end the page here."""
    if not asks():
        return
    if has_oidc():
        _outside(runtime)
    elif login_of(runtime.store, _secret(), runtime.bench.clock()) is None:
        onward = quote(urlsplit(st.context.url or "/").path or "/", safe="")
        _title()
        if not runtime.settings.login.password:
            st.error(
                "The server can be reached by others, and there is no password. Set one with `python -m core password` "
                "on the server, or bind it to 127.0.0.1 again.",
                icon=":material/lock:",
            )
        else:
            st.info("You are signed out: this login has ended or expired.", icon=":material/lock:")
            st.html(f'<a href="/login?next={onward}" target="_self">Sign in again</a>')
        st.stop()


def log_out_button(runtime: Runtime) -> None:
    """Ends the login in every tab; nothing where nobody has to sign in."""
    if not asks():
        return
    if st.button(
        "Log out",
        icon=":material/logout:",
        key="log_out",
        width="stretch",
        help="In every tab of this browser.",
    ):
        log_out(runtime, _secret(), caller())
        if has_oidc():
            st.logout()
        st.rerun()


def doer(runtime: Runtime) -> tuple[str, str]:
    """Who acts and from where, for the audit trail."""
    if not asks():
        return OWNER, "page"
    login = login_of(runtime.store, _secret(), runtime.bench.clock())
    return login.who if login else "somebody", f"page {caller()}".strip()


def caller() -> str:
    """The address of whoever looks at the page; empty for this machine."""
    address = st.context.ip_address
    return address if isinstance(address, str) else ""  # a page under test has none


def asks() -> bool:
    """Whether one has to sign in."""
    bound = str(st.config.get_option("server.address") or "0.0.0.0")
    return must_sign_in(bound, {name.lower(): value for name, value in st.context.headers.items()}, caller())


def _secret() -> str:
    """What proves the login of this browser; empty without one."""
    if has_oidc():
        return identity(st.user.to_dict()).secret if st.user.is_logged_in else ""
    secret = st.context.cookies.get(COOKIE)
    return secret if isinstance(secret, str) else ""


def _outside(runtime: Runtime) -> None:
    """By OpenID Connect: whoever the provider has signed in, if the settings let them in."""
    if not st.user.is_logged_in:
        _ask_provider("")
    person = identity(st.user.to_dict())
    if not admitted(person, runtime.settings.login.allowed):
        _title()
        st.error(
            f"{person.name} may not come in: the owner can add the name to `allowed` under [login] in settings.toml.",
            icon=":material/block:",
        )
        st.button("Sign in as somebody else", on_click=st.logout, key="login_other")
        st.stop()
    if begin_outside_login(runtime, person.secret, person.name, caller()) is None:
        _ask_provider("This login has ended or expired.")


def _ask_provider(words: str) -> None:
    _title()
    if words:
        st.info(words, icon=":material/lock:")
    try:
        import authlib.integrations.starlette_client  # noqa: F401 (Streamlit's login needs it, and says so too late)
    except ModuleNotFoundError:
        st.error(
            "Signing in by OpenID Connect needs the package Authlib: run `pip install Authlib` and start again."
        )
        st.stop()
    st.button("Sign in", on_click=st.login, type="primary", icon=":material/login:", key="login_oidc")
    st.stop()


def _title() -> None:
    st.title("Glassbox")
