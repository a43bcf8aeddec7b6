"""Backtest: would a strategy have worked, after costs, against simply holding?"""

from datetime import UTC, datetime, time

import streamlit as st

from core import charts
from core.runtime import shared_runtime
from core.views import strategy_choices
from pages.components.choices import choice, sample_note
from pages.components.look import figure, look
from pages.components.reads import backtest, backtests
from pages.components.tables import trades_table
from pages.components.work import job_end, job_progress

runtime = shared_runtime()
chosen = choice()
st.title("Backtest")
st.caption(
    "A strategy's signals on past bars, filled by the same matching core as the paper book: decided at a close, "
    "filled at the next open, with fees, spread and slippage."
)
sample_note(chosen, runtime)

strategies = {item.name: item for item in strategy_choices()}
with st.form("backtest_form"):
    what, first, last = st.columns([3, 2, 2])
    name = what.selectbox(
        "Strategy", list(strategies), format_func=lambda key: strategies[key].title, key="backtest_strategy",
        help="Each is one small file in core/signals.",
    )  # fmt: skip
    start = first.date_input(
        "From", value=None, key="backtest_start", help="First day; empty: as far back as the data goes."
    )
    stop = last.date_input(
        "To", value=None, key="backtest_stop", help="Last day, included; empty: until the last bar."
    )
    pressed = st.form_submit_button("Run backtest", type="primary", icon=":material/history:")
st.caption(strategies[name].description)

if pressed:
    begin = datetime.combine(start, time.min, UTC).isoformat() if start else ""
    end = datetime.combine(stop, time.max, UTC).isoformat() if stop else ""
    st.query_params["job"] = runtime.jobs.submit(
        "backtest",
        {
            "symbol": chosen.symbol, "timeframe": chosen.timeframe.value, "source": chosen.source, "strategy": name,
            "start": begin, "stop": end,
        },
    )  # fmt: skip


@st.fragment(run_every=0.4)
def follow(job_id: str) -> None:
    """Progress, then the report."""
    job = runtime.jobs.read(job_id)
    if job.active:
        job_progress(job, key="backtest_cancel")
    else:
        st.rerun()


shown = None
if job_id := st.query_params.get("job"):
    job = runtime.jobs.read(job_id)
    if job.active:
        follow(job_id)
        st.stop()
    job_end(job)
    shown = job.result_id

known = backtests()
if known.empty:
    st.info(
        "No backtest yet. Choose a strategy and press **Run backtest**; it takes about a second.",
        icon=":material/lightbulb:",
    )
    st.stop()
labels = {
    str(row.id): f"{row.strategy} on {row.symbol} {row.timeframe} · {row.created_at:%Y-%m-%d %H:%M} UTC"
    for row in known.itertuples()
}
ids = list(labels)
picked = st.selectbox(
    "Report",
    ids,
    index=ids.index(shown) if shown in ids else 0,
    format_func=lambda item: labels[item],
    key=f"backtest_pick_{shown}",
)
view = backtest(picked)

for warning in view.summary.warnings:
    st.warning(warning, icon=":material/warning:")
for row in (view.numbers[:4], view.numbers[4:8]):
    for column, number in zip(st.columns(4), row, strict=False):
        column.metric(
            number.label,
            number.value,
            number.delta,
            delta_color="off",
            delta_arrow="off",
            help=number.meaning,
            border=True,
        )
figure(
    charts.equity_chart(view.curves["equity"], view.curves["hold"], look(), currency="USD"),
    key="backtest_equity",
)
months, returns = st.columns(2)
with months:
    figure(charts.monthly_returns_chart(view.curves["equity"], look()), key="backtest_months")
with returns:
    figure(charts.trade_returns_chart(view.trades["return_"], look()), key="backtest_returns")
st.subheader("Trades")
trades_table(view.trades)
st.download_button(
    "Trades as CSV", view.trades.to_csv(index=False).encode(), f"{picked}.csv", "text/csv", on_click="ignore"
)
with st.expander("What was assumed", icon=":material/rule:"):
    st.markdown("\n".join(f"- {line}" for line in view.summary.assumptions))
