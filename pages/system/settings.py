"""Settings: everything that is not secret, with meaning, unit and bounds; secrets show as set or missing."""

import streamlit as st

from core.changes import change_settings
from core.errors import SettingsError
from core.runtime import shared_runtime
from core.views import Field, secret_states, setting_sections
from pages.components.login import doer
from pages.components.risk_profiles import draw_profiles
from pages.components.secrets import has_oidc

runtime = shared_runtime()
st.title("Settings")
st.caption(
    f"Saved to {runtime.settings.home / 'settings.toml'}; environment variables and .env win over it. "
    "New work starts with what is saved here; running jobs keep what they began with."
)
if done := st.session_state.pop("settings_saved", None):
    st.success(done, icon=":material/check_circle:")


def widget(field: Field) -> object:
    """The input that fits a field."""
    key = f"settings_{field.section}_{field.name}"
    if field.kind == "bool":
        return st.toggle(field.label, field.value, key=key, help=field.meaning)
    if field.kind == "choice":
        return st.selectbox(
            field.label, field.options, field.options.index(field.value), key=key, help=field.meaning
        )
    if field.kind == "several":
        return st.multiselect(field.label, field.options, field.value, key=key, help=field.meaning)
    if field.kind == "list":
        lines = st.text_area(
            field.label, "\n".join(field.value), key=key, help=f"{field.meaning} One on each line."
        ).splitlines()
        return [line.strip() for line in lines if line.strip()]
    if field.kind in ("int", "float"):
        return st.number_input(
            field.label, value=field.value, step=field.step, format=field.format, key=key, help=field.meaning
        )
    return st.text_input(field.label, field.value, key=key, help=field.meaning)


sections = setting_sections(runtime.settings)
for tab, section in zip(st.tabs([section.title for section in sections]), sections, strict=True):
    if section.name == "risk":
        with tab:
            draw_profiles(runtime)
    with tab, st.form(f"settings_form_{section.name}"):
        st.caption(section.meaning)
        if section.name == "llm":
            st.page_link(
                "pages/system/llm.py",
                label="State, cost and calls of the language model",
                icon=":material/forum:",
            )
        values = {}
        for group in section.groups:
            if group.title:
                st.markdown(f"**{group.title}**")
            columns = st.columns(2)
            for position, field in enumerate(group.fields):
                with columns[position % 2]:
                    values[field.name] = widget(field)
        if st.form_submit_button("Save", type="primary"):
            changed = {
                field.name: values[field.name]
                for field in section.fields
                if values[field.name] != field.value
            }
            try:
                change_settings(runtime, doer(runtime), {section.name: changed})
            except SettingsError as err:
                st.error(str(err), icon=":material/error:", title="Nothing was saved")
            else:
                st.session_state["settings_saved"] = f"Saved: {', '.join(changed) or 'nothing had changed'}."
                st.rerun()

st.subheader(
    "Secrets", help="Read from the environment or .streamlit/secrets.toml only; never stored or shown."
)
for name, state, meaning in secret_states(runtime.settings):
    st.markdown(f"**{name}** — {'set' if state else 'missing'} :gray[{meaning}]")
st.markdown(
    f"**[auth] in .streamlit/secrets.toml** — {'set' if has_oidc() else 'missing'} :gray[A provider of OpenID Connect that "
    "signs in instead of the password.]"
)
