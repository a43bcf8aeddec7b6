"""What stands around every page: navigation, the running engine, one place where errors become sentences."""

import sys
from base64 import b64encode
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

import streamlit as st

from core.errors import GlassboxError

if TYPE_CHECKING:
    from core.runtime import Runtime

ROOT = Path(__file__).resolve().parents[2]
ICON = f"data:image/png;base64,{b64encode((ROOT / 'static' / 'icon.png').read_bytes()).decode()}"
"""In the page itself, because files are served to those only who have signed in."""
LOGO = {"light": ROOT / "static" / "logo-light.svg", "dark": ROOT / "static" / "logo-dark.svg"}


def navigation() -> dict[str, list[Any]]:
    """The pages by section; the first is the start page."""
    return {
        "Trading": [
            st.Page("pages/trading/overview.py", title="Overview", icon=":material/dashboard:", default=True),
            st.Page(
                "pages/trading/cycle.py", title="Run cycle", icon=":material/play_circle:", url_path="cycle"
            ),
            st.Page("pages/trading/signals.py", title="Signals", icon=":material/podium:"),
            st.Page(
                "pages/trading/passport.py", title="Passport", icon=":material/badge:", url_path="passport"
            ),
            st.Page("pages/trading/funnel.py", title="Funnel", icon=":material/filter_alt:"),
            st.Page("pages/trading/risk.py", title="Risk", icon=":material/shield:", url_path="risk"),
            st.Page(
                "pages/trading/autopilot.py",
                title="Autopilot",
                icon=":material/autoplay:",
                url_path="autopilot",
            ),
            st.Page(
                "pages/trading/reports.py", title="Reports", icon=":material/summarize:", url_path="reports"
            ),
        ],
        "Research": [
            st.Page("pages/research/market.py", title="Market", icon=":material/candlestick_chart:"),
            st.Page("pages/research/news.py", title="News", icon=":material/newspaper:"),
            st.Page("pages/research/features.py", title="Features", icon=":material/function:"),
            st.Page("pages/research/models.py", title="Models", icon=":material/neurology:"),
            st.Page("pages/research/explain.py", title="Explain", icon=":material/psychology_alt:"),
            st.Page("pages/research/agent.py", title="Agent", icon=":material/smart_toy:"),
            st.Page("pages/research/backtest.py", title="Backtest", icon=":material/history:"),
            st.Page("pages/research/optimise.py", title="Optimise", icon=":material/travel_explore:"),
            st.Page("pages/research/monte_carlo.py", title="Monte Carlo", icon=":material/casino:"),
            st.Page("pages/research/uplift.py", title="Uplift", icon=":material/balance:"),
        ],
        "System": [
            st.Page("pages/system/llm.py", title="Language model", icon=":material/forum:"),
            st.Page("pages/system/settings.py", title="Settings", icon=":material/tune:"),
            st.Page("pages/system/alerts.py", title="Alerts", icon=":material/notifications:"),
            st.Page("pages/system/health.py", title="Health", icon=":material/monitor_heart:"),
        ],
    }


def engine() -> "Runtime":
    """The running engine; ends the page with a friendly box when it cannot be opened.

    It is imported here and not above, so that the frame stands on the screen while the engine still loads.
    """
    loaded = hasattr(sys.modules.get("core.runtime"), "shared_runtime")
    try:
        with nullcontext() if loaded else st.spinner("Opening the engine …"):
            from core.runtime import shared_runtime

            return shared_runtime()
    except GlassboxError as err:
        explain(err)
        st.stop()


def explain(err: GlassboxError) -> None:
    """One box with what happened and what to do; never a traceback."""
    st.error(str(err), icon=":material/error:", title="This could not be done")


def show_page() -> None:
    """Draw the frame and the chosen page in it."""
    st.set_page_config(page_title="Glassbox", page_icon=ICON, layout="wide")
    st.logo(str(LOGO[st.context.theme.type or "light"]), size="large")
    page = st.navigation(navigation(), expanded=True)
    runtime = engine()
    from pages.components.login import let_in, log_out_button

    let_in(runtime)
    from pages.components.choices import sidebar_choices
    from pages.components.work import sidebar_jobs

    with st.sidebar:
        sidebar_choices(runtime)
        sidebar_jobs(runtime)
        log_out_button(runtime)
    try:
        page.run()
    except GlassboxError as err:
        explain(err)
    finally:
        runtime.warm_up.start()  # once the first page is on the screen
