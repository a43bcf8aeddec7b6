"""What the language model cost: today against the budget, and where it went."""

import streamlit as st

from core.charts.llm_hits import hit_rate_chart
from core.charts.llm_spending import spending_chart
from core.runtime import shared_runtime
from core.views.llm import budget_numbers
from core.views.llm_ledger import GROUPS, MEASURES
from pages.components.llm_reads import hits, spending
from pages.components.look import figure, look
from pages.components.numbers import numbers


def cost_section(days: int) -> None:
    """The Cost view of the page."""
    numbers(budget_numbers(shared_runtime().bench, hits(days)))
    with st.container(horizontal=True, gap="large"):
        by = st.segmented_control(
            "Summed by", list(GROUPS), default="use", required=True, format_func=GROUPS.__getitem__, key="llm_by",
            bind="query-params", help="A request about several assets is split evenly between them.",
        )  # fmt: skip
        measure = st.segmented_control(
            "What", list(MEASURES), default="tokens", required=True, format_func=MEASURES.__getitem__, key="llm_measure",
            bind="query-params", help="Tokens count what was sent and what came back.",
        )  # fmt: skip
    sums, table = spending(days, by or "use")
    figure(spending_chart(sums, by or "use", measure or "tokens", look()), key="llm_spending")
    unpriced = int(table["unpriced"].sum())
    if unpriced:
        st.warning(
            f"Price unknown (requests: {unpriced}): their tokens count, their money does not. Add the model to **prices** in the "
            "settings, e.g. `gpt-5-mini = 0.25 / 2.00`.",
            icon=":material/sell:",
        )
    if len(table):
        column = st.column_config
        st.dataframe(
            table,
            hide_index=True,
            key="llm_spending_table",
            column_config={
                "group": column.TextColumn(GROUPS[by or "use"]),
                "calls": column.NumberColumn("Requests", help="Sent over the wire; shares where several assets were asked about together.", format="%.4g"),
                "tokens": column.NumberColumn("Tokens", help="In and out.", format="localized"),
                "cost": column.NumberColumn("Cost (US$)", help="Empty: price unknown.", format="%.5f"),
                "seconds": column.NumberColumn("Waited (s)", help="Sum over requests; those that ran beside each other count each.", format="%.1f"),
                "unpriced": column.NumberColumn("Unpriced", help="Requests to models without a price in the settings.", format="%.4g"),
            },
        )  # fmt: skip
    figure(hit_rate_chart(hits(days), look()), key="llm_hits")
