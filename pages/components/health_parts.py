"""The parts of the health page."""

import streamlit as st

from core.charts.stage_times import stage_times_chart
from core.views import Health
from core.views.vital_signs import VitalSigns
from pages.components.health_reads import audit_trail, errors_of_the_day, signs
from pages.components.look import figure, look

_TIME = "YYYY-MM-DD HH:mm:ss"


@st.fragment(run_every=15.0)
def tiles() -> None:
    """What needs a person, then the vital signs; they follow the program by themselves."""
    found: VitalSigns = signs()
    if found.troubles:
        st.warning(
            "\n".join(f"- {words}" for words in found.troubles),
            icon=":material/warning:",
            title="Needs attention",
        )
    else:
        st.success("Everything is well.", icon=":material/check_circle:")
    for row in (found.running, found.keeping, found.model):
        for column, number in zip(st.columns(4), row, strict=False):
            column.metric(
                number.label, number.value, number.delta, delta_color="off", delta_arrow="off", help=number.meaning,
                border=True, height="stretch",
            )  # fmt: skip


def errors_section() -> None:
    """What went wrong in the last day."""
    st.subheader(
        "Errors of the last day",
        help="Warnings and errors of the log, and jobs that failed, counted by kind.",
    )
    errors = errors_of_the_day()
    if errors.empty:
        st.info("Nothing went wrong in the last 24 hours.", icon=":material/task_alt:")
        return
    column = st.column_config
    st.dataframe(
        errors, hide_index=True, height="content", key="health_errors",
        column_config={
            "level": column.TextColumn("Level", width="small", help="warning, error or critical."),
            "where": column.TextColumn("Where", help="Part of the program, or kind of job."),
            "count": column.NumberColumn("Times", width="small", help="In the last 24 hours."),
            "last": column.DatetimeColumn("Last (UTC)", format=_TIME, timezone="UTC"),
            "words": column.TextColumn("What it said last", width="large"),
        },
    )  # fmt: skip


def stages_section(view: Health) -> None:
    """How long the steps of a cycle take."""
    st.subheader("Stages", help="Median and 95th percentile over the last 500 cycles, in seconds.")
    figure(stage_times_chart(view.stages, look()), key="stage_times")
    if view.stages.empty:
        return
    column = st.column_config
    with st.expander("The same in numbers"):
        st.dataframe(
            view.stages, hide_index=True,
            column_config={
                "stage": "Stage", "p50": column.NumberColumn("Median (s)", format="%.3f", help="Half of the runs were faster."),
                "p95": column.NumberColumn("95 % (s)", format="%.3f", help="95 of 100 runs were faster."),
                "runs": "Runs", "failed": "Failed",
            },
        )  # fmt: skip


def audit_section() -> None:
    """Who did what, and whether the record of it was changed."""
    st.subheader(
        "Audit trail",
        help="Every sensitive action: start, stop, halt, force, settings, tokens, promotion of a model, restore, login. Each "
        "entry is bound to the one before it by a hash, so a changed, removed or inserted one shows.",
    )
    found = audit_trail()
    whole = found.check.broken_at is None
    (st.caption if whole else st.error)(found.check.words)
    if found.entries.empty:
        st.info("Nothing has been done yet that must be traceable.", icon=":material/history_edu:")
        return
    column = st.column_config
    st.dataframe(
        found.entries, hide_index=True, key="health_audit",
        column_config={
            "number": column.NumberColumn("No.", width="small", help="Place in the chain."),
            "at": column.DatetimeColumn("When (UTC)", format=_TIME, timezone="UTC"),
            "who": column.TextColumn("Who", help="User, token, or part of the program."),
            "origin": column.TextColumn("From", help="Page, command line, REST or autopilot, with the address where there is one."),
            "action": "Action", "subject": column.TextColumn("What", width="medium"),
            "before": column.TextColumn("Before", width="medium"), "after": column.TextColumn("After", width="medium"),
        },
    )  # fmt: skip
