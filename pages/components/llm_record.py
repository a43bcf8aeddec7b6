"""What a language model's own forecasts were worth, on its page."""

import pandas as pd
import streamlit as st

from core.charts.llm_record import llm_running_chart, llm_skill_chart
from core.views.llm_record import NO_RECORD
from pages.components.llm_record_reads import record
from pages.components.look import figure, look
from pages.components.numbers import numbers


def record_section() -> None:
    """Figures, verdict, skill by horizon, skill over time, and what does not count."""
    view = record()
    numbers(view.numbers)
    if view.table.empty and view.remembered.empty:
        st.info(NO_RECORD, icon=":material/hourglass_empty:")
        return
    st.markdown(f"**{view.verdict}**")
    if view.sample:
        st.caption(
            "These are forecasts on the embedded sample; they say nothing of live markets and move none there."
        )
    if not view.table.empty:
        figure(llm_skill_chart(view.scores, look()), key="llm_record_skill")
        figure(llm_running_chart(view.curves, look()), key="llm_record_running")
        _table(view.table, "llm_record_table")
    if not view.remembered.empty:
        with st.expander(
            f"Contaminated: {len(view.remembered)} that do not count", icon=":material/history_edu:"
        ):
            st.caption(
                "Forecasts of moments on or before the model's knowledge cut-off, or older than a day where the cut-off is "
                "not in the settings (*Llm*, cutoffs). It may remember what came, so they are apart and have no weight."
            )
            _table(view.remembered, "llm_record_remembered")


def _table(rows: pd.DataFrame, key: str) -> None:
    column = st.column_config
    digits = "%.4f"
    st.dataframe(
        rows,
        hide_index=True,
        height="content",
        key=key,
        column_config={
            "model": column.TextColumn("Model"),
            "timeframe": column.TextColumn("Bars", help="Length of a bar."),
            "horizon": column.TextColumn("Horizon"),
            "bars": column.NumberColumn("Bars ahead", help="Bars until the horizon ends."),
            "rows": column.NumberColumn("Forecasts", help="Whose outcome is known."),
            "independent": column.NumberColumn("Independent", help="What they amount to when overlapping ones count once.", format="%.0f"),
            "skill": column.NumberColumn("Skill", help="How much smaller the Brier score is than the base rate's; 0 is knowing nothing.", format="percent"),
            "skill_between": column.TextColumn("Between", help="95 % interval of the skill, by block bootstrap."),
            "brier": column.NumberColumn("Brier", help="Mean squared error of the probabilities; lower is better.", format=digits),
            "brier_base": column.NumberColumn("… base rate", help="The same of always saying the base rate.", format=digits),
            "brier_model": column.NumberColumn("… our model", help="The same of our own model at the same moments.", format=digits),
            "log_loss": column.NumberColumn("Log loss", help="Mean −ln of the probability given to what came; lower is better.", format=digits),
            "log_loss_base": column.NumberColumn("… base rate ", help="The same of the base rate.", format=digits),
            "hit_rate": column.NumberColumn("Hits", help="Share of its calls (up or down by more than 2 points beyond the base rate) that went that way.", format="percent"),
            "hit_between": column.TextColumn("Between ", help="Wilson 95 % interval at the independent number of calls."),
            "hit_chance": column.NumberColumn("By chance", help="What the same mix of calls would have hit by chance.", format="percent"),
            "calls": column.NumberColumn("Calls", help="Forecasts that leaned up or down."),
            "weight": column.NumberColumn("Weight", help="Share in the pooled forecast that the record earns.", format="percent"),
            "verdict": column.TextColumn("Verdict", width="large"),
        },
    )  # fmt: skip
