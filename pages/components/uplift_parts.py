"""Parts of the uplift page: its figures and its table."""

import pandas as pd
import streamlit as st

from core.charts.uplift import added_chart, shadow_curves_chart
from core.views.uplift import UpliftView
from pages.components.look import figure, look


def uplift_figures(view: UpliftView) -> None:
    """What each part added, and the curves behind it."""
    figure(added_chart(view.added, look()), key="uplift_added")
    figure(shadow_curves_chart(view.found.curves, view.found.apart, look()), key="uplift_curves")


def as_text(words: str) -> str:
    """Words with dollars, which Markdown would take for formulas."""
    return words.replace("$", "\\$")


def verdicts(view: UpliftView) -> None:
    """A sentence a part: whether it was worth it."""
    st.markdown("\n".join(f"- **{row[0].capitalize()}**: {as_text(row[5])}" for row in view.added.values()))


def shadows_table(table: pd.DataFrame) -> None:
    """A row a shadow."""
    column = st.column_config
    st.dataframe(
        table, hide_index=True, key="uplift_table",
        column_order=["name", "difference", "low", "high", "equity", "trades", "meaning"],
        column_config={
            "name": column.TextColumn("Shadow"),
            "difference": column.NumberColumn("The book made more", help="Money beyond the shadow over the common time; the language model's price taken off, contaminated decisions left out.", format="dollar"),
            "low": column.NumberColumn("From", help="Lower end of the 95 % interval; empty where there is none.", format="dollar"),
            "high": column.NumberColumn("To", help="Upper end.", format="dollar"),
            "equity": column.NumberColumn("Shadow now", help="Its equity at the last mark.", format="dollar"),
            "trades": column.NumberColumn("Trades", help="Closed round trips of the shadow."),
            "meaning": column.TextColumn("What the shadow does without", width="large"),
        },
    )  # fmt: skip
