"""The frame of every page; also the ASGI application that `streamlit run app.py` and uvicorn serve."""

from typing import Any

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

if get_script_run_ctx(suppress_warning=True) is None:  # imported by the server
    from starlette.middleware import Middleware
    from starlette.routing import Mount
    from streamlit.runtime.pages_manager import PagesManager

    from core.api import api
    from core.lifespan import Bound, lifespan
    from core.login import Gate
    from pages.components.claims import claims_of
    from pages.components.secrets import has_oidc, oidc_of_home

    def engine() -> Any:
        """The engine; loaded when the first request asks for it."""
        from core.runtime import shared_runtime

        return shared_runtime()

    def bound() -> str:
        """The address that the server listens on."""
        return str(st.config.get_option("server.address") or "0.0.0.0")

    def listening() -> Bound:
        """Where the server is asked; Streamlit notes the port that it really took."""
        option = st.config.get_option
        return Bound(bound(), int(option("server.port")), bool(option("server.sslCertFile")))

    # What st.navigation sets on its first call. Without it a deep link that is opened before any other page is
    # looked up in the folder pages/ itself, and greeted with «Page not found».
    PagesManager.uses_pages_directory = False
    app = st.App(
        __file__,
        secrets=oidc_of_home(),
        lifespan=lifespan(listening),
        routes=[Mount("/api", api)],
        middleware=[Middleware(Gate, runtime=engine, bound=bound, outside=has_oidc, claims=claims_of)],
    )
else:  # run as a page
    from pages.components.frame import show_page

    show_page()
