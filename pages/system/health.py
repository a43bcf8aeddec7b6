"""Health: the state of everything that can break."""

import pandas as pd
import streamlit as st

from core.views import jobs_frame, models_frame
from pages.components.health_parts import audit_section, errors_section, stages_section, tiles
from pages.components.providers import providers_section
from pages.components.reads import health

view = health()
st.title("Health")
tiles()
errors_section()
providers_section(view)
stages_section(view)

st.subheader("Jobs", help="Long work, newest first.")
st.dataframe(jobs_frame(view.jobs), hide_index=True, placeholder="–") if view.jobs else st.info(
    "No job has run yet."
)
audit_section()
st.subheader("Stored series", help="Bars by asset, timeframe and source.")
st.dataframe(view.series, hide_index=True) if len(view.series) else st.info(
    "No bars are stored yet: run a cycle."
)
st.subheader("Models", help="Each file is loaded only when its checksum is the one on record here.")
st.dataframe(models_frame(view.models), hide_index=True) if view.models else st.info(
    "No model is trained yet: run a cycle."
)
with st.expander("Versions"):
    st.dataframe(pd.DataFrame(view.versions), hide_index=True)
