"""The autopilot as it stands now, drawn again every few seconds."""

import streamlit as st

from core.runtime import Runtime
from core.views.autopilot import AutopilotView, autopilot_view, steps_frame, watched_frame

COLUMNS = {
    "Asset": st.column_config.TextColumn(help="What it trades."),
    "Price": st.column_config.NumberColumn(format="%.6g", help="Last price that a cycle or the book has seen, in the quote currency."),
    "Signal": st.column_config.TextColumn(help="Direction of all sources together in the last cycle."),
    "Confidence": st.column_config.ProgressColumn(min_value=0.0, max_value=1.0, format="%.2f", help="Of the fused signal, 0 … 1."),
    "Position": st.column_config.NumberColumn(format="%.6g", help="Units held; negative is short."),
    "P&L": st.column_config.NumberColumn(format="$%.2f", help="Profit or loss of the open position, before exit costs."),
    "Decision": st.column_config.TextColumn(help="How the last cycle ended."),
    "Last cycle": st.column_config.DatetimeColumn(format="YYYY-MM-DD HH:mm", timezone="UTC", help="The moment that the last cycle saw, UTC."),
    "Data trust": st.column_config.ProgressColumn(min_value=0, max_value=100, format="%d", help="Quality of the bars, 0 … 100."),
    "Passport": st.column_config.LinkColumn(display_text="open", help="Everything that led to the last decision."),
}  # fmt: skip
STEPS = {
    "Step": st.column_config.TextColumn(help="In the order of a round."),
    "What": st.column_config.TextColumn(width="large"),
    "Every": st.column_config.TextColumn(help="Interval; change it in the settings under Autopilot."),
    "Next turn": st.column_config.DatetimeColumn(format="HH:mm:ss", timezone="UTC", help="UTC."),
    "Last turn": st.column_config.DatetimeColumn(format="YYYY-MM-DD HH:mm:ss", timezone="UTC", help="UTC."),
    "Trouble": st.column_config.TextColumn(width="large", help="What failed last; it rests twice as long after each failure."),
}  # fmt: skip


@st.fragment(run_every=3.0)
def live(runtime: Runtime) -> None:
    """State, assets and steps; reads only."""
    view = autopilot_view(runtime.bench, runtime.autopilot.state, runtime.schedule.next_turns())
    _state(view)
    st.subheader("Assets", help="Each as its last cycle left it; open positions come first in each round.")
    if view.assets:
        frame = watched_frame(view)
        frame["Passport"] = ["passport?cycle=" + str(cycle) if cycle else None for cycle in frame.pop("Id")]
        st.dataframe(frame, column_config=COLUMNS, hide_index=True, key="autopilot_assets_table")
    else:
        st.info(
            "Name the assets above and switch it on; the first round begins at once.",
            icon=":material/lightbulb:",
        )
    st.subheader(
        "Steps", help="A step that comes while its last turn is under way is left out, not piled up."
    )
    st.dataframe(steps_frame(view), column_config=STEPS, hide_index=True, key="autopilot_steps_table")


def _state(view: AutopilotView) -> None:
    running = view.state is not None and view.state.running
    with st.container(border=True):
        st.markdown(f"{':green-badge[RUNNING]' if running else ':gray-badge[OFF]'} {view.words}")
        if view.seen is not None:
            st.caption(f"Last turn: {view.seen:%Y-%m-%d %H:%M:%S} UTC.")
        if view.resumed:
            st.caption(view.resumed)
