"""Market: candles, indicators, and how far the data can be trusted."""

import streamlit as st

from core import charts
from core.runtime import shared_runtime
from core.views import OVERLAYS, PANELS
from pages.components.choices import choice, sample_note
from pages.components.look import figure, look
from pages.components.reads import market
from pages.components.work import job_end, job_progress

runtime = shared_runtime()
chosen = choice()
st.title("Market")
sample_note(chosen, runtime)

controls = st.columns([2, 3, 3, 2], vertical_alignment="bottom")
bars = controls[0].selectbox(
    "Bars",
    [250, 500, 1000, 2500, 10_000],
    index=1,
    key="market_bars",
    help="How many of the last bars to draw.",
)
overlays = controls[1].multiselect(
    "On the price", list(OVERLAYS), default=["SMA 20 / 50"], key="market_overlays"
)
panels = controls[2].multiselect("Below", list(PANELS), default=["RSI"], key="market_panels")
if controls[3].button(
    "Fetch now",
    icon=":material/download:",
    width="stretch",
    key="market_fetch",
    help="Ask the source for bars that are missing.",
):
    st.session_state["market_job"] = runtime.jobs.submit(
        "fetch",
        {"symbol": chosen.symbol, "timeframe": chosen.timeframe.value, "source": chosen.source},
        key=chosen.symbol,
    )


@st.fragment(run_every=0.5)
def follow(job_id: str) -> None:
    """Progress of the download, then the new bars."""
    job = runtime.jobs.read(job_id)
    if job.active:
        job_progress(job, key="market_cancel")
    else:
        st.session_state["market_job"] = None
        st.session_state["market_ended"] = job_id
        st.rerun()


if st.session_state.get("market_job"):
    follow(st.session_state["market_job"])
elif st.session_state.get("market_ended"):
    job_end(runtime.jobs.read(st.session_state.pop("market_ended")))

view = market(chosen.symbol, chosen.timeframe, chosen.source, bars)
if view.bars.empty:
    st.info(
        f"No {chosen.timeframe} bars of {chosen.symbol} are stored yet. Press **Fetch now**, or choose the sample as source.",
        icon=":material/lightbulb:",
    )
    st.stop()

for column, number in zip(st.columns(len(view.numbers)), view.numbers, strict=True):
    column.metric(number.label, number.value, number.delta, help=number.meaning, border=True)
figure(
    charts.candle_chart(
        view.bars, view.features,
        overlays=[name for item in overlays for name in OVERLAYS[item]],
        panels=[PANELS[item] for item in panels],
        look=look(),
    ),
    key="market_chart",
)  # fmt: skip
st.caption(view.provenance)

if view.quality:
    st.subheader(
        "Data quality", help="What was looked for in these bars, and how many points each finding cost."
    )
    figure(charts.quality_chart(view.quality, look(), title=""), key="market_quality")
with st.expander("The numbers", icon=":material/table:"):
    st.dataframe(view.bars.iloc[::-1], height=320)
    st.download_button(
        "Download as CSV",
        view.bars.to_csv().encode(),
        f"{chosen.symbol}_{chosen.timeframe}.csv",
        "text/csv",
        on_click="ignore",
    )
