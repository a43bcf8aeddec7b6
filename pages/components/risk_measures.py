"""What the book may lose: by method, against its past, in scenarios; and what moves together."""

import streamlit as st

from core import charts
from core.records import VarMethod
from core.runtime import shared_runtime
from core.views.risk_tail import BookTail, stress_frame
from pages.components.look import figure, look
from pages.components.risk_reads import history_of


def tail_figures(tail: BookTail) -> None:
    """Value at risk by method, with the one that decides."""
    risk = shared_runtime().settings.risk
    figure(
        charts.var_chart(tail.estimates, tail.chosen, risk.max_var or None, tail.equity, look()),
        key="risk_var",
    )
    for problem in tail.problems:
        st.warning(problem, icon=":material/warning:")
    if tail.basis:
        st.caption(
            f"{tail.basis} The starred method decides: a trade may not bring the VaR over {_limit(risk.max_var)} of equity or the "
            f"CVaR over {_limit(risk.max_cvar)}. Method, level and limits are set under Settings → Risk."
        )


def together_figures(tail: BookTail) -> None:
    """Correlations of what is held, and who brings the risk."""
    left, right = st.columns(2)
    with left:
        if len(tail.symbols) > 1:
            figure(
                charts.correlation_chart(
                    tail.correlations, tail.counts, look(), "Do the positions move together?"
                ),
                key="risk_correlation",
            )
            st.caption(
                f"Returns of the last {tail.window}. A new position may correlate with an open one of the same direction up to "
                f"{shared_runtime().settings.risk.max_correlation:.2f}; a hedge counts negative."
            )
        else:
            st.info(
                "A correlation takes two positions. Run a cycle of another asset of the same data.",
                icon=":material/hub:",
            )
    with right:
        figure(charts.contribution_chart(tail.symbols, tail.weights, tail.parts, look()), key="risk_parts")
        st.caption("Parts of the standard deviation of the book's day; they add up to it.")


def backtest_figure(book_id: str, chosen: VarMethod) -> None:
    """One method held against the past; the reader picks it."""
    methods = list(VarMethod)
    method = st.segmented_control(
        "Method",
        methods,
        default=chosen,
        format_func=lambda item: item.label,
        key="risk_method",
        help="Historical: a quantile of the past. Gaussian: a normal distribution. Cornish-Fisher: a normal one bent by "
        "skewness and kurtosis. Extreme values: a Pareto tail fitted to the worst twentieth.",
    )
    found = history_of(book_id, method or chosen)
    figure(charts.var_backtest_chart(found.found, found.times, look()), key="risk_backtest")
    test = found.found.test
    if test is None:
        return
    (st.success if test.kept else st.warning)(
        found.found.words, icon=":material/check_circle:" if test.kept else ":material/warning:"
    )
    st.caption(f"{found.words} Kupiec's test counts failures only: it does not see whether they cluster.")


def stress_figures(tail: BookTail) -> None:
    """Every scenario as a bar, and as a table with its words."""
    figure(charts.stress_losses_chart(tail.losses, look()), key="risk_stress")
    if not tail.losses:
        return
    st.caption("At once, with nothing sold in between: stops count only where the scenario says so.")
    with st.expander("Scenarios in numbers", icon=":material/table:"):
        column = st.column_config
        st.dataframe(
            stress_frame(tail.losses),
            hide_index=True,
            key="risk_stress_table",
            column_config={
                "scenario": "Scenario",
                "pnl": column.NumberColumn("Profit or loss", help="In quote currency, at once.", format="dollar"),
                "share": column.NumberColumn("Of equity", help="The same as a share of equity.", format="percent"),
                "words": column.TextColumn("What is assumed", width="large"),
                "parts": column.TextColumn("By position", help="Worst first.", width="medium"),
            },
        )  # fmt: skip


def _limit(share: float) -> str:
    return f"{share:.2%}" if share else "any share"
