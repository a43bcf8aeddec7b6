"""What the features page shows: pickers, one feature in full, the check for look-ahead, the table of all."""

import streamlit as st

from core import charts
from core.views.features import FeatureView, families, feature_of, features_in
from pages.components.choices import Choice
from pages.components.features_reads import leak_check
from pages.components.look import figure, look


def pick_feature() -> str:
    """Name of the chosen feature; the family narrows what is offered."""
    left, right = st.columns([2, 5])
    known = families()
    family = left.selectbox(
        "Family", list(known), key="feature_family", bind="query-params",
        help="\n".join(f"- **{name}**: {words}" for name, words in known.items()),
    )  # fmt: skip
    offered = features_in(family)
    name = right.selectbox(
        "Feature", list(offered), key="feature_name", format_func=lambda one: f"{offered.get(one, one)} · {one}",
        bind="query-params", help="Type to search by words or by name.",
    )  # fmt: skip
    return str(name)


def one_feature(view: FeatureView, name: str) -> None:
    """Price and feature, its distribution, and what it is."""
    item = feature_of(name)
    chart, side = st.columns([7, 4])
    with chart:
        figure(
            charts.feature_chart(
                view.bars, view.features[name], item.words, item.unit, look(), currency=view.instrument.quote
            ),
            key="feature_chart",
        )
    with side:
        figure(
            charts.feature_distribution(view.features[name], item.words, item.unit, look()),
            key="feature_distribution",
        )
        fed = item.not_fed or "fed to models"
        st.caption(
            f"**{item.name}** · {item.family} · {fed}\n\n{item.formula}\n\nSource: {item.source}. "
            f"Null for the first {item.warmup} bars of a history."
        )
    if item.outside and view.missing:
        st.info(view.missing, icon=":material/lightbulb:")


def leak_button(chosen: Choice) -> None:
    """Ask whether any feature sees the future; every press draws other cuts."""
    presses = st.session_state.setdefault("feature_presses", 0)
    left, right = st.columns([2, 5], vertical_alignment="center")
    if left.button(
        "Does it see the future?", icon=":material/visibility_off:", key="feature_leaks", width="stretch",
        help="Cuts the bars at random, takes away what comes after, then replaces it by noise, and compares all features up to the cut. Takes about a second.",
    ):  # fmt: skip
        presses += 1
        st.session_state["feature_presses"] = presses
    with right:
        if presses:
            verdict = leak_check(chosen, presses)
            if verdict.passed:
                st.success(verdict.words, icon=":material/verified:")
            else:
                st.error(verdict.words, icon=":material/report:")


def feature_table(view: FeatureView, chosen: Choice) -> None:
    """All features with their value now, and a file to take away."""
    st.subheader("All features", help="Click a head to sort. Null values stay empty: nothing is filled in.")
    column = st.column_config
    st.dataframe(
        view.table,
        hide_index=True,
        height=460,
        column_order=["words", "unit", "now", "rank", "recent", "nulls", "warmup", "name", "family", "formula", "source"],
        column_config={
            "words": column.TextColumn("What it says", width="medium"),
            "unit": column.TextColumn("Unit", width=95, help="ATR: average true range of 14 bars. σ: standard deviation of a bar's log return over 50 bars."),
            "now": column.NumberColumn("Now", format="%.4g", help="At the close of the last bar shown."),
            "rank": column.ProgressColumn("Rank", width=120, min_value=0, max_value=100, format="%.0f %%", help="Share of the bars shown with a lower value; 0 or 100 is extreme."),
            "recent": column.LineChartColumn("Last 60 bars", width="small"),
            "nulls": column.NumberColumn("Nulls", format="%.1f %%", help="Share of the bars shown on which it is not known or not defined."),
            "warmup": column.NumberColumn("Warm-up", format="%d bars", help="Leading bars of a history on which it is null."),
            "name": column.TextColumn("Name"), "family": column.TextColumn("Family"),
            "formula": column.TextColumn("Formula", width="large"), "source": column.TextColumn("Source"),
        },
    )  # fmt: skip
    if view.missing:
        st.caption(view.missing)
    name = f"{chosen.symbol}_{chosen.timeframe}_{view.source}_features".replace(":", "-").replace("/", "-")
    first, second = st.columns(2)
    first.download_button("Values as Parquet", lambda: view.features.to_parquet(), f"{name}.parquet", on_click="ignore", width="stretch", icon=":material/download:", key="feature_values")  # fmt: skip
    second.download_button("This table as CSV", lambda: view.table.drop(columns="recent").to_csv(index=False).encode(), f"{name}.csv", "text/csv", on_click="ignore", width="stretch", icon=":material/download:", key="feature_list")  # fmt: skip
