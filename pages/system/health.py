"""Health: the state of everything that can break."""

import pandas as pd
import streamlit as st

from core.runtime import shared_runtime
from core.views import jobs_frame, models_frame, uptime
from pages.components.providers import providers_section
from pages.components.reads import health

runtime = shared_runtime()
view = health()
st.title("Health")

columns = st.columns(4)
columns[0].metric(
    "Engine up",
    str(uptime(runtime.opened_at, runtime.bench.clock())),
    help="Hours, minutes and seconds since it opened.",
    border=True,
)
columns[1].metric("Database", f"{view.size_bytes / 1e6:.1f} MB", help=view.database, border=True)
columns[2].metric("Models", len(view.models), help="Trained models on record.", border=True)
columns[3].metric(
    "Bars stored",
    f"{int(view.series['bars'].sum()):,}",
    help="Over all assets, timeframes and sources.",
    border=True,
)

providers_section(view)

st.subheader("Stages", help="Median and 95th percentile over the last 500 cycles, in seconds.")
if view.stages.empty:
    st.info("No cycle has run yet, so there is nothing to time.")
else:
    st.dataframe(
        view.stages,
        hide_index=True,
        column_config={
            "stage": "Stage",
            "p50": st.column_config.NumberColumn("Median (s)", format="%.3f"),
            "p95": st.column_config.NumberColumn("95 % (s)", format="%.3f"),
            "runs": "Runs",
            "failed": "Failed",
        },
    )

st.subheader("Jobs", help="Long work, newest first.")
st.dataframe(jobs_frame(view.jobs), hide_index=True, placeholder="–") if view.jobs else st.info(
    "No job has run yet."
)
st.subheader("Stored series")
st.dataframe(view.series, hide_index=True) if len(view.series) else st.info(
    "No bars are stored yet: run a cycle."
)
st.subheader("Models", help="Each file is loaded only when its checksum is the one on record here.")
st.dataframe(models_frame(view.models), hide_index=True) if view.models else st.info(
    "No model is trained yet: run a cycle."
)
with st.expander("Versions"):
    st.dataframe(pd.DataFrame(view.versions), hide_index=True)
