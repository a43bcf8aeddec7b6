"""Risk profiles on the settings page: what each would change, applied by one click; one's own saved and forgotten."""

import streamlit as st

from core.changes import change_profile, drop_profile, keep_profile
from core.errors import SettingsError
from core.runtime import Runtime
from core.views.profiles import ProfileView, profile_views
from pages.components.login import doer


def draw_profiles(runtime: Runtime) -> None:
    """The profiles as cards, and a field to save the limits in force under a name."""
    st.markdown(
        "**Profiles**",
        help="All limits below under one name. Applying one writes the limits that differ to settings.toml.",
    )
    try:
        views = profile_views(runtime.settings)
    except SettingsError as err:
        st.error(str(err), icon=":material/error:")
        return
    for first in range(0, len(views), 2):
        for column, view in zip(st.columns(2), views[first : first + 2], strict=False):
            with column, st.container(border=True, height="stretch"):
                _card(runtime, view)
    if not any(view.in_force for view in views):
        st.caption(
            "The limits in force are those of no profile: save them under a name to come back to them."
        )
    _save(runtime)


def _card(runtime: Runtime, view: ProfileView) -> None:
    badge = " :green-badge[in force]" if view.in_force else ""
    st.markdown(f"**{view.name}**{badge}")
    if view.meaning:
        st.caption(view.meaning)
    st.markdown(view.words, help="\n".join(f"- {change}" for change in view.changes) or None)
    with st.container(horizontal=True):
        if not view.in_force and st.button("Apply", key=f"profile_apply_{view.name}", type="primary"):
            try:
                change_profile(runtime, doer(runtime), view.name)
            except SettingsError as err:
                st.error(str(err), icon=":material/error:", title="The profile is not in force")
                return
            _done(f"The limits are those of {view.name} now.")
        if view.own and st.button("Forget", key=f"profile_forget_{view.name}"):
            drop_profile(runtime, doer(runtime), view.name)
            _done(f"Forgot {view.name}; the limits in force stay.")


def _save(runtime: Runtime) -> None:
    with st.form("profile_save", border=False), st.container(horizontal=True, vertical_alignment="bottom"):
        name = st.text_input(
            "Save the limits in force as",
            placeholder="a name of your own",
            key="profile_name",
            help="It stands beside the shipped profiles, here, on the backtest page and for `python -m core risk profile`.",
        )
        if st.form_submit_button("Save profile"):
            try:
                keep_profile(runtime, doer(runtime), name, runtime.settings.risk)
            except SettingsError as err:
                st.error(str(err), icon=":material/error:")
                return
            _done(f"Saved the limits in force as {name.strip()}.")


def _done(words: str) -> None:
    """Fresh fields show the new limits: what was typed before is forgotten with the old ones."""
    for key in [key for key in st.session_state if str(key).startswith("settings_risk_")]:
        del st.session_state[key]
    st.session_state["settings_saved"] = words
    st.rerun()
