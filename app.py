"""The frame of every page; also the ASGI application that `streamlit run app.py` and uvicorn serve."""

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

if get_script_run_ctx(suppress_warning=True) is None:  # imported by the server
    from starlette.routing import Mount
    from streamlit.runtime.pages_manager import PagesManager

    from core.api import api
    from core.lifespan import lifespan

    # What st.navigation sets on its first call. Without it a deep link that is opened before any other page is
    # looked up in the folder pages/ itself, and greeted with «Page not found».
    PagesManager.uses_pages_directory = False
    app = st.App(__file__, lifespan=lifespan, routes=[Mount("/api", api)])
else:  # run as a page
    from pages.components.frame import show_page

    show_page()
